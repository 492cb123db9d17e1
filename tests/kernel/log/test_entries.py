"""Entries on the wire: exactly these keys, each in its form; commitments and closed parts."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.entry import CLOCK, EVENTS, Entry
from minsheng.kernel.log.canonical import NotCanonical, canonical, parse_canonical
from minsheng.kernel.log.entries import (
    KEYS,
    NotAnEntry,
    commit,
    entry_bytes,
    entry_from_bytes,
    from_wire,
    open_part,
    seal,
    to_wire,
)

SALT = bytes(range(32))
OPENED = Entry(
    matter="00ff00ff00ff00ff",
    n=0,
    on=date(2026, 3, 2),
    event="opened",
    role="resident",
    actor="0123456789abcdef",
    facts={"procedure": "resident-request", "version": 3, "urgent": False, "received_on": "2026-03-01"},
    checks={"duplicate": {"ok": True, "method": "exact", "version": 1, "why": None}},
    closed={"moment": "ab" * 32, "words": "cd" * 32},
)
REPLIED = replace(OPENED, n=4, event="done", step="handle", outcome="replied", body="水务局", prev="ef" * 32)

hexes = st.text("0123456789abcdef", min_size=64, max_size=64)
short = st.text("0123456789abcdef", min_size=16, max_size=16)
codes = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=12)
facts = st.dictionaries(codes, st.booleans() | st.integers(-(2**40), 2**40) | codes, max_size=4)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    n = draw(st.integers(0, 50))
    return Entry(
        matter=draw(short),
        n=n,
        on=draw(st.dates()),
        event="opened" if n == 0 else draw(st.sampled_from([event for event in EVENTS if event != "opened"])),
        role=draw(codes.filter(lambda role: role != CLOCK)),
        step=draw(st.none() | codes),
        round=draw(st.integers(1, 9)),
        outcome=draw(st.none() | codes),
        body=draw(st.none() | codes),
        actor=draw(st.none() | short),
        facts=draw(facts),
        checks=draw(st.dictionaries(codes, facts, max_size=2)),
        closed=draw(st.dictionaries(codes, hexes, max_size=3)),
        prev=None if n == 0 else draw(hexes),
    )


@given(entries())
def test_what_is_written_is_read_back(entry: Entry) -> None:
    data = entry_bytes(entry)
    assert entry_from_bytes(data) == entry
    assert canonical(parse_canonical(data)) == data
    assert parse_canonical(data).keys() == KEYS


@given(entries(), st.data())
def test_a_changed_byte_changes_the_commitment(entry: Entry, data: st.DataObject) -> None:
    good = entry_bytes(entry)
    at = data.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + bytes([good[at] ^ data.draw(st.integers(1, 255))]) + good[at + 1 :]
    assert commit(bad, SALT) != commit(good, SALT)
    with suppress(NotCanonical, NotAnEntry):
        assert entry_from_bytes(bad) != entry


def test_the_commitment_is_the_hash_of_salt_and_bytes() -> None:
    data = entry_bytes(OPENED)
    assert commit(data, SALT) == sha256(SALT + data).hexdigest()
    with pytest.raises(ValueError, match="32 bytes"):
        commit(data, SALT[:-1])


def test_the_bytes_of_an_entry_never_change() -> None:
    """Day one: this very line is what commitments in the world rest on."""
    assert entry_bytes(OPENED).decode() == (
        '{"actor":"0123456789abcdef","body":null,'
        '"checks":{"duplicate":{"method":"exact","ok":true,"version":1,"why":null}},'
        '"closed":{"moment":"' + "ab" * 32 + '","words":"' + "cd" * 32 + '"},'
        '"event":"opened","facts":{"procedure":"resident-request","received_on":"2026-03-01",'
        '"urgent":false,"version":3},"matter":"00ff00ff00ff00ff","n":0,"on":"2026-03-02","outcome":null,'
        '"prev":null,"role":"resident","round":1,"step":null,"v":1}'
    )
    assert commit(entry_bytes(OPENED), SALT) == (
        "4eeb1861f5faf4bd4dd8cb22375e7b03f10fee46cdb899f345010c8ba1e960a0"
    )


WRONG: list[dict[str, Any]] = [
    {"v": 2},
    {"v": True},
    {"matter": "00FF00FF00FF00FF"},
    {"matter": "00ff"},
    {"matter": 255},
    {"n": -1},
    {"n": True},
    {"n": "4"},
    {"n": 0},
    {"on": "2026-3-2"},
    {"on": "2026-02-30"},
    {"on": "20260302"},
    {"on": None},
    {"event": "solved"},
    {"event": "opened"},
    {"event": ["done"]},
    {"role": ""},
    {"role": None},
    {"role": "the resident"},
    {"step": 3},
    {"round": 0},
    {"round": True},
    {"outcome": "a b"},
    {"body": ""},
    {"actor": "0123"},
    {"actor": 1},
    {"facts": []},
    {"facts": {"a": None}},
    {"facts": {"a": 1.5}},
    {"facts": {"a": "free words, with spaces"}},
    {"facts": {"a": "x" * 129}},
    {"facts": {"a": ["b"]}},
    {"facts": {"a b": 1}},
    {"facts": {1: 1}},
    {"checks": {"a": True}},
    {"checks": {"a": {"ok": []}}},
    {"closed": {"a": "ab"}},
    {"closed": {"a": "AB" * 32}},
    {"closed": None},
    {"prev": None},
    {"prev": "ef"},
    {"role": "clock", "actor": None, "body": None},
    {"role": "clock", "body": None, "closed": {"moment": "ab" * 32}},
    {"role": "clock", "actor": None, "closed": {"moment": "ab" * 32}},
    {"more": 1},
]


@pytest.mark.parametrize("change", WRONG, ids=repr)
def test_other_forms_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(NotAnEntry):
        from_wire({**to_wire(REPLIED), **change})


@pytest.mark.parametrize("key", sorted(KEYS))
def test_no_key_may_be_missing(key: str) -> None:
    wire = to_wire(REPLIED)
    del wire[key]
    with pytest.raises(NotAnEntry):
        from_wire(wire)


@pytest.mark.parametrize("wire", [None, [], "entry", 3])
def test_what_is_no_object_is_no_entry(wire: object) -> None:
    with pytest.raises(NotAnEntry):
        from_wire(wire)


def test_an_entry_in_a_wrong_form_is_never_written() -> None:
    for bad in (
        replace(OPENED, facts={"words": "free words, with spaces"}),
        replace(OPENED, facts={"large": 2**60}),
        replace(OPENED, n=1),
        replace(OPENED, role="clock"),
    ):
        with pytest.raises(NotAnEntry):
            entry_bytes(bad)


def test_entry_zero_has_nothing_before_it_and_the_clock_nobody() -> None:
    assert from_wire(to_wire(OPENED)) == OPENED
    tick = replace(REPLIED, role=CLOCK, event="lapsed", actor=None, body=None, closed={"moment": "ab" * 32})
    assert from_wire(to_wire(tick)) == tick
    with pytest.raises(NotAnEntry):
        from_wire({**to_wire(OPENED), "prev": "ef" * 32})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(codes, inner),
    max_leaves=6,
)


@given(json_values | st.binary(), st.binary(min_size=32, max_size=32))
def test_a_closed_part_opens_with_its_own_value_and_salt_only(value: object, salt: bytes) -> None:
    closed = seal(value, salt)
    assert open_part(value, salt, closed)
    assert not open_part(value, bytes([salt[0] ^ 1]) + salt[1:], closed)
    assert not open_part([value] if not isinstance(value, bytes) else value + b"x", salt, closed)
    assert not open_part(value, salt, "00" * 32)


def test_what_has_no_canonical_form_opens_nothing() -> None:
    assert not open_part(1.5, SALT, "00" * 32)
    with pytest.raises(NotCanonical):
        seal(1.5, SALT)
