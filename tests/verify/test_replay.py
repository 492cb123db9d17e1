"""The engine's own histories hold; what the rules did not allow is found, though signed with the true key."""

import random
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from building import START, in_memory
from living import CALENDARS, REQUEST, REQUEST_BYTES, YUNXI, LivingTown, Matter, living_town, moment

from minsheng.kernel.entry import Entry
from minsheng.kernel.log.entries import NotAnEntry
from minsheng.kernel.procedure.acts import Proposal
from minsheng.kernel.procedure.load import apply_override
from minsheng.kernel.procedure.model import Procedure
from minsheng.verify.check import Report, verify
from minsheng.verify.export import InMemory, open_export
from minsheng.verify.figures import COUNTS, Figures, figures_of
from tests.attested import attested


@pytest.fixture(scope="module")
def town() -> LivingTown:
    return living_town(n_days=45, per_day=5)


@pytest.fixture(scope="module")
def folder(town: LivingTown, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town.export(tmp_path_factory.mktemp("town") / "export")


def checked(town: LivingTown, tmp_path: Path, **changes: Any) -> Report:
    return verify(open_export(town.export(tmp_path / "export", **changes)))


def found(report: Report) -> set[tuple[str, str | None]]:
    return {(finding.code, finding.matter) for finding in report.findings}


def test_a_town_that_lived_by_the_rules_holds(folder: Path, town: LivingTown) -> None:
    started = time.perf_counter()
    report = verify(open_export(folder))
    seconds = time.perf_counter() - started
    assert list(report.findings) == []
    assert report.counts["replayed_matters"] == len(town.matters) == 225
    assert report.counts["replayed_entries"] == len(town.leaves)
    events = {kept.entry.event for chain in town.kept.values() for kept in chain}
    assert {"opened", "done", "acted", "late", "hour_missed", "lapsed", "silent", "withdrawn"} <= events
    ends = {matter.status.end for matter in town.matters}
    assert len(ends) == 5  # confirmed, lapsed, concluded, withdrawn, and still open
    print(f"{len(town.leaves) / seconds:.0f} entries/s with replay")


# --- what was not allowed, signed with the true key ----------------------------------------------


def walked(town: LivingTown, *acts: tuple[str, str, str], **facts: Any) -> Matter:
    """A matter that went this way: (role, step, outcome), all on the town's first day."""
    matter = town.open(START)
    for minute, (role, step, outcome) in enumerate(acts, 10):
        do(town, matter, START, minute, role, step, outcome, **facts)
    return matter


def do(
    town: LivingTown, matter: Matter, day: date, minute: int, role: str, step: str, outcome: str, **facts: Any
) -> None:
    options = REQUEST.steps[step].outcomes[outcome]
    wanted = {"kind": "lamps", "area": "guihuali", "urgency": "ordinary", "first_unit": "roads", **facts}
    takes = {name: wanted[name] for name in (*options.facts, *options.assigns)}
    body = matter.status.assigned.get(role, None if role == "resident" else f"the_{role}")
    documents = {name: town._document(name) for name in options.requires}
    for person in town.people(role):  # where a fresh person is asked for, a later one of the desk may
        proposal = Proposal("done", role, person, body, step, outcome, facts=takes, documents=documents,
            checks=attested(REQUEST, "done", step, outcome),
        )  # fmt: skip
        if town.act(matter, proposal, moment(day, minute)) is not None:
            return
    pytest.fail(f"the rules do not allow {step}={outcome} here")


ANSWERED = (
    ("intake", "classify", "dispatch"),
    ("intake", "dispatch", "sent"),
    ("first_unit", "accept", "accepted"),
    ("first_unit", "handle", "done"),
)


def forged(matter: Matter, role: str, step: str | None, outcome: str | None, **changes: Any) -> Entry:
    entry = Entry(
        matter=matter.id, n=matter.status.n, on=START, event="done", role=role, step=step, outcome=outcome,
        round=matter.status.round, body=None if role in ("resident", "clock") else "roads",
        actor=None if role == "clock" else "ab" * 8, prev="00" * 32,
    )  # fmt: skip
    return replace(entry, **changes)


def solved_by_the_body(town: LivingTown) -> Entry:
    return forged(walked(town, *ANSWERED), "first_unit", "verdict", "solved")


def solved_by_the_clock(town: LivingTown) -> Entry:
    return forged(walked(town, *ANSWERED), "clock", "verdict", "solved", event="lapsed")


def a_step_left_out(town: LivingTown) -> Entry:
    return forged(walked(town, *ANSWERED[:2]), "first_unit", "handle", "done")


def closed_before_it_was_answered(town: LivingTown) -> Entry:
    return forged(walked(town, *ANSWERED[:3]), "resident", "verdict", "solved")


def an_outcome_that_there_is_not(town: LivingTown) -> Entry:
    return forged(walked(town, *ANSWERED), "resident", "verdict", "delighted")


def a_lapse_before_its_day(town: LivingTown) -> Entry:
    facts = {"clock": "lapse", "k": 1, "due": START.isoformat()}
    return forged(walked(town, *ANSWERED), "clock", "verdict", "no_word", event="lapsed", facts=facts)


def a_tick_without_its_facts(town: LivingTown) -> Entry:
    return forged(walked(town, *ANSWERED), "clock", "handle", None, event="late")


def a_fact_that_nobody_declared(town: LivingTown) -> Entry:
    return forged(walked(town, *ANSWERED), "resident", "verdict", "solved", facts={"praise": "warm"})


def another_round(town: LivingTown) -> Entry:
    return forged(walked(town, *ANSWERED), "resident", "verdict", "solved", round=7)


FORGERIES: tuple[Callable[[LivingTown], Entry], ...] = (
    solved_by_the_body,
    solved_by_the_clock,
    a_step_left_out,
    closed_before_it_was_answered,
    an_outcome_that_there_is_not,
    a_lapse_before_its_day,
    a_tick_without_its_facts,
    a_fact_that_nobody_declared,
    another_round,
)


@pytest.mark.parametrize("forgery", FORGERIES, ids=lambda forgery: forgery.__name__)
def test_what_was_not_allowed_is_found(forgery: Callable[[LivingTown], Entry], tmp_path: Path) -> None:
    town = LivingTown()
    entry = forgery(town)
    kept = town.add(entry)
    town.batch(moment(START, 600))
    report = checked(town, tmp_path, figures=Figures().to_bytes(town.day))
    assert ("not_allowed", entry.matter) in found(report)
    at = {finding.index for finding in report.findings if finding.code == "not_allowed"}
    assert at == {town.leaves.index(kept)}


def test_silence_cannot_hide_what_fell_due(tmp_path: Path) -> None:
    """The town stops its clock: nothing is wrong with any entry, but what was due is not there."""
    town = LivingTown()
    matter = walked(town, *ANSWERED[:3])
    town.batch(moment(START, 600))
    assert checked(town, tmp_path).holds
    later = START + timedelta(days=30)
    town.batch(moment(later, 600))
    assert found(checked(town, tmp_path)) == {("tick_missing", matter.id)}
    town.tick(matter, moment(later, 600))
    town.batch(moment(later, 700))
    assert checked(town, tmp_path).holds
    assert sum(kept.entry.event == "late" for kept in town.kept[matter.id]) > 2


def test_a_breach_left_out_in_the_middle_is_found(tmp_path: Path) -> None:
    town = LivingTown()
    matter = walked(town, *ANSWERED[:3])
    town.batch(moment(START, 600))
    later = START + timedelta(days=12)
    kept = town.add(replace(forged(matter, "first_unit", "handle", "done"), on=later))
    town.batch(moment(later, 600))
    report = checked(town, tmp_path, figures=Figures().to_bytes(town.day))
    assert ("not_allowed", matter.id) in found(report)
    assert town.leaves.index(kept) in {finding.index for finding in report.findings}


def test_a_solved_over_a_lapse_is_found(tmp_path: Path) -> None:
    town = LivingTown()
    matter = walked(town, *ANSWERED)
    town.batch(moment(START, 600))
    later = START + timedelta(days=10)
    town.tick(matter, moment(later, 10))
    assert matter.status.end is not None
    town.add(forged(matter, "resident", "verdict", "solved", on=later))
    town.batch(moment(later, 600))
    report = checked(town, tmp_path, figures=Figures().to_bytes(town.day))
    assert ("not_allowed", matter.id) in found(report)


def test_figures_that_were_cooked_are_found(town: LivingTown, folder: Path, tmp_path: Path) -> None:
    cooked = town.count()
    cell = next(cell for cell, counts in cooked.cells.items() if counts["not"])
    cooked.cells[cell]["solved"] += cooked.cells[cell]["not"]
    cooked.cells[cell]["not"] = 0
    report = checked(town, tmp_path, figures=cooked.to_bytes(town.day))
    assert {finding.code for finding in report.findings} == {"figures"}
    assert cell[1] in next(iter(report.findings)).message.en
    assert cell[2] in next(iter(report.findings)).message.en


def test_rules_and_calendars_are_those_that_were_pinned(town: LivingTown, tmp_path: Path) -> None:
    others: tuple[dict[str, Any], ...] = (
        {"procedures": []},
        {"procedures": [REQUEST_BYTES.replace(b"n: 7, unit: calendar_day", b"n: 6, unit: calendar_day")]},
    )
    for changes in others:
        report = checked(town, tmp_path, **changes)
        assert {finding.code for finding in report.findings} == {"rules", "figures"}
    report = checked(town, tmp_path, calendars=[])
    assert {finding.code for finding in report.findings} == {"calendar", "figures"}
    other = replace(YUNXI, makeup=frozenset())
    assert {f.code for f in checked(town, tmp_path, calendars=[other]).findings} == {"calendar", "figures"}


def test_a_rule_file_put_in_the_place_of_another_is_not_read(folder: Path, town: LivingTown) -> None:
    source = in_memory(folder)
    path = next(path for path in source.files if path.startswith("procedures/"))
    lax = source.files[path].replace(b"confirm_days: {n: 7", b"confirm_days: {n: 9")
    report = verify(InMemory({**source.files, path: lax}, source.lines_of))
    assert {finding.code for finding in report.findings} == {"file_changed", "rules", "figures"}


def test_a_rule_file_that_may_not_run_is_named(tmp_path: Path) -> None:
    """The town publishes a file of its own making, in which its bodies confirm."""
    lax = REQUEST_BYTES.replace(
        b'\n    role: resident\n    source: "BJ#23"', b'\n    role: reviewer\n    source: "BJ#23"'
    )
    assert lax != REQUEST_BYTES
    from living import procedure_of

    procedure = procedure_of(lax)
    town = LivingTown(procedure=procedure)
    town.procedures = [lax]
    town.open(START)
    town.batch(moment(START, 600))
    report = checked(town, tmp_path)
    assert {finding.code for finding in report.findings} == {"rules"}


OVERRIDE = b"""schema: minsheng.override/v1
procedure: resident-request
version: 1
parameters:
  limit_ordinary: {n: 3, source: "SD"}
"""


def test_a_local_override_is_replayed_with_its_own_numbers(tmp_path: Path) -> None:
    procedure = apply_override(REQUEST, OVERRIDE, name="override.yaml")
    assert isinstance(procedure, Procedure), [str(finding) for finding in procedure]
    town = LivingTown(procedure=procedure)
    town.overrides = [OVERRIDE]
    matter = walked(town, *ANSWERED[:3])
    town.batch(moment(START, 600))
    later = START + timedelta(days=6)
    town.tick(matter, moment(later, 10))
    town.batch(moment(later, 600))
    assert [kept.entry.on for kept in town.kept[matter.id] if kept.entry.event == "late"]
    assert checked(town, tmp_path).holds
    assert {f.code for f in checked(town, tmp_path, overrides=[]).findings} == {"rules", "figures"}


def test_a_matter_that_goes_dark_owes_nothing_more_in_public(tmp_path: Path) -> None:
    town = LivingTown()
    matter = walked(town, *ANSWERED[:3])
    level = Proposal("level", "resident", town.person("resident"), facts={"disclosure": "withheld"})
    kept = town.act(matter, level, moment(START, 30))
    assert kept is not None
    town.batch(moment(START, 600))
    later = START + timedelta(days=30)
    town.tick(matter, moment(later, 0))
    for hidden in town.kept[matter.id][kept.entry.n + 1 :]:
        town.hidden[hidden.commitment] = "withheld"
    town.batch(moment(later, 600))
    report = checked(town, tmp_path)
    assert list(report.findings) == []
    assert report.opaque["withheld"] > 0


def test_what_is_withheld_and_shown_all_the_same_is_found(tmp_path: Path) -> None:
    town = LivingTown()
    matter = walked(town, *ANSWERED[:2])
    level = Proposal("level", "resident", town.person("resident"), facts={"disclosure": "withheld"})
    assert town.act(matter, level, moment(START, 30)) is not None
    do(town, matter, START, 40, "first_unit", "accept", "accepted")
    town.batch(moment(START, 600))
    assert found(checked(town, tmp_path)) == {("shown", matter.id)}


@pytest.mark.parametrize("seed", range(4))
def test_no_history_however_wrong_breaks_the_verifier(seed: int, tmp_path: Path) -> None:
    """Fields of one's own entries changed at random, chained and signed again with the true key."""
    chance = random.Random(seed)
    values: list[Any] = [
        None,
        "",
        "x",
        "resident",
        "clock",
        "verdict",
        "solved",
        "late",
        0,
        1,
        99,
        True,
        {},
        START,
    ]
    n_caught = n_tried = 0
    for _ in range(25):
        town = LivingTown(seed=chance.randrange(10**6))
        matter = walked(town, *ANSWERED)
        chain, town.waiting = town.kept.pop(matter.id), []
        at = chance.randrange(len(chain))
        for n, kept in enumerate(chain):
            entry = kept.entry
            if n == at:
                name = chance.choice(
                    ("event", "role", "step", "outcome", "body", "actor", "round", "on", "facts")
                )
                value = chance.choice(values)
                if name == "facts":
                    value = {
                        **entry.facts,
                        chance.choice(("k", "due", "clock", "urgency", "of", "about")): value,
                    }
                try:
                    town.add(replace(entry, **{name: value}), {p: kept.parts[p].value for p in kept.parts})
                except (NotAnEntry, AttributeError, TypeError):
                    break
            else:
                town.add(entry, {p: kept.parts[p].value for p in kept.parts})
        else:
            town.batch(moment(START, 600))
            report = checked(town, tmp_path, figures=Figures().to_bytes(town.day))
            n_tried += 1
            n_caught += bool({finding.code for finding in report.findings} & {"not_allowed", "day", "rules"})
    assert n_tried
    assert n_caught >= n_tried * 0.6


# --- the figures ---------------------------------------------------------------------------------


def cells_of(town: LivingTown) -> dict[tuple[str, str], dict[str, int]]:
    """(body, month) → the counts that are not zero."""
    figures = figures_of(
        ((REQUEST, [kept.entry for kept in town.kept[matter.id]]) for matter in town.matters), CALENDARS
    )
    return {
        (body, month): {name: n for name, n in counts.items() if n}
        for (_, body, month), counts in figures.cells.items()
    }


@pytest.mark.parametrize(
    ("word", "counts"),
    [
        ("solved", {"due": 1, "solved": 1}),
        ("partly_enough", {"due": 1, "partly": 1}),
        ("partly_go_on", {"due": 1, "partly": 1}),
        ("not", {"due": 1, "not": 1}),
        ("cannot_tell", {"due": 1, "cannot_tell": 1}),
    ],
)
def test_the_residents_word_is_counted_for_the_body_that_answered(word: str, counts: dict[str, int]) -> None:
    town = LivingTown()
    walked(town, *ANSWERED, ("resident", "verdict", word))
    assert cells_of(town) == {("roads", "2026-03"): counts}


def test_silence_is_unknown_and_never_solved() -> None:
    town = LivingTown()
    matter = walked(town, *ANSWERED)
    town.tick(matter, moment(START + timedelta(days=9), 0))
    assert cells_of(town) == {("roads", "2026-03"): {"due": 1, "unknown": 1}}


def test_a_second_word_in_the_same_month_takes_the_place_of_the_first() -> None:
    town = LivingTown()
    matter = walked(town, *ANSWERED, ("resident", "verdict", "not"))
    do(town, matter, START, 40, "first_unit", "handle", "done")
    do(town, matter, START, 50, "resident", "verdict", "solved")
    assert cells_of(town) == {("roads", "2026-03"): {"due": 1, "solved": 1}}


def test_a_word_of_last_month_stays_in_last_month() -> None:
    town = LivingTown()
    matter = walked(town, *ANSWERED, ("resident", "verdict", "solved"))
    later = START + timedelta(days=30)
    do(town, matter, later, 10, "caller", "recheck", "came_back")
    cells = cells_of(town)
    assert cells["roads", "2026-03"]["solved"] == 1
    assert "solved" not in cells.get(("roads", "2026-04"), {})


def test_what_the_law_lets_a_body_end_is_neither_solved_nor_unsolved() -> None:
    town = LivingTown()
    walked(town, ("intake", "classify", "other_channel"))
    assert cells_of(town) == {("the_intake", "2026-03"): {"concluded": 1}}


def test_a_withdrawal_is_counted_as_one() -> None:
    town = LivingTown()
    matter = walked(town, *ANSWERED[:3])
    town.act(matter, Proposal("withdrawn", "resident", town.person("resident")), moment(START, 40))
    assert cells_of(town) == {("roads", "2026-03"): {"withdrawn": 1}}


def test_lateness_and_silence_are_counted_for_the_body_that_owed(town: LivingTown) -> None:
    late = LivingTown()
    matter = walked(late, *ANSWERED[:3])
    late.tick(matter, moment(START + timedelta(days=25), 0))
    cell = cells_of(late)["roads", "2026-03"]
    events = [kept.entry.event for kept in late.kept[matter.id]]
    assert cell["late"] == 1
    assert cell["still_late"] == events.count("late") - 1 > 0
    assert cell["silent"] == events.count("silent") > 0


def test_every_cell_adds_up(town: LivingTown) -> None:
    figures = town.count()
    assert figures.cells
    for counts in figures.cells.values():
        assert set(counts) == set(COUNTS)
        words = ("solved", "partly", "not", "cannot_tell", "unknown")
        assert counts["due"] == sum(counts[word] for word in words)
        assert counts["by_other_hand"] <= counts["due"] - counts["unknown"]
        assert counts["undelivered"] <= counts["concluded"]
