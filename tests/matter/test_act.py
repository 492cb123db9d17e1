"""The one writer: what is recorded, what is refused, and what stays when an act is refused."""

from __future__ import annotations

from typing import Any

import pytest

from minsheng.kernel.entry import CLOCK
from minsheng.kernel.words import Kind, Refusal
from minsheng.ledger import queries as ledger
from minsheng.matter import queries, services
from minsheng.matter.models import Duty, MatterRow
from minsheng.matter.testing import DAY, HOUR, MONDAY, REPLY, WORDS, Cast, answered, classified, must, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def refused(answer: Any, code: str, kind: Kind) -> Refusal:
    assert isinstance(answer, Refusal), answer
    assert (answer.code, answer.kind) == (code, kind), answer
    return answer


def test_an_opened_matter_has_a_number_a_first_entry_and_the_words_byte_for_byte() -> None:
    one, two = opened(), opened()
    assert one.number == "云溪2026-1"
    assert two.number == "云溪2026-2"
    (entry,) = ledger.chain(one.matter, parts=True)
    assert entry.entry.event == "opened"
    assert entry.parts["original"].value["words"] == WORDS
    assert WORDS not in repr(entry.entry)
    assert entry.entry.actor is not None
    assert entry.entry.actor not in Cast.resident(one.matter).person
    row = MatterRow.objects.get(id=one.matter)
    assert row.open_steps == ["classify"]
    assert row.responsible_body == "hotline"
    assert row.due_at == MONDAY + 4 * HOUR


def test_a_request_walks_from_words_to_verdict() -> None:
    matter = opened().matter
    classified(matter, MONDAY + HOUR)
    row = MatterRow.objects.get(id=matter)
    assert (row.kind, row.area) == ("housing", "guihuali")
    assert row.subject_zh == "桂花里社区，住房"
    assert row.responsible_body == "housing"
    must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY + 2 * HOUR))
    answered(matter, MONDAY + DAY)
    resident = Cast.resident(matter)
    said = must(services.act(matter, "verdict", "solved", actor=resident, at=MONDAY + 2 * DAY))
    assert said.entry.role == "resident"
    view = queries.get(matter, MONDAY + 2 * DAY)
    assert view is not None
    assert view.status.end is not None
    assert view.status.end.value == "confirmed"
    assert view.row.ended == "confirmed"
    assert "recheck" in view.row.open_steps


def test_no_body_can_say_that_it_is_solved() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    answered(matter, MONDAY)
    refused(
        services.act(matter, "verdict", "solved", actor=Cast.housing, at=MONDAY), "wrong_role", Kind.PERSON
    )
    pretender = Cast.resident(services.fresh_id())
    refused(
        services.act(matter, "verdict", "solved", actor=pretender, at=MONDAY), "not_your_matter", Kind.PERSON
    )
    assert len(ledger.chain(matter)) == 5


def test_a_body_that_does_not_hold_the_matter_is_told_whose_it_is() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    no = refused(
        services.act(matter, "accept", "accepted", actor=Cast.water, at=MONDAY), "not_your_body", Kind.PERSON
    )
    assert "住房和城乡建设局" in no.reason.zh
    assert "Housing" in no.reason.en


def test_what_the_page_had_not_seen_is_a_conflict_and_a_tick_is_not() -> None:
    matter = opened().matter
    view = queries.get(matter, MONDAY)
    assert view is not None
    seen = view.status.seen_n
    late = MONDAY + 5 * HOUR
    facts = {"urgency": "ordinary", "kind": "housing"}
    must(services.act(matter, "classify", "dispatch", facts=facts, actor=Cast.intake, at=late, seen_n=seen))
    chain = ledger.chain(matter)
    assert [r.entry.event for r in chain] == ["opened", "hour_missed", "done"], "the tick came first"
    again = services.act(
        matter, "dispatch", "sent", facts={"first_unit": "water"}, actor=Cast.intake_too, at=late, seen_n=seen
    )
    refused(again, "stale", Kind.CONFLICT)


def test_ticks_stay_when_the_act_is_refused() -> None:
    matter = opened().matter
    late = MONDAY + 5 * HOUR
    refused(
        services.act(matter, "handle", "done", documents=REPLY, actor=Cast.intake, at=late),
        "not_yet",
        Kind.POLICY,
    )
    chain = ledger.chain(matter)
    assert [r.entry.event for r in chain] == ["opened", "hour_missed"]
    assert chain[-1].entry.role == CLOCK
    assert chain[-1].entry.actor is None
    assert chain[-1].at == MONDAY + 4 * HOUR, "its moment is the legal one"
    row = MatterRow.objects.get(id=matter)
    assert row.n_entries == 2
    assert row.due_at == MONDAY + 4 * HOUR


def test_nothing_of_a_refused_act_stays() -> None:
    matter = opened().matter
    before = len(ledger.chain(matter))
    row = MatterRow.objects.filter(id=matter).values().get()
    answer = services.act(
        matter, "classify", "dispatch", facts={"urgency": "very"}, actor=Cast.intake, at=MONDAY + HOUR
    )
    refused(answer, "fact_value", Kind.SHAPE)
    assert len(ledger.chain(matter)) == before
    assert MatterRow.objects.filter(id=matter).values().get() == row


def test_an_extension_needs_another_person_and_moves_the_limit() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    due = MatterRow.objects.get(id=matter).due_at
    note = {"extension_note": {"reason": "要等配件", "done_so_far": "已经拆下检查"}}
    must(services.act(matter, "handle", "extend", documents=note, actor=Cast.housing, at=MONDAY + DAY))
    assert MatterRow.objects.get(id=matter).due_at == due, "asked is not granted"
    duty = Duty.objects.get(matter_id=matter, role="coordinator")
    assert (duty.body, duty.waiting) == ("supervision", False)
    assert Duty.objects.get(matter_id=matter, role="first_unit").why == "approval"
    own = services.act(matter, "handle", "extend", event="approved", actor=Cast.housing, at=MONDAY + DAY)
    refused(own, "wrong_role", Kind.PERSON)
    must(services.act(matter, "handle", "extend", event="approved", actor=Cast.coordinator, at=MONDAY + DAY))
    after = MatterRow.objects.get(id=matter).due_at
    assert after is not None
    assert due is not None
    assert after > due
    assert not Duty.objects.filter(matter_id=matter, role="coordinator").exists()


def test_a_question_stops_the_clock_and_the_matter_waits_for_the_resident() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    question = {"question": {"question": "哪一部电梯？"}}
    must(services.act(matter, "handle", "ask", documents=question, actor=Cast.housing, at=MONDAY + DAY))
    duty = Duty.objects.get(matter_id=matter, role="first_unit")
    assert (duty.waiting, duty.why) == (True, "stopped")
    answer = {"answer": {"words": "东边那部"}}
    resident = Cast.resident(matter)
    must(services.act(matter, "handle", "answer", documents=answer, actor=resident, at=MONDAY + 2 * DAY))
    assert not Duty.objects.get(matter_id=matter, role="first_unit").waiting


def test_the_resident_may_supplement_urge_and_withdraw() -> None:
    matter = opened().matter
    resident = Cast.resident(matter)
    more = {"supplement": {"words": "今天又停了"}}
    must(services.act(matter, None, None, event="supplemented", documents=more, actor=resident, at=MONDAY))
    must(services.act(matter, None, None, event="urged", actor=resident, at=MONDAY + HOUR))
    must(services.act(matter, None, None, event="withdrawn", actor=resident, at=MONDAY + 2 * HOUR))
    row = MatterRow.objects.get(id=matter)
    assert row.ended == "withdrawn"
    assert not Duty.objects.filter(matter_id=matter).exists()


def test_a_body_cannot_withdraw_for_the_resident() -> None:
    matter = opened().matter
    answer = services.act(matter, None, None, event="withdrawn", actor=Cast.intake, at=MONDAY)
    refused(answer, "wrong_role", Kind.PERSON)


def test_what_nobody_knows_is_refused_by_its_shape() -> None:
    matter = opened().matter
    refused(
        services.act(matter, "classify", "vanish", actor=Cast.intake, at=MONDAY),
        "no_such_outcome",
        Kind.SHAPE,
    )
    refused(
        services.act("0" * 16, "classify", "dispatch", actor=Cast.intake, at=MONDAY),
        "no_such_matter",
        Kind.ABSENT,
    )
    nobody = services.open_matter(procedure="nothing", actor=Cast.intake, at=MONDAY)
    refused(nobody, "no_such_procedure", Kind.ABSENT)


def test_a_day_that_no_calendar_covers_is_said_so() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    far = MONDAY.replace(year=2060)
    refused(
        services.act(matter, "accept", "accepted", actor=Cast.housing, at=far),
        "calendar_too_short",
        Kind.POLICY,
    )


def test_a_message_is_an_entry_without_words_and_makes_no_page_stale() -> None:
    matter = opened().matter
    view = queries.get(matter, MONDAY)
    assert view is not None
    told = must(services.record(matter, "told", at=MONDAY + HOUR, facts={"via": "mail"}))
    assert (told.entry.role, told.entry.actor) == (CLOCK, None)
    fresh = queries.get(matter, MONDAY + HOUR)
    assert fresh is not None
    assert fresh.status.seen_n == view.status.seen_n


def test_the_rule_file_is_kept_and_the_matter_ends_under_it() -> None:
    from minsheng.matter import procedures
    from minsheng.matter.models import ProcedureVersion

    matter = opened().matter
    kept = ProcedureVersion.objects.get()
    assert bytes(kept.source) == procedures.all_loaded()["resident-request"].source
    procedures._of.cache_clear()
    view = queries.get(matter, MONDAY)
    assert view is not None
    assert view.procedure.sha256 == kept.sha256
