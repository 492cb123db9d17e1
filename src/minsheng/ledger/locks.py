"""One at a time: locks between processes, by file on one machine and by advisory lock on PostgreSQL.

A lock ends with the process that holds it, however it ends. On SQLite one process serves; a command that
writes takes the same lock `server`, or says who holds it.
"""

from __future__ import annotations

import fcntl
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

from minsheng.ledger import state
from minsheng.ledger.records import LedgerError


class Busy(LedgerError):
    """Another process holds the lock."""


@contextmanager
def held(name: str, *, everywhere: bool = True) -> Iterator[None]:
    """Hold the lock `name` for the length of the block, without waiting. Raises Busy.

    With `everywhere` it holds on all machines that use the same PostgreSQL database, else on this one.
    """
    path = state.folder() / f"{name}.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(descriptor, 32, 0).decode(errors="replace").strip() or "?"
            raise Busy(f"another process (number {holder}) is the {name}; stop it or ask it") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        if everywhere and connection.vendor == "postgresql":
            with _advisory(name):
                yield
        else:
            yield
    finally:
        os.close(descriptor)


_NAMESPACE: Final = 0x6D73  # "ms"


def number(name: str) -> int:
    """The second half of the advisory lock's key; the first is the same for all locks of this platform."""
    return zlib.crc32(f"minsheng {name}".encode()) - 2**31


@contextmanager
def _advisory(name: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_NAMESPACE, number(name)])
        row = cursor.fetchone()
    if not (row and row[0]):
        raise Busy(f"a process on another machine is the {name}; stop it there first")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.closed_in_transaction:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_NAMESPACE, number(name)])
