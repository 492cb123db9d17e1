"""What an officer has begun to write about a matter. Nobody but the writer reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from minsheng.ledger import sealing
from minsheng.resolve.models import Draft

WORDS: Final = "draft"
NAME: Final = "draft file name"
BYTES: Final = "draft file"
"""What the boxes are bound to, besides the matter."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a draft: id, field, name and size in bytes."""

    id: str
    field: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft: what was written by field, its files, when it was saved."""

    values: Mapping[str, Any]
    files: tuple[Kept, ...]
    saved_at: datetime


def begun(matter: str, page: str, person: str, *, round: int) -> Begun | None:
    """The writer's draft for this page in this round; None if there is none. Raises sealing.Erased."""
    row = Draft.objects.filter(matter=matter, page=page, person=person, round=round).first()
    if row is None:
        return None
    key = sealing.key_of(matter)
    files = tuple(
        Kept(str(file.id), file.field, key.unseal(bytes(file.name_sealed), NAME).decode(), file.size)
        for file in row.files.defer("sealed").order_by("id")
    )
    return Begun(json.loads(key.unseal(bytes(row.sealed), WORDS)), files, row.saved_at)


def bytes_of(matter: str, page: str, person: str, *, round: int) -> tuple[tuple[Kept, bytes], ...]:
    """The files of a draft with their bytes, to be sent with the act."""
    row = Draft.objects.filter(matter=matter, page=page, person=person, round=round).first()
    if row is None:
        return ()
    key = sealing.key_of(matter)
    return tuple(
        (
            Kept(str(file.id), file.field, key.unseal(bytes(file.name_sealed), NAME).decode(), file.size),
            key.unseal(bytes(file.sealed), BYTES),
        )
        for file in row.files.order_by("id")
    )
