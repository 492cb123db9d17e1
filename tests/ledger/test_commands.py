"""The commands of whoever keeps a town running: they do it, or say what to do next."""

from __future__ import annotations

import json
import shutil
import stat
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from minsheng.bodies import services as bodies
from minsheng.kernel.log.proof import ProofFile
from minsheng.kernel.words import Text
from minsheng.ledger import append_only, horizon, keys, proofs, queries, sealing, services, state
from minsheng.ledger.models import Cursor, Entry
from minsheng.ledger.records import Part, Recorded
from minsheng.ledger.services.handling import Handler
from minsheng.ledger.testing import NOON, Write, opened
from minsheng.site import cli, clock
from minsheng.site.commands.town import find_town
from minsheng.verify.check import verify
from minsheng.verify.export import open_export

pytestmark = pytest.mark.django_db(transaction=True)


class Answer:
    """What a command said."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command at noon of a certain day."""
    monkeypatch.setattr(clock, "now", lambda: NOON)

    def run_it(*words: str | Path) -> Answer:
        capsys.readouterr()
        code = cli.main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Answer(code, out, err)

    return run_it


@pytest.fixture
def town() -> None:
    folder = bodies.read_town(find_town("yunxi"))
    assert not isinstance(folder, list)
    bodies.apply_town(folder)


def test_init_makes_what_is_missing_and_leaves_the_rest(run: Any, settings: Any) -> None:
    shutil.rmtree(settings.MINSHENG_KEY_DIR)
    shutil.rmtree(settings.MINSHENG_DATA)
    keys.forget()
    first = run("init", "--origin", "town.example/log", "--json")
    assert first.code == 0
    assert len(first.data["made"]) == 4
    for name in ("KEY_DIR", "DATA", "STATE_DIR"):
        assert stat.S_IMODE(getattr(settings, f"MINSHENG_{name}").stat().st_mode) == 0o700
    before = {path: path.read_bytes() for path in settings.MINSHENG_KEY_DIR.iterdir()}
    assert run("init", "--json").data["made"] == []
    assert {path: path.read_bytes() for path in settings.MINSHENG_KEY_DIR.iterdir()} == before
    assert proofs.origin() == "town.example/log"
    other = run("init", "--origin", "other.example/log")
    assert (other.code, "town.example/log" in other.err) == (1, True)


def test_an_export_from_the_command_line_verifies(run: Any, town: None, write: Write, tmp_path: Path) -> None:
    run("init", "--origin", "town.example/log")
    write(opened(), at=NOON - timedelta(days=1))
    done = run("export", tmp_path / "export", "--json")
    assert (done.code, done.data["size"], done.data["day"]) == (0, 1, "2026-03-01")
    assert verify(open_export(tmp_path / "export"), with_replay=False).holds
    assert run("export", tmp_path / "export").code == 0
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").touch()
    for words in (("export", tmp_path / "mine"), ("export", tmp_path / "x", "--day", "2025-01-01")):
        refused = run(*words)
        assert (refused.code, refused.out) == (1, "")
        assert "export" in refused.err
    with pytest.raises(SystemExit) as usage:
        run("export")
    assert usage.value.code == 2


def test_before_there_is_a_town_or_a_log_the_next_step_is_said(run: Any, tmp_path: Path) -> None:
    assert "minsheng town apply" in run("export", tmp_path / "export").err


def test_backup_and_restore_from_the_command_line(run: Any, write: Write, tmp_path: Path) -> None:
    run("init", "--origin", "town.example/log")
    write(opened(), Part("original", "words"))
    services.sequence(NOON, cut=True)
    assert run("backup", tmp_path / "a.tar").code == 0
    assert run("backup", tmp_path / "a.tar").code == 1
    lost, erased = write(opened(), Part("original", "LOST")), write(opened(), Part("original", "ERASED"))
    services.sequence(NOON, cut=True)
    proof = tmp_path / "proof.json"
    proof.write_bytes(_proof(lost))
    services.erase(erased.entry.matter, NOON)
    assert run("restore").code == 2
    refused = run("restore", tmp_path / "a.tar", "--json")
    assert (refused.code, refused.data["ok"]) == (1, False)
    assert "--replace" in refused.err
    done = run("restore", tmp_path / "a.tar", "--replace", "--proof", proof, "--json")
    assert done.code == 0
    assert done.data == {
        "ok": True, "entries": 1, "leaves": 3, "lost": 2, "origin": proofs.origin(), "erased": 1,
        "given_back": 1, "refused": [], "went_on": 0,
    }  # fmt: skip
    parts = queries.open_parts(lost.entry.matter)
    assert parts[0]["original"].value == "LOST"
    assert run("restore", "--proof", proof).code == 0
    assert run("restore", "--erased").code == 0


def _proof(item: Recorded) -> bytes:
    return ProofFile(
        origin=proofs.origin(), town=Text("镇", "town"), number="1", matter=item.entry.matter, issued_at=NOON,
        entries=(services.proven(item),), keys=services.public_keys(),
    ).to_bytes()  # fmt: skip


def test_keys_are_shown_without_being_told_and_rotated(run: Any, write: Write, settings: Any) -> None:
    run("init", "--origin", "town.example/log")
    item = write(opened(), Part("original", "words"))
    shown = run("key", "show")
    for path in settings.MINSHENG_KEY_DIR.iterdir():
        assert path.read_bytes().hex() not in shown.out
    assert "town" not in shown.err
    done = run("key", "rotate", "vault_key", "--json")
    assert (done.data["version"], done.data["rewrapped"]) == (2, 1)
    assert run("key", "rotate", "vault_key", "--resume", "--json").data["version"] == 2
    assert run("key", "rotate", "receipt_pepper", "--json").data["version"] == 2
    assert run("key", "rotate").code == 2
    assert sealing.versions_in_use() == {2}
    assert queries.open_parts(item.entry.matter)[0]["original"].value == "words"


def levels(**more: Any) -> dict[str, str]:
    """Name to the worst level the doctor gives it."""
    order = ("ok", "warn", "fail")
    found: dict[str, str] = {}
    for line in services.examine(more.pop("now", NOON), **more):
        assert line.level == "ok" or line.next
        assert line.what.zh
        assert line.what.en
        found[line.name] = max(found.get(line.name, "ok"), line.level, key=order.index)
    return found


def test_a_healthy_town_has_nothing_to_mend(run: Any, write: Write, tmp_path: Path) -> None:
    run("init", "--origin", "town.example/log")
    write(opened())
    services.sequence(NOON, cut=True)
    services.backup(tmp_path / "backup", NOON)
    found = levels(deep=True, backup=tmp_path / "backup")
    assert {name for name, level in found.items() if level == "fail"} == set()
    assert run("doctor").code == 0
    assert json.loads(run("doctor", "--json").out)["ok"] is True


def test_the_doctor_finds_what_is_wrong(
    run: Any, write: Write, tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    assert levels()["log"] == "fail"
    run("init", "--origin", "town.example/log")
    item = write(opened(), Part("original", "x"))
    services.sequence(NOON, cut=True)
    assert levels()["backup"] == "warn"
    assert levels()["witness"] == "warn"
    assert levels(now=NOON + timedelta(hours=30))["sequencer"] == "warn"
    assert levels(now=NOON + timedelta(hours=50))["sequencer"] == "fail"

    (settings.MINSHENG_KEY_DIR / "vault_key").chmod(0o640)
    assert levels()["keys"] == "fail"
    (settings.MINSHENG_KEY_DIR / "vault_key").chmod(0o600)
    leak = tmp_path / "backup" / "leak"
    leak.parent.mkdir()
    leak.write_bytes((settings.MINSHENG_KEY_DIR / "log_key").read_bytes())
    assert levels(backup=leak.parent)["keys"] == "fail"
    settings.MINSHENG_DATA.chmod(0o755)
    assert levels()["folders"] == "warn"
    settings.MINSHENG_DATA.chmod(0o700)

    def breaks(recorded: Recorded, now: Any) -> None:
        raise RuntimeError

    services.run_handlers({"letters": Handler(breaks)}, NOON)
    assert levels()["handlers"] == "fail"
    Cursor.objects.all().delete()
    assert levels(now=NOON + timedelta(hours=1), handlers=["letters"])["handlers"] == "warn"

    state.note_erased(item.entry.matter, NOON)
    assert levels()["erased"] == "fail"
    services.replay_erased()
    assert levels()["erased"] == "ok"

    usage = shutil.disk_usage(tmp_path)
    for free, level in ((2**30, "warn"), (2**20, "fail")):
        with monkeypatch.context() as patched:
            patched.setattr(shutil, "disk_usage", lambda path, free=free: usage._replace(free=free))
            assert levels()["disk"] == level

    other = write(opened())
    with connection.cursor() as cursor:
        for statement in append_only.dropping(connection.vendor):
            cursor.execute(statement)
    assert levels()["append_only"] == "fail"
    Entry.objects.filter(matter=other.entry.matter).update(salt=bytes(32))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_leaf SET hash = commitment")
    assert run("init", "--origin", "town.example/log").code == 0
    found = levels(deep=True)
    assert (found["tables"], found["log"], found["entries"]) == ("ok", "fail", "fail")
    assert run("doctor").code == 1


def test_a_long_transaction_shows_in_the_doctor(run: Any, monkeypatch: Any) -> None:
    if connection.vendor == "sqlite":
        assert levels()["database"] == "ok"
        return
    run("init", "--origin", "town.example/log")
    begun, stop = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            begun.set()
            stop.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(10)
    try:
        monkeypatch.setattr("minsheng.ledger.services.examining._HORIZON_WARN", -1)
        assert levels()["horizon"] == "warn"
        assert horizon.age() >= 0
    finally:
        stop.set()
        thread.join()
