"""What this room does when django-allauth says that something happened."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.http import HttpRequest

from minsheng.people.models import Account
from minsheng.people.services.signing_in import count_as_shown


def listen() -> None:
    """Connect the handlers, once."""
    authenticator_added.connect(_added, dispatch_uid="people.handlers.added")


def _added(
    sender: type[Authenticator], request: HttpRequest, user: Account, authenticator: Authenticator, **_: Any
) -> None:
    """Setting up a one-time password or a passkey needs its code: it was shown. Recovery codes were not."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        count_as_shown(request, user, authenticator.type)
