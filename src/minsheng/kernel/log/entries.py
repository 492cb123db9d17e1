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
_MOMENT: Final = frozenset(("moment",))
_is_day = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch
_is_code = re.compile(r"[^\s\x00-\x20\x7f]{1,128}").fullmatch
_MOST_KNOWN: Final = 10_000
_known: set[str] = set()  # codes that have been looked at: an export has few, many times each


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
    if type(wire) is not dict or wire.keys() != KEYS:
        raise NotAnEntry("an entry has exactly the keys " + ", ".join(sorted(KEYS)))
    n, prev, event, role = wire["n"], wire["prev"], wire["event"], wire["role"]
    matter, actor, round_ = wire["matter"], wire["actor"], wire["round"]
    if type(wire["v"]) is not int or wire["v"] != 1:
        raise NotAnEntry("v is 1")
    if not isinstance(matter, str) or not _hex16(matter):
        raise NotAnEntry("matter is 16 hex digits")
    if type(n) is not int or n < 0:
        raise NotAnEntry("n is a whole number from 0")
    if type(round_) is not int or round_ < 1:
        raise NotAnEntry("round is a whole number from 1")
    if not isinstance(event, str) or event not in _EVENTS:
        raise NotAnEntry("event is none of the known ones")
    if (event == "opened") is not (n == 0):
        raise NotAnEntry("entry 0, and no other, is `opened`")
    if not isinstance(role, str) or not _code(role):
        raise NotAnEntry("role is a code")
    for name in ("step", "outcome", "body"):
        value = wire[name]
        if value is not None and (not isinstance(value, str) or not _code(value)):
            raise NotAnEntry(f"{name} is a code or null")
    if actor is not None and (not isinstance(actor, str) or not _hex16(actor)):
        raise NotAnEntry("actor is 16 hex digits or null")
    if (prev is not None) if n == 0 else (not isinstance(prev, str) or not _hex64(prev)):
        raise NotAnEntry("prev is null in entry 0 and 64 hex digits after it")
    closed = _closed(wire["closed"])
    if role == CLOCK:
        if actor is not None or wire["body"] is not None:
            raise NotAnEntry("the clock has no actor and no body")
        if closed.keys() != _MOMENT:
            raise NotAnEntry("the clock closes its moment and nothing else")
    return Entry(
        v=1,
        matter=matter,
        n=n,
        on=_day(wire["on"]),
        event=event,
        step=wire["step"],
        round=round_,
        outcome=wire["outcome"],
        role=role,
        body=wire["body"],
        actor=actor,
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


def _code(value: str) -> bool:
    if value in _known:
        return True
    if _is_code(value) is None:
        return False
    if len(_known) < _MOST_KNOWN:
        _known.add(value)
    return True


def _hex16(value: str) -> bool:
    return len(value) == 16 and not value.strip("0123456789abcdef")


def _hex64(value: str) -> bool:
    return len(value) == 64 and not value.strip("0123456789abcdef")


def _day(value: object) -> date:
    if not isinstance(value, str) or not _is_day(value):
        raise NotAnEntry("on is a day, YYYY-MM-DD")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise NotAnEntry("on is no day of the calendar") from None


def _mapping(value: object, name: str) -> dict[str, Any]:
    if type(value) is not dict:
        raise NotAnEntry(f"{name} is an object")
    for key in value:
        if not isinstance(key, str) or not _code(key):
            raise NotAnEntry(f"the names in {name} are codes")
    return value


def _facts(value: object) -> Mapping[str, bool | int | str]:
    facts = _mapping(value, "facts")
    for name, fact in facts.items():
        if isinstance(fact, str):
            good = _code(fact)
        else:
            good = type(fact) in (bool, int)
        if not good:
            raise NotAnEntry(f"fact {name}: a code, a day, a whole number or a yes/no, never free text")
    return MappingProxyType(facts.copy())


def _checks(value: object) -> Mapping[str, Mapping[str, bool | int | str | None]]:
    checks = _mapping(value, "checks")
    for name, check in checks.items():
        for key, item in _mapping(check, "a check").items():
            if item is not None and type(item) not in (bool, int, str):
                raise NotAnEntry(f"check {name}.{key}: text, a whole number, a yes/no or null")
    return MappingProxyType({name: MappingProxyType(check.copy()) for name, check in checks.items()})


def _closed(value: object) -> Mapping[str, str]:
    closed = _mapping(value, "closed")
    for name, digest in closed.items():
        if not isinstance(digest, str) or not _hex64(digest):
            raise NotAnEntry(f"closed {name}: 64 hex digits")
    return MappingProxyType(closed.copy())
