"""Whose it could be, by when, and what the words say: suggestions that show what they rest on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from minsheng.bodies.rules.town import TownFolder, competent
from minsheng.kernel.procedure.load import load
from minsheng.kernel.procedure.model import Procedure
from minsheng.matter.checks import Question
from minsheng.resolve.checks import PROVIDERS
from minsheng.resolve.rules import dispatching
from minsheng.resolve.rules.dispatching import places_in, questions_in, suggestions, why_not_send


def _areas(yunxi: TownFolder) -> Mapping[str, object]:
    return {area.code: area for area in yunxi.areas}


@pytest.fixture(scope="module")
def request_procedure() -> Procedure:
    found = load((Path(settings.MINSHENG_PROCEDURES) / "resident-request.yaml").read_bytes(), name="request")
    assert isinstance(found, Procedure)
    return found


def test_the_nearest_rule_comes_first_and_says_its_ground(yunxi: TownFolder) -> None:
    areas = {area.code: area for area in yunxi.areas}
    found = suggestions("urban_management", "guihuali", yunxi.competences, areas)
    assert [(one.body, one.area) for one in found] == [
        ("chengdong_office", "chengdong"),
        ("urban_management", "*"),
    ]
    assert all(one.source for one in found)


def test_suggestions_are_the_towns_own_competences_for_every_class_and_place(yunxi: TownFolder) -> None:
    areas = {area.code: area for area in yunxi.areas}
    for kind in yunxi.taxonomy:
        for area in (None, *areas):
            found = suggestions(kind.code, area, yunxi.competences, areas)
            assert tuple(one.body for one in found) == competent(kind.code, area, yunxi.competences, areas)
    assert suggestions("unknown", "guihuali", yunxi.competences, areas) == ()
    assert suggestions("housing", "nowhere", yunxi.competences, areas) == suggestions(
        "housing", None, yunxi.competences, areas
    )


def test_a_place_is_found_by_any_name_people_use_the_smallest_first(yunxi: TownFolder) -> None:
    found = places_in("城东的锦绣苑车库又淹了", yunxi.areas)
    assert [(one.area, one.name) for one in found] == [("guihuali", "锦绣苑"), ("chengdong", "城东")]
    assert places_in("不知道在哪", yunxi.areas) == ()


@given(st.text(max_size=200))
def test_what_is_found_in_the_words_stands_in_the_words(words: str) -> None:
    for question in questions_in(words):
        assert question in words
        assert question.endswith(("？", "?"))
    assert len(questions_in(words)) <= 6


def test_a_long_text_without_a_question_costs_no_more_than_its_length() -> None:
    began = time.perf_counter()
    assert questions_in("水管坏了，" * 20_000) == ()
    assert time.perf_counter() - began < 2


def test_each_urgency_says_its_limit_and_its_last_day(
    yunxi: TownFolder, request_procedure: Procedure
) -> None:
    found = dispatching.limits(request_procedure, "handle", yunxi.calendar, date(2026, 9, 25))
    assert {value: (limit.words.zh, limit.until) for value, limit in found.items()} == {
        "life_safety": ("2小时", None),
        "utility": ("24小时", None),
        "ordinary": ("7天", date(2026, 10, 8)),
        "complex": ("15天", date(2026, 10, 10)),
    }
    assert found["ordinary"].words.en == "7 days"
    assert dispatching.limits(request_procedure, "accept", yunxi.calendar, date(2026, 9, 25)) == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [("", "body_missing"), ("moon", "body_unknown"), ("water", "body_had_it"), ("housing", None)],
)
def test_a_matter_is_sent_to_a_body_that_is_there_and_was_not_moved_on_from(
    body: str, code: str | None
) -> None:
    refusal = why_not_send(body, ("housing", "water"), ("water",))
    assert (refusal.code if refusal else None) == code


@pytest.mark.parametrize(("done", "ok"), [("已收悉，正在处理。", False), ("3月4日换了控制板。", True)])
def test_the_check_on_replies_answers_with_its_method_and_version(
    done: str, ok: bool, request_procedure: Procedure
) -> None:
    question = Question(
        matter="0" * 16, procedure=request_procedure, step="handle", outcome="done", body="housing",
        actor="1" * 16, facts={}, documents={"reply": {"done": done}}, on=date(2026, 3, 4), at=None,  # type: ignore[arg-type]
    )  # fmt: skip
    answer = PROVIDERS["reply_not_acknowledgement"](question)
    assert answer["ok"] is ok
    assert answer["method"]
    assert isinstance(answer["version"], int)
    assert (answer["why"] is None) is ok
