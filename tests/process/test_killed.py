"""kill -9 at thirty random moments under load: what was acknowledged is there, once, and verifies.

The clock of the town is pushed on all the while, so that ticks, batches and daily exports are among what is
killed. Set MINSHENG_SEED to repeat a run.
"""

from __future__ import annotations

import os
import random
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.process import auditing
from tests.process.load import Load
from tests.process.towns import Running, Town, a_town, free_port, wait_for

pytestmark = pytest.mark.process

N_KILLS = 150 if os.environ.get("MINSHENG_DEEP") else 30
AT_EACH_KILL = timedelta(hours=8)


@pytest.fixture
def seed() -> int:
    """Printed, so that a failure can be repeated."""
    number = int(os.environ.get("MINSHENG_SEED") or random.SystemRandom().getrandbits(32))
    print(f"MINSHENG_SEED={number}")
    return number


def _wait(town: Town, seconds: float) -> None:
    """Let the load run; meanwhile the clock goes a minute ahead twice a second, so that batches are cut."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        time.sleep(min(0.5, left))
        town.shift(timedelta(seconds=61))


def _audit(town: Town, load: Load, n_kills: int) -> None:
    noted = load.noted
    assert not noted.wrong, noted.wrong[:5]
    assert noted.told["line broken"] >= n_kills / 2, f"hardly any kill was felt: {noted.told}"
    assert len(noted.filed) >= n_kills, f"hardly anything was filed: {noted.told}"
    auditing.settle(town)
    auditing.nothing_acknowledged_is_missing(town, noted)
    n_ticks = auditing.nothing_is_doubled(town)
    auditing.chains_hold(town)
    auditing.everybody_was_told(town)
    auditing.rows_agree(town)
    auditing.doctor_is_content(town)
    report = auditing.verified(auditing.published(town))
    assert '"holds": true' in town.do("verify", auditing.published(town), "--json")
    n_proofs = auditing.proofs_hold(town, noted)
    assert n_ticks >= len(noted.filed) / 4, "the clock had nothing to say"
    assert report.counts["leaves"] == len(town.entries())
    print(
        f"{n_kills} kills, {len(noted.filed)} filings, {len(noted.deeds)} acts, {n_ticks} ticks, "
        f"{n_proofs} proofs, {report.counts['leaves']} leaves, {dict(noted.told)}"
    )


def test_the_one_process_on_sqlite_is_killed_at_any_moment(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with a_town(tmp_path / "town", "sqlite", MINSHENG_DEMO="yes") as town:
        server = town.serve(free_port())
        load = Load(town, (server.port,), seed)
        load.start()
        for _ in range(N_KILLS):
            _wait(town, chance.uniform(0.2, 1.8))
            town.shift(AT_EACH_KILL)
            time.sleep(chance.uniform(0.0, 1.0))
            server.kill()
            server = town.serve(server.port)
        load.stop()
        server.stop()
        _audit(town, load, N_KILLS)


def test_web_worker_and_sequencer_on_postgresql_are_killed_one_by_one(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with a_town(tmp_path / "town", "postgresql", MINSHENG_DEMO="yes") as town:
        ports = (free_port(), free_port())
        processes: list[Running] = [town.serve(ports[0]), town.serve(ports[1]), town.work()]
        load = Load(town, ports, seed)
        load.start()
        killed = [0, 0, 0]
        for _ in range(N_KILLS):
            _wait(town, chance.uniform(0.2, 1.8))
            town.shift(AT_EACH_KILL)
            victim = chance.randrange(3)
            if victim < 2:
                wait_for(processes[victim])
            time.sleep(chance.uniform(0.0, 1.0))
            assert processes[victim].alive, processes[victim].said()
            processes[victim].kill()
            killed[victim] += 1
            port = processes[victim].port
            processes[victim] = town.start("serve", "--port", str(port), port=port) if port else town.work()
        for port_of in processes[:2]:
            wait_for(port_of)
        load.stop()
        for process in processes:
            process.stop()
        print(f"killed: web {killed[0]} and {killed[1]}, worker and sequencer {killed[2]}")
        _audit(town, load, N_KILLS)
