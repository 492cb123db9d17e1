"""Every column of this room and what it is for. A column that is not here fails a test."""

from __future__ import annotations

from typing import Final

_POSITION: Final = "the town's own order of its list"
_SAID: Final = "everything the folder says of it, as JSON"
_RETIRED: Final = "it has left the town; matters may still cite it"

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "bodies_town": {
        "id": "always 1: a site has one town",
        "edition": "a new random value at each apply, so that caches notice",
        "code": "the town's code",
        "said": "town.yaml as JSON: name, log origin, languages, telephone numbers, colours, texts, roles",
    },
    "bodies_body": {
        "id": "the key of the row",
        "code": "the body's code, as entries name it",
        "position": _POSITION,
        "kind": "what sort of public body",
        "parent": "code of the body it belongs to",
        "retired": _RETIRED,
        "said": _SAID,
    },
    "bodies_area": {
        "id": "the key of the row",
        "code": "the area's code, as facts name it",
        "position": _POSITION,
        "kind": "city, district, street, community or village",
        "parent": "code of the area around it",
        "population": "inhabitants, so that no area below 1,000 is shown",
        "retired": _RETIRED,
        "said": _SAID,
    },
    "bodies_competence": {
        "id": "the key of the row",
        "position": _POSITION,
        "kind": "class of matters",
        "area": "where the rule holds, or * for everywhere",
        "body": "whose matter it is",
        "source": "the rule or list that says so",
    },
    "bodies_taxonomy": {
        "id": "the key of the row",
        "code": "the class's code, as facts name it",
        "position": _POSITION,
        "retired": _RETIRED,
        "said": _SAID,
    },
    "bodies_calendar": {
        "id": "the key of the row",
        "sha256": "hash by which entries cite this edition of the calendar",
        "calendar": "id of the calendar",
        "version": "the number its author gave it",
        "canonical": "the edition itself, RFC 8785 bytes",
        "current": "new matters are opened under this one",
    },
    "bodies_override": {
        "id": "the key of the row",
        "procedure": "id of the procedure whose numbers the town moves to the safe side",
        "source": "the town's file, byte for byte",
    },
}
