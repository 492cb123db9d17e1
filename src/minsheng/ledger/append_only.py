"""Append-only by trigger, on both engines: the database itself refuses to change what is on the ledger.

A leaf, a batch, a checkpoint and a tombstone refuse every update and delete. An entry allows one change:
body, salts and moment to null, all together, when its matter has a tombstone. A part allows two: its box
to null under a tombstone, and `opened_on` from null to a day. On PostgreSQL `truncate` is refused too.

SQLite drops a table's triggers when Django rebuilds the table: a migration that alters one of these tables
calls `create` again, and `doctor` looks whether all are there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FROZEN: Final = (
    "ledger_leaf", "ledger_batch", "ledger_checkpoint", "ledger_erased", "ledger_restoration",
    "ledger_recovered",
)  # fmt: skip
CLEARED: Final = ("ledger_entry", "ledger_part")
TABLES: Final = (*FROZEN, *CLEARED)

_TOMBSTONE: Final = "EXISTS (SELECT 1 FROM ledger_erased e WHERE e.matter = OLD.matter)"

_ENTRY_ALLOWED: Final = f"""
    NEW.id = OLD.id AND NEW.matter = OLD.matter AND NEW.n = OLD.n AND NEW.commitment = OLD.commitment
    AND NEW.epoch = OLD.epoch AND NEW.tx = OLD.tx
    AND NEW.body IS NULL AND NEW.salt IS NULL AND NEW.moment_salt IS NULL AND NEW.at IS NULL
    AND {_TOMBSTONE}
"""

_PART_ALLOWED: Final = f"""
    NEW.id = OLD.id AND NEW.matter = OLD.matter AND NEW.n = OLD.n AND NEW.name = OLD.name
    AND NEW.disclose = OLD.disclose AND NEW.guarded = OLD.guarded
    AND ((NEW.box = OLD.box AND OLD.opened_on IS NULL AND NEW.opened_on IS NOT NULL)
         OR (NEW.box IS NULL AND NEW.opened_on IS NOT DISTINCT FROM OLD.opened_on AND {_TOMBSTONE}))
"""

_ALLOWED: Final = {"ledger_entry": _ENTRY_ALLOWED, "ledger_part": _PART_ALLOWED}


def _sqlite(tables: Iterable[str]) -> list[str]:
    statements = []
    for table in tables:
        refuse = f"SELECT RAISE(ABORT, '{table} is append-only');"
        allowed = _ALLOWED.get(table, "0").replace("IS NOT DISTINCT FROM", "IS")
        statements += [
            f"CREATE TRIGGER IF NOT EXISTS {table}_kept BEFORE DELETE ON {table} BEGIN {refuse} END",
            f"CREATE TRIGGER IF NOT EXISTS {table}_fixed BEFORE UPDATE ON {table} "
            f"WHEN NOT coalesce(({allowed}), 0) BEGIN {refuse} END",
        ]
    return statements


def _postgresql(tables: Iterable[str]) -> list[str]:
    statements = []
    for table in tables:
        allowed = _ALLOWED.get(table)
        test = f"IF coalesce(({allowed}), false) THEN RETURN NEW; END IF;" if allowed else ""
        statements += [
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $refuse$ BEGIN "
            f"IF TG_OP = 'UPDATE' THEN {test or 'NULL;'} END IF; "
            f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation'; "
            f"END $refuse$",
            f"DROP TRIGGER IF EXISTS {table}_fixed ON {table}",
            f"CREATE TRIGGER {table}_fixed BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
            f"DROP TRIGGER IF EXISTS {table}_kept ON {table}",
            f"CREATE TRIGGER {table}_kept BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
        ]
    return statements


def creating(vendor: str, tables: Iterable[str] = TABLES) -> list[str]:
    """The statements that make the triggers of these tables; each may run twice."""
    return _postgresql(tables) if vendor == "postgresql" else _sqlite(tables)


def dropping(vendor: str) -> list[str]:
    """The statements that take them away: for a restore into an empty database, and for tests."""
    on = " ON {table}" if vendor == "postgresql" else ""
    return [
        f"DROP TRIGGER IF EXISTS {table}_{name}" + on.format(table=table)
        for table in TABLES
        for name in ("kept", "fixed")
    ]


def create(connection: BaseDatabaseWrapper) -> None:
    """Make all triggers that are not there, on the tables that are: a migration may be on its way."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        for statement in creating(connection.vendor, [table for table in TABLES if table in there]):
            cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that should be there and are not (or are switched off)."""
    wanted = {f"{table}_{name}" for table in TABLES for name in ("kept", "fixed")}
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return sorted(wanted - {name for (name,) in cursor.fetchall()})


def in_migration(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For `migrations.RunPython`: make the triggers on the database that is being migrated."""
    create(schema_editor.connection)


def undo_migration(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The way back of `in_migration`."""
    with schema_editor.connection.cursor() as cursor:
        for statement in dropping(schema_editor.connection.vendor):
            cursor.execute(statement)
