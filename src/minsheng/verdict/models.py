"""The tables of this room: rating boxes, and reports of pressure. Every column is declared in columns.py.

A verdict has no table: it is an entry of the matter. A rating has no row of its own either: it lies in its
body's box, which is one value, sorted, so that no row number, no moment and no transaction id leads back to
a matter.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models


class RatingRight(models.Model):
    """An ended matter may be rated once. `spent` has no moment; nothing here points into a box."""

    matter = models.CharField(max_length=16, primary_key=True)
    body = models.CharField(max_length=64)
    spent = models.BooleanField(default=False)


class RatingBox(models.Model):
    """The answers about one body over some months; only one box of a body takes answers in.

    `contents` is sealed under a key of the box's own, which is destroyed when the box opens.
    """

    class State(models.TextChoices):
        COLLECTING = "collecting"
        OPENED = "opened"
        TOO_FEW = "too_few"

    body = models.CharField(max_length=64)
    first_month = models.DateField()
    last_month = models.DateField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.COLLECTING)
    contents = models.BinaryField(null=True)
    opened_on = models.DateField(null=True)
    published: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    salt = models.BinaryField(max_length=32, null=True)
    i = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["body"], condition=models.Q(state="collecting"), name="verdict_one_box_collects"
            )
        ]


class PressureCheck(models.Model):
    """A reviewer looks into what was reported about one matter. Its body does not see that it exists."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.CharField(max_length=16)
    body = models.CharField(max_length=64)
    month = models.DateField()
    opened_on = models.DateField()
    due_on = models.DateField()
    finding = models.CharField(max_length=12, blank=True)
    reasons_sealed = models.BinaryField(null=True)
    closed_on = models.DateField(null=True)
    closed_by = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["matter"], condition=models.Q(finding=""), name="verdict_one_open_check"
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["finding", "due_on", "id"], name="verdict_check_list")
        ]


class PressureReport(models.Model):
    """What a resident said about being told what to choose, sealed under the matter's data key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    of = models.ForeignKey(PressureCheck, on_delete=models.CASCADE, related_name="reports")
    said_on = models.DateField()
    words_sealed = models.BinaryField(null=True)


class PeriodMark(models.Model):
    """The verdicts and ratings of a body's month are unusable. Published; never taken back."""

    body = models.CharField(max_length=64)
    month = models.DateField()
    why = models.CharField(max_length=12)
    marked_on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["body", "month"], name="verdict_mark_once")
        ]
