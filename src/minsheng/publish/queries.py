"""What the public may ask: the last disclosure, its matters and its figures. A few queries each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet

from minsheng.bodies import queries as bodies
from minsheng.ledger import queries as ledger
from minsheng.matter import queries as matters_room
from minsheng.publish.models import Edition, FigureCell, PublicMatter, RatingCell

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class PageOf:
    """One page of a list, newest first; `older` and `newer` are keys to go on with, or None."""

    rows: tuple[PublicMatter, ...]
    older: str | None
    newer: str | None


def edition() -> Edition | None:
    """The last daily disclosure; None before the first."""
    return Edition.objects.order_by("-day").first()


def one(number: str) -> PublicMatter | None:
    """A disclosed matter by its number."""
    if len(number) > 40 or not number.isprintable():
        return None
    return PublicMatter.objects.filter(number=number).first()


@dataclass(frozen=True, slots=True)
class Gone:
    """A matter that was erased: when, and how many places in the log it leaves."""

    at: datetime
    n_entries: int


def erased(number: str) -> Gone | None:
    """The tombstone of a number; None for a matter that stands, or that never was."""
    matter = matters_room.id_of(number)
    at = ledger.erased_at(matter) if matter else None
    row = matters_room.row(matter) if matter and at else None
    return Gone(at, row.n_entries) if at and row else None


def late(*, after: str = "", before: str = "", limit: int = PER_PAGE) -> PageOf:
    """A page of the matters whose clock had run out on the last disclosed day and that still run.

    The longest first. `after` and `before` are keys of an earlier page; `older` of the page leads to those
    that are late for a shorter time. Raises ValueError for a key that is none.
    """
    found = _late()
    if before:
        on, number = _parse(before)
        found = found.filter(Q(due_on__lt=on) | Q(due_on=on, number__lt=number))
        rows = list(found.order_by("-due_on", "-number")[: limit + 1])
        more, rows = len(rows) > limit, list(reversed(rows[:limit]))
        return PageOf(
            tuple(rows), _late_key(rows[-1]) if rows else None, _late_key(rows[0]) if more else None
        )
    if after:
        on, number = _parse(after)
        found = found.filter(Q(due_on__gt=on) | Q(due_on=on, number__gt=number))
    rows = list(found.order_by("due_on", "number")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    first = _late_key(rows[0]) if after and rows else None
    return PageOf(tuple(rows), _late_key(rows[-1]) if more else None, first)


def n_late() -> int:
    """How many there are."""
    return _late().count()


def _late() -> QuerySet[PublicMatter]:
    return PublicMatter.objects.filter(end="", n_late__gt=0, due_on__isnull=False)


def _late_key(row: PublicMatter) -> str:
    return f"{row.due_on}.{row.number}"


def matters(*, body: str = "", before: str = "", after: str = "", limit: int = PER_PAGE) -> PageOf:
    """A page of all disclosed matters, newest first. `before` and `after` are keys of an earlier page.

    Raises ValueError for a key that is none.
    """
    found = PublicMatter.objects.all()
    if body:
        found = found.filter(body=body)
    if after:
        on, number = _parse(after)
        found = found.filter(Q(opened_on__gt=on) | Q(opened_on=on, number__gt=number))
        rows = list(found.order_by("opened_on", "number")[: limit + 1])
        more, rows = len(rows) > limit, list(reversed(rows[:limit]))
        return PageOf(tuple(rows), _key(rows[-1]) if rows else None, _key(rows[0]) if more else None)
    if before:
        on, number = _parse(before)
        found = found.filter(Q(opened_on__lt=on) | Q(opened_on=on, number__lt=number))
    rows = list(found.order_by("-opened_on", "-number")[: limit + 1])
    more, rows = len(rows) > limit, rows[:limit]
    first = _key(rows[0]) if before and rows else None
    return PageOf(tuple(rows), _key(rows[-1]) if more else None, first)


def _key(row: PublicMatter) -> str:
    return f"{row.opened_on.isoformat()}.{row.number}"


def _parse(key: str) -> tuple[date, str]:
    on, _, number = key.partition(".")
    if not number or len(number) > 40 or not number.isprintable():
        raise ValueError("not a key of this list")
    return date.fromisoformat(on), number


def months(procedure: str) -> list[str]:
    """The months that have figures, the latest first."""
    found = FigureCell.objects.filter(procedure=procedure).values_list("month", flat=True).distinct()
    return sorted(found, reverse=True)


def cells(procedure: str, months: Iterable[str]) -> list[FigureCell]:
    """The cells of some months, in the order of the bodies' codes, never of the values."""
    return list(FigureCell.objects.filter(procedure=procedure, month__in=list(months)).order_by("body"))


def rating_cells() -> list[RatingCell]:
    """The rating boxes that were opened or held too few, by body, the latest first."""
    return list(RatingCell.objects.order_by("body", "-last_month"))


def told(body: str, n_late: int) -> str:
    """The body that hears of a lateness found for the n-th time: one level up, then the next."""
    if not n_late or not body:
        return ""
    try:
        above = bodies.up_from(body)
    except LookupError:
        return ""
    return above[min(n_late, len(above)) - 1].code if above else ""
