"""What does a resident take home? The proof file: own words, entries, salts, promises, inclusion proofs.

One JSON object (docs/formats.md §6), readable for ever without this platform. Spacing and key order are
free, since people pass it on by hand; everything else is strict. An inclusion proof is the text of C2SP
tlog-proof v1 and carries its checkpoint.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from minsheng.kernel.entry import Entry
from minsheng.kernel.log.canonical import JSON, canonical, parse_strict
from minsheng.kernel.log.entries import SALT_BYTES, NotAnEntry, commit, entry_bytes, from_wire, to_wire
from minsheng.kernel.log.note import NoteError, Verifier
from minsheng.kernel.log.promise import read_moment, write_moment
from minsheng.kernel.words import Text

FORMAT: Final = "minsheng.proof/v1"
TLOG_PROOF: Final = "c2sp.org/tlog-proof@v1"

_HEX64 = re.compile(r"[0-9a-f]{64}")
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


class BadProofFile(ValueError):
    """Not a proof file, or one that has been changed in its form."""


@dataclass(frozen=True, slots=True)
class Part:
    """An opened part of an entry: its value (JSON, or the bytes of a file) and its 32-byte salt."""

    value: JSON | bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class Proven:
    """One entry of the matter: its salt, the parts its owner may open, what the log said about it.

    `promise` is a signed note (promise.py), `inclusion` the text of a tlog-proof; either may be missing,
    but not both.
    """

    entry: Entry
    salt: bytes
    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))
    promise: str | None = None
    inclusion: str | None = None

    @property
    def commitment(self) -> str:
        """The entry's commitment, 64 hex digits."""
        return commit(entry_bytes(self.entry), self.salt)


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What the holder of a receipt has in hand. `keys` are the public keys (vkeys) at the time of issue."""

    origin: str
    town: Text
    number: str
    matter: str
    issued_at: datetime
    entries: tuple[Proven, ...]
    keys: Mapping[str, tuple[Verifier, ...]]

    def to_bytes(self) -> bytes:
        """The file's bytes: canonical JSON and a newline."""
        return (
            canonical(
                {
                    "format": FORMAT,
                    "origin": self.origin,
                    "town": {"zh": self.town.zh, "en": self.town.en},
                    "number": self.number,
                    "matter": self.matter,
                    "issued_at": write_moment(self.issued_at),
                    "entries": [_proven_to_wire(item) for item in self.entries],
                    "keys": keys_to_wire(self.keys),
                }
            )
            + b"\n"
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> ProofFile:
        """Read a proof file strictly. Raises BadProofFile. Nothing is verified here (verify/receipt.py)."""
        try:
            return _read(parse_strict(data))
        except (NotAnEntry, NoteError, ValueError) as error:
            raise BadProofFile(str(error)) from None


@dataclass(frozen=True, slots=True)
class Inclusion:
    """The content of a tlog-proof: the leaf's index, its audit path, and the signed checkpoint as text."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    @property
    def text(self) -> str:
        """C2SP tlog-proof v1, without extra data."""
        hashes = "".join(f"{b64encode(digest).decode()}\n" for digest in self.path)
        return f"{TLOG_PROOF}\nindex {self.index}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def parse(cls, text: str) -> Inclusion:
        """Read a tlog-proof. Raises BadProofFile."""
        head, blank, checkpoint = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or len(lines) < 2 or lines[0] != TLOG_PROOF:
            raise BadProofFile("not a tlog-proof v1")
        match = _INDEX.fullmatch(lines[1])
        if match is None:
            raise BadProofFile("the second line of a tlog-proof is its index")
        if len(lines) > 2 + 64:
            raise BadProofFile("the path is too long")
        return cls(int(match[1]), tuple(map(_hash, lines[2:])), checkpoint)


KEY_PURPOSES: Final = ("log", "promise", "export")
"""log: signs checkpoints (two vkeys, plain and timed, for each key); promise; export: signs manifests."""


def keys_to_wire(keys: Mapping[str, Sequence[Verifier]]) -> dict[str, list[str]]:
    """Purpose → vkeys, newest first."""
    return {purpose: [verifier.vkey for verifier in keys.get(purpose, ())] for purpose in KEY_PURPOSES}


def keys_from_wire(wire: JSON) -> Mapping[str, tuple[Verifier, ...]]:
    """Read what keys_to_wire writes. Raises NoteError."""
    if not isinstance(wire, dict) or set(wire) != set(KEY_PURPOSES):
        raise NoteError("keys are: " + ", ".join(KEY_PURPOSES))
    found = {}
    for purpose, vkeys in wire.items():
        if not isinstance(vkeys, list) or not all(isinstance(vkey, str) for vkey in vkeys):
            raise NoteError("keys are lists of vkeys")
        found[purpose] = tuple(map(Verifier.parse, vkeys))
    return MappingProxyType(found)


def part_to_wire(part: Part) -> dict[str, Any]:
    """An opened part as JSON: {"value", "salt"}, or {"base64", "salt"} for the bytes of a file."""
    if isinstance(part.value, bytes):
        return {"base64": b64encode(part.value).decode(), "salt": part.salt.hex()}
    return {"value": part.value, "salt": part.salt.hex()}


def part_from_wire(wire: JSON) -> Part:
    """Read an opened part strictly. Raises BadProofFile."""
    if not isinstance(wire, dict) or wire.keys() not in ({"value", "salt"}, {"base64", "salt"}):
        raise BadProofFile("an opened part is a value (or base64) and a salt")
    if "value" in wire:
        return Part(wire["value"], read_salt(wire["salt"]))
    text = wire["base64"]
    try:
        data = b64decode(text, validate=True)
    except (BadBase64, ValueError, TypeError):
        raise BadProofFile("a file's bytes are base64") from None
    if b64encode(data).decode() != text:
        raise BadProofFile("base64 not in its one form")
    return Part(data, read_salt(wire["salt"]))


def read_salt(value: object) -> bytes:
    """32 bytes from 64 hex digits, lower case. Raises BadProofFile."""
    if not isinstance(value, str) or not _HEX64.fullmatch(value):
        raise BadProofFile("a salt is 64 hex digits")
    salt = bytes.fromhex(value)
    assert len(salt) == SALT_BYTES
    return salt


def _proven_to_wire(item: Proven) -> dict[str, Any]:
    return {
        "entry": to_wire(item.entry),
        "salt": item.salt.hex(),
        "parts": {name: part_to_wire(part) for name, part in item.parts.items()},
        "promise": item.promise,
        "inclusion": item.inclusion,
    }


def _read(wire: JSON) -> ProofFile:
    keys = {"format", "origin", "town", "number", "matter", "issued_at", "entries", "keys"}
    if not isinstance(wire, dict) or wire.keys() != keys:
        raise BadProofFile("a proof file has exactly the keys " + ", ".join(sorted(keys)))
    if wire["format"] != FORMAT:
        raise BadProofFile(f"not a {FORMAT}")
    town = wire["town"]
    if not isinstance(town, dict) or town.keys() != {"zh", "en"}:
        raise BadProofFile("town is its name in zh and en")
    for value in (wire["origin"], wire["number"], wire["matter"], wire["issued_at"], *town.values()):
        if not isinstance(value, str):
            raise BadProofFile("origin, number, matter, issued_at and town are text")
    if not isinstance(wire["entries"], list) or not wire["entries"]:
        raise BadProofFile("entries is a list of at least one")
    return ProofFile(
        origin=wire["origin"],
        town=Text(town["zh"], town["en"]),
        number=wire["number"],
        matter=wire["matter"],
        issued_at=read_moment(wire["issued_at"]),
        entries=tuple(map(_proven_from_wire, wire["entries"])),
        keys=keys_from_wire(wire["keys"]),
    )


def _proven_from_wire(wire: JSON) -> Proven:
    keys = {"entry", "salt", "parts", "promise", "inclusion"}
    if not isinstance(wire, dict) or wire.keys() != keys:
        raise BadProofFile("an entry of a proof file has exactly the keys " + ", ".join(sorted(keys)))
    for name in ("promise", "inclusion"):
        if wire[name] is not None and not isinstance(wire[name], str):
            raise BadProofFile(f"{name} is text or null")
    if wire["promise"] is None and wire["inclusion"] is None:
        raise BadProofFile("an entry has a promise or an inclusion proof")
    if not isinstance(wire["parts"], dict):
        raise BadProofFile("parts is an object")
    return Proven(
        entry=from_wire(wire["entry"]),
        salt=read_salt(wire["salt"]),
        parts=MappingProxyType({name: part_from_wire(part) for name, part in wire["parts"].items()}),
        promise=wire["promise"],
        inclusion=wire["inclusion"],
    )


def _hash(text: str) -> bytes:
    try:
        digest = b64decode(text, validate=True)
    except (BadBase64, ValueError):
        raise BadProofFile("a hash is base64") from None
    if len(digest) != 32 or b64encode(digest).decode() != text:
        raise BadProofFile("a hash is 32 bytes in base64")
    return digest
