"""Is an opened rating box what the log closed, and may it be open at all?

A box holds the coded ratings of one body and month. Opened, it shows two lists, each sorted by itself: the
nonces (who holds one sees that it was counted) and the answers (nobody sees whose). One leaf closes both.
Source: docs/formats.md §8.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from minsheng.kernel.log.canonical import NotCanonical, canonical, parse_canonical
from minsheng.verify.export import Source
from minsheng.verify.figures import Figures
from minsheng.verify.findings import Findings
from minsheng.verify.scan import Scan

FORMAT: Final = "minsheng.box/v1"
FEWEST: Final = 10
"""Rows that a box must have before it may be opened."""

_KEYS: Final = frozenset(("format", "body", "month", "i", "salt", "nonces", "answers"))
_HEX64 = re.compile(r"[0-9a-f]{64}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class BadBox(ValueError):
    """Not a box in its one form."""


@dataclass(frozen=True, slots=True)
class Box:
    """An opened box. `answers` are objects of codes and whole numbers; `i` is the leaf that closes it."""

    body: str
    month: str
    nonces: tuple[str, ...]
    answers: tuple[Mapping[str, Any], ...]
    salt: bytes
    i: int

    @property
    def commitment(self) -> bytes:
        """SHA-256(salt ‖ canonical {answers, body, format, month, nonces})."""
        return box_commitment(self.body, self.month, self.nonces, self.answers, self.salt)

    def to_bytes(self) -> bytes:
        """The file of the box."""
        sealed = _sealed(self.body, self.month, self.nonces, self.answers)
        return canonical({**sealed, "i": self.i, "salt": self.salt.hex()}) + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> Box:
        """Read a box strictly. Raises BadBox."""
        try:
            wire = parse_canonical(data.removesuffix(b"\n"))
        except NotCanonical as error:
            raise BadBox(str(error)) from None
        if not isinstance(wire, dict) or wire.keys() != _KEYS or wire["format"] != FORMAT:
            raise BadBox("a box has exactly the keys " + ", ".join(sorted(_KEYS)))
        body, month, salt, i = wire["body"], wire["month"], wire["salt"], wire["i"]
        if not (isinstance(body, str) and isinstance(month, str) and _MONTH.fullmatch(month)):
            raise BadBox("body and month are text, the month as YYYY-MM")
        if not (isinstance(salt, str) and _HEX64.fullmatch(salt)) or type(i) is not int or i < 0:
            raise BadBox("the salt is 64 hex digits and i an index")
        nonces, answers = wire["nonces"], wire["answers"]
        if not isinstance(nonces, list) or not isinstance(answers, list):
            raise BadBox("nonces and answers are lists")
        if not all(isinstance(nonce, str) and _HEX64.fullmatch(nonce) for nonce in nonces):
            raise BadBox("a nonce is 64 hex digits")
        if not all(isinstance(answer, dict) for answer in answers):
            raise BadBox("an answer is an object of codes")
        return cls(body, month, tuple(nonces), tuple(answers), bytes.fromhex(salt), i)


def box_commitment(
    body: str, month: str, nonces: Iterable[str], answers: Iterable[Mapping[str, Any]], salt: bytes
) -> bytes:
    """What goes into the log for a box; both lists are sorted here."""
    return sha256(salt + canonical(_sealed(body, month, nonces, answers))).digest()


def box_path(body: str, month: str) -> str:
    """Where an opened box stands in an export."""
    return f"boxes/{month}.{sha256(body.encode()).hexdigest()[:16]}.json"


def check_boxes(
    paths: Iterable[str], source: Source, scan: Scan, figures: Figures, findings: Findings
) -> int:
    """Check every opened box: its leaf, its lengths, and that no body has more ratings than ended matters.

    Gives how many boxes are open.
    """
    ratings: Counter[str] = Counter()
    n = 0
    for path in paths:
        try:
            box = Box.from_bytes(source.read(path) or b"")
        except BadBox as error:
            findings.add("box_form", "评价箱文件不能读", str(error), file=path)
            continue
        n += 1
        ratings[box.body] += len(box.answers)
        _check_box(path, box, scan, findings)
    ended = _ended(figures)
    for body, count in sorted(ratings.items()):
        if count > ended[body]:
            findings.add(
                "box_stuffed",
                f"{body} 有 {count} 份评价，而公开的只有 {ended[body]} 件问过本人",
                f"{body} has {count} ratings and {ended[body]} disclosed matters in which somebody was asked",
                file="boxes",
            )
    return n


def _check_box(path: str, box: Box, scan: Scan, findings: Findings) -> None:
    if box.i >= len(scan.leaves) or scan.leaves[box.i] != box.commitment:
        findings.add(
            "box_leaf",
            "评价箱与账上封存的不同",
            "the box is not what the log closed at its index",
            index=box.i,
            file=path,
        )
    if len(box.nonces) != len(box.answers) or len(set(box.nonces)) != len(box.nonces):
        findings.add("box_rows", "回执与答案的数目不同", "nonces and answers differ in number", file=path)
    if len(box.answers) < FEWEST:
        findings.add("box_small", f"不足 {FEWEST} 份就打开了", f"open with fewer than {FEWEST}", file=path)
    if list(box.nonces) != sorted(box.nonces) or list(box.answers) != sorted(box.answers, key=canonical):
        findings.add("box_order", "没有排序", "the lists are not sorted", file=path)


def _ended(figures: Figures) -> Counter[str]:
    ended: Counter[str] = Counter()
    for (_, body, _), counts in figures.cells.items():
        ended[body] += counts["due"] + counts["withdrawn"] + counts["concluded"] + counts["completed"]
    return ended


def _sealed(
    body: str, month: str, nonces: Iterable[str], answers: Iterable[Mapping[str, Any]]
) -> dict[str, Sequence[Any] | str]:
    return {
        "format": FORMAT,
        "body": body,
        "month": month,
        "nonces": sorted(nonces),
        "answers": sorted((dict(answer) for answer in answers), key=canonical),
    }
