"""Who signed this text? Signed notes, checkpoints and timestamped cosignatures.

Source: C2SP signed-note v1, tlog-checkpoint v1, tlog-cosignature v1 (the Ed25519 kinds). A key name and a
32-bit key id name a key; a verifier ignores lines of keys it does not know, and refuses the whole note if
a line of a known key does not verify, or if no known key signed.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

MOST_SIGNATURES: Final = 64
LARGEST_NOTE: Final = 100_000
"""Characters. A note is a few lines; the limit is there so that nobody makes us read a gigabyte."""

_NAME = re.compile(r"[^\s+\x00-\x20]{1,255}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


class NoteError(ValueError):
    """Not a note, or not signed by a key we know."""


class Algorithm(IntEnum):
    """The signature types of C2SP that are used here."""

    ED25519 = 1
    COSIGNATURE = 4  # Ed25519 over the checkpoint and the time


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key with its name and its kind of signature; its text form is the vkey."""

    name: str
    key: bytes
    algorithm: Algorithm = Algorithm.ED25519

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise NoteError("a key name is not empty and has neither spaces nor +")
        if len(self.key) != 32:
            raise NoteError("an Ed25519 public key is 32 bytes")

    @classmethod
    def parse(cls, vkey: str) -> Verifier:
        """Read `name+keyid+base64`. Raises NoteError."""
        name, key_id, data = _three(vkey)
        if not data or data[0] not in list(Algorithm):
            raise NoteError("a kind of key that is not used here")
        found = cls(name, data[1:], Algorithm(data[0]))
        if found.key_id.hex() != key_id:
            raise NoteError("the key id does not belong to this key")
        return found

    @property
    def key_id(self) -> bytes:
        """The first four bytes of SHA-256(name ‖ newline ‖ type ‖ key)."""
        return sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.key).digest()[:4]

    @property
    def vkey(self) -> str:
        """`name+keyid+base64`, as C2SP writes verifier keys."""
        return f"{self.name}+{self.key_id.hex()}+{_base64(bytes([self.algorithm]) + self.key)}"

    def verifies(self, text: str, signature: bytes) -> int | None:
        """The POSIX time the signature states (0 for a kind without time), or None if it is not ours."""
        time, message = 0, text.encode()
        if self.algorithm is Algorithm.COSIGNATURE:
            time, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            if time >= 2**63:
                return None
            message = _timed(text, time)
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return None
        return time


@dataclass(frozen=True, slots=True, repr=False)
class Signer:
    """A private key (its 32-byte seed) with its name and kind of signature."""

    name: str
    seed: bytes
    algorithm: Algorithm = Algorithm.ED25519

    @classmethod
    def parse(cls, skey: str) -> Signer:
        """Read `PRIVATE+KEY+name+keyid+base64`, as Go's note package writes it. Raises NoteError."""
        if not skey.startswith("PRIVATE+KEY+"):
            raise NoteError("not a private key")
        name, key_id, data = _three(skey.removeprefix("PRIVATE+KEY+"))
        if len(data) != 33 or data[0] not in list(Algorithm):
            raise NoteError("a kind of key that is not used here")
        found = cls(name, data[1:], Algorithm(data[0]))
        if found.verifier.key_id.hex() != key_id:
            raise NoteError("the key id does not belong to this key")
        return found

    @property
    def skey(self) -> str:
        """The private key as text. Never logged, never shown."""
        return (
            f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}"
            f"+{_base64(bytes([self.algorithm]) + self.seed)}"
        )

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return Verifier(self.name, public, self.algorithm)

    def timed(self) -> Signer:
        """The same key as a cosigner: another kind of signature, hence another key id."""
        return Signer(self.name, self.seed, Algorithm.COSIGNATURE)

    def line(self, text: str, at: datetime | None = None) -> str:
        """The signature line for a note text. A cosignature states `at`, in whole seconds."""
        if self.algorithm is Algorithm.COSIGNATURE:
            if at is None:
                raise ValueError("a cosignature states a time")
            time = int(at.timestamp())
            signature = time.to_bytes(8, "big") + self._sign(_timed(text, time))
        else:
            signature = self._sign(text.encode())
        return f"— {self.name} {_base64(self.verifier.key_id + signature)}\n"

    def _sign(self, message: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)

    def __repr__(self) -> str:
        return f"Signer({self.name!r}, {self.algorithm.name})"


@dataclass(frozen=True, slots=True)
class Signature:
    """A line that a known key signed; `time` is in POSIX seconds, 0 for a kind without time."""

    verifier: Verifier
    time: int


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the known keys that signed it."""

    text: str
    signatures: tuple[Signature, ...]

    def signed_by(self, verifier: Verifier) -> bool:
        """Whether this key is among those that signed."""
        return any(signature.verifier == verifier for signature in self.signatures)


def sign_note(text: str, *signers: Signer, at: datetime | None = None) -> str:
    """The signed note: text, blank line, one line for each signer."""
    _need_text(text)
    return text + "\n" + "".join(signer.line(text, at) for signer in signers)


def add_signature(note: str, signer: Signer, at: datetime | None = None) -> str:
    """The note with one more line. What was signed before is neither checked nor changed."""
    text, _ = split_note(note)
    return note + signer.line(text, at)


def split_note(note: str) -> tuple[str, tuple[tuple[str, bytes, bytes], ...]]:
    """The text and the signature lines (name, key id, signature), unverified. Raises NoteError."""
    if len(note) > LARGEST_NOTE:
        raise NoteError("the note is too long")
    if _CONTROL.search(note):
        raise NoteError("control characters in the note")
    cut = note.rfind("\n\n")
    if cut < 0 or not note.endswith("\n") or cut + 2 >= len(note):
        raise NoteError("a note is a text, a blank line and signature lines")
    lines = note[cut + 2 : -1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError("too many signatures")
    return note[: cut + 1], tuple(map(_signature, lines))


def open_note(note: str, verifiers: Iterable[Verifier]) -> Note:
    """The text, if at least one of these keys signed it and none of their lines is wrong.

    Raises NoteError otherwise. Lines of other keys are ignored.
    """
    text, lines = split_note(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    found: list[Signature] = []
    for name, key_id, signature in lines:
        verifier = known.get((name, key_id))
        if verifier is None:
            continue
        if any(signature.verifier == verifier for signature in found):
            raise NoteError(f"{name} signed twice")
        time = verifier.verifies(text, signature)
        if time is None:
            raise NoteError(f"the signature of {name} is wrong")
        found.append(Signature(verifier, time))
    if not found:
        raise NoteError("no key we know signed this")
    return Note(text, tuple(found))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: how many leaves, and the root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note text of the checkpoint."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read exactly three lines: this log writes no extension lines. Raises NoteError."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not lines[0]:
            raise NoteError("a checkpoint is three lines: origin, size, root")
        if not _SIZE.fullmatch(lines[1]):
            raise NoteError("the size is no decimal number")
        root = _unbase64(lines[2])
        if len(root) != 32:
            raise NoteError("the root is not 32 bytes")
        return cls(lines[0], int(lines[1]), root)


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint that a known key signed; `at` is the time the log itself stated in its cosignature."""

    checkpoint: Checkpoint
    at: datetime
    signatures: tuple[Signature, ...]


def sign_checkpoint(checkpoint: Checkpoint, signer: Signer, at: datetime) -> str:
    """The checkpoint as a note with two lines by the log's key: the plain one that every reader of
    tlog-tiles wants, and the timestamped cosignature/v1."""
    return sign_note(checkpoint.text, signer, signer.timed(), at=at)


def open_checkpoint(note: str, verifiers: Sequence[Verifier]) -> SignedCheckpoint:
    """The checkpoint, if the log signed it both ways. `verifiers` are the log's keys, of both kinds.

    The log is the signer whose name is the origin. Raises NoteError.
    """
    opened = open_note(note, verifiers)
    checkpoint = Checkpoint.parse(opened.text)
    own = [signature for signature in opened.signatures if signature.verifier.name == checkpoint.origin]
    plain = [s for s in own if s.verifier.algorithm is Algorithm.ED25519]
    timed = [s for s in own if s.verifier.algorithm is Algorithm.COSIGNATURE]
    if not plain or not timed:
        raise NoteError("the log has not signed this checkpoint both plainly and with its time")
    try:
        at = datetime.fromtimestamp(timed[0].time, UTC)
    except (OverflowError, ValueError, OSError):
        raise NoteError("the time of the checkpoint is no time") from None
    return SignedCheckpoint(checkpoint, at, opened.signatures)


def _timed(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _need_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n" or _CONTROL.search(text):
        raise NoteError("a note's text ends in a newline and has no other control characters")


def _three(key: str) -> tuple[str, str, bytes]:
    parts = key.split("+", 2)  # base64 has + of its own
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]) or not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise NoteError("a key is name+keyid+base64")
    return parts[0], parts[1], _unbase64(parts[2])


def _signature(line: str) -> tuple[str, bytes, bytes]:
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
        raise NoteError("a signature line is: dash, name, base64")
    data = _unbase64(parts[2])
    if len(data) < 5:
        raise NoteError("a signature is a key id and at least one byte")
    return parts[1], data[:4], data[4:]


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _unbase64(text: str) -> bytes:
    """Standard base64 in its one form: bits left over in the last character must be zero."""
    try:
        data = b64decode(text, validate=True)
    except (BadBase64, ValueError):
        raise NoteError("not base64") from None
    if _base64(data) != text:
        raise NoteError("not base64 in its one form")
    return data
