"""What entries look like, which are allowed, and the rarer ones: levels, calendars, a lapse undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import CLOCK, Entry
from minsheng.kernel.procedure import acts, clocks
from minsheng.kernel.procedure.acts import Proposal
from minsheng.kernel.procedure.content import LONGEST_LINE, why_not_content, why_not_fact
from minsheng.kernel.procedure.explain import explain, why
from minsheng.kernel.procedure.history import Recorded, entries_of, moments_of
from minsheng.kernel.procedure.load import apply_override
from minsheng.kernel.procedure.model import Document, Fact, Field, Procedure
from minsheng.kernel.procedure.status import advance, start, status
from minsheng.kernel.words import Text
from tests.kernel.procedure.driving import (
    CALENDARS,
    FINDING,
    MATTER,
    REPLY,
    REQUEST,
    REQUEST_PATH,
    YUNXI,
    Request,
    answered,
    at,
    loaded,
    pseudonym,
    request,
)  # fmt: skip

T = Text("某", "some")
REQUEST_SOURCE = REQUEST_PATH.read_text()


def code(drive: Request, entry: Entry, calendars: Any = CALENDARS) -> str:
    refusal = acts.why_not_entry(REQUEST, drive.status, entry, calendars)
    return refusal.code if refusal else ""


def test_entry_0_pins_rules_calendar_and_level() -> None:
    first = request().entries[0]
    assert first.facts == {
        "procedure": "resident-request", "version": 1, "procedure_sha256": REQUEST.sha256,
        "calendar": YUNXI.sha256, "disclosure": "coded",
    }  # fmt: skip
    assert (first.n, first.round, first.step, first.event) == (0, 1, None, "opened")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"facts": {"version": 2}}, "other_procedure"),
        ({"facts": {"procedure_sha256": "0" * 64}}, "other_procedure"),
        ({"facts": {"override_sha256": "0" * 64}}, "other_procedure"),
        ({"facts": {"calendar": "0" * 64}}, "calendar"),
        ({"facts": {"disclosure": "secret"}}, "level"),
        ({"facts": {"mood": "bad"}}, "undeclared_fact"),
        ({"n": 1}, "not_opened"),
        ({"event": "done"}, "not_opened"),
        ({"role": "intake"}, "wrong_role"),
        ({"role": "king"}, "unknown_role"),
        ({"actor": None}, "actor_missing"),
        ({"closed": {"moment": "0" * 64}}, "document_missing"),
        ({"closed": {"moment": "0" * 64, "original": "0" * 64, "rating": "0" * 64}}, "undeclared_document"),
        ({"body": "hotline"}, "not_for_a_body"),
    ],
)
def test_a_forged_opening_is_refused(change: dict[str, Any], expected: str) -> None:
    first = request().entries[0]
    if "facts" in change:
        change = {"facts": {**first.facts, **change["facts"]}}
    refusal = acts.why_not_entry(REQUEST, None, replace(first, **change), CALENDARS)
    assert refusal is not None
    assert refusal.code == expected


def test_a_matter_does_not_start_under_other_rules() -> None:
    first = request().entries[0]
    with pytest.raises(ValueError, match="another procedure"):
        start(REQUEST, replace(first, facts={**first.facts, "procedure_sha256": "0" * 64}), CALENDARS)
    with pytest.raises(ValueError, match="number 0"):
        start(REQUEST, replace(first, n=3), CALENDARS)
    with pytest.raises(ValueError, match="at least"):
        status(REQUEST, [], CALENDARS)


def test_an_override_is_pinned_and_its_numbers_count() -> None:
    head = "schema: minsheng.override/v1\nprocedure: resident-request\nversion: 1\n"
    found = apply_override(REQUEST, f"{head}parameters: {{confirm_days: {{n: 20}}}}\n".encode())
    assert isinstance(found, Procedure)
    drive = Request(found)
    drive.open()
    assert drive.entries[0].facts["override_sha256"] == found.override_sha256
    drive.classify().dispatch().accept().reply()
    assert drive.status.clocks[0].until == date(2026, 10, 15)
    assert acts.why_not_entry(REQUEST, None, drive.entries[0], CALENDARS) is not None


def test_attachments_belong_to_their_document() -> None:
    drive = request()
    entry = replace(drive.entries[0], closed={**drive.entries[0].closed, "original/a1": "0" * 64})
    assert acts.why_not_entry(REQUEST, None, entry, CALENDARS) is None


def test_the_resident_changes_how_much_is_shown() -> None:
    drive = request()
    assert drive.refused("level", "intake", disclosure="open").code == "wrong_role"
    assert drive.refused("level", "resident", disclosure="secret").code == "level"
    assert drive.refused("level", "resident", disclosure="coded").code == "level_same"
    drive.do("level", "resident", disclosure="open")
    assert drive.status.disclosure == "open"
    assert drive.status.open_steps == ("classify",)


def test_a_new_calendar_counts_from_its_own_entry() -> None:
    drive = request().classify().dispatch().accept()
    assert drive.status.clocks[0].until == date(2026, 10, 8)
    longer = WorkCalendar.from_json(
        {**YUNXI.to_json(), "version": 2, "holidays": [*YUNXI.to_json()["holidays"], "2026-10-08"]}
    )
    calendars = {**CALENDARS, longer.sha256: longer}
    entry = Entry(
        MATTER, drive.status.n, date(2026, 9, 28), "calendar", CLOCK, facts={"calendar": longer.sha256}
    )
    assert code(drive, entry, calendars) == ""
    assert code(drive, entry) == "not_by_itself"
    after = advance(drive.status, entry, calendars)
    assert after.clocks[0].until == date(2026, 10, 9)


def test_no_breach_is_dated_before_the_calendar_that_makes_it() -> None:
    """A holiday that is taken back: the limit lies in the past of the new edition."""
    drive = request().classify().dispatch().accept()
    worked = WorkCalendar.from_json({**YUNXI.to_json(), "version": 2, "holidays": []})
    calendars = {**CALENDARS, worked.sha256: worked}
    entry = Entry(
        MATTER, drive.status.n, date(2026, 10, 6), "calendar", CLOCK, facts={"calendar": worked.sha256}
    )
    after = advance(drive.status, entry, calendars)
    tick = clocks.due(after, at("2026-10-06"), {}).tick
    assert tick is not None
    assert (tick.on, tick.facts["due"]) == (date(2026, 10, 6), "2026-10-02")
    assert tick.at == YUNXI.start_of(date(2026, 10, 6))


def test_a_letter_that_came_in_time_undoes_a_lapse() -> None:
    drive = answered().until("2026-10-12")
    drive.tick()
    assert drive.status.steps["verdict"].lapsed_due == date(2026, 10, 8)

    def undone(day: str) -> Entry:
        return Entry(MATTER, drive.status.n, date(2026, 10, 12), "lapse_undone", CLOCK, step="verdict",
                     facts={"received_on": day})  # fmt: skip

    assert code(drive, undone("2026-10-09")) == "not_by_itself"
    assert code(drive, replace(undone("2026-10-08"), step="handle")) == "not_by_itself"
    drive._append(undone("2026-10-08"), drive.now)
    assert drive.status.end is None
    assert drive.status.open_steps == ("verdict",)
    drive.do("done", "resident", "verdict", "cannot_tell", by="clerk", body="callback", via="paper",
             received_on="2026-10-08")  # fmt: skip
    assert drive.status.open_steps == ("verdict",)  # the period it may ask for once is still its own


@pytest.mark.parametrize(
    ("facts", "body", "expected"),
    [
        ({"via": "pigeon"}, None, "unknown_via"),
        ({"via": "paper"}, None, "scribe_unnamed"),
        ({"via": "link"}, "hotline", "not_for_a_body"),
        ({"received_on": "2026-09-25"}, None, "received_on"),
        ({"via": "paper", "received_on": "2026-12-01"}, "callback", "received_on"),
        ({"via": "paper", "received_on": "soon"}, "callback", "received_on"),
    ],
)
def test_how_a_resident_s_act_came_in_is_checked(
    facts: dict[str, str], body: str | None, expected: str
) -> None:
    drive = answered()
    assert (
        drive.refused("done", "resident", "verdict", "solved", by="clerk", body=body, **facts).code
        == expected
    )
    assert drive.refused("done", "reviewer", "review", "upheld", via="link").code in (
        "via_of_staff",
        "not_yet",
    )


def test_messages_leave_everything_as_it_is_and_need_nobody() -> None:
    drive = answered()
    told = Entry(MATTER, drive.status.n, drive.today, "told", CLOCK, facts={"via": "mail"})
    assert code(drive, told) == ""
    assert code(drive, replace(told, actor="0" * 16)) == "clock_actor"
    assert code(drive, replace(told, event="forgotten")) == "not_by_itself"
    before = drive.status
    drive._append(told, drive.now)
    assert drive.status.seen_n == before.seen_n
    assert drive.status.open_steps == before.open_steps


def test_numbers_rounds_and_days_of_an_entry_must_follow() -> None:
    drive = answered()
    good = Entry(
        MATTER, drive.status.n, drive.today, "urged", "resident", actor=pseudonym("resident"),
        closed={"moment": "0" * 64},
    )  # fmt: skip
    assert code(drive, good) == ""
    assert code(drive, replace(good, n=9)) == "number"
    assert code(drive, replace(good, round=2)) == "number"
    assert code(drive, replace(good, v=2)) == "number"
    assert code(drive, replace(good, on=date(2026, 9, 24))) == "day"


def test_closed_parts_say_when_they_may_be_opened() -> None:
    proposal = Proposal("done", "intake", "0" * 16, "hotline", "classify", "dispatch",
                        {"kind": "housing", "urgency": "ordinary"}, FINDING)  # fmt: skip
    parts = {part.name: part.disclose for part in acts.closed_parts(REQUEST, proposal)}
    assert parts == {"finding": "after ended", "kind": "never"}


def test_options_name_what_they_take() -> None:
    drive = request()
    options = {option.outcome: option for option in acts.possible(REQUEST, drive.status, "intake")}
    assert options["dispatch"].facts == ("kind", "area", "urgency")
    assert options["other_channel"].requires == ("guidance",)
    drive.classify().dispatch().accept()
    drive.do("acted", "first_unit", "handle", "extend",
             documents={"extension_note": {"reason": "r", "done_so_far": "d"}})  # fmt: skip
    named = [(option.event, option.outcome) for option in acts.possible(REQUEST, drive.status, "coordinator")]
    assert named == [("approved", "extend"), ("refused", "extend")]
    named = [(option.event, option.outcome) for option in acts.possible(REQUEST, drive.status, "first_unit")]
    assert ("acted", "extend") not in named
    assert ("acted", "answer") not in named
    assert ("corrected", None) in named


def test_attested_checks_must_be_there_and_true() -> None:
    source = (
        REQUEST_SOURCE.replace("reply_not_acknowledgement, ", "")
        .replace("checks: [evidence_of_result, remedy_stated], emits", "checks: [reply_not_template], emits")
        .replace(
            "a: reviewer, b: first_unit, rule: not_same_unit", "a: reviewer, b: first_unit, rule: no_interest"
        )
    )
    drive = Request(loaded(source))
    drive.open()
    interest = {"no_interest": {"ok": True}}
    drive.classify().dispatch()
    assert drive.refused("done", "first_unit", "accept", "accepted").code == "check_missing"
    drive.do("done", "first_unit", "accept", "accepted", checks=interest)
    proposal = Proposal("done", "first_unit", "0" * 16, "housing", "handle", "done", {}, REPLY)
    assert acts.needed_checks(drive.procedure, proposal) == ("reply_not_template", "no_interest")
    assert drive.refused("done", "first_unit", "handle", "done", documents=REPLY, checks=interest).field == (
        "reply_not_template"
    )
    failed = {**interest, "reply_not_template": {"ok": False, "why": "a copy"}}
    assert (
        drive.refused("done", "first_unit", "handle", "done", documents=REPLY, checks=failed).code
        == "check_failed"
    )


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("text", "一句话", "x" * (LONGEST_LINE + 1)),
        ("long_text", "两句\n话", ["a"]),
        ("date", "2026-10-01", "2026-10-32"),
        ("int", 3, True),
        ("money", 1250, "12.50"),
        ("enum", "one", "three"),
        ("file", ["a1"], ["a", 1]),
        ("list", ["a", "b"], "ab"),
        ("points", [{"point": "a"}], ["a"]),
    ],
)
def test_each_kind_of_field_has_its_form(kind: Any, good: Any, bad: Any) -> None:
    values = {"one": T} if kind == "enum" else {}
    documents = {"d": Document("d", T, (Field("f", T, kind, required=True, values=values),))}
    assert why_not_content(documents, {"d": {"f": good}}) is None
    for wrong, expected in ((bad, "field_shape"), (None, "field_missing"), ("  ", "field_missing")):
        refusal = why_not_content(documents, {"d": {"f": wrong}})
        assert refusal is not None
        assert (refusal.code, refusal.field) == (expected, "d.f")
    refusal = why_not_content(documents, {"d": {"f": good, "g": 1}})
    assert refusal is not None
    assert refusal.code == "unknown_field"


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [("bool", True, 1), ("int", 0, False), ("enum", "one", "two"), ("date", "2026-02-28", "2026-02-30"),
     ("code", "water.pipes", "Water pipes"), ("code", "a", "a" * 65)],
)  # fmt: skip
def test_each_kind_of_fact_has_its_answers(kind: Any, good: Any, bad: Any) -> None:
    fact = Fact("q", T, kind, values={"one": T} if kind == "enum" else {})
    assert why_not_fact(fact, good) is None
    assert why_not_fact(fact, bad) is not None


def test_records_are_taken_apart() -> None:
    drive = answered()
    records = [
        Recorded(entry, drive.moments.get(entry.n) if entry.n % 2 else None) for entry in drive.entries
    ]
    assert entries_of(records) == drive.entries
    assert set(moments_of(records)) == {1, 3}


def test_every_state_of_a_step_says_why() -> None:
    drive = answered().say("not").until("2026-10-20")
    drive.tick()
    said = {key: why(REQUEST, drive.status, key) for key in REQUEST.steps}
    assert "超期" in said["handle"].zh
    assert "dispatch to a body" in said["classify"].en
    assert "not “objected”" in said["arbitrate"].en
    assert "handle" in said["verdict"].en
    drive.reply(by="other").say("solved")
    assert "ended" in why(REQUEST, drive.status, "review").en
    lapsed = answered().until("2026-10-20")
    lapsed.tick()
    assert "2026-10-08" in why(REQUEST, lapsed.status, "verdict").en
    asked = request().classify().dispatch().accept()
    assert "2026-10-08" in why(REQUEST, asked.status, "handle").zh
    asked.do("acted", "first_unit", "handle", "ask", documents={"question": {"question": "哪里？"}})
    assert "停表" in why(REQUEST, asked.status, "handle").zh


def test_the_plain_words_name_every_step_number_and_reader() -> None:
    zh, en = explain(REQUEST), explain(REQUEST, "en")
    for step in REQUEST.steps.values():
        assert step.title.zh in zh
        assert step.title.en in en
    for parameter in REQUEST.parameters.values():
        assert parameter.title is not None
        assert parameter.title.zh in zh
        assert str(parameter.n) in en
    for source in ("本地规定", "本平台自定"):
        assert source in zh
    for text in REQUEST.invariants:
        assert text.en in en
