"""Several people and workers at the same moment: one wins, the others are told; nothing is doubled."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import pytest
from django.db import connection

from minsheng.kernel.words import Kind, Refusal
from minsheng.ledger import queries as ledger
from minsheng.ledger.records import Conflict
from minsheng.matter import queries, services
from minsheng.matter.models import MatterRow, NumberCounter
from minsheng.matter.services import hand
from minsheng.matter.testing import HOUR, MONDAY, Cast, classified, opened

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("town")]

T = TypeVar("T")


def at_once(*doings: Callable[[], T]) -> list[T]:
    """Do everything at the same moment, each in a thread and connection of its own; the answers in order."""
    barrier = threading.Barrier(len(doings))

    def run(doing: Callable[[], T]) -> T:
        try:
            barrier.wait(10)
            return doing()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(doings)) as pool:
        return list(pool.map(run, doings))


def test_of_two_clerks_at_once_one_wins_and_the_other_is_told() -> None:
    for _again in range(5):
        matter = opened().matter
        view = queries.get(matter, MONDAY)
        assert view is not None
        clerk = partial(
            services.act,
            matter,
            "classify",
            "dispatch",
            facts={"urgency": "ordinary", "kind": "housing"},
            at=MONDAY + HOUR,
            seen_n=view.status.seen_n,
        )
        answers = at_once(partial(clerk, actor=Cast.intake), partial(clerk, actor=Cast.intake_too))
        assert sorted(type(answer).__name__ for answer in answers) == ["Recorded", "Refusal"]
        refusal = next(answer for answer in answers if isinstance(answer, Refusal))
        assert refusal.kind is Kind.CONFLICT
        assert [r.entry.event for r in ledger.chain(matter)] == ["opened", "done"]


def test_two_workers_and_an_act_at_once_write_each_tick_once() -> None:
    matters = [opened().matter for _i in range(6)]
    for matter in matters:
        classified(matter, MONDAY)
    late = MONDAY.replace(day=30)
    at_once(
        lambda: services.tick(late),
        lambda: services.tick(late),
        lambda: services.act(matters[0], "accept", "accepted", actor=Cast.housing, at=late),
    )
    services.tick(late)
    for matter in matters:
        chain = [r.entry for r in ledger.chain(matter)]
        ticks = [(e.event, e.step, e.round, e.facts.get("k"), e.facts.get("clock")) for e in chain]
        assert len(ticks) == len(set(ticks))
        assert [e.n for e in chain] == list(range(len(chain)))
        assert [e.event for e in chain].count("lapsed") == 1
    assert services.rebuild_rows(check_only=True, now=late) == []


def test_numbers_are_given_once_each_and_none_is_missing() -> None:
    at_once(*[opened] * 8)
    numbers = sorted(int(n.rsplit("-", 1)[1]) for n in MatterRow.objects.values_list("number", flat=True))
    assert numbers == list(range(1, 9))
    assert NumberCounter.objects.get().last == 8


def test_a_refused_opening_gives_its_number_back() -> None:
    no = services.open_matter(procedure="resident-request", actor=Cast.resident("0" * 16), at=MONDAY)
    assert isinstance(no, Refusal)
    assert opened().number.endswith("-1")


@pytest.mark.parametrize("n_conflicts", [1, 2])
def test_a_conflict_on_the_ledger_is_tried_once_more_and_then_told(
    n_conflicts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = opened().matter
    append, left = hand.ledger.append, [n_conflicts]

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise Conflict("somebody else was faster")
        return append(*args, **kwargs)

    monkeypatch.setattr(hand.ledger, "append", overtaken)
    answer = services.act(matter, None, None, event="urged", actor=Cast.resident(matter), at=MONDAY)
    if n_conflicts == 1:
        assert not isinstance(answer, Refusal)
        assert len(ledger.chain(matter)) == 2
    else:
        assert isinstance(answer, Refusal)
        assert answer.kind is Kind.CONFLICT
        assert len(ledger.chain(matter)) == 1
