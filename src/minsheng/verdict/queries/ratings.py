"""Which boxes are open, and may a matter still be rated? Nothing here says how anybody rated."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from minsheng.verdict.models import RatingBox, RatingRight
from minsheng.verdict.rules import rating
from minsheng.verify.boxes import Box


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened box: whose, which months, how many answers, how often each was given."""

    body: str
    first_month: date
    last_month: date
    opened_on: date
    n: int
    counts: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """A box that is closed, by its body: since when, and whether it was too few in the end. Not how many."""

    body: str
    first_month: date
    last_month: date
    too_few: bool


def may_rate(matter: str) -> bool | None:
    """Whether the matter may still be rated; None if it has no right yet."""
    spent = RatingRight.objects.filter(matter=matter).values_list("spent", flat=True).first()
    return None if spent is None else not spent


def opened(bodies: Iterable[str] | None = None) -> tuple[Opened, ...]:
    """The opened boxes, by body and month."""
    rows = RatingBox.objects.filter(state=RatingBox.State.OPENED)
    if bodies is not None:
        rows = rows.filter(body__in=list(bodies))
    found = []
    for row in rows.order_by("body", "first_month"):
        assert row.opened_on is not None
        answers = row.published["answers"]
        counts = rating.counts(answers)
        found.append(Opened(row.body, row.first_month, row.last_month, row.opened_on, len(answers), counts))
    return tuple(found)


def where_boxes_stand() -> tuple[Standing, ...]:
    """The boxes that are not open, by body: how many answers lie in them nobody is told."""
    rows = RatingBox.objects.exclude(state=RatingBox.State.OPENED).order_by("body", "first_month")
    return tuple(
        Standing(row.body, row.first_month, row.last_month, row.state == RatingBox.State.TOO_FEW)
        for row in rows
    )


def counted(typed: str) -> bool | None:
    """Whether the answer of this stub is in an opened box; None if the stub is none."""
    nonce = rating.heard(typed)
    if nonce is None:
        return None
    mine = rating.receipt(nonce)
    rows = RatingBox.objects.filter(state=RatingBox.State.OPENED).values_list("published", flat=True)
    return any(mine in published["nonces"] for published in rows)


def boxes() -> tuple[Box, ...]:
    """The opened boxes in the form of the export, those that the log has closed."""
    rows = RatingBox.objects.filter(state=RatingBox.State.OPENED, i__isnull=False)
    return tuple(box_of(row) for row in rows.order_by("body", "first_month"))


def box_of(box: RatingBox) -> Box:
    """An opened box in the form of the export. Its month is the last of those it holds."""
    said = box.published
    month = f"{box.last_month:%Y-%m}"
    return Box(
        box.body, month, tuple(said["nonces"]), tuple(said["answers"]), bytes(box.salt or b""), box.i or 0
    )
