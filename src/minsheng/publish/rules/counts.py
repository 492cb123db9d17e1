"""Which month is shown, and when is a share too small to show? Counts in, decisions out.

Source: methods §4: no row under ten; Wilson intervals. The number lives here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from minsheng.analysis.indicators.shares import wilson

FEWEST: Final = 10
"""Below this many a share says nothing and could point at somebody."""

WORDS: Final = ("solved", "partly", "not", "cannot_tell", "unknown")


def together(cells: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of cells.

    >>> together([{"due": 2}, {"due": 3, "late": 1}])
    {'due': 5, 'late': 1}
    """
    total: dict[str, int] = {}
    for cell in cells:
        for name, count in cell.items():
            total[name] = total.get(name, 0) + count
    return total


def solved_share(counts: Mapping[str, int]) -> tuple[float, float, float] | None:
    """Share of solved among all due, the unknown included, with its 95 % interval; None: too few."""
    due = counts.get("due", 0)
    if due < FEWEST:
        return None
    solved = counts.get("solved", 0)
    low, high = wilson(solved, due)
    return solved / due, low, high


def month_to_show(months: Iterable[str], this_month: str) -> str | None:
    """The last month that is over; the running one only where there is none before it.

    >>> month_to_show(["2026-10", "2026-09", "2026-08"], "2026-10")
    '2026-09'
    """
    ordered = sorted(months, reverse=True)
    over = [month for month in ordered if month < this_month]
    return next(iter([*over, *ordered]), None)
