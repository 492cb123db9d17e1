"""Where this room keeps anything of a matter, and how it is erased. Nothing here is private, all is dated."""

from __future__ import annotations

from minsheng.publish.models import PublicMatter


def places() -> list[str]:
    """The tables that hold something of one matter."""
    return ["publish_publicmatter"]


def erase(matter: str) -> int:
    """Take the matter off the public pages; how many rows went."""
    return PublicMatter.objects.filter(matter=matter).delete()[0]
