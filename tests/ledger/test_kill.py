"""Real processes, really killed: what was acknowledged is there, and the log goes on."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from minsheng.kernel.log import tree
from minsheng.kernel.log.note import open_checkpoint
from minsheng.kernel.words import Text
from minsheng.ledger import queries, services
from minsheng.ledger.models import Batch, Checkpoint, Entry, Leaf
from minsheng.ledger.testing import NOON
from minsheng.verify.check import verify
from minsheng.verify.export import open_export
from minsheng.verify.since import Earlier

pytestmark = pytest.mark.django_db(transaction=True)

WRITE = """
import sys, django; django.setup()
from django.db import transaction
from minsheng.ledger import services
from minsheng.ledger.records import Part
from minsheng.ledger.testing import NOON, opened, done
while True:
    with transaction.atomic():
        one = services.append(opened(), [Part("words", "x" * 500)], NOON)
        two = services.append(done(one), [], NOON, before=one)
    sys.stdout.write(f"{one.commitment} {two.commitment}\\n"); sys.stdout.flush()
"""

SEQUENCE = """
import sys, django; django.setup()
from datetime import timedelta
from minsheng.ledger import services
from minsheng.ledger.locks import Busy
from minsheng.ledger.testing import NOON
at = NOON + timedelta(minutes=int(sys.argv[1]))
while True:
    at += timedelta(seconds=1)
    try:
        signed = services.sequence(at, cut=True)
    except Busy:
        continue
    if signed:
        sys.stdout.write(f"{signed.size}\\n"); sys.stdout.flush()
"""

BOTH = f"""
import threading
write, sequence = {WRITE!r}, {SEQUENCE!r}
import django; django.setup()
threading.Thread(target=exec, args=(write, {{}}), daemon=True).start()
exec(sequence, {{}})
"""


def database_url() -> str:
    """The test's own database, for a child process."""
    own = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{own['NAME']}"
    login = quote(str(own["USER"])) + (f":{quote(str(own['PASSWORD']))}" if own["PASSWORD"] else "")
    return f"postgresql://{login}@/{own['NAME']}?host={own['HOST']}&port={own['PORT']}"


def start(code: str, settings: Any, *words: str) -> subprocess.Popen[str]:
    env = os.environ | {
        "DATABASE_URL": database_url(),
        "MINSHENG_DATA": str(settings.MINSHENG_DATA),
        "MINSHENG_KEY_DIR": str(settings.MINSHENG_KEY_DIR),
        "MINSHENG_STATE_DIR": str(settings.MINSHENG_STATE_DIR),
        "DJANGO_SETTINGS_MODULE": "minsheng.site.settings",
    }
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, *words], env=env, stdout=subprocess.PIPE, text=True
    )


def wait_for_the_killed_to_be_gone() -> None:
    """PostgreSQL ends the sessions of killed clients a moment later; until then they hold the horizon."""
    if connection.vendor != "postgresql":
        return
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            )
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)
    raise AssertionError("a killed client's session is still there")


def test_kill_minus_nine_at_random_moments(settings: Any, tmp_path: Path) -> None:
    services.begin_log("test.example/log", NOON)
    rng = random.Random()
    seed = rng.randrange(2**32)
    print(f"seed {seed}")
    rng.seed(seed)
    acknowledged: set[str] = set()
    earlier: list[str] = []
    one_process = connection.vendor == "sqlite"
    for round_ in range(int(os.environ.get("MINSHENG_KILLS", "4"))):
        programs = [BOTH] if one_process else [WRITE, SEQUENCE]
        connection.close()
        children = [start(program, settings, str(round_ * 60)) for program in programs]
        try:
            for child in children:  # until each has done something
                assert child.stdout is not None
                acknowledged.update(child.stdout.readline().split())
            time.sleep(rng.uniform(0, 0.7))
        finally:
            for child in children:
                child.send_signal(signal.SIGKILL)
        for child in children:
            out, _ = child.communicate()
            acknowledged.update(out.split())
            assert child.returncode == -signal.SIGKILL
        wait_for_the_killed_to_be_gone()
        last = services.sequence(NOON + timedelta(hours=round_ + 1), cut=True) or queries.checkpoint()
        assert last is not None  # the killed sequencer may have signed everything there was
        earlier.append(last.note)
    commitments = {word for word in acknowledged if len(word) == 64}
    assert len(commitments) > 8
    assert len(queries.leaf_indices(sorted(commitments))) == len(commitments)
    assert Entry.objects.count() == Leaf.objects.count() == Batch.objects.order_by("-size")[0].size
    for matter in set(Entry.objects.values_list("matter", flat=True)):
        assert [item.entry.n for item in queries.chain(matter, parts=True)] == [0, 1]
    hashes = [bytes(h) for h in Leaf.objects.order_by("i").values_list("hash", flat=True)]
    for row in Checkpoint.objects.all():
        signed = open_checkpoint(row.note, services.public_keys()["log"]).checkpoint
        assert tree.root_of(hashes[: signed.size]) == signed.root
    services.export(
        tmp_path / "export", day=NOON.date(), now=NOON, pinned=services.Pinned(), title=Text("账", "ledger")
    )
    report = verify(
        open_export(tmp_path / "export"), with_replay=False, earlier=[Earlier(note) for note in earlier]
    )
    assert [str(finding) for finding in report.findings] == []
