"""Who may read what: the oracle is the table role × document that `readers` of the rule file give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from minsheng.matter import queries, services
from minsheng.matter.testing import DAY, HOUR, MONDAY, REPLY, WORDS, Cast, answered, classified, must, opened
from minsheng.people.rules.actor import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

STAFF = (Cast.intake, Cast.housing, Cast.arbiter, Cast.coordinator, Cast.caller, Cast.reviewer)


def rich() -> queries.MatterView:
    """A matter in which most documents were handed in."""
    matter = opened().matter
    classified(matter, MONDAY)
    must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    resident = Cast.resident(matter)
    more = {"supplement": {"words": "SUPPLEMENT"}}
    must(services.act(matter, None, None, event="supplemented", documents=more, actor=resident, at=MONDAY))
    ask = {"question": {"question": "QUESTION"}}
    must(services.act(matter, "handle", "ask", documents=ask, actor=Cast.housing, at=MONDAY))
    said = {"answer": {"words": "ANSWER"}}
    must(services.act(matter, "handle", "answer", documents=said, actor=resident, at=MONDAY))
    note = {"extension_note": {"reason": "EXTENSION", "done_so_far": "一些"}}
    must(services.act(matter, "handle", "extend", documents=note, actor=Cast.housing, at=MONDAY))
    answered(matter, MONDAY + HOUR)
    view = queries.get(matter, MONDAY + HOUR)
    assert view is not None
    return view


def test_each_role_reads_what_the_rule_file_says_and_its_own() -> None:
    view = rich()
    wrote = {"housing": {"question", "extension_note", "reply"}, None: {"original", "supplement", "answer"}}
    handed = {name for recorded in view.chain for name in recorded.entry.closed} & set(
        view.procedure.documents
    )
    for actor in (*STAFF, Cast.resident(view.id)):
        allowed = {name for name in handed if actor.role in view.procedure.documents[name].readers}
        seen = {one.id for one in queries.documents(view, [actor])}
        assert seen == allowed | (wrote.get(actor.body, set()) & handed), actor
        for name in view.procedure.documents:
            if name in handed:
                assert queries.readable(view, actor, name) == (name in seen), (actor, name)


def test_another_unit_reads_nothing_though_it_has_the_same_role() -> None:
    view = rich()
    assert queries.documents(view, [Cast.water]) == ()
    assert not queries.may_see(view, Cast.water)


def test_a_colleague_in_the_same_unit_reads_what_the_unit_reads() -> None:
    view = rich()
    one = {handed.id for handed in queries.documents(view, [Cast.housing_too])}
    assert "original" in one
    assert "answer" in one


def test_those_complained_about_read_nothing() -> None:
    view = rich()
    subject = Actor("1234567890abcdef", "complained_about", "housing")
    assert queries.documents(view, [subject]) == ()
    assert not queries.may_see(view, subject)
    for name in view.procedure.documents:
        assert not queries.readable(view, subject, name)


def test_another_resident_reads_nothing() -> None:
    view = rich()
    stranger = Cast.resident(services.fresh_id())
    assert queries.documents(view, [stranger]) == ()
    assert not queries.may_see(view, stranger)


def test_a_role_that_the_procedure_does_not_know_reads_nothing() -> None:
    view = rich()
    nobody = Actor("1234567890abcdef", "administrator", "government")
    assert queries.documents(view, [nobody]) == ()
    assert not queries.may_see(view, nobody)


def test_a_unit_that_has_passed_the_matter_on_keeps_only_what_it_wrote() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    objection = {"objection": {"reason": "不归我们", "basis": "职责", "instead": "水务"}}
    must(services.act(matter, "accept", "objected", documents=objection, actor=Cast.housing, at=MONDAY))
    ruling = {"ruling": {"reason": "改派"}}
    must(services.act(matter, "arbitrate", "reassigned", documents=ruling, actor=Cast.arbiter, at=MONDAY))
    facts = {"first_unit": "water_company"}
    must(services.act(matter, "dispatch", "sent", facts=facts, actor=Cast.intake, at=MONDAY))
    view = queries.get(matter, MONDAY)
    assert view is not None
    assert {one.id for one in queries.documents(view, [Cast.housing])} == {"objection"}
    assert "original" in {one.id for one in queries.documents(view, [Cast.water])}


def test_the_timeline_names_bodies_and_the_clock_and_never_a_person_or_a_word() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    services.tick(MONDAY + 20 * DAY)
    view = queries.get(matter, MONDAY + 20 * DAY)
    assert view is not None
    lines = queries.timeline(view)
    said = repr(lines)
    assert "市住房和城乡建设局" in said
    assert "the clock" in said
    assert any(line.mark == "late" and line.ground is not None for line in lines)
    for secret in (WORDS[:4], "桂花里3栋", *(actor.person for actor in STAFF)):
        assert secret not in said
    for recorded in view.chain:
        assert recorded.entry.actor is None or recorded.entry.actor not in said
    assert all(line.at is None for line in queries.timeline(view, with_times=False))


def test_what_is_skipped_says_by_which_answer() -> None:
    matter = opened().matter
    classified(matter, MONDAY, urgency="life_safety")
    view = queries.get(matter, MONDAY)
    assert view is not None
    skipped = [line for line in queries.timeline(view) if line.mark == "skipped"]
    assert [line.step for line in skipped] == ["accept", "arbitrate"]
    assert "紧急程度：危及人身安全" in skipped[0].more.zh
    assert "urgency: danger to life" in skipped[0].more.en


def test_what_the_end_skips_says_how_it_ended_in_words() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    answered(matter, MONDAY + HOUR)
    services.tick(MONDAY + 20 * DAY)
    view = queries.get(matter, MONDAY + 20 * DAY)
    assert view is not None
    reasons = [line.more for line in queries.timeline(view) if line.mark == "skipped"]
    assert any("没有回音，记为不知道" in one.zh and "No word: unknown" in one.en for one in reasons)
    assert not [one for one in reasons if "lapsed" in one.zh or "lapsed" in one.en]


def test_documents_keep_their_rounds_apart_and_the_last_one_is_found() -> None:
    view = rich()
    resident = Cast.resident(view.id)
    at = MONDAY + 2 * HOUR
    must(services.act(view.id, "verdict", "not", actor=resident, at=at))
    second = {"reply": {**REPLY["reply"], "done": "第二次办了"}}
    same = services.act(view.id, "handle", "done", documents=second, actor=Cast.housing, at=at)
    assert getattr(same, "code", "") == "fresh_person"
    must(services.act(view.id, "handle", "done", documents=second, actor=Cast.housing_too, at=at))
    fresh = queries.get(view.id, at)
    assert fresh is not None
    handed = queries.documents(fresh, [resident])
    replies = [one for one in handed if one.id == "reply"]
    assert [one.round for one in replies] == [1, 2]
    last = queries.last(handed, "reply")
    assert last is not None
    assert last.values["done"] == "第二次办了"


def test_the_wrong_role_at_the_right_body_reads_nothing() -> None:
    view = rich()
    misplaced = replace(Cast.housing_too, role="intake")
    assert queries.documents(view, [misplaced]) == (), "the intake role is held by the hotline"
