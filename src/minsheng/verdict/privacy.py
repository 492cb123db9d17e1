"""Where a resident's things rest in this room, and how they are removed."""

from __future__ import annotations

from minsheng.verdict.models import RatingRight
from minsheng.verdict.services import pressing


def erase(matter: str) -> int:
    """Remove what was said of pressure, and the right to rate. What lies in a box belongs to no matter."""
    n, _ = RatingRight.objects.filter(matter=matter).delete()
    return n + pressing.erase(matter)


def places() -> list[str]:
    """Tables where private content rests, for the crawl that looks for planted markers."""
    return ["verdict_pressurereport", "verdict_pressurecheck", "verdict_ratingright"]
