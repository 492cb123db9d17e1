"""Appending: the chain, the parts, and who is told when two write at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.log import entries as forms
from minsheng.ledger import append_only, queries, sealing, services
from minsheng.ledger.models import Entry as Row
from minsheng.ledger.models import Erased, Leaf
from minsheng.ledger.models import Part as PartRow
from minsheng.ledger.records import ClockAhead, Conflict, Part, moment_text
from minsheng.ledger.testing import NOON, Write, done, opened, ticked

JSON = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(), st.lists, max_leaves=5)


@pytest.mark.django_db
def test_each_entry_names_the_commitment_before_it(write: Write) -> None:
    first = write(opened())
    second = write(done(first), Part("reply", {"done": "修好了"}))
    third = write(ticked(second))
    chain = queries.chain(first.entry.matter)
    assert [item.entry.prev for item in chain] == [None, first.commitment, second.commitment]
    assert chain == [first, queries.recorded(first.entry.matter, 1), third]
    for item in chain:
        assert forms.commit(forms.entry_bytes(item.entry), item.salt) == item.commitment
        assert forms.open_part(moment_text(item.at), item.moment_salt, item.entry.closed["moment"])
    assert queries.head(first.entry.matter) == third


@pytest.mark.django_db
@given(
    value=st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | st.text(), st.lists, max_leaves=5)
    | st.binary()
)
def test_a_part_comes_back_as_it_was_given(value: Any) -> None:
    with transaction.atomic():
        recorded = services.append(opened(), [Part("words", value)], NOON)
    part = queries.open_parts(recorded.entry.matter)[0]["words"]
    assert part == recorded.parts["words"]
    assert type(part.value) is type(value)
    assert forms.open_part(part.value, part.salt, recorded.entry.closed["words"])


@pytest.mark.django_db
def test_words_do_not_rest_in_the_clear(write: Write) -> None:
    recorded = write(opened(), Part("words", "水管漏了三天 MARKER"), Part("photo", b"MARKER"))
    rows = PartRow.objects.filter(matter=recorded.entry.matter)
    assert len(rows) == 2
    assert all(b"MARKER" not in bytes(row.box or b"") for row in rows)
    assert b"MARKER" not in bytes(Row.objects.get(matter=recorded.entry.matter).body or b"")


@pytest.mark.django_db
def test_a_part_that_rests_elsewhere_keeps_only_its_salt(write: Write) -> None:
    recorded = write(opened(), Part("photo", b"x" * 100_000, keep=False))
    part = queries.chain(recorded.entry.matter, parts=True)[0].parts["photo"]
    assert part.value is None
    assert forms.open_part(b"x" * 100_000, part.salt, recorded.entry.closed["photo"])
    assert len(bytes(PartRow.objects.get().box or b"")) < 100


@pytest.mark.django_db
def test_the_same_place_twice_is_a_conflict_and_the_transaction_lives_on(write: Write) -> None:
    first = write(opened())
    write(done(first))
    with transaction.atomic():
        with pytest.raises(Conflict):
            services.append(done(first, step="other"), [], NOON)
        assert Row.objects.count() == 2


@pytest.mark.django_db
def test_an_entry_that_follows_nothing_is_a_conflict(write: Write) -> None:
    first = write(opened())
    second = write(done(first))
    other = write(opened())
    with transaction.atomic():
        with pytest.raises(Conflict):
            services.append(done(second), [], NOON, before=other)
        with pytest.raises(Conflict):
            services.append(replace(done(second), n=7), [], NOON)
        assert queries.head(first.entry.matter) == second


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(RuntimeError):
        services.append(opened(), [], NOON)
    assert not Row.objects.exists()


@pytest.mark.django_db
def test_a_malformed_entry_is_refused_before_anything_is_written(write: Write) -> None:
    with pytest.raises(forms.NotAnEntry):
        write(opened(words="水管 漏了"))
    with pytest.raises(forms.NotAnEntry):
        write(ticked(write(opened())), Part("words", "the clock says nothing"))
    with pytest.raises(ValueError, match="moment"):
        write(opened(), Part("moment", "x"))
    assert Row.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_once_one_wins_and_the_other_is_told(write: Write) -> None:
    first = write(opened())
    together, results = threading.Barrier(4), []

    def act() -> None:
        together.wait()
        try:
            results.append(write(done(first)))
        except Conflict as conflict:
            results.append(conflict)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(result).__name__ for result in results) == ["Conflict"] * 3 + ["Recorded"]
    assert len(queries.chain(first.entry.matter)) == 2


CHANGES = [
    "UPDATE ledger_entry SET n = n + 1",
    "UPDATE ledger_entry SET body = NULL, salt = NULL, moment_salt = NULL, at = NULL",
    "UPDATE ledger_entry SET salt = body",
    "DELETE FROM ledger_entry",
    "UPDATE ledger_part SET box = NULL",
    "UPDATE ledger_part SET disclose = 'with_entry'",
    "DELETE FROM ledger_part",
    "UPDATE ledger_leaf SET i = i + 1",
    "DELETE FROM ledger_leaf",
    "UPDATE ledger_batch SET size = size + 1",
    "DELETE FROM ledger_batch",
    "UPDATE ledger_checkpoint SET size = size + 1",
    "DELETE FROM ledger_checkpoint",
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", CHANGES)
def test_the_database_itself_refuses_to_change_what_was_done(change: str, write: Write) -> None:
    services.begin_log("test.example/log", NOON)
    write(opened(), Part("words", "x"))
    services.sequence(NOON, cut=True)
    assert Leaf.objects.count() == 1
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)


@pytest.mark.django_db
def test_under_a_tombstone_only_all_of_an_entry_may_go(write: Write) -> None:
    recorded = write(opened(), Part("words", "x"))
    Erased.objects.create(matter=recorded.entry.matter, at=NOON)
    for change in ("salt = NULL", "body = NULL, salt = NULL, at = NULL", "commitment = NULL"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE ledger_entry SET {change}")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_entry SET body = NULL, salt = NULL, moment_salt = NULL, at = NULL")
        cursor.execute("UPDATE ledger_part SET box = NULL")
    with pytest.raises(IntegrityError), transaction.atomic():
        Erased.objects.all().delete()
    with pytest.raises(sealing.Erased):
        queries.chain(recorded.entry.matter)


@pytest.mark.django_db
def test_all_triggers_are_there_and_a_missing_one_is_named() -> None:
    assert append_only.missing(connection) == []
    on = " ON ledger_leaf" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER ledger_leaf_fixed{on}")
    assert append_only.missing(connection) == ["ledger_leaf_fixed"]
    append_only.create(connection)
    assert append_only.missing(connection) == []


@pytest.mark.django_db(transaction=True)
def test_a_clock_that_runs_away_stops_the_writing_until_somebody_names_the_day(write: Write) -> None:
    services.begin_log("test.example/log", NOON)
    first = write(opened(), at=NOON + timedelta(days=2))
    late = NOON + timedelta(days=2, seconds=1)
    with pytest.raises(ClockAhead, match="--resume 2026-03-04"):
        write(done(first), at=late)
    with pytest.raises(ClockAhead):
        services.sequence(late)
    services.resume(NOON.date())
    with pytest.raises(ClockAhead):
        services.sequence(late + timedelta(days=9))
    services.resume(late.date())
    assert services.sequence(late) is not None
    write(done(first), at=late)
