"""How django-allauth behaves here: sign-up is closed, and the secret of a second factor rests sealed."""

from __future__ import annotations

import base64
import secrets
from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from minsheng.ledger import keys

if TYPE_CHECKING:
    from minsheng.people.models import Account


def display(account: Account) -> str:
    """The name a member of staff sees of themselves."""
    return str(account)


_AGAIN = _("试得太多了，过几分钟再来。")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账户已经关闭。要重新打开，找您单位里管账户的人。"),
        "email_password_mismatch": _("邮箱或者密码不对。看一下大小写，再写一遍。"),
        "enter_current_password": _("现在的密码不对，再写一遍。"),
        "incorrect_password": _("密码不对，再写一遍。"),
        "invalid_password_reset": _("这个链接用不了，再要一个。"),
        "too_many_login_attempts": _AGAIN,
        "rate_limited": _AGAIN,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: an administrator opens accounts for staff, residents need none."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Who has no second factor yet is led to it, for no staff page opens without."""
        if request.user.is_authenticated and not is_mfa_enabled(request.user):
            return reverse("mfa_activate_totp")
        return str(super().get_login_redirect_url(request))

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not while the first second factor is set up: the password was typed to get there.

        Before that no staff page opens, so a browser left alone then gives nothing away.
        """
        if app == "allauth.mfa" and not is_mfa_enabled(context.request.user):
            return False
        return bool(super().is_reauthentication_required(app=app, **more))


def _second_factor_key() -> AESGCM:
    """Derived from the actor key, which is not rotated: a new vault key must not lock all staff out."""
    actor_key = keys.load().actor_key
    return AESGCM(HKDF(SHA256(), 32, salt=None, info=b"minsheng second factor").derive(actor_key))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("这六位数不对，或者过时了。等验证器换下一个，再写。"),
        "cannot_generate_recovery_codes": _("先设好验证器或者通行密钥，才有备用码。"),
    }

    def get_totp_issuer(self) -> str:
        """The name that the authenticator shows beside the code."""
        return str(_("民声"))

    def generate_authenticator_name(self, user: Account, type: str) -> str:
        """A name to begin with, for whoever gives none."""
        return str(_("通行密钥"))

    def encrypt(self, text: str) -> str:
        """Seal the seed of a one-time password or of recovery codes before it reaches the database."""
        nonce = secrets.token_bytes(12)
        return base64.b64encode(nonce + _second_factor_key().encrypt(nonce, text.encode(), b"mfa")).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The seed again. Raises InvalidTag if it was sealed under another key or changed."""
        box = base64.b64decode(encrypted_text)
        return _second_factor_key().decrypt(box[:12], box[12:], b"mfa").decode()
