"""Which matters moved since a day: for whoever renews something of them once a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from minsheng.matter.models import MatterRow


def moved_since(day: date | None, page: int = 500) -> Iterator[list[tuple[str, str]]]:
    """(matter, number) of those with an entry on `day` or later (None: of all), not erased, page by page."""
    after = ""
    while True:
        rows = MatterRow.objects.filter(erased=False, id__gt=after)
        if day is not None:
            rows = rows.filter(moved_on__gte=day)
        found = list(rows.order_by("id").values_list("id", "number")[:page])
        if not found:
            return
        yield found
        after = found[-1][0]


def numbers(matters: set[str]) -> list[tuple[str, str]]:
    """(matter, number) of these, not erased."""
    return list(
        MatterRow.objects.filter(erased=False, id__in=matters).order_by("id").values_list("id", "number")
    )
