"""What follows an entry in this room: a matter that has ended may be rated, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from minsheng.ledger.locks import Busy
from minsheng.ledger.records import Recorded
from minsheng.matter import queries as matter
from minsheng.resolve.queries.desk import PROCEDURE
from minsheng.verdict import services
from minsheng.verdict.queries.answered import answering_body


def give_right(recorded: Recorded, now: datetime) -> None:
    """Give an ended request its right to a rating; given again, it changes nothing."""
    row = matter.row(recorded.entry.matter)
    if row is None or not row.ended or row.procedure != PROCEDURE or row.erased:
        return
    view = matter.get(row.id, now)
    if view is not None and (body := answering_body(view)):
        services.give_right(row.id, body)


HANDLERS: Final[dict[str, Callable[[Recorded, datetime], None]]] = {"verdict.give_right": give_right}


def open_boxes(now: datetime) -> int:
    """Open the rating boxes whose month is over; how many. Nothing while another process sequences."""
    try:
        return services.open_boxes(now)
    except Busy:
        return 0


JOBS: Final[dict[str, Callable[[datetime], int]]] = {"verdict.open_boxes": open_boxes}
"""Job → what it does in each round of the worker, before the daily export; cheap when nothing is due."""
