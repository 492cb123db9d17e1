"""The tables of this room: what was done, what the log commits to, and how far each reader has come.

Entries, parts, leaves, batches, checkpoints and tombstones are append-only by trigger on both engines
(append_only.py); columns and their purposes are declared in columns.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

if TYPE_CHECKING:
    _IntField = models.Field[int, int]
else:
    _IntField = models.Field


class TransactionId(_IntField):
    """The number of the writing transaction: `xid8` on PostgreSQL, always 0 on SQLite.

    Only queries that order by (epoch, tx, id) and cut at the safe horizon read it; see ADR 0004.
    """

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8" if connection.vendor == "postgresql" else "bigint"

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(int(value))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)


class Entry(models.Model):
    """One act of one matter, as the bytes that its commitment covers.

    `body`, both salts and the moment become null, all at once, when the matter is erased; the row stays.
    """

    id = models.BigAutoField(primary_key=True)
    matter = models.CharField(max_length=16)
    n = models.PositiveIntegerField()
    commitment = models.BinaryField(max_length=32, unique=True)
    body = models.BinaryField(null=True)
    salt = models.BinaryField(max_length=32, null=True)
    moment_salt = models.BinaryField(max_length=32, null=True)
    at = models.DateTimeField(null=True)
    epoch = models.PositiveIntegerField(default=0)
    tx = TransactionId(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "n"], name="ledger_entry_chain")]
        indexes = [models.Index(fields=["epoch", "tx", "id"], name="ledger_entry_order")]

    def __str__(self) -> str:
        return f"{self.matter}/{self.n}"


class Part(models.Model):
    """A closed part of an entry: its salt and value in one box, and when it may be opened."""

    id = models.BigAutoField(primary_key=True)
    matter = models.CharField(max_length=16)
    n = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    box = models.BinaryField(null=True)
    disclose = models.CharField(max_length=64)
    guarded = models.BooleanField(default=False)
    opened_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "n", "name"], name="ledger_part_name")]

    def __str__(self) -> str:
        return f"{self.matter}/{self.n}/{self.name}"


class DataKey(models.Model):
    """The data key of a matter, wrapped by a version of the vault key; null once it was destroyed."""

    matter = models.CharField(max_length=64, primary_key=True)
    wrapped = models.BinaryField(null=True)
    version = models.PositiveSmallIntegerField(default=0)
    destroyed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.matter


class Erased(models.Model):
    """A tombstone: the entries of this matter were erased at this moment; their leaves stay."""

    matter = models.CharField(max_length=16, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.matter


class LeafKind(models.TextChoices):
    """What a leaf of the log commits to."""

    ENTRY = "entry"
    BOX = "box"  # an opened rating box
    LOG = "log"  # the last checkpoint of an earlier log that could not be continued
    LOST = "lost"  # an entry that an older backup did not have


class Leaf(models.Model):
    """One leaf of the log: its hash and, unless it is lost, the commitment that it hides."""

    i = models.BigIntegerField(primary_key=True)
    hash = models.BinaryField(max_length=32)
    commitment = models.BinaryField(max_length=32, null=True, unique=True)
    kind = models.CharField(max_length=8, choices=LeafKind.choices, default=LeafKind.ENTRY)

    def __str__(self) -> str:
        return str(self.i)


class Batch(models.Model):
    """Leaves `first` to `size` - 1, cut at `at`, and how far it read the entries (epoch, tx, id)."""

    first = models.BigIntegerField()
    size = models.BigIntegerField()
    at = models.DateTimeField()
    epoch = models.PositiveIntegerField(default=0)
    tx = TransactionId(default=0)
    entry = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.first}..{self.size}"


class Checkpoint(models.Model):
    """A signed head of the log: size, root, the moment it was signed, and the note as published."""

    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField(db_index=True)
    note = models.TextField()

    def __str__(self) -> str:
        return f"{self.size} at {self.at:%Y-%m-%d %H:%M}"


class Epoch(models.Model):
    """One row: how often this database came back from a backup. Transaction numbers start anew each time."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    n = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.n)


class Cursor(models.Model):
    """How far a handler has come, and where and why it stopped."""

    handler = models.CharField(max_length=100, primary_key=True)
    epoch = models.PositiveIntegerField(default=0)
    tx = TransactionId(default=0)
    entry = models.BigIntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_matter = models.CharField(max_length=16, blank=True, default="")
    stopped_n = models.PositiveIntegerField(default=0)
    n_failures = models.PositiveIntegerField(default=0)
    try_again_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True, default="")

    def __str__(self) -> str:
        return self.handler


class Disclosure(models.Model):
    """What everybody saw from this day's disclosure on: the tree up to `size`, entries up to `day`."""

    day = models.DateField(primary_key=True)
    at = models.DateTimeField()
    size = models.BigIntegerField()

    def __str__(self) -> str:
        return str(self.day)


class Restoration(models.Model):
    """The database came back from a backup at this moment, and so many leaves had lost their entries."""

    at = models.DateTimeField()
    epoch = models.PositiveIntegerField()
    n_lost = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Recovered(models.Model):
    """A lost leaf whose entry a resident's proof file gave back."""

    i = models.BigIntegerField(primary_key=True)
    commitment = models.BinaryField(max_length=32, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.i)
