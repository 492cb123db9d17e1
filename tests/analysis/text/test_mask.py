"""What is masked, what stays, and what is always true of masking."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.analysis.text import mask
from minsheng.analysis.text.mask import find, masked, pieces

MASKED = [
    ("我的电话13800138000。", "我的电话〔电话〕。"),
    ("138 0013 8000 或 139-1234-5678", "〔电话〕 或 〔电话〕"),
    ("打我手机１３８００１３８０００", "打我手机〔电话〕"),
    ("手机一三八零零一三八零零零", "手机〔电话〕"),
    ("手机幺三八〇〇幺三八〇〇〇", "手机〔电话〕"),
    ("+86 138 0013 8000", "〔电话〕"),
    ("008613800138000", "〔电话〕"),
    ("座机0571-87654321转802找我", "座机〔电话〕找我"),
    ("家里（0571）87654321", "家里〔电话〕"),
    ("家里电话87654321", "家里电话〔电话〕"),
    ("家里电话是 8765 4321", "家里电话是 〔电话〕"),
    ("打7654321没人接", "打〔电话〕没人接"),
    ("找8765-4321", "找〔电话〕"),
    ("身份证11010519491231002X", "身份证〔证件号〕"),
    ("身份证110105 19491231 002x", "身份证〔证件号〕"),
    ("老证110105491231002", "老证〔证件号〕"),
    ("护照E12345678", "护照〔证件号〕"),
    ("通行证号H1234567890", "通行证号〔证件号〕"),
    ("卡号6222021234567894", "卡号〔银行卡号〕"),
    ("卡 6222-0212-3456-7894", "卡 〔银行卡号〕"),
    ("卡 6222 0212 3456 7890 抄错一位", "卡 〔16位数字〕 抄错一位"),
    ("车是浙A12345", "车是〔车牌〕"),
    ("沪A·D12345和京a12345", "〔车牌〕和〔车牌〕"),
    ("粤Z1234港", "〔车牌〕"),
    ("邮箱wang.xiu-ying+1@mail.example.com.cn", "邮箱〔邮箱〕"),
    ("邮箱 12345678＠qq.com", "邮箱 〔邮箱〕"),
    ("加我微信xiuying_88", "加我微信〔微信号〕"),
    ("微信号：wxid-abc123", "微信号：〔微信号〕"),
    ("my WeChat ID is zhang", "my WeChat ID is zhang"),  # five letters: no WeChat name is that short
    ("my WeChat ID is zhangsan", "my WeChat ID is 〔微信号〕"),
    ("QQ号 123456789", "QQ号 〔QQ号〕"),
    ("户号1002003004", "户号〔10位数字〕"),
    ("两个13800138000 13900139000", "两个〔电话〕 〔电话〕"),
]

STAYS = [
    "打12345没人接，又打110、119、120和95598",
    "打了010-12345",
    "热线400-810-1234，也可以打8008101234",
    "2026年10月12日，20261012，2026-10-12 16:05，2024-2025学年",
    "桂花里6栋5楼502室，12-3-502",
    "欠了1200000元，一共12000000块，涉及1234567人",
    "云府〔2026〕12号，云溪2026-1038，（2026）云01民初1234号",
    "工单号202609250012345，订单编号：1234567890123",
    "云政文12345678号",
    "统一社会信用代码91330100MA2B0C1D1X",
    "快递SF1234567890123",
    "工资3000-5000",
    "圆周率3.1415926535",
    "微信小程序打不开，微信支付也不行",
    "a WeChat payment failed",
    "金桂苑A座B单元，新B楼",
    "公交K12345路",
    "",
]


@pytest.mark.parametrize(("text", "wanted"), MASKED)
def test_what_tells_who_somebody_is_gets_a_mark(text: str, wanted: str) -> None:
    assert masked(text) == wanted


@pytest.mark.parametrize("text", STAYS)
def test_what_everybody_may_know_stays(text: str) -> None:
    assert masked(text) == text


def test_the_check_digit_decides_whether_eighteen_digits_are_an_identity_number() -> None:
    assert [span.kind for span in find("110105194912310021")] != ["identity"]
    assert masked("110105194912310021") == "〔18位数字〕"


def test_the_numbers_of_public_bodies_stay_when_they_are_passed() -> None:
    assert masked("受理室5550-0112") == "受理室〔电话〕"
    assert (
        masked("受理室5550-0112，电话5550 0112", official=["5550-0112"]) == "受理室5550-0112，电话5550 0112"
    )
    assert masked("0571-87654321", official=["0571 8765 4321"]) == "0571-87654321"


def test_spans_lie_where_the_words_lie() -> None:
    text = "我13800138000，他13900139000"
    assert [text[span.start : span.end] for span in find(text)] == ["13800138000", "13900139000"]


def test_marks_in_another_language_may_be_given() -> None:
    marks = {**mask.MARKS, "phone": "[phone]"}
    assert masked("call 13800138000", marks=marks) == "call [phone]"


PERSONAL = st.sampled_from([text for text, wanted in MASKED if text != wanted])
TEXTS = st.lists(
    st.one_of(
        PERSONAL,
        st.text(max_size=12),
        st.text(alphabet="0123456789 -.一三八零X〔〕微信电话浙A@", max_size=24),
    ),
    max_size=8,
).map("".join)


@given(TEXTS)
def test_spans_are_disjoint_ordered_and_not_empty(text: str) -> None:
    at = 0
    for span in find(text):
        assert at <= span.start < span.end <= len(text)
        at = span.end


@given(TEXTS)
def test_nothing_outside_the_spans_is_changed(text: str) -> None:
    spans = find(text)
    parts = list(pieces(text, spans))
    assert "".join(part for part, _ in parts) == text
    assert masked(text) == "".join(mask.mark_of(part, span.kind) if span else part for part, span in parts)


@given(TEXTS)
def test_masking_twice_changes_nothing(text: str) -> None:
    once = masked(text)
    assert find(once) == ()
    assert masked(once) == once


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.text(alphabet="我的电话打给他，。\n abcd", max_size=20),
    st.text(alphabet="谢谢，。\n 急", max_size=20),
)
def test_no_mobile_number_gets_through_whatever_stands_around_it(
    number: str, before: str, after: str
) -> None:
    assert number not in masked(before + number + after)


def test_the_examples_in_the_documentation_run() -> None:
    assert doctest.testmod(mask).failed == 0
