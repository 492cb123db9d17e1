"""What a reply must say before it may be sent."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.resolve.rules import reply
from minsheng.resolve.rules.reply import Draft, has_day, lacks, why_not_reply

FULL = Draft(
    done="10月12日上午换了曳引机控制板，15:20恢复运行。",
    rule="《特种设备安全法》第三十九条：电梯使用单位应当及时维修。",
    evidence=1,
)
CANNOT = Draft(
    not_done="大修要用维修资金，得由业主共同决定，我们不能替业主定。",
    rule="《民法典》第二百七十八条。",
    next="10月22日19:00开业主会，街道到场。",
    no_evidence="这一项没有单据，会议通知贴在楼下。",
)


def test_a_full_reply_may_go() -> None:
    assert why_not_reply(FULL, cannot=False) is None
    assert why_not_reply(CANNOT, cannot=True) is None


def test_a_reply_that_says_nothing_is_named_what_it_is() -> None:
    refusal = why_not_reply(replace(FULL, done="已收悉，正在处理。"), cannot=False)
    assert refusal is not None
    assert refusal.code == "reply_not_acknowledgement"
    assert "已收悉" in refusal.missing[0].what.zh
    assert refusal.source


CASES = [
    (replace(FULL, done=""), False, ["done"]),
    (replace(FULL, done="", not_done="没做：配件要10月20日才到。", next="10月21日装上。"), False, ["done"]),
    (replace(CANNOT, not_done="", done="10月12日看过现场。", next=""), True, ["not_done"]),
    (replace(FULL, evidence=0), False, ["evidence"]),
    (replace(FULL, evidence=0, no_evidence="已处理"), False, ["evidence"]),
    (replace(FULL, evidence=0, no_evidence="口头说明，没有文书。"), False, []),
    (replace(FULL, rule=""), False, ["rule"]),
    (replace(CANNOT, next=""), True, ["next"]),
    (replace(CANNOT, next="尽快开会"), True, ["next"]),
    (replace(FULL, late=True), False, ["why_late"]),
    (replace(FULL, late=True, why_late="正在处理中"), False, ["why_late"]),
    (replace(FULL, late=True, why_late="配件10月10日才到，我们没有早说。"), False, []),
    (Draft(late=True), False, ["done", "evidence", "rule", "why_late"]),
]


@pytest.mark.parametrize(("draft", "cannot", "slots"), CASES)
def test_each_missing_slot_is_named_in_the_order_of_the_page(
    draft: Draft, cannot: bool, slots: list[str]
) -> None:
    assert [slot for slot, _ in lacks(draft, cannot=cannot)] == slots


_WORDS = st.sampled_from(["", "已收悉", "10月3日换了泵。", "没钱修，要等明年预算。", "10月30日前再去"])
_DRAFTS = st.builds(
    Draft,
    done=_WORDS,
    not_done=_WORDS,
    rule=_WORDS,
    next=_WORDS,
    why_late=_WORDS,
    no_evidence=_WORDS,
    evidence=st.integers(0, 2),
    late=st.booleans(),
)


@given(_DRAFTS, st.booleans())
def test_what_is_refused_is_always_explained_and_what_is_complete_never_refused(
    draft: Draft, cannot: bool
) -> None:
    refusal, missing = why_not_reply(draft, cannot=cannot), lacks(draft, cannot=cannot)
    assert (refusal is None) == (missing == ())
    if refusal:
        assert len(refusal.missing) == len(missing)
        assert refusal.field == missing[0][0]
        assert all(one.what.zh and one.what.en and one.owner == reply.YOURS for one in refusal.missing)


@given(_DRAFTS, st.booleans(), st.sampled_from(reply.TEXT_SLOTS))
def test_writing_more_never_makes_less_of_an_answer(draft: Draft, cannot: bool, slot: str) -> None:
    before = {where for where, _ in lacks(draft, cannot=cannot)}
    more = replace(draft, **{slot: f"{getattr(draft, slot)}\n10月3日在3栋换了水泵，费用200元。"})
    after = {where for where, _ in lacks(more, cannot=cannot)}
    assert after <= before | ({"next"} if slot == "not_done" else set())


@given(_DRAFTS, st.booleans())
def test_being_late_asks_for_one_thing_more_and_nothing_else(draft: Draft, cannot: bool) -> None:
    on_time = {where for where, _ in lacks(replace(draft, late=False), cannot=cannot)}
    late = {where for where, _ in lacks(replace(draft, late=True), cannot=cannot)}
    assert on_time <= late <= on_time | {"why_late"}


@pytest.mark.parametrize(
    "text",
    [
        "10月30日前退费",
        "2026-10-30",
        "5个工作日内",
        "每周二来看一次",
        "月底前装好，11月底",
        "by 3 October",
        "within 5 working days",
        "明天上午",
    ],
)
def test_a_day_is_found_in_what_comes_next(text: str) -> None:
    assert has_day(text)


@pytest.mark.parametrize("text", ["", "尽快", "适时安排", "as soon as possible", "条件成熟时", "3栋的灯"])
def test_soon_is_no_day(text: str) -> None:
    assert not has_day(text)


def test_a_document_becomes_a_draft_with_its_files_counted() -> None:
    document = {"done": " 换了灯 ", "evidence": ["a", "b"], "remedy": "…"}
    assert Draft.of(document, late=True) == Draft(done="换了灯", evidence=2, late=True)


def test_a_long_row_of_digits_costs_no_more_than_its_length() -> None:
    began = time.perf_counter()
    assert not has_day("1" * 50_000)
    assert has_day("1" * 1000 + "天内")
    assert time.perf_counter() - began < 2
