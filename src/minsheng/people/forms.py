"""The forms of django-allauth in our words: labels that say what to type, and errors that help."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_CODE = _("验证器上的六位数，或者一个备用码")


class _OurWords:
    """Mixed in before a form of allauth: `labels` by field; hints are dropped unless given in `hints`."""

    labels: ClassVar[Mapping[str, Promise]] = {}
    hints: ClassVar[Mapping[str, Promise]] = {}
    use_required_attribute = False
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.help_text = self.hints.get(name, "")
            if name in self.labels:
                field.label = self.labels[name]
                field.error_messages["required"] = _("填上“%(label)s”") % {"label": field.label}


class LoginForm(_OurWords, account.LoginForm):  # type: ignore[misc]
    labels = {"login": _("工作邮箱"), "password": _("密码")}


class ReauthenticateForm(_OurWords, account.ReauthenticateForm):  # type: ignore[misc]
    labels = {"password": _("密码")}


class ResetPasswordForm(_OurWords, account.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": _("工作邮箱")}


_NEW = {"password1": _("新密码"), "password2": _("新密码，再写一遍")}
_LONG = {"password1": _("至少12个字符。一句您记得住、别人猜不到的话最好。")}


class ResetPasswordKeyForm(_OurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels, hints = _NEW, _LONG


class SetPasswordForm(_OurWords, account.SetPasswordForm):  # type: ignore[misc]
    labels, hints = _NEW, _LONG


class ChangePasswordForm(_OurWords, account.ChangePasswordForm):  # type: ignore[misc]
    labels = {"oldpassword": _("现在的密码"), **_NEW}
    hints = _LONG


class AuthenticateForm(_OurWords, mfa.AuthenticateForm):  # type: ignore[misc]
    labels = {"code": _CODE}


class SecondFactorAgainForm(_OurWords, mfa.ReauthenticateForm):  # type: ignore[misc]
    labels = {"code": _CODE}


class ActivateTotpForm(_OurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    labels = {"code": _("验证器上现在的六位数")}


class AddPasskeyForm(_OurWords, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    labels = {"name": _("给它起个名字"), "passwordless": _("以后只用它登录，不再输密码")}
    hints = {
        "name": _("例如“办公室的电脑”，方便以后认。"),
        "passwordless": _("要用指纹、面容或设备密码确认是您。"),
    }


class EditPasskeyForm(_OurWords, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    labels = {"name": _("名字")}
