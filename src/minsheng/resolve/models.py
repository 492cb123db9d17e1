"""The tables of this room: what an officer has begun to write and not sent yet. Columns: columns.py.

Everything here is sealed under the matter's data key, so that erasing the matter makes it unreadable, and
goes when it has been sent or the matter has ended.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models


class Draft(models.Model):
    """What one person has begun to write on one page about one matter."""

    matter = models.CharField(max_length=16)
    page = models.CharField(max_length=32)
    person = models.CharField(max_length=64)
    round = models.PositiveIntegerField()
    sealed = models.BinaryField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["matter", "page", "person"], name="resolve_draft_once")
        ]


class DraftFile(models.Model):
    """A file that goes with a draft, already checked and bared."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    field = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    name_sealed = models.BinaryField()
    sealed = models.BinaryField()
