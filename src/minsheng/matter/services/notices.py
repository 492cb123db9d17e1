"""Entries that nobody decides and no limit owes: a message that went out, a new calendar, a lapse undone.

They carry the role of the clock and no actor. What a message said is no part of them; that it went out is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Literal

from django.db import transaction

from minsheng.bodies import queries as bodies
from minsheng.kernel.calendar import CalendarTooShort
from minsheng.kernel.entry import CLOCK, Entry, FactValue
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger.records import ClockAhead, Conflict, Recorded
from minsheng.matter.models import MatterRow
from minsheng.matter.services import hand
from minsheng.matter.services.acting import ABSENT, FASTER, time_trouble

Notice = Literal["told", "followed", "restored"]


def record(
    matter: str,
    event: Notice,
    *,
    at: datetime,
    step: str | None = None,
    facts: Mapping[str, FactValue] | None = None,
) -> Recorded | Refusal:
    """Record that a message went out (told), that a parent moved it (followed), or that it was restored.

    `facts` are codes, numbers and days about the message (`via`, which one), never its words.
    """
    return _append(matter, at, lambda held: _entry(held, event, at, step, facts or {}))


def undo_lapse(matter: str, step: str, *, received_on: date, at: datetime) -> Recorded | Refusal:
    """A reply on paper that came before the step lapsed was keyed in after it: the lapse is undone."""

    def entry(held: hand.Hand) -> Entry | Refusal:
        state = held.status.steps.get(step)
        if state is None or state.lapsed_due is None or received_on > state.lapsed_due:
            return Refusal(
                "no_lapse_to_undo",
                Text("这一步没有到期作废的结果可以撤销。", "No lapse of this step came after that day."),
                Kind.CONFLICT,
            )
        return _entry(held, "lapse_undone", at, step, {"received_on": received_on.isoformat()})

    return _append(matter, at, entry)


def change_calendar(now: datetime) -> int:
    """Give every open matter the calendar in force now, as an entry of its own; how many.

    No breach is dated before it. A matter that has ended keeps the calendar it ended under. Can be stopped
    and called again.
    """
    current = bodies.current_calendar().sha256
    n = 0
    for matter in list(_open_matters()):
        with transaction.atomic():
            held = hand.take(matter)
            if held is None or held.status.end is not None or held.status.calendar.sha256 == current:
                continue
            held.run_clock(now)
            if held.status.end is None:
                held.append(_entry(held, "calendar", now, None, {"calendar": current}), (), now)
                n += 1
            held.write_row(now)
    return n


def _open_matters() -> Iterator[str]:
    rows = MatterRow.objects.filter(ended="", erased=False).order_by("id")
    return rows.values_list("id", flat=True).iterator(chunk_size=500)


def _entry(
    held: hand.Hand, event: str, at: datetime, step: str | None, facts: Mapping[str, FactValue]
) -> Entry:
    return Entry(
        matter=held.row.id,
        n=held.status.n,
        on=held.day(at),
        event=event,
        role=CLOCK,
        step=step,
        round=held.status.round,
        facts=dict(facts),
    )


def _append(matter: str, at: datetime, make: Callable[[hand.Hand], Entry | Refusal]) -> Recorded | Refusal:
    try:
        with transaction.atomic():
            held = hand.take(matter)
            if held is None:
                return ABSENT
            n_ticks = held.run_clock(at)
            made = make(held)
            answer = made if isinstance(made, Refusal) else held.append(made, (), at)
            if n_ticks or isinstance(answer, Recorded):
                held.write_row(at)
            return answer
    except Conflict:
        return FASTER
    except (CalendarTooShort, ClockAhead) as error:
        return time_trouble(error)
