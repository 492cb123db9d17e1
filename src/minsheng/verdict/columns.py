"""Every column of this room and what it is for. A column that is not here fails a test."""

from __future__ import annotations

from typing import Final

_MATTER: Final = "id of the matter, 16 hex digits"
_BODY: Final = "code of the body it is about"

COLUMNS: Final[dict[str, dict[str, str]]] = {
    "verdict_ratingright": {
        "matter": _MATTER + ", which has ended and may be rated once",
        "body": "code of the body whose box the rating goes to",
        "spent": "whether it was rated; without a moment, and never with an answer",
    },
    "verdict_ratingbox": {
        "id": "the key of the box",
        "body": _BODY,
        "first_month": "first day of the first month whose answers it holds",
        "last_month": "first day of the last month whose answers it holds",
        "state": "collecting, opened, or too few and destroyed",
        "contents": "sorted receipts and sorted slips while it collects, sealed; emptied when it opens",
        "opened_on": "day of the disclosure that opened it",
        "published": "the two sorted lists, as they stand in the public export",
        "salt": "salt of its commitment, published with it",
        "i": "index of the leaf that closes it in the log; empty until it is there",
    },
    "verdict_pressurecheck": {
        "id": "random key of the check",
        "matter": _MATTER + ", for the reviewer; the body never learns which",
        "body": _BODY,
        "month": "first day of the month whose figures it is about",
        "opened_on": "day of the first report",
        "due_on": "last day for the reviewer's finding",
        "finding": "empty while it runs; shown, not shown or refuted",
        "reasons_sealed": "the reviewer's reasons, sealed under the matter's data key",
        "closed_on": "day of the finding",
        "closed_by": "the reviewer's pseudonym within the matter",
    },
    "verdict_pressurereport": {
        "id": "random key of the report",
        "of_id": "the check that it opened or joined",
        "said_on": "day on which the resident said it",
        "words_sealed": "the resident's words, sealed under the matter's data key; null once erased",
    },
    "verdict_periodmark": {
        "id": "the key of the mark",
        "body": "code of the body whose month is unusable",
        "month": "first day of that month",
        "why": "shown by a check, or reports from three matters",
        "marked_on": "day on which it was marked",
    },
}
