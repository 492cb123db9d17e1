"""Whose could a matter be, by when, and what do its words say about place and questions?

Suggestions only: each shows what it rests on, a row of the town's list of competences or a name found in
the words. Nothing is chosen for the officer, and nothing here is learnt from residents.

Source: 《北京市接诉即办工作条例》 art. 11-13 (dispatch by competence, with a stated limit); the town's
competences.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from minsheng.bodies.rules.town import Area, Competence, area_and_above
from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.procedure.model import Parameter, Procedure, Unit
from minsheng.kernel.words import Kind, Refusal, Text

HOURS: Final = (Unit.MINUTE, Unit.HOUR)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A body that a list of competences names for a class in a place, and the row that says so.

    `area` is the place of that row, "*" for the whole town.
    """

    body: str
    area: str
    source: str


def suggestions(
    kind: str, area: str | None, rows: Iterable[Competence], areas: Mapping[str, Area]
) -> tuple[Suggestion, ...]:
    """The bodies competent for a class in a place, the nearest rule first, each once.

    Without a place only the rules for the whole town apply; an unknown place counts as none.
    """
    around = area_and_above(area, areas) if area in areas and area is not None else ()
    rank = {code: i for i, code in enumerate([*(place.code for place in around), "*"])}
    found = sorted(
        (row for row in rows if row.kind == kind and row.area in rank), key=lambda row: rank[row.area]
    )
    nearest: dict[str, Suggestion] = {}
    for row in found:
        nearest.setdefault(row.body, Suggestion(row.body, row.area, row.source))
    return tuple(nearest.values())


@dataclass(frozen=True, slots=True)
class Found:
    """A place whose name stands in somebody's words."""

    area: str
    name: str


def places_in(words: str, areas: Iterable[Area]) -> tuple[Found, ...]:
    """The places that the words name, the fewest inhabitants first, each once with the name found."""
    found = []
    for area in sorted(areas, key=lambda one: one.population):
        names = sorted({area.name.zh, area.name.en, *area.also}, key=lambda name: (-len(name), name))
        named = next((name for name in names if len(name) > 1 and name in words), None)
        if named is not None:
            found.append(Found(area.code, named))
    return tuple(found)


_SENTENCES: Final = re.compile(r"(?<![^。！？!?\n；;])[^。！？!?\n；;]*[？?]")
"""From the end of one sentence to a question mark; begun nowhere else, so that length alone costs little."""


def questions_in(words: str, most: int = 6) -> tuple[str, ...]:
    """The sentences of the words that end with a question mark, as they stand, at most `most` of them.

    >>> questions_in("谁投的？票在哪？没交的人门禁卡被停了，这合规定吗？")
    ('谁投的？', '票在哪？', '没交的人门禁卡被停了，这合规定吗？')
    """
    found = (sentence.strip() for sentence in _SENTENCES.findall(words))
    return tuple(dict.fromkeys(one for one in found if len(one) > 2))[:most]


@dataclass(frozen=True, slots=True)
class Limit:
    """What a choice means: the limit, and the last day if it begins today (None for hours)."""

    parameter: Parameter
    until: date | None

    @property
    def words(self) -> Text:
        """7天 / 7 days"""
        return length_of(self.parameter)


_UNITS: Final[Mapping[Unit, tuple[str, str]]] = {
    Unit.MINUTE: ("分钟", "minute"),
    Unit.HOUR: ("小时", "hour"),
    Unit.CALENDAR_DAY: ("天", "day"),
    Unit.WORKING_DAY: ("个工作日", "working day"),
    Unit.MONTH: ("个月", "month"),
    Unit.YEAR: ("年", "year"),
}


def length_of(parameter: Parameter) -> Text:
    """How long a parameter is: 7天 / 7 days."""
    zh, en = _UNITS[parameter.unit]
    return Text(f"{parameter.n}{zh}", f"{parameter.n} {en}{'' if parameter.n == 1 else 's'}")


def limits(procedure: Procedure, step: str, calendar: WorkCalendar, today: date) -> Mapping[str, Limit]:
    """Each value of the fact that chooses a step's limit → what it would mean from today on."""
    deadline = procedure.steps[step].deadline
    if deadline is None or not deadline.within.fact:
        return {}
    within = deadline.within
    found = {}
    for value in procedure.facts[within.fact].values:
        parameter = procedure.parameters[within.values.get(value, within.otherwise)]
        until = None if parameter.unit in HOURS else calendar.until(today, parameter.n, parameter.unit)
        found[value] = Limit(parameter, until)
    return found


def why_not_send(body: str, known: Collection[str], had: Collection[str]) -> Refusal | None:
    """None if the matter may be dispatched to this body; `had` are those it was moved on from."""
    if not body:
        return Refusal("body_missing", Text("选一个承办单位。", "Choose a body."), Kind.SHAPE, field="body")
    if body not in known:
        return Refusal(
            "body_unknown",
            Text("这个市没有这个单位。", "There is no such body here."),
            Kind.SHAPE,
            field="body",
        )
    if body in had:
        return Refusal(
            "body_had_it",
            Text(
                "这个单位已经提过异议并改派了，不能再派回去。",
                "It was moved on from that body; it does not go back.",
            ),
            source="《北京市接诉即办工作条例》第十二条",
            field="body",
        )
    return None
