"""The log: what is signed continues what was signed, whatever is killed, tampered with or run twice."""

from __future__ import annotations

import json
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.log import note as notes
from minsheng.kernel.log import tiles, tree
from minsheng.kernel.log.promise import open_promise
from minsheng.kernel.log.proof import Inclusion
from minsheng.ledger import append_only, horizon, locks, published, queries, services, state
from minsheng.ledger.models import Batch, Checkpoint, Entry, Leaf
from minsheng.ledger.records import Inconsistent, NotBegun, Position, Recorded
from minsheng.ledger.testing import NOON, Write, done, opened
from minsheng.verify.export import Directory
from minsheng.verify.findings import Findings
from minsheng.verify.marks import read_marks

pytestmark = pytest.mark.django_db(transaction=True)

ORIGIN = "test.example/log"


@pytest.fixture
def begun() -> None:
    services.begin_log(ORIGIN, NOON)


def holds() -> int:
    """Every invariant of the log as a stranger would check it from the published files; its size."""
    keys = services.public_keys()["log"]
    note = published.checkpoint_note()
    assert note is not None
    signed = notes.open_checkpoint(note, keys)
    last = signed.checkpoint
    problems = Findings()
    head, marks = read_marks(Directory(published.folder()), keys, problems)
    assert head == signed
    assert list(problems) == []
    node = tiles.tile_node(published.get, last.size)
    assert [mark.root for mark in marks.marks] == [tree.root_at(node, mark.size) for mark in marks.marks]
    rows = list(Leaf.objects.order_by("i"))
    assert [row.i for row in rows] == list(range(last.size))
    assert [bytes(row.hash) for row in rows] == list(tiles.leaf_hashes(published.get, last.size))
    kept = state.read_log()
    assert kept is not None
    assert kept.note == note
    assert queries.checkpoint().note == note  # type: ignore[union-attr]
    batches = list(Batch.objects.order_by("id"))
    assert [batch.first for batch in batches] == [0, *(batch.size for batch in batches)][: len(batches)]
    assert {batch.size for batch in batches} | {0} == {mark.size for mark in marks.marks}
    for batch in batches:
        leaves = [bytes(row.commitment or b"") for row in rows[batch.first : batch.size]]
        assert leaves == sorted(leaves)
    return last.size


@pytest.mark.usefixtures("begun")
def test_a_batch_takes_everything_in_and_tells_no_order(write: Write) -> None:
    rng, made = random.Random(7), []
    for _ in range(40):
        made.append(write(opened() if rng.random() < 0.5 or not made else done(latest(made, rng))))
    signed = services.sequence(NOON + timedelta(minutes=5), cut=True)
    assert signed is not None
    assert holds() == len(made) == signed.size
    for item in made:
        proof = services.inclusion_proof(item.entry.matter, item.entry.n)
        assert proof is not None
        check(item, proof)


def latest(made: list[Recorded], rng: random.Random) -> Recorded:
    head = queries.head(rng.choice(made).entry.matter)
    assert head is not None
    return head


def check(item: Recorded, proof: Inclusion) -> None:
    signed = notes.open_checkpoint(proof.checkpoint, services.public_keys()["log"]).checkpoint
    leaf = tree.leaf_hash(bytes.fromhex(item.commitment))
    assert tree.verify_inclusion(leaf, proof.index, signed.size, proof.path, signed.root)


@pytest.mark.usefixtures("begun")
def test_until_its_batch_an_entry_has_a_promise_and_then_a_proof(write: Write) -> None:
    item = write(opened())
    assert services.inclusion_proof(item.entry.matter, 0) is None
    waiting = services.proven(item)
    assert waiting.inclusion is None
    assert waiting.promise is not None
    given = open_promise(waiting.promise, services.public_keys()["promise"])
    assert (given.commitment, given.origin) == (item.commitment, ORIGIN)
    assert NOON < given.merge_by <= NOON + timedelta(days=2)
    assert services.sequence(NOON + timedelta(hours=1)) is None  # a quiet town waits for midnight
    assert services.sequence(NOON + timedelta(hours=12)) is not None
    assert services.proven(item).promise is None
    check(item, services.inclusion_proof(item.entry.matter, 0))  # type: ignore[arg-type]
    with pytest.raises(LookupError):
        services.inclusion_proof(item.entry.matter, 1)


@pytest.mark.usefixtures("begun")
def test_an_idle_town_signs_once_a_day_and_does_not_lock_itself_out(write: Write) -> None:
    signed = [services.sequence(NOON + timedelta(hours=hours)) for hours in range(24 * 6)]
    assert sum(row is not None for row in signed) == 6
    assert holds() == 0
    write(opened(), at=NOON + timedelta(days=6))


@pytest.mark.usefixtures("begun")
def test_there_is_one_beginning() -> None:
    with pytest.raises(Inconsistent):
        services.begin_log(ORIGIN, NOON)


def test_before_the_beginning_nothing_is_signed(write: Write) -> None:
    item = write(opened())
    with pytest.raises(NotBegun):
        services.sequence(NOON)
    with pytest.raises(NotBegun):
        services.promise(item)


@pytest.mark.usefixtures("begun")
def test_one_sequencer_at_a_time(write: Write) -> None:
    write(opened())
    with locks.held("sequencer"), pytest.raises(locks.Busy):
        services.sequence(NOON, cut=True)
    if connection.vendor == "postgresql":
        with other_connection() as other:
            other("SELECT pg_advisory_lock(%s, %s)", [0x6D73, locks.number("sequencer")])
            with pytest.raises(locks.Busy):
                services.sequence(NOON, cut=True)
    assert services.sequence(NOON, cut=True) is not None


@pytest.mark.usefixtures("begun")
@pytest.mark.parametrize("tamper", [
    "UPDATE ledger_leaf SET hash = commitment WHERE i = 3",
    "UPDATE ledger_leaf SET commitment = hash WHERE i = 3",
    "DELETE FROM ledger_leaf WHERE i = 9",
    "DELETE FROM ledger_leaf WHERE i = 4",
])  # fmt: skip
def test_a_tampered_leaf_stops_the_signing(tamper: str, write: Write) -> None:
    for _ in range(10):
        write(opened())
    services.sequence(NOON, cut=True)
    write(opened())
    before = published.checkpoint_note()
    with connection.cursor() as cursor:
        for statement in append_only.dropping(connection.vendor):
            cursor.execute(statement)
        cursor.execute(tamper)
    append_only.create(connection)
    with pytest.raises(Inconsistent):
        services.sequence(NOON, cut=True)
    assert published.checkpoint_note() == before


@pytest.mark.usefixtures("begun")
def test_a_large_log_is_compared_at_its_end_and_wholly_once_a_day(write: Write, monkeypatch: Any) -> None:
    monkeypatch.setattr("minsheng.ledger.services.sequencing.CHECK_ALL_UP_TO", 5)
    for _ in range(600):
        write(opened())
    services.sequence(NOON, cut=True)
    with connection.cursor() as cursor:
        for statement in append_only.dropping(connection.vendor):
            cursor.execute(statement)
        cursor.execute("UPDATE ledger_leaf SET commitment = NULL, hash = %s WHERE i = 1", [b"0" * 32])
    append_only.create(connection)
    write(opened())
    assert services.sequence(NOON + timedelta(hours=1), cut=True) is not None
    with pytest.raises(Inconsistent):
        services.sequence(NOON + timedelta(hours=25), cut=True)


@pytest.mark.usefixtures("begun")
def test_an_older_state_folder_or_a_foreign_signature_stops_the_signing(write: Write) -> None:
    old = (state.folder() / "log.json").read_bytes()
    write(opened())
    services.sequence(NOON, cut=True)
    new = (state.folder() / "log.json").read_bytes()
    (state.folder() / "log.json").write_bytes(old)
    with pytest.raises(Inconsistent, match="older copy"):
        services.sequence(NOON, cut=True)
    (state.folder() / "log.json").write_bytes(new.replace(b'"size": 1', b'"size": 0'))
    with pytest.raises(Inconsistent):
        services.sequence(NOON, cut=True)
    (state.folder() / "log.json").write_bytes(b"{")
    with pytest.raises(Inconsistent, match="damaged"):
        services.sequence(NOON, cut=True)
    (state.folder() / "log.json").write_bytes(new)
    services.sequence(NOON + timedelta(days=1))
    assert holds() == 1


@pytest.mark.usefixtures("begun")
def test_damaged_tiles_stop_the_signing(write: Write) -> None:
    for _ in range(3):
        write(opened())
    services.sequence(NOON, cut=True)
    path = published.folder() / "tile/0/000.p/3"
    path.write_bytes(bytes(96))
    write(opened())
    with pytest.raises(Inconsistent):
        services.sequence(NOON, cut=True)
    path.unlink()
    with pytest.raises((Inconsistent, tiles.TileMissing)):
        services.sequence(NOON, cut=True)


class Killed(BaseException):
    """The process is gone: nothing catches this."""


@contextmanager
def killed_at(k: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], int]]:
    """Die before the k-th statement to the database or file that is written."""
    count = 0

    def step() -> None:
        nonlocal count
        count += 1
        if count == k:
            raise Killed

    def statement(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        step()
        return execute(sql, params, many, context)

    def write_whole(*args: Any) -> None:
        step()
        real_whole(*args)

    def add_line(*args: Any) -> None:
        step()
        real_line(*args)

    real_whole, real_line = state.write_whole, state.add_line
    with monkeypatch.context() as patched, connection.execute_wrapper(statement):
        patched.setattr(state, "write_whole", write_whole)
        patched.setattr(state, "add_line", add_line)
        yield lambda: count


@pytest.mark.usefixtures("begun")
def test_a_sequencer_killed_anywhere_goes_on_where_it_was(write: Write, monkeypatch: Any) -> None:
    n, k, at = 0, 0, NOON
    while True:
        k, at = k + 1, at + timedelta(minutes=1)
        for _ in range(3):
            write(opened())
            n += 1
        with killed_at(k, monkeypatch) as count, suppress(Killed):
            services.sequence(at, cut=True)
        if count() < k:
            break
        connection.close()  # the session, and with it the lock, ended with the process
        if k % 2:
            services.sequence(at)
        else:
            services.sequence(at + timedelta(seconds=1), cut=True)
        if n == Leaf.objects.count():
            assert holds() == n
    assert k > 12
    assert holds() == n


@given(data=st.data())
def test_any_order_of_acts_and_batches_gives_one_consistent_log(data: st.DataObject) -> None:
    reset()
    services.begin_log(ORIGIN, NOON)
    heads: list[Recorded] = []
    at, n = NOON, 0
    for _ in range(data.draw(st.integers(1, 12))):
        what = data.draw(st.sampled_from(["open", "act", "cut", "idle"]))
        at += timedelta(seconds=data.draw(st.integers(0, 40_000)))
        if what == "open" or (what == "act" and not heads):
            with transaction.atomic():
                heads.append(services.append(opened(), [], NOON))
            n += 1
        elif what == "act":
            i = data.draw(st.integers(0, len(heads) - 1))
            with transaction.atomic():
                heads[i] = services.append(done(heads[i]), [], NOON)
            n += 1
        else:
            services.resume(at.date())
            services.sequence(at, cut=what == "cut")
            holds()
    services.resume(at.date())
    services.sequence(at, cut=True)
    if queries.n_leaves() == 0:
        assert n == 0
    assert holds() == n
    for head in heads:
        for item in queries.chain(head.entry.matter):
            check(item, services.inclusion_proof(item.entry.matter, item.entry.n))  # type: ignore[arg-type]


def reset() -> None:
    """Empty ledger, state and published log, for the next example of a property."""
    with connection.cursor() as cursor:
        for statement in append_only.dropping(connection.vendor):
            cursor.execute(statement)
        for table in (*append_only.TABLES, "ledger_datakey", "ledger_cursor"):
            cursor.execute(f"DELETE FROM {table}")
    append_only.create(connection)
    shutil.rmtree(state.folder(), ignore_errors=True)
    shutil.rmtree(published.folder(), ignore_errors=True)


@contextmanager
def other_connection() -> Iterator[Callable[..., Any]]:
    """A second session of the same database, without a transaction of its own making."""
    other = connections.create_connection("default")
    other.settings_dict["NAME"] = connection.settings_dict["NAME"]
    try:
        yield lambda sql, params=(): other.cursor().execute(sql, params)
    finally:
        other.close()


def begins_late(write: Write) -> tuple[Recorded, Recorded, list[list[str]]]:
    """One transaction takes its number and its row's id first and commits last; what a reader sees."""
    begun, go_on, seen, slow = threading.Event(), threading.Event(), [], []

    def late() -> None:
        with transaction.atomic():
            slow.append(services.append(opened(), [], NOON))
            begun.set()
            go_on.wait(10)
        connection.close()

    def look() -> None:
        nonlocal position
        found, position = queries.after(position)
        seen.append([item.commitment for item in found])

    position = Position()
    thread = threading.Thread(target=late)
    thread.start()
    begun.wait(10)
    fast = write(opened())
    look()
    go_on.set()
    thread.join()
    look()
    look()
    return slow[0], fast, seen


def test_what_commits_late_is_not_passed_over(write: Write) -> None:
    if connection.vendor == "sqlite":
        # One writer: the second waits for the first, so nothing can commit late.
        items = [write(opened()) for _ in range(3)]
        found, position = queries.after(Position(), 2)
        assert [item.commitment for item in found] == [item.commitment for item in items[:2]]
        assert [item.commitment for item in queries.after(position)[0]] == [items[2].commitment]
        return
    slow, fast, seen = begins_late(write)
    assert Entry.objects.get(matter=slow.entry.matter).id < Entry.objects.get(matter=fast.entry.matter).id
    assert seen == [[], [slow.commitment, fast.commitment], []]


def test_a_chain_is_read_in_its_order_even_if_its_transactions_were_not_numbered_so(write: Write) -> None:
    if connection.vendor == "sqlite":
        first = write(opened())
        second = write(done(first))
        assert [item.entry.n for item in queries.after(Position())[0]] == [0, 1]
        assert queries.after(Position())[0][-1].commitment == second.commitment
        return
    first = write(opened())
    numbered, go_on = threading.Event(), threading.Event()

    def early_number() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
            numbered.set()
            go_on.wait(10)
            head = queries.head(first.entry.matter)
            assert head is not None
            services.append(done(head), [], NOON)
        connection.close()

    thread = threading.Thread(target=early_number)
    thread.start()
    numbered.wait(10)
    write(done(first))
    go_on.set()
    thread.join()
    assert [item.entry.n for item in queries.after(Position())[0]] == [0, 1, 2]


def test_a_new_epoch_makes_old_transaction_numbers_harmless(write: Write) -> None:
    first = write(opened())
    _, position = queries.after(Position())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in append_only.dropping("postgresql"):
                cursor.execute(statement)
            cursor.execute("UPDATE ledger_entry SET tx = '9000000000'::xid8")
        append_only.create(connection)
        assert horizon.is_stale()
        assert queries.after(Position())[0] == []
    horizon.begin_epoch()
    assert not horizon.is_stale()
    second = write(done(first))
    assert [item.entry.n for item in queries.after(Position())[0]] == [0, 1]
    later = position if connection.vendor == "sqlite" else position._replace(tx=9_000_000_000)
    assert queries.after(later)[0] == [second]


def test_the_published_folder_is_what_tlog_tiles_says(write: Write) -> None:
    services.begin_log(ORIGIN, NOON)
    for _ in range(300):
        write(opened())
    services.sequence(NOON, cut=True)
    names = {
        str(path.relative_to(published.folder())) for path in published.folder().rglob("*") if path.is_file()
    }
    assert names == {
        "checkpoint", "checkpoints.jsonl", "keys", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"
    }  # fmt: skip
    assert [sorted(json.loads(line)) for line in published.lines()] == [["at", "note", "root", "size"]] * 2
    assert Checkpoint.objects.count() == 2
