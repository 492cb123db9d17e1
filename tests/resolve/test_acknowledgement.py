"""An acknowledgement is not an answer; a short true answer is one."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.resolve.rules.acknowledgement import only_acknowledges

EMPTY = (
    "",
    "　\n",
    "已收悉。",
    "您好！您反映的问题已收悉，已转相关部门处理，请耐心等待。",
    "正在办理中。",
    "我局高度重视，已责成相关科室核实处理。",
    "情况属实，已整改到位。",
    "已办结",
    "您反映的问题不属于我单位职责范围，感谢您的来信。",
    "尊敬的市民：来信已转市住房和城乡建设局办理，感谢您对我们工作的支持！2026年10月8日",
    "建议直接咨询市人社局。",
    "Thank you for your message. It has been forwarded to the relevant department.",
    "Your request is being processed. Please be patient.",
)
ANSWERS = (
    "10月12日上午换了曳引机控制板，15:20恢复运行。",
    "已转市水务公司，10月3日换了3栋的减压阀。",
    "灯修好了。",
    "查了，没有这项补贴。",
    "不能办：这块地不在我市。",
    "按《物业管理条例》第四十条，门禁卡不能停。",
    "您好，来信收悉。票在居委会，带房产证可以看。",
    "We replaced the lamp on 3 October.",
    "No: the law does not allow it.",
)


@pytest.mark.parametrize("text", EMPTY)
def test_a_text_of_courtesies_receipts_and_empty_claims_is_no_answer(text: str) -> None:
    assert only_acknowledges(text)


@pytest.mark.parametrize("text", ANSWERS)
def test_one_clause_that_says_something_makes_it_an_answer(text: str) -> None:
    assert not only_acknowledges(text)


@given(st.lists(st.sampled_from(EMPTY)), st.lists(st.sampled_from(EMPTY)), st.sampled_from(ANSWERS))
def test_politeness_around_an_answer_never_hides_it(before: list[str], after: list[str], answer: str) -> None:
    assert not only_acknowledges("。".join([*before, answer, *after]))


@given(st.lists(st.sampled_from(EMPTY)))
def test_many_acknowledgements_are_still_no_answer(parts: list[str]) -> None:
    assert only_acknowledges("\n".join(parts))


@given(st.text(max_size=300))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert only_acknowledges(text) in (True, False)


@pytest.mark.parametrize("seed", ["转交", "由市", "转交由向给至到", "已", "市局"])
def test_a_long_repetition_costs_no_more_than_its_length(seed: str) -> None:
    began = time.perf_counter()
    only_acknowledges((seed * 40)[:79] + "x")
    only_acknowledges((seed * 5 + "x，") * 20_000)
    assert time.perf_counter() - began < 2
