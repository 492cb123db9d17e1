"""The request procedure: every way a request can go, told as stories."""

from datetime import date

import pytest

from minsheng.kernel.entry import Entry
from minsheng.kernel.procedure import acts, clocks
from minsheng.kernel.procedure.model import End
from minsheng.kernel.words import Kind
from tests.kernel.procedure.driving import (
    CALENDARS,
    FINDING,
    MATTER,
    REPLY,
    REQUEST,
    answered,
    at,
    pseudonym,
    request,
)  # fmt: skip


def test_a_request_is_dispatched_accepted_answered_and_solved() -> None:
    drive = answered().say("solved")
    assert drive.status.end is End.CONFIRMED
    assert (drive.status.end_step, drive.status.end_outcome) == ("verdict", "solved")
    assert drive.status.open_steps == ("recheck",)
    assert drive.status.steps["review"].state == "closed"
    assert drive.status.steps["contest"].state == "skipped"


def test_partly_enough_is_confirmed_and_says_so() -> None:
    drive = answered().say("partly_enough")
    assert (drive.status.end, drive.status.end_outcome) == (End.CONFIRMED, "partly_enough")


def test_silence_of_the_unit_means_it_is_responsible() -> None:
    drive = request().classify().dispatch().wait(days=3)
    [entry] = drive.tick()
    assert (entry.event, entry.step, entry.outcome, entry.role) == ("lapsed", "accept", "accepted", "clock")
    assert entry.on == date(2026, 9, 28)  # Sunday the 27th is worked in Yunxi
    assert drive.status.open_steps == ("handle",)


def test_silence_of_the_resident_is_unknown() -> None:
    drive = answered().until("2026-10-20")
    drive.tick()
    assert drive.status.end is End.LAPSED
    # Seven days after 25 September is a holiday, and so is the rest of that week.
    assert drive.status.ended_on == date(2026, 10, 9)
    assert drive.status.steps["recheck"].state == "skipped"


def test_not_goes_back_once_to_another_officer_and_then_to_review() -> None:
    drive = answered()
    first = drive.entries[-1].actor
    drive.say("not")
    assert (drive.status.round, drive.status.open_steps) == (2, ("handle",))
    assert drive.refused("done", "first_unit", "handle", "done", documents=REPLY).code == "fresh_person"
    drive.reply(by="someone else").say("not")
    assert drive.status.open_steps == ("review",)
    assert drive.status.round == 2
    drive.do("done", "reviewer", "review", "changed", documents=FINDING)
    assert (drive.status.round, drive.status.open_steps) == (3, ("handle",))
    # Against the round before only: a unit of two does not get stuck.
    drive.do("done", "first_unit", "handle", "done", documents=REPLY)
    assert drive.entries[-1].actor == first
    drive.say("not")
    drive.do("done", "reviewer", "review", "changed", documents=FINDING)
    assert (drive.status.end, drive.status.end_outcome) == (End.CONCLUDED, "changed")
    assert drive.status.open_steps == ("contest",)


def test_partly_go_on_and_not_share_their_one_round() -> None:
    drive = answered().say("partly_go_on").reply(by="other").say("not")
    assert drive.status.open_steps == ("review",)


def test_an_answer_that_is_upheld_is_concluded_and_may_be_contested() -> None:
    drive = answered().say("not").reply(by="other").say("not")
    drive.do("done", "reviewer", "review", "upheld", documents=FINDING)
    assert drive.status.end is End.CONCLUDED
    drive.do("done", "resident", "contest", "contested", documents={"contest_note": {"words": "没查"}})
    assert drive.status.open_steps == ("rule_contest",)
    drive.do("done", "reviewer", "rule_contest", "wrong", documents=FINDING)
    assert drive.status.end is None
    assert drive.status.open_steps == ("handle",)


def test_a_contest_that_is_found_wrong_twice_ends_as_concluded() -> None:
    drive = answered().say("not").reply(by="other").say("not")
    for by in ("a", "b"):
        drive.do("done", "reviewer", "review", "upheld", documents=FINDING)
        drive.do("done", "resident", "contest", "contested", documents={"contest_note": {"words": "没查"}})
        drive.do("done", "reviewer", "rule_contest", "wrong", documents=FINDING)
        if drive.status.end is None:
            drive.reply(by=by).say("not")
    assert (drive.status.end, drive.status.end_outcome) == (End.CONCLUDED, "wrong")
    assert drive.status.open_steps == ()


def test_cannot_tell_gives_one_more_period_and_then_lapses() -> None:
    drive = answered().until("2026-09-30").say("cannot_tell")
    [clock] = [clock for clock in drive.status.clocks if clock.kind == "lapse"]
    assert (clock.start_on, clock.until) == (date(2026, 9, 30), date(2026, 10, 8))
    assert drive.status.outcomes["handle"] == "done"
    drive.say("cannot_tell")
    assert (drive.status.end, drive.status.end_outcome) == (End.LAPSED, "cannot_tell")


def test_not_after_an_answer_on_the_spot_goes_back_to_intake() -> None:
    drive = request()
    drive.do("done", "intake", "classify", "answered_now", kind="water", documents=REPLY)
    assert drive.status.open_steps == ("verdict",)
    assert {key: one.state for key, one in drive.status.steps.items() if one.state == "skipped"}.keys() == {
        "dispatch", "accept", "arbitrate", "handle",
    }  # fmt: skip
    drive.say("not")
    assert drive.status.open_steps == ("classify",)
    drive.classify().dispatch().accept().reply().say("not")
    # A round at the unit is another way back than the one to intake.
    assert drive.status.open_steps == ("handle",)


@pytest.mark.parametrize("outcome", ["other_channel", "no_news", "not_a_request"])
def test_what_ends_at_intake_is_concluded_with_a_window_to_contest(outcome: str) -> None:
    drive = request()
    drive.do("done", "intake", "classify", outcome,
             documents={"guidance": {"reason": "归法院", "remedy": "可以提出异议"}})  # fmt: skip
    assert (drive.status.end, drive.status.end_outcome) == (End.CONCLUDED, outcome)
    assert drive.status.open_steps == ("contest",)
    drive.until("2026-11-20").tick()
    assert drive.status.outcomes["contest"] == "none"
    assert drive.status.open_steps == ()
    assert clocks.due(drive.status, drive.now, drive.moments).next_change_at is None


def test_at_most_two_reassignments_then_a_ruling() -> None:
    drive = request().classify()
    objection = {"objection": {"reason": "不归我们", "basis": "附件一", "instead": "water"}}
    ruling = {"ruling": {"reason": "归口不清"}}
    for body in ("housing", "water", "roads"):
        drive.dispatch(body)
        drive.do("done", "first_unit", "accept", "objected", documents=objection)
        if body != "roads":
            drive.do("done", "arbiter", "arbitrate", "reassigned", documents=ruling)
            assert drive.status.open_steps == ("dispatch",)
            assert (
                drive.refused("done", "intake", "dispatch", "sent", first_unit=body).code == "assigned_before"
            )
    refusal = drive.refused("done", "arbiter", "arbitrate", "reassigned", documents=ruling)
    assert refusal.code == "used_up"
    assert "reassigned" not in {option.outcome for option in acts.possible(REQUEST, drive.status, "arbiter")}
    drive.do("done", "arbiter", "arbitrate", "ruled", documents=ruling, first_unit="housing")
    assert drive.status.assigned["first_unit"] == "housing"
    assert drive.status.open_steps == ("handle",)


def test_the_ruling_sets_off_a_new_time_limit() -> None:
    drive = request().classify().dispatch().wait(days=2)
    objection = {"objection": {"reason": "不归我们", "basis": "附件一", "instead": "water"}}
    drive.do("done", "first_unit", "accept", "objected", documents=objection)
    drive.do(
        "done",
        "arbiter",
        "arbitrate",
        "ruled",
        documents={"ruling": {"reason": "归水务"}},
        first_unit="water",
    )
    [clock] = [clock for clock in drive.status.clocks if clock.kind == "deadline"]
    assert clock.start_on == date(2026, 9, 27)


def test_danger_to_life_does_not_wait_for_acceptance() -> None:
    drive = request().classify("life_safety").dispatch()
    assert drive.status.steps["accept"].state == "skipped"
    assert [because.found for because in drive.status.steps["accept"].skipped_because] == [
        "sent",
        "life_safety",
    ]
    assert drive.status.open_steps == ("handle",)
    drive.wait(hours=3)
    [entry] = drive.tick()
    assert (entry.event, entry.step, entry.facts["k"]) == ("hour_missed", "handle", 1)
    assert drive.moments[entry.n] == drive.moments[2] + (at("2026-09-25", 2) - at("2026-09-25", 0))


def test_it_came_back_cancels_the_end_once() -> None:
    drive = answered().say("solved")
    assert drive.refused("done", "caller", "recheck", "held").code == "too_early"
    drive.until("2026-10-26")
    drive.do("done", "caller", "recheck", "came_back")
    assert drive.status.end is None
    assert drive.status.open_steps == ("handle",)
    drive.reply(by="other").say("solved")
    drive.until("2026-11-26")
    drive.do("done", "caller", "recheck", "came_back")
    assert (drive.status.end, drive.status.end_outcome) == (End.CONCLUDED, "came_back")
    assert drive.status.open_steps == ("contest",)


def test_the_recheck_may_begin_after_the_last_day_of_its_minimum() -> None:
    drive = answered().say("solved").until("2026-10-23")  # 28 days after the end
    assert drive.refused("done", "caller", "recheck", "held").missing[0].until == date(2026, 10, 23)
    drive.until("2026-10-24")
    drive.do("done", "caller", "recheck", "held")
    assert drive.status.end is End.CONFIRMED


def test_a_resident_withdraws_at_any_time_before_the_end() -> None:
    drive = request().classify()
    drive.do("withdrawn", "resident", documents={"withdrawal": {"words": "修好了", "asked": "no"}})
    assert drive.status.end is End.WITHDRAWN
    assert drive.status.open_steps == ()
    assert drive.refused("withdrawn", "resident").code == "ended"
    drive.do("supplemented", "resident", documents={"supplement": {"words": "谢谢"}})


def test_a_resident_urges_and_adds_without_moving_anything() -> None:
    drive = request().classify().dispatch()
    before = drive.status.outcomes
    drive.do("urged", "resident")
    drive.do("supplemented", "resident", documents={"supplement": {"words": "又停了"}})
    assert drive.status.outcomes == before
    assert drive.status.seen_n == 4


def test_a_contested_urgency_that_is_upheld_goes_back_to_intake() -> None:
    drive = request().classify().dispatch().accept()
    note = {"contest_note": {"words": "家里有透析病人"}}
    drive.do("contested", "resident", documents=note, about="urgency")
    assert drive.refused("contested", "resident", documents=note, about="urgency").code == "contested_before"
    [clock] = [clock for clock in drive.status.clocks if clock.kind == "contest"]
    assert (clock.step, clock.until) == ("classify", date(2026, 9, 27))
    ruling = {"ruling": {"reason": "确实危及人身"}}
    assert drive.refused("ruled", "intake", outcome="upheld", documents=ruling, of=4).code == "wrong_role"
    drive.do("ruled", "arbiter", outcome="upheld", documents=ruling, of=4)
    assert drive.status.open_steps == ("classify",)
    # The same body may get it again: it was not sent away.
    drive.classify("life_safety").dispatch("housing")
    assert drive.refused("contested", "resident", documents=note, about="urgency").code == "contested_before"


def test_a_contest_without_a_ruling_is_late() -> None:
    drive = request().classify().dispatch().accept()
    drive.do("contested", "resident", documents={"contest_note": {"words": "不对"}}, about="kind")
    drive.until("2026-09-28")
    [entry] = drive.tick()
    assert (entry.event, entry.step, entry.facts["clock"], entry.facts["about"]) == (
        "late", "classify", "contest", "kind",
    )  # fmt: skip
    drive.do("ruled", "arbiter", outcome="stands", documents={"ruling": {"reason": "类别没错"}}, of=4)
    assert drive.status.open_steps == ("handle",)


def test_one_corrects_ones_own_record_but_not_what_decides() -> None:
    drive = answered()
    n = drive.entries[-1].n
    assert drive.refused("corrected", "intake", of=n, documents=REPLY).code == "not_own"
    assert drive.refused("corrected", "intake", of=1, urgency="utility").code == "correct_decides"
    drive.do("corrected", "first_unit", of=n, documents=REPLY)
    assert drive.status.documents["reply"] == n + 1
    assert drive.status.outcomes["handle"] == "done"


def test_nobody_answers_their_own_matter() -> None:
    drive = request().classify().dispatch().accept()
    refusal = drive.refused("done", "first_unit", "handle", "done", by="resident", documents=REPLY)
    assert (refusal.code, refusal.kind) == ("own_matter", Kind.PERSON)


def test_no_body_confirms_and_no_clock_outcome_is_chosen() -> None:
    drive = answered()
    for role in ("intake", "first_unit", "caller", "reviewer", "coordinator", "arbiter"):
        assert drive.refused("done", role, "verdict", "solved").code == "wrong_role"
    assert drive.refused("done", "resident", "verdict", "no_word").code == "by_clock"
    named = {option.outcome for option in acts.possible(REQUEST, drive.status, "resident")}
    assert "no_word" not in named


def test_the_body_that_answered_does_not_write_down_the_verdict() -> None:
    drive = answered()
    refusal = drive.refused("done", "resident", "verdict", "solved", by="clerk", body="housing", via="call")
    assert refusal.code == "answerer_writes"
    drive.do("done", "resident", "verdict", "solved", by="clerk", body="callback", via="call")
    assert drive.entries[-1].facts == {"via": "call"}


@pytest.mark.parametrize(("event", "facts"), [("withdrawn", {}), ("level", {"disclosure": "withheld"})])
def test_the_handling_body_does_not_write_down_that_the_resident_gives_up_or_hides(
    event: str, facts: dict[str, str]
) -> None:
    for drive in (request().classify().dispatch(), answered()):
        words = {**facts, "via": "call"}
        refusal = drive.refused(event, "resident", by="clerk", body="housing", **words)
        assert (refusal.code, refusal.kind) == ("handler_writes", Kind.PERSON)
        forged = Entry(
            MATTER, drive.status.n, drive.today, event, "resident", round=drive.status.round,
            body="housing", actor="1" * 16, facts=words,
        )  # fmt: skip
        found = acts.why_not_entry(REQUEST, drive.status, forged, CALENDARS)
        assert found and found.code == "handler_writes"
        drive.do(event, "resident", by="clerk", body="callback", **words)


def test_the_body_that_answered_at_once_does_not_write_down_that_the_resident_gives_up() -> None:
    drive = request()
    drive.do("done", "intake", "classify", "answered_now", kind="water", documents=REPLY)
    assert drive.status.assigned == {}
    refusal = drive.refused("withdrawn", "resident", by="clerk", body="hotline", via="call")
    assert refusal.code == "answerer_writes"


def test_separation_keeps_the_handling_body_out_of_review_and_call_back() -> None:
    drive = answered().say("not").reply(by="other").say("not")
    refusal = drive.refused("done", "reviewer", "review", "upheld", body="housing", documents=FINDING)
    assert (refusal.code, refusal.source) == ("same_unit", "sod_review")
    assert drive.refused(
        "done", "reviewer", "review", "upheld", body="hotline", documents=FINDING
    ).source == ("sod_review_intake")


def test_another_body_than_the_assigned_one_may_not_act() -> None:
    drive = request().classify().dispatch()
    assert drive.refused("done", "first_unit", "accept", "accepted", body="water").code == "other_body"


def test_readers_are_roles_and_the_assigned_body_only() -> None:
    drive = request().classify().dispatch()

    def reads(role: str, body: str | None) -> bool:
        return acts.may_read(REQUEST, drive.status, "original", role, body)

    assert reads("first_unit", "housing")
    assert not reads("first_unit", "water")
    assert reads("intake", "hotline")
    assert not reads("caller", "callback")
    assert not reads("complained_about", "housing")
    assert reads("resident", None)
    assert not acts.may_read(REQUEST, drive.status, "withdrawal", "first_unit", "housing")


def test_what_is_missing_is_said_with_its_owner() -> None:
    drive = request()
    refusal = drive.refused("done", "first_unit", "handle", "done", body="housing", documents=REPLY)
    assert refusal.code == "not_yet"
    assert [(one.owner, one.until) for one in refusal.missing] == [("first_unit", None), ("arbiter", None)]
    drive.classify()
    assert [
        one.owner for one in drive.refused("done", "first_unit", "accept", "accepted", body="x").missing
    ] == ["intake"]


def test_a_reply_without_evidence_or_remedy_is_refused_in_words() -> None:
    drive = request().classify().dispatch().accept()
    bare = {"reply": {"done": "换了控制板"}}
    assert drive.refused("done", "first_unit", "handle", "done", documents=bare).field == "evidence_of_result"
    assert drive.refused("done", "first_unit", "handle", "done").code == "document_missing"
    with_file = {"reply": {"done": "换了", "evidence": ["a1"], "remedy": "复议"}}
    entry = drive.do("done", "first_unit", "handle", "done", documents=with_file)
    assert entry.checks["evidence_of_result"] == {
        "ok": True,
        "method": "structural",
        "version": 1,
        "why": None,
    }


def test_a_stale_page_is_told_and_the_clock_does_not_make_it_stale() -> None:
    drive = request().classify().dispatch()
    seen = drive.status.seen_n
    drive.wait(days=4).tick()
    assert acts.why_stale(drive.status, seen) is None
    drive.do("urged", "resident")
    stale = acts.why_stale(drive.status, seen)
    assert stale is not None
    assert stale.kind is Kind.CONFLICT


def test_undeclared_facts_and_papers_are_refused() -> None:
    drive = request()
    guidance = {"guidance": {"reason": "r", "remedy": "m"}}
    assert drive.refused(
        "done", "intake", "classify", "other_channel", documents=guidance, mood="bad"
    ).code == ("undeclared_fact")
    assert drive.refused("done", "intake", "classify", "other_channel", documents=guidance | REPLY).code == (
        "undeclared_document"
    )
    assert (
        drive.refused("done", "intake", "classify", "dispatch", kind="a", urgency="very").code == "fact_value"
    )
    assert drive.refused("done", "intake", "classify", "dispatch", urgency="utility").field == "kind"
    assert (
        drive.refused("done", "intake", "classify", "dispatch", kind="自由文字", urgency="utility").field
        == "kind"
    )


def test_kind_and_area_stay_out_of_the_entry() -> None:
    drive = request().classify()
    assert drive.entries[1].facts == {"urgency": "ordinary"}
    assert set(drive.entries[1].closed) == {"moment", "kind", "area"}


def test_pseudonyms_are_all_that_the_kernel_knows_of_persons() -> None:
    assert request().entries[0].actor == pseudonym("resident")
