"""Every column of this room and what it is for. A column that is not here fails a test."""

from __future__ import annotations

from typing import Final

_MATTER: Final = "the matter it belongs to"

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "people_account": {
        "id": "the key of the row",
        "password": "argon2 hash, or unusable until the invitation has set one",
        "person": "opaque key of the person, from which pseudonyms are made",
        "email": "name to sign in with, and where invitations go",
        "name_zh": "name that colleagues see, in Chinese",
        "name_en": "name that colleagues see, in English",
        "is_active": "whether one may sign in",
        "created_at": "when the account was opened",
    },
    "people_membership": {
        "id": "the key of the row",
        "person": "who holds the role",
        "role": "the role, as the procedures name it",
        "body": "code of the body acted for",
        "unit": "code of the section within the body",
        "since": "the role is held from this moment",
        "until": "the role is held to before this moment; empty while it lasts",
    },
    "people_vaultfield": {
        "id": "the key of the row",
        "matter": _MATTER,
        "name": "which field: name, phone, email or address",
        "sealed": "the resident's own value, sealed under the matter's data key",
    },
    "people_vaultread": {
        "id": "the key of the row, in the order of the tries",
        "matter": _MATTER,
        "field": "which field somebody tried to read",
        "at": "when it was tried",
        "body": "code of the reader's body",
        "role": "role in which it was tried",
        "pseudonym": "who tried, as this matter knows them",
        "reason_sealed": "why, in the reader's words, sealed under the matter's data key",
        "refused": "code of the refusal; empty if the field was shown",
    },
    "people_consentchange": {
        "id": "the key of the row, in the order of the changes",
        "matter": _MATTER,
        "what": "what the resident allowed or took back",
        "given": "allowed (true) or taken back (false)",
        "at": "when the resident said so",
    },
    "people_limitwindow": {
        "id": "the key of the row",
        "key": "keyed hash of purpose, window and address; the address is not kept",
        "n": "how often it was tried within the window",
        "ends_at": "when the window ends and the row may go",
    },
}

OF_LIBRARIES: Final[dict[str, dict[str, str]]] = {
    "account_emailaddress": {
        "id": "the key of the row",
        "user_id": "whose address",
        "email": "the address of an account of staff",
        "verified": "set when the account is opened: the invitation went there",
        "primary": "an account has one address only",
    },
    "account_emailconfirmation": {
        "id": "the key of the row",
        "email_address_id": "unused: addresses are verified by the invitation",
        "created": "unused",
        "sent": "unused",
        "key": "unused",
    },
    "mfa_authenticator": {
        "id": "the key of the row",
        "user_id": "whose second factor",
        "type": "one-time password, passkey or recovery codes",
        "data": "its public part and, sealed, its seed",
        "created_at": "shown on the person's own page",
        "last_used_at": "shown on the person's own page, so that misuse is noticed",
    },
    "django_session": {
        "session_key": "keyed to the cookie of one browser",
        "session_data": "who is signed in and how; residents, only sealed under a key from the address",
        "expire_date": "when it may be removed",
    },
    "auth_group": {
        "id": "the key of the row",
        "name": "unused: roles are memberships, given per body",
    },
    "auth_group_permissions": {
        "id": "the key of the row",
        "group_id": "unused, as there are no groups",
        "permission_id": "unused, as there are no groups",
    },
    "auth_permission": {
        "id": "the key of the row",
        "content_type_id": "which table; Django fills it in, nobody is asked for it",
        "codename": "a name made from the table's; what one may do is said by rule files, not here",
        "name": "the same in words",
    },
    "django_content_type": {
        "id": "the key of the row",
        "app_label": "the room of a table, for Django itself",
        "model": "the name of a table, for Django itself",
    },
    "django_migrations": {
        "id": "the key of the row",
        "app": "the room or library whose tables were changed",
        "name": "which change of form has run",
        "applied": "when it ran",
    },
}
"""Tables that libraries bring: what they hold here."""
