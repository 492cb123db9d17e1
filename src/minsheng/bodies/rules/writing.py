"""How a town is written back as a folder: one line per item, so that a clerk can compare two versions.

`read_folder(write_folder(town)) == town`, and writing is idempotent; comments are not kept.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from minsheng.bodies.rules.town import SLOTS, Area, Body, Colours, Number, Town, TownFolder
from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.words import Text

Tree = str | Mapping[str, "Tree"] | Sequence["Tree"]

_PLAIN: Final = re.compile(
    r"[\w《（“](?:[^\x00-\x1f\x7f-\x9f\"#\[\]{},:&*!|>'%@`\ufeff]*[^\s\x00-\x1f\x7f-\x9f\"#\[\]{},:&*!|>'%@`\ufeff])?"
)

_READ_OTHERWISE: Final = re.compile(r"(y|n|yes|no|on|off|true|false|null|0\d+|\d+[_e]\d+)", re.IGNORECASE)
"""Words that other readers of YAML do not take for text."""


def scalar(value: str) -> str:
    """A YAML scalar that reads back as the same string."""
    if _PLAIN.fullmatch(value) and not _READ_OTHERWISE.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def flow(tree: Tree) -> str:
    """A tree on one line.

    >>> flow({"code": "water", "name": {"zh": "水务局", "en": "Water, Bureau"}})
    '{code: water, name: {zh: 水务局, en: "Water, Bureau"}}'
    """
    if isinstance(tree, str):
        return scalar(tree)
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in tree.items()) + "}"
    return "[" + ", ".join(flow(item) for item in tree) + "]"


def _rows(trees: Iterable[Tree]) -> str:
    return "".join(f"- {flow(tree)}\n" for tree in trees)


def _block(name: str, tree: Tree) -> str:
    """A top-level member: lists and mappings one item a line, texts and short lists on one."""
    if isinstance(tree, str) or (isinstance(tree, Mapping) and set(tree) == {"zh", "en"}):
        return f"{name}: {flow(tree)}\n"
    if isinstance(tree, Mapping):
        if not tree:
            return f"{name}: {{}}\n"
        return f"{name}:\n" + "".join(f"  {scalar(k)}: {flow(v)}\n" for k, v in tree.items())
    if all(isinstance(item, str) for item in tree):
        return f"{name}: {flow(tree)}\n"
    return f"{name}:\n" + "".join(f"  - {flow(item)}\n" for item in tree)


def both(text: Text) -> Tree:
    return {"zh": text.zh, "en": text.en}


def body_tree(body: Body) -> Mapping[str, Tree]:
    """A body as bodies.yaml has it."""
    tree: dict[str, Tree] = {"code": body.code, "name": both(body.name)}
    if body.short:
        tree["short"] = both(body.short)
    tree["kind"] = body.kind.value
    if body.parent:
        tree["parent"] = body.parent
    if body.reports_to:
        tree["reports_to"] = body.reports_to
    if body.contact:
        tree["contact"] = body.contact
    if body.units:
        tree["units"] = [{"code": code, "name": both(name)} for code, name in body.units.items()]
    return tree


def area_tree(area: Area) -> Mapping[str, Tree]:
    """An area as areas.yaml has it."""
    tree: dict[str, Tree] = {"code": area.code, "name": both(area.name), "kind": area.kind.value}
    tree["population"] = str(area.population)
    if area.parent:
        tree["parent"] = area.parent
    if area.also:
        tree["also"] = list(area.also)
    if area.centroid:
        tree["centroid"] = [_degrees(d) for d in area.centroid]
    return tree


def _degrees(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")


def town_tree(town: Town) -> Mapping[str, Tree]:
    """The town as town.yaml has it."""
    tree: dict[str, Tree] = {
        "name": both(town.name),
        "code": town.code,
        "origin": town.origin,
        "number_prefix": town.number_prefix,
        "languages": list(town.languages),
        "contacts": [_number_tree(n) for n in town.contacts],
        "emergency": [_number_tree(n) for n in town.emergency],
        "roles": dict(sorted(town.roles.items())),
    }
    if town.light and town.dark:
        tree["colours"] = {"light": _colours_tree(town.light), "dark": _colours_tree(town.dark)}
    if town.texts:
        tree["texts"] = {slot: both(town.texts[slot]) for slot in SLOTS if slot in town.texts}
    return tree


def _number_tree(number: Number) -> Tree:
    return {"number": number.number, "what": both(number.what)}


def _colours_tree(colours: Colours) -> Tree:
    return {"act": colours.act, "act_firm": colours.act_firm, "act_tint": colours.act_tint}


def calendar_file(calendar: WorkCalendar) -> bytes:
    """calendar.json: one key a line and one month of days a line."""
    said = calendar.to_json()
    parts = [
        f'  "{key}": {json.dumps(said[key], ensure_ascii=False)}'
        for key in ("id", "zone", "version", "covers", "note")
    ]
    for key in ("holidays", "makeup"):
        months: dict[str, list[str]] = {}
        for day in said[key]:
            months.setdefault(day[:7], []).append(json.dumps(day))
        lines = ",\n".join("    " + ", ".join(days) for days in months.values())
        parts.append(f'  "{key}": [\n{lines}\n  ]' if lines else f'  "{key}": []')
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def write_folder(folder: TownFolder) -> dict[str, bytes]:
    """The folder's files by name."""
    competences = [
        {"kind": row.kind, "area": row.area, "body": row.body, "source": row.source}
        for row in folder.competences
    ]
    taxonomy = [{"code": c.code, "name": both(c.name), "examples": both(c.examples)} for c in folder.taxonomy]
    files = {
        "town.yaml": "".join(_block(name, tree) for name, tree in town_tree(folder.town).items()),
        "bodies.yaml": _rows(body_tree(body) for body in folder.bodies),
        "areas.yaml": _rows(area_tree(area) for area in folder.areas),
        "taxonomy.yaml": _rows(taxonomy),
        "competences.yaml": _rows(competences),
    }
    written = {name: text.encode() for name, text in files.items()}
    written["calendar.json"] = calendar_file(folder.calendar)
    for procedure, source in folder.overrides.items():
        written[f"overrides/{procedure}.yaml"] = source
    return written
