"""The settings of django-allauth, for site/settings.py to take in.

Only staff have accounts: sign-up is closed, a second factor is needed before any staff page opens, and
residents never meet any of this.
"""

from __future__ import annotations

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

ACCOUNT_ADAPTER = "minsheng.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_USER_DISPLAY = "minsheng.people.adapters.display"
ACCOUNT_EMAIL_VERIFICATION = (
    "none"  # an administrator opens the account; the address is verified by the invitation
)
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger who types an address sends no mail
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a change of password or second factor is told by mail
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_PREVENT_ENUMERATION = True

MFA_ADAPTER = "minsheng.people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a passkey without a finger or a PIN is one factor, not two
MFA_TOTP_TOLERANCE = 1  # 30 s either way, for a telephone whose clock is off
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TRUST_ENABLED = False

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/work/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_FORMS = {
    "login": "minsheng.people.forms.LoginForm",
    "reauthenticate": "minsheng.people.forms.ReauthenticateForm",
    "reset_password": "minsheng.people.forms.ResetPasswordForm",
    "reset_password_from_key": "minsheng.people.forms.ResetPasswordKeyForm",
    "set_password": "minsheng.people.forms.SetPasswordForm",
    "change_password": "minsheng.people.forms.ChangePasswordForm",
}
MFA_FORMS = {
    "authenticate": "minsheng.people.forms.AuthenticateForm",
    "reauthenticate": "minsheng.people.forms.SecondFactorAgainForm",
    "activate_totp": "minsheng.people.forms.ActivateTotpForm",
    "add_webauthn": "minsheng.people.forms.AddPasskeyForm",
    "edit_webauthn": "minsheng.people.forms.EditPasskeyForm",
}
