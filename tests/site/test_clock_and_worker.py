"""One clock, which only the demo may shift; and a night shift that goes on when a job fails."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from minsheng.site import clock, wiring, worker

NOW = datetime(2026, 10, 14, 1, tzinfo=UTC)


def test_outside_the_demo_nothing_shifts_the_clock(settings: Any, tmp_path: Path) -> None:
    settings.MINSHENG_DATA, settings.MINSHENG_DEMO = tmp_path, False
    (tmp_path / "clock").write_text(str(30 * 86400))
    assert clock.shift() == timedelta()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    with pytest.raises(RuntimeError, match="demo town only"):
        clock.set_shift(timedelta(days=1))
    assert (tmp_path / "clock").read_text() == str(30 * 86400)


def test_the_demo_shifts_the_clock_and_keeps_it(settings: Any, tmp_path: Path) -> None:
    settings.MINSHENG_DATA, settings.MINSHENG_DEMO = tmp_path, True
    assert clock.shift() == timedelta()
    clock.set_shift(timedelta(days=-40))
    assert abs(clock.now() - datetime.now(UTC) + timedelta(days=40)) < timedelta(seconds=5)
    assert clock.now().tzinfo is UTC


@pytest.mark.django_db
@pytest.mark.usefixtures("town")
def test_a_request_reads_the_clock_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[datetime] = []

    def now() -> datetime:
        read.append(NOW)
        return NOW

    monkeypatch.setattr("minsheng.site.clock.now", now)
    Client().get("/")
    assert len(read) == 1


def test_a_failing_job_is_named_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []

    def fails(now: datetime) -> int:
        raise OperationalError("database is locked")

    def works(now: datetime) -> int:
        done.append(now.isoformat())
        return 3

    monkeypatch.setattr(wiring, "JOBS", {"first": works, "bad": fails, "last": works})
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    result = worker.once(NOW)
    assert result.done == {"first": 3, "last": 3} and result.stopped == {"bad": "OperationalError"}
    assert len(done) == 2
    assert "bad stopped: OperationalError" in caplog.text
    assert json.loads(result.as_json())["stopped"] == {"bad": "OperationalError"}
    assert str(result) == "first: 3\nlast: 3\nbad stopped: OperationalError"


def test_a_job_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "JOBS", {"a": lambda now: 0, "b": lambda now: 1})
    assert worker.once(NOW, but=frozenset({"b"})).done == {"a": 0}
    assert str(worker.once(NOW, but=frozenset({"b"}))) == "nothing was due"


def test_the_night_shift_waits_longer_after_each_failure_and_stops_when_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rounds: list[int] = []
    waits: list[float] = []

    class Stop(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0)
            if len(waits) == 4:
                self.set()
            return self.is_set()

    def bad(now: datetime) -> int:
        rounds.append(1)
        raise ValueError("no")

    monkeypatch.setattr(wiring, "JOBS", {"bad": bad})
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker.connection, "close", lambda: None)
    monkeypatch.setattr(worker.signal, "signal", lambda *_: None)
    assert worker.forever(Stop()) == 0
    assert len(rounds) == 4
    assert waits == sorted(waits) and waits[-1] > 4 * waits[0]


@pytest.mark.django_db(transaction=True)
def test_every_job_of_a_new_town_runs(town: Any) -> None:
    from minsheng.ledger import services as ledger

    ledger.begin_log(town.town.origin, NOW)
    result = worker.once(NOW + timedelta(hours=1))
    assert result.stopped == {}
    assert set(result.done) == set(wiring.JOBS)


def test_the_jobs_are_in_the_order_in_which_one_needs_the_other() -> None:
    jobs = list(wiring.JOBS)
    assert jobs.index("clock") < jobs.index("log") < jobs.index("handlers") < jobs.index("publish")
