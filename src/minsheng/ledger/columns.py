"""Every column of this room and what it is for. A column that is not here fails a test."""

from __future__ import annotations

from typing import Final

_MATTER: Final = "id of the matter, 16 hex digits"
_ORDER: Final = {
    "epoch": "how often this database came back from a backup",
    "tx": "number of the transaction that wrote it, for the safe horizon",
}

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "ledger_entry": {
        "id": "row number, the order of writing on SQLite",
        "matter": _MATTER,
        "n": "place in the matter's chain, from 0",
        "commitment": "SHA-256 of salt and body; the leaf of the log",
        "body": "canonical bytes of the entry; null once erased",
        "salt": "closes the commitment; null once erased",
        "moment_salt": "closes the exact moment; null once erased",
        "at": "the exact moment, for clocks; null once erased",
        **_ORDER,
    },
    "ledger_part": {
        "id": "row number",
        "matter": _MATTER,
        "n": "the entry it belongs to",
        "name": "which part of the entry",
        "box": "salt and value, sealed under the matter's data key; null once erased",
        "disclose": "when it may be opened: with_entry, after EVENT or never",
        "guarded": "opens only when enough matters share its value",
        "opened_on": "day of the disclosure that opened it",
    },
    "ledger_datakey": {
        "matter": _MATTER,
        "wrapped": "the matter's data key, sealed by the vault key; null once destroyed",
        "version": "which vault key sealed it",
        "destroyed_at": "when it was destroyed",
    },
    "ledger_erased": {"matter": _MATTER, "at": "when it was erased"},
    "ledger_leaf": {
        "i": "index in the log",
        "hash": "leaf hash, as in the published tiles",
        "commitment": "what the leaf commits to; null where it was lost",
        "kind": "entry, opened rating box, earlier log, or lost",
    },
    "ledger_batch": {
        "id": "row number",
        "first": "index of its first leaf",
        "size": "size of the log after it",
        "at": "when it was cut",
        "entry": "row number of the last entry it read",
        **_ORDER,
    },
    "ledger_checkpoint": {
        "id": "row number",
        "size": "number of leaves",
        "root": "root of the tree over them",
        "at": "when it was signed",
        "note": "the signed note as published",
    },
    "ledger_epoch": {"id": "always 1", "n": "how often this database came back from a backup"},
    "ledger_cursor": {
        "handler": "name of the handler",
        "entry": "row number of the last entry it passed",
        "moved_at": "when it last moved",
        "stopped_at": "since when it stands; null while it runs",
        "stopped_matter": "matter of the entry at which it stands",
        "stopped_n": "that entry's place in its chain",
        "n_failures": "how often that entry failed in a row",
        "try_again_at": "when it is tried again",
        "error": "kind and place of the error, never its words",
        **_ORDER,
    },
    "ledger_disclosure": {
        "day": "the last day whose entries are shown",
        "at": "when it was decided",
        "size": "leaves of the log that it covers",
    },
    "ledger_restoration": {
        "id": "row number",
        "at": "when the database came back from a backup",
        "epoch": "the epoch that began then",
        "n_lost": "leaves whose entries the backup did not have",
    },
    "ledger_recovered": {
        "i": "index of the lost leaf",
        "commitment": "what it commits to, as a resident's proof file showed",
        "at": "when it was given back",
    },
}
