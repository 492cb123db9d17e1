"""How the members of a town rest as JSON in the tables of this room, and come back as they were."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from minsheng.bodies.rules.town import Area, AreaKind, Body, BodyKind, Colours, Number, TaxonomyClass, Town
from minsheng.bodies.rules.writing import area_tree, body_tree, both, town_tree
from minsheng.kernel.words import Text

Json = Mapping[str, Any]

town_to_json = town_tree
body_to_json = body_tree
area_to_json = area_tree


def class_to_json(row: TaxonomyClass) -> Json:
    return {"code": row.code, "name": both(row.name), "examples": both(row.examples)}


def _both(said: Json) -> Text:
    return Text(said["zh"], said["en"])


def town_from_json(said: Json) -> Town:
    """The inverse of town_to_json."""
    schemes = said.get("colours", {})
    return Town(
        code=said["code"],
        name=_both(said["name"]),
        origin=said["origin"],
        number_prefix=said["number_prefix"],
        languages=tuple(said["languages"]),
        contacts=_numbers(said["contacts"]),
        emergency=_numbers(said["emergency"]),
        light=Colours(**schemes["light"]) if schemes else None,
        dark=Colours(**schemes["dark"]) if schemes else None,
        texts=MappingProxyType({slot: _both(text) for slot, text in said.get("texts", {}).items()}),
        roles=MappingProxyType(dict(said["roles"])),
    )


def _numbers(said: list[Json]) -> tuple[Number, ...]:
    return tuple(Number(n["number"], _both(n["what"])) for n in said)


def body_from_json(said: Json, level: int) -> Body:
    """The inverse of body_to_json; the level is counted, not kept."""
    return Body(
        code=said["code"],
        name=_both(said["name"]),
        kind=BodyKind(said["kind"]),
        parent=said.get("parent"),
        reports_to=said.get("reports_to"),
        short=_both(said["short"]) if "short" in said else None,
        contact=said.get("contact", ""),
        units=MappingProxyType({unit["code"]: _both(unit["name"]) for unit in said.get("units", [])}),
        level=level,
    )


def area_from_json(said: Json) -> Area:
    """The inverse of area_to_json."""
    centroid = said.get("centroid")
    return Area(
        code=said["code"],
        name=_both(said["name"]),
        kind=AreaKind(said["kind"]),
        population=int(said["population"]),
        parent=said.get("parent"),
        also=tuple(said.get("also", ())),
        centroid=(float(centroid[0]), float(centroid[1])) if centroid else None,
    )


def class_from_json(said: Json) -> TaxonomyClass:
    """The inverse of class_to_json."""
    return TaxonomyClass(said["code"], _both(said["name"]), _both(said["examples"]))
