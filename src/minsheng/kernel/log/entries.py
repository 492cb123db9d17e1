"""What bytes does an entry have on the ledger, and what commits to them?

Source: docs/formats.md §1; RFC 8785 for the bytes. A commitment is SHA-256(salt ‖ canonical entry) and a
closed part SHA-256(salt ‖ canonical value or file bytes), the salt being 32 bytes, so that neither tells
anything about what it closes until the salt is published.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from hmac import compare_digest
from types import MappingProxyType
from typing import Any, Final

from minsheng.kernel.entry import CLOCK, EVENTS, Entry
from minsheng.kernel.log.canonical import JSON, NotCanonical, canonical, parse_canonical

KEYS: Final = frozenset(
    ("v", "matter", "n", "on", "event", "step", "round", "outcome", "role", "body", "actor", "facts",
     "checks", "closed", "prev")
)  # fmt: skip

SALT_BYTES: Final = 32

_EVENTS: Final = frozenset(EVENTS)
_HEX16 = re.compile(r"[0-9a-f]{16}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CODE = re.compile(r"[^\s\x00-\x20\x7f]{1,128}")


class NotAnEntry(ValueError):
    """The object has not the form of an entry."""


def to_wire(entry: Entry) -> dict[str, Any]:
    """The entry as the JSON object that goes on the ledger, with exactly the keys of KEYS."""
    return {
        "v": entry.v,
        "matter": entry.matter,
        "n": entry.n,
        "on": entry.on.isoformat(),
        "event": entry.event,
        "step": entry.step,
        "round": entry.round,
        "outcome": entry.outcome,
        "role": entry.role,
        "body": entry.body,
        "actor": entry.actor,
        "facts": dict(entry.facts),
        "checks": {name: dict(check) for name, check in entry.checks.items()},
        "closed": dict(entry.closed),
        "prev": entry.prev,
    }


def entry_bytes(entry: Entry) -> bytes:
    """The canonical bytes of a well-formed entry. Raises NotAnEntry before anything wrong is written."""
    wire = to_wire(entry)
    from_wire(wire)
    try:
        return canonical(wire)
    except NotCanonical as error:
        raise NotAnEntry(str(error)) from None


def entry_from_bytes(data: bytes) -> Entry:
    """The entry whose ledger bytes are exactly `data`. Raises NotCanonical or NotAnEntry."""
    return from_wire(parse_canonical(data))


def from_wire(wire: JSON) -> Entry:
    """Read an entry strictly: exactly the keys, each of its type and form. Raises NotAnEntry."""
    if not isinstance(wire, dict) or wire.keys() != KEYS:
        raise NotAnEntry("an entry has exactly the keys " + ", ".join(sorted(KEYS)))
    n, prev, event, role = wire["n"], wire["prev"], wire["event"], wire["role"]
    if type(wire["v"]) is not int or wire["v"] != 1:
        raise NotAnEntry("v is 1")
    _need(_is(_HEX16, wire["matter"]), "matter is 16 hex digits")
    _need(type(n) is int and n >= 0, "n is a whole number from 0")
    _need(type(wire["round"]) is int and wire["round"] >= 1, "round is a whole number from 1")
    _need(isinstance(event, str) and event in _EVENTS, "event is none of the known ones")
    _need((event == "opened") == (n == 0), "entry 0, and no other, is `opened`")
    _need(_is(_CODE, role), "role is a code")
    for name in ("step", "outcome", "body"):
        _need(wire[name] is None or _is(_CODE, wire[name]), f"{name} is a code or null")
    _need(wire["actor"] is None or _is(_HEX16, wire["actor"]), "actor is 16 hex digits or null")
    _need(_is(_HEX64, prev) if n else prev is None, "prev is null in entry 0 and 64 hex digits after it")
    closed = _closed(wire["closed"])
    if role == CLOCK:
        _need(wire["actor"] is None and wire["body"] is None, "the clock has no actor and no body")
        _need(closed.keys() == {"moment"}, "the clock closes its moment and nothing else")
    return Entry(
        v=1,
        matter=wire["matter"],
        n=n,
        on=_day(wire["on"]),
        event=event,
        step=wire["step"],
        round=wire["round"],
        outcome=wire["outcome"],
        role=role,
        body=wire["body"],
        actor=wire["actor"],
        facts=_facts(wire["facts"]),
        checks=_checks(wire["checks"]),
        closed=closed,
        prev=prev,
    )


def commit(data: bytes, salt: bytes) -> str:
    """The commitment of an entry's canonical bytes, 64 hex digits. `salt` is 32 secret random bytes."""
    return sha256(_salt(salt) + data).hexdigest()


def seal(value: JSON | bytes, salt: bytes) -> str:
    """The hash that closes a part: of the bytes of a file as they are, else of the canonical value."""
    data = value if isinstance(value, bytes) else canonical(value)
    return sha256(_salt(salt) + data).hexdigest()


def open_part(value: JSON | bytes, salt: bytes, closed: str) -> bool:
    """Whether this value and salt are what `closed` closed."""
    try:
        return compare_digest(seal(value, salt).encode(), closed.encode())
    except NotCanonical:
        return False


def _salt(salt: bytes) -> bytes:
    if len(salt) != SALT_BYTES:
        raise ValueError("a salt is 32 bytes")
    return salt


def _need(true: bool, message: str) -> None:
    if not true:
        raise NotAnEntry(message)


def _is(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _day(value: object) -> date:
    _need(_is(_DAY, value), "on is a day, YYYY-MM-DD")
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise NotAnEntry("on is no day of the calendar") from None


def _mapping(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NotAnEntry(f"{name} is an object")
    for key in value:
        _need(_is(_CODE, key), f"the names in {name} are codes")
    return value


def _facts(value: object) -> Mapping[str, bool | int | str]:
    facts = _mapping(value, "facts")
    for name, fact in facts.items():
        _need(
            type(fact) in (bool, int) or _is(_CODE, fact),
            f"fact {name}: a code, a day, a whole number or a yes/no, never free text",
        )
    return MappingProxyType(dict(facts))


def _checks(value: object) -> Mapping[str, Mapping[str, bool | int | str | None]]:
    checks = _mapping(value, "checks")
    for name, check in checks.items():
        for key, item in _mapping(check, f"check {name}").items():
            _need(
                item is None or type(item) in (bool, int, str),
                f"check {name}.{key}: text, a whole number, a yes/no or null",
            )
    return MappingProxyType({name: MappingProxyType(dict(check)) for name, check in checks.items()})


def _closed(value: object) -> Mapping[str, str]:
    closed = _mapping(value, "closed")
    for name, digest in closed.items():
        _need(_is(_HEX64, digest), f"closed {name}: 64 hex digits")
    return MappingProxyType(dict(closed))
