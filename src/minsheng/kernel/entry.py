"""The entry: one act by somebody in a role. Its form is on the ledger and never changes.

Source: the project's engine notes §1; RFC 8785 for the bytes (kernel/log/canonical.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Final

FactValue = bool | int | str
"""Closed codes, ISO dates and whole numbers; never free text."""

CheckValue = bool | int | str | None

EVENTS: Final = (
    "opened", "done", "acted", "approved", "refused", "supplemented", "urged", "withdrawn", "corrected",
    "contested", "ruled", "late", "hour_missed", "lapsed", "resumed", "silent", "unsealed", "drawn",
    "lapse_undone", "calendar", "level", "told", "followed", "restored",
)  # fmt: skip

CLOCK: Final = "clock"
"""The role of entries that fell due by themselves; they have no actor and no body."""

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a matter.

    `matter` and `actor` are 64-bit values as 16 lower-case hex digits; `prev` and the values of `closed`
    are SHA-256 as 64. `on` is a day in the calendar's zone and never decreases within a matter. `round`
    starts at 1. `closed` maps the name of a part (moment, document, non-public fact) to its salted hash.
    """

    matter: str
    n: int
    on: date
    event: str
    role: str
    step: str | None = None
    round: int = 1
    outcome: str | None = None
    body: str | None = None
    actor: str | None = None
    facts: Mapping[str, FactValue] = field(default_factory=lambda: MappingProxyType({}))
    checks: Mapping[str, Mapping[str, CheckValue]] = field(default_factory=lambda: MappingProxyType({}))
    closed: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    prev: str | None = None
    v: int = 1
