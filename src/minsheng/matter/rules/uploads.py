"""What may be attached, and how much of it? Pure: bytes in, an answer out.

Source: the project's own limits (basis: this platform), shown beside every file field.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from minsheng.kernel.words import Kind, Refusal, Text

MAX_BYTES: Final = 10_000_000
"""Largest file, in bytes as uploaded."""

MAX_FILES: Final = 5
"""Most files with one act."""

Media = Literal["image/jpeg", "image/png", "image/webp", "application/pdf"]

EXTENSION: Final[dict[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody handed it in. `document` and `field` say where the rule file asks for it."""

    document: str
    field: str
    name: str
    data: bytes


def media_of(data: bytes) -> Media | None:
    """What the bytes themselves say they are; None if none of the four. The name is never asked.

    >>> media_of(b"<html>"), media_of(b"%PDF-1.7 ... %%EOF")
    (None, 'application/pdf')
    """
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if re.match(rb"%PDF-[12]\.\d", data) and b"%%EOF" in data[-1024:]:
        return "application/pdf"
    return None


def safe_name(name: str, media: str) -> str:
    """A name to download under: no path, no control or direction marks, the extension of the true type.

    >>> safe_name("../../楼道 1.php", "image/png")
    '楼道 1.png'
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    stem = last.rsplit(".", 1)[0] if "." in last else last
    kept = "".join(c for c in stem if unicodedata.category(c)[0] in "LNM" or c in " -_()（）")
    return f"{kept.strip()[:60].strip() or 'file'}.{EXTENSION[media]}"


def why_not_these(uploads: Sequence[Upload]) -> Refusal | None:
    """None if so many files of these sizes and types may come with one act. Pictures are opened elsewhere."""
    if len(uploads) > MAX_FILES:
        return _no(
            "too_many_files",
            f"一次最多{MAX_FILES}个文件，您选了{len(uploads)}个。",
            f"At most {MAX_FILES} files at a time; you chose {len(uploads)}.",
            uploads[MAX_FILES],
        )
    for upload in uploads:
        if not upload.data:
            return _no("file_empty", "这个文件是空的。", "This file is empty.", upload)
        if len(upload.data) > MAX_BYTES:
            return _no(
                "file_too_large",
                f"一个文件最大{MAX_BYTES // 1_000_000}MB。",
                f"A file may have at most {MAX_BYTES // 1_000_000} MB.",
                upload,
            )
        if media_of(upload.data) is None:
            return _no(
                "file_type",
                "只收照片（JPEG、PNG、WebP）和PDF。看的是文件内容，不是文件名。",
                "Only pictures (JPEG, PNG, WebP) and PDF. The content decides, not the name.",
                upload,
            )
    return None


def _no(code: str, zh: str, en: str, upload: Upload) -> Refusal:
    return Refusal(code, Text(zh, en), Kind.SHAPE, field=f"{upload.document}.{upload.field}")


def unreadable(upload: Upload, why: Literal["broken", "animated", "too_many_pixels"]) -> Refusal:
    """The refusal for a picture that could not be taken in."""
    zh, en = {
        "broken": (
            "这张图片打不开，可能传坏了。换一张，或者再拍一次。",
            "This picture cannot be opened. Choose another one or take it again.",
        ),
        "animated": (
            "不收会动的图片。截一张图再传。",
            "Moving pictures are not taken. Send a still.",
        ),
        "too_many_pixels": (
            "这张图片的像素太多，打不开。缩小了再传。",
            "This picture has too many pixels. Make it smaller and send it again.",
        ),
    }[why]
    return _no(f"picture_{why}", zh, en, upload)
