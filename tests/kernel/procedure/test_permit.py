"""What the request does not use: parallel steps, papers brought along, months, truth values, other ends."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from minsheng.kernel.procedure import acts
from minsheng.kernel.procedure.check import check
from minsheng.kernel.procedure.explain import explain, why
from minsheng.kernel.procedure.model import End
from minsheng.kernel.words import Kind
from tests.kernel.procedure.driving import Drive, at, loaded

PERMIT = loaded((Path(__file__).parent / "permit.yaml").read_bytes(), "permit.yaml")
EMPTY: dict[str, str] = {}


def permit(fast: bool = False, hazard: bool = True) -> Drive:
    drive = Drive(PERMIT, at("2026-10-12")).open({"form": {}}, fast=fast)
    drive.do("done", "office", "register", "in", hazard=hazard)
    return drive


def decided(hazard: bool = False) -> Drive:
    drive = permit(hazard=hazard).wait(days=4)
    drive.do("done", "office", "display", "shown")
    return drive


def test_the_permit_may_run() -> None:
    assert check(PERMIT) == []


def test_parallel_steps_are_open_together_and_both_must_be_settled() -> None:
    drive = permit()
    assert drive.status.open_steps == ("inspect", "display")
    drive.wait(days=4)
    drive.do("done", "office", "display", "shown")
    assert drive.status.steps["decide"].state == "waiting"
    assert [one.owner for one in drive.refused("done", "chief", "decide", "granted").missing] == ["inspector"]


def test_a_step_is_blocked_until_somebody_brings_the_paper() -> None:
    drive = permit()
    state = drive.status.steps["inspect"]
    assert state.state == "blocked"
    assert [(one.what.en, one.owner) for one in state.missing] == [("report", "inspector")]
    refusal = drive.refused("done", "inspector", "inspect", "seen")
    assert (refusal.code, refusal.missing) == ("blocked", state.missing)
    assert "report" in why(PERMIT, drive.status, "inspect").en
    drive.do("acted", "inspector", "inspect", "draw", documents={"sketch": EMPTY})
    assert drive.status.steps["inspect"].state == "blocked"
    drive.do("done", "inspector", "inspect", "seen", documents={"report": EMPTY})  # it may come along
    assert drive.status.live_documents["report"] == "inspect"


def test_truth_values_switch_steps_and_limits() -> None:
    assert permit(hazard=False).status.steps["inspect"].state == "skipped"
    assert "“no”, not “yes”" in why(PERMIT, permit(hazard=False).status, "inspect").en
    limits = {fast: _limit(permit(fast, False).wait(days=4)) for fast in (True, False)}
    assert limits == {True: date(2026, 10, 19), False: date(2026, 12, 14)}  # the 12th is a Saturday


def _limit(drive: Drive) -> date | None:
    drive.do("done", "office", "display", "shown")
    [clock] = [clock for clock in drive.status.clocks if clock.step == "decide"]
    return clock.until


def test_a_limit_in_months_is_stopped_by_the_day() -> None:
    drive = decided()
    drive.do("acted", "chief", "decide", "ask", documents={"question": EMPTY})
    drive.do("acted", "chief", "decide", "ask", documents={"question": EMPTY})  # one stop, not two
    drive.wait(days=7)
    drive.do("acted", "applicant", "decide", "answer", documents={"answer": EMPTY})
    [clock] = [clock for clock in drive.status.clocks if clock.step == "decide"]
    assert clock.until == date(2026, 12, 21)  # seven days after the 12th is the 19th, a Saturday


def test_a_fact_that_is_contested_sends_back_to_where_it_was_asked() -> None:
    drive = permit()
    assert drive.refused("contested", "applicant", about="fast").code == "not_contestable"
    assert drive.refused("contested", "applicant", about="weather").code == "not_contestable"
    drive.do("contested", "applicant", about="hazard")
    n = drive.entries[-1].n
    assert drive.refused("ruled", "chief", outcome="perhaps", of=n).code == "unknown_outcome"
    assert drive.refused("ruled", "chief", outcome="stands", of=0).code == "nothing_contested"
    drive.do("ruled", "chief", outcome="upheld", of=n)
    assert drive.status.open_steps == ("register",)
    assert "hazard" not in drive.status.facts
    assert drive.status.facts["fast"] is False


def test_one_s_own_number_may_be_corrected() -> None:
    drive = permit(hazard=False)
    n = drive.entries[-1].n
    assert drive.refused("corrected", "office", by="else", of=n, plots=2).code == "not_own"
    assert drive.refused("corrected", "office", of="first", plots=2).code == "not_own"
    assert drive.refused("corrected", "office", of=n, plots=2).code == "correct_decides"  # never given
    again = Drive(PERMIT, at("2026-10-12")).open({"form": {}}, fast=False)
    again.do("done", "office", "register", "in", hazard=False, plots=3)
    again.do("corrected", "office", of=1, plots=2)
    assert again.status.facts["plots"] == 2


def test_two_hats_are_refused_with_the_person_s_reason() -> None:
    drive = permit()
    drive.do("done", "inspector", "inspect", "seen", by="zhao", documents={"report": EMPTY})
    drive.wait(days=4)
    drive.do("done", "office", "display", "shown", by="qian")
    for person in ("zhao", "qian"):
        refusal = drive.refused("done", "chief", "decide", "granted", by=person)
        assert (refusal.code, refusal.kind) == ("same_person", Kind.PERSON)
    drive.do("done", "chief", "decide", "granted", by="sun")
    assert drive.status.end is End.COMPLETED


@pytest.mark.parametrize("outcomes", [["granted"], ["back", "back"]])
def test_it_completes_and_is_tidied_up_afterwards(outcomes: list[str]) -> None:
    drive = decided()
    for outcome in outcomes:
        if "register" in drive.status.open_steps:
            drive.do("done", "office", "register", "in", hazard=False)
            drive.wait(days=4)
            drive.do("done", "office", "display", "shown")
        drive.do("done", "chief", "decide", outcome)
    assert drive.status.end is End.COMPLETED
    assert drive.status.open_steps == ("tidy",)
    drive.do("done", "office", "tidy", "filed")
    assert drive.refused("done", "office", "tidy", "filed").code == "already_done"


def test_a_withdrawn_application_is_tidied_up_too() -> None:
    drive = permit()
    drive.do("withdrawn", "applicant")
    assert (drive.status.end, drive.status.open_steps) == (End.WITHDRAWN, ("tidy",))
    assert drive.status.steps["decide"].state == "closed"
    assert drive.refused("done", "chief", "decide", "granted").code == "ended"
    assert drive.refused("contested", "applicant", about="hazard").code == "ended"
    assert "it ends" not in why(PERMIT, drive.status, "decide").en


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("done", "office", "register", "out"), "unknown_outcome"),
        (("done", "office", "nowhere", "in"), "unknown_outcome"),
        (("acted", "inspector", "inspect", "dance"), "unknown_act"),
        (("acted", "office", "inspect", "draw"), "wrong_role"),
        (("acted", "chief", "decide", "ask"), "not_yet"),
        (("approved", "chief", "decide", "ask"), "nothing_pending"),
        (("urged", "applicant"), "unknown_act"),
        (("withdrawn", "office"), "wrong_role"),
        (("ruled", "chief", None, "upheld"), "nothing_contested"),
        (("done", "office", "register", "in"), "already_done"),
    ],
)
def test_what_is_not_open_to_somebody_is_said(words: tuple[str, ...], code: str) -> None:
    assert permit().refused(*words).code == code


def test_a_step_that_was_skipped_or_has_no_body_is_said() -> None:
    assert permit(hazard=False).refused("done", "inspector", "inspect", "seen").code == "skipped"
    proposal = acts.Proposal("done", "office", "0" * 16, None, "display", "shown")
    refusal = acts.why_not(PERMIT, permit().status, proposal, date(2026, 10, 20))
    assert refusal is not None
    assert refusal.code == "body_missing"
    refusal = acts.why_not(PERMIT, None, proposal, date(2026, 10, 20))
    assert refusal is not None
    assert refusal.code == "not_opened"
    unknown = acts.Proposal("opened", "applicant", "0" * 16, documents={"poem": {}})
    refusal = acts.why_not(PERMIT, None, unknown, date(2026, 10, 20))
    assert refusal is not None
    assert refusal.code == "unknown_document"


def test_it_is_told_in_plain_words() -> None:
    text = explain(PERMIT, "en")
    assert "5 working days for" in text
    assert "otherwise 2 months" in text
    assert "may not both have acted" in text
    assert "its author only" in text
