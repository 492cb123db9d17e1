"""What does one line of entries.jsonl say? Written in one way only, and read in no other.

Source: docs/formats.md §5. A line is RFC 8785 as a whole, so that the entry inside stands there in its own
canonical bytes and is hashed as it is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from minsheng.kernel.log.canonical import NotCanonical, canonical, canonical_again, parse_canonical_text
from minsheng.kernel.log.entries import KEYS
from minsheng.kernel.log.proof import BadProofFile, Part, part_from_wire, part_to_wire

_OPAQUE = re.compile(rb'\{"commitment":"([0-9a-f]{64})","i":(0|[1-9][0-9]{0,15})\}')
_LOST = re.compile(rb'\{"i":(0|[1-9][0-9]{0,15}),"leaf":"([0-9a-f]{64})"\}')
_HEX64 = re.compile(r"[0-9a-f]{64}")
_BEGINS: Final = b'{"entry":'
_START: Final = len(_BEGINS)
_TAIL: Final = ',"i":{},"salt":"{}"}}'
_TAIL_WITH_PARTS: Final = ',"i":{},"parts":{},"salt":"{}"}}'


class BadLine(ValueError):
    """Not a line of entries.jsonl. `code` says what is wrong with it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A line that shows an entry. `data` are the entry's canonical bytes, `wire` its JSON object (with
    exactly the right keys, their values unchecked), `parts` the names of the closed parts that are opened."""

    i: int
    commitment: bytes
    data: bytes
    wire: dict[str, Any]
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opaque:
    """A line that shows a commitment only."""

    i: int
    commitment: bytes


@dataclass(frozen=True, slots=True)
class Lost:
    """A line that shows a leaf hash only: the log itself has lost what it committed to."""

    i: int
    leaf: bytes


Line = Disclosed | Opaque | Lost


def write_disclosed(i: int, data: bytes, salt: bytes, parts: Mapping[str, Part] | None = None) -> bytes:
    """The line of a disclosed entry, without its newline. `data` are the entry's canonical bytes, as the
    commitment covers them; `parts` the closed parts that are opened."""
    opened = b""
    if parts:
        wire = {name: part_to_wire(part) for name, part in parts.items()}
        opened = b',"parts":' + canonical(wire)
    return b'{"entry":%b,"i":%d%b,"salt":"%b"}' % (data, i, opened, salt.hex().encode())


def write_opaque(i: int, commitment: bytes) -> bytes:
    """The line of an entry that is not disclosed, without its newline."""
    return f'{{"commitment":"{commitment.hex()}","i":{i}}}'.encode()


def write_lost(i: int, leaf: bytes) -> bytes:
    """The line of a leaf of which only the leaf hash is left, without its newline."""
    return f'{{"i":{i},"leaf":"{leaf.hex()}"}}'.encode()


def read_line(raw: bytes) -> Line:
    """Read a line (without its newline) and check all it can say by itself: its form, and that the opened
    parts are those that the entry closed. Raises BadLine."""
    if not raw.startswith(_BEGINS):
        return _read_bare(raw)
    try:
        text = raw.decode()
        wire = parse_canonical_text(text)
    except (NotCanonical, UnicodeDecodeError) as error:
        raise BadLine("line_form", str(error)) from None
    entry, i, salt, parts = wire["entry"], wire.get("i"), wire.get("salt"), wire.get("parts")
    if wire.keys() - {"parts"} != {"entry", "i", "salt"} or type(i) is not int or i < 0:
        raise BadLine("line_form", "a line has exactly the keys entry, i, salt and perhaps parts")
    if not isinstance(salt, str) or not _HEX64.fullmatch(salt):
        raise BadLine("line_form", "a salt is 64 hex digits")
    if not isinstance(entry, dict) or entry.keys() != KEYS:
        raise BadLine("entry_form", "an entry has exactly the keys " + ", ".join(sorted(KEYS)))
    if parts is None and "parts" not in wire:
        tail = _TAIL.format(i, salt)
    else:
        tail = _TAIL_WITH_PARTS.format(i, canonical_again(parts), salt)
        _check_parts(entry["closed"], parts)
    data = text[_START : -len(tail)].encode()
    return Disclosed(i, sha256(bytes.fromhex(salt) + data).digest(), data, entry, tuple(parts or ()))


def _read_bare(raw: bytes) -> Opaque | Lost:
    opaque = _OPAQUE.fullmatch(raw)
    if opaque is not None:
        return Opaque(int(opaque[2]), bytes.fromhex(opaque[1].decode()))
    lost = _LOST.fullmatch(raw)
    if lost is not None:
        return Lost(int(lost[1]), bytes.fromhex(lost[2].decode()))
    raise BadLine("line_form", "neither an entry nor a commitment")


def parts_of(raw: bytes) -> dict[str, Part]:
    """The opened parts of a line that read_line accepts."""
    wire = parse_canonical_text(raw.decode())
    return {name: part_from_wire(part) for name, part in wire.get("parts", {}).items()}


def _check_parts(closed: Any, parts: Any) -> None:
    if not isinstance(parts, dict) or not parts:
        raise BadLine("part_form", "parts, if there are any, is an object that is not empty")
    if not isinstance(closed, dict):
        raise BadLine("entry_form", "closed is an object")
    for name, wire in parts.items():
        try:
            part = part_from_wire(wire)
        except BadProofFile as error:
            raise BadLine("part_form", f"{name}: {error}") from None
        value = part.value
        data = value if isinstance(value, bytes) else canonical_again(value).encode()
        if sha256(part.salt + data).hexdigest() != closed.get(name):
            raise BadLine("part_hash", f"{name} is not what the entry closed")
