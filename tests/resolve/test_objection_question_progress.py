"""Objecting, asking, telling and asking for more time: each says something or is refused with the reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.words import Refusal
from minsheng.resolve.rules.objection import why_not_object
from minsheng.resolve.rules.progress import why_not_extend, why_not_tell
from minsheng.resolve.rules.question import why_not_ask

TODAY = date(2026, 10, 14)
BODIES = ("housing", "water", "transport")


def _object(**changes: object) -> Refusal | None:
    said: dict[str, object] = {
        "reason": "水管在小区红线外，归水务局管。",
        "basis": "《云溪市城市供水办法》第八条",
        "instead": "water",
        "own": "housing",
        "known": BODIES,
        "asked_before": (),
    }
    return why_not_object(**{**said, **changes})  # type: ignore[arg-type]


def test_an_objection_that_names_body_reason_and_ground_may_go() -> None:
    assert _object() is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "不属于我单位职责范围"}, "objection_reason"),
        ({"reason": ""}, "objection_reason"),
        ({"basis": " "}, "objection_basis"),
        ({"instead": ""}, "objection_who"),
        ({"instead": "housing"}, "objection_self"),
        ({"instead": "moon"}, "objection_unknown"),
        ({"asked_before": ("water",)}, "objection_again"),
    ],
)
def test_not_ours_alone_passes_nothing_on(changes: dict[str, object], code: str) -> None:
    refusal = _object(**changes)
    assert refusal is not None
    assert refusal.code == code
    assert refusal.source
    assert refusal.next is not None


@given(st.sampled_from(BODIES), st.sampled_from(BODIES), st.lists(st.sampled_from(BODIES), unique=True))
def test_a_matter_never_goes_back_to_a_body_that_had_it(own: str, instead: str, before: list[str]) -> None:
    allowed = _object(own=own, instead=instead, asked_before=before) is None
    assert allowed == (instead != own and instead not in before)


def test_one_question_stops_the_clock_once() -> None:
    assert why_not_ask("漏水在几楼？", ["几点开始漏的？"]) is None
    again = why_not_ask("漏水 在几楼", ["漏水在几楼？"])
    assert again is not None
    assert again.code == "question_asked"


@given(st.text(alphabet="漏水在几楼 ？?，.", max_size=20))
def test_a_question_is_never_new_after_it_was_asked(question: str) -> None:
    assert why_not_ask(question, [question]) is not None


@pytest.mark.parametrize("question", ["", "？？", "已收悉", "您好"])
def test_a_question_must_ask_something(question: str) -> None:
    refusal = why_not_ask(question, [])
    assert refusal is not None
    assert refusal.code == "question_empty"


def _tell(did: str = "", blocks: str = "", next: str = "", new_date: date | None = None) -> Refusal | None:
    return why_not_tell(did=did, blocks=blocks, next=next, new_date=new_date, today=TODAY)


def test_one_of_did_blocked_and_new_date_is_enough_for_a_message() -> None:
    assert _tell(did="10月13日测了水压，3栋低。") is None
    assert _tell(blocks="泵房钥匙在物业，物业10月15日来开门。") is None
    assert _tell(new_date=TODAY) is None


@pytest.mark.parametrize("words", ["", "正在办理中", "已转相关科室，请耐心等待"])
def test_in_progress_is_no_message(words: str) -> None:
    refusal = _tell(did=words, blocks=words)
    assert refusal is not None
    assert refusal.code == "nothing_told"


@given(st.integers(-400, 400))
def test_a_promised_day_never_lies_behind_us(days: int) -> None:
    assert (_tell(new_date=TODAY + timedelta(days)) is None) == (days >= 0)


def test_a_day_too_late_is_refused_with_the_last_day_in_words() -> None:
    refusal = _extend(today=date(2026, 10, 14), until=date(2026, 11, 4), new_date=date(2026, 11, 5))
    assert refusal is not None
    assert "11月4日（星期三）" in refusal.reason.zh
    assert "Wed 4 Nov" in refusal.reason.en


def _extend(**changes: object) -> Refusal | None:
    said: dict[str, object] = {
        "reason": "控制板要从外地调，10月20日到。",
        "done_so_far": "10月9日检测完，坏在控制板。",
        "new_date": TODAY + timedelta(8),
        "today": TODAY,
        "until": TODAY + timedelta(14),
    }
    return why_not_extend(**{**said, **changes})  # type: ignore[arg-type]


def test_an_extension_needs_reason_what_was_done_and_a_day_within_bounds() -> None:
    assert _extend() is None
    assert _extend(until=None, new_date=TODAY + timedelta(300)) is None
    for changes, code in (
        ({"reason": "正在处理"}, "extension_reason"),
        ({"done_so_far": ""}, "extension_done"),
        ({"new_date": None}, "extension_date"),
        ({"new_date": TODAY - timedelta(1)}, "date_past"),
        ({"new_date": TODAY + timedelta(15)}, "extension_too_long"),
    ):
        refusal = _extend(**changes)
        assert refusal is not None
        assert refusal.code == code
