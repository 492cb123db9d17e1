"""What this room hands out and takes in: recorded entries, parts, positions, and how an append fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from minsheng.kernel.entry import Entry

JSON = Any
"""A value with a canonical form (RFC 8785), as kernel/log/canonical.py takes it."""

MOMENT: Final = "moment"
"""The name of the part that every entry has: the exact moment of the act."""


@dataclass(frozen=True, slots=True)
class Part:
    """Something closed that goes with an entry: only its salted hash is on the ledger until it is opened.

    `disclose` is "with_entry", "never" or "after EVENT". A `guarded` part opens only when enough other
    matters share its value (rules/disclosure.py). With `keep=False` the value rests elsewhere (a file in
    the media folder) and only its salt is kept here.
    """

    name: str
    value: JSON | bytes
    disclose: str = "never"
    guarded: bool = False
    keep: bool = True


@dataclass(frozen=True, slots=True)
class OpenPart:
    """A part read back: value, salt of 32 bytes, and how it is disclosed.

    `elsewhere`: the value was not kept here, and `value` is None when it was read back.
    """

    name: str
    value: JSON | bytes
    salt: bytes = field(repr=False)
    disclose: str
    guarded: bool = False
    opened_on: date | None = None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry as it stands on the ledger. `commitment` is 64 hex digits, `at` aware and in UTC.

    `parts` holds the parts other than the moment, where the caller asked for them.
    """

    entry: Entry
    at: datetime
    commitment: str
    salt: bytes = field(repr=False)
    moment_salt: bytes = field(repr=False)
    parts: Mapping[str, OpenPart] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    @property
    def moment(self) -> OpenPart:
        """The exact moment as a part, for the resident's own proof file."""
        return OpenPart(MOMENT, moment_text(self.at), self.moment_salt, "never")


class Position(NamedTuple):
    """A place in the order in which entries may be read without missing one (ADR 0004)."""

    epoch: int = 0
    tx: int = 0
    id: int = 0


class LedgerError(Exception):
    """The ledger cannot do this now; the message says why and what to do."""


class Conflict(LedgerError):
    """Somebody else wrote this entry's place in the chain first, or the place does not follow the last."""


class ClockAhead(LedgerError):
    """The clock is more than two days past the last checkpoint: nothing is written or signed on its word."""


class Inconsistent(LedgerError):
    """The tree does not continue what was signed before: nothing is signed."""


class NotBegun(LedgerError):
    """There is no log yet: `minsheng init` begins it."""


def moment_text(at: datetime) -> str:
    """A moment as it is closed: UTC, to the microsecond, e.g. 2026-03-02T01:30:00.250000Z."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
