"""Until when has the log promised to take this entry in? A signed note of its own key.

Whoever files gets the promise at once, before the entry's batch. When the date has passed and the
commitment is in no published tree, the note is proof of a broken promise. Source: RFC 6962 §3 (the signed
certificate timestamp), in the form of a C2SP signed note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from minsheng.kernel.log.note import NoteError, Signer, Verifier, open_note, sign_note

HEADER = "minsheng.promise/v1"

_COMMITMENT = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


@dataclass(frozen=True, slots=True)
class Promise:
    """`commitment` (64 hex digits) will be a leaf of the log `origin` by `merge_by` (aware; seconds)."""

    origin: str
    commitment: str
    merge_by: datetime

    @property
    def text(self) -> str:
        """The note text."""
        return f"{HEADER}\n{self.origin}\n{self.commitment}\n{write_moment(self.merge_by)}\n"

    @classmethod
    def parse(cls, text: str) -> Promise:
        """Read the note text strictly. Raises NoteError."""
        lines = text.split("\n")
        if len(lines) != 5 or lines[0] != HEADER or not lines[1] or lines[4]:
            raise NoteError("a promise is four lines: header, origin, commitment, time")
        if not _COMMITMENT.fullmatch(lines[2]):
            raise NoteError("the commitment is 64 hex digits")
        return cls(lines[1], lines[2], read_moment(lines[3]))


def sign_promise(promise: Promise, signer: Signer) -> str:
    """The promise as a signed note. `signer` is the promise key, never the log's."""
    return sign_note(promise.text, signer)


def open_promise(note: str, verifiers: Iterable[Verifier]) -> Promise:
    """The promise, if one of these keys signed it. Raises NoteError."""
    return Promise.parse(open_note(note, verifiers).text)


def write_moment(moment: datetime) -> str:
    """A moment in UTC to the second, e.g. 2026-03-02T09:30:00Z."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def read_moment(text: str) -> datetime:
    """Read what write_moment writes, and nothing else. Raises NoteError."""
    if not _MOMENT.fullmatch(text):
        raise NoteError("a moment is YYYY-MM-DDTHH:MM:SSZ")
    try:
        return datetime.fromisoformat(text[:-1]).replace(tzinfo=UTC)
    except ValueError:
        raise NoteError("no such moment") from None
