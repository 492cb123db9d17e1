"""Every column of this room and what it is for. A column that is not here fails a test."""

from __future__ import annotations

from typing import Final

_MATTER: Final = "id of the matter, 16 hex digits"

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "listen_filing": {
        "matter": _MATTER,
        "code_hash": "keyed hash of the follow code; the code itself is kept nowhere",
        "pepper": "which version of the receipt pepper keyed the hash",
        "language": "language of the page it was filed on, for the letters",
        "has_mail": "an e-mail address is in the vault, so that letters are also sent",
        "waits_until": "last day on which the resident is waited for, for the reminders",
        "waits_n": "entry from which that day counts, so that each reminder goes once",
    },
    "listen_draft": {
        "id": "key, and the name of the folder of its photographs",
        "token_hash": "hash of the token in the cookie of the browser it is written in",
        "box": "words, place, contact and photographs' names, sealed with token and vault key",
        "vault_version": "which vault key helped to seal it",
        "expires_at": "when it is swept",
    },
    "listen_letter": {
        "id": "key, and the order of sending",
        "matter": _MATTER,
        "n": "entry that the resident is told about",
        "kind": "what is told; the text is made from the entry whenever it is shown",
        "on": "day of the message",
        "try_at": "when sending is tried next; empty: nothing to send, or sent",
        "n_tries": "how often sending was tried, for the pause before the next try",
        "sent_at": "when the mail server took it",
        "trouble": "why it could not be sent, as a code",
    },
    "listen_maillink": {
        "id": "key of the row",
        "token_hash": "hash of the token in a letter's link",
        "matter": _MATTER,
        "purpose": "the one page that the link opens",
        "expires_at": "when the link ends",
    },
}
