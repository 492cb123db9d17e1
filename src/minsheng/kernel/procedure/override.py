"""May this town use other numbers? Only on the resident's safe side.

An override is a small file of its own: `schema: minsheng.override/v1`, `procedure`, `version`, and
`parameters` with the new numbers, each with its own ground. Where a parameter's bound is a maximum, the town
may be faster; where it is a minimum, it may give more time.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from minsheng.kernel.procedure.cells import Cell, Report, cells_of, hint_of, read, string_of
from minsheng.kernel.procedure.finding import Finding
from minsheng.kernel.procedure.model import Parameter, Procedure, Unit

SCHEMA: Final = "minsheng.override/v1"


def apply_override(
    procedure: Procedure, override: bytes, *, name: str = "override.yaml"
) -> Procedure | list[Finding]:
    """The procedure with the town's numbers, or everything that is wrong with them."""
    report = Report(name)
    top = read(override, report)
    if top is None:
        return report.findings
    found = top.mapping("schema procedure version parameters", "note")
    if "schema" in found and found["schema"].string() != SCHEMA:
        found["schema"].refuse("schema", f"只认识 {SCHEMA}", f"only {SCHEMA} is known here")
    named = found["procedure"].string() if "procedure" in found else ""
    version = found["version"].integer() if "version" in found else 0
    if (named, version) != (procedure.id, procedure.version):
        top.refuse(
            "other_procedure", "这份调整针对的是另一规则或版本", "it is for another procedure or version"
        )
    parameters = dict(procedure.parameters)
    for cell in cells_of(found.get("parameters")):
        for key, one in cell.named():
            if key not in parameters:
                one.refuse(
                    "unknown_parameter", f"规则中没有参数“{key}”", f"the file has no parameter {key!r}"
                )
            else:
                parameters[key] = _moved(parameters[key], one)
    if report.findings:
        return report.findings
    sha256 = hashlib.sha256(override).hexdigest()
    return replace(procedure, parameters=MappingProxyType(parameters), override_sha256=sha256)


def _moved(one: Parameter, cell: Cell) -> Parameter:
    """The parameter with its new number; reports a move to the unsafe side."""
    found = cell.mapping("n", "source note")
    if one.unit is Unit.SHARE:
        cell.refuse("override", "份额不能在本地调整", "a share is not for a town to change")
        return one
    n = found["n"].integer() if "n" in found else one.n
    if n < 1 or (one.maximum is not None and n > one.n) or (one.minimum is not None and n < one.n):
        cell.refuse(
            "unsafe_side",
            f"“{one.id}”只能往对居民有利的一边调：原为{one.n}",
            f"{one.id!r} may only move to the resident's safe side of {one.n}",
        )
    source = string_of(found.get("source"))
    return replace(one, n=n, basis="local", source=source, note=hint_of(found.get("note")) or one.note)
