"""What does a rule file say? YAML in, a Procedure or a list of findings out.

The words are described in docs/rule-language.md. This module reads shapes; `references` looks whether every
name means something and every number has its ground; `check` explores what the file makes happen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from minsheng.kernel.procedure.cells import (
    Cell,
    Report,
    cells_of,
    hint_of,
    read,
    slug_of,
    slugs_of,
    string_of,
    text_of,
    truth_of,
)
from minsheng.kernel.procedure.finding import Finding
from minsheng.kernel.procedure.load_steps import read_steps
from minsheng.kernel.procedure.model import (
    Basis,
    Document,
    Fact,
    Field,
    Parameter,
    Procedure,
    Role,
    Separation,
    Source,
    Start,
    Unit,
    Universal,
)
from minsheng.kernel.procedure.override import apply_override
from minsheng.kernel.procedure.references import refer
from minsheng.kernel.words import Text

__all__ = ["Finding", "apply_override", "load"]

SCHEMA: Final = "minsheng.procedure/v1"
BASES: Final[tuple[Basis, ...]] = ("law", "local", "design")
UNIVERSAL: Final = {
    "supplement": ("supplemented", Text("补充情况", "Add something")),
    "urge": ("urged", Text("催一催", "Urge")),
    "withdraw": ("withdrawn", Text("撤回", "Withdraw")),
    "correct": ("corrected", Text("更正自己的记录", "Correct one's own record")),
    "contest": ("contested", Text("对认定有异议", "Contest a finding")),
}
"""Act → its event, and its name where the file gives none."""

T = TypeVar("T")


def load(source: bytes, *, name: str = "procedure.yaml") -> Procedure | list[Finding]:
    """Read a rule file: its shape, its references, its provenance.

    Returns everything that is wrong, each with file, line, step and rule. A file that loads may still be
    unfit to run; `check.check` says whether it is.
    """
    report = Report(name)
    top = read(source, report)
    if top is None:
        return report.findings
    procedure = _procedure(top, report, hashlib.sha256(source).hexdigest())
    if not report.findings:
        refer(procedure, report)
    return sorted(report.findings, key=lambda finding: finding.line) or procedure


def _procedure(top: Cell, report: Report, sha256: str) -> Procedure:
    found = top.mapping(
        "schema id version title subject calendar parameters roles documents start steps",
        "status sources day_count separation facts universal late_again protections invariants",
    )
    part = found.get
    report.lines.update({key: cell.line for key, cell in found.items()})
    if (schema := part("schema")) and schema.string() != SCHEMA:
        schema.refuse("schema", f"只认识 {SCHEMA}", f"only {SCHEMA} is known here")
    version = cell.integer() if (cell := part("version")) else 1
    if version < 1:
        top.refuse("shape", "版本从 1 起", "versions start at 1")
    if cell := part("day_count"):
        _day_count(cell)
    sources = [_source(cell) for cell in cells_of(part("sources"))]
    return Procedure(
        id=slug_of(part("id")),
        version=version,
        title=text_of(part("title")),
        subject=slug_of(part("subject")),
        sha256=sha256,
        calendar=slug_of(part("calendar")),
        start=_start(part("start")),
        parameters=_table(part("parameters"), "parameters", _parameter),
        roles=_table(part("roles"), "roles", _role),
        facts=_table(part("facts"), "facts", _fact),
        documents=_table(part("documents"), "documents", _document),
        steps=read_steps(part("steps"), report),
        separation=tuple(_separation(cell) for cell in cells_of(part("separation"))),
        sources=MappingProxyType({source.id: source for source in sources}),
        universal=_table(part("universal"), "universal", _universal),
        late_again=slug_of(part("late_again")),
        protections=MappingProxyType(cell.plain() if (cell := part("protections")) else {}),
        invariants=tuple(cell.text() for cell in cells_of(part("invariants"))),
        status=(cell.choice(("draft", "in_force", "retired")) if (cell := part("status")) else "")
        or "in_force",
        file=report.file,
        lines=MappingProxyType(report.lines),
    )


def _table(cell: Cell | None, section: str, read_one: Callable[[str, Cell], T]) -> Mapping[str, T]:
    table: dict[str, T] = {}
    for key, one in cell.named() if cell else ():
        one.report.lines[f"{section}.{key}"] = one.line
        table[key] = read_one(key, one)
    return MappingProxyType(table)


def _day_count(cell: Cell) -> None:
    """Only one way of counting is known: the first day is not counted, a last day off rolls on."""
    found = cell.mapping("start roll")
    if "start" in found:
        found["start"].choice(("next_day",))
    if "roll" in found:
        found["roll"].choice(("next_working_day",))


def _source(cell: Cell) -> Source:
    found = cell.mapping("id title", "in_force verified where")
    verified = found["verified"].choice(("yes", "no", "partly")) if "verified" in found else "no"
    return Source(
        id=found["id"].string() if "id" in found else "",
        title=string_of(found.get("title")),
        in_force=string_of(found.get("in_force")),
        verified=verified or "no",
        where=string_of(found.get("where")),
    )


def _start(cell: Cell | None) -> Start:
    found = cell.mapping("role documents", "facts emits title") if cell else {}
    return Start(
        role=slug_of(found.get("role")),
        documents=slugs_of(found.get("documents")),
        facts=slugs_of(found.get("facts")),
        emits=slugs_of(found.get("emits")),
        title=hint_of(found.get("title")),
    )


def _parameter(key: str, cell: Cell) -> Parameter:
    found = cell.mapping("title n unit bound basis", "source note")
    unit = found["unit"].choice({unit.value: unit for unit in Unit}) if "unit" in found else None
    n, of = 0, 1
    if "n" in found and unit is Unit.SHARE:
        n, of = _share(found["n"])
    elif "n" in found:
        n = found["n"].integer()
    bound = found["bound"].mapping("", "min max") if "bound" in found else {}
    if "bound" in found and len(bound) != 1:
        found["bound"].refuse("bound", "须写明 min 或 max 之一", "a bound is either min or max")
    return Parameter(
        id=key,
        n=n,
        unit=unit or Unit.COUNT,
        basis=(found["basis"].choice(BASES) if "basis" in found else None) or "design",
        source=string_of(found.get("source")),
        note=hint_of(found.get("note")),
        title=text_of(found.get("title")),
        minimum=bound["min"].integer() if "min" in bound else None,
        maximum=bound["max"].integer() if "max" in bound else None,
        of=of,
    )


def _share(cell: Cell) -> tuple[int, int]:
    """A share such as "2/3"; compared exactly, so never a decimal fraction."""
    n, slash, of = cell.string().partition("/")
    if slash and n.isdecimal() and of.isdecimal() and 0 < int(n) <= int(of) <= 1000:
        return int(n), int(of)
    cell.refuse("shape", "份额须写成 “2/3”", 'a share is written "2/3"')
    return 1, 1


def _role(key: str, cell: Cell) -> Role:
    found = cell.mapping("title kind", "is_subject")
    kinds: tuple[str, ...] = ("resident", "unit", "person", "body", "independent", "public")
    kind = found["kind"].choice(kinds) if "kind" in found else None
    return Role(
        id=key,
        title=text_of(found.get("title")),
        kind=kind or "unit",  # type: ignore[arg-type]  # one of the kinds above
        is_subject=truth_of(found.get("is_subject")),
    )


def _separation(cell: Cell) -> Separation:
    found = cell.mapping("id a b rule", "basis source")
    rules = ("not_same_person", "not_same_unit", "not_subordinate", "no_interest", "not_prior_actor")
    rule = found["rule"].choice(rules) if "rule" in found else None
    one = Separation(
        id=slug_of(found.get("id")),
        a=slug_of(found.get("a")),
        b=slug_of(found.get("b")),
        rule=rule or "not_same_person",  # type: ignore[arg-type]  # one of the rules above
        basis=(found["basis"].choice(BASES) if "basis" in found else None) or "design",
        source=string_of(found.get("source")),
    )
    cell.report.lines[f"separation.{one.id}"] = cell.line
    return one


def _values(cell: Cell | None) -> Mapping[str, Text]:
    return MappingProxyType({key: one.text() for key, one in cell.named()} if cell else {})


def _fact(key: str, cell: Cell) -> Fact:
    found = cell.mapping("title type", "values public guarded contestable required hint")
    types = ("bool", "enum", "int", "date", "code")
    kind = (found["type"].choice(types) if "type" in found else None) or "bool"
    if (kind == "enum") != ("values" in found):
        cell.refuse(
            "shape", "enum 须列出 values，其他类型不列", "an enum lists its values, no other type does"
        )
    return Fact(
        id=key,
        title=text_of(found.get("title")),
        type=kind,  # type: ignore[arg-type]  # one of the types above
        values=_values(found.get("values")),
        public=truth_of(found.get("public"), True),
        guarded=truth_of(found.get("guarded")),
        contestable=truth_of(found.get("contestable")),
        required=truth_of(found.get("required"), True),
        hint=hint_of(found.get("hint")),
    )


def _document(key: str, cell: Cell) -> Document:
    found = cell.mapping("title", "fields readers disclose masked_by")
    fields = [_field(one) for one in cells_of(found.get("fields"))]
    if len({one.id for one in fields}) < len(fields):
        cell.refuse("repeated", "字段标识有重复", "a field's id stands twice")
    return Document(
        id=key,
        title=text_of(found.get("title")),
        fields=tuple(fields),
        readers=frozenset(slugs_of(found.get("readers"))),
        disclose=string_of(found.get("disclose")) or "never",
        masked_by=slug_of(found.get("masked_by")) or None,
    )


def _field(cell: Cell) -> Field:
    found = cell.mapping("id title type", "required disclose hint values")
    types = ("text", "long_text", "date", "int", "money", "enum", "file", "list", "points")
    kind = (found["type"].choice(types) if "type" in found else None) or "text"
    if (kind == "enum") != ("values" in found):
        cell.refuse(
            "shape", "enum 须列出 values，其他类型不列", "an enum lists its values, no other type does"
        )
    return Field(
        id=slug_of(found.get("id")),
        title=text_of(found.get("title")),
        type=kind,  # type: ignore[arg-type]  # one of the types above
        required=truth_of(found.get("required")),
        disclose=truth_of(found.get("disclose")),
        hint=hint_of(found.get("hint")),
        values=_values(found.get("values")),
    )


def _universal(key: str, cell: Cell) -> Universal:
    event, title = UNIVERSAL.get(key, ("", Text("", "")))
    if not event:
        cell.refuse("unknown_word", f"没有通用动作“{key}”", f"there is no universal act {key!r}")
    if not cell.is_mapping:
        return Universal(key, event, cell.slugs(), title)
    found = cell.mapping("role", "title requires allows facts ruled_by within ruling")
    return Universal(
        act=key,
        event=event,
        roles=slugs_of(found.get("role")),
        title=text_of(found.get("title")) if "title" in found else title,
        requires=slugs_of(found.get("requires")),
        allows=slugs_of(found.get("allows")),
        facts=slugs_of(found.get("facts")),
        ruled_by=slug_of(found.get("ruled_by")),
        within=slug_of(found.get("within")),
        ruling=slugs_of(found.get("ruling")),
    )
