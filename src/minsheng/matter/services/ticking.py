"""`tick`: what falls due by itself is recorded, whether anybody acts or not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from minsheng.kernel.calendar import CalendarTooShort
from minsheng.ledger.records import ClockAhead, Conflict
from minsheng.matter.models import MatterRow
from minsheng.matter.services import hand

log = logging.getLogger("minsheng.matter")

PAGE = 200


def tick(now: datetime, *, limit: int = 1000) -> int:
    """Append what is due in at most `limit` matters, each in a transaction of its own; how many entries.

    Two workers at once never write one tick twice: a matter that somebody holds is passed over, and whoever
    holds it runs its clock. A matter whose clock cannot be run is reported and left; the others go on.
    """
    n_entries = 0
    for matter in _due(now, limit):
        try:
            with transaction.atomic():
                held = hand.take(matter, skip_locked=True)
                if held is None:
                    continue
                n = held.run_clock(now)
                held.write_row(now)
            n_entries += n
        except Conflict:
            log.info("the clock of a matter was run by somebody else")
        except ClockAhead:
            raise
        except (CalendarTooShort, hand.Runaway) as error:
            log.error("the clock of a matter stands: %s", error)
    return n_entries


def _due(now: datetime, limit: int) -> Iterator[str]:
    """Ids of matters whose clock has something to say, the longest due first; each once."""
    last: tuple[datetime, str] | None = None
    left = limit
    while left > 0:
        rows = MatterRow.objects.filter(next_change_at__lte=now, erased=False)
        if last is not None:
            rows = rows.filter(next_change_at__gte=last[0]).exclude(next_change_at=last[0], id__lte=last[1])
        page = list(
            rows.order_by("next_change_at", "id").values_list("next_change_at", "id")[: min(PAGE, left)]
        )
        for at, id in page:
            if at is not None:
                last = (at, id)
                yield id
        left -= len(page)
        if len(page) < PAGE:
            return
