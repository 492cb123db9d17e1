"""Append-only by trigger: nobody takes back that he looked, and nobody rewrites what a resident allowed.

Reads of the vault and consents refuse every change; a field of the vault may be removed (erasing does) but
never changed. The same functions as ledger/append_only.py has for its tables.
"""

from __future__ import annotations

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REFUSED: Final = {
    "people_vaultread": ("UPDATE", "DELETE", "TRUNCATE"),
    "people_consentchange": ("UPDATE", "DELETE", "TRUNCATE"),
    "people_vaultfield": ("UPDATE",),
}
"""Table to the verbs it refuses. SQLite knows no truncate."""


def _names(vendor: str) -> list[tuple[str, str, str]]:
    """(trigger, table, verb) of every trigger on this engine."""
    return [
        (f"{table}_no_{verb.lower()}", table, verb)
        for table, verbs in REFUSED.items()
        for verb in verbs
        if vendor == "postgresql" or verb != "TRUNCATE"
    ]


def creating(vendor: str) -> list[str]:
    """The statements that make all triggers; each may run twice."""
    if vendor != "postgresql":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for name, table, verb in _names(vendor)
        ]
    function = (
        "CREATE OR REPLACE FUNCTION people_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$refuse$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $refuse$"
    )
    statements = [function]
    for name, table, verb in _names(vendor):
        each = "STATEMENT" if verb == "TRUNCATE" else "ROW"
        statements += [
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
            f"CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} "
            "EXECUTE FUNCTION people_append_only()",
        ]
    return statements


def dropping(vendor: str) -> list[str]:
    """The statements that take them away: for a restore into an empty database."""
    on = " ON {table}" if vendor == "postgresql" else ""
    return [f"DROP TRIGGER IF EXISTS {name}{on.format(table=table)}" for name, table, _ in _names(vendor)]


def create(connection: BaseDatabaseWrapper) -> None:
    """Make all triggers that are not there."""
    with connection.cursor() as cursor:
        for statement in creating(connection.vendor):
            cursor.execute(statement)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that should be there and are not (or are switched off)."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return sorted({name for name, _, _ in _names(connection.vendor)} - there)


def in_migration(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For `migrations.RunPython`: make the triggers on the database that is being migrated."""
    create(schema_editor.connection)


def undo_migration(apps: object, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The way back of `in_migration`."""
    with schema_editor.connection.cursor() as cursor:
        for statement in dropping(schema_editor.connection.vendor):
            cursor.execute(statement)
