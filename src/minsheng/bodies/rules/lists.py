"""What do the lists of a town folder say: bodies, areas, classes of matters, and whose matter is whose?"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from minsheng.bodies.rules.reading import Value, check_no_circle, known_codes
from minsheng.bodies.rules.town import Area, AreaKind, Body, BodyKind, Competence, TaxonomyClass
from minsheng.kernel.words import Text

OTHER: Final = "other"
"""The class that every taxonomy has, so that nothing is refused for not fitting."""

_ABOUT_OPINION: Final = re.compile(
    r"敏感|维稳|舆情|言论|群体性|聚集|上访|缠访|闹访|重点人|"
    r"\b(sensitiv\w*|opinions?|dissent\w*|protest\w*|unrest|petitioners?|public order risk)\b",
    re.IGNORECASE,
)
"""What no class of matters may be about (constitution, line 9): it would sort people by what they think."""


def read_bodies(root: Value) -> tuple[Body, ...]:
    """bodies.yaml: a list of bodies, those above anywhere before or after those below."""
    found: list[tuple[Body, Value, Mapping[str, Value]]] = []
    for item in root.items():
        f = item.fields(["code", "name", "kind"], ["parent", "reports_to", "short", "contact", "units"])
        if not {"code", "name", "kind"} <= set(f):
            continue
        body = Body(
            code=f["code"].code(),
            name=f["name"].both(),
            kind=BodyKind(f["kind"].choice([k.value for k in BodyKind])),
            parent=f["parent"].code() if "parent" in f else None,
            reports_to=f["reports_to"].code() if "reports_to" in f else None,
            short=f["short"].both() if "short" in f else None,
            contact=f["contact"].text() if "contact" in f else "",
            units=_units(f["units"]) if "units" in f else MappingProxyType({}),
        )
        found.append((body, f["code"], f))
    places = known_codes(((body.code, value) for body, value, _ in found), Text("机构", "body"))
    for body, _, f in found:
        for name in ("parent", "reports_to"):
            if name in f and getattr(body, name) not in places:
                _no_such(f[name], getattr(body, name), "bodies.yaml")
    bodies = tuple(body for body, _, _ in found)
    known = {body.code: body for body in bodies}
    parents = {code: body.parent if body.parent in known else None for code, body in known.items()}
    check_no_circle(parents, places.__getitem__)
    told = {code: body.reports_to or body.parent for code, body in known.items()}
    if any(body.reports_to for body in bodies):
        check_no_circle({k: v if v in known else None for k, v in told.items()}, places.__getitem__)
    if not any(body.kind is BodyKind.HOTLINE for body in bodies):
        root.wrong(
            "no_hotline",
            Text("没有受理的机构。", "No body takes requests in."),
            Text("至少要有一个kind: hotline。", "At least one must be of kind hotline."),
        )
    return bodies


def _units(value: Value) -> Mapping[str, Text]:
    found: list[tuple[str, Value, Text]] = []
    for item in value.items():
        f = item.fields(["code", "name"])
        if len(f) == 2:
            found.append((f["code"].code(), f["code"], f["name"].both()))
    known_codes(((code, place) for code, place, _ in found), Text("科室", "unit"))
    return MappingProxyType({code: name for code, _, name in found})


def read_areas(root: Value) -> tuple[Area, ...]:
    """areas.yaml: a list of areas; exactly one has no parent."""
    found: list[tuple[Area, Mapping[str, Value]]] = []
    for item in root.items():
        f = item.fields(["code", "name", "kind", "population"], ["parent", "also", "centroid"])
        if not {"code", "name", "kind", "population"} <= set(f):
            continue
        area = Area(
            code=f["code"].code(),
            name=f["name"].both(),
            kind=AreaKind(f["kind"].choice([k.value for k in AreaKind])),
            population=f["population"].whole(),
            parent=f["parent"].code() if "parent" in f else None,
            also=tuple(name.text() for name in f["also"].items()) if "also" in f else (),
            centroid=_centroid(f["centroid"]) if "centroid" in f else None,
        )
        found.append((area, f))
    places = known_codes(((area.code, f["code"]) for area, f in found), Text("区域", "area"))
    known = {area.code: area for area, _ in found}
    for area, f in found:
        if "parent" not in f:
            continue
        if area.parent not in known:
            _no_such(f["parent"], area.parent or "", "areas.yaml")
        elif area.population > known[area.parent].population:
            f["population"].wrong(
                "population",
                Text("人口比外面那一层还多。", "It has more inhabitants than the area around it."),
                Text("改正其中一个数。", "Correct one of the two numbers."),
            )
    parents = {code: area.parent if area.parent in known else None for code, area in known.items()}
    check_no_circle(parents, places.__getitem__)
    outermost = [f["code"] for area, f in found if area.parent is None]
    if found and len(outermost) != 1:
        (outermost[1] if outermost else root).wrong(
            "outermost",
            Text("最外层的区域要正好一个。", "Exactly one area must have no parent."),
            Text("给其余的写上parent。", "Give the others a parent."),
        )
    return tuple(area for area, _ in found)


def _centroid(value: Value) -> tuple[float, float] | None:
    pair = list(value.items())
    if len(pair) != 2:
        value.wrong(
            "centroid",
            Text("中心点要写两个数。", "A centroid has two numbers."),
            Text("写成[纬度, 经度]。", "Write [latitude, longitude]."),
        )
        return None
    return pair[0].degrees(90), pair[1].degrees(180)


def read_taxonomy(root: Value) -> tuple[TaxonomyClass, ...]:
    """taxonomy.yaml: the classes of matters, with plain examples; one of them is `other`."""
    found: list[tuple[TaxonomyClass, Value]] = []
    for item in root.items():
        f = item.fields(["code", "name", "examples"])
        if len(f) < 3:
            continue
        row = TaxonomyClass(f["code"].code(), f["name"].both(), f["examples"].both())
        found.append((row, f["code"]))
        if match := _ABOUT_OPINION.search(" ".join([row.code.replace("_", " "), *row.name, *row.examples])):
            item.wrong(
                "about_opinion",
                Text(
                    f"分类不能按看法、聚集或“敏感”来分：“{match[0]}”。",
                    f"No class is about opinion, gathering or sensitivity: '{match[0]}'.",
                ),
                Text("写清楚是哪样生活上的事。", "Say which part of daily life it is about."),
            )
    codes = known_codes(((row.code, value) for row, value in found), Text("分类", "class"))
    if OTHER not in codes:
        root.wrong(
            "no_other",
            Text(f"缺“{OTHER}”一类。", f"The class '{OTHER}' is missing."),
            Text("加上它：分不了类的事也得有人管。", "Add it: what fits nowhere must still be somebody's."),
        )
    return tuple(row for row, _ in found)


def read_competences(
    root: Value, bodies: Collection[Body], areas: Collection[Area], taxonomy: Collection[TaxonomyClass]
) -> tuple[Competence, ...]:
    """competences.yaml: whose matter is it? Every class needs a body for everywhere ("*")."""
    known_bodies = {body.code for body in bodies}
    known_areas = {"*", *(area.code for area in areas)}
    known_kinds = {row.code for row in taxonomy}
    found: list[Competence] = []
    for item in root.items():
        f = item.fields(["kind", "area", "body", "source"])
        if len(f) < 4:
            continue
        area = f["area"].text()
        row = Competence(f["kind"].code(), area, f["body"].code(), f["source"].text())
        for name, known, file in (
            ("kind", known_kinds, "taxonomy.yaml"),
            ("area", known_areas, "areas.yaml"),
            ("body", known_bodies, "bodies.yaml"),
        ):
            if getattr(row, name) not in known:
                _no_such(f[name], getattr(row, name), file)
        found.append(row)
    _everything_is_somebodys(root, known_kinds, found)
    return tuple(found)


def _everything_is_somebodys(root: Value, kinds: Iterable[str], rows: Collection[Competence]) -> None:
    for kind in sorted(set(kinds) - {row.kind for row in rows if row.area == "*"}):
        root.wrong(
            "nobody",
            Text(f"“{kind}”一类的事没有写归谁。", f"Nobody is competent for '{kind}' everywhere."),
            Text(f'加一行：kind: {kind}，area: "*"。', f'Add a line with kind: {kind}, area: "*".'),
        )


def _no_such(value: Value, code: str, file: str) -> None:
    value.wrong(
        "no_such",
        Text(f"{file}里没有“{code}”。", f"{file} has no '{code}'."),
        Text("写一个那里有的代码，或先在那里加上。", "Use a code that is there, or add it there first."),
    )
