"""The tables of this room. Every column is declared with its purpose in columns.py.

What happened is in the ledger's entries. `MatterRow` and `Duty` are projections of them, rewritten in the
transaction of each append, so that lists need no folding; `rebuild_rows` compares them with the entries.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from minsheng.kernel.words import Text


class MatterRow(models.Model):
    """One matter as lists show it. Late is not a column: a matter is late when `due_at` has passed."""

    id = models.CharField(max_length=16, primary_key=True)
    number = models.CharField(max_length=40, unique=True)
    procedure = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    procedure_sha256 = models.CharField(max_length=64)
    override_sha256 = models.CharField(max_length=64, blank=True)
    disclosure = models.CharField(max_length=8)
    subject_zh = models.CharField(max_length=120, blank=True)
    subject_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=64, blank=True)  # staff only
    area = models.CharField(max_length=64, blank=True)  # staff only
    opened_on = models.DateField()
    open_steps = models.JSONField(default=list)
    responsible_body = models.CharField(max_length=64, blank=True)
    due_at = models.DateTimeField(null=True)
    next_change_at = models.DateTimeField(null=True)
    round = models.PositiveIntegerField(default=1)
    level = models.PositiveIntegerField(default=0)
    ended = models.CharField(max_length=16, blank=True)
    ended_on = models.DateField(null=True)
    moved_on = models.DateField()
    n_entries = models.PositiveIntegerField()
    seen_n = models.PositiveIntegerField()
    updated_at = models.DateTimeField()
    erased = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["next_change_at", "id"],
                name="matter_row_ticks",
                condition=models.Q(next_change_at__isnull=False),
            ),
            models.Index(fields=["-opened_on", "-id"], name="matter_row_newest"),
            models.Index(fields=["responsible_body", "-opened_on", "-id"], name="matter_row_body"),
        ]

    @property
    def subject(self) -> Text:
        """Kind and place in a few words; empty until the intake desk has classified the matter."""
        return Text(self.subject_zh, self.subject_en)


class Duty(models.Model):
    """Somebody's turn in a matter: an open step of a role, or (`waiting`) a body that waits for another.

    `body` is empty where the step is not assigned: then it is for whoever holds the role. `order_at` is
    `due_at`, or the end of time where there is no limit, so that lists can be paged by it.
    """

    matter = models.ForeignKey(MatterRow, on_delete=models.CASCADE, related_name="duties")
    step = models.CharField(max_length=64)
    role = models.CharField(max_length=64)
    body = models.CharField(max_length=64, blank=True)
    waiting = models.BooleanField()
    why = models.CharField(max_length=16, blank=True)
    due_at = models.DateTimeField(null=True)
    order_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["role", "body", "waiting", "order_at", "id"], name="matter_duty_list"),
        ]


class Attachment(models.Model):
    """A file that came with an act. Its bytes rest sealed under the data folder; the name is sealed too."""

    id = models.CharField(max_length=16, primary_key=True)
    matter = models.CharField(max_length=16, db_index=True)
    n = models.PositiveIntegerField()
    document = models.CharField(max_length=64)
    field = models.CharField(max_length=64)
    media = models.CharField(max_length=32)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    name_sealed = models.BinaryField()


class ProcedureVersion(models.Model):
    """The bytes of a rule file, and of the local override laid over it, kept for ever."""

    procedure = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    override_sha256 = models.CharField(max_length=64, blank=True)
    source = models.BinaryField()
    override_source = models.BinaryField()
    first_used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["sha256", "override_sha256"], name="matter_procedure_once")
        ]


class NumberCounter(models.Model):
    """The last number given in a year. Locked while one is taken, so that none is missing or double."""

    prefix = models.CharField(max_length=24)
    year = models.PositiveIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["prefix", "year"], name="matter_counter_once")
        ]
