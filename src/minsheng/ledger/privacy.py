"""Where a resident's things rest in this room, and how they go."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

from minsheng.ledger.services import erasing


def erase(matter: str, at: datetime | None = None) -> int:
    """Clear entries and parts and destroy the data key; how many rows were cleared.

    Without `at` the tombstone bears the database's own time.
    """
    return erasing.erase(matter, at or _database_time())


def places() -> list[str]:
    """Where private content may rest, as table.column; parts are sealed under the matter's data key."""
    return ["ledger_entry.body", "ledger_entry.salt", "ledger_entry.moment_salt", "ledger_entry.at",
            "ledger_part.box", "ledger_datakey.wrapped"]  # fmt: skip


def _database_time() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT CURRENT_TIMESTAMP")
        row = cursor.fetchone()
    assert row is not None
    at = datetime.fromisoformat(row[0]) if isinstance(row[0], str) else row[0]
    assert isinstance(at, datetime)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at
