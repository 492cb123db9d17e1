"""Where attachments rest, and how one is read back. Who may read one: `queries.readable`."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from minsheng.ledger import sealing
from minsheng.matter.models import Attachment

NAME: Final = "attachment name"
BYTES: Final = "attachment"
"""What a sealed name and sealed bytes are bound to, besides matter and id."""


class Damaged(Exception):
    """The file on the disk is not, or no longer, the one that came in."""


@dataclass(frozen=True, slots=True)
class File:
    """An attachment: its id in the document, entry, document, field, type, bytes as kept, name."""

    id: str
    n: int
    document: str
    field: str
    media: str
    size: int
    name: str


def folder_of(matter: str) -> Path:
    """The folder that holds a matter's files, sealed; outside what the web server serves."""
    return Path(settings.MEDIA_ROOT) / "attachments" / matter[:2] / matter


def files_of(matter: str) -> dict[str, File]:
    """Every attachment of a matter, by id. Raises sealing.Erased."""
    rows = list(Attachment.objects.filter(matter=matter).order_by("n", "document", "field", "id"))
    if not rows:
        return {}
    key = sealing.key_of(matter)
    return {row.id: _file(row, key) for row in rows}


def _file(row: Attachment, key: sealing.MatterKey) -> File:
    name = key.unseal(bytes(row.name_sealed), f"{NAME} {row.id}").decode()
    return File(row.id, row.n, row.document, row.field, row.media, row.size, name)


def bytes_of(matter: str, id: str) -> bytes:
    """The bytes of an attachment. Raises Damaged when the file is missing or another one, sealing.Erased."""
    row = Attachment.objects.get(matter=matter, id=id)
    try:
        data = sealing.unseal(matter, (folder_of(matter) / f"{id}.sealed").read_bytes(), f"{BYTES} {id}")
    except (OSError, sealing.CannotOpen) as error:
        raise Damaged(f"attachment {id} of {matter} cannot be read: {type(error).__name__}") from error
    if hashlib.sha256(data).hexdigest() != row.sha256:
        raise Damaged(f"attachment {id} of {matter} is not the one that came in")
    return data
