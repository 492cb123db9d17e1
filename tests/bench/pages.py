"""Pages of a large town on PostgreSQL: the follow page, the worklist, the public list, each at four clients.

Every request is for another matter, or another page of the list. The town is the made-up one, its matters
copied (loading.py); the people asking are a resident with a session, and an officer of the housing office.
"""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import first
from tests.bench.clients import Hammered, get, hammer
from tests.bench.measures import Measure
from tests.process.towns import Town, free_port, fresh_database

N_CLIENTS = 4
N_SESSIONS = 600

_GROUND = """
from pathlib import Path
from django.conf import settings
from minsheng.site.demo import build, people
from minsheng.ledger import keys, services as ledger
Path(settings.MINSHENG_DATA).mkdir(parents=True)
ledger.begin_log = lambda *_: None  # the loader begins it
build._ground(people.script())
print("1")
"""

_LOAD = """
from tests.bench import loading
print(json.dumps(loading.load(*said)))
"""

_SESSIONS = """
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from minsheng.people.services import let_in
found = []
for matter in said:
    request = HttpRequest()
    request.session = SessionStore()
    handle = let_in(request, matter, "code").handle
    request.session.save()
    found.append([request.session.session_key, handle])
print(json.dumps(found))
"""

_OFFICER = """
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.test import Client
from minsheng.people.models import Account
from minsheng.people.services.signing_in import count_as_shown
account = Account.objects.get(email="zhou@yunxi.example")
Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
client, request = Client(), HttpRequest()
client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
request.session, request.user = client.session, account
count_as_shown(request, account, "totp")
request.session.save()
print(json.dumps(request.session.session_key))
"""
"""A session that has shown a second factor, as after a sign-in."""

_EDITION = """
from datetime import date
from minsheng.publish.models import Edition, PublicMatter
from minsheng.ledger import queries
from minsheng.site import clock
last = queries.checkpoint()
Edition.objects.create(day=date.fromisoformat(said), made_at=clock.now(), size=last.size,
                       n_disclosed=PublicMatter.objects.count(), opaque={})
print("1")
"""


@contextmanager
def large_town(scratch: Path, n_matters: int) -> Iterator[tuple[Town, dict[str, Any]]]:
    """A town on PostgreSQL with so many matters; and what the loader says of it."""
    made = scratch / "made-up"
    small = Town(made, more={"MINSHENG_DEMO": "yes"})
    made.mkdir()
    small.do("demo", "--build-only", "--folder", made, timeout=900)
    file = scratch / "templates.json"
    small.inside("from tests.bench import loading\nprint(loading.templates(said))", str(file))
    with fresh_database() as url:
        town = Town(scratch / "large", url, more={"MINSHENG_DEMO": "yes"})
        town.folder.mkdir()
        town.inside(_GROUND)
        shutil.copy(small.data / "clock", town.data / "clock")
        loaded: dict[str, Any] = town.inside(_LOAD, [str(file), n_matters], timeout=7200)
        try:
            yield town, loaded
        finally:
            town.close()


def measure(town: Town, loaded: dict[str, Any], *, quick: bool) -> list[Measure]:
    """p95 of each kind of page."""
    seconds = 5.0 if quick else 20.0
    chance = random.Random(1)
    copies = loaded["copies"]
    town.inside(_EDITION, loaded["last_day"])
    asked = [matter for matter, _ in chance.sample(copies, min(N_SESSIONS, len(copies)))]
    sessions = town.inside(_SESSIONS, asked)
    town.more["MINSHENG_DEMO"] = "no"  # no bar of persons above the pages, no movable clock
    server = town.serve(free_port(), workers=2)
    cookie = f"minsheng_session={town.inside(_OFFICER)}"
    follow = [get(f"/mine/{handle}/", f"minsheng_session={key}") for key, handle in sessions]
    days = town.rows("SELECT DISTINCT opened_on FROM publish_publicmatter")
    numbers = [number for _, number in chance.sample(copies, min(500, len(copies)))]
    public = [
        get(f"/matters/?before={day.isoformat()}.{_quoted(n)}") for (day,) in days for n in numbers[:20]
    ]
    chance.shuffle(public)
    found = []
    size = {"matters": loaded["n_matters"], "entries": loaded["n_entries"], "clients": N_CLIENTS}
    for name, requests, bar in (
        ("follow page", follow, 25.0),
        ("worklist, 50 rows", [get("/work/", cookie)], 80.0),
        ("public list, 50 rows", public, 80.0),
        ("front page", [get("/")], None),
    ):
        hammer(server.port, iter(requests[:40] * 2), n_clients=N_CLIENTS, seconds=5.0)
        seen = hammer(server.port, itertools.cycle(requests), n_clients=N_CLIENTS, seconds=seconds)
        assert seen.n_wrong(200) == 0, (name, seen.statuses, server.said()[-2000:])
        found.append(_measure(name, seen, bar, size))
    found += first.weigh(town, server.port)
    server.stop()
    town.more["MINSHENG_DEMO"] = "yes"
    return found


def _quoted(number: str) -> str:
    from urllib.parse import quote

    return quote(number)


def _measure(name: str, seen: Hammered, bar: float | None, size: dict[str, Any]) -> Measure:
    note = f"median {seen.quantile(0.5) * 1e3:.0f} ms, {seen.rate:.0f}/s at {N_CLIENTS} clients"
    return Measure(f"{name}, p95", seen.quantile(0.95) * 1e3, "ms", bar, most=True, note=note, size=size)
