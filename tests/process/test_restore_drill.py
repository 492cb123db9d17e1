"""The drill: back up a working town, lose the machine, restore into empty folders, go on.

What was erased after the backup stays erased; what was signed after it is counted as lost, in public; what
a resident's proof file holds comes back; the rest goes on, and every check that a stranger can make holds.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from tests.process import auditing
from tests.process.browsing import Browser, dispatch, file_request, handle_of, reply
from tests.process.load import Load
from tests.process.towns import Town, a_town, free_port, fresh_database

pytestmark = pytest.mark.process

MAIL = "marker-7f3a9c@erased.example"
WORDS = "我叫马可儿，住桂花里，MARKER-7f3a9c。"

_ERASE = """
from minsheng.ledger import services
from minsheng.matter import queries
from minsheng.site import wiring
id = queries.id_of(said)
n = wiring.erase(id)
services.scrub()
print(json.dumps([id, n]))
"""

_SECRETS = """
from minsheng.ledger.models import DataKey, Entry
from minsheng.matter import queries
id = queries.id_of(said)
found = [bytes(e.salt) for e in Entry.objects.filter(matter=id)]
found.append(bytes(DataKey.objects.get(matter=id).wrapped))
found.append(next(bytes(e.body) for e in Entry.objects.filter(matter=id, n=0)))
print(json.dumps([one.hex() for one in found]))
"""


def _code_on(receipt: str) -> str:
    spans = re.search(r'<p class="code"[^>]*>(.*?)</p>', receipt, re.S)
    assert spans, "no code on this page"
    return unescape(re.sub(r"<[^>]+>|\s", "", spans[1]))


@dataclass(slots=True)
class Resident:
    """Somebody who filed: what they took home."""

    browser: Browser
    handle: str
    number: str
    code: str
    proof: bytes = b""

    def fetch_proof(self) -> None:
        answer = self.browser.get(f"/mine/{self.handle}/proof/")
        assert answer.status == 200, answer.said
        self.proof = answer.body
        self.browser.hang_up()

    def come_back(self, port: int) -> Browser:
        """In another browser, by the follow code."""
        browser = Browser((port,))
        answer = browser.post("/mine/", {"code": self.code})
        assert answer.status == 303, (answer.status, answer.said)
        self.handle = handle_of(answer.location)
        self.browser = browser
        return browser


def _resident(port: int, words: str, **contact: str) -> Resident:
    browser = Browser((port,))
    handle = file_request(browser, words, **contact)
    receipt = browser.get(f"/mine/{handle}/receipt/")
    return Resident(browser, handle, receipt.number, _code_on(receipt.text))


@dataclass(slots=True)
class Drill:
    """Everything that was kept elsewhere when the machine was lost, and what was known on it."""

    lost: Town
    before: Path  # an export from before the backup
    after: Path  # the last export that was published
    backup: Path
    early: Resident  # filed and dispatched before the backup, answered after it
    gone: Resident  # filed before the backup, erased after it
    late: Resident  # filed after the backup, holds a proof file
    secrets: list[bytes]
    n_backed_up: int
    n_signed: int


def _next_day(town: Town, port: int) -> None:
    """Push the clock to the next day and wait until the worker has published it."""
    last = auditing.published(town) / "manifest"
    was = last.read_bytes() if last.exists() else b""
    town.shift(timedelta(days=1))
    until = time.monotonic() + 60
    while not last.exists() or last.read_bytes() == was:
        assert time.monotonic() < until, "nothing is published"
        time.sleep(0.2)
    time.sleep(1)


def _until_sent(town: Town) -> None:
    """Wait until the letter about the receipt lies in the outbox."""
    until = time.monotonic() + 60
    while not [path for path in town.places_of(MAIL) if path.startswith("data/outbox")]:
        assert time.monotonic() < until, "no letter was sent"
        time.sleep(0.3)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def drill(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drill]:
    """A town at work, backed up in the middle of it, then gone."""
    safe = tmp_path_factory.mktemp("safe")
    folder = tmp_path_factory.mktemp("lost") / "town"
    with a_town(folder, request.param, MINSHENG_DEMO="yes") as town:
        port = free_port()
        town.serve(port)
        if not town.is_sqlite:
            town.work()
        load = Load(town, (port,), seed=1, pause=0.3)
        load.start()
        chen, zhou = Browser((port,)), Browser((port,))
        chen.sign_in("chen", town.seeds["chen"], time.time() + 30)
        zhou.sign_in("zhou", town.seeds["zhou"], time.time() + 30)
        early, gone = _resident(port, "路灯不亮。"), _resident(port, WORDS, name="马可儿", email=MAIL)
        assert dispatch(chen, early.number).status == 302
        _until_sent(town)
        _next_day(town, port)
        before = safe / "before"
        shutil.copytree(auditing.published(town), before)
        secrets = [bytes.fromhex(one) for one in town.inside(_SECRETS, gone.number)]

        town.do("backup", safe / "town.tar")

        late = _resident(port, "井盖丢了，晚上看不见。LATE-WORDS")
        assert dispatch(chen, late.number).status == 302
        assert zhou.fill_in(f"/desk/{early.number}/accept/", do="accepted").status == 302
        assert reply(zhou, early.number).status == 302
        assert town.inside(_ERASE, gone.number)[1] > 5
        time.sleep(2)
        load.stop()
        assert not load.noted.wrong, load.noted.wrong[:3]
        for browser in (chen, zhou):
            browser.hang_up()
        _next_day(town, port)
        early.fetch_proof()
        late.fetch_proof()
        assert town.places_of(MAIL, WORDS, *secrets) == [], "erased, and still there"
        for process in town.running:
            process.kill()
        shutil.copytree(auditing.published(town), safe / "after")
        manifest = _manifest(safe / "town.tar")
        yield Drill(
            lost=town,
            before=before,
            after=safe / "after",
            backup=safe / "town.tar",
            early=early,
            gone=gone,
            late=late,
            secrets=secrets,
            n_backed_up=manifest["size"],
            n_signed=town.rows("SELECT count(*) FROM ledger_leaf")[0][0],
        )


def _manifest(backup: Path) -> dict[str, int]:
    import tarfile

    with tarfile.open(backup) as archive:
        member = archive.extractfile("./manifest.json")
        assert member is not None
        found: dict[str, int] = json.load(member)
    return found


@pytest.fixture
def machine(drill: Drill, tmp_path: Path) -> Iterator[Town]:
    """Another machine: empty folders, an empty database, nothing brought yet."""
    more = dict(drill.lost.more)
    if drill.lost.is_sqlite:
        town = Town(tmp_path / "town", more=more, seeds=drill.lost.seeds)
        town.folder.mkdir()
        yield town
        town.close()
        return
    with fresh_database() as url:
        town = Town(tmp_path / "town", url, more=more, seeds=drill.lost.seeds)
        town.folder.mkdir()
        try:
            yield town
        finally:
            town.close()


def _bring(town: Town, drill: Drill, *folders: str) -> None:
    for name in folders:
        shutil.copytree(drill.lost.folder / name, town.folder / name)


def test_without_the_keys_it_refuses_and_says_what_to_bring(drill: Drill, machine: Town) -> None:
    _bring(machine, drill, "state")
    answer = machine.ask("restore", drill.backup)
    assert answer.returncode == 1
    assert "key" in answer.stderr
    assert str(machine.keys) in answer.stderr
    assert "Traceback" not in answer.stderr
    _nothing_was_written(machine)


def test_with_the_keys_of_another_town_it_refuses_too(drill: Drill, machine: Town) -> None:
    _bring(machine, drill, "state", "keys")
    for path in machine.keys.iterdir():
        if path.name in ("vault_key", "receipt_pepper"):
            path.write_bytes(bytes(reversed(path.read_bytes())))
    answer = machine.ask("restore", drill.backup)
    assert answer.returncode == 1
    assert "vault_key" in answer.stderr
    assert "bring the old key folder back" in answer.stderr
    _nothing_was_written(machine)


def test_without_the_state_folder_it_refuses_and_says_what_would_be_accepted(
    drill: Drill, machine: Town
) -> None:
    _bring(machine, drill, "keys")
    answer = machine.ask("restore", drill.backup)
    assert answer.returncode == 1
    assert "--without-state" in answer.stderr
    _nothing_was_written(machine)


def test_without_the_newer_tiles_it_refuses_to_contradict_what_was_signed(
    drill: Drill, machine: Town
) -> None:
    _bring(machine, drill, "keys", "state")
    answer = machine.ask("restore", drill.backup)
    assert answer.returncode == 1
    assert "--tiles" in answer.stderr
    _nothing_was_written(machine)


def _nothing_was_written(town: Town) -> None:
    """No database was filled."""
    if town.is_sqlite:
        path = town.data / "minsheng.sqlite3"
        assert not path.exists() or not town.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    else:
        assert not town.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")


def test_a_restored_town_forgets_whom_it_must_and_goes_on(
    drill: Drill, machine: Town, tmp_path: Path
) -> None:
    _bring(machine, drill, "keys", "state")
    proof = tmp_path / "late.json"
    proof.write_bytes(drill.late.proof)
    machine.data.mkdir()
    shutil.copy(drill.lost.data / "clock", machine.data)  # it is no earlier on the other machine
    mirror = drill.lost.data / "log"
    restored = machine.do("restore", drill.backup, "--tiles", mirror, "--proof", proof, "--json")
    said = json.loads(restored.splitlines()[-1])
    n_gone = drill.n_signed - drill.n_backed_up
    assert n_gone > 20, "hardly anything happened after the backup"
    # Entries of the backup that were not yet in the log take their places; the late matter's three come back.
    assert 3 < said["lost"] <= n_gone
    assert said["given_back"] == 3
    assert said["erased"] == 1
    n_lost = said["lost"] - said["given_back"]

    # Before anything is served, the erased matter is nowhere: database, WAL, media, tiles, outbox, state.
    assert machine.places_of(MAIL, WORDS, *drill.secrets) == []
    auditing.doctor_is_content(machine)

    port = free_port()
    server = machine.serve(port)
    worker = None if machine.is_sqlite else machine.work()
    refused = Browser((port,)).post("/mine/", {"code": drill.gone.code})
    assert refused.status == 422
    assert "没有这个查询码" in refused.said

    # Who filed before the backup comes back by code; the body's answer is lost, so the body answers again.
    browser = drill.early.come_back(port)
    assert browser.get(f"/mine/{drill.early.handle}/").status == 200
    zhou = Browser((port,))
    zhou.sign_in("zhou", machine.seeds["zhou"], time.time())
    accepted = zhou.fill_in(f"/desk/{drill.early.number}/accept/", do="accepted")
    assert accepted.status in (302, 409), accepted.said
    sent = reply(zhou, drill.early.number)
    assert sent.status == 302, sent.said
    said_so = browser.fill_in(f"/mine/{drill.early.handle}/verdict/", choice="solved")
    assert said_so.status in (302, 303), said_so.said
    new = _resident(port, "恢复以后的第一件。")
    for one in (browser, zhou, new.browser):
        one.hang_up()
    server.stop()
    if worker is not None:
        worker.stop()

    auditing.settle(machine)
    auditing.chains_hold(machine)
    auditing.rows_agree(machine)
    assert machine.places_of(MAIL, WORDS, *drill.secrets) == []
    _strangers_check(drill, machine, n_lost, proof)


def _strangers_check(drill: Drill, machine: Town, n_lost: int, proof: Path) -> None:
    """What somebody sees who kept exports and receipts from before."""
    export = auditing.published(machine)
    opaque = json.loads((export / "opaque.json").read_text())
    assert opaque["lost"] == n_lost
    assert opaque["erased"] >= 1
    events = [entry["event"] for entry in machine.entries()]
    assert events.count("restored") >= 1
    size = machine.rows("SELECT count(*) FROM ledger_leaf")[0][0]
    assert size > drill.n_signed, "the log did not go on where it stood"

    auditing.verified(export)
    machine.do("verify", export, "--since", drill.before)
    machine.do("verify", export, "--since", drill.before / "checkpoint")
    # Shown then and not now, but as many more are counted as erased or lost: it holds, and is public.
    machine.do("verify", export, "--since", drill.after)
    machine.do("verify", export, "--receipt", proof)
    machine.do("verify-receipt", proof, "--log", export)

    # A matter that lost entries and went on: whoever holds its receipt sees other entries in their places.
    early = proof.with_name("early.json")
    early.write_bytes(drill.early.proof)
    answer = machine.ask("verify", export, "--receipt", early, "--json")
    codes = {finding["code"] for finding in json.loads(answer.stdout)["findings"]}
    assert answer.returncode == 1
    assert "receipt_differs" in codes
    assert codes <= {"receipt_differs", "receipt_hidden"}
    still = machine.ask("verify-receipt", early, "--log", export)
    assert still.returncode == 0, still.stdout

    # The other way round nobody can go: the old export is no continuation of the new one.
    backwards = machine.ask("verify", drill.before, "--since", export, "--json")
    assert backwards.returncode == 1
