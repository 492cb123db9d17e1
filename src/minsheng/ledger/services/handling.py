"""Handing entries on: each handler follows with a cursor of its own, and one that fails stops alone.

A handler is called for each entry once in the order of its chain, or again after a crash or a failure, so
it must be idempotent. What it writes to the database and its cursor are committed together.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction

from minsheng.ledger import locks, queries
from minsheng.ledger.models import Cursor
from minsheng.ledger.records import Position, Recorded

Handle = Callable[[Recorded, datetime], None]
"""(entry, now): what a room does when something was done elsewhere. Called again for the same entry."""


@dataclass(frozen=True, slots=True)
class Handler:
    """A handler with the events it wants; None for all. Others only move its cursor."""

    handle: Handle
    events: frozenset[str] | None = None

    def wants(self, recorded: Recorded | None) -> bool:
        """Whether to call it for this entry (None: of an erased matter)."""
        return recorded is not None and (self.events is None or recorded.entry.event in self.events)


@dataclass(frozen=True, slots=True)
class Handled:
    """How many entries each handler passed in this run, and which ones stand at an entry, with the reason."""

    passed: Mapping[str, int]
    stopped: Mapping[str, str]

    @property
    def n(self) -> int:
        return sum(self.passed.values())


PAGE: Final = 500
"""Entries read at once."""

COMMIT_AFTER: Final = 0.1
"""Seconds after which what was handled is committed: write transactions stay short."""

LONGEST_PAUSE: Final = timedelta(hours=1)
"""A stopped handler is tried again after 1, 2, 4 … seconds, at most this."""


def run_handlers(
    handlers: Mapping[str, Handle | Handler], now: datetime, *, limit: int = 5_000, seconds: float = 5.0
) -> Handled:
    """Hand on up to `limit` entries to each handler, for about `seconds` in all. Raises locks.Busy.

    A handler that raises stops at its entry, is named with its reason, and is tried again later.
    """
    passed: dict[str, int] = {}
    stopped: dict[str, str] = {}
    ends_at = time.monotonic() + seconds
    with locks.held("handlers"):
        for name, handler in handlers.items():
            if not isinstance(handler, Handler):
                handler = Handler(handler)
            passed[name], error = _run(name, handler, now, limit, ends_at)
            if error:
                stopped[name] = error
    return Handled(passed, stopped)


def _run(name: str, handler: Handler, now: datetime, limit: int, ends_at: float) -> tuple[int, str]:
    cursor, _ = Cursor.objects.get_or_create(handler=name)
    if cursor.try_again_at is not None and now < cursor.try_again_at:
        return 0, cursor.error
    n_passed = 0
    while n_passed < limit and (n_passed == 0 or time.monotonic() < ends_at):
        position = Position(cursor.epoch, cursor.tx, cursor.entry)
        page = queries.after_with_positions(position, min(PAGE, limit - n_passed))
        if not page:
            break
        n, trouble = _run_page(cursor, handler, page, now)
        if trouble:
            # One by one, so that what goes well before the failing entry is kept.
            more, trouble = _run_page(cursor, handler, page[n:], now, alone=True)
            n += more
        n_passed += n
        if trouble:
            _stop(cursor, *trouble, now)
            return n_passed, cursor.error
    return n_passed, ""


_Trouble = tuple[Recorded, BaseException]


def _run_page(
    cursor: Cursor,
    handler: Handler,
    page: list[tuple[Position, Recorded | None]],
    now: datetime,
    *,
    alone: bool = False,
) -> tuple[int, _Trouble | None]:
    """Handle entries in transactions of about COMMIT_AFTER seconds (`alone`: of one entry each).

    Returns how many were committed and what went wrong in the transaction after them, if anything did.
    """
    n = 0
    while n < len(page):
        try:
            with transaction.atomic():
                m, current = n, None
                began = time.monotonic()
                while m < len(page) and (m == n or (not alone and time.monotonic() - began < COMMIT_AFTER)):
                    position, current = page[m]
                    if current is not None and handler.wants(current):
                        handler.handle(current, now)
                    m += 1
                _move(cursor, position, now)
        except Exception as error:
            if current is None:
                raise
            return n, (current, error)
        n = m
    return n, None


def _move(cursor: Cursor, position: Position, now: datetime) -> None:
    """Move and clear what stood there. The caller's transaction covers it together with the effects."""
    values = {
        "epoch": position.epoch,
        "tx": position.tx,
        "entry": position.id,
        "moved_at": now,
        "stopped_at": None,
        "stopped_matter": "",
        "stopped_n": 0,
        "n_failures": 0,
        "try_again_at": None,
        "error": "",
    }
    Cursor.objects.filter(handler=cursor.handler).update(**values)
    for name, value in values.items():
        setattr(cursor, name, value)


def _stop(cursor: Cursor, at: Recorded, error: BaseException, now: datetime) -> None:
    same = (cursor.stopped_matter, cursor.stopped_n) == (at.entry.matter, at.entry.n)
    cursor.n_failures = cursor.n_failures + 1 if same else 1
    pause = min(timedelta(seconds=2 ** min(cursor.n_failures - 1, 20)), LONGEST_PAUSE)
    cursor.stopped_at = cursor.stopped_at if same and cursor.stopped_at else now
    cursor.stopped_matter, cursor.stopped_n = at.entry.matter, at.entry.n
    cursor.try_again_at = now + pause
    cursor.error = _where(error)
    cursor.save()


def _where(error: BaseException) -> str:
    """The kind of error and its place. Its message is not kept: it may quote what somebody wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"[:300]


def try_again(handler: str) -> None:
    """Let a stopped handler be tried at the next run, without waiting out its pause."""
    Cursor.objects.filter(handler=handler).update(try_again_at=None)
