"""Files that come with an act: checked and bared before the transaction, sealed and written within it.

A file is on the disk, synced, before the transaction that names it commits: an act that was acknowledged has
its files. What a rolled-back transaction left behind lies, sealed, in the matter's own folder, which erasing
removes whole.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger import sealing
from minsheng.ledger.records import Part
from minsheng.matter.models import Attachment
from minsheng.matter.queries.files import BYTES, NAME, folder_of
from minsheng.matter.rules import pictures, uploads
from minsheng.matter.rules.uploads import Upload


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that may come in: its true type and what is left of it. `id` stands in the document's field."""

    id: str
    document: str
    field: str
    media: str
    name: str
    data: bytes

    @property
    def part(self) -> Part:
        """How the entry commits to the file's bytes, which rest elsewhere. Its name is not part of it."""
        return Part(f"{self.document}/{self.id}", self.data, "never", keep=False)


def prepare(files: Sequence[Upload]) -> tuple[Prepared, ...] | Refusal:
    """Check the files and take everything but the picture out of pictures."""
    if refusal := uploads.why_not_these(files):
        return refusal
    ready: list[Prepared] = []
    for upload in files:
        media = uploads.media_of(upload.data)
        assert media is not None
        data = upload.data
        if media != "application/pdf":
            bared = pictures.bare(data, media)
            if isinstance(bared, str):
                return uploads.unreadable(upload, bared)
            data = bared
        name = uploads.safe_name(upload.name, media)
        ready.append(Prepared(secrets.token_hex(8), upload.document, upload.field, media, name, data))
    return tuple(ready)


def with_files(
    documents: Mapping[str, Mapping[str, Any]], files: Sequence[Prepared], procedure: Procedure
) -> dict[str, dict[str, Any]] | Refusal:
    """The documents with each file's id in its field, which must be one of type file.

    What a caller wrote into a file field itself is dropped: only bytes that came in are named.
    """
    fields = {
        (document.id, field.id)
        for document in procedure.documents.values()
        for field in document.fields
        if field.type == "file"
    }
    whole = {
        name: {key: value for key, value in values.items() if (name, key) not in fields}
        for name, values in documents.items()
    }
    for file in files:
        if (file.document, file.field) not in fields:
            no = Text("这里不收文件。", "No file is asked for here.")
            return Refusal("file_not_asked", no, Kind.SHAPE, field=f"{file.document}.{file.field}")
        whole.setdefault(file.document, {}).setdefault(file.field, []).append(file.id)
    return whole


def store(matter: str, n: int, files: Sequence[Prepared]) -> None:
    """Seal and write the files of entry `n`. Within the transaction of the entry."""
    if not files:
        return
    key = sealing.key_of(matter, make=True)
    folder = folder_of(matter)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    rows = []
    for file in files:
        path = folder / f"{file.id}.sealed"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as sealed:
            sealed.write(key.seal(file.data, f"{BYTES} {file.id}"))
            sealed.flush()
            os.fsync(sealed.fileno())
        rows.append(
            Attachment(
                id=file.id,
                matter=matter,
                n=n,
                document=file.document,
                field=file.field,
                media=file.media,
                size=len(file.data),
                sha256=hashlib.sha256(file.data).hexdigest(),
                name_sealed=key.seal(file.name.encode(), f"{NAME} {file.id}"),
            )
        )
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    Attachment.objects.bulk_create(rows)


def erase(matter: str) -> int:
    """Remove every file of the matter, also those that no row names; how many files."""
    Attachment.objects.filter(matter=matter).delete()
    folder = folder_of(matter)
    n = sum(1 for _ in folder.glob("*")) if folder.is_dir() else 0
    shutil.rmtree(folder, ignore_errors=True)
    return n
