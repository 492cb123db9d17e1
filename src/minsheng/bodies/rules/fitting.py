"""Does a town fit the procedures that run in it: its overrides, and who holds which role?

An override may move a number to the resident's safe side only (kernel/procedure/override.py). Two roles that
a procedure keeps in different bodies are not given to one body by the town.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from minsheng.bodies.rules.findings import Finding
from minsheng.bodies.rules.town import TownFolder
from minsheng.kernel.procedure.load import apply_override
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Text


def misfits(
    folder: TownFolder, procedures: Mapping[str, Procedure], files: Mapping[str, bytes]
) -> list[Finding]:
    """Everything that keeps this town from running these procedures, sorted by file and line.

    `procedures` by id; `files` are the folder's own, to say on which line.
    """
    found = [*_overrides(folder, procedures)]
    for procedure in procedures.values():
        found += _roles(
            folder, procedure, files.get("town.yaml", b"").decode("utf-8", "replace").splitlines()
        )
    return sorted(set(found))


def _overrides(folder: TownFolder, procedures: Mapping[str, Procedure]) -> Iterator[Finding]:
    for name, source in folder.overrides.items():
        file = f"overrides/{name}.yaml"
        if name not in procedures:
            yield Finding(
                file,
                0,
                "no_such_procedure",
                Text(f"没有叫“{name}”的规则。", f"There is no procedure '{name}'."),
                Text(
                    f"文件名用规则的代号：{'、'.join(sorted(procedures))}。",
                    f"Name the file after a procedure: {', '.join(sorted(procedures))}.",
                ),
            )
            continue
        moved = apply_override(procedures[name], source, name=file)
        if isinstance(moved, Procedure):
            continue
        for one in moved:
            yield Finding(
                file,
                one.line,
                one.rule,
                Text(f"{one.message.zh}。", f"{one.message.en[:1].upper()}{one.message.en[1:]}."),
                Text("照docs/town-folder.md改这一行。", "Mend this line as docs/town-folder.md shows."),
            )


def _roles(folder: TownFolder, procedure: Procedure, lines: list[str]) -> Iterator[Finding]:
    """Roles of the town that a procedure keeps apart, and that would be in one body."""
    answering = {row.body for row in folder.competences}
    assigned = {
        role for step in procedure.steps.values() for o in step.outcomes.values() for role in o.assigns
    }
    for separation in procedure.separation:
        if separation.rule != "not_same_unit":
            continue
        a = _bodies_of(separation.a, folder, assigned, answering)
        b = _bodies_of(separation.b, folder, assigned, answering)
        for body in sorted(a & b):
            role = separation.a if separation.a in folder.town.roles else separation.b
            yield Finding(
                "town.yaml",
                _line_of_role(role, lines),
                "separation",
                Text(
                    f"{separation.a}和{separation.b}要分在两个单位（{procedure.id}，{separation.id}），现在都是{body}。",
                    f"{separation.a} and {separation.b} belong in two bodies "
                    f"({procedure.id}, {separation.id}); here both are {body}.",
                ),
                Text("换一个单位担任其中一个。", "Let another body hold one of the two."),
            )


def _bodies_of(role: str, folder: TownFolder, assigned: Iterable[str], answering: set[str]) -> set[str]:
    if role in assigned:
        return answering
    body = folder.town.roles.get(role)
    return {body} if body else set()


def _line_of_role(role: str, lines: list[str]) -> int:
    return next((i for i, line in enumerate(lines, 1) if line.strip().startswith(f"{role}:")), 0)
