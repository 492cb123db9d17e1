"""Erasing, backing up, restoring: what was signed and what was erased is not forgotten."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tarfile
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from minsheng.kernel.log.note import Checkpoint, split_note
from minsheng.kernel.log.proof import ProofFile
from minsheng.kernel.words import Text
from minsheng.ledger import append_only, horizon, keys, proofs, published, queries, sealing, services, state
from minsheng.ledger.models import Checkpoint as CheckpointRow
from minsheng.ledger.models import DataKey, Entry, Leaf
from minsheng.ledger.records import Inconsistent, LedgerError, NotBegun, Part, Position, Recorded
from minsheng.ledger.services import backing_up
from minsheng.ledger.testing import NOON, Write, done, opened
from minsheng.verify.check import verify
from minsheng.verify.export import open_export
from minsheng.verify.since import read_earlier

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = "test.example/log"
TITLE = Text("账", "ledger")


@pytest.fixture(autouse=True)
def begun() -> None:
    services.begin_log(ORIGIN, NOON)


def cut(minutes: int) -> None:
    services.sequence(NOON + timedelta(minutes=minutes), cut=True)


def words(write: Write, text: str = "MARKER 水管漏了") -> Recorded:
    return write(opened(), Part("original", {"words": text}))


def proof_file(*items: Recorded) -> bytes:
    return ProofFile(
        origin=proofs.origin(), town=TITLE, number="1", matter=items[0].entry.matter, issued_at=NOON,
        entries=tuple(services.proven(item) for item in items), keys=services.public_keys(),
    ).to_bytes()  # fmt: skip


def raw_bytes() -> bytes:
    """Everything the engine keeps on disk for this database."""
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        return b"".join(p.read_bytes() for p in path.parent.glob(f"{path.name}*"))
    found = b""
    with connection.cursor() as cursor:
        for table in ("ledger_entry", "ledger_part", "ledger_datakey"):
            with cursor.copy(f"COPY {table} TO STDOUT") as copy:
                found += b"".join(bytes(block) for block in copy)
    return found


def test_an_erased_matter_is_gone_and_its_leaf_stays(write: Write) -> None:
    item, other = words(write), words(write)
    second = write(done(item), Part("reply", b"MARKER"))
    cut(1)
    matter = item.entry.matter
    wrapped = bytes(DataKey.objects.get(matter=matter).wrapped or b"")
    assert services.erase(matter, NOON) == 4
    services.scrub()
    assert services.erase(matter, NOON) == 0
    for gone in (wrapped, item.salt, second.salt, item.moment_salt, b"00000000000000bb"):
        assert gone not in raw_bytes()
        assert gone.hex().encode() not in raw_bytes()
    for call in (
        lambda: queries.chain(matter), lambda: queries.head(matter), lambda: queries.recorded(matter, 0),
        lambda: queries.open_parts(matter), lambda: sealing.seal(matter, b"", "x"),
        lambda: write(done(second)), lambda: write(opened(matter)),
        lambda: services.inclusion_proof(matter, 0),
    ):  # fmt: skip
        with pytest.raises((sealing.Erased, Inconsistent)):
            call()
    with pytest.raises(sealing.Erased), transaction.atomic():
        services.append(done(second), [], NOON, before=second)
    assert queries.leaf_index(item.commitment) is not None
    cut(2)
    assert queries.chain(other.entry.matter, parts=True)[0].parts["original"].value == {
        "words": "MARKER 水管漏了"
    }
    assert services.erased_matters() == [(matter, NOON)], "noted once"


def test_a_crash_after_the_list_was_written_is_made_good(write: Write) -> None:
    item = words(write)
    state.note_erased(item.entry.matter, NOON)
    assert services.replay_erased() == [item.entry.matter]
    assert services.replay_erased() == []
    with pytest.raises(sealing.Erased):
        queries.chain(item.entry.matter)


def test_a_backup_has_everything_but_keys_and_readable_words(
    write: Write, tmp_path: Path, settings: Any
) -> None:
    words(write)
    cut(1)
    (settings.MEDIA_ROOT / "attachments").mkdir(parents=True)
    (settings.MEDIA_ROOT / "attachments" / "one").write_bytes(b"sealed")
    manifest = services.backup(tmp_path / "backup", NOON)
    files = {path: path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file()}
    assert (manifest["size"], manifest["origin"], manifest["engine"]) == (1, ORIGIN, connection.vendor)
    everything = b"".join(files.values())
    for key in keys.read_bytes_of(settings.MINSHENG_KEY_DIR):
        assert key not in everything
        assert key.hex().encode() not in everything
    assert b"MARKER" not in everything
    assert (tmp_path / "backup/media/attachments/one").read_bytes() == b"sealed"
    assert (tmp_path / "backup/log/checkpoint").read_bytes() == (
        published.folder() / "checkpoint"
    ).read_bytes()
    for bad in (tmp_path / "backup", settings.MINSHENG_DATA / "backup"):
        with pytest.raises(LedgerError):
            services.backup(bad, NOON)
    (settings.MEDIA_ROOT / "leak").write_bytes(keys.load().vault_key)
    with pytest.raises(LedgerError, match="leak is a key"):
        services.backup(tmp_path / "leaky", NOON)
    assert not (tmp_path / "leaky").exists()


@pytest.mark.parametrize("name", ["backup", "backup.tar"])
def test_a_drill_brings_back_what_was_there_and_counts_what_was_lost(
    name: str, write: Write, tmp_path: Path
) -> None:
    kept, erased = words(write), words(write)
    wrapped = bytes(DataKey.objects.get(matter=erased.entry.matter).wrapped or b"")
    cut(1)
    waiting = write(done(kept), Part("reply", {"done": "今天修好"}))
    services.backup(tmp_path / name, NOON)
    cut(2)  # the backup has this entry, but not yet as a leaf
    lost = [words(write, "LOST") for _ in range(5)]
    more = write(done(lost[0]), Part("reply", "LOST TOO"))
    cut(3)
    files = [proof_file(lost[0], queries.recorded(lost[0].entry.matter, 1, parts=True) or more)]
    services.erase(erased.entry.matter, NOON)
    before = published.checkpoint_note()
    with pytest.raises(LedgerError, match="--replace"):
        services.restore(tmp_path / name, NOON)

    back = services.restore(tmp_path / name, NOON + timedelta(minutes=4), replace=True)

    assert (back.n_entries, back.n_leaves, back.n_lost) == (3, 9, 6)
    assert (back.erased, back.origin, back.new_log) == ([erased.entry.matter], ORIGIN, False)
    assert published.checkpoint_note() == before
    for gone in (wrapped, erased.salt, erased.moment_salt):
        assert gone not in raw_bytes()
        assert gone.hex().encode() not in raw_bytes()
    assert append_only.missing(connection) == []
    assert queries.n_lost() == 6
    with pytest.raises(sealing.Erased):
        queries.chain(erased.entry.matter)
    chain = queries.chain(kept.entry.matter, parts=True)
    assert [item.commitment for item in chain] == [kept.commitment, waiting.commitment]
    assert chain[1].parts["reply"].value == {"done": "今天修好"}
    assert services.inclusion_proof(kept.entry.matter, 1) is not None
    assert queries.restoration(kept.entry.matter) is not None
    assert queries.chain(lost[0].entry.matter) == []

    given = services.give_back(files[0], NOON)
    assert (given.n_back, given.n_known, given.refused) == (2, 0, [])
    assert services.give_back(files[0], NOON).n_known == 2
    assert queries.n_lost() == 4
    again = queries.chain(lost[0].entry.matter, parts=True)
    assert [item.commitment for item in again] == [lost[0].commitment, more.commitment]
    assert again[1].parts["reply"].value == "LOST TOO"

    write(done(chain[1], event="restored", step=None))
    assert queries.restoration(kept.entry.matter) is None
    cut(5)
    assert queries.n_leaves() == 10
    everything, _ = queries.after(Position())
    assert {item.commitment for item in everything} >= {item.commitment for item in chain + again}


def test_a_stranger_accepts_what_goes_on_after_a_restore(write: Write, tmp_path: Path) -> None:
    kept = words(write)
    cut(1)
    services.backup(tmp_path / "backup", NOON)
    gone = words(write)
    words(write)
    cut(2)
    export(tmp_path / "before")
    services.erase(gone.entry.matter, NOON)
    services.restore(tmp_path / "backup", NOON + timedelta(minutes=3), replace=True)
    write(done(kept))
    cut(4)
    report = verify(
        open_export(export(tmp_path / "after")),
        with_replay=False,
        earlier=[read_earlier(tmp_path / "before")],
    )
    assert [str(finding) for finding in report.findings] == []
    assert report.opaque["lost"] == 2  # of the erased one only the leaf is left too
    assert report.counts["leaves"] == 4
    again = verify(open_export(export(tmp_path / "later")), with_replay=False)
    assert again.holds


def export(folder: Path) -> Path:
    pinned = services.Pinned()
    services.export(folder, day=NOON.date(), now=NOON, pinned=pinned, title=TITLE)
    return folder


def test_only_what_the_log_lost_can_be_given_back(write: Write, tmp_path: Path) -> None:
    kept = words(write)
    cut(1)
    services.backup(tmp_path / "backup", NOON)
    second = write(done(kept))
    item = words(write)
    cut(2)
    file, chain = proof_file(item), proof_file(second)
    services.restore(tmp_path / "backup", NOON, replace=True)
    wire = json.loads(file)
    for change in (
        {"salt": "00" * 32}, {"parts": {}},
        {"parts": wire["entries"][0]["parts"] | {"original": {"salt": "00" * 32, "value": "other words"}}},
    ):  # fmt: skip
        changed = {**wire, "entries": [{**wire["entries"][0], **change}]}
        given = services.give_back(json.dumps(changed).encode(), NOON)
        assert (given.n_back, len(given.refused)) == (0, 1)
    with pytest.raises(LedgerError, match="no proof file"):
        services.give_back(b"{}", NOON)
    other = write(done(kept, step="other"))
    assert services.give_back(chain, NOON).refused == [
        f"{kept.entry.matter}/1: another entry stands in its place"
    ]
    assert queries.head(kept.entry.matter) == other
    state.note_erased(item.entry.matter, NOON)
    services.replay_erased()
    assert "erased" in services.give_back(file, NOON).refused[0]


def test_without_its_keys_a_backup_is_not_restored(write: Write, tmp_path: Path, settings: Any) -> None:
    words(write)
    services.backup(tmp_path / "backup", NOON)
    shutil.rmtree(settings.MINSHENG_KEY_DIR)
    keys.forget()
    with pytest.raises(keys.NoKeys):
        services.restore(tmp_path / "backup", NOON, replace=True)
    keys.make(settings.MINSHENG_KEY_DIR)
    keys.forget()
    with pytest.raises(LedgerError, match=r"vault_key\.1"):
        services.restore(tmp_path / "backup", NOON, replace=True)
    assert Entry.objects.count() == 1


def test_a_damaged_or_foreign_backup_is_refused(write: Write, tmp_path: Path) -> None:
    words(write)
    services.backup(tmp_path / "backup", NOON)
    manifest = tmp_path / "backup" / backing_up.MANIFEST
    good = manifest.read_text()
    with pytest.raises(LedgerError, match="no backup"):
        services.restore(tmp_path / "nothing", NOON, replace=True)
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(LedgerError, match="no backup"):
        services.restore(tmp_path / "file", NOON, replace=True)
    other = "postgresql" if connection.vendor == "sqlite" else "sqlite"
    manifest.write_text(good.replace(f'"engine": "{connection.vendor}"', f'"engine": "{other}"'))
    with pytest.raises(LedgerError, match="DATABASE_URL"):
        services.restore(tmp_path / "backup", NOON, replace=True)
    manifest.write_text(good)
    (tmp_path / "backup/log/keys").write_bytes(b"")
    with pytest.raises(LedgerError, match="damaged"):
        services.restore(tmp_path / "backup", NOON, replace=True)
    manifest.write_text("{")
    with pytest.raises(LedgerError, match="no backup"):
        services.restore(tmp_path / "backup", NOON, replace=True)
    assert Entry.objects.count() == 1


def test_missing_tiles_need_a_mirror_or_a_new_log(write: Write, tmp_path: Path) -> None:
    kept = words(write)
    cut(1)
    services.backup(tmp_path / "backup", NOON)
    words(write)
    cut(2)
    old = published.checkpoint_note() or ""
    shutil.copytree(published.folder(), tmp_path / "mirror")
    shutil.rmtree(published.folder())
    with pytest.raises(LedgerError, match="--tiles"):
        services.restore(tmp_path / "backup", NOON, replace=True)
    back = services.restore(tmp_path / "backup", NOON, replace=True, tiles_from=tmp_path / "mirror")
    assert (back.n_leaves, back.n_lost, back.new_log) == (2, 1, False)
    assert published.checkpoint_note() == old
    shutil.rmtree(published.folder())

    with pytest.raises(LedgerError, match="name of its own"):
        services.restore(tmp_path / "backup", NOON, replace=True, new_log=ORIGIN)
    back = services.restore(tmp_path / "backup", NOON, replace=True, new_log="test.example/log/2")
    assert (back.origin, back.new_log, back.n_leaves) == ("test.example/log/2", True, 1)
    cut(3)
    note = published.checkpoint_note() or ""
    assert Checkpoint.parse(split_note(note)[0]).size == 2
    assert queries.leaf_index(kept.commitment) == 1
    assert json.loads(published.get("broken.jsonl") or b"")["note"] == old
    assert Leaf.objects.get(i=0).kind == "log"
    assert len(services.public_keys()["log"]) == 4


def test_a_lost_state_folder_must_be_accepted_in_words(write: Write, tmp_path: Path) -> None:
    words(write)
    cut(1)
    services.backup(tmp_path / "backup", NOON)
    shutil.rmtree(state.folder())
    with pytest.raises(NotBegun):
        cut(2)
    with pytest.raises(LedgerError, match="--without-state"):
        services.restore(tmp_path / "backup", NOON, replace=True)
    services.restore(tmp_path / "backup", NOON, replace=True, without_state=True)
    write(opened())
    cut(3)
    assert CheckpointRow.objects.order_by("-id")[0].size == 2


def test_a_backup_that_contradicts_the_published_log_is_refused(write: Write, tmp_path: Path) -> None:
    for _ in range(3):
        words(write)
    cut(1)
    with connection.cursor() as cursor:
        for statement in append_only.dropping(connection.vendor):
            cursor.execute(statement)
        cursor.execute("UPDATE ledger_leaf SET hash = commitment WHERE i = 1")
    services.backup(tmp_path / "backup", NOON)
    with pytest.raises(Inconsistent):
        services.restore(tmp_path / "backup", NOON, replace=True)


def test_a_backup_under_load_is_of_one_moment(write: Write, tmp_path: Path) -> None:
    stop, written, troubles = threading.Event(), [], []

    def load() -> None:
        try:
            while not stop.is_set():
                item = words(write)
                for _ in range(3):
                    item = write(done(item), Part("reply", b"x" * 2000))
                written.append(item)
        except Exception as trouble:  # noqa: BLE001 - shown below
            troubles.append(trouble)
        finally:
            connection.close()

    threads = [threading.Thread(target=load) for _ in range(2)]
    for thread in threads:
        thread.start()
    backups = []
    for minute in range(1, 4):
        while len(written) < 10 * minute and not troubles:
            stop.wait(0.01)
        cut(minute)
        services.backup(tmp_path / f"{minute}", NOON)
        backups.append(tmp_path / f"{minute}")
    stop.set()
    for thread in threads:
        thread.join()
    assert troubles == []
    cut(9)
    size = queries.n_leaves()
    for folder in reversed(backups):
        back = services.restore(folder, NOON + timedelta(minutes=10), replace=True)
        assert back.n_leaves == size
        assert back.n_entries + back.n_lost == size
        for matter in set(Entry.objects.values_list("matter", flat=True)):
            chain = queries.chain(matter, parts=True)
            assert [item.entry.n for item in chain] == list(range(len(chain)))
            assert [item.entry.prev for item in chain[1:]] == [item.commitment for item in chain[:-1]]
    cut(11)
    report = verify(open_export(export(tmp_path / "export")), with_replay=False)
    assert [str(finding) for finding in report.findings] == []


def test_numbers_of_an_older_server_do_not_hold_readers_back(write: Write, tmp_path: Path) -> None:
    item = words(write)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in append_only.dropping("postgresql"):
                cursor.execute(statement)
            cursor.execute("UPDATE ledger_entry SET tx = '9000000000'::xid8")
    services.backup(tmp_path / "backup", NOON)
    services.restore(tmp_path / "backup", NOON, replace=True)
    assert not horizon.is_stale()
    second = write(done(item))
    assert [found.commitment for found in queries.after(Position())[0]] == [
        item.commitment,
        second.commitment,
    ]


def test_the_copied_file_of_a_sqlite_town_is_whole(write: Write, tmp_path: Path) -> None:
    words(write)
    services.backup(tmp_path / "backup", NOON)
    if connection.vendor == "postgresql":
        copies = {path.stem for path in (tmp_path / "backup/tables").glob("*.copy")}
        assert {"ledger_entry", "ledger_leaf", "matter_matterrow"} <= copies
        assert "django_session" not in copies
        return
    copy = sqlite3.connect(tmp_path / "backup/database.sqlite3")
    assert copy.execute("SELECT count(*) FROM ledger_entry").fetchone() == (1,)
    copy.close()


@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "link"])
def test_a_tar_that_reaches_outside_its_folder_is_refused(name: str, tmp_path: Path) -> None:
    archive = tmp_path / "evil.tar"
    with tarfile.open(archive, "w") as tar:
        member = tarfile.TarInfo(name)
        if name == "link":
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)
    with pytest.raises(LedgerError, match="does not belong"):
        services.restore(archive, NOON, replace=True)
    assert not (tmp_path / "outside").exists()
