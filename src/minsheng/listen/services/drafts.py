"""What is being written is kept, sealed, from the first answer on: an error or a dead line loses nothing.

A draft lives seven days after the last answer and belongs to one browser. Once it is filed, the box holds the
way to the receipt instead, so that a form sent twice files once and shows the same receipt.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.listen.models import Draft
from minsheng.listen.rules.intake import TERMS
from minsheng.listen.rules.written import Photo, Written
from minsheng.listen.services import sealed
from minsheng.matter.services import Upload
from minsheng.matter.services.attachments import prepare

KEPT: Final = timedelta(days=7)
"""How long after the last answer."""

RECEIPT_KEPT: Final = timedelta(hours=12)
"""How long a filed draft still leads to its receipt: as long as a session."""

_BOX: Final = "draft"


@dataclass(frozen=True, slots=True)
class Filed:
    """What was filed: matter, number, and the follow code, which nobody else has."""

    matter: str
    number: str
    code: str


@dataclass(frozen=True, slots=True)
class Held:
    """A draft in the hands of its writer: what is written, or what became of it."""

    id: int
    token: str
    version: int
    written: Written
    filed: Filed | None = None


def find(token: str, now: datetime) -> Held | None:
    """The draft of this browser; None if there is none, or it is older than it may get."""
    if not token or len(token) > 100:
        return None
    return _held(Draft.objects.filter(token_hash=sealed.token_hash(token), expires_at__gt=now).first(), token)


def _held(row: Draft | None, token: str) -> Held | None:
    if row is None:
        return None
    try:
        data = sealed.unseal(token, bytes(row.box), _BOX, row.vault_version)
    except sealed.WrongToken:
        return None
    if data.startswith(b"F"):
        return Held(row.pk, token, row.vault_version, Written(), Filed(**json.loads(data[1:])))
    return Held(row.pk, token, row.vault_version, Written.from_bytes(data[1:]))


def begin(now: datetime) -> Held:
    """A new, empty draft."""
    token, version = sealed.fresh_token(), sealed.newest_version()
    row = Draft.objects.create(
        token_hash=sealed.token_hash(token),
        box=sealed.seal(token, b"W" + Written().to_bytes(), _BOX, version),
        vault_version=version,
        expires_at=now + KEPT,
    )
    return Held(row.pk, token, version, Written())


def save(held: Held, written: Written, now: datetime) -> Held:
    """Keep what is written now. Does nothing to a draft that was filed or swept meanwhile."""
    box = sealed.seal(held.token, b"W" + written.to_bytes(), _BOX, held.version)
    with transaction.atomic():
        row = Draft.objects.select_for_update().filter(pk=held.id).first()
        now_held = _held(row, held.token)
        if row is None or now_held is None or now_held.filed:
            return now_held or held
        row.box, row.expires_at = box, now + KEPT
        row.save(update_fields=["box", "expires_at"])
    return replace(held, written=written)


def add_photos(held: Held, uploads: Sequence[Upload], now: datetime) -> Held | Refusal:
    """Take photographs in: checked, bared of place and device, sealed on the disk, named in the draft."""
    n = len(held.written.photos) + len(uploads)
    if n > TERMS.max_photos:
        return Refusal(
            "too_many_photos",
            Text(
                f"连同已经传上的一共{n}张，最多{TERMS.max_photos}张，去掉几张再传",
                f"That makes {n} with those already here; {TERMS.max_photos} at most, take some out",
            ),
            Kind.SHAPE,
            field="photos",
        )
    ready = prepare(uploads)
    if isinstance(ready, Refusal):
        return replace(ready, field="photos")
    for file in ready:
        if not file.media.startswith("image/"):
            no = Text("这里只收照片；文件以后可以补充", "Pictures only here; papers can be added later")
            return Refusal("photos_only", no, Kind.SHAPE, field="photos")
    photos = [_store(held, file.name, file.media, file.data) for file in ready]
    return save(held, replace(held.written, photos=(*held.written.photos, *photos)), now)


def _store(held: Held, name: str, media: str, data: bytes) -> Photo:
    photo = Photo(secrets.token_hex(8), name, media, len(data))
    folder = _folder(held.id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / photo.id, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(sealed.seal(held.token, data, f"photo {photo.id}", held.version))
    return photo


def drop_photo(held: Held, id: str, now: datetime) -> Held:
    """Take a photograph out again."""
    left = tuple(photo for photo in held.written.photos if photo.id != id)
    if len(left) < len(held.written.photos):
        held = save(held, replace(held.written, photos=left), now)
        (_folder(held.id) / id).unlink(missing_ok=True)
    return held


def photos(held: Held) -> list[Upload]:
    """The photographs, ready to be filed; one whose file is gone is left out."""
    found = []
    for photo in held.written.photos:
        try:
            box = (_folder(held.id) / photo.id).read_bytes()
        except OSError:
            continue
        data = sealed.unseal(held.token, box, f"photo {photo.id}", held.version)
        found.append(Upload("original", "media", photo.name, data))
    return found


def lock(held: Held) -> Held | None:
    """The draft as it stands now, held until the transaction ends: of two filings at once one waits."""
    return _held(Draft.objects.select_for_update().filter(pk=held.id).first(), held.token)


def mark_filed(held: Held, filed: Filed, now: datetime) -> None:
    """From now on the box holds the way to the receipt. Within the transaction that files."""
    data = json.dumps({"matter": filed.matter, "number": filed.number, "code": filed.code}).encode()
    Draft.objects.filter(pk=held.id).update(
        box=sealed.seal(held.token, b"F" + data, _BOX, held.version), expires_at=now + RECEIPT_KEPT
    )


def throw_away(held: Held) -> None:
    """Remove the draft and its photographs at once."""
    Draft.objects.filter(pk=held.id).delete()
    forget_photos(held.id)


def forget_photos(id: int) -> None:
    """Remove the photographs of a draft."""
    shutil.rmtree(_folder(id), ignore_errors=True)


def sweep(now: datetime) -> int:
    """Remove drafts whose days are over, and then folders that no draft names; how many drafts."""
    over = list(Draft.objects.filter(expires_at__lte=now).values_list("pk", flat=True)[:500])
    if not over:
        return 0
    n = Draft.objects.filter(pk__in=over, expires_at__lte=now).delete()[0]
    root = _root()
    folders = list(root.iterdir()) if root.is_dir() else []
    known = {str(pk) for pk in Draft.objects.values_list("pk", flat=True)}
    for folder in folders:
        if folder.name not in known:
            shutil.rmtree(folder, ignore_errors=True)
    return n


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "drafts"


def _folder(id: int) -> Path:
    return _root() / str(id)
