"""What is due, what is late, and when does something change by itself?

Source: engine notes §2. Day d ends at 24:00 in the calendar's zone; what falls due with it is dated d + 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from minsheng.kernel.entry import FactValue
from minsheng.kernel.procedure.status import Status


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that falls due by itself. `at` is its legal moment (UTC), `on` the day of its entry."""

    event: str  # late | hour_missed | lapsed | resumed | silent
    step: str
    round: int
    clock: str
    k: int
    at: datetime
    on: date
    outcome: str | None = None
    facts: Mapping[str, FactValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """`late`: a deadline of an open step has passed. `due_at`: the first moment at which one passes or passed.

    `next_change_at`: the legal moment of the next tick, None if no clock runs; `tick`: that tick, if it is
    due now. All moments are aware, in UTC.
    """

    late: bool
    due_at: datetime | None
    next_change_at: datetime | None
    tick: Tick | None


def due(status: Status, now: datetime, moments: Mapping[int, datetime]) -> Due:
    """What is due at `now`. `moments`: entry n → its moment; only limits in hours need them.

    To run all ticks: append `tick_entry(status, due.tick)`, advance, ask again, until `tick` is None.
    """
    raise NotImplementedError


def owed(status: Status, on: date) -> Tick | None:
    """The first tick that must be on record before an entry dated `on`; knows no moments, so that of limits
    in hours only those count that were missed on an earlier day for certain."""
    raise NotImplementedError
