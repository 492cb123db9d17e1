"""The pages on which staff sign in and look after their second factor: django-allauth's, those we need.

Each is given its door here, by name; a page of allauth that is not named here does not exist on this site.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from allauth.account import urls as account_urls
from allauth.mfa import urls as mfa_urls
from django.urls import URLPattern, URLResolver, path

from minsheng.people.doors import Door, account_door, public_door

DOOR_OF: Final[dict[str, Door]] = {
    "account_login": "public",
    "account_logout": "public",  # also gives up a sign-in that is half way
    "account_inactive": "public",
    "account_signup": "public",  # answers that sign-up is closed; allauth's own pages name its address
    "account_reauthenticate": "account",
    "account_change_password": "account",
    "account_set_password": "account",
    "account_reset_password": "public",
    "account_reset_password_done": "public",
    "account_reset_password_from_key": "public",
    "account_reset_password_from_key_done": "public",
    "mfa_index": "account",
    "mfa_authenticate": "public",  # between password and second factor nobody is signed in yet
    "mfa_reauthenticate": "account",
    "mfa_login_webauthn": "public",
    "mfa_activate_totp": "account",
    "mfa_deactivate_totp": "account",
    "mfa_view_recovery_codes": "account",
    "mfa_generate_recovery_codes": "account",
    "mfa_download_recovery_codes": "account",
    "mfa_list_webauthn": "account",
    "mfa_add_webauthn": "account",
    "mfa_reauthenticate_webauthn": "account",
    "mfa_remove_webauthn": "account",
    "mfa_edit_webauthn": "account",
}


def _leaves(
    patterns: Iterable[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with the whole of its route. Patterns by regular expression have no prefix here."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _leaves(pattern.url_patterns, prefix + str(pattern.pattern))
        else:
            yield prefix, pattern


def _behind_doors() -> Iterator[URLPattern]:
    for lead, patterns in (("", account_urls.urlpatterns), ("2fa/", mfa_urls.urlpatterns)):
        for prefix, pattern in _leaves(patterns, lead):
            name = pattern.name or ""
            if name in DOOR_OF:
                door = account_door if DOOR_OF[name] == "account" else public_door
                if prefix:
                    yield path(prefix + str(pattern.pattern), door(pattern.callback), name=name)
                else:
                    yield URLPattern(pattern.pattern, door(pattern.callback), name=name)


urlpatterns = list(_behind_doors())
