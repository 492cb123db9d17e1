"""Who is meant by a role of a matter: the body by its name, as people say it."""

from __future__ import annotations

from collections.abc import Sequence

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Text
from minsheng.matter.queries import MatterView
from minsheng.matter.queries.holders import body_of
from minsheng.matter.rules import standing


def who(view: MatterView, role: str) -> Text:
    """The body that holds the role in this matter; the role's own name where none does yet."""
    code = standing.body_for(view.status, role, body_of)
    if code:
        try:
            return bodies.body(code).short_name
        except KeyError:
            return Text(code, code)
    declared = view.procedure.roles.get(role)
    return declared.title if declared else Text(role, role)


def in_charge(view: MatterView, role: str) -> Text:
    """The body that answers; until the matter was passed on, whoever it will be."""
    return who(view, role) if role in view.status.assigned else Text("承办单位", "the body in charge")


def listed(names: Sequence[Text]) -> Text:
    """Names in a row: 甲、乙和丙."""
    zh, en = [name.zh for name in names], [name.en for name in names]
    if len(names) < 2:
        return Text("".join(zh), "".join(en))
    return Text("、".join(zh[:-1]) + "和" + zh[-1], ", ".join(en[:-1]) + " and " + en[-1])


def roles_of_vault(procedure: Procedure) -> tuple[str, ...]:
    """The roles that may open the vault, as the rule file says."""
    said = procedure.protections.get("identity_vault") or {}
    return tuple(role for role in said.get("visible_to", ()) if role in procedure.roles)


def vault_names(view: MatterView) -> Text:
    """Who may open the vault."""
    return listed(tuple(who(view, role) for role in roles_of_vault(view.procedure)))


def capital(words: str) -> str:
    """With a capital letter, as a heading begins."""
    return words[:1].upper() + words[1:]
