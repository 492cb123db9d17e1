"""Two workers and a busy server on PostgreSQL: each tick once, each letter once, nobody passed over."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.process import auditing
from tests.process.browsing import Browser, file_request
from tests.process.letterbox import Letterbox
from tests.process.load import Load
from tests.process.towns import ROOT, Town, a_town, free_port

pytestmark = pytest.mark.process

_LONG = """
import django, json, sys, time
django.setup()
from django.db import transaction
from minsheng.matter import queries, services
from minsheng.people.rules.actor import Actor
from minsheng.site import clock
id = queries.id_of(sys.argv[1])
with transaction.atomic():
    me = Actor(f"resident:{id}", "resident")
    done = services.act(id, None, None, event="withdrawn", actor=me, at=clock.now())
    print(json.dumps([id, done.entry.n]), flush=True)
    sys.stdin.readline()
"""
"""Withdraws a matter and commits only when somebody says so."""


@pytest.fixture
def box() -> Iterator[Letterbox]:
    with Letterbox(free_port()) as found:
        yield found


@pytest.fixture
def town(tmp_path: Path, box: Letterbox) -> Iterator[Town]:
    mail = f"smtp://127.0.0.1:{box.port}"
    with a_town(tmp_path / "town", "postgresql", MINSHENG_DEMO="yes", MINSHENG_MAIL_URL=mail) as found:
        yield found


def _file(browser: Browser, n: int) -> str:
    handle = file_request(browser, f"第{n}件。", email=f"r{n}@example.org")
    return browser.get(f"/mine/{handle}/receipt/").number


def test_two_workers_do_everything_once(town: Town, box: Letterbox) -> None:
    port = free_port()
    server = town.serve(port)
    workers = [town.work(), town.work()]
    load = Load(town, (port,), seed=2, n_residents=1, pause=0.1)  # with the clerk and the officer: three
    load.start()
    numbers = []
    browser = Browser((port,))
    for n in range(24):
        numbers.append(_file(browser, n))
        if n % 4 == 3:
            # A letter is in one worker's hands for five minutes, so the clock must not jump meanwhile.
            _until_written(box, len(numbers))
            _until_nothing_waits(town)
            town.shift(timedelta(hours=20))
    load.stop()
    browser.hang_up()
    assert not load.noted.wrong, load.noted.wrong[:3]
    _until_nothing_waits(town)
    for process in (server, *workers):
        process.stop()
    auditing.settle(town)
    n_ticks = auditing.nothing_is_doubled(town)
    assert n_ticks > 20, "the clock had nothing to say"
    auditing.chains_hold(town)
    auditing.everybody_was_told(town)
    auditing.rows_agree(town)
    auditing.verified(auditing.published(town))
    _each_letter_once(town, box, numbers)
    leaves = town.rows("SELECT count(*), count(DISTINCT commitment) FROM ledger_leaf")
    assert leaves == [(len(town.entries()), len(town.entries()))]
    print(f"{len(numbers)} filings beside the load, {len(box.letters)} letters, {n_ticks} ticks")


def _each_letter_once(town: Town, box: Letterbox, numbers: list[str]) -> None:
    """Everybody was written to of everything that was noted, and never twice. One mail may tell several."""
    told: Counter[str] = Counter()
    for mail in box.letters:
        subject = str(mail["Subject"])
        more = re.search(r"（另有(\d+)条）", subject)
        told[subject.rpartition(" · ")[2]] += 1 + (int(more[1]) if more else 0)
    noted = town.rows(
        "SELECT m.number, count(*) FROM listen_letter l JOIN matter_matterrow m ON m.id = l.matter "
        "WHERE l.sent_at IS NOT NULL GROUP BY 1"
    )
    assert set(dict(noted)) == set(numbers)
    assert told == dict(noted)


def test_a_long_transaction_is_waited_for_and_not_passed_over(town: Town, box: Letterbox) -> None:
    port = free_port()
    town.serve(port)
    town.work()
    town.work()
    browser = Browser((port,))
    slow = _file(browser, 0)
    _until_written(box, 1)
    with subprocess.Popen(
        [sys.executable, "-c", _LONG, slow],
        env=town.environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as long:
        assert long.stdout is not None
        assert long.stdin is not None
        matter, n = json.loads(long.stdout.readline())
        quick = [_file(browser, n) for n in (1, 2, 3)]
        town.shift(timedelta(minutes=2))
        time.sleep(1.5)
        # Its number in the table is smaller than theirs, so a reader that went on now would never see it.
        assert len(box.letters) == 1, "a reader went past a transaction that was still open"
        long.stdin.write("commit\n")
        long.stdin.flush()
        assert long.wait(20) == 0
    ((its_place,),) = town.rows("SELECT id FROM ledger_entry WHERE matter = ? AND n = ?", (matter, n))
    opened = town.rows(
        "SELECT e.id, m.number FROM ledger_entry e JOIN matter_matterrow m ON m.id = e.matter WHERE e.n = 0"
    )
    assert all(place > its_place for place, number in opened if number in quick), "it was no test"
    _until_written(box, 5)
    assert len(box.to("r0@example.org")) == 2
    browser.hang_up()
    for process in town.running:
        process.stop()
    auditing.settle(town)
    auditing.everybody_was_told(town)
    leaves = town.rows("SELECT count(*), count(DISTINCT commitment) FROM ledger_leaf")
    assert leaves == [(len(town.entries()), len(town.entries()))]


def _until_nothing_waits(town: Town) -> None:
    """Until the workers have read everything and sent everything, and had a round more to do it twice."""
    ends = time.monotonic() + 60
    n_idle = 0
    while n_idle < 2:
        assert time.monotonic() < ends, "the letters do not come to an end"
        time.sleep(1.0)
        n_idle = 0 if town.rows("SELECT id FROM listen_letter WHERE try_at IS NOT NULL") else n_idle + 1


def _until_written(box: Letterbox, n: int) -> None:
    ends = time.monotonic() + 30
    while len(box.letters) < n:
        assert time.monotonic() < ends, f"{len(box.letters)} letters of {n}"
        time.sleep(0.1)
