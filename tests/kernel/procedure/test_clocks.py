"""Limits, pauses, extensions, breaches, messages: what falls due, when, and in which order."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from minsheng.kernel.calendar import CalendarTooShort
from minsheng.kernel.procedure import acts, clocks
from minsheng.kernel.procedure.limits import Clock
from minsheng.kernel.procedure.status import status
from tests.kernel.procedure.driving import CALENDARS, REPLY, REQUEST, YUNXI, Request, answered, at, request

QUESTION = {"question": {"question": "哪一栋？"}}
ANSWER = {"answer": {"words": "六栋"}}
NOTE = {"extension_note": {"reason": "等配件", "done_so_far": "已订货"}}
PROGRESS = {"progress": {"did": "看了现场"}}


def deadline(drive: Request) -> Clock:
    [clock] = [clock for clock in drive.status.clocks if clock.kind == "deadline"]
    return clock


def handling(urgency: str = "ordinary") -> Request:
    return request().classify(urgency).dispatch().accept()


def test_the_limit_of_an_ordinary_request_rolls_over_the_holidays() -> None:
    clock = deadline(handling())
    assert (clock.until, clock.parameters) == (date(2026, 10, 8), ("limit_ordinary",))


def test_day_d_ends_at_midnight_and_its_breach_is_dated_the_day_after() -> None:
    drive = handling().until("2026-10-08", 23)
    drive.do("acted", "first_unit", "handle", "tell", documents=PROGRESS)
    assert not clocks.due(drive.status, drive.now, drive.moments).late
    drive.until("2026-10-09", 0)
    [entry] = drive.tick()
    assert (entry.event, entry.on, dict(entry.facts)) == (
        "late", date(2026, 10, 9), {"clock": "deadline", "due": "2026-10-08", "k": 1},
    )  # fmt: skip
    assert drive.moments[entry.n] == YUNXI.end_of(date(2026, 10, 8))
    due = clocks.due(drive.status, drive.now, drive.moments)
    assert due.late
    assert due.due_at == YUNXI.end_of(date(2026, 10, 8))


def test_a_breach_repeats_and_climbs_one_level_each_time() -> None:
    drive = handling().until("2026-10-23")
    drive.tick()
    assert [(breach.k, breach.due) for breach in drive.status.late] == [
        (1, date(2026, 10, 8)), (2, date(2026, 10, 14)), (3, date(2026, 10, 21)),
    ]  # fmt: skip
    assert drive.status.level == 2
    assert {breach.body for breach in drive.status.late} == {"housing"}
    drive.reply()
    assert drive.status.level == 0
    assert len(drive.status.late) == 3


def test_at_the_same_moment_a_breach_comes_before_a_message() -> None:
    drive = handling().until("2026-10-10")
    assert [(entry.event, entry.on.isoformat()) for entry in drive.tick()] == [
        ("late", "2026-10-09"), ("silent", "2026-10-09"),
    ]  # fmt: skip


def test_a_message_restarts_the_clock_of_silence() -> None:
    drive = handling().until("2026-09-30")
    drive.do("acted", "first_unit", "handle", "tell", documents=PROGRESS)
    [clock] = [clock for clock in drive.status.clocks if clock.kind == "every"]
    assert (clock.until, clock.k) == (date(2026, 10, 13), 1)


def test_a_question_stops_the_clock_until_it_is_answered() -> None:
    drive = handling().until("2026-09-28")
    drive.do("acted", "first_unit", "handle", "ask", documents=QUESTION)
    stopped = deadline(drive)
    assert (stopped.stopped, stopped.until) == (True, None)
    assert drive.refused("acted", "first_unit", "handle", "ask", documents=QUESTION).code == "question_open"
    drive.until("2026-09-30")
    drive.do("acted", "resident", "handle", "answer", documents=ANSWER)
    # 29 and 30 September are not counted: 26, 27, 28 September, then 1 to 4 October, rolled to the 8th.
    assert deadline(drive).until == date(2026, 10, 8)
    assert drive.refused("acted", "resident", "handle", "answer", documents=ANSWER).code == "no_question"


def test_days_from_after_the_question_until_the_answer_are_not_counted() -> None:
    drive = request(at("2026-10-12")).classify().dispatch().accept()
    assert deadline(drive).until == date(2026, 10, 19)
    drive.until("2026-10-13")
    drive.do("acted", "first_unit", "handle", "ask", documents=QUESTION)
    drive.until("2026-10-15")
    drive.do("acted", "resident", "handle", "answer", documents=ANSWER)
    assert deadline(drive).until == date(2026, 10, 21)
    drive.do("acted", "first_unit", "handle", "ask", documents=QUESTION)
    drive.do("acted", "resident", "handle", "answer", documents=ANSWER)
    assert deadline(drive).until == date(2026, 10, 21)  # asked and answered on one day stops nothing
    assert drive.refused("acted", "first_unit", "handle", "ask", documents=QUESTION).code == "used_up"


def test_a_question_without_an_answer_stops_the_clock_for_five_working_days() -> None:
    drive = request(at("2026-10-12")).classify().dispatch().accept()
    drive.do("acted", "first_unit", "handle", "ask", documents=QUESTION)
    drive.until("2026-10-20")
    [entry] = drive.tick()
    assert (entry.event, entry.on, entry.facts["due"]) == ("resumed", date(2026, 10, 20), "2026-10-19")
    assert deadline(drive).until == date(2026, 10, 26)
    drive.do("acted", "resident", "handle", "answer", documents=ANSWER)  # late, and welcome
    assert deadline(drive).until == date(2026, 10, 26)
    [every] = [clock for clock in drive.status.clocks if clock.kind == "every"]
    assert every.until == date(2026, 10, 27)


def test_a_limit_that_was_missed_is_not_stopped_any_more() -> None:
    drive = handling().until("2026-10-09")
    drive.do("acted", "first_unit", "handle", "ask", documents=QUESTION)
    assert not any(clock.kind == "pause" for clock in drive.status.clocks)
    assert deadline(drive).k == 2
    drive.do("acted", "resident", "handle", "answer", documents=ANSWER)
    assert drive.refused("acted", "resident", "handle", "answer", documents=ANSWER).code == "no_question"


def test_an_extension_counts_from_the_limit_before_it_once_it_is_approved() -> None:
    drive = handling().until("2026-09-29")
    drive.do("acted", "first_unit", "handle", "extend", documents=NOTE)
    assert deadline(drive).until == date(2026, 10, 8)  # unapproved is not extended
    assert drive.refused("approved", "first_unit", "handle", "extend").code == "wrong_role"
    same = drive.entries[-1].actor
    drive.do("approved", "coordinator", "handle", "extend")
    assert drive.entries[-1].actor != same
    clock = deadline(drive)
    assert (clock.until, clock.extended) == (date(2026, 10, 21), True)  # 10 working days, the 10th is worked
    assert clock.parameters == ("limit_ordinary", "extension")
    assert drive.refused("acted", "first_unit", "handle", "extend", documents=NOTE).code == "used_up"


def test_the_person_who_asked_for_more_time_cannot_approve_it() -> None:
    drive = handling()
    drive.do("acted", "first_unit", "handle", "extend", by="zhou", documents=NOTE)
    refusal = drive.refused("approved", "coordinator", "handle", "extend", by="zhou")
    assert refusal.code == "own_approval"


def test_an_extension_that_is_refused_or_comes_too_late_changes_nothing() -> None:
    drive = handling()
    drive.do("acted", "first_unit", "handle", "extend", documents=NOTE)
    drive.do("refused", "coordinator", "handle", "extend")
    assert deadline(drive).until == date(2026, 10, 8)
    late = handling().until("2026-10-08")
    late.do("acted", "first_unit", "handle", "extend", documents=NOTE)
    late.until("2026-10-09")
    assert late.refused("approved", "coordinator", "handle", "extend").code == "too_late"
    missed = handling().until("2026-10-09")
    assert missed.refused("acted", "first_unit", "handle", "extend", documents=NOTE).code == "too_late"


def test_hours_run_from_the_moment_and_neither_roll_nor_stop() -> None:
    drive = request(at("2026-09-30", 20)).classify("utility").dispatch().accept()
    drive.do("acted", "first_unit", "handle", "ask", documents=QUESTION)
    drive.until("2026-10-01", 19)
    assert drive.tick() == []
    drive.until("2026-10-01", 21)
    [entry] = drive.tick()
    assert (entry.event, entry.on) == ("hour_missed", date(2026, 10, 1))
    assert drive.moments[entry.n] == at("2026-10-01", 20)


def test_after_a_missed_hour_the_breach_repeats_in_days() -> None:
    drive = request().classify("life_safety").dispatch()
    drive.until("2026-10-12")
    drive.tick()
    breaches = [(breach.k, breach.clock, breach.due.isoformat()) for breach in drive.status.late]
    assert breaches == [(1, "deadline", "2026-09-25"), (2, "deadline", "2026-10-08")]


def test_intake_that_sleeps_is_late_by_the_hour() -> None:
    drive = request().wait(hours=5)
    [entry] = drive.tick()
    assert (entry.event, entry.step) == ("hour_missed", "classify")
    assert drive.status.late[0].body is None


def test_a_reopened_answer_has_its_whole_time_again() -> None:
    drive = answered().until("2026-09-30").say("not")
    assert deadline(drive).until == date(2026, 10, 8)
    assert deadline(drive).start_on == date(2026, 9, 30)


def test_next_change_is_the_next_tick_and_due_at_the_next_limit() -> None:
    drive = handling()
    due = clocks.due(drive.status, drive.now, drive.moments)
    assert due.tick is None
    assert not due.late
    assert due.next_change_at == due.due_at == YUNXI.end_of(date(2026, 10, 8))
    drive.reply()
    due = clocks.due(drive.status, drive.now, drive.moments)
    assert due.due_at == YUNXI.end_of(date(2026, 10, 8))


def test_a_calendar_that_ends_is_never_guessed() -> None:
    drive = handling()
    with pytest.raises(CalendarTooShort):
        clocks.due(drive.status, at("2028-01-05"), drive.moments)
    at_the_end = request(at("2027-12-30")).classify("complex").dispatch().accept()
    assert deadline(at_the_end).until is None
    assert not clocks.due(at_the_end.status, at_the_end.now, at_the_end.moments).late


def test_a_forged_tick_or_a_dropped_one_is_seen() -> None:
    drive = handling().until("2026-10-08")
    early = clocks.first_tick(drive.status)
    assert early is not None
    entry = acts.tick_entry(drive.status, early, matter="0" * 16)

    def refusal(**change: Any) -> str:
        found = acts.why_not_entry(REQUEST, drive.status, replace(entry, **change), CALENDARS)
        return found.code if found else ""

    assert refusal() == ""
    assert refusal(outcome="accepted") == "not_due"
    assert refusal(on=date(2026, 10, 8)) == "not_due"
    assert refusal(facts={**entry.facts, "k": 2}) == "not_due"
    assert refusal(actor="0" * 16) == "clock_actor"
    assert refusal(n=99) == "number"
    assert refusal(event="hour_missed") == "not_due"
    drive.until("2026-10-12")
    drive.do("urged", "resident")
    urged = drive.entries[-1]
    before = drive.entries[: urged.n - 2]
    gap = status(REQUEST, before, CALENDARS)
    found = acts.why_not_entry(REQUEST, gap, replace(urged, n=gap.n), CALENDARS)
    assert found is not None
    assert found.code == "tick_missing"


def test_the_documents_of_a_reply_are_named_in_its_entry() -> None:
    drive = handling()
    entry = drive.do("done", "first_unit", "handle", "done", documents=REPLY)
    assert set(entry.closed) == {"moment", "reply"}


def test_hours_never_begin_before_the_day_of_the_entry_that_set_them_off() -> None:
    """A tick behind others is dated later than its legal moment; strangers see the date only."""
    drive = request().classify("life_safety").dispatch()
    tick = clocks.due(drive.status, drive.now, {2: at("2026-09-20")}).tick
    assert tick is not None
    assert tick.at == at("2026-09-25", 2)
