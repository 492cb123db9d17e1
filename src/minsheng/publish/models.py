"""The tables of this room: what the last daily disclosure shows. It can be made anew at any time."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Edition(models.Model):
    """One daily disclosure: the day it shows, the log it rests on, and what stays opaque."""

    day = models.DateField(primary_key=True)
    made_at = models.DateTimeField()
    size = models.BigIntegerField()
    n_disclosed = models.PositiveIntegerField()
    opaque: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.day.isoformat()


class PublicMatter(models.Model):
    """A matter as the public sees it: its first `n` entries, and what lists show of them."""

    matter = models.CharField(max_length=16, primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    procedure = models.CharField(max_length=64)
    n = models.PositiveIntegerField()
    opened_on = models.DateField()
    still_since = models.DateField()
    body = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=64, blank=True)
    area = models.CharField(max_length=64, blank=True)
    step = models.CharField(max_length=64, blank=True)
    due_on = models.DateField(null=True)
    stopped = models.BooleanField(default=False)
    n_late = models.PositiveIntegerField(default=0)
    told_body = models.CharField(max_length=64, blank=True)
    withheld = models.BooleanField(default=False)
    end = models.CharField(max_length=16, blank=True)
    word = models.CharField(max_length=16, blank=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["-opened_on", "-number"], name="publish_newest"),
            models.Index(fields=["body", "-opened_on", "-number"], name="publish_body"),
            models.Index(
                fields=["due_on", "number"], name="publish_late", condition=models.Q(end="", n_late__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class FigureCell(models.Model):
    """The figures of the last disclosure: one row per procedure, body and month.

    `unusable` says why nothing may be read out of the cell, for pressure was put on residents; else "".
    """

    procedure = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    month = models.CharField(max_length=7)
    counts: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField()
    unusable = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["procedure", "body", "month"], name="publish_cell")
        ]

    def __str__(self) -> str:
        return f"{self.body} {self.month}"


class RatingCell(models.Model):
    """A rating box at the last disclosure: opened with its counts, or with n = 0 too few in the end.

    Boxes that still collect are not here: nobody is told whether anything lies in them.
    """

    body = models.CharField(max_length=64)
    first_month = models.CharField(max_length=7)
    last_month = models.CharField(max_length=7)
    n = models.PositiveIntegerField(default=0)
    counts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.body} {self.last_month}"
