"""In which order may entries be read so that none is ever missed? By (epoch, tx, id), below a horizon.

On PostgreSQL a row with a smaller id may become visible after one with a larger id. So each entry carries
the number of the transaction that wrote it, and only entries below the oldest transaction still running
are read: whatever becomes visible later has a larger number. An entry never carries a smaller number than
the entry before it in its chain, so that a chain is always read in its order. On SQLite there is one writer
and the number is 0. A restored database begins a new epoch, since transaction numbers start anew there.

Source: PostgreSQL 15, §9.27.9 (pg_snapshot_xmin); docs/adr/0004-safe-horizon.md.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection

from minsheng.ledger.records import Position

_INSERT_SQLITE: Final = """
    INSERT INTO ledger_entry (matter, n, commitment, body, salt, moment_salt, at, epoch, tx)
    SELECT %s, %s, %s, %s, %s, %s, %s, coalesce((SELECT n FROM ledger_epoch WHERE id = 1), 0), 0
    WHERE NOT EXISTS (SELECT 1 FROM ledger_erased WHERE matter = %s)
    ON CONFLICT (matter, n) DO NOTHING
"""

PLACE_FUNCTION: Final = """
    CREATE OR REPLACE FUNCTION ledger_place(the_matter text, place int, OUT epoch int, OUT tx xid8)
    LANGUAGE plpgsql AS $place$ BEGIN
        IF EXISTS (SELECT 1 FROM ledger_erased e WHERE e.matter = the_matter) THEN RETURN; END IF;
        epoch := coalesce((SELECT q.n FROM ledger_epoch q WHERE q.id = 1), 0);
        tx := greatest(pg_current_xact_id(), (
            SELECT p.tx FROM ledger_entry p
            WHERE p.matter = the_matter AND p.n = place - 1 AND p.epoch = ledger_place.epoch));
    END $place$
"""
"""Epoch and number for an entry that is being written, null for an erased matter. A function because its
plans are kept: the same as subqueries in the insert cost twice as much (ADR 0004)."""

_INSERT_POSTGRESQL: Final = """
    INSERT INTO ledger_entry (matter, n, commitment, body, salt, moment_salt, at, epoch, tx)
    SELECT %s, %s, %s, %s, %s, %s, %s::timestamptz, p.epoch, p.tx
    FROM ledger_place(%s, %s) p WHERE p.epoch IS NOT NULL
    ON CONFLICT (matter, n) DO NOTHING
"""

_AFTER: Final = """
    SELECT {columns} FROM ledger_entry e
    WHERE (e.epoch, e.tx, e.id) > (%s, {tx}, %s) {below} {extra}
    ORDER BY e.epoch, e.tx, e.id LIMIT %s
"""

_BELOW_POSTGRESQL: Final = """
    AND (e.epoch < coalesce((SELECT n FROM ledger_epoch WHERE id = 1), 0)
         OR e.tx < pg_snapshot_xmin(pg_current_snapshot()))
"""


def insert(values: list[Any], matter: str, n: int) -> bool:
    """Insert an entry's row; False if its place (matter, n) is taken or the matter was erased.

    `values` are matter, n, commitment, body, both salts and the moment.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_INSERT_POSTGRESQL, [*values, matter, n])
        else:
            cursor.execute(_INSERT_SQLITE, [*values, matter])
        return bool(cursor.rowcount == 1)


def after(position: Position, limit: int, columns: str, extra: str = "") -> list[tuple[Any, ...]]:
    """Rows of entries after a position in the safe order: epoch, tx, id and the named columns."""
    postgresql = connection.vendor == "postgresql"
    query = _AFTER.format(
        columns=f"e.epoch, e.tx, e.id, {columns}",
        tx="CAST(%s AS xid8)" if postgresql else "%s",
        below=_BELOW_POSTGRESQL if postgresql else "",
        extra=extra,
    )
    tx = str(position.tx) if postgresql else position.tx
    with connection.cursor() as cursor:
        cursor.execute(query, [position.epoch, tx, position.id, limit])
        return [(epoch, int(tx), row, *rest) for epoch, tx, row, *rest in cursor.fetchall()]


def age() -> int:
    """Seconds that the oldest writing transaction has been running: it holds the horizon back. 0 on SQLite.

    Counted over all sessions of the server that have a transaction number.
    """
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0)::int "
            "FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()"
        )
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def is_stale() -> bool:
    """Whether entries carry transaction numbers that this server has not reached: the database was put in
    place without `minsheng restore`, and readers would wait for years. Always False on SQLite."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(e.tx) >= pg_snapshot_xmax(pg_current_snapshot()) FROM ledger_entry e "
            "WHERE e.epoch = coalesce((SELECT n FROM ledger_epoch WHERE id = 1), 0)"
        )
        row = cursor.fetchone()
        return bool(row and row[0])


def begin_epoch() -> int:
    """Begin a new epoch, after a restore: what is there now may be read whatever its numbers say."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_epoch (id, n) VALUES (1, 1) "
            "ON CONFLICT (id) DO UPDATE SET n = ledger_epoch.n + 1"
        )
        cursor.execute("SELECT n FROM ledger_epoch WHERE id = 1")
        row = cursor.fetchone()
        assert row is not None
        return int(row[0])
