"""Who may see what, as a table: viewer × document × level of disclosure, made from rule files alone.

Nothing of what the platform does to decide it is used here: the table comes from `readers`, from the kinds of
roles and from `protections`, so that it can disagree.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from minsheng.kernel.procedure.model import Procedure

LEVELS: Final = ("open", "coded", "withheld")
Stand = Literal["holds", "elsewhere", "none"]
"""The role is the viewer's own body's (or, for a resident, person's) in this matter; another's; no role."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody before a matter: a role ("" for the public), and how it stands to the matter."""

    role: str
    stand: Stand

    def __str__(self) -> str:
        return f"{self.role or 'anybody'}, {self.stand}"


@dataclass(frozen=True, slots=True)
class Cell:
    """`reads`: the document; `told`: only because everybody is told of it, once its day has come."""

    reads: bool
    told: bool


Table = Mapping[tuple[Viewer, str, str], Cell]
NOT_IN_THE_FILE: Final = "clerk"
"""A role that no procedure knows."""


def viewers(procedure: Procedure) -> Iterator[Viewer]:
    """Everybody the file can tell apart, and those it does not name."""
    yield Viewer("", "none")
    yield Viewer(NOT_IN_THE_FILE, "elsewhere")
    for role in procedure.roles:
        yield Viewer(role, "holds")
        yield Viewer(role, "elsewhere")


def table(procedure: Procedure) -> Table:
    """The whole table of a procedure."""
    return {
        (viewer, document, level): Cell(
            reads=_reads(procedure, viewer, document),
            told=level != "withheld" and procedure.documents[document].disclose != "never",
        )
        for viewer in viewers(procedure)
        for document in procedure.documents
        for level in LEVELS
    }


def _reads(procedure: Procedure, viewer: Viewer, document: str) -> bool:
    role = procedure.roles.get(viewer.role)
    if role is None or role.is_subject or viewer.stand != "holds":
        return False
    return viewer.role in procedure.documents[document].readers


def may_look_into_the_vault(procedure: Procedure, viewer: Viewer, *, agreed: bool) -> bool:
    """Whether a field of the vault opens to this viewer. `agreed`: the resident lets the unit see it."""
    said = procedure.protections.get("identity_vault", {})
    role = procedure.roles.get(viewer.role)
    if role is None or role.is_subject or viewer.stand != "holds":
        return False
    return viewer.role in said.get("visible_to", ()) or (
        agreed and said.get(f"{viewer.role}_sees") == "only_if_resident_agrees"
    )
