"""What rests in the database and in folders, as whoever has a copy of the disk reads it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from django.db import connection

OF_PASSING: Final = frozenset(
    ("django_session", "people_limitwindow", "sqlite_sequence", "account_emailaddress")
)
"""Tables that may change when somebody only looks: sessions, how often was tried, and the address of a member
of staff, which allauth copies from the account when its owner first opens a page of the account."""


def tables() -> list[str]:
    """Every table."""
    with connection.cursor() as cursor:
        return sorted(connection.introspection.table_names(cursor))


def n_rows() -> dict[str, int]:
    """How many rows each table has, those of passing things left out."""
    named = [table for table in tables() if table not in OF_PASSING]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in named))
        return dict(cursor.fetchall())


def database() -> Iterator[tuple[str, bytes]]:
    """Every table of PostgreSQL as it is stored, or the files of SQLite with pages that are free and the
    write-ahead log."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in tables():
                with cursor.copy(f"COPY {table} TO STDOUT (FORMAT BINARY)") as blocks:
                    yield table, b"".join(bytes(block) for block in blocks)
        return
    name = Path(str(connection.settings_dict["NAME"]))
    for path in sorted(name.parent.glob(f"{name.name}*")):
        yield path.name, path.read_bytes()


def files(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below these folders, and the names of all of them."""
    names = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            names.append(path.name)
            if path.is_file():
                yield str(path.relative_to(folder.parent)), path.read_bytes()
    yield "the names of files", "\n".join(names).encode()
