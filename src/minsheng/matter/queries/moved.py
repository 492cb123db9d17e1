"""How long each chain is: for whoever renews something of the matters once a day."""

from __future__ import annotations

from collections.abc import Iterator

from minsheng.matter.models import MatterRow


def counted(page: int = 2_000) -> Iterator[list[tuple[str, str, int]]]:
    """(matter, number, how many entries) of all that are not erased, page by page.

    Not "since a day": an entry of the clock is dated by the law and may be written days later.
    """
    after = ""
    while True:
        rows = MatterRow.objects.filter(erased=False, id__gt=after).order_by("id")
        found = list(rows.values_list("id", "number", "n_entries")[:page])
        if not found:
            return
        yield found
        after = found[-1][0]


def numbers(matters: set[str]) -> list[tuple[str, str]]:
    """(matter, number) of these, not erased."""
    return list(
        MatterRow.objects.filter(erased=False, id__in=matters).order_by("id").values_list("id", "number")
    )
