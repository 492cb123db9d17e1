"""The canonical form against RFC 8785's own vectors, and the strict reader against everything else."""

import json
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.log.canonical import (
    LARGEST,
    NotCanonical,
    canonical,
    parse_canonical,
    parse_strict,
)

VECTORS = Path(__file__).parents[2] / "vectors" / "jcs"

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize("name", sorted(path.name for path in (VECTORS / "input").iterdir()))
def test_the_published_vectors_come_out_byte_for_byte(name: str) -> None:
    value = json.loads((VECTORS / "input" / name).read_bytes())
    assert canonical(value, floats=True) == (VECTORS / "output" / name).read_bytes()


@pytest.mark.parametrize(
    ("bits", "text"),
    [  # RFC 8785, appendix B
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555554", "333333333.33333325"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_doubles_are_written_as_ecmascript_does(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert canonical(number, floats=True).decode() == text


@given(values)
def test_what_is_written_is_read_back(value: object) -> None:
    assert parse_canonical(canonical(value)) == value
    assert parse_strict(canonical(value)) == value


@given(values)
def test_the_standard_encoder_writes_the_same_below_the_astral_planes(value: object) -> None:
    """The reader's shortcut: sorted keys, no spaces, no escapes beyond the needed ones."""
    usual = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if all(character <= "\uffff" for character in usual):
        assert canonical(value).decode() == usual


@given(values, st.data())
def test_no_other_bytes_are_read_as_the_same_value(value: object, data: st.DataObject) -> None:
    good = canonical(value)
    at = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(0, 255))
    bad = good[:at] + bytes([byte]) + good[at + 1 :]
    try:
        read = parse_canonical(bad)
    except NotCanonical:
        return
    assert canonical(read) == bad
    assert bad == good or read != value or type(read) is not type(value)


def test_keys_are_ordered_by_utf_16_units() -> None:
    value = {"\U0001f602": 1, "\ufb33": 2}
    assert canonical(value) == '{"\U0001f602":1,"\ufb33":2}'.encode()
    assert parse_canonical(canonical(value)) == value
    with pytest.raises(NotCanonical):
        parse_canonical('{"\ufb33":2,"\U0001f602":1}'.encode())


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"b":1,"a":1}',
        '{"a": 1}',
        '{"a":1}\n',
        " 1",
        "1.0",
        "1e3",
        "-0",
        "01",
        "NaN",
        "Infinity",
        "9007199254740992",
        '{"a":9007199254740992}',
        "[0,-9007199254740992]",
        "9" * 5000,
        '"\\u0041"',
        '"\\u000A"',
        '"\\/"',
        '"\\ud800"',
        '"\x1f"',
        "\ufeff1",
        "[" * 100_000,
        "",
        "[1,]",
        "{'a':1}",
    ],
)
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(NotCanonical):
        parse_canonical(text.encode())


@pytest.mark.parametrize("data", [b"\xff", b'"\xed\xa0\x80"', b'"\xc0\xaf"'])
def test_bytes_that_are_not_utf_8_are_refused(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        parse_canonical(data)
    with pytest.raises(NotCanonical):
        parse_strict(data)


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**53), {1: 2}, {"a", "b"}, b"x", "\ud800", {"\udfff": 1}])
def test_what_has_no_exact_form_is_not_written(value: object) -> None:
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_no_float_that_is_no_number_is_written(value: float) -> None:
    with pytest.raises(NotCanonical):
        canonical(value, floats=True)


def test_the_largest_whole_numbers_are_still_read() -> None:
    assert parse_canonical(b"[9007199254740991,-9007199254740991]") == [LARGEST, -LARGEST]


def test_digits_inside_a_text_are_no_number() -> None:
    value = {"a": ":12345678901234567890", "b": ",99999999999999999"}
    assert parse_canonical(canonical(value)) == value


@pytest.mark.parametrize(
    "text", ['{"a":1,"a":2}', "1.5", "9007199254740992", '"\\ud800"', "NaN", "[" * 100_000]
)
def test_a_file_passed_on_by_hand_is_read_strictly_too(text: str) -> None:
    with pytest.raises(NotCanonical):
        parse_strict(text.encode())


def test_a_file_passed_on_by_hand_may_be_spaced_freely() -> None:
    assert parse_strict(b' {"b": 1,\r\n "a": "\\u4eba"}\n') == {"a": "人", "b": 1}
