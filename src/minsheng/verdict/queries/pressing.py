"""What a reviewer sees of reports of pressure, and which months the public may not rely on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from minsheng.ledger import sealing
from minsheng.verdict.models import PeriodMark, PressureCheck

WORDS: Final = "pressure"
REASONS: Final = "pressure finding"
"""What the sealed boxes are bound to, besides the matter."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check for its reviewer. `words`: what was said, first to last, with its day; () once erased."""

    id: UUID
    matter: str
    body: str
    month: date
    opened_on: date
    due_on: date
    finding: str
    closed_on: date | None
    words: tuple[tuple[date, str], ...] = ()
    reasons: str = ""


def checks() -> tuple[Check, ...]:
    """Running checks, the one due first on top, then those with a finding, newest first; without words."""
    running = PressureCheck.objects.filter(finding="").order_by("due_on", "id")
    done = PressureCheck.objects.exclude(finding="").order_by("-closed_on", "id")[:50]
    return tuple(_check(row) for row in (*running, *done))


def check(id: UUID) -> Check | None:
    """One check with the words that were said. None if there is none."""
    row = PressureCheck.objects.filter(id=id).first()
    if row is None:
        return None
    try:
        key = sealing.key_of(row.matter)
    except (sealing.Erased, LookupError):
        return _check(row)
    words = tuple(
        (one.said_on, key.unseal(bytes(one.words_sealed), WORDS).decode())
        for one in row.reports.order_by("said_on", "id")
        if one.words_sealed is not None
    )
    reasons = key.unseal(bytes(row.reasons_sealed), REASONS).decode() if row.reasons_sealed else ""
    return _check(row, words, reasons)


def _check(row: PressureCheck, words: tuple[tuple[date, str], ...] = (), reasons: str = "") -> Check:
    return Check(
        row.id, row.matter, row.body, row.month, row.opened_on, row.due_on, row.finding, row.closed_on,
        words, reasons,
    )  # fmt: skip


def marks() -> dict[tuple[str, date], str]:
    """(body, first day of the month) → why its verdicts and ratings are unusable. For every figure."""
    return {(row.body, row.month): row.why for row in PeriodMark.objects.all()}
