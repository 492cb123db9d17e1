"""Every column of this room and what it is for. A column that is not here fails a test."""

from __future__ import annotations

from typing import Final

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "resolve_draft": {
        "id": "the key of the row",
        "matter": "id of the matter, 16 hex digits",
        "page": "which page it was begun on: reply, ask, tell, extend, objection, …",
        "person": "opaque key of the officer who writes; nobody else sees the draft",
        "round": "round of the matter; a draft of an earlier round is not offered again",
        "sealed": "what was written so far, sealed under the matter's data key",
        "saved_at": "when it was last saved, shown to its writer",
    },
    "resolve_draftfile": {
        "id": "random key of the file while it is a draft",
        "draft_id": "the draft it goes with",
        "field": "which field of the document asks for it",
        "size": "bytes, shown beside its name",
        "name_sealed": "name of the file, sealed under the matter's data key",
        "sealed": "its bytes, checked and bared, sealed under the matter's data key",
    },
}
