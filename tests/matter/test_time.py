"""Time acts too: the same entries fall due whether the worker ran or stood still."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, note, settings
from hypothesis import strategies as st

from minsheng.kernel.entry import CLOCK
from minsheng.kernel.log.entries import to_wire
from minsheng.kernel.words import Kind
from minsheng.ledger import queries as ledger
from minsheng.matter import queries, services
from minsheng.matter.models import Duty, MatterRow
from minsheng.matter.queries.options import Choice, choices
from minsheng.matter.testing import DAY, HOUR, MONDAY, WORDS, Cast, answered, classified, fill, must, opened
from minsheng.people.rules.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

STAFF = [Cast.intake, Cast.intake_too, Cast.housing, Cast.housing_too, Cast.water]
STAFF += [Cast.arbiter, Cast.coordinator, Cast.caller, Cast.reviewer]
BODIES = ("housing", "water_company")
Worker = Callable[[datetime, datetime], None]


@dataclass
class Story:
    """What people tried to do, and when: made up in the first telling, told again in the others."""

    matter: str
    chance: random.Random
    n_acts: int
    acts: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)
    until: datetime = MONDAY


def open_one(matter: str) -> None:
    documents = {"original": {"words": WORDS}}
    answer = services.open_matter(
        procedure="resident-request",
        actor=Cast.resident(matter),
        at=MONDAY,
        documents=documents,
        matter=matter,
    )
    assert isinstance(answer, services.Opened), answer


def chosen(view: queries.MatterView, offered: list[Choice], chance: random.Random) -> Choice:
    """Something at random, mostly what carries the matter on: else most stories end where they begin."""

    def goes_on(one: Choice) -> bool:
        step = view.procedure.steps.get(one.option.step or "")
        outcome = step.outcomes.get(one.option.outcome or "") if step else None
        return step is not None and (outcome is None or outcome.end is None)

    onward = [one for one in offered if goes_on(one)]
    return chance.choice(onward if onward and chance.random() < 0.85 else offered)


def invent(story: Story, worker: Worker) -> None:
    """The first telling: at each turn something is done that the page would offer, or that it would not."""
    chance, now = story.chance, MONDAY
    for _turn in range(story.n_acts):
        hours = chance.choice([0, 1, 3, 5, 20, 30, 70, 120, 200])
        then = now + timedelta(hours=hours, minutes=chance.randrange(60))
        worker(now, then)
        now = then
        view = queries.get(story.matter, now)
        assert view is not None
        found = choices(view, [*STAFF, Cast.resident(story.matter)])
        offered = [one for one in found if not one.asks and one.option.event != "withdrawn"]
        if not offered:
            continue
        one = chosen(view, offered, chance)
        actor = one.actor if chance.random() < 0.9 else chance.choice(STAFF)
        wish: dict[str, Any] = {
            "step": one.option.step,
            "outcome": one.option.outcome,
            "event": one.option.event,
        }
        wish |= {
            "actor": actor,
            "seen_n": view.status.seen_n,
            **fill(view.procedure, one.option, chance, BODIES),
        }
        wish["facts"] |= one.facts
        story.acts.append((now, wish))
        services.act(story.matter, at=now, **wish)
    story.until = now + timedelta(days=chance.choice([0, 2, 9, 60]))
    worker(now, story.until)
    services.tick(story.until)


def retell(story: Story, worker: Worker) -> None:
    now = MONDAY
    for at, wish in story.acts:
        worker(now, at)
        services.act(story.matter, at=at, **wish)
        now = at
    worker(now, story.until)
    services.tick(story.until)


def told(story: Story, tell: Callable[[Story, Worker], None], worker: Worker) -> dict[str, Any]:
    """Everything that is left of a telling, without salts; the database is as before."""
    with transaction.atomic():
        open_one(story.matter)
        tell(story, worker)
        chain = ledger.chain(story.matter)
        row = MatterRow.objects.filter(id=story.matter).values().get()
        duties = list(
            Duty.objects.filter(matter_id=story.matter).values_list("step", "role", "body", "due_at")
        )
        left = {
            "entries": [
                {
                    **to_wire(r.entry),
                    "closed": sorted(name.partition("/")[0] for name in r.entry.closed),
                    "prev": None,
                }
                for r in chain
            ],
            "due": [(r.entry.event, r.entry.step, r.at) for r in chain if r.entry.role == CLOCK],
            "row": {name: value for name, value in row.items() if name not in ("updated_at", "number")},
            "duties": sorted(duties, key=str),
            "wrong": services.rebuild_rows(check_only=True, now=story.until),
        }
        transaction.set_rollback(True)
    return left


def every_hour(start: datetime, end: datetime) -> None:
    while (start := start + HOUR) <= end:
        services.tick(start)


def stopped_between(first: datetime, last: datetime) -> Worker:
    def worker(start: datetime, end: datetime) -> None:
        while (start := start + HOUR) <= end:
            if not first <= start < last:
                services.tick(start)

    return worker


def never(start: datetime, end: datetime) -> None:
    """Nobody runs the clock but the acts themselves."""


@given(seed=st.integers(0, 2**32 - 1), n_acts=st.integers(0, 14), stops_after=st.integers(0, 40))
@settings(max_examples=12)
def test_a_worker_that_stood_still_for_three_days_and_one_that_ran_come_to_the_same(
    seed: int, n_acts: int, stops_after: int
) -> None:
    note(f"seed {seed}")
    story = Story(services.fresh_id(), random.Random(seed), n_acts)
    ran = told(story, invent, every_hour)
    stood = MONDAY + timedelta(hours=7 * stops_after)
    assert told(story, retell, stopped_between(stood, stood + 3 * DAY)) == ran
    assert told(story, retell, never) == ran
    assert ran["wrong"] == [], "the list row is what the entries say"


def test_silence_of_a_body_is_acceptance_dated_by_the_law_and_not_by_the_worker() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    assert services.tick(MONDAY + 10 * DAY) > 0
    lapsed = next(r for r in ledger.chain(matter) if r.entry.event == "lapsed")
    assert (lapsed.entry.step, lapsed.entry.outcome, lapsed.entry.on.isoformat()) == (
        "accept",
        "accepted",
        "2026-03-04",
    )
    assert lapsed.at == datetime.fromisoformat("2026-03-03T16:00:00+00:00"), "24:00 of 3 March in Yunxi"


def test_the_residents_silence_is_unknown_and_ends_the_matter() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    answered(matter, MONDAY + DAY)
    assert services.tick(MONDAY + 6 * DAY) == 0
    assert services.tick(MONDAY + 9 * DAY) == 1
    row = MatterRow.objects.get(id=matter)
    assert row.ended == "lapsed"


def test_a_tick_is_written_once_however_often_the_worker_looks() -> None:
    matter = opened().matter
    late = MONDAY + 5 * HOUR
    assert services.tick(late) == 1
    assert services.tick(late) == 0
    assert len(ledger.chain(matter)) == 2


def test_the_worker_takes_the_longest_due_first_and_no_more_than_it_may() -> None:
    first, second = opened(MONDAY).matter, opened(MONDAY + HOUR).matter
    assert services.tick(MONDAY + 10 * HOUR, limit=1) == 1
    assert len(ledger.chain(first)) == 2
    assert len(ledger.chain(second)) == 1
    assert services.tick(MONDAY + 10 * HOUR) == 1
    assert len(ledger.chain(second)) == 2


def test_a_matter_whose_clock_cannot_run_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    opened()
    assert services.tick(MONDAY.replace(year=2070)) == 0
    assert "stands" in caplog.text


def test_a_breach_repeats_and_climbs() -> None:
    matter = opened().matter
    services.tick(MONDAY + 30 * DAY)
    row = MatterRow.objects.get(id=matter)
    assert row.level >= 2
    assert row.due_at == MONDAY + 4 * HOUR, "it stays due when it was due"


def test_a_new_calendar_is_an_entry_of_each_open_matter_and_no_breach_is_dated_before_it(
    town: Any,
) -> None:
    from dataclasses import replace

    from minsheng.bodies import services as bodies

    matter, done = opened().matter, opened().matter
    must(services.act(done, None, None, event="withdrawn", actor=Cast.resident(done), at=MONDAY))
    classified(matter, MONDAY)
    longer = replace(town.calendar, version=99, holidays=town.calendar.holidays | {date(2026, 3, 3)})
    bodies.apply_town(replace(town, calendar=longer))
    assert services.change_calendar(MONDAY + HOUR) == 1
    assert services.change_calendar(MONDAY + HOUR) == 0
    last = ledger.chain(matter)[-1].entry
    assert (last.event, last.facts["calendar"]) == ("calendar", longer.sha256)
    assert len(ledger.chain(done)) == 2, "an ended matter keeps its calendar"
    services.tick(MONDAY + 10 * DAY)
    lapsed = next(r for r in ledger.chain(matter) if r.entry.event == "lapsed")
    assert lapsed.entry.on.isoformat() == "2026-03-05", "3 March is a holiday now"


def test_a_reply_on_paper_that_came_in_time_undoes_the_lapse_and_is_written_down_by_another_body() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    answered(matter, MONDAY)
    services.tick(MONDAY + 9 * DAY)
    assert MatterRow.objects.get(id=matter).ended == "lapsed"
    at, came = MONDAY + 10 * DAY, date(2026, 3, 5)
    late = services.undo_lapse(matter, "verdict", received_on=date(2026, 3, 11), at=at)
    assert getattr(late, "code", "") == "no_lapse_to_undo"
    must(services.undo_lapse(matter, "verdict", received_on=came, at=at))
    assert MatterRow.objects.get(id=matter).ended == ""
    said = {"via": "paper", "received_on": came.isoformat()}
    answerer = Actor(Cast.housing.person, "resident", "housing")
    no = services.act(matter, "verdict", "not", facts=said, actor=answerer, at=at)
    assert getattr(no, "kind", "") == Kind.PERSON, (
        "who answered does not write down what the resident says of it"
    )
    scribe = Actor(Cast.caller.person, "resident", "callback")
    must(services.act(matter, "verdict", "not", facts=said, actor=scribe, at=at))
    assert ledger.chain(matter)[-1].entry.facts["via"] == "paper"
    unsigned = services.act(matter, None, None, event="urged", actor=scribe, at=at)
    assert getattr(unsigned, "code", "") == "not_your_matter"
