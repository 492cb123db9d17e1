"""The night shift: what falls due is appended, the log sequenced, handlers and letters served.

A round may be killed at any moment; the next one goes on from what is stored. Exactly one worker and one
sequencer act at a time (locks in the ledger); more of them wait.
"""

from __future__ import annotations

import json
import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from django.db import DatabaseError, InterfaceError, OperationalError, close_old_connections, connection

from minsheng.ledger.records import LedgerError
from minsheng.site import clock, wiring

log = logging.getLogger("minsheng.worker")

ROUND_SECONDS = 1.0

QUOTES_NOBODY = (LedgerError, wiring.HandlersStopped, OSError, OperationalError, InterfaceError)
"""Errors whose message goes into the log; that of any other may quote what somebody wrote."""


@dataclass(slots=True)
class Round:
    """What one round did: numbers of things, and what stopped with its reason."""

    done: dict[str, int] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        """One line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    def __str__(self) -> str:
        lines = [f"{name}: {count}" for name, count in self.done.items() if count]
        lines += [f"{name} stopped: {why}" for name, why in self.stopped.items()]
        return "\n".join(lines) or "nothing was due"


def once(now: datetime, *, but: frozenset[str] = frozenset()) -> Round:
    """One round of all jobs `but` some. What fails is logged, named in the result, and stops nothing else."""
    result = Round()
    for name, job in wiring.JOBS.items():
        if name not in but:
            _one(result, name, job, now)
    return result


def _one(result: Round, name: str, job: Callable[[datetime], int], now: datetime) -> None:
    try:
        result.done[name] = job(now)
    except Exception as trouble:  # noqa: BLE001 - one job's failure must not stop the night shift
        result.stopped[name] = type(trouble).__name__
        said = str(trouble).splitlines()[:1] if isinstance(trouble, QUOTES_NOBODY) else ""
        log.error("%s stopped: %s: %s", name, type(trouble).__name__, said)
        if isinstance(trouble, DatabaseError):
            connection.close()


def resume(day: date) -> None:
    """Tell the ledger that the server's clock was right although it jumped."""
    from minsheng.ledger import services

    services.resume(day)


def forever(stop: threading.Event | None = None) -> int:
    """Rounds until SIGTERM, SIGINT or `stop`; after a failure the pause grows to a minute."""
    stop = stop or threading.Event()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
    _after_a_restore()
    pause = ROUND_SECONDS
    while not stop.is_set():
        began = time.monotonic()
        close_old_connections()
        result = once(clock.now())
        pause = min(60.0, pause * 2) if result.stopped else ROUND_SECONDS
        stop.wait(max(0.05, pause - (time.monotonic() - began)))
    connection.close()
    return 0


def _after_a_restore() -> None:
    """What was erased after the backup that this database came from is erased again, before anything else."""
    from minsheng.ledger import services

    try:
        if wiring.erase_again():
            services.scrub()
    except (DatabaseError, LedgerError) as trouble:
        log.error("the list of erased matters could not be replayed: %s", type(trouble).__name__)


_started = threading.Lock()


def start_thread() -> threading.Thread | None:
    """The worker as a thread of the one server process (SQLite); None if this process has one already."""
    if not _started.acquire(blocking=False):
        return None
    thread = threading.Thread(target=forever, args=(threading.Event(),), name="minsheng-worker", daemon=True)
    thread.start()
    return thread
