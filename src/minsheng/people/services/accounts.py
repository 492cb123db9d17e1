"""Open and close accounts, give and end roles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Q

from minsheng.kernel.procedure.model import Separation
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.people import queries
from minsheng.people.models import Account, Membership, new_person
from minsheng.people.rules.membership import Held, why_not_hold

_LOCK = 7_301_002
"""PostgreSQL's advisory lock of `assign`; on SQLite BEGIN IMMEDIATE does the same."""


def open_account(
    email: str, name: Text, at: datetime, *, password: str | None = None, person: str | None = None
) -> Account | Refusal:
    """Open an account for a member of staff. Without a password, "forgotten password" sets the first one.

    `person` is for a town that is built again the same way; otherwise it is random.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        return Refusal(
            "no_email", Text("这不是电子邮箱地址。", "This is no e-mail address."), Kind.SHAPE, field="email"
        )
    with transaction.atomic():
        _alone()
        if Account.objects.filter(email=email).exists():
            return Refusal(
                "email_taken",
                Text("这个邮箱已经有账户了。", "There is an account with this address already."),
                Kind.CONFLICT,
                field="email",
            )
        account = Account.objects.create_user(
            email, password, name_zh=name.zh, name_en=name.en, created_at=at, person=person or new_person()
        )
        EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    return account


def close_account(account: Account, at: datetime) -> None:
    """Nobody signs in with it any more, and its open sessions count for nobody; its roles end.

    The name stays on record, for what was done under it.
    """
    with transaction.atomic():
        Account.objects.filter(pk=account.pk).update(is_active=False)
        running = Q(until__isnull=True) | Q(until__gt=at)
        Membership.objects.filter(running, person=account.person).update(until=at)
    account.is_active = False


def assign(
    person: str,
    role: str,
    body: str | None,
    *,
    since: datetime,
    until: datetime | None = None,
    unit: str | None = None,
    separations: Iterable[Separation],
    above: Callable[[str], Collection[str]],
) -> Membership | Refusal:
    """Give a person a role for a body, unless a procedure's separation of duties would break.

    `separations` are those of every procedure in use; `above` gives the codes of the bodies that a body
    belongs to (this room knows no bodies).
    """
    wanted = Held(person, role, body, since, until)
    with transaction.atomic():
        _alone()
        if not Account.objects.filter(person=person, is_active=True).exists():
            return Refusal(
                "no_account",
                Text("没有这个账户，或者已经关闭。", "There is no such open account."),
                Kind.ABSENT,
            )
        if refusal := why_not_hold(wanted, queries.held(), separations, above):
            return refusal
        return Membership.objects.create(
            person=person, role=role, body=body or "", unit=unit or "", since=since, until=until
        )


def end_membership(membership: Membership, at: datetime) -> None:
    """The role ends at that moment; that it was held stays on record."""
    Membership.objects.filter(pk=membership.pk).update(until=at)
    membership.until = at


def _alone() -> None:
    """Two people giving roles at once see each other's."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
