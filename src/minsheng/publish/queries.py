"""What the public may ask: the last disclosure, its matters and its figures. A few queries each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from minsheng.publish.models import Edition, FigureCell, PublicMatter

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
    return PublicMatter.objects.filter(number=number).first()


def late(limit: int = PER_PAGE) -> list[PublicMatter]:
    """Matters whose clock had run out on the last disclosed day and that still run, the longest first."""
    return list(_late().order_by("due_on", "number")[:limit])


def n_late() -> int:
    """How many there are."""
    return _late().count()


def _late() -> QuerySet[PublicMatter]:
    return PublicMatter.objects.filter(end="", n_late__gt=0)


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
    return PageOf(
        tuple(rows), _key(rows[-1]) if more and rows else None, _key(rows[0]) if before and rows else None
    )


def _key(row: PublicMatter) -> str:
    return f"{row.opened_on.isoformat()}.{row.number}"


def _parse(key: str) -> tuple[date, str]:
    on, _, number = key.partition(".")
    if not number or len(number) > 40:
        raise ValueError("not a key of this list")
    return date.fromisoformat(on), number


def months(procedure: str) -> list[str]:
    """The months that have figures, the latest first."""
    found = FigureCell.objects.filter(procedure=procedure).values_list("month", flat=True).distinct()
    return sorted(found, reverse=True)


def figures(procedure: str, month: str) -> Mapping[str, Mapping[str, int]]:
    """Body → counts, in the order of the bodies' codes, never of the values."""
    rows = FigureCell.objects.filter(procedure=procedure, month=month).order_by("body")
    return {row.body: row.counts for row in rows}
