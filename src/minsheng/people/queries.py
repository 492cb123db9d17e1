"""What other rooms ask about people: who may act in which roles, what was read, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from minsheng.kernel.words import Text
from minsheng.ledger import sealing
from minsheng.people.models import Account, ConsentChange, Membership, VaultField, VaultRead
from minsheng.people.pseudonyms import pseudonym as pseudonym
from minsheng.people.rules.actor import Actor
from minsheng.people.rules.membership import Held

READ_PURPOSE = "people.vault.reason"


def _now_held(at: datetime) -> Q:
    return Q(since__lte=at) & (Q(until__isnull=True) | Q(until__gt=at))


def actors(account: Account | AnonymousUser, at: datetime) -> tuple[Actor, ...]:
    """Everything this account may act as at that moment, the oldest role first; () for nobody."""
    if not isinstance(account, Account) or not account.is_active:
        return ()
    rows = Membership.objects.filter(_now_held(at), person=account.person).order_by("since", "id")
    return tuple(_actor(row, account.name) for row in rows)


def _actor(row: Membership, name: Text | None) -> Actor:
    return Actor(
        person=row.person, role=row.role, body=row.body or None, name_shown=name, unit=row.unit or None
    )


def members(at: datetime, *, role: str | None = None, body: str | None = None) -> tuple[Actor, ...]:
    """Who holds a role, or a role of a body, at that moment, the oldest first; only open accounts."""
    rows: QuerySet[Membership] = Membership.objects.filter(_now_held(at))
    if role is not None:
        rows = rows.filter(role=role)
    if body is not None:
        rows = rows.filter(body=body)
    found = list(rows.order_by("since", "id"))
    names = {
        account.person: account.name
        for account in Account.objects.filter(person__in={row.person for row in found}, is_active=True)
    }
    return tuple(_actor(row, names[row.person]) for row in found if row.person in names)


def account(person: str) -> Account | None:
    """The account of a person, open or not."""
    return Account.objects.filter(person=person).first()


def account_of(email: str) -> Account | None:
    """The account with this address, open or not, however it is written."""
    return Account.objects.filter(email=email.strip().lower()).first()


def accounts() -> list[Account]:
    """Every account by address, for administrators."""
    return list(Account.objects.order_by("email"))


def emails() -> list[str]:
    """The addresses of every account, for administrators."""
    return list(Account.objects.order_by("email").values_list("email", flat=True))


def has_second_factor(account: Account) -> bool:
    """Whether the account could open staff pages at all."""
    return bool(is_mfa_enabled(account))


def running(person: str, role: str, body: str, at: datetime) -> list[Membership]:
    """The memberships of this person in this role for this body that hold at that moment."""
    return list(Membership.objects.filter(_now_held(at), person=person, role=role, body=body))


def names(persons: Iterable[str]) -> Mapping[str, Text]:
    """The names of accounts by person, for colleagues only."""
    return {a.person: a.name for a in Account.objects.filter(person__in=set(persons))}


def held() -> list[Held]:
    """Every membership there ever was, for the rule that judges a new one."""
    return [
        Held(row.person, row.role, row.body or None, row.since, row.until) for row in Membership.objects.all()
    ]


def fields_kept(matter: str) -> frozenset[str]:
    """The names of the fields that the vault holds for a matter; not what they say."""
    return frozenset(VaultField.objects.filter(matter=matter).values_list("name", flat=True))


@dataclass(frozen=True, slots=True)
class Read:
    """One try to read a field of the vault. `reason` is None once the matter was erased."""

    field: str
    at: datetime
    body: str
    role: str
    pseudonym: str
    reason: str | None
    refused: str


def reads(matter: str) -> tuple[Read, ...]:
    """Every try to read the resident's identity, refused ones too, the newest first: for the resident."""
    rows = list(VaultRead.objects.filter(matter=matter).order_by("-id"))
    if not rows:
        return ()
    try:
        key = sealing.key_of(matter)
    except (sealing.Erased, LookupError):
        key = None
    return tuple(
        Read(
            field=row.field,
            at=row.at,
            body=row.body,
            role=row.role,
            pseudonym=row.pseudonym,
            reason=key.unseal(bytes(row.reason_sealed), READ_PURPOSE).decode()
            if key and row.reason_sealed
            else None,
            refused=row.refused,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Consent:
    """Something a resident allowed: since when, and since when no longer (None: still allowed)."""

    what: str
    given_at: datetime
    withdrawn_at: datetime | None = None


def consents(matter: str) -> Mapping[str, Consent]:
    """What the resident has ever allowed on this matter and how it stands now, by what was allowed."""
    standing: dict[str, Consent] = {}
    for change in ConsentChange.objects.filter(matter=matter).order_by("id"):
        if change.given:
            standing[change.what] = Consent(change.what, change.at)
        elif change.what in standing:
            before = standing[change.what]
            standing[change.what] = Consent(before.what, before.given_at, change.at)
    return standing


def allowed(matter: str) -> frozenset[str]:
    """What the resident allows on this matter now."""
    return frozenset(what for what, consent in consents(matter).items() if consent.withdrawn_at is None)


def allowing(what: str, matters: Iterable[str]) -> frozenset[str]:
    """Those of the matters on which the resident allows this now, in one query."""
    rows = ConsentChange.objects.filter(what=what, matter__in=list(matters)).order_by("id")
    last: dict[str, bool] = dict(rows.values_list("matter", "given"))  # the latest change of each wins
    return frozenset(matter for matter, given in last.items() if given)
