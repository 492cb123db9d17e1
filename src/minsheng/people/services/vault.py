"""Keep what tells who a resident is, read it field by field with a logged reason, erase it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger import sealing
from minsheng.people import queries
from minsheng.people.models import VaultField, VaultRead
from minsheng.people.pseudonyms import pseudonym
from minsheng.people.rules.actor import Actor
from minsheng.people.rules.vault import FIELDS, Protection, why_not_read


def keep(matter: str, fields: Mapping[str, str]) -> frozenset[str]:
    """Seal the fields that are not blank, each once; the names of those kept.

    Raises ValueError for a field the vault does not know, IntegrityError for one that is there already,
    ledger.sealing.Erased for an erased matter.
    """
    if unknown := set(fields) - set(FIELDS):
        raise ValueError(f"the vault has no field {min(unknown)!r}")
    said = {name: value.strip() for name, value in fields.items() if value.strip()}
    if said:
        with transaction.atomic(savepoint=False):
            key = sealing.key_of(matter, make=True)
            VaultField.objects.bulk_create(
                VaultField(matter=matter, name=name, sealed=key.seal(value.encode(), _purpose(name)))
                for name, value in said.items()
            )
    return frozenset(said)


def read_field(
    matter: str,
    field: str,
    actor: Actor,
    reason: str,
    at: datetime,
    *,
    protection: Protection,
    in_charge: str | None = None,
) -> str | Refusal:
    """One field, if the procedure's protection lets this actor read it; the resident sees that it was tried.

    The try is on record before the field is opened, whether it is refused or not; if it cannot be recorded,
    nothing is opened. `in_charge` is the body that has to answer. Raises ledger.sealing.CannotOpen.
    """
    reason = " ".join(reason.split())[:500]
    with transaction.atomic():
        refusal = why_not_read(actor, field, reason, protection, queries.allowed(matter), in_charge)
        box = None if refusal else VaultField.objects.filter(matter=matter, name=field).first()
        if refusal is None and box is None:
            refusal = Refusal(
                "not_given", Text("诉求人没有留这一项。", "The resident did not give this."), Kind.ABSENT
            )
        _record(matter, field, actor, reason, at, refusal)
    if box is None:
        assert refusal is not None
        return refusal
    try:
        return sealing.unseal(matter, bytes(box.sealed), _purpose(field)).decode()
    except (sealing.Erased, LookupError):
        return Refusal(
            "erased", Text("这件事的身份信息已经删掉了。", "The identity was erased."), Kind.ABSENT
        )


def _record(
    matter: str, field: str, actor: Actor, reason: str, at: datetime, refusal: Refusal | None
) -> None:
    try:
        sealed = sealing.seal(matter, reason.encode(), queries.READ_PURPOSE) if reason else None
    except sealing.Erased:
        sealed = None
    VaultRead.objects.create(
        matter=matter,
        field=field if field in FIELDS else "?",
        at=at,
        body=actor.body or "",
        role=actor.role,
        pseudonym=pseudonym(matter, actor.person),
        reason_sealed=sealed,
        refused=refusal.code if refusal else "",
    )


def open_to_send(matter: str, field: str) -> str | None:
    """A field for the machine itself to write to the resident; None if there is none or it was erased.

    Only for handlers that send what the procedure says must be told: no person sees the answer. Not logged,
    because nobody looked. Raises ledger.sealing.CannotOpen.
    """
    box = VaultField.objects.filter(matter=matter, name=field).first()
    if box is None:
        return None
    try:
        return sealing.unseal(matter, bytes(box.sealed), _purpose(field)).decode()
    except (sealing.Erased, LookupError):
        return None


def erase(matter: str) -> int:
    """Remove every field of the matter; how many there were. The ledger destroys the key besides.

    The record of reads stays; the reasons in it are sealed under the same key and go with it.
    """
    return VaultField.objects.filter(matter=matter).delete()[0]


def _purpose(field: str) -> str:
    return f"people.vault.{field}"
