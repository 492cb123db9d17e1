"""Sign in without a password, in the demo only; sign out."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest

from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.people.models import Account

PERSONA = "minsheng_persona"
"""Session key: the person whom the demo's bar signed in. It stands for the second factor in the demo only."""

_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def sign_in_persona(request: HttpRequest, person: str) -> Account | Refusal:
    """Sign in as one of the demo's personas with one click. Refused everywhere but in the demo."""
    if not settings.MINSHENG_DEMO:
        return Refusal(
            "not_the_demo",
            Text("只有演示才能这样登录。", "Only the demo lets you sign in like this."),
            Kind.ABSENT,
        )
    account = Account.objects.filter(person=person, is_active=True).first()
    if account is None:
        return Refusal("no_persona", Text("没有这个人。", "There is no such persona."), Kind.ABSENT)
    login(request, account, backend=_BACKEND)
    request.session[PERSONA] = account.person
    return account


def count_as_shown(request: HttpRequest, account: Account, kind: str) -> None:
    """A second factor was set up, with its code, in this session: it counts as shown just now."""
    record_authentication(request, account, "mfa", type=kind, reauthenticated=True)


def sign_out(request: HttpRequest) -> None:
    """Sign out and forget the session, whoever it was."""
    logout(request)
