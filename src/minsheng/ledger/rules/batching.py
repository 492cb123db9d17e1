"""When is the next batch of leaves cut, and when is a checkpoint signed?

Source: engine notes §7: one batch a day below 100 leaves an hour, hourly above, every minute in the demo,
so that a small town's log does not tell by its growth which minute somebody wrote. Numbers live here.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Final

HOURLY_FROM: Final = 100
"""Leaves an hour from which batches are cut hourly."""

MOST_AHEAD: Final = timedelta(days=2)
"""How far past the last checkpoint an entry or a checkpoint may lie before somebody must confirm the day."""

_HOUR: Final = timedelta(hours=1)
_MINUTE: Final = timedelta(minutes=1)


def is_batch_due(
    n_waiting: int, last_at: datetime, now: datetime, zone: tzinfo, *, demo: bool = False
) -> bool:
    """Whether to cut a batch now; `n_waiting` entries came since the batch (or beginning) at `last_at`.

    A quiet town's batch is cut at the first run after local midnight, so that the day's disclosure has all
    of the day before. A clock that went back cuts nothing.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    >>> [is_batch_due(3, noon, noon + timedelta(hours=h), UTC) for h in (11, 12)]
    [False, True]
    """
    waited = now - last_at
    if n_waiting == 0 or waited < timedelta():
        return False
    if demo:
        return waited >= _MINUTE
    if now.astimezone(zone).date() > last_at.astimezone(zone).date():
        return True
    return waited >= _HOUR and n_waiting >= HOURLY_FROM * (waited / _HOUR)


def may_be_due(last_at: datetime, now: datetime, zone: tzinfo, *, demo: bool = False) -> bool:
    """False as long as no number of waiting entries would make a batch due: nobody need count them."""
    return is_batch_due(2**62, last_at, now, zone, demo=demo)


def is_checkpoint_due(last_at: datetime, now: datetime, zone: tzinfo) -> bool:
    """Whether to sign a checkpoint although nothing is new: once a local day, so that an idle town does
    not lock itself out and a reader sees that the log is alive."""
    return now.astimezone(zone).date() > last_at.astimezone(zone).date()


def must_confirm(last_at: datetime, now: datetime, resume_on: datetime | None) -> bool:
    """Whether the clock has run so far from the last checkpoint that an operator must name the day.

    `resume_on` is the named day's beginning (UTC); it counts if `now` lies within a day of that day.
    """
    if now <= last_at + MOST_AHEAD:
        return False
    return resume_on is None or not (resume_on - timedelta(days=1) <= now < resume_on + timedelta(days=2))
