"""For tests: browsers of staff and of residents, and what a page's form holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client

from minsheng.people.models import Account, Membership
from minsheng.people.rules.actor import Actor
from minsheng.people.services import let_in
from minsheng.people.services.signing_in import count_as_shown

SINCE: Final = datetime(2020, 1, 1, tzinfo=UTC)


def sign_in(*actors: Actor) -> Client:
    """A browser of somebody who has shown a second factor and holds these roles."""
    person = actors[0].person
    account, new = Account.objects.get_or_create(
        person=person,
        defaults={
            "email": f"{person}@yunxi.example",
            "name_zh": "周敏",
            "name_en": "Zhou Min",
            "created_at": SINCE,
        },
    )
    if new:
        Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
        for actor in actors:
            Membership.objects.create(person=person, role=actor.role, body=actor.body or "", since=SINCE)
    client = Client()
    client.force_login(account)
    request = HttpRequest()
    request.session, request.user = client.session, account
    count_as_shown(request, account, "totp")
    request.session.save()
    return client


def resident(matter: str, via: str = "code") -> tuple[Client, str]:
    """The browser of a resident who came back to a matter, and the handle in its addresses."""
    client, request = Client(), HttpRequest()
    request.session = SessionStore()
    handle = let_in(request, matter, via).handle
    request.session.save()
    client.cookies["minsheng_session"] = request.session.session_key or ""
    return client, handle


def text_of(answer: Any) -> str:
    """What a page says, without its mark-up."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", answer.content.decode())))


def hidden(answer: Any) -> dict[str, str]:
    """The hidden inputs of a page's own forms, the token aside."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', answer.content.decode())
    return {name: unescape(value) for name, value in found if name not in ("csrfmiddlewaretoken", "next")}
