"""For tests: entries to put on a ledger, and a way for Django to empty the tables between tests."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, Final

from django.db.backends.base.operations import BaseDatabaseOperations

from minsheng.kernel.entry import CLOCK, Entry
from minsheng.ledger.records import Recorded

NOON: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
TODAY: Final = NOON.date()

Write = Callable[..., Recorded]
"""Append one entry, with its parts and `at`, in a transaction of its own."""

_flush = BaseDatabaseOperations.execute_sql_flush

_TRIGGERS: Final = {
    "sqlite": "SELECT 'DROP TRIGGER ' || name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": (
        "SELECT format('DROP TRIGGER %I ON %s', tgname, tgrelid::regclass), pg_get_triggerdef(oid) "
        "FROM pg_trigger WHERE NOT tgisinternal AND tgtype & 32 <> 0"  # those on truncate
    ),
}


def _flush_without_triggers(self: BaseDatabaseOperations, sql_list: Iterable[str]) -> None:
    with self.connection.cursor() as cursor:
        cursor.execute(_TRIGGERS[self.connection.vendor])
        drop_and_create = cursor.fetchall()
    drop, create = [pair[0] for pair in drop_and_create], [pair[1] for pair in drop_and_create]
    _flush(self, [*drop, *sql_list, *create])


def let_flush() -> None:
    """Let Django's flush empty append-only tables; their triggers are back afterwards. For tests only."""
    BaseDatabaseOperations.execute_sql_flush = _flush_without_triggers  # type: ignore[method-assign]


def opened(matter: str | None = None, on: date = TODAY, **facts: Any) -> Entry:
    """Entry 0 of a matter."""
    return Entry(
        matter=matter or secrets.token_hex(8),
        n=0,
        on=on,
        event="opened",
        role="resident",
        actor="00000000000000aa",
        facts={"procedure": "resident-request", "version": 1, "disclosure": "coded", **facts},
    )


def done(before: Recorded, step: str = "reply", **values: Any) -> Entry:
    """The entry that follows."""
    entry = before.entry
    return Entry(
        matter=entry.matter,
        n=entry.n + 1,
        on=values.pop("on", entry.on),
        event=values.pop("event", "done"),
        step=step,
        role=values.pop("role", "first_unit"),
        body=values.pop("body", "water"),
        actor="00000000000000bb",
        **values,
    )


def ticked(before: Recorded, event: str = "late", step: str = "reply") -> Entry:
    """An entry that fell due."""
    entry = before.entry
    return Entry(matter=entry.matter, n=entry.n + 1, on=entry.on, event=event, step=step, role=CLOCK)
