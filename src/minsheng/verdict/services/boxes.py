"""Put a rating into its body's box, take it out again, open the box when its day has come.

A rating and the mark that a matter was rated are written in one transaction but into different tables, of
which neither holds a moment or a number that the other one has.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from minsheng.kernel.log.canonical import canonical
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.verdict.models import RatingBox, RatingRight
from minsheng.verdict.rules import rating
from minsheng.verdict.rules.rating import Contents


@dataclass(frozen=True, slots=True)
class OpenedBox:
    """A box as it is published. `commitment` (32 bytes) is its leaf in the log: SHA-256 of `data`, which are
    the RFC 8785 bytes of the file boxes/<body>-<month>.json in the export."""

    body: str
    first_month: date
    last_month: date
    opened_on: date
    data: bytes

    @property
    def commitment(self) -> bytes:
        return hashlib.sha256(self.data).digest()

    @property
    def name(self) -> str:
        """The file's name within the export."""
        return f"boxes/{self.body}-{self.first_month:%Y-%m}.json"


def give_right(matter: str, body: str) -> None:
    """An ended matter may be rated once; giving the right again changes nothing."""
    RatingRight.objects.get_or_create(matter=matter, defaults={"body": body})


def rate(matter: str, answers: Mapping[str, str], today: date) -> bytes | Refusal:
    """Put the answers into the box; the nonce, which is told to the resident once and kept nowhere."""
    with transaction.atomic():
        right = RatingRight.objects.select_for_update().filter(matter=matter).first()
        if right is None:
            return Refusal(
                "not_ended",
                Text("这件事还没有结束，结束了再说。", "The matter has not ended yet; rate it then."),
            )
        if refusal := rating.why_not_rate(answers, spent=right.spent):
            return refusal
        nonce = rating.new_nonce(secrets.token_bytes(16))
        box = _collecting(right.body, today)
        _store(box, Contents.from_json(box.contents).with_one(nonce, answers))
        RatingRight.objects.filter(matter=matter).update(spent=True)
    return nonce


def take_out(matter: str, typed: str) -> Refusal | None:
    """Take one's own answer out of a box that is still closed, so that one may rate anew."""
    nonce = rating.heard(typed)
    wrong = Refusal(
        "no_such_stub",
        Text(
            "没有找到这张票。看一下票根；箱子已经打开的，取不回来。",
            "No such slip was found. Check the stub; once a box is open, nothing can be taken out.",
        ),
        Kind.SHAPE,
        field="stub",
    )
    if nonce is None:
        return wrong
    with transaction.atomic():
        right = RatingRight.objects.select_for_update().filter(matter=matter, spent=True).first()
        if right is None:
            return wrong
        boxes = RatingBox.objects.select_for_update().filter(
            body=right.body, state=RatingBox.State.COLLECTING
        )
        for box in boxes:
            rest = Contents.from_json(box.contents).without(nonce)
            if rest is not None:
                _store(box, rest)
                RatingRight.objects.filter(matter=matter).update(spent=False)
                return None
    return wrong


def open_boxes(day: date) -> list[OpenedBox]:
    """The daily disclosure of `day`: open every box whose time has come, roll the others on.

    Within the caller's transaction, which also takes the commitments into the log. Called again for the same
    day it does nothing more.
    """
    opened = []
    boxes = RatingBox.objects.select_for_update().filter(state=RatingBox.State.COLLECTING)
    for box in boxes.order_by("body"):
        contents = Contents.from_json(box.contents)
        match rating.what_to_do(contents, box.first_month, box.last_month, day):
            case "open":
                opened.append(_open(box, contents, day))
            case "too_few":
                box.state, box.opened_on, box.contents = RatingBox.State.TOO_FEW, day, {}
                box.save()
            case "roll":
                box.last_month = rating.month_of(day)
                box.save()
    return opened


def published(box: RatingBox) -> OpenedBox:
    """An opened box as it stands in the export."""
    assert box.opened_on is not None
    return OpenedBox(box.body, box.first_month, box.last_month, box.opened_on, canonical(box.published))


def _open(box: RatingBox, contents: Contents, day: date) -> OpenedBox:
    box.state, box.opened_on, box.contents = RatingBox.State.OPENED, day, {}
    box.published = {
        "v": 1,
        "body": box.body,
        "months": [f"{box.first_month:%Y-%m}", f"{box.last_month:%Y-%m}"],
        "opened_on": day.isoformat(),
        "receipts": list(contents.receipts),
        "answers": [dict(said) for said in contents.answers],
    }
    box.save()
    return published(box)


def _collecting(body: str, today: date) -> RatingBox:
    """The box of the body that takes answers now, locked; a new one where there is none."""
    month = rating.month_of(today)
    RatingBox.objects.get_or_create(
        body=body,
        state=RatingBox.State.COLLECTING,
        defaults={"first_month": month, "last_month": month, "contents": Contents().as_json()},
    )
    return RatingBox.objects.select_for_update().get(body=body, state=RatingBox.State.COLLECTING)


def _store(box: RatingBox, contents: Contents) -> None:
    stored: dict[str, Any] = json.loads(json.dumps(contents.as_json()))
    RatingBox.objects.filter(pk=box.pk).update(contents=stored)
