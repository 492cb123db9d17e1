"""Erasing a matter: its words become unreadable for good, its leaves stay in the log.

The list of erased matters in the state folder is written first, so that a crash half-way, or a database
that comes back from an old backup, is made good by `replay`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from minsheng.ledger import sealing, state
from minsheng.ledger.models import Entry, Erased, Part
from minsheng.ledger.records import LedgerError


def erase(matter: str, at: datetime) -> int:
    """Erase what the ledger holds of a matter; the number of entries and parts that were cleared.

    Exports and receipts that are out already cannot be recalled. Erasing twice does no harm.
    """
    state.note_erased(matter, at)
    return _clear(matter, at)


def _clear(matter: str, at: datetime) -> int:
    with transaction.atomic():
        Erased.objects.get_or_create(matter=matter, defaults={"at": at})
        n = Entry.objects.filter(matter=matter, body__isnull=False).update(
            body=None, salt=None, moment_salt=None, at=None
        )
        n += Part.objects.filter(matter=matter, box__isnull=False).update(box=None)
        sealing.destroy(matter, at)
    return n


def erased_matters() -> list[tuple[str, datetime]]:
    """Every matter that was ever erased and when, from the state folder: it outlives the database."""
    return list(state.erased())


def note_erased(matter: str, at: datetime, reason: str = "") -> None:
    """Put a matter on the list of erased ones before any room erases: a crash half-way is made good by it."""
    state.note_erased(matter, at, reason)


def still_held() -> list[tuple[str, datetime]]:
    """The matters that the state folder lists as erased and this database still holds, and when."""
    return [
        (matter, at)
        for matter, at in state.erased()
        if Entry.objects.filter(matter=matter, body__isnull=False).exists()
        or not Erased.objects.filter(matter=matter).exists()
    ]


def replay() -> list[str]:
    """Erase again what the state folder lists and this database still holds; the matters it found.

    The caller lets every other room do the same for them, and then calls `scrub`.
    """
    found = still_held()
    for matter, at in found:
        _clear(matter, at)
    return [matter for matter, _ in found]


def scrub() -> None:
    """Make the engine forget the bytes of what was erased. Outside any transaction.

    SQLite overwrites freed cells (secure_delete), but not the copies that stay in a page when its rows move
    to another one: so the whole file is written anew, and the write-ahead log is emptied. PostgreSQL frees
    dead rows when it vacuums; its write-ahead log and backups are the operator's (docs/keys-and-backup.md).
    Raises LedgerError when somebody reads on and on, so that the log cannot be emptied.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = cursor.fetchone()
            if row and row[0]:
                raise LedgerError(
                    "the write-ahead log could not be emptied, for somebody is reading; stop the server, "
                    "then: minsheng restore --erased"
                )
        else:
            cursor.execute("VACUUM ledger_entry, ledger_part, ledger_datakey")
