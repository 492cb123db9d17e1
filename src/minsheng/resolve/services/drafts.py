"""Keep what somebody has begun to write, sealed, until it is sent or the matter has ended."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from minsheng.kernel.words import Refusal
from minsheng.ledger import sealing
from minsheng.matter.rules import uploads
from minsheng.matter.rules.uploads import Upload
from minsheng.matter.services import attachments
from minsheng.resolve.models import Draft, DraftFile
from minsheng.resolve.queries.drafts import BYTES, NAME, WORDS


def keep(
    matter: str,
    page: str,
    person: str,
    values: Mapping[str, Any],
    *,
    round: int,
    at: datetime,
    files: Sequence[Upload] = (),
    drop: Collection[str] = (),
) -> Refusal | None:
    """Save a draft over the one before; its files stay, those in `drop` (ids) go, `files` are added.

    None if it was saved; a Refusal if the files may not come in: then the words are saved all the same.
    Raises sealing.Erased.
    """
    with transaction.atomic():
        row = _write(matter, page, person, values, round=round, at=at)
        row.files.filter(id__in=list(drop)).delete()
        return _add(row, files)


def _write(
    matter: str, page: str, person: str, values: Mapping[str, Any], *, round: int, at: datetime
) -> Draft:
    key = sealing.key_of(matter, make=True)
    words = json.dumps(dict(values), ensure_ascii=False).encode()
    held = Draft.objects.select_for_update().filter(matter=matter, page=page, person=person).first()
    if held is not None and held.round != round:
        held.delete()
    row, _ = Draft.objects.update_or_create(
        matter=matter,
        page=page,
        person=person,
        defaults={"round": round, "sealed": key.seal(words, WORDS), "saved_at": at},
    )
    return row


def _add(row: Draft, files: Sequence[Upload]) -> Refusal | None:
    if not files:
        return None
    if row.files.count() + len(files) > uploads.MAX_FILES:
        extra = [files[0]] * (row.files.count() + len(files))
        return uploads.why_not_these(extra)
    prepared = attachments.prepare(files)
    if isinstance(prepared, Refusal):
        return prepared
    key = sealing.key_of(row.matter)
    DraftFile.objects.bulk_create(
        DraftFile(
            draft=row,
            field=file.field,
            size=len(file.data),
            name_sealed=key.seal(file.name.encode(), NAME),
            sealed=key.seal(file.data, BYTES),
        )
        for file in prepared
    )
    return None


def drop(matter: str, page: str, person: str) -> None:
    """The draft was sent, or its writer threw it away."""
    Draft.objects.filter(matter=matter, page=page, person=person).delete()


def drop_drafts(matter: str) -> int:
    """The matter has ended or was erased: no draft about it is kept; how many there were."""
    rows = Draft.objects.filter(matter=matter)
    n = rows.count()
    rows.delete()
    return n
