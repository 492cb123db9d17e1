"""Which month is shown, when is a share too small to show, and is there a change? Counts in, decisions out.

Source: methods §4: no row under ten; Wilson intervals. The numbers live here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import Final

from minsheng.analysis.indicators.shares import wilson

FEWEST: Final = 10
"""Below this many a share says nothing and could point at somebody."""

TREND_MONTHS: Final = 6

WORDS: Final = ("solved", "partly", "not", "cannot_tell", "unknown")

Share = tuple[float, float, float]
"""A share with the low and the high end of its 95 % interval, 0..1."""


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


def by_body(cells: Iterable[tuple[str, Mapping[str, int]]], desk: str) -> dict[str, dict[str, int]]:
    """Body → counts, in the order of the codes. What no body had taken up yet is the desk's.

    >>> by_body([("", {"late": 1}), ("water", {"due": 2}), ("hotline", {"due": 3})], "hotline")
    {'hotline': {'late': 1, 'due': 3}, 'water': {'due': 2}}
    """
    found: dict[str, list[Mapping[str, int]]] = {}
    for body, counts in cells:
        found.setdefault(body or desk, []).append(counts)
    return {body: together(found[body]) for body in sorted(found)}


def solved_share(counts: Mapping[str, int]) -> Share | None:
    """Share of solved among all due, the unknown included, with its 95 % interval; None: too few."""
    due = counts.get("due", 0)
    if due < FEWEST:
        return None
    solved = counts.get("solved", 0)
    share = solved / due
    low, high = wilson(solved, due)
    return share, min(low, share), max(high, share)  # at 0 and 1 the formula ends a hair inside


def month_to_show(months: Iterable[str], this_month: str) -> str | None:
    """The last month that is over; the running one only where there is none before it.

    >>> month_to_show(["2026-10", "2026-09", "2026-08"], "2026-10")
    '2026-09'
    """
    ordered = sorted(months, reverse=True)
    over = [month for month in ordered if month < this_month]
    return next(iter([*over, *ordered]), None)


def months_up_to(months: Iterable[str], month: str) -> list[str]:
    """The last six months of those given, up to and with one, first to last."""
    return sorted(one for one in months if one <= month)[-TREND_MONTHS:]


def change_shown(shares: Sequence[Share]) -> bool | None:
    """Whether any two of these intervals lie apart; None if there are not two to compare.

    >>> change_shown([(0.45, 0.40, 0.50), (0.49, 0.44, 0.54)])
    False
    """
    if len(shares) < 2:
        return None
    return any(a[2] < b[1] or b[2] < a[1] for a, b in combinations(shares, 2))
