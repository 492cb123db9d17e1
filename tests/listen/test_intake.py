"""Only emptiness and size send a resident away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.words import Kind
from minsheng.listen.rules import contact, intake

TERMS = intake.IntakeTerms(max_words=100, max_place=10)


def test_an_angry_request_is_heard() -> None:
    assert intake.why_not_file("你们都是饭桶！！！一群吃干饭的！！！") is None


@pytest.mark.parametrize("words", ["?", "😡", "停水", "fix it", "第三次说了！"])
def test_a_short_or_unclear_request_is_heard(words: str) -> None:
    assert intake.why_not_file(words) is None


@pytest.mark.parametrize("words", ["", " ", "\r\n\t", "　", "\u200b\ufeff", "\u202e"])
def test_nothing_is_sent_back_with_what_to_do(words: str) -> None:
    refusal = intake.why_not_file(words)
    assert refusal is not None
    assert refusal.reason.zh == "写下发生了什么，一句话也可以"
    assert refusal.kind is Kind.POLICY
    assert refusal.field == "words"


def test_too_much_is_sent_back_with_both_numbers() -> None:
    refusal = intake.why_not_file("字" * 101, TERMS)
    assert refusal is not None
    assert "101" in refusal.reason.zh
    assert "100" in refusal.reason.zh
    assert intake.why_not_file("字" * 100, TERMS) is None


@given(st.text(min_size=1, max_size=100).filter(lambda words: not intake.is_empty(words)))
def test_nothing_but_emptiness_and_size_is_a_ground(words: str) -> None:
    assert intake.why_not_file(words, TERMS) is None


def test_what_is_no_text_cannot_be_kept_and_says_so() -> None:
    for words in ("a\0b", "\ud800"):
        refusal = intake.why_not_keep(words)
        assert refusal is not None
        assert refusal.kind is Kind.SHAPE
    assert intake.why_not_keep("回车\r\n制表\t表情👩‍👩‍👧\u202e") is None


def test_the_place_may_be_empty_but_not_a_novel() -> None:
    assert intake.why_not_this_place("", TERMS) is None
    refusal = intake.why_not_this_place("桂" * 11, TERMS)
    assert refusal is not None
    assert refusal.field == "place"


def test_all_ways_to_be_reached_may_be_left_out() -> None:
    assert contact.why_not_reach(contact.tidied(" ", "", "")) == ()
    assert contact.tidied(" ", "", "").fields() == {}


@pytest.mark.parametrize(
    "phone", ["13800138000", "138 0013 8000", "0571-87654321转802", "+86 138 0013 8000", "8765432"]
)
def test_a_phone_number_may_be_written_as_people_write_it(phone: str) -> None:
    assert contact.why_not_reach(contact.tidied("", phone, "")) == ()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "我没有电话"),
        ("phone", "<script>"),
        ("email", "xiuying"),
        ("email", "a@b"),
        ("email", "a@b.com\nBcc: everybody@example.com"),
        ("email", "a@b.com,c@d.com"),
        ("email", "a" * 250 + "@b.com"),
        ("name", "名" * 61),
    ],
)
def test_what_cannot_be_used_is_named_by_its_field(field: str, value: str) -> None:
    given = contact.tidied(**{"name": "", "phone": "", "email": "", field: value})
    assert [refusal.field for refusal in contact.why_not_reach(given)] == [field]
