"""Put a rating into its body's box, take it out again, open the box when its day has come.

A rating and the mark that a matter was rated are written in one transaction but into different tables, of
which neither holds a moment or a number that the other one has. What lies in a box is sealed: where only one
matter of a body was rated so far, whoever reads the tables would else read its answer.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db import transaction

from minsheng.bodies import queries as bodies
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger import queries as ledger_queries
from minsheng.ledger import sealing
from minsheng.ledger import services as ledger
from minsheng.verdict.models import RatingBox, RatingRight
from minsheng.verdict.queries.ratings import box_of
from minsheng.verdict.rules import rating
from minsheng.verdict.rules.rating import Contents


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
        _store(box, contents_of(box).with_one(nonce, answers))
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
            rest = contents_of(box).without(nonce)
            if rest is not None:
                _store(box, rest)
                RatingRight.objects.filter(matter=matter).update(spent=False)
                return None
    return wrong


def open_boxes(now: datetime) -> int:
    """What the daily disclosure does with the boxes: open those whose time has come, roll the others on, and
    close each opened one by a leaf of the log. How many were opened or taken into the log.

    Cheap when nothing is due. Killed at any point and called again, it goes on where it stood. Raises
    ledger's Busy while another process sequences.
    """
    month = rating.month_of(bodies.current_calendar().day_of(now))
    due = RatingBox.objects.filter(state=RatingBox.State.COLLECTING, last_month__lt=month)
    for key in list(due.order_by("body").values_list("pk", flat=True)):
        _turn(key, now)
    n = 0
    for box in RatingBox.objects.filter(state=RatingBox.State.OPENED, i=None).order_by("pk"):
        box.i = _leaf(box_of(box).commitment.hex(), now)
        box.save(update_fields=["i"])
        n += 1
    return n


def _turn(key: int, now: datetime) -> None:
    """Open one box, roll it on, or destroy it unread."""
    today = bodies.current_calendar().day_of(now)
    with transaction.atomic():
        box = RatingBox.objects.select_for_update().get(pk=key)
        contents = contents_of(box)
        match rating.what_to_do(contents, box.first_month, box.last_month, today):
            case "open":
                box.state, box.opened_on, box.contents = RatingBox.State.OPENED, today, None
                box.salt = secrets.token_bytes(32)
                box.published = {
                    "nonces": list(contents.receipts),
                    "answers": [dict(said) for said in contents.answers],
                }
            case "too_few":
                box.state, box.opened_on, box.contents = RatingBox.State.TOO_FEW, today, None
            case "roll":
                box.last_month = rating.month_of(today)
        box.save()
        if box.contents is None:
            sealing.destroy(_name(box), now)


def _leaf(commitment: str, now: datetime) -> int:
    """The index of the leaf that closes a box; it may be there already if the last run was killed."""
    known = ledger_queries.leaf_index(commitment)
    return ledger.log_box(commitment, now) if known is None else known


def _collecting(body: str, today: date) -> RatingBox:
    """The box of the body that takes answers now, locked; a new one where there is none."""
    month = rating.month_of(today)
    RatingBox.objects.get_or_create(
        body=body,
        state=RatingBox.State.COLLECTING,
        defaults={"first_month": month, "last_month": month},
    )
    return RatingBox.objects.select_for_update().get(body=body, state=RatingBox.State.COLLECTING)


_SLIPS: Final = "rating box"
"""What a box's contents are bound to, besides the box."""


def _name(box: RatingBox) -> str:
    """What the box is called among those that have a key."""
    return f"box {box.pk}"


def contents_of(box: RatingBox) -> Contents:
    """What lies in a box that collects. Raises sealing.CannotOpen."""
    if box.contents is None:
        return Contents()
    return Contents.from_json(json.loads(sealing.unseal(_name(box), bytes(box.contents), _SLIPS)))


def _store(box: RatingBox, contents: Contents) -> None:
    sealed = sealing.seal(_name(box), json.dumps(contents.as_json()).encode(), _SLIPS)
    RatingBox.objects.filter(pk=box.pk).update(contents=sealed)
