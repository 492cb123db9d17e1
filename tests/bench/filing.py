"""Filing over HTTP with everything on, against a bare Django view that inserts one row.

Filing is the last POST of a resident: the draft is there, the button is pressed. The server checks the token,
reads the draft, keeps the consent, opens the matter with its first entry, its closed parts and its number,
seals words and contact, makes the follow code, begins a session, and answers 303 to the receipt. Beside it
the worker runs its rounds: handlers, clock, log. Drafts are prepared beforehand through the same services.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.clients import Hammered, hammer, post
from tests.bench.measures import Measure
from tests.process.towns import ROOT, Running, Town, a_town, free_port, fresh_database

N_CLIENTS = 16
MOST_A_SECOND = 450
"""Drafts are prepared for so many filings a second."""

_DRAFTS = """
from datetime import timedelta
from django.db import transaction
from minsheng.listen.rules.contact import Contact
from minsheng.listen.rules.written import Written
from minsheng.listen.services import drafts
from minsheng.site import clock
now, tokens = clock.now(), []
words = "三栋的电梯坏了三天，老人下不了楼，物业说在等配件，打电话也没人接。" * 4
for first in range(0, said, 500):
    with transaction.atomic():
        for n in range(first, min(said, first + 500)):
            contact = Contact(name="梅", phone="13800138000", email=f"r{n}@example.org" if n % 4 == 0 else "")
            written = Written(words=words, place="桂花里3栋", area="guihuali", contact=contact, by_unit=True,
                              show=bool(n % 2), done=frozenset({1, 2, 3}))
            held = drafts.save(drafts.begin(now), written, now)
            tokens.append(held.token)
print(json.dumps(tokens))
"""


def run(scratch: Path, *, quick: bool) -> list[Measure]:
    """Both engines, each against its own baseline."""
    seconds = 10.0 if quick else 60.0
    found = []
    for engine in ("sqlite", "postgresql"):
        bare = _bare(scratch / f"bare-{engine}", engine, min(seconds, 20.0))
        found += _filing(scratch / f"filing-{engine}", engine, seconds, bare)
    return found


def _bare(folder: Path, engine: str, seconds: float) -> Hammered:
    folder.mkdir()
    if engine == "sqlite":
        return _bare_on(folder, f"sqlite:///{folder / 'bare.sqlite3'}", seconds)
    with fresh_database() as url:
        return _bare_on(folder, url, seconds)


def _bare_on(folder: Path, url: str, seconds: float) -> Hammered:
    port = free_port()
    environment = Town(folder, url).environment | {"DJANGO_SETTINGS_MODULE": "", "DATABASE_URL": url}
    with (folder / "bare.log").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", f"from tests.bench import bare; bare.main({port})"],
            env=environment,
            cwd=ROOT,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Running(process, folder / "bare.log", port)
    request = post("/insert/", "words=三栋的电梯坏了三天".encode())
    try:
        _wait(server, request)
        hammer(port, _same(request), n_clients=N_CLIENTS, seconds=1.0)
        found = hammer(port, _same(request), n_clients=N_CLIENTS, seconds=seconds)
    finally:
        server.kill()
    assert found.n_wrong(303) == 0, (found.statuses, server.said())
    return found


def _wait(server: Running, request: bytes) -> None:
    ends = time.monotonic() + 30
    while True:
        try:
            hammer(server.port, iter([request]), n_clients=1, seconds=5.0)
            return
        except OSError:
            assert time.monotonic() < ends, server.said()
            time.sleep(0.1)


def _same(request: bytes) -> Iterator[bytes]:
    while True:
        yield request


def _filings(tokens: list[str]) -> Iterator[bytes]:
    token = "a" * 32
    for one in tokens:
        cookie = f"minsheng_draft={one}; csrftoken={token}"
        yield post("/request/check/", f"csrfmiddlewaretoken={token}&show=on".encode(), cookie)


def _filing(folder: Path, engine: str, seconds: float, bare: Hammered) -> list[Measure]:
    with a_town(folder, engine) as town:
        tokens: list[str] = town.inside(_DRAFTS, int(seconds * MOST_A_SECOND))
        server = town.serve(free_port())
        if engine == "postgresql":
            town.work()
        requests = _filings(tokens)
        hammer(server.port, requests, n_clients=N_CLIENTS, seconds=1.0)
        found = hammer(server.port, requests, n_clients=N_CLIENTS, seconds=seconds)
        lag = _lag(town)
        n_filed = town.rows("SELECT count(*) FROM matter_matterrow")[0][0]
        where = f"{engine}, {N_CLIENTS} clients, {seconds:.0f} s"
        assert not found.ran_dry, "more drafts must be prepared"
        size = {"clients": N_CLIENTS, "seconds": seconds, "filed": n_filed, "statuses": dict(found.statuses)}
        return [
            Measure(
                f"bare insert, {engine}", bare.rate, "/s", note=f"p95 {bare.quantile(0.95) * 1e3:.0f} ms"
            ),
            Measure(
                f"filing, {engine}",
                found.rate,
                "/s",
                note=f"p95 {found.quantile(0.95) * 1e3:.0f} ms",
                size=size,
            ),
            Measure(f"filing ÷ bare, {engine}", found.rate / bare.rate, "×", bar=0.25, note=where),
            Measure(f"filing errors, {engine}", found.n_wrong(303), "", bar=0, most=True),
            Measure(f"handler lag at the end, {engine}", lag, "s", bar=5.0, most=True),
        ]


def _lag(town: Town) -> float:
    """How old the oldest entry is that some handler has not read, in seconds; 0 if all are read."""
    now = datetime.now(UTC)
    ((place,),) = town.rows("SELECT min(entry) FROM ledger_cursor")
    ((at,),) = town.rows("SELECT min(at) FROM ledger_entry WHERE id > ?", (place,))
    if at is None:
        return 0.0
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return (now - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).total_seconds()
