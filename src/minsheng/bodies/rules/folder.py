"""What does a town folder say, and what in it must be mended first?

The folder comes in as bytes by file name, so that nothing here touches a disk. Source: docs/town-folder.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from minsheng.bodies.rules import colours
from minsheng.bodies.rules.findings import Finding
from minsheng.bodies.rules.lists import read_areas, read_bodies, read_competences, read_taxonomy
from minsheng.bodies.rules.reading import Findings, Value, read_yaml
from minsheng.bodies.rules.town import SLOTS, Body, BodyKind, Colours, Number, Town, TownFolder, parents_of
from minsheng.kernel.calendar import CalendarMalformed, WorkCalendar
from minsheng.kernel.words import Text

LISTS: Final = ("bodies.yaml", "areas.yaml", "taxonomy.yaml", "competences.yaml")
FILES: Final = ("town.yaml", *LISTS, "calendar.json")
BESIDE: Final = ("README.md", "demo.yaml")
"""Files that may lie there too and are no part of the town: notes, and what `minsheng demo` plays."""

LARGEST: Final = 2_000_000
"""Bytes; a larger file is no town."""

_OVERRIDE: Final = re.compile(r"overrides/([a-z0-9][a-z0-9._-]{0,95})\.yaml")
_ORIGIN: Final = re.compile(r"[a-z0-9][a-z0-9.-]*\.[a-z]{2,}(/[a-z0-9._-]+)*")
_NUMBER: Final = re.compile(r"[0-9+][0-9 -]{1,24}")
_LANGUAGES: Final = ("zh", "en")


def read_folder(files: Mapping[str, bytes]) -> TownFolder | list[Finding]:
    """The town, or everything that must be mended first, sorted by file and line.

    `files` maps names like "town.yaml" and "overrides/resident-request.yaml" to their bytes.
    """
    findings = Findings()
    _check_names(files, findings)
    roots: dict[str, Value] = {}
    for name in ("town.yaml", *LISTS):
        if name in files and (root := read_yaml(name, files[name], findings)) is not None:
            roots[name] = root
    calendar = _calendar(files.get("calendar.json"), findings)
    if len(roots) < 1 + len(LISTS) or calendar is None:
        return sorted(findings.found)

    bodies = read_bodies(roots["bodies.yaml"])
    town = _town(roots["town.yaml"], {body.code: body for body in bodies})
    areas = read_areas(roots["areas.yaml"])
    taxonomy = read_taxonomy(roots["taxonomy.yaml"])
    competences = read_competences(roots["competences.yaml"], bodies, areas, taxonomy)
    if findings.found:
        return sorted(findings.found)
    by_code = {body.code: body for body in bodies}
    bodies = tuple(replace(body, level=len(parents_of(body.code, by_code))) for body in bodies)
    overrides = {m[1]: source for name, source in sorted(files.items()) if (m := _OVERRIDE.fullmatch(name))}
    town = replace(town, zone=calendar.zone)
    return TownFolder(town, bodies, areas, competences, taxonomy, calendar, MappingProxyType(overrides))


def is_town_file(name: str) -> bool:
    """Whether a file of this name may lie in a town folder."""
    return name in FILES or name in BESIDE or _OVERRIDE.fullmatch(name) is not None


def _check_names(files: Mapping[str, bytes], findings: Findings) -> None:
    for name in FILES:
        if name not in files:
            findings.add(
                name, 0, "missing",
                Text("缺这个文件。", "This file is missing."),
                Text("照docs/town-folder.md补上。", "Add it as docs/town-folder.md shows."),
            )  # fmt: skip
    for name, source in files.items():
        if not is_town_file(name):
            findings.add(
                name, 0, "unknown",
                Text("城市文件夹里没有这种文件。", "A town folder has no such file."),
                Text("移走它。", "Move it elsewhere."),
            )  # fmt: skip
        if len(source) > LARGEST:
            findings.add(
                name, 0, "size",
                Text("这个文件太大。", "This file is too large."),
                Text(f"不超过{LARGEST}字节。", f"Keep it below {LARGEST} bytes."),
            )  # fmt: skip


def _calendar(source: bytes | None, findings: Findings) -> WorkCalendar | None:
    if source is None:
        return None
    try:
        data = json.loads(source)
        if not isinstance(data, dict):
            raise CalendarMalformed("expected an object")
        return WorkCalendar.from_json(data)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        findings.add(
            "calendar.json", line, "json",
            Text("这不是JSON。", f"This is not JSON: {getattr(error, 'msg', error)}."),
            Text("看看逗号和引号。", "Check commas and quotes."),
        )  # fmt: skip
    except CalendarMalformed as error:
        wanted = re.search(r"'([^']+)'|(\d{4}-\d\d-\d\d)", str(error))
        word = (wanted[1] or wanted[2]) if wanted else str(error).split(":")[0]
        findings.add(
            "calendar.json", _line_of(source, word),
            "calendar",
            Text(f"日历不对：{error}。", f"The calendar is wrong: {error}."),
            Text("照docs/town-folder.md改这一处。", "Mend this place as docs/town-folder.md shows."),
        )  # fmt: skip
    return None


def _line_of(source: bytes, word: str) -> int:
    """The last line on which the word stands in quotes; 0 if it does not."""
    lines = source.decode("utf-8", "replace").splitlines()
    return max((i for i, line in enumerate(lines, 1) if f'"{word}"' in line), default=0)


def _town(root: Value, bodies: Mapping[str, Body]) -> Town:
    f = root.fields(
        ["name", "code", "origin", "number_prefix", "languages", "contacts", "emergency", "roles"],
        ["colours", "texts"],
    )
    origin = f["origin"].text() if "origin" in f else ""
    if origin and not _ORIGIN.fullmatch(origin):
        f["origin"].wrong(
            "origin",
            Text(f"“{origin}”不能作账目的名字。", f"'{origin}' cannot name a log."),
            Text(
                "写成minsheng.example.cn/log，不带https://。",
                "Write it like minsheng.example.org/log, no https://.",
            ),
        )
    prefix = f["number_prefix"].text() if "number_prefix" in f else ""
    if len(prefix) > 12 or re.search(r"[\s\d]", prefix):
        f["number_prefix"].wrong(
            "number_prefix",
            Text(
                "编号的头几个字不能有空格和数字，最多12个。",
                "The prefix has no blanks and no digits and is at most 12 long.",
            ),
            Text("写短一点，例如“云溪”。", "Write a short one, such as a place name."),
        )
    light, dark = _colours(f["colours"]) if "colours" in f else (None, None)
    return Town(
        code=f["code"].code() if "code" in f else "",
        name=f["name"].both() if "name" in f else Text("", ""),
        origin=origin,
        number_prefix=prefix,
        languages=_languages(f["languages"]) if "languages" in f else (),
        contacts=_numbers(f["contacts"]) if "contacts" in f else (),
        emergency=_numbers(f["emergency"]) if "emergency" in f else (),
        light=light,
        dark=dark,
        texts=MappingProxyType(
            {k: v.both() for k, v in f["texts"].fields([], SLOTS).items()} if "texts" in f else {}
        ),
        roles=MappingProxyType(_roles(f["roles"], bodies) if "roles" in f else {}),
    )


def _languages(value: Value) -> tuple[str, ...]:
    found = tuple(item.choice(_LANGUAGES) for item in value.items())
    if sorted(found) != sorted(_LANGUAGES):
        value.wrong(
            "languages",
            Text(
                "中文和英文都要有，先写的是首页的语言。",
                "Both zh and en are needed, the town's first language first.",
            ),
            Text("写成[zh, en]或[en, zh]。", "Write [zh, en] or [en, zh]."),
        )
    return found


def _numbers(value: Value) -> tuple[Number, ...]:
    found = []
    for item in value.items():
        f = item.fields(["number", "what"])
        number = f["number"].text() if "number" in f else ""
        if number and not _NUMBER.fullmatch(number):
            f["number"].wrong(
                "telephone",
                Text(f"“{number}”不像电话号码。", f"'{number}' does not look like a telephone number."),
                Text(
                    "只用数字、空格、短横和开头的加号。",
                    "Use digits, blanks, hyphens and a leading plus only.",
                ),
            )
        found.append(Number(number, f["what"].both() if "what" in f else Text("", "")))
    return tuple(found)


def _roles(value: Value, bodies: Mapping[str, Body]) -> dict[str, str]:
    found = {}
    for role, item in value.entries().items():
        found[role] = item.code()
        if bodies and found[role] not in bodies:
            item.wrong(
                "no_such_body",
                Text(f"bodies.yaml里没有“{found[role]}”。", f"bodies.yaml has no '{found[role]}'."),
                Text("写一个那里有的代码。", "Use a code that is there."),
            )
    intake = bodies.get(found.get("intake", ""))
    if intake is None or intake.kind is not BodyKind.HOTLINE:
        value.wrong(
            "intake",
            Text(
                "要写明谁受理：intake须是hotline一类的机构。",
                "Who takes requests in? 'intake' must be a body of kind hotline.",
            ),
            Text("加一行“intake: 机构代码”。", "Add a line 'intake: CODE OF THE BODY'."),
        )
    return found


def _colours(value: Value) -> tuple[Colours | None, Colours | None]:
    schemes = value.fields(["light", "dark"])
    return _scheme("light", schemes.get("light")), _scheme("dark", schemes.get("dark"))


def _scheme(scheme: str, value: Value | None) -> Colours | None:
    if value is None:
        return None
    f = value.fields(["act", "act_firm", "act_tint"])
    if len(f) < 3:
        return None
    said = {name: item.text().lower() for name, item in f.items()}
    bad = [name for name, colour in said.items() if not colours.is_colour(colour)]
    for name in bad:
        f[name].wrong(
            "colour",
            Text(f"“{said[name]}”不是颜色。", f"'{said[name]}' is no colour."),
            Text("写成“#0b5a5e”，要加引号。", 'Write it like "#0b5a5e", in quotes.'),
        )
    if bad:
        return None
    chosen = Colours(said["act"], said["act_firm"], said["act_tint"])
    for fault in colours.faults(scheme, chosen):
        f[fault.colour].wrong(
            "colour",
            fault.message,
            Text("换深一点、浅一点或别的颜色。", "Take it darker, lighter or further round the circle."),
        )
    return chosen
