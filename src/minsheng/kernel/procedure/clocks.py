"""What is due, what is late, and when does something change by itself?

Source: engine notes §2. Day d ends at 24:00 in the calendar's zone; what falls due with it is dated d + 1.
Ticks come by legal moment, at the same moment a clock that goes on before a breach before a message before a
lapse, then in the order of the file. A tick's moment is its legal one, whenever it is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from minsheng.kernel.calendar import CalendarTooShort
from minsheng.kernel.entry import FactValue
from minsheng.kernel.procedure.limits import Clock
from minsheng.kernel.procedure.status import Status

_EVENTS: Final = {
    "pause": "resumed",
    "deadline": "late",
    "contest": "late",
    "every": "silent",
    "lapse": "lapsed",
}
_DAY: Final = timedelta(days=1)
_RANKS: Final = {"pause": 0, "deadline": 1, "contest": 1, "every": 2, "lapse": 3}


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that falls due by itself. `at` is its legal moment (UTC), `on` the day of its entry.

    `event` is late, hour_missed, lapsed, resumed or silent; `clock` the kind of clock; `k` counts within the
    round of the step. `facts` are those of the entry: clock, k, due (the day that ran out).
    """

    event: str
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
    """What time does to a matter. All moments are aware, in UTC.

    `late`: a deadline of an open step has passed. `due_at`: when the first one passes or passed (without
    deadlines: when the first lapse does). `next_change_at`: the legal moment of the next tick, None if no
    clock runs. `tick`: that tick, if it is due now.
    """

    late: bool
    due_at: datetime | None
    next_change_at: datetime | None
    tick: Tick | None


def due(status: Status, now: datetime, moments: Mapping[int, datetime]) -> Due:
    """What is due at `now`. `moments`: entry n → its moment; only limits in hours need them.

    To run all ticks: append `tick_entry(status, due.tick)`, advance, ask again, until `tick` is None.
    Raises CalendarTooShort if the calendar ends before `now`: what is due cannot be known then.
    """
    today = status.calendar.day_of(now)
    if today.year > status.calendar.covers[1]:
        raise CalendarTooShort(f"calendar {status.calendar.id} ends with {status.calendar.covers[1]}")
    clocks = status.clocks
    running = [
        (_runs_out(status, clock, moments), _RANKS[clock.kind], place, clock)
        for place, clock in enumerate(clocks)
        if clock.kind != "minimum" and clock.until is not None
    ]
    running.sort(key=lambda one: one[:3])
    limits = [at for clock in clocks if (at := _passes(status, clock, moments)) is not None]
    lapses = [at for at, _, _, clock in running if clock.kind == "lapse"]
    at, first = (running[0][0], running[0][3]) if running else (None, None)
    return Due(
        late=any(limit <= now for limit in limits),
        due_at=min(limits or lapses, default=None),
        next_change_at=at,
        tick=_tick(status, first, at) if first and at and at <= now else None,
    )


def owed(status: Status, on: date) -> Tick | None:
    """The first tick that must be on record before an entry dated `on`.

    Knows no moments: a limit in hours is owed only after the last day on which it can have been missed, and
    the `at` and `on` of such a tick are the latest possible.
    """
    clock = _first(status, status.clocks)
    if clock is None or _legal_day(status, clock) > on:
        return None
    return _tick(status, clock, _runs_out(status, clock, {}))


def first_tick(status: Status) -> Tick | None:
    """The tick that comes next if nobody acts, leaving aside limits in hours; knows no moments."""
    clock = _first(status, (clock for clock in status.clocks if not clock.hours))
    return _tick(status, clock, _runs_out(status, clock, {})) if clock else None


def _first(status: Status, clocks: Iterable[Clock]) -> Clock | None:
    """The clock that runs out first, as far as days tell."""
    found: Clock | None = None
    key: tuple[date, int] = (date.max, 0)
    for clock in clocks:
        if clock.kind != "minimum" and clock.until is not None:
            mine = (_legal_day(status, clock), _RANKS[clock.kind])
            if found is None or mine < key:
                found, key = clock, mine
    return found


def _legal_day(status: Status, clock: Clock) -> date:
    """The day of the tick; nothing falls due before the calendar edition that says so."""
    assert clock.until is not None
    return max(clock.until + _DAY, status.calendar_on)


def hour_span(clock: Clock) -> tuple[date, date]:
    """The first and the last day on which a limit in hours can have been missed, as far as days tell."""
    return clock.start_on + timedelta(days=(clock.hours or 0) // 24), clock.until or clock.start_on


def _tick(status: Status, clock: Clock, at: datetime) -> Tick:
    """The tick of a clock that ran out at this moment."""
    assert clock.until is not None
    on = status.calendar.day_of(at)
    last = on if clock.hours else clock.until
    facts: dict[str, FactValue] = {"clock": clock.kind, "due": last.isoformat(), "k": clock.k}
    if clock.fact:
        facts["about"] = clock.fact
    return Tick(
        event="hour_missed" if clock.hours else _EVENTS[clock.kind],
        step=clock.step,
        round=status.round,
        clock=clock.kind,
        k=clock.k,
        at=at,
        on=max(on, status.on),
        outcome=clock.outcome,
        facts=facts,
    )


def _runs_out(status: Status, clock: Clock, moments: Mapping[int, datetime]) -> datetime:
    """The legal moment; nothing falls due before the calendar edition that says so."""
    assert clock.until is not None
    if clock.hours and clock.start_n in moments:
        # A tick that was run late, behind others, starts a clock on the day it is dated, not before.
        began = max(moments[clock.start_n], status.calendar.start_of(clock.start_on))
        at = began + timedelta(hours=clock.hours)
    else:
        at = status.calendar.end_of(clock.until)
    return max(at, status.calendar.start_of(status.calendar_on))


def _passes(status: Status, clock: Clock, moments: Mapping[int, datetime]) -> datetime | None:
    """When a deadline passes, or first passed; None for clocks that are no deadlines or stand still."""
    if clock.kind not in ("deadline", "contest"):
        return None
    if clock.missed:
        return status.calendar.end_of(clock.missed)
    return _runs_out(status, clock, moments) if clock.until else None
