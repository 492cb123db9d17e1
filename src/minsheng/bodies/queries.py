"""What other rooms ask about the town: bodies, areas, competences, calendars, classes of matters.

The whole town is read once per process and kept. Each request (and, outside requests, each call) compares
the `edition` of the one row of bodies_town with what is kept: one small query a page.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypeVar

import django.core.signals
from django.db import transaction

from minsheng.bodies import models
from minsheng.bodies.rules import keeping
from minsheng.bodies.rules import town as rules
from minsheng.bodies.rules.town import Area, Body, Competence, TaxonomyClass, Town, TownFolder
from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.log.canonical import parse_canonical

_Row = TypeVar("_Row", Body, Area, TaxonomyClass)


class NoTown(RuntimeError):
    """No town folder has been applied yet: run `minsheng town apply DIR`."""


@dataclass(frozen=True)
class _Kept:
    """One edition of the town, as it is kept in memory; never changed."""

    edition: str
    town: Town
    bodies: Mapping[str, Body]
    areas: Mapping[str, Area]
    competences: tuple[Competence, ...]
    taxonomy: Mapping[str, TaxonomyClass]
    retired: frozenset[tuple[type, str]]
    calendars: Mapping[str, WorkCalendar]
    calendar: WorkCalendar
    overrides: Mapping[str, bytes]

    def of_today(self, rows: Mapping[str, _Row]) -> tuple[_Row, ...]:
        """The rows without those that have left the town, in its order."""
        return tuple(row for row in rows.values() if (type(row), row.code) not in self.retired)


_kept: _Kept | None = None
_request = threading.local()


def _begin_request(**_: Any) -> None:
    _request.open, _request.checked = True, None


def _end_request(**_: Any) -> None:
    _request.open, _request.checked = False, None


django.core.signals.request_started.connect(_begin_request, dispatch_uid="bodies.queries.begin")
django.core.signals.request_finished.connect(_end_request, dispatch_uid="bodies.queries.end")


def look_again() -> None:
    """Compare with the database at the next question, even within this request."""
    _request.checked = None


def _town() -> _Kept:
    """The edition in force. Raises NoTown."""
    global _kept
    checked: _Kept | None = getattr(_request, "checked", None)
    if checked is not None:
        return checked
    edition = models.TownRow.objects.values_list("edition", flat=True).first()
    if edition is None:
        raise NoTown("no town folder has been applied yet: minsheng town apply DIR")
    kept = _kept
    if kept is None or kept.edition != edition:
        with transaction.atomic():
            kept = _kept = _read()
    if getattr(_request, "open", False):
        _request.checked = kept
    return kept


def _read() -> _Kept:
    row = models.TownRow.objects.get()
    body_rows = list(models.BodyRow.objects.order_by("position", "id"))
    area_rows = list(models.AreaRow.objects.order_by("position", "id"))
    class_rows = list(models.TaxonomyRow.objects.order_by("position", "id"))
    above = {row.code: row.parent for row in body_rows}
    retired = {
        (kind, each.code)
        for kind, rows in ((Body, body_rows), (Area, area_rows), (TaxonomyClass, class_rows))
        for each in rows
        if each.retired
    }
    editions = list(models.CalendarEdition.objects.order_by("id"))
    calendars = {e.sha256: WorkCalendar.from_json(parse_canonical(bytes(e.canonical))) for e in editions}
    calendar = calendars[next(e.sha256 for e in editions if e.current)]
    competences = models.CompetenceRow.objects.order_by("position")
    return _Kept(
        edition=row.edition,
        town=replace(keeping.town_from_json(row.said), zone=calendar.zone),
        bodies=MappingProxyType(
            {body.code: keeping.body_from_json(body.said, _level(body.code, above)) for body in body_rows}
        ),
        areas=MappingProxyType({area.code: keeping.area_from_json(area.said) for area in area_rows}),
        competences=tuple(Competence(c.kind, c.area, c.body, c.source) for c in competences),
        taxonomy=MappingProxyType({c.code: keeping.class_from_json(c.said) for c in class_rows}),
        retired=frozenset(retired),
        calendars=MappingProxyType(calendars),
        calendar=calendar,
        overrides=MappingProxyType({o.procedure: bytes(o.source) for o in models.OverrideRow.objects.all()}),
    )


def _level(code: str, above: Mapping[str, str | None]) -> int:
    level = 0
    while (parent := above[code]) is not None:
        code, level = parent, level + 1
    return level


def town() -> Town:
    """The town itself. Raises NoTown, as every question here does before the first apply."""
    return _town().town


def edition() -> str:
    """A value that is another one after every apply: for caches built from the town."""
    return _town().edition


def body(code: str) -> Body:
    """The body with this code, also one that has left the town. Raises KeyError."""
    return _town().bodies[code]


def bodies() -> tuple[Body, ...]:
    """All bodies of today in the town's own order."""
    kept = _town()
    return kept.of_today(kept.bodies)


def up_from(code: str) -> tuple[Body, ...]:
    """Who hears when this body is late, the nearest first. Raises KeyError."""
    return rules.up_from(code, _town().bodies)


def parents_of(code: str) -> tuple[Body, ...]:
    """The bodies this one belongs to, the nearest first. Raises KeyError."""
    return rules.parents_of(code, _town().bodies)


def body_of_role(role: str) -> Body | None:
    """The body that holds a role which no step assigns (intake, arbiter, …), as town.yaml says."""
    kept = _town()
    code = kept.town.roles.get(role)
    return kept.bodies[code] if code else None


def competent(kind: str, area: str | None) -> list[Body]:
    """The bodies competent for a class in an area, the nearest rule first; [] for an unknown class.

    Raises KeyError for an unknown area.
    """
    kept = _town()
    return [kept.bodies[code] for code in rules.competent(kind, area, kept.competences, kept.areas)]


def area(code: str) -> Area:
    """The area with this code, also a former one. Raises KeyError."""
    return _town().areas[code]


def areas() -> tuple[Area, ...]:
    """All areas of today in the town's own order."""
    kept = _town()
    return kept.of_today(kept.areas)


def coarse_area(code: str) -> Area:
    """The smallest area around this one with at least 1,000 inhabitants. Raises KeyError."""
    return rules.coarse_area(code, _town().areas)


def taxonomy() -> tuple[TaxonomyClass, ...]:
    """The classes of matters of today in the town's own order."""
    kept = _town()
    return kept.of_today(kept.taxonomy)


def taxonomy_class(code: str) -> TaxonomyClass:
    """The class with this code, also a former one. Raises KeyError."""
    return _town().taxonomy[code]


def calendar(sha256: str) -> WorkCalendar:
    """The edition of the calendar with this hash, in force or not. Raises KeyError."""
    return _town().calendars[sha256]


def current_calendar() -> WorkCalendar:
    """The calendar that new matters are opened under."""
    return _town().calendar


def calendars() -> Mapping[str, WorkCalendar]:
    """Every edition that was ever in force, by its hash."""
    return _town().calendars


def overrides() -> Mapping[str, bytes]:
    """The town's changes to procedures: a procedure's id to the bytes of the town's file."""
    return _town().overrides


def folder() -> TownFolder:
    """The whole town, as its folder said."""
    kept = _town()
    return TownFolder(
        town=kept.town,
        bodies=kept.of_today(kept.bodies),
        areas=kept.of_today(kept.areas),
        competences=kept.competences,
        taxonomy=kept.of_today(kept.taxonomy),
        calendar=kept.calendar,
        overrides=kept.overrides,
    )
