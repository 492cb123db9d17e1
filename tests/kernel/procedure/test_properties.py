"""What holds for every history of the request, and of any procedure that chance makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.entry import CLOCK
from minsheng.kernel.procedure import acts, clocks
from minsheng.kernel.procedure.model import End, Procedure
from minsheng.kernel.procedure.status import Status, advance, start, status
from tests.kernel.procedure.driving import CALENDARS, REQUEST, YUNXI, Drive, loaded
from tests.kernel.procedure.strategies import procedures
from tests.kernel.procedure.walking import begin, finish, wander


@st.composite
def loaded_procedures(draw: st.DrawFn, most_steps: int = 4) -> Procedure:
    """Not `.map(loaded)`: a failure would print the whole file as the call's argument."""
    return loaded(draw(procedures(most_steps)))


either = st.one_of(st.just(REQUEST), loaded_procedures())
three_days = st.integers(0, 72)


def snapshot(one: Status) -> dict[str, Any]:
    """Everything a status says, comparable."""
    plain = {
        key: value for key, value in vars(one).items() if key not in ("runs", "owned", "index", "clocks_kept")
    }
    return plain | {"runs": {key: vars(run) for key, run in one.runs.items()}}


def twin(drive: Drive) -> Drive:
    """Another matter with the same opening."""
    other = Drive(drive.procedure)
    other._append(drive.entries[0], drive.now)
    return other


def test_drives_begin_open() -> None:
    drive = Drive().open()
    assert drive.status.open_steps == ("classify",)


@given(st.data(), either)
def test_every_walk_can_be_brought_to_an_end(data: st.DataObject, procedure: Procedure) -> None:
    drive = begin(data.draw, procedure)
    wander(data.draw, drive)
    finish(data.draw, drive)
    assert drive.status.end is not None
    assert clocks.due(drive.status, drive.now + timedelta(days=60), drive.moments).next_change_at is None


@given(st.data(), either)
def test_a_status_is_a_fold_and_leaves_the_one_before_alone(
    data: st.DataObject, procedure: Procedure
) -> None:
    drive = begin(data.draw, procedure)
    wander(data.draw, drive)
    one = start(procedure, drive.entries[0], CALENDARS)
    for number, entry in enumerate(drive.entries[1:], start=1):
        kept = snapshot(one)
        two = advance(one, entry, CALENDARS)
        assert snapshot(one) == kept
        assert snapshot(two) == snapshot(status(procedure, drive.entries[: number + 1], CALENDARS))
        one = two


@given(st.data(), either)
def test_there_is_one_end_and_what_was_open_before_it_is_not_open_after(
    data: st.DataObject, procedure: Procedure
) -> None:
    drive = begin(data.draw, procedure)
    wander(data.draw, drive)
    finish(data.draw, drive)
    before: Status | None = None
    for number in range(1, len(drive.entries) + 1):
        one = status(procedure, drive.entries[:number], CALENDARS)
        assert (one.end is None) is (one.ended_n is None)
        for key in one.open_steps:
            assert procedure.steps[key].after_end is (one.end is not None)
        if before is not None and before.end is not None and one.ended_n != before.ended_n:
            step = drive.entries[number - 1].step
            assert step is not None
            assert procedure.steps[step].after_end
        before = one


@given(st.data(), either)
def test_only_the_resident_confirms_and_silence_never_does(data: st.DataObject, procedure: Procedure) -> None:
    drive = begin(data.draw, procedure)
    wander(data.draw, drive)
    finish(data.draw, drive)
    for entry in drive.entries:
        if drive.status.end is End.CONFIRMED and entry.n == drive.status.ended_n:
            assert procedure.roles[entry.role].kind == "resident"
            assert entry.event == "done"


@given(st.data(), either)
def test_ticks_that_ran_do_not_run_again(data: st.DataObject, procedure: Procedure) -> None:
    drive = begin(data.draw, procedure)
    wander(data.draw, drive)
    drive.wait(days=data.draw(st.integers(0, 30)))
    drive.tick()
    assert drive.tick() == []
    due = clocks.due(drive.status, drive.now, drive.moments)
    assert due.next_change_at is None or due.next_change_at > drive.now
    keys = [
        (entry.round, entry.step, entry.facts["clock"], entry.facts["k"], entry.facts.get("about"))
        for entry in drive.entries
        if entry.role == CLOCK
    ]
    assert len(set(keys)) == len(keys)


@given(st.data(), either)
def test_a_worker_that_slept_three_days_leads_to_the_same_entries(
    data: st.DataObject, procedure: Procedure
) -> None:
    """The one that slept runs what is due only when somebody acts; the other one ticks every hour."""
    slept = begin(data.draw, procedure)
    awake = twin(slept)
    for _ in range(data.draw(st.integers(1, 6))):
        hours = data.draw(three_days)
        for _ in range(hours):
            awake.wait(hours=1)
            awake.tick()
        slept.wait(hours=hours)
        slept.tick()
        before = slept.now
        recorded = wander(data.draw, slept, most=1, hours=st.just(0))
        assert slept.now == before
        for proposal in recorded:
            awake.propose(proposal)
    assert slept.entries == awake.entries
    assert slept.moments == awake.moments


@given(st.data(), either)
def test_what_falls_due_is_dated_by_the_law_and_days_never_go_back(
    data: st.DataObject, procedure: Procedure
) -> None:
    drive = begin(data.draw, procedure)
    wander(data.draw, drive)
    drive.wait(days=20).tick()
    for before, entry in zip(drive.entries, drive.entries[1:], strict=False):
        assert entry.on >= before.on
        if entry.event in ("late", "lapsed", "silent", "resumed"):
            last = date.fromisoformat(str(entry.facts["due"]))
            assert entry.on == max(last + timedelta(days=1), before.on)
            assert drive.moments[entry.n] == YUNXI.end_of(last)


@given(st.data(), either)
def test_nobody_can_take_the_place_of_another_role(data: st.DataObject, procedure: Procedure) -> None:
    drive = begin(data.draw, procedure)
    wander(data.draw, drive)
    for entry in drive.entries[1:]:
        before = status(procedure, drive.entries[: entry.n], CALENDARS)
        for role in procedure.roles:
            forged = replace(entry, role=role, actor="f" * 16)
            if role != entry.role and entry.event in ("done", "acted", "lapsed", "late", "silent"):
                assert acts.why_not_entry(procedure, before, forged, CALENDARS) is not None
        # Within a day a limit in hours is the platform's word: its entry is missed a day later only.
        after = drive.entries[entry.n + 1 : entry.n + 2]
        if entry.role == CLOCK and entry.event != "hour_missed" and after and after[0].event != "hour_missed":
            dropped = replace(after[0], n=entry.n)
            assert acts.why_not_entry(procedure, before, dropped, CALENDARS) is not None


@pytest.mark.deep
@given(st.data(), loaded_procedures(most_steps=8))
def test_large_procedures_end_as_well(data: st.DataObject, procedure: Procedure) -> None:
    drive = begin(data.draw, procedure)
    wander(data.draw, drive, most=40)
    finish(data.draw, drive)
