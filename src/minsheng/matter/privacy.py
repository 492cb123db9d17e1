"""Where a resident's things rest in this room, and how they are removed.

The words themselves are parts of entries and the ledger's to erase; here lie the files that came with them,
and what lists say of a matter.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from minsheng.matter import services


def erase(matter: str) -> int:
    """Remove files, subject, kind, area and the cached state; how many things were removed."""
    return services.erase(matter)


def places() -> list[str]:
    """Folders and tables where private content rests, for the crawl that looks for planted markers."""
    return [
        str(Path(settings.MEDIA_ROOT) / "attachments"),
        "matter_attachment",
        "matter_matterrow",
        "matter_duty",
    ]
