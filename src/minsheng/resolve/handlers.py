"""What follows an entry in this room: a matter that has ended needs no drafts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from minsheng.ledger.records import Recorded
from minsheng.matter import queries as matter
from minsheng.resolve import services


def drop_drafts(recorded: Recorded, now: datetime) -> None:
    """Remove the drafts about a matter that has ended."""
    row = matter.row(recorded.entry.matter)
    if row is not None and row.ended:
        services.drop_drafts(row.id)


HANDLERS: Final[dict[str, Callable[[Recorded, datetime], None]]] = {"resolve.drop_drafts": drop_drafts}
