"""The tables of this room: how a resident comes back, what is not filed yet, what is to be told.

Nothing a resident wrote rests here in the clear: drafts are sealed with a key that only their own browser and
the vault key together can make, letters hold no text, codes and links are hashes. Every column is declared
with its purpose in columns.py.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Filing(models.Model):
    """What this room knows of a matter that a resident filed: the way back, the language of the letters."""

    matter = models.CharField(max_length=16, primary_key=True)
    code_hash = models.CharField(max_length=64, unique=True)
    pepper = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)
    has_mail = models.BooleanField(default=False)
    waits_until = models.DateField(null=True)
    waits_n = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["waits_until"],
                name="listen_filing_waits",
                condition=models.Q(waits_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.matter


class Draft(models.Model):
    """Something that is being written, or was just filed (then only the way to its receipt is in the box)."""

    token_hash = models.CharField(max_length=64, unique=True)
    box = models.BinaryField()
    vault_version = models.PositiveSmallIntegerField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)


class Letter(models.Model):
    """Something a resident is to be told because of entry `n`. Its text is made anew whenever it is shown."""

    matter = models.CharField(max_length=16)
    n = models.PositiveIntegerField()
    kind = models.CharField(max_length=32)
    on = models.DateField()
    try_at = models.DateTimeField(null=True)
    n_tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["matter", "n", "kind"], name="listen_letter_once")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["try_at", "id"],
                name="listen_letter_due",
                condition=models.Q(try_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.matter}/{self.n} {self.kind}"


class MailLink(models.Model):
    """A link in a letter: a hash of its token, the one page it opens, and until when."""

    token_hash = models.CharField(max_length=64, unique=True)
    matter = models.CharField(max_length=16, db_index=True)
    purpose = models.CharField(max_length=16)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.matter} {self.purpose}"
