"""Logs carry no personal data: no request bodies, no query strings, no tracebacks' local values."""

from __future__ import annotations

import logging
import re

_LONG_DIGITS = re.compile(r"\d{7,}")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_CODE = re.compile(
    r"(?<![0-9A-Za-z])(?:[0-9A-TV-Z]{17}|(?:[0-9A-TV-Z]{4}[ _-]){4}[0-9A-TV-Z])(?![0-9A-Za-z])", re.I
)
"""A follow code in one piece or as it is spoken, also with O, I and L as people type them."""
_QUERY = re.compile(r"\?[^\s\"']+")


def without_personal_data(text: str) -> str:
    """Phones and other long numbers, mail addresses, follow codes and query strings, replaced."""
    for pattern, mark in ((_QUERY, "?…"), (_MAIL, "<mail>"), (_CODE, "<code>"), (_LONG_DIGITS, "<digits>")):
        text = pattern.sub(mark, text)
    return text


class NoPersonalData(logging.Filter):
    """Rewrites each record in place before a handler sees it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = without_personal_data(record.getMessage())
        record.args = ()
        return True
