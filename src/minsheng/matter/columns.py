"""Every column of this room and what it is for. A column that is not here fails a test."""

from __future__ import annotations

from typing import Final

_MATTER: Final = "id of the matter, 16 hex digits"
_STAFF: Final = "; staff only, closed to the public until five alike may be shown"

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "matter_matterrow": {
        "id": _MATTER,
        "number": "the number people say, such as 云溪2026-1038",
        "procedure": "id of the procedure it runs under",
        "version": "version of that procedure",
        "procedure_sha256": "which bytes of the rule file it runs under, as pinned in entry 0",
        "override_sha256": "which local override lies over them, empty for none",
        "disclosure": "open, coded or withheld: what the public may see of it",
        "subject_zh": "kind and place in a few Chinese words, never the resident's own",
        "subject_en": "the same in English",
        "kind": "class of the matter in the town's taxonomy" + _STAFF,
        "area": "code of the place it is about" + _STAFF,
        "opened_on": "day on which it was opened",
        "open_steps": "steps that are open now, cached from the entries",
        "responsible_body": "body whose turn it is, cached from the entries",
        "due_at": "first limit that passes or passed, cached; lists compare it with today",
        "next_change_at": "when the clock next has something to record, cached for the worker",
        "round": "how often the matter was sent back, plus one, cached",
        "level": "how many levels up its breaches have climbed, cached",
        "ended": "how it ended, empty while it runs, cached",
        "ended_on": "day on which it ended, cached",
        "moved_on": "day of the last entry that somebody made, cached",
        "n_entries": "how many entries it has, cached",
        "seen_n": "number of the last entry that somebody made: a page that has seen less is stale",
        "updated_at": "moment at which this row was last written",
        "erased": "its content was erased; only the number stays, so that it is not given twice",
    },
    "matter_duty": {
        "id": "key, and the order among equal dates",
        "matter_id": _MATTER,
        "step": "the open step, empty for a body that waits",
        "role": "role whose turn it is",
        "body": "body that holds the role here, empty for whoever is a member with the role",
        "waiting": "the body waits for somebody else",
        "why": "what it waits for: clock stopped, approval, the resident's word, another body",
        "due_at": "when the step is, or was, to be done",
        "order_at": "the same, with the end of time for no limit, so that lists can be paged",
    },
    "matter_attachment": {
        "id": "the file's id in its document, 16 hex digits",
        "matter": _MATTER,
        "n": "number of the entry it came with",
        "document": "document it belongs to, which says who may read it",
        "field": "field of that document",
        "media": "type read from its bytes",
        "size": "bytes, as kept",
        "sha256": "hash of the bytes as kept, so that damage is noticed",
        "name_sealed": "the name it came under, sealed: names of files name people",
    },
    "matter_procedureversion": {
        "id": "key of the row",
        "procedure": "id of the procedure",
        "version": "its version",
        "sha256": "hash of the rule file's bytes",
        "override_sha256": "hash of the local override's bytes, empty for none",
        "source": "the rule file, byte for byte, kept as long as a matter ran under it",
        "override_source": "the local override, byte for byte, empty for none",
        "first_used_at": "moment of the first matter under it",
    },
    "matter_numbercounter": {
        "id": "key of the row",
        "prefix": "what stands before the year in numbers",
        "year": "year of the numbers counted",
        "last": "last number given in that year",
    },
}
