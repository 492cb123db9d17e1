"""Handlers: each follows at its own pace, and one that fails stops alone, visibly."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from minsheng.ledger import locks, queries, services
from minsheng.ledger.models import Cursor, Erased
from minsheng.ledger.records import Recorded
from minsheng.ledger.testing import NOON, Write, done, opened, ticked

pytestmark = pytest.mark.django_db(transaction=True)


class Notebook:
    """A handler that writes down what it is given, and fails where it is told to."""

    def __init__(self, *fails_at: int) -> None:
        self.seen: list[str] = []
        self.fails_at = set(fails_at)

    def __call__(self, recorded: Recorded, now: datetime) -> None:
        if recorded.commitment not in self.seen and len(set(self.seen)) in self.fails_at:
            raise RuntimeError("private words must not be kept")
        self.seen.append(recorded.commitment)


def some(write: Write, n: int) -> list[Recorded]:
    made = [write(opened())]
    while len(made) < n:
        made.append(write(done(made[-1])) if len(made) % 3 else write(opened()))
    return made


def test_each_entry_is_handed_on_once_in_order(write: Write) -> None:
    made, one, two = some(write, 7), Notebook(), Notebook()
    assert services.run_handlers({"one": one, "two": two}, NOON).passed == {"one": 7, "two": 7}
    more = some(write, 2)
    assert services.run_handlers({"one": one, "two": two}, NOON).n == 4
    assert services.run_handlers({"one": one, "two": two}, NOON).n == 0
    assert one.seen == two.seen == [item.commitment for item in made + more]


def test_a_failing_handler_stops_at_its_entry_and_the_others_go_on(write: Write) -> None:
    made, good, bad = some(write, 7), Notebook(), Notebook(4)
    handled = services.run_handlers({"bad": bad, "good": good}, NOON)
    assert handled.passed == {"bad": 4, "good": 7}
    assert list(handled.stopped) == ["bad"]
    assert handled.stopped["bad"].startswith("RuntimeError in test_handling.py:")
    assert "private" not in handled.stopped["bad"]
    lag = {row.handler: row for row in queries.lag(NOON + timedelta(minutes=1))}
    assert (lag["good"].n_behind, lag["good"].behind, lag["good"].error) == (0, timedelta(), "")
    assert (lag["bad"].n_behind, lag["bad"].behind) == (3, timedelta(minutes=1))
    assert (lag["bad"].stopped_matter, lag["bad"].stopped_n) == (made[4].entry.matter, made[4].entry.n)
    assert lag["bad"].stopped_at == NOON
    assert set(bad.seen) == {item.commitment for item in made[:4]}


def test_a_stopped_handler_is_tried_again_ever_more_rarely_and_goes_on_when_mended(write: Write) -> None:
    made, bad = some(write, 3), Notebook(1)
    tries = 0
    for second in range(70):
        at = NOON + timedelta(seconds=second)
        services.run_handlers({"bad": bad}, at)
        n_failures = Cursor.objects.get(handler="bad").n_failures
        tries += n_failures > tries
    assert tries == 7  # at 0, 1, 3, 7, 15, 31 and 63 seconds
    bad.fails_at.clear()
    assert services.run_handlers({"bad": bad}, NOON + timedelta(seconds=70)).stopped != {}
    services.try_again("bad")
    assert services.run_handlers({"bad": bad}, NOON + timedelta(seconds=70)).stopped == {}
    assert set(bad.seen) == {item.commitment for item in made}
    assert [(row.n_behind, row.n_failures, row.stopped_at) for row in queries.lag(NOON)] == [(0, 0, None)]


def test_a_handler_gets_only_the_events_it_wants(write: Write) -> None:
    first = write(opened())
    write(ticked(write(done(first))))
    late = Notebook()
    handler = services.Handler(late, frozenset({"late"}))
    assert services.run_handlers({"late": handler}, NOON).passed == {"late": 3}
    assert len(late.seen) == 1


def test_entries_of_erased_matters_are_passed_over(write: Write) -> None:
    gone, kept = write(opened()), write(opened())
    Erased.objects.create(matter=gone.entry.matter, at=NOON)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_entry SET body = NULL, salt = NULL, moment_salt = NULL, at = NULL "
            "WHERE matter = %s",
            [gone.entry.matter],
        )
    book = Notebook()
    assert services.run_handlers({"book": book}, NOON).passed == {"book": 2}
    assert book.seen == [kept.commitment]


def test_what_a_failing_handler_wrote_is_taken_back(write: Write) -> None:
    some(write, 3)

    def writes_and_fails(recorded: Recorded, now: datetime) -> None:
        Cursor.objects.create(handler=f"written for {recorded.commitment}")
        if recorded.entry.n == 1:
            raise RuntimeError

    services.run_handlers({"it": writes_and_fails}, NOON)
    assert Cursor.objects.filter(handler__startswith="written").count() == 1


def test_one_worker_at_a_time(write: Write) -> None:
    with locks.held("handlers"), pytest.raises(locks.Busy, match="number"):
        services.run_handlers({}, NOON)


def test_a_handler_that_never_ran_is_behind_by_everything(write: Write) -> None:
    some(write, 3)
    assert [(row.handler, row.n_behind) for row in queries.lag(NOON, ["new"])] == [("new", 3)]


@given(fails=st.sets(st.integers(0, 11)), limits=st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_whatever_fails_in_the_end_everything_was_handed_on(fails: set[int], limits: list[int]) -> None:
    made = []
    for _ in range(4):
        with transaction.atomic():
            made.append(services.append(opened(), [], NOON))
    name = f"h{made[0].commitment}"
    book, at = Notebook(*fails), NOON
    for limit in limits:
        services.run_handlers({name: book}, at, limit=limit)
        at += timedelta(hours=2)
    book.fails_at.clear()
    services.run_handlers({name: book}, at)
    assert set(book.seen) >= {item.commitment for item in made}
    assert [row.n_behind for row in queries.lag(at) if row.handler == name] == [0]
