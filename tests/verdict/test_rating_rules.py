"""Nobody can find out how one rated; one's own slip can be counted and taken back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.verdict.rules import rating
from minsheng.verdict.rules.rating import Contents

_ANSWERS: st.SearchStrategy[Mapping[str, str]] = st.fixed_dictionaries(
    {question: st.sampled_from(sorted(rating.ANSWERS)) for question in rating.QUESTIONS}
)
_NONCES = st.binary(min_size=16, max_size=16)
_SLIPS = st.lists(st.tuples(_NONCES, _ANSWERS), unique_by=lambda pair: pair[0], max_size=15)


def _box(slips: list[tuple[bytes, Mapping[str, str]]]) -> Contents:
    contents = Contents()
    for nonce, answers in slips:
        contents = contents.with_one(nonce, answers)
    return contents


@given(_SLIPS, st.randoms())
def test_a_box_does_not_know_in_which_order_slips_came(
    slips: list[tuple[bytes, Mapping[str, str]]], shuffle: object
) -> None:
    other = list(slips)
    shuffle.shuffle(other)  # type: ignore[attr-defined]
    assert _box(slips).as_json() == _box(other).as_json()
    assert Contents.from_json(json.loads(json.dumps(_box(slips).as_json()))) == _box(slips)


@given(_SLIPS)
def test_what_is_published_joins_no_receipt_to_an_answer(
    slips: list[tuple[bytes, Mapping[str, str]]],
) -> None:
    box = _box(slips)
    assert sorted(box.receipts) == list(box.receipts)
    assert len(box.receipts) == len(box.answers) == len(slips)
    assert not {slip.tag for slip in box.slips} & set(box.receipts)
    turned = _box([(nonce, answers) for (nonce, _), (_, answers) in zip(slips, slips[::-1], strict=True)])
    assert turned.receipts == box.receipts
    assert turned.answers == box.answers


@given(_SLIPS, _NONCES, _ANSWERS)
def test_a_slip_can_be_taken_back_by_its_nonce_and_by_nothing_else(
    slips: list[tuple[bytes, Mapping[str, str]]], nonce: bytes, answers: Mapping[str, str]
) -> None:
    box = _box([pair for pair in slips if pair[0] != nonce])
    assert box.without(nonce) is None
    assert box.with_one(nonce, answers).without(nonce) == box


@given(_NONCES)
def test_a_nonce_can_be_read_aloud_and_typed_again(nonce: bytes) -> None:
    groups = rating.spoken(nonce)
    assert rating.heard("  ".join(groups).lower()) == nonce
    assert rating.heard("-".join(groups)) == nonce


@given(st.text(max_size=40))
def test_anything_else_is_no_nonce(words: str) -> None:
    nonce = rating.heard(words)
    assert nonce is None or rating.spoken(nonce)


def test_a_nonce_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        rating.new_nonce(b"short")


@given(_ANSWERS)
def test_who_says_anything_may_rate_once(answers: Mapping[str, str]) -> None:
    refusal = rating.why_not_rate(answers, spent=False)
    assert (refusal is None) == (set(answers.values()) != {"none"})
    again = rating.why_not_rate(answers, spent=True)
    assert again is not None
    assert again.code == "rated_already"


@pytest.mark.parametrize("answers", [{}, {"treated": "yes"}, {"treated": "yes", "understood": "5 stars"}])
def test_only_coded_answers_go_into_a_box(answers: dict[str, str]) -> None:
    refusal = rating.why_not_rate(answers, spent=False)
    assert refusal is not None
    assert refusal.code == "rating_shape"


OCTOBER, DECEMBER = date(2026, 10, 1), date(2026, 12, 1)
CASES = [
    (9, OCTOBER, OCTOBER, date(2026, 10, 31), "wait"),
    (50, OCTOBER, OCTOBER, date(2026, 10, 31), "wait"),
    (10, OCTOBER, OCTOBER, date(2026, 11, 1), "open"),
    (9, OCTOBER, OCTOBER, date(2026, 11, 1), "roll"),
    (9, OCTOBER, date(2026, 11, 1), date(2026, 11, 30), "wait"),
    (0, OCTOBER, date(2027, 8, 1), date(2027, 9, 1), "roll"),
    (9, OCTOBER, date(2027, 9, 1), date(2027, 10, 1), "too_few"),
    (10, OCTOBER, date(2027, 9, 1), date(2027, 10, 1), "open"),
]


@pytest.mark.parametrize(("n", "first", "last", "today", "then"), CASES)
def test_a_box_opens_after_its_month_with_ten_else_rolls_twelve_months_at_most(
    n: int, first: date, last: date, today: date, then: str
) -> None:
    box = _box([(i.to_bytes(16), {"treated": "yes", "understood": "no"}) for i in range(n)])
    assert rating.what_to_do(box, first, last, today) == then


@given(_SLIPS, st.dates(OCTOBER, DECEMBER), st.dates(OCTOBER, date(2028, 1, 1)))
def test_a_box_with_fewer_than_ten_never_opens(
    slips: list[tuple[bytes, Mapping[str, str]]], first: date, today: date
) -> None:
    first = rating.month_of(first)
    then = rating.what_to_do(_box(slips), first, first, today)
    assert then != "open" or len(slips) >= rating.AT_LEAST


@given(st.lists(_ANSWERS, max_size=30))
def test_counts_add_up_to_the_slips_for_every_question(answers: list[Mapping[str, str]]) -> None:
    for counted in rating.counts(answers).values():
        assert sum(counted.values()) == len(answers)
