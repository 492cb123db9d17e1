"""What may a resident say about how they were treated, and when does a box of such answers open?

A rating is not the verdict: it moves nothing, names nobody, and goes into its body's box. A box is opened
at a daily disclosure after its month, when at least ten answers lie in it; with fewer it rolls into the
next month, twelve months at most, and then it is "too few" and the answers are destroyed unread. Opening
gives two lists, each sorted by itself: receipts, by which a resident sees "mine was counted", and answers.
What joined the two is destroyed.

Why a box is one value and not a row for each answer: rows keep traces of when they were written (row numbers,
transaction ids), and the mark "has rated" on a matter keeps the same traces. See docs/adr/0006.

Source: engine notes §6; ISO 10004 (satisfaction is asked apart from the outcome); 《政务服务“好差评”》 for
the asking.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from minsheng.kernel.words import Kind, Refusal, Text

AT_LEAST: Final = 10
"""Answers in a box before it may be opened (protections.rating.minimum_cell of the request procedure)."""

MONTHS_AT_MOST: Final = 12
"""Months that a box may wait for its tenth answer."""

QUESTIONS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "treated": Text("他们待您客气、当回事吗", "Were you treated with respect and taken seriously?"),
        "understood": Text("答复您看得懂吗", "Could you understand the answer?"),
    }
)
ANSWERS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "yes": Text("是", "Yes"),
        "partly": Text("有些", "In part"),
        "no": Text("不是", "No"),
        "none": Text("不想说", "I would rather not say"),
    }
)
_N_NONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Slip:
    """One answer as it lies in a box: `tag` lets only the holder of the nonce find it again.

    `answers` maps each question to an answer's code.
    """

    tag: str
    answers: Mapping[str, str]

    def as_json(self) -> list[Any]:
        """The slip as it is stored."""
        return [self.tag, dict(self.answers)]


@dataclass(frozen=True, slots=True)
class Contents:
    """What lies in a box: receipts and slips, each sorted by itself, so that no order is kept."""

    receipts: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()

    def __len__(self) -> int:
        return len(self.slips)

    @property
    def answers(self) -> tuple[Mapping[str, str], ...]:
        """The answers alone, in an order that depends on them only."""
        return tuple(
            sorted((slip.answers for slip in self.slips), key=lambda said: json.dumps(said, sort_keys=True))
        )

    def with_one(self, nonce: bytes, answers: Mapping[str, str]) -> Contents:
        """One more answer."""
        return _sorted([*self.receipts, receipt(nonce)], [*self.slips, Slip(_tag(nonce), answers)])

    def without(self, nonce: bytes) -> Contents | None:
        """The same without the answer whose nonce this is; None if it does not lie here."""
        mine = receipt(nonce)
        if mine not in self.receipts:
            return None
        return _sorted(
            [one for one in self.receipts if one != mine],
            [slip for slip in self.slips if slip.tag != _tag(nonce)],
        )

    def as_json(self) -> dict[str, Any]:
        """The contents as they are stored."""
        return {"receipts": list(self.receipts), "slips": [slip.as_json() for slip in self.slips]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Contents:
        """The inverse of `as_json`."""
        slips = [Slip(tag, answers) for tag, answers in stored.get("slips", ())]
        return _sorted(stored.get("receipts", ()), slips)


def _sorted(receipts: Iterable[str], slips: Iterable[Slip]) -> Contents:
    return Contents(tuple(sorted(receipts)), tuple(sorted(slips, key=lambda slip: slip.tag)))


def why_not_rate(answers: Mapping[str, str], *, spent: bool) -> Refusal | None:
    """None if these answers may go into the box. Saying nothing to all questions is not an answer."""
    if spent:
        return Refusal(
            "rated_already",
            Text("这件事已经说过一次了，票已经投进箱里。", "This was answered once; the slip is in the box."),
            Kind.CONFLICT,
            next=Text(
                "要改，先用您留的票根把它取回来。", "To change it, take it back first with the stub you kept."
            ),
        )
    if set(answers) != set(QUESTIONS) or not set(answers.values()) <= set(ANSWERS):
        return Refusal("rating_shape", Text("每个问题选一个。", "Choose one for each question."), Kind.SHAPE)
    if set(answers.values()) == {"none"}:
        return Refusal(
            "rating_empty",
            Text("两个都不想说，就不用投。", "If you would rather say nothing, there is nothing to hand in."),
            Kind.SHAPE,
        )
    return None


def new_nonce(random_bytes: bytes) -> bytes:
    """A nonce from 16 random bytes of the caller's. Raises ValueError for another length."""
    if len(random_bytes) != _N_NONCE:
        raise ValueError(f"a nonce has {_N_NONCE} bytes, not {len(random_bytes)}")
    return random_bytes


def receipt(nonce: bytes) -> str:
    """What the opened box publishes for a nonce: 64 hex digits that say nothing about the answer."""
    return hashlib.sha256(b"minsheng rating receipt\n" + nonce).hexdigest()


def _tag(nonce: bytes) -> str:
    return hmac.new(nonce, b"minsheng rating slip", hashlib.sha256).hexdigest()


def spoken(nonce: bytes) -> tuple[str, ...]:
    """A nonce as the resident keeps it: groups of four letters and digits without 0, 1, 8 and 9."""
    letters = base64.b32encode(nonce).decode().rstrip("=")
    return tuple(letters[i : i + 4] for i in range(0, len(letters), 4))


def heard(words: str) -> bytes | None:
    """The nonce in what somebody typed, blanks and small letters allowed; None if it is none.

    >>> heard(" ".join(spoken(bytes(16)))) == bytes(16)
    True
    """
    letters = "".join(words.split()).replace("-", "").upper().replace("0", "O").replace("1", "I")
    try:
        nonce = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        return None
    return nonce if len(nonce) == _N_NONCE and "".join(spoken(nonce)) == letters else None


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def months_between(first: date, last: date) -> int:
    """How many months a span from `first` to `last` has, both counted: the same month is 1."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def what_to_do(contents: Contents, first: date, last: date, today: date) -> str:
    """What the daily disclosure of `today` does with a box of the months `first` to `last`.

    "wait" while the last month runs; then "open" with enough answers, else "roll" on to today's month, or
    "too_few" when that would be the thirteenth.
    """
    if month_of(today) <= month_of(last):
        return "wait"
    if len(contents) >= AT_LEAST:
        return "open"
    return "too_few" if months_between(first, today) > MONTHS_AT_MOST else "roll"


def counts(answers: Iterable[Mapping[str, str]]) -> dict[str, dict[str, int]]:
    """Question → answer → how often, every answer present."""
    found = {question: dict.fromkeys(ANSWERS, 0) for question in QUESTIONS}
    for said in answers:
        for question, answer in said.items():
            found[question][answer] += 1
    return found
