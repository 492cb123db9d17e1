"""Logs carry no personal data: no request bodies, no query strings, no tracebacks' local values."""

from __future__ import annotations

import logging
import re
import traceback
from types import TracebackType

_LONG_DIGITS = re.compile(r"\d{7,}")
_MAIL = re.compile(r"[\w.+-]{1,254}@[\w-]+(\.[\w-]+)+")
_CODE = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-TV-Z]{17}|(?:[0-9A-TV-Z]{4}[ _-]){4}[0-9A-TV-Z])(?![0-9A-Za-z])", re.I
)
"""A follow code in one piece or as it is spoken, also with O, I and L as people type them."""
_QUERY = re.compile(r"\?[^\s\"']+")
_HANDLE = re.compile(r"(/mine/|/password/reset/key/)[^/\s]+/")
"""Addresses that open something in one browser: a resident's matter, a new password."""


def without_personal_data(text: str) -> str:
    """Phones and other long numbers, mail addresses, follow codes, handles and query strings, replaced."""
    text = _HANDLE.sub(r"\1…/", text)
    for pattern, mark in ((_QUERY, "?…"), (_MAIL, "<mail>"), (_CODE, "<code>"), (_LONG_DIGITS, "<digits>")):
        text = pattern.sub(mark, text)
    return text


def without_messages(error: BaseException | None, trace: TracebackType | None) -> str:
    """A traceback with places and kinds of errors only: a message may quote what somebody wrote."""
    if error is None:
        return ""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [without_messages(before, before.__traceback__)] if before is not None else []
    lines += [f'  File "{f.filename}", line {f.lineno}, in {f.name}' for f in traceback.extract_tb(trace)]
    return "\n".join([*filter(None, lines), type(error).__name__])


class NoPersonalData(logging.Filter):
    """Rewrites each record in place before a handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_personal_data(record.getMessage())
        record.args = ()
        if record.exc_info:
            _, error, trace = record.exc_info
            record.exc_text = without_messages(error, trace)
            record.exc_info = None
        return True
