"""What each page of this room shows: typed contexts, filled from a view, formatted by `ui`.

A template of this room gets `page`, one of these dataclasses, and nothing else of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.kernel.procedure.acts import Option
from minsheng.kernel.procedure.limits import Clock
from minsheng.kernel.procedure.model import Field
from minsheng.kernel.words import Text
from minsheng.matter import special
from minsheng.matter.queries import Filled, Handed, MatterView, WorkItem, Worklist
from minsheng.matter.queries.files import File
from minsheng.matter.queries.holders import name_of
from minsheng.matter.queries.lines import timeline
from minsheng.matter.rules import follows, happened, standing
from minsheng.matter.rules.happened import Ground, Line
from minsheng.ui import dates
from minsheng.ui.components import (
    Basis,
    Due,
    Happening,
    Link,
    RefusalPage,
    Said,
    Sees,
    State,
    StateKind,
    WorkRow,
)
from minsheng.ui.words import Words, language, say, together

_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Written:
    """A document on a page: its heading, who and when, a person's own words, other fields, files."""

    title: Words
    by: Words
    on: date
    said: tuple[Said, ...]
    pairs: tuple[tuple[Words, Words], ...]
    files: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class MatterPage:
    """Any matter, as staff see it."""

    number: str
    title: Words
    kicker: Words
    state: State
    dues: tuple[Due, ...]
    written: tuple[Written, ...]
    doors: tuple[Link, ...]
    also: tuple[Link, ...]
    lines: tuple[Happening, ...]
    why: tuple[Link, ...]
    sees: Sees
    rule: str
    back: Link


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step, made from the rule file: facts, outcomes with what follows, documents."""

    number: str
    kicker: Words
    title: Words
    dues: tuple[Due, ...]
    written: tuple[Written, ...]
    form: BaseForm
    sections: tuple[Section, ...]
    refusal: RefusalPage | None
    happened: tuple[Happening, ...]
    sees: Sees
    why: Link
    rule: str
    back: Link
    action: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form: a heading, when it has to be filled in, the names of its fields."""

    heading: Words
    hint: Words
    fields: tuple[Any, ...]
    panel: bool = False


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """What a member of staff has to do, by due date, and what waits for others."""

    kicker: Words
    worklist: Worklist
    yours: tuple[WorkRow, ...]
    waiting: tuple[WorkRow, ...]
    more: str
    more_waiting: str
    starts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class WhyPage:
    """Why a step stands as it does: rule, parameter, article, what is missing."""

    title: Words
    kicker: Words
    sentences: tuple[Words, ...]
    bases: tuple[tuple[Words, Basis], ...]
    rule: str
    back: Link


@dataclass(frozen=True, slots=True)
class StartsPage:
    """The procedures that somebody may open a matter under."""

    links: tuple[Link, ...]
    back: Link


def url_of(number: str) -> str:
    """The staff page of a matter."""
    return reverse("matter:matter", args=[number])


def step_url(procedure: str, step: str, number: str) -> str:
    """The page of a step: a room's special one, else the generic one."""
    made = special.STEP_PAGES.get((procedure, step))
    return made(number) if made else reverse("matter:step", args=[number, step])


def basis_of(ground: Ground | None, why: Link | None = None) -> Basis | None:
    """Whose date it is."""
    return None if ground is None else Basis(ground.basis, ground.text, why)


def title_of(view: MatterView) -> Words:
    """Kind and place; before the matter is classified, what sort of procedure it is."""
    return view.row.subject if view.row.subject_zh else view.procedure.title


def rule_of(view: MatterView, step: str = "") -> str:
    """The foot of a page: rule file, version, step."""
    name, version = view.procedure.id, view.procedure.version
    rule = _("%(name)s第%(version)s版") % {"name": name, "version": version}
    return f"{rule}，{step}" if step and language() == "zh" else f"{rule}, {step}" if step else rule


def why_link(view: MatterView, step: str) -> Link:
    """为什么要走这一步"""
    return Link(_("为什么是这样"), reverse("matter:why", args=[view.number, step]))


def dues_of(view: MatterView, yours: Sequence[str] = (), only: str = "") -> tuple[Due, ...]:
    """The clock lines of the open steps, the reader's own first. `yours`: steps that the reader can do."""
    steps = [step for step in view.status.open_steps if only in ("", step)]
    found = [due for step in steps if (due := _due(view, step, step in yours))]
    return tuple(sorted(found, key=lambda due: due.state != "yours"))


def _due(view: MatterView, step: str, yours: bool) -> Due | None:
    limit_at = standing.due_of_step(view.status, step, view.moments)
    clocks = [c for c in view.status.clocks if c.step == step and c.kind in ("deadline", "lapse")]
    title = view.procedure.steps[step].title
    if stopped := [clock for clock in clocks if clock.stopped]:
        return Due(
            heading=_("停表：%(step)s") % {"step": say(title)}, basis=_basis_of_clock(view, stopped[0], step)
        )
    if limit_at is None or not clocks:
        return None
    clock = clocks[0]
    calendar, today = view.status.calendar, view.today
    last = calendar.day_of(limit_at - _INSTANT)
    late = limit_at <= view.now
    return Due(
        what=title,
        limit=limit_at if clock.hours is not None and not late else last,
        state="late" if late else "yours" if yours else "open",
        days_left=None if late else (last - today).days,
        late_by=max(1, calendar.working_days_between(last, today)) if late else None,
        then=_then(view, step, clock),
        basis=_basis_of_clock(view, clock, step),
    )


def _basis_of_clock(view: MatterView, clock: Clock, step: str) -> Basis | None:
    grounds = filter(None, (happened.ground_of(view.procedure, name) for name in clock.parameters))
    return basis_of(next(grounds, None), why_link(view, step))


def _then(view: MatterView, step: str, clock: Clock) -> Words:
    if clock.kind == "lapse":
        outcome = view.procedure.steps[step].outcomes.get(clock.outcome or "")
        return _("到期没有回音，就记为：%(outcome)s。") % {"outcome": say(outcome.title)} if outcome else ""
    return _("到期没做，公开记为晚了，并报上一级。")


def state_of(view: MatterView) -> State:
    """The matter in one word."""
    end = view.status.end
    if end is not None:
        kinds: Mapping[str, StateKind] = {"confirmed": "confirmed", "lapsed": "unknown", "concluded": "said"}
        return State(follows.END_NAMES[end], kinds.get(end.value, "said"))
    if view.row.late(view.now):
        return State(_("晚了"), "late")
    return State(_("在办"))


def written_of(view: MatterView, handed: Sequence[Handed]) -> tuple[Written, ...]:
    """Documents as a page shows them, first to last."""
    return tuple(_written(view, one) for one in handed if one.fields)


def _written(view: MatterView, one: Handed) -> Written:
    role = view.procedure.roles.get(one.role)
    own = role is not None and role.kind in ("resident", "public")
    said, pairs, files = [], [], []
    for filled in one.fields:
        if filled.files:
            files += [file_link(view, file) for file in filled.files]
        elif own and filled.field.type in ("text", "long_text"):
            label = _("%(field)s，原话，一字未改") % {"field": say(filled.field.title)}
            said.append(Said(str(filled.value), label, one.on))
        else:
            pairs.append((filled.field.title, shown(filled)))
    return Written(one.document.title, one.who, one.on, tuple(said), tuple(pairs), tuple(files))


def shown(filled: Filled) -> Words:
    """A value in words."""
    if filled.shown is not None:
        return filled.shown
    return value_in_words(filled.field, filled.value)


def value_in_words(field: Field, value: Any) -> Words:
    """A stored value as a page says it; money is stored in hundredths."""
    if field.type == "date":
        return dates.day(date.fromisoformat(str(value)), None, language())
    if field.type == "money" and isinstance(value, int):
        return f"{value // 100:,}.{value % 100:02d}"
    if isinstance(value, (list, tuple)):
        return "\n".join(str(one) for one in value)
    return str(value)


def file_link(view: MatterView, file: File) -> Link:
    """A file to download, with its size."""
    size = f"{file.size / 1_000_000:.1f} MB" if file.size >= 100_000 else f"{-(-file.size // 1000)} kB"
    return Link(file.name, reverse("matter:file", args=[view.number, file.id]), note=size)


_MARKS = {"later": Text("最晚", "By"), "skipped": Text("没有走", "Not taken")}


def happenings(view: MatterView) -> tuple[Happening, ...]:
    """The timeline, newest first: what is to come stands on top."""
    return tuple(_happening(view, line) for line in reversed(timeline(view)))


def since(view: MatterView, n: int) -> tuple[Happening, ...]:
    """What was recorded after entry `n`: for somebody whose page has become stale."""
    return tuple(_happening(view, line) for line in timeline(view) if line.n is not None and line.n > n)


def _happening(view: MatterView, line: Line) -> Happening:
    facts = "；".join(f"{say(what)}：{say(answer)}" for what, answer in line.facts)
    if language() == "en":
        facts = "; ".join(f"{say(what)}: {say(answer)}" for what, answer in line.facts)
    when = say(_MARKS.get(line.mark, ""))
    if line.mark == "later" and line.until is not None:
        when = together(when, dates.day(line.until, view.today, language()))
    elif line.mark == "later":
        when = say(line.more)
    text = together(*(f"{part}{_('。')}" if part else "" for part in (say(line.who), facts)))
    if line.mark == "skipped":
        text = say(line.more)
    return Happening(line.what, line.mark, line.on, when, "", text, basis_of(line.ground))


def door(view: MatterView, option: Option) -> Link:
    """Where one can do what an option says."""
    if option.step is None:
        return Link(option.title, reverse("matter:also", args=[view.number, option.event]))
    return Link(
        view.procedure.steps[option.step].title, step_url(view.procedure.id, option.step, view.number)
    )


def doors(view: MatterView, options: Sequence[Option]) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """What may be done now: steps, and what is always possible; each page once."""
    steps = {door(view, option).url: door(view, option) for option in options if option.step is not None}
    also = {door(view, option).url: door(view, option) for option in options if option.step is None}
    return tuple(steps.values()), tuple(also.values())


def work_row(item: WorkItem, now: datetime, today: date, working_days_late: int, titles: Titles) -> WorkRow:
    """One line of a worklist."""
    row, due = item.row, item.due_at
    step = titles.step(row, item.step) if item.step else Text("", "")
    name = row.subject if row.subject_zh else titles.procedure(row)
    title = f"{say(name)}{'，' if language() == 'zh' else ', '}{say(step)}" if say(step) else say(name)
    url = step_url(row.procedure, item.step, row.number) if item.step and not item.why else url_of(row.number)
    moved = dates.day_short(row.moved_on, today, language())
    text = together(
        row.number + _("。"), _("自%(day)s以来没有记录。") % {"day": moved} if row.moved_on < today else ""
    )
    if item.why or due is None:
        return WorkRow(title, url, _waits_for(item), None, _head(item), text, _level(item))
    last = (due - _INSTANT).astimezone(titles.zone).date()
    return WorkRow(
        title, url, _when(due, now, (last - today).days, working_days_late), last, "", text, _level(item)
    )


@dataclass(frozen=True, slots=True)
class Titles:
    """Names for the rows of a list, looked up once a page."""

    zone: Any
    procedures: Mapping[str, Any]

    def step(self, row: Any, step: str) -> Text:
        found = self.procedures.get(row.procedure)
        return happened.title_of(found, step) if found else Text(step, step)

    def procedure(self, row: Any) -> Text:
        found = self.procedures.get(row.procedure)
        return found.title if found else Text(row.procedure, row.procedure)


def _head(item: WorkItem) -> Words:
    heads = {
        "stopped": _("停表"),
        "approval": _("等批准"),
        "resident": _("等居民"),
        "other": _("等别的单位"),
    }
    return heads.get(item.why, _("没有期限"))


def _waits_for(item: WorkItem) -> State | None:
    words = {"stopped": _("等居民"), "resident": _("等居民的话")}
    return State(words[item.why]) if item.why in words else None


def _when(due: datetime, now: datetime, days: int, working_days_late: int) -> State:
    if due <= now:
        return State(
            _("晚%(days)s") % {"days": dates.working_days(max(1, working_days_late), language())}, "late"
        )
    if days == 0:
        return State(_("今天到期"), "yours")
    return State(_("还有%(days)s") % {"days": dates.calendar_days(days, language())})


def _level(item: WorkItem) -> Words:
    if item.row.level or (item.due_at is not None and item.row.level > 0):
        return _("超期已公开，已报上%(n)s级。") % {"n": item.row.level}
    if item.why == "stopped":
        return _("居民答了就接着走。")
    return ""


def who_sees(view: MatterView, step: str) -> Sees:
    """Under what name this act becomes public."""
    role = view.procedure.roles[view.procedure.steps[step].role].title if step else Text("", "")
    holder = view.status.assigned.get(view.procedure.steps[step].role) if step else None
    name = say(name_of(holder)) if holder else say(role)
    return Sees(_("您的姓名不公开，公开的是“%(name)s”。") % {"name": name})
