"""The letters of a matter in words, made anew from its entries whenever they are shown or sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from minsheng.bodies import queries as bodies
from minsheng.kernel.entry import CLOCK, Entry
from minsheng.kernel.procedure import status as statuses
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Text
from minsheng.listen.models import Letter
from minsheng.listen.queries.limits import Limit, answer_limit, answering_step, step_limit
from minsheng.listen.rules import letters, wording
from minsheng.listen.rules.letters import Kind
from minsheng.listen.rules.wording import NOTHING, Message, Told
from minsheng.matter.queries import MatterView
from minsheng.matter.queries.holders import body_of, name_of
from minsheng.matter.rules import standing
from minsheng.people import queries as people
from minsheng.ui import dates


@dataclass(frozen=True, slots=True)
class Shown:
    """A letter as the follow page shows it."""

    message: Message
    on: date
    sent_at: datetime | None
    waits: bool
    trouble: str


def of(view: MatterView) -> tuple[Shown, ...]:
    """Every letter of a matter in words, the newest first."""
    rows = list(Letter.objects.filter(matter=view.id).order_by("-n", "-id"))
    found = told(view, rows)
    return tuple(
        Shown(wording.message(found[row.pk]), row.on, row.sent_at, row.try_at is not None, row.trouble)
        for row in rows
    )


def told(view: MatterView, rows: Iterable[Letter]) -> Mapping[int, Told]:
    """What each of these letters is about, by its key. The chain is folded once."""
    wanted = list(rows)
    after = _statuses(view, {row.n for row in wanted})
    return {row.pk: _told(view, row, after.get(row.n, view.status)) for row in wanted}


def _statuses(view: MatterView, ns: set[int]) -> dict[int, Status]:
    """The status after each of these entries."""
    if not ns:
        return {}
    calendars = bodies.calendars()
    entries = [recorded.entry for recorded in view.chain]
    now = statuses.status(view.procedure, entries[:1], calendars)
    found = {0: now}
    for entry in entries[1 : max(ns) + 1]:
        now = statuses.advance(now, entry, calendars)
        if entry.n in ns:
            found[entry.n] = now
    return found


def _told(view: MatterView, row: Letter, status: Status) -> Told:
    entry = view.chain[min(row.n, len(view.chain) - 1)].entry
    kind: Kind = row.kind  # type: ignore[assignment]
    base = Told(kind, view.number, _day_of(view), body=_body(status, entry))
    match kind:
        case "received":
            opened = [
                limit for step in status.open_steps if (limit := step_limit(status, step, view.moments))
            ]
            return replace(base, limit=opened[0].until if opened else None)
        case "late":
            return _late(base, status, entry)
        case "silent":
            return _with_answer(replace(base, since=_moved(view, entry)), view, status, row.on)
        case "asked" | "replied" | "contest" | "reminder_3" | "reminder_1":
            return _waits(base, view, status, kind)
        case "reopened":
            target = status.rounds[-1].target if status.rounds else ""
            return replace(base, step=_title(view, target), limit=_answer(view, status))
        case "ended":
            step, outcome = status.end_step or "", status.end_outcome or ""
            found = view.procedure.steps.get(step)
            named = found.outcomes[outcome].title if found and outcome in found.outcomes else NOTHING
            return replace(base, step=_title(view, step), outcome=named, end=status.end)
        case "consent":
            allowed = people.allowed(view.id)
            return replace(base, shows="show_words" in allowed, by_unit="contact_by_unit" in allowed)
    return _with_answer(base, view, status, row.on)


def _with_answer(base: Told, view: MatterView, status: Status, on: date) -> Told:
    """With the day of the answer, and whether it had passed on the day of the letter."""
    limit = _answer(view, status)
    last = status.calendar.day_of(limit) if isinstance(limit, datetime) else limit
    return replace(base, limit=limit, over=last is not None and last < on)


def _answer(view: MatterView, status: Status) -> date | datetime | None:
    limit: Limit | None = answer_limit(status, view.moments)
    return limit.until if limit else None


def _late(base: Told, status: Status, entry: Entry) -> Told:
    breach = next((one for one in status.late if one.n == entry.n), None)
    body = (breach.body if breach else None) or standing.body_for(status, _role(status, entry), body_of)
    above = bodies.up_from(body) if body else ()
    level = min(breach.k - 1 if breach else 0, len(above) - 1)
    return replace(
        base,
        body=name_of(body) if body else base.body,
        up=above[level].name if above else NOTHING,
        was_due=breach.due if breach else entry.on,
        step=status.procedure.steps[entry.step].title if entry.step else NOTHING,
    )


def _waits(base: Told, view: MatterView, status: Status, kind: Kind) -> Told:
    """Until when the resident's word is awaited, and how silence would be recorded."""
    for clock in status.clocks:
        step = view.procedure.steps[clock.step]
        own = clock.kind == "lapse" and letters.is_residents(view.procedure, clock.step)
        if (own and step.after_end == (kind == "contest")) or (clock.kind == "pause" and kind != "contest"):
            outcome = step.outcomes.get(clock.outcome or "")
            left = (clock.until - view.today).days if clock.until else None
            silent_as = outcome.title if own and outcome else NOTHING
            return replace(base, limit=clock.until, days_left=left, lapses_as=silent_as, yours=own)
    return base


def _moved(view: MatterView, entry: Entry) -> date:
    """The last day before this entry on which somebody did something."""
    return max(one.entry.on for one in view.chain[: entry.n] if one.entry.role != CLOCK)


def _role(status: Status, entry: Entry) -> str:
    return status.procedure.steps[entry.step].role if entry.step else ""


def _title(view: MatterView, step: str) -> Text:
    found = view.procedure.steps.get(step)
    return found.title if found else NOTHING


def _body(status: Status, entry: Entry) -> Text:
    """Who did it, or whose it is now: the body that answers, else the one that acted."""
    answering = answering_step(status.procedure)
    role = status.procedure.steps[answering].role if answering else ""
    body = status.assigned.get(role) or entry.body or standing.body_for(status, _role(status, entry), body_of)
    return name_of(body) if body else NOTHING


def _day_of(view: MatterView) -> wording.Day:
    zone = ZoneInfo(view.status.calendar.zone)

    def day(value: date | datetime | None) -> Text:
        if value is None:
            return NOTHING
        if isinstance(value, datetime):
            at = value
            return Text(dates.moment(at, zone, view.today, "zh"), dates.moment(at, zone, view.today, "en"))
        return Text(dates.day(value, view.today, "zh"), dates.day(value, view.today, "en"))

    return day
