"""Was this entry allowed when it was appended? For those who check a chain with days, and without documents.

Source: engine notes §7. A stranger knows an entry's day, not its moment: a limit in hours is checked as
far as days tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import CLOCK, Entry
from minsheng.kernel.procedure import clocks
from minsheng.kernel.procedure.content import is_date
from minsheng.kernel.procedure.judge import Claim, judge
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.refusals import no
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.procedure.universal import LEVELS
from minsheng.kernel.words import Kind, Refusal

TICKS: Final = frozenset({"late", "hour_missed", "lapsed", "resumed", "silent"})
NOTICES: Final = frozenset({"told", "followed", "restored"})
_PINS: Final = frozenset(
    {"procedure", "version", "procedure_sha256", "override_sha256", "calendar", "disclosure"}
)


def why_not_entry(
    procedure: Procedure, before: Status | None, entry: Entry, calendars: Mapping[str, WorkCalendar]
) -> Refusal | None:
    """None if this entry, the clock's included, was allowed after `before`. Reads the entry alone.

    Includes the ticks that had to be on record before it. `before` is None for entry 0.
    """
    if before is None:
        return _pinned(procedure, entry, calendars) or _judged(procedure, None, entry)
    if entry.n != before.n or entry.round != before.round or entry.v != 1:
        return _forged("number", "编号或轮次不对", "number or round is wrong")
    if entry.on < before.on:
        return _forged("day", "日期早于上一条", "it is dated before the entry before it")
    if entry.role == CLOCK and entry.event in TICKS:
        return _ticked(before, entry)
    if tick := clocks.owed(before, entry.on):
        return _missing(tick)
    if entry.role == CLOCK:
        return _by_itself(before, entry, calendars)
    return _judged(procedure, before, entry)


def _forged(code: str, zh: str, en: str) -> Refusal:
    return no(code, zh, en, Kind.CONFLICT)


def _missing(tick: clocks.Tick) -> Refusal:
    return _forged(
        "tick_missing",
        f"此前应有到期记录：{tick.step} {tick.event}（{tick.facts['due']}）",
        f"{tick.event} of {tick.step} ({tick.facts['due']}) should be on record before it",
    )


def _pinned(procedure: Procedure, entry: Entry, calendars: Mapping[str, WorkCalendar]) -> Refusal | None:
    facts = entry.facts
    if entry.event != "opened" or (entry.n, entry.round, entry.v, entry.step) != (0, 1, 1, None):
        return _forged("not_opened", "第一条须是开启", "the first entry opens the matter")
    if (facts.get("procedure"), facts.get("version")) != (procedure.id, procedure.version) or (
        facts.get("procedure_sha256"),
        facts.get("override_sha256"),
    ) != (procedure.sha256, procedure.override_sha256):
        return _forged(
            "other_procedure", "规则与所列不符", "it runs under another procedure, version or override"
        )
    if facts.get("calendar") not in calendars:
        return _forged("calendar", "没有这份工作日历", "its calendar is not here")
    if facts.get("disclosure") not in LEVELS:
        return _forged("level", "公开程度不对", "there is no such level of disclosure")
    return None


def _ticked(before: Status, entry: Entry) -> Refusal | None:
    if entry.actor is not None or entry.body is not None or entry.checks:
        return _forged("clock_actor", "到期记录没有行为人", "nobody acts in an entry of the clock")
    if entry.event == "hour_missed":
        return _hour_missed(before, entry)
    tick = clocks.first_tick(before)
    claimed = (entry.event, entry.step, entry.outcome, dict(entry.facts), entry.on)
    if tick is None or claimed != (tick.event, tick.step, tick.outcome, dict(tick.facts), tick.on):
        return _forged("not_due", "这一条并未到期", "this was not what fell due")
    hours = clocks.owed(before, entry.on)
    if hours and hours.event == "hour_missed" and hours.at < tick.at:
        return _forged(
            "tick_missing", "此前应有小时时限的记录", "a missed limit in hours should come before it"
        )
    return None


def _hour_missed(before: Status, entry: Entry) -> Refusal | None:
    for clock in before.clocks:
        if clock.step == entry.step and clock.kind == "deadline" and clock.hours:
            first, last = clocks.hour_span(clock)
            due = entry.facts.get("due")
            if not is_date(due) or set(entry.facts) != {"clock", "due", "k"}:
                break
            day = date.fromisoformat(str(due))
            # On the same day either may come first: the limit may run out at midnight.
            tick = clocks.first_tick(before)
            if tick and before.calendar.day_of(tick.at) < day:
                return _missing(tick)
            right = first <= day <= last and entry.on == max(day, before.on)
            if (
                right
                and (entry.facts["clock"], entry.facts["k"]) == ("deadline", 1)
                and entry.outcome is None
            ):
                return None
    return _forged("not_due", "没有这样的小时时限到期", "no limit in hours was missed then")


def _by_itself(before: Status, entry: Entry, calendars: Mapping[str, WorkCalendar]) -> Refusal | None:
    """Entries that nobody decides and no clock owes: messages, a new calendar, a lapse undone."""
    if entry.actor is not None or entry.body is not None or entry.outcome is not None:
        return _forged("clock_actor", "这样的记录没有行为人", "nobody acts in such an entry")
    if entry.event in NOTICES:
        return None
    if entry.event == "calendar" and entry.facts.get("calendar") in calendars and before.end is None:
        return None
    if entry.event == "lapse_undone" and (run := before.runs.get(entry.step or "")):
        received = entry.facts.get("received_on")
        if run.lapsed_due and is_date(received) and str(received) <= run.lapsed_due.isoformat():
            return None
    return _forged("not_by_itself", "这不会自行发生", "this does not happen by itself")


def _judged(procedure: Procedure, before: Status | None, entry: Entry) -> Refusal | None:
    facts = entry.facts if before else {k: v for k, v in entry.facts.items() if k not in _PINS}
    closed = {name.partition("/")[0] for name in entry.closed if name != "moment"}
    claim = Claim(
        event=entry.event,
        role=entry.role,
        actor=entry.actor,
        body=entry.body,
        step=entry.step or "",
        outcome=entry.outcome or "",
        facts=facts,
        closed=frozenset(closed),
        checks=entry.checks,
    )
    return judge(procedure, before, claim, entry.on)
