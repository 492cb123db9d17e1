"""All tables of the database out to files and in again, within one moment, with nothing but the driver.

On SQLite the file itself is copied while others write; on PostgreSQL each table is copied in one snapshot.
Sessions are left out: whoever was signed in signs in again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from minsheng.ledger.records import LedgerError

LEFT_OUT: Final = frozenset({"django_session", "django_migrations"})
SQLITE_FILE: Final = "database.sqlite3"
TABLES_FOLDER: Final = "tables"


def dump(folder: Path) -> None:
    """Write the database into `folder`, as of one moment, while others go on writing."""
    if connection.vendor == "sqlite":
        _dump_sqlite(folder / SQLITE_FILE)
    else:
        _dump_postgresql(folder / TABLES_FOLDER)


def load(folder: Path, migrations: dict[str, str]) -> None:
    """Put what `dump` wrote in place of what is in the database, and bring it to this version's form.

    `migrations`: app → the last migration that had run. Raises LedgerError when the files do not fit.
    """
    if connection.vendor == "sqlite":
        _load_sqlite(folder / SQLITE_FILE)
    else:
        _load_postgresql(folder / TABLES_FOLDER, migrations)
    migrate()


def migrate() -> None:
    """Run the migrations that have not run."""
    call_command("migrate", verbosity=0, interactive=False)


def applied_migrations() -> dict[str, str]:
    """App → its last migration that has run here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        rows: list[tuple[str, str]] = list(cursor.fetchall())
    graph = MigrationExecutor(connection).loader.graph
    done = set(rows)
    found = {}
    for app, name in rows:
        node = graph.node_map.get((app, name))
        later = [child.key for child in node.children if child.key[0] == app] if node else []
        if node and not any(key in done for key in later):
            found[app] = name
    return found


def is_empty() -> bool:
    """Whether no entry was ever written here."""
    with connection.cursor() as cursor:
        if "ledger_entry" not in connection.introspection.table_names(cursor):
            return True
        cursor.execute("SELECT 1 FROM ledger_entry LIMIT 1")
        return cursor.fetchone() is None


def _dump_sqlite(target: Path) -> None:
    with closing(sqlite3.connect(target)) as copy:
        connection.ensure_connection()
        source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True)
        with closing(source):
            source.backup(copy)  # in one step: with several, each write would make it begin again
        copy.execute("PRAGMA secure_delete=ON")
        copy.execute("DELETE FROM django_session")
        copy.commit()
        copy.execute("PRAGMA journal_mode=DELETE")
        if copy.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise LedgerError("the copy of the database is damaged; look at the disk, then back up again")


def _load_sqlite(source: Path) -> None:
    if not source.is_file():
        raise LedgerError(f"the backup has no {SQLITE_FILE}; it was made on another database engine")
    connection.close()
    target = Path(str(connection.settings_dict["NAME"]))
    target.parent.mkdir(parents=True, exist_ok=True)
    new = target.with_name(f".{target.name}.restored")
    new.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(new)) as copy:
        old.backup(copy)
    for name in (f"{target.name}-wal", f"{target.name}-shm"):
        target.with_name(name).unlink(missing_ok=True)
    new.replace(target)


@contextmanager
def _long() -> Iterator[Any]:
    """A cursor in a transaction that may take its time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield cursor


def _dump_postgresql(folder: Path) -> None:
    folder.mkdir()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        for table, columns in _columns(cursor).items():
            with (folder / f"{table}.copy").open("wb") as file:
                file.write((",".join(columns) + "\n").encode())
                with cursor.copy(f"COPY {_quoted(table, columns)} TO STDOUT") as blocks:
                    for block in blocks:
                        file.write(block)


def _load_postgresql(folder: Path, migrations: dict[str, str]) -> None:
    if not folder.is_dir():
        raise LedgerError(f"the backup has no {TABLES_FOLDER}; it was made on another database engine")
    with _long() as cursor:
        tables = connection.introspection.table_names(cursor)
        if tables:
            names = ", ".join(connection.ops.quote_name(table) for table in tables)
            cursor.execute(f"DROP TABLE {names} CASCADE")
    executor = MigrationExecutor(connection)
    unknown = [key for key in migrations.items() if key not in executor.loader.graph.nodes]
    if unknown:
        raise LedgerError(
            f"the backup is of a newer version ({unknown[0][0]} {unknown[0][1]}); install that one"
        )
    executor.migrate(list(migrations.items()))
    with _long() as cursor:
        here = _columns(cursor)
        for table in here:
            name = connection.ops.quote_name(table)
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - a name of ours; what migrations put in
        for path in sorted(folder.glob("*.copy")):
            _copy_in(cursor, path, here)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _copy_in(cursor: Any, path: Path, here: dict[str, list[str]]) -> None:
    table = path.stem
    with path.open("rb") as file:
        columns = file.readline().decode().strip().split(",")
        if not set(columns) <= set(here.get(table, ())):
            raise LedgerError(f"the backup's table {table} does not fit this version")
        with cursor.copy(f"COPY {_quoted(table, columns)} FROM STDIN") as copy:
            while block := file.read(2**16):
                copy.write(block)


def _columns(cursor: Any) -> dict[str, list[str]]:
    """Table → its columns, without those that the database computes."""
    cursor.execute(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND is_generated = 'NEVER' "
        "ORDER BY table_name, ordinal_position"
    )
    found: dict[str, list[str]] = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, []).append(column)
    tables = set(connection.introspection.table_names(cursor)) - LEFT_OUT
    return {table: columns for table, columns in found.items() if table in tables}


def _quoted(table: str, columns: list[str]) -> str:
    quote = connection.ops.quote_name
    return f"{quote(table)} ({', '.join(map(quote, columns))})"


def _models() -> list[Any]:
    from django.apps import apps

    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.managed and model._meta.db_table in there]
