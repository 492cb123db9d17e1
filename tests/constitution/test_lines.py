"""What is never given up, lines 1 to 6 (DESIGN §2). Each test names its line.

More of the same lines, in the rooms that carry them:
line 1: tests/kernel/procedure (a file in which the acting role confirms is refused), tests/verdict.
line 2: tests/verdict/test_boxes.py, test_rating_rules.py, test_pressing.py.
line 3: tests/kernel/procedure (a step without a clock is refused), tests/matter/test_time.py.
line 4: tests/kernel/procedure/test_properties.py (walks), tests/matter/test_generated.py.
line 5: tests/listen/test_filing.py (byte for byte), tests/publish/test_disclosed.py (masked, revoked).
line 6: tests/verify, tests/publish/test_figures.py (recomputed by a stranger; a touched-up figure is found).
"""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.log.entries import seal
from minsheng.kernel.procedure.model import End, Procedure
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Refusal
from minsheng.ledger import queries as ledger
from minsheng.matter import procedures, services
from minsheng.matter.queries import get
from minsheng.matter.testing import Cast
from minsheng.people.rules.actor import Actor
from minsheng.publish.models import FigureCell, PublicMatter
from minsheng.publish.testing import Days
from minsheng.verdict import services as verdict
from minsheng.verify.figures import WORDS, figures_of

pytestmark = pytest.mark.django_db(transaction=True)

STAFF = [
    Cast.intake, Cast.intake_too, Cast.housing, Cast.housing_too, Cast.water, Cast.arbiter, Cast.coordinator,
    Cast.caller, Cast.reviewer,
]  # fmt: skip


def in_force() -> list[Procedure]:
    return [loaded.procedure for loaded in procedures.all_loaded().values()]


def status_of(days: Days, matter: str) -> Status:
    view = get(matter, days.now)
    assert view is not None
    return view.status


# line 1: the answerer never marks its own paper


def test_line_1_only_a_resident_confirms_in_every_rule_file(days: Days) -> None:
    for procedure in in_force():
        for step in procedure.steps.values():
            for outcome in step.outcomes.values():
                if outcome.end is End.CONFIRMED:
                    assert procedure.roles[step.role].kind == "resident", (procedure.id, step.id)
                    assert not step.lapse or step.lapse.outcome != outcome.id


def test_line_1_nobody_on_the_staff_can_confirm_whatever_role_they_claim(days: Days) -> None:
    matter, other = days.answered(), days.answered()
    outcomes = ["solved", "partly_enough", "no_word"]
    claims = list(STAFF)
    claims += [Actor(actor.person, "resident", body) for actor in STAFF for body in (actor.body, None)]
    claims += [Actor(actor.person, "first_unit", "housing") for actor in STAFF]
    claims += [Cast.resident(other), Actor("clock", "clock", None), Actor("root", "admin", None)]
    n = status_of(days, matter).n
    for actor, outcome, event in product(claims, outcomes, (None, "done", "lapsed")):
        answer = services.act(matter, "verdict", outcome, actor=actor, at=days.now, event=event)
        assert isinstance(answer, Refusal), (actor, outcome, event)
    after = status_of(days, matter)
    assert (after.n, after.end) == (n, None), "and nothing was written"


def test_line_1_the_body_that_answered_cannot_write_down_the_residents_word(days: Days) -> None:
    matter = days.answered()
    answerer = Actor(Cast.housing_too.person, "resident", "housing")
    answer = services.act(matter, "verdict", "solved", actor=answerer, at=days.now, facts={"via": "call"})
    assert isinstance(answer, Refusal) and answer.code == "answerer_writes"


def test_line_1_silence_is_unknown_in_status_lists_and_figures(days: Days) -> None:
    matter = days.answered()
    days.to(12)
    assert status_of(days, matter).end is End.LAPSED
    days.publish()
    row, cell = PublicMatter.objects.get(matter=matter), FigureCell.objects.get()
    assert (row.end, row.word) == ("lapsed", "unknown")
    assert {word: cell.counts[word] for word in WORDS if cell.counts[word]} == {"unknown": 1}


# line 2: verdict and rating are two things


def test_line_2_a_rating_leaves_no_trace_in_the_matter(days: Days) -> None:
    matter = days.answered()
    days.say(matter, "not")
    chain = [recorded.commitment for recorded in ledger.chain(matter)]
    parts = ledger.open_parts(matter)
    verdict.give_right(matter, "housing")
    said = verdict.rate(matter, {"treated": "no", "understood": "no"}, days.now.date())
    assert isinstance(said, bytes)
    assert [recorded.commitment for recorded in ledger.chain(matter)] == chain
    assert ledger.open_parts(matter) == parts
    days.to(1)
    days.publish()
    assert PublicMatter.objects.get(matter=matter).word == ""


def test_line_2_the_verdict_moves_the_matter_and_is_public_on_it(days: Days) -> None:
    matter = days.answered()
    days.say(matter, "not")
    assert status_of(days, matter).open_steps == ("handle",)
    days.answer(matter, Cast.housing_too)
    days.say(matter, "solved")
    days.to(1)
    days.publish()
    assert PublicMatter.objects.get(matter=matter).word == "solved"


# line 3: nothing rests without a clock


def test_line_3_in_every_state_of_a_town_something_is_running(days: Days) -> None:
    matters = [days.file() for _ in range(6)]
    for matter in matters[1:]:
        days.dispatch(matter)
    for matter in matters[3:]:
        days.answer(matter)
    days.say(matters[3], "not")
    days.say(matters[4], "cannot_tell")
    ask = {"question": {"question": "几号坏的"}}
    days.act(matters[1], "handle", "ask", Cast.housing, documents=ask)
    for day in (0, 3, 9, 20, 40):
        days.to(day)
        for matter in matters:
            now = status_of(days, matter)
            running = [clock for clock in now.clocks if clock.until is not None]
            assert now.end is not None or running, (day, matter, now.open_steps)
            assert not now.end or not now.open_steps or running, "what stays open after the end has a clock"


def test_line_3_silence_at_the_objection_deadline_means_responsible(days: Days) -> None:
    matter = days.file()
    facts = {"urgency": "ordinary", "kind": "housing", "area": "guihuali"}
    days.act(matter, "classify", "dispatch", Cast.intake, facts=facts)
    days.act(matter, "dispatch", "sent", Cast.intake, facts={"first_unit": "housing"})
    days.to(3)
    now = status_of(days, matter)
    assert now.steps["accept"].lapsed and now.steps["accept"].outcome == "accepted"
    assert now.assigned["first_unit"] == "housing" and now.open_steps == ("handle",)


def test_line_3_nothing_is_passed_on_for_ever(days: Days) -> None:
    matter = days.file()
    facts = {"urgency": "ordinary", "kind": "housing", "area": "guihuali"}
    days.act(matter, "classify", "dispatch", Cast.intake, facts=facts)
    objection = {"objection": {"reason": "不归我们", "basis": "三定", "instead": "别人"}}
    ruling = {"ruling": {"reason": "有理"}}
    for n, body in enumerate(("housing", "water_company", "education")):
        days.act(matter, "dispatch", "sent", Cast.intake, facts={"first_unit": body})
        unit = Actor(f"{n:016x}", "first_unit", body)
        days.act(matter, "accept", "objected", unit, documents=objection)
        if n < 2:
            days.act(matter, "arbitrate", "reassigned", Cast.arbiter, documents=ruling)
    answer = services.act(
        matter, "arbitrate", "reassigned", actor=Cast.arbiter, at=days.now, documents=ruling
    )
    assert status_of(days, matter).open_steps == ("arbitrate",), "a third time is no way out"
    if not isinstance(answer, Refusal):
        days.act(matter, "arbitrate", "stays", Cast.arbiter, documents=ruling)
        assert status_of(days, matter).open_steps == ("handle",)


# line 4: no step can be skipped


def test_line_4_no_step_is_taken_before_those_it_needs(days: Days) -> None:
    matter = days.file()
    procedure = status_of(days, matter).procedure
    documents = {
        name: {field.id: "写了" for field in one.fields} for name, one in procedure.documents.items()
    }
    people = {actor.role: actor for actor in STAFF} | {"resident": Cast.resident(matter)}
    for step in procedure.steps.values():
        for outcome in step.outcomes.values():
            if step.id == "classify":
                continue
            wanted = {name: documents[name] for name in (*step.requires, *outcome.requires)}
            answer = services.act(
                matter, step.id, outcome.id, actor=people[step.role], at=days.now, documents=wanted
            )
            assert isinstance(answer, Refusal), (step.id, outcome.id)
            assert answer.reason.zh and answer.reason.en
    assert status_of(days, matter).n == 1


def test_line_4_what_was_skipped_lawfully_says_by_which_fact(days: Days) -> None:
    matter = days.file()
    facts = {"urgency": "life_safety", "kind": "housing", "area": "guihuali"}
    days.act(matter, "classify", "dispatch", Cast.intake, facts=facts)
    days.act(matter, "dispatch", "sent", Cast.intake, facts={"first_unit": "housing"})
    skipped = status_of(days, matter).steps["accept"]
    assert skipped.state == "skipped"
    assert ("urgency", "life_safety") in {(one.name, one.found) for one in skipped.skipped_because}


# line 5: the resident's words are kept byte for byte

odd = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1, max_size=80
)


@given(odd.filter(lambda words: bool(words.strip())))
def test_line_5_words_come_back_as_they_were_and_the_ledger_commits_to_them(words: str) -> None:
    salt = bytes(32)
    hashed = seal({"words": words}, salt)
    assert seal({"words": words}, salt) == hashed
    assert seal({"words": words + "\u200b"}, salt) != hashed
    assert seal({"words": words.replace(words[0], "改", 1) + "。"}, salt) != hashed


@pytest.mark.parametrize(
    "words",
    [
        "  前面有空格\r\n\r\n中间空行\t制表 ",
        "“引号”——…… café ﷽ 👵🏽 𠮷野家",
        "<b>&amp;</b>\\n 'x' \"y\"",
        "滾！！！你們這些混蛋",
    ],
)
def test_line_5_what_was_filed_is_what_is_kept(days: Days, words: str) -> None:
    matter = days.file(words)
    days.act(
        matter,
        None,
        None,
        Cast.resident(matter),
        event="supplemented",
        documents={"supplement": {"words": "还有"}},
    )
    original = ledger.open_parts(matter, 0)[0]["original"]
    assert isinstance(original.value, dict)
    assert original.value["words"].encode() == words.encode()
    assert ledger.chain(matter)[0].entry.closed["original"] == seal(original.value, original.salt)


# line 6: numbers come from entries, not from reports


def test_line_6_the_published_figures_are_those_of_the_disclosed_entries(days: Days) -> None:
    from minsheng.bodies import queries as bodies

    matters = [days.answered() for _ in range(3)]
    days.say(matters[0], "solved")
    days.say(matters[1], "partly_enough")
    days.to(1)
    days.publish()
    procedure = status_of(days, matters[0]).procedure
    histories = [(procedure, [one.entry for one in ledger.disclosed(matter)]) for matter in matters]
    recomputed = figures_of(histories, bodies.calendars()).cells
    shown = {(one.procedure, one.body, one.month): one.counts for one in FigureCell.objects.all()}
    assert shown == recomputed


def test_line_6_a_number_that_somebody_writes_into_the_table_does_not_last(days: Days) -> None:
    days.say(days.answered(), "not")
    days.to(1)
    days.publish()
    truth = FigureCell.objects.get().counts
    FigureCell.objects.update(counts={**truth, "solved": 99, "due": 99})
    days.to(2)
    days.publish()
    assert FigureCell.objects.get().counts == truth
