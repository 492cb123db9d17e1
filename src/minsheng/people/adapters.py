"""How django-allauth behaves here: sign-up is closed, and the secret of a second factor rests sealed."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.http import HttpRequest
from django.urls import reverse

from minsheng.ledger import keys

if TYPE_CHECKING:
    from minsheng.people.models import Account


def display(account: Account) -> str:
    """The name a member of staff sees of themselves."""
    return str(account)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an administrator opens accounts for staff, residents need none."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who has no second factor yet is led to it, for no staff page opens without."""
        if request.user.is_authenticated and not is_mfa_enabled(request.user):
            return reverse("mfa_activate_totp")
        return str(super().get_login_redirect_url(request))


def _second_factor_key() -> AESGCM:
    """Derived from the actor key, which is not rotated: a new vault key must not lock all staff out."""
    actor_key = keys.load().actor_key
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"minsheng second factor").derive(actor_key))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        """Seal the seed of a one-time password or of recovery codes before it reaches the database."""
        nonce = secrets.token_bytes(12)
        return base64.b64encode(nonce + _second_factor_key().encrypt(nonce, text.encode(), b"mfa")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The seed again. Raises InvalidTag if it was sealed under another key or changed."""
        box = base64.b64decode(encrypted_text)
        return _second_factor_key().decrypt(box[:12], box[12:], b"mfa").decode()
