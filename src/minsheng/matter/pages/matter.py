"""What the pages of one matter show: the matter itself, a step, the reason why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from minsheng.kernel.procedure.model import Field
from minsheng.kernel.procedure.possible import Option
from minsheng.kernel.words import Text
from minsheng.matter.pages.clocks import INSTANT, basis_of
from minsheng.matter.pages.ways import Way
from minsheng.matter.queries import File, Filled, Handed, MatterView, timeline
from minsheng.matter.queries.holders import body_of, name_of
from minsheng.matter.rules import follows, standing
from minsheng.matter.rules.happened import Line
from minsheng.matter.sections import Section
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
)
from minsheng.ui.forms import Form
from minsheng.ui.words import Words, capital, language, say, together


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
    """Any matter, for whoever may open it."""

    number: str
    title: Words
    kicker: Words
    state: State
    dues: tuple[Due, ...]
    written: tuple[Written, ...]
    doors: tuple[Link, ...]
    also: tuple[Link, ...]
    lines: tuple[Happening, ...]
    sees: Sees
    rule: str
    back: Link | None


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step or another act, made from the rule file: facts, outcomes with what follows, documents."""

    kicker: Words
    title: Words
    dues: tuple[Due, ...]
    written: tuple[Written, ...]
    form: Form
    sections: tuple[Section, ...]
    refusal: RefusalPage | None
    since: tuple[Happening, ...]
    sees: Sees | None
    why: Link | None
    rule: str
    back: Link


@dataclass(frozen=True, slots=True)
class WhyPage:
    """Why a step stands as it does: in sentences, with the ground of every number in it."""

    title: Words
    kicker: Words
    sentences: tuple[Words, ...]
    grounds: tuple[tuple[Words, Basis], ...]
    rule: str
    back: Link


def title_of(view: MatterView) -> Words:
    """Kind and place; before the matter is classified, what sort of procedure it is."""
    return view.row.subject if view.row.subject_zh else view.procedure.title


def rule_of(view: MatterView, step: str = "") -> str:
    """The foot of a page: rule file, version, step."""
    said = _("%(name)s第%(version)s版") % {"name": view.procedure.id, "version": view.procedure.version}
    return said + (("，" if language() == "zh" else ", ") + step if step else "")


_END_KINDS: Final[Mapping[str, StateKind]] = {"confirmed": "confirmed", "lapsed": "unknown"}


def state_of(view: MatterView) -> State:
    """The matter in one word."""
    if view.status.end is not None:
        return State(follows.END_NAMES[view.status.end], _END_KINDS.get(view.status.end.value, "said"))
    return State(_("晚了"), "late") if view.row.late(view.now) else State(_("在办"))


def written_of(view: MatterView, way: Way, handed: Sequence[Handed]) -> tuple[Written, ...]:
    """Documents as a page shows them, first to last."""
    return tuple(_written(view, way, one) for one in handed if one.fields)


def _written(view: MatterView, way: Way, one: Handed) -> Written:
    role = view.procedure.roles.get(one.role)
    own = role is not None and role.kind in ("resident", "public")
    said: list[Said] = []
    pairs: list[tuple[Words, Words]] = []
    files: list[Link] = []
    for filled in one.fields:
        if filled.files:
            files += [_file(way, file) for file in filled.files]
        elif own and filled.field.type in ("text", "long_text"):
            label = _("%(field)s，原话，一字未改") % {"field": say(filled.field.title)}
            said.append(Said(str(filled.value), label, one.on))
        else:
            pairs.append((filled.field.title, _shown(filled)))
    return Written(one.document.title, one.who, one.on, tuple(said), tuple(pairs), tuple(files))


def _shown(filled: Filled) -> Words:
    return filled.shown if filled.shown is not None else value_in_words(filled.field, filled.value)


def value_in_words(field: Field, value: Any) -> Words:
    """A stored value as a page says it; money is stored in the smallest coin."""
    if field.type == "date":
        return dates.day(date.fromisoformat(str(value)), None, language())
    if field.type == "money" and isinstance(value, int):
        return f"{value // 100:,}.{value % 100:02d}"
    if isinstance(value, (list, tuple)):
        return "\n".join(str(one.get("text", one) if isinstance(one, Mapping) else one) for one in value)
    return str(value)


def _file(way: Way, file: File) -> Link:
    size = f"{file.size / 1_000_000:.1f} MB" if file.size >= 100_000 else f"{-(-file.size // 1000)} kB"
    return Link(file.name, way.file(file.id), note=size)


_WHEN: Final = {"later": Text("最晚", "By"), "skipped": Text("没有走", "Not taken")}


def happenings(view: MatterView) -> tuple[Happening, ...]:
    """The timeline, newest first: what is to come stands on top."""
    return tuple(_happening(view, line) for line in reversed(timeline(view)))


def since(view: MatterView, n: int) -> tuple[Happening, ...]:
    """What was recorded after entry `n`: for somebody whose page has become stale."""
    return tuple(_happening(view, line) for line in timeline(view) if line.n is not None and line.n > n)


def _happening(view: MatterView, line: Line) -> Happening:
    colon, semicolon, stop = ("：", "；", "。") if language() == "zh" else (": ", "; ", ".")
    facts = semicolon.join(f"{say(what)}{colon}{say(answer)}" for what, answer in line.facts)
    when = say(_WHEN.get(line.mark, ""))
    if line.mark == "later":
        when = f"{when} {_limit(view, line)}" if line.limit_at else say(line.more)
    text = say(line.more) if line.mark == "skipped" else together(
        *(capital(part) + stop for part in (say(line.who), facts) if part)
    )  # fmt: skip
    return Happening(line.what, line.mark, line.on, when, "", text, basis_of(line.ground))


def _limit(view: MatterView, line: Line) -> str:
    """The day on which a clock runs out; for a limit in hours with the time."""
    assert line.limit_at is not None
    calendar, today = view.status.calendar, view.today
    if line.to_the_minute:
        return dates.moment(line.limit_at, ZoneInfo(calendar.zone), today, language())
    return dates.day(calendar.day_of(line.limit_at - INSTANT), today, language())


def doors(view: MatterView, way: Way, options: Sequence[Option]) -> tuple[tuple[Link, ...], tuple[Link, ...]]:
    """What may be done now: the steps, and what is always possible; each page once."""
    steps: dict[str, Link] = {}
    also: dict[str, Link] = {}
    for option in options:
        if option.step is None or option.event == "ruled":
            title = option.title if option.event != "ruled" else Text("对异议作出认定", "Rule on the contest")
            also.setdefault(option.event, Link(title, way.also(option.event)))
        else:
            title = view.procedure.steps[option.step].title
            steps.setdefault(option.step, Link(title, way.step(option.step)))
    return tuple(steps.values()), tuple(also.values())


def who_sees(view: MatterView, role: str) -> Sees:
    """Under what name an act of this role becomes public."""
    title = view.procedure.roles[role].title
    holder = standing.body_for(view.status, role, body_of)
    shown = f"{say(name_of(holder))}（{say(title)}）" if holder else say(title)
    return Sees(_("您的姓名不公开，公开的是“%(name)s”。") % {"name": shown})
