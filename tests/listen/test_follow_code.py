"""A follow code survives being read out, typed badly and guessed at."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from minsheng.listen.rules import follow_code

CODES = st.integers(0, (1 << 80) - 1).map(follow_code.code_of)


@given(CODES)
def test_what_is_printed_is_read_back(code: str) -> None:
    assert len(code) == 17
    assert follow_code.parse(" ".join(follow_code.groups(code))) == code


@given(CODES, st.data())
def test_it_may_be_typed_as_people_type(code: str, data: st.DataObject) -> None:
    typed = ""
    for char in code:
        heard = {"0": "0oO", "1": "1iIlL"}.get(char, char + char.lower())
        typed += data.draw(st.sampled_from(heard)) + data.draw(st.sampled_from(["", " ", "-", "　", "–"]))
    full_width = typed.translate({n: n + 0xFEE0 for n in range(0x30, 0x7B)})
    assert follow_code.parse(typed) == follow_code.parse(full_width) == code


@given(CODES, st.integers(0, 16), st.sampled_from(follow_code.ALPHABET))
def test_one_wrong_character_is_noticed(code: str, place: int, char: str) -> None:
    assume(code[place] != char)
    assert follow_code.parse(code[:place] + char + code[place + 1 :]) is None


@given(CODES, st.integers(0, 16), st.integers(0, 16))
def test_two_that_changed_places_are_noticed(code: str, one: int, other: int) -> None:
    assume(code[one] != code[other])
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]
    assert follow_code.parse("".join(signs)) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_code_or_nothing(typed: str) -> None:
    code = follow_code.parse(typed)
    assert code is None or follow_code.parse(code) == code


@pytest.mark.parametrize("typed", ["", "U" * 17, "0" * 16, "0" * 18, "查询码", "0" * 100_000, "<script>"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert follow_code.parse(typed) is None


@pytest.mark.parametrize("bits", [-1, 1 << 80])
def test_a_code_has_eighty_bits(bits: int) -> None:
    with pytest.raises(ValueError, match="80 bits"):
        follow_code.code_of(bits)


@given(CODES, CODES)
def test_the_stored_hash_depends_on_code_and_pepper_and_holds_neither(code: str, other: str) -> None:
    assume(code != other)
    pepper, fresh = b"p" * 32, b"q" * 32
    stored = follow_code.keyed_hash(code, pepper)
    assert stored == follow_code.keyed_hash(code, pepper)
    assert stored != follow_code.keyed_hash(other, pepper)
    assert stored != follow_code.keyed_hash(code, fresh)
    assert len(stored) == 64
    assert code.lower() not in stored
