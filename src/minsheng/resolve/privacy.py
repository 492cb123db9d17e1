"""Where a resident's things rest here, and how they are removed: drafts of replies cite their words."""

from __future__ import annotations

from minsheng.resolve import services


def erase(matter: str) -> int:
    """Remove every draft about the matter; how many there were."""
    return services.drop_drafts(matter)


def places() -> list[str]:
    """Tables where private content rests, for the crawl that looks for planted markers."""
    return ["resolve_draft", "resolve_draftfile"]
