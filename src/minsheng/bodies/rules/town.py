"""What a town is made of, once its folder has been read: values, and nothing that stores.

Source: docs/town-folder.md. Names follow Popolo (bodies, areas) and Open311 (classes of request).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.words import Text

SMALLEST_AREA_SHOWN: Final = 1000
"""Inhabitants. A smaller area could tell who lives there, so the next larger one is shown instead."""

_NO_TEXTS: Final[Mapping[str, Text]] = MappingProxyType({})


class BodyKind(StrEnum):
    """What sort of public body."""

    GOVERNMENT = "government"
    DEPARTMENT = "department"
    STREET = "street"
    COMMITTEE = "committee"
    UTILITY = "utility"
    CONGRESS = "congress"
    PARTY = "party"
    HOTLINE = "hotline"
    SUPERVISION = "supervision"


class AreaKind(StrEnum):
    """What sort of place."""

    CITY = "city"
    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class Body:
    """A public body.

    `parent` is the body it belongs to; `reports_to` the one that is told when it is late, where that is
    another. `units` are its sections by code; `level` is how many bodies stand above it.
    """

    code: str
    name: Text
    kind: BodyKind
    parent: str | None = None
    reports_to: str | None = None
    short: Text | None = None
    contact: str = ""
    units: Mapping[str, Text] = field(default_factory=lambda: _NO_TEXTS)
    level: int = 0

    @property
    def short_name(self) -> Text:
        """The name people say, where it has one."""
        return self.short or self.name


@dataclass(frozen=True, slots=True)
class Area:
    """A place. `also` are the names people use for it or for what lies in it (the gazetteer).

    `centroid` is (latitude, longitude) in degrees, WGS 84, where the town gives one.
    """

    code: str
    name: Text
    kind: AreaKind
    population: int
    parent: str | None = None
    also: tuple[str, ...] = ()
    centroid: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Competence:
    """Matters of one class, in one area and all that lies in it ("*": everywhere), are this body's."""

    kind: str
    area: str
    body: str
    source: str


@dataclass(frozen=True, slots=True)
class TaxonomyClass:
    """What a matter can be about: fields of life. Never an opinion, never a person."""

    code: str
    name: Text
    examples: Text


@dataclass(frozen=True, slots=True)
class Colours:
    """The three colours a town may change, as #rrggbb."""

    act: str
    act_firm: str
    act_tint: str


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number worth showing, and what it is for."""

    number: str
    what: Text


@dataclass(frozen=True, slots=True)
class Town:
    """The town itself: `town.yaml`.

    `origin` names its log. `number_prefix` stands before the numbers of its matters. `languages` are given
    with the town's first language first. `roles` says which body holds a role that no step assigns. `zone`
    is the IANA name of the zone its calendar counts days in.
    """

    code: str
    name: Text
    origin: str
    number_prefix: str
    languages: tuple[str, ...]
    contacts: tuple[Number, ...]
    emergency: tuple[Number, ...]
    light: Colours | None = None
    dark: Colours | None = None
    texts: Mapping[str, Text] = field(default_factory=lambda: _NO_TEXTS)
    roles: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    zone: str = ""

    def text(self, slot: str) -> Text | None:
        """What the town says in one of its slots (see SLOTS), or None."""
        return self.texts.get(slot)


@dataclass(frozen=True, slots=True)
class TownFolder:
    """Everything in a town folder. `overrides` maps a procedure's id to the bytes of its file."""

    town: Town
    bodies: tuple[Body, ...]
    areas: tuple[Area, ...]
    competences: tuple[Competence, ...]
    taxonomy: tuple[TaxonomyClass, ...]
    calendar: WorkCalendar
    overrides: Mapping[str, bytes]


SLOTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "about": "One sentence at the foot of every page: what this town is, who runs the site.",
        "local_rule": "The name of the local rule for requests, as it is cited.",
        "remedies": "Where else a resident may go who does not agree with an answer.",
        "by_phone": "How to say it by telephone or to have somebody write it down.",
        "operator": "Who runs the machine, for the page on what the operator can see.",
        "privacy_contact": "Whom to ask about one's own data.",
    }
)
"""Texts a town may give, and where they appear. No slot is for praise."""


def up_from(code: str, bodies: Mapping[str, Body]) -> tuple[Body, ...]:
    """Who hears when this body is late: one level up, then the next. Raises KeyError for an unknown code."""
    told: list[Body] = []
    body = bodies[code]
    while (above := body.reports_to or body.parent) is not None:
        body = bodies[above]
        told.append(body)
    return tuple(told)


def parents_of(code: str, bodies: Mapping[str, Body]) -> tuple[Body, ...]:
    """The bodies this one belongs to, the nearest first. Raises KeyError for an unknown code."""
    found: list[Body] = []
    parent = bodies[code].parent
    while parent is not None:
        found.append(bodies[parent])
        parent = bodies[parent].parent
    return tuple(found)


def area_and_above(code: str, areas: Mapping[str, Area]) -> tuple[Area, ...]:
    """This area and those around it, the smallest first. Raises KeyError for an unknown code."""
    found = [areas[code]]
    while (parent := found[-1].parent) is not None:
        found.append(areas[parent])
    return tuple(found)


def coarse_area(code: str, areas: Mapping[str, Area]) -> Area:
    """The smallest area around this one that may be shown: at least SMALLEST_AREA_SHOWN inhabitants.

    The outermost area if even that one has fewer.
    """
    around = area_and_above(code, areas)
    return next((area for area in around if area.population >= SMALLEST_AREA_SHOWN), around[-1])


def competent(
    kind: str, area: str | None, rows: tuple[Competence, ...], areas: Mapping[str, Area]
) -> tuple[str, ...]:
    """The codes of the bodies competent for a class in an area, the nearest rule first, each once.

    Rules for a smaller area come before those for a larger one, and "*" last; among equals the town's own
    order holds. Without an area only the rules for everywhere apply. Raises KeyError for an unknown area.
    """
    places = [place.code for place in area_and_above(area, areas)] if area else []
    rank = {code: i for i, code in enumerate([*places, "*"])}
    found = [row for row in rows if row.kind == kind and row.area in rank]
    found.sort(key=lambda row: rank[row.area])
    return tuple(dict.fromkeys(row.body for row in found))
