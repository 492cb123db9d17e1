"""May this person read this field of the vault? Only in the roles the procedure names, and with a reason.

Source: `protections.identity_vault` of the procedure: `visible_to: [role]`; `<role>_sees:
only_if_resident_agrees` for those who may once the resident has agreed; `subject_of_complaint_sees: never`
for every role that is marked `is_subject`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Refusal, Text
from minsheng.people.rules.actor import Actor

FIELDS: Final = ("name", "phone", "email", "address")
"""What the vault holds of a resident; nothing else is ever asked."""

CONTACT_BY_UNIT: Final = "contact_by_unit"
"""The consent by which a resident lets the unit in charge see how to reach them."""

_AGREES: Final = "only_if_resident_agrees"


@dataclass(frozen=True, slots=True)
class Protection:
    """Who may read: always, or with a consent (role → what was agreed to); and who never may."""

    visible_to: frozenset[str] = frozenset()
    with_consent: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    never: frozenset[str] = frozenset()


def protection_of(procedure: Procedure) -> Protection:
    """What a procedure says about identities. A procedure that says nothing lets nobody read."""
    said = procedure.protections.get("identity_vault") or {}
    subjects = frozenset(role.id for role in procedure.roles.values() if role.is_subject)
    return Protection(
        visible_to=frozenset(said.get("visible_to", ())) - subjects,
        with_consent=MappingProxyType(
            {
                role: CONTACT_BY_UNIT
                for role in procedure.roles
                if said.get(f"{role}_sees") == _AGREES and role not in subjects
            }
        ),
        never=subjects,
    )


def why_not_read(
    actor: Actor,
    name: str,
    reason: str,
    protection: Protection,
    consents: Collection[str],
    in_charge: str | None,
) -> Refusal | None:
    """None if the actor may read the field of this name now.

    `consents` are those in force on the matter; `in_charge` is the body that has to answer, the only one to
    which a consent opens anything.
    """
    if name not in FIELDS:
        return Refusal("no_such_field", Text("没有这一项。", "There is no such field."), field="field")
    by_role = actor.role in protection.visible_to
    wanted = protection.with_consent.get(actor.role)
    by_consent = wanted in consents and actor.body is not None and actor.body == in_charge
    if actor.role in protection.never or not (by_role or by_consent):
        return Refusal(
            "vault_closed",
            Text("这一项不给您这个角色看。", "This is not for your role to see."),
            source="protections.identity_vault",
            next=Text(
                "要联系诉求人，请受理室转接。",
                "To reach the resident, ask the intake office to put you through.",
            ),
        )
    if not any(character.isalnum() for character in reason):
        return Refusal(
            "no_reason",
            Text(
                "写明为什么要看。诉求人看得到这句话。",
                "Say why you need it. The resident will see these words.",
            ),
            field="reason",
        )
    return None
