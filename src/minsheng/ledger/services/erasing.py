"""Erasing a matter: its words become unreadable for good, its leaves stay in the log.

The list of erased matters in the state folder is written first, so that a crash half-way, or a database
that comes back from an old backup, is made good by `replay`.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from minsheng.ledger import sealing, state
from minsheng.ledger.models import Entry, Erased, Part


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


def replay() -> list[str]:
    """Erase again what the state folder lists and this database still holds; the matters it found.

    The caller lets every other room do the same for them, and then calls `scrub`.
    """
    found = []
    for matter, at in state.erased():
        held = Entry.objects.filter(matter=matter, body__isnull=False).exists()
        if held or not Erased.objects.filter(matter=matter).exists():
            _clear(matter, at)
            found.append(matter)
    return found


def scrub() -> None:
    """Make the engine forget the bytes of what was erased. Outside any transaction.

    SQLite overwrites freed pages (secure_delete); its write-ahead log is emptied here. PostgreSQL frees dead
    rows when it vacuums; its write-ahead log and backups are the operator's (docs/keys-and-backup.md).
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        else:
            cursor.execute("VACUUM ledger_entry, ledger_part, ledger_datakey")
