"""Attachments: what may come in, and what is left of it."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from minsheng.matter.rules import pictures, uploads
from minsheng.matter.rules.uploads import Upload

MARK = b"PLANTED-31.2304N-121.4737E"


def upload(data: bytes, name: str = "photo.jpg") -> Upload:
    return Upload("original", "media", name, data)


def drawn(size: tuple[int, int] = (120, 80)) -> Image.Image:
    image = Image.new("RGB", size, (200, 210, 205))
    ImageDraw.Draw(image).rectangle((10, 10, 60, 40), fill=(11, 90, 94))
    return image


def saved(form: str, **options: object) -> bytes:
    out = io.BytesIO()
    drawn().save(out, form, **options)  # type: ignore[arg-type]
    return out.getvalue()


def exif() -> bytes:
    """EXIF with a camera, a description with a marker, a GPS position, and a turned picture."""
    tags = Image.Exif()
    tags[0x010E] = MARK.decode()
    tags[0x010F] = "PLANTED camera"
    tags[0x0112] = 6
    tags.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    return tags.tobytes()


@pytest.mark.parametrize("form,media", [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_photo_keeps_its_picture_and_loses_where_it_was_taken(form: str, media: str) -> None:
    data = saved(form, exif=exif())
    assert MARK in data
    left = pictures.bare(data, media)
    assert isinstance(left, bytes) and MARK not in left and b"Exif" not in left and b"PLANTED" not in left
    with Image.open(io.BytesIO(left)) as image:
        assert image.size == (80, 120), "turned upright, for the mark that said so is gone"
        assert not dict(image.getexif())
        assert uploads.media_of(left) == media


def test_comments_text_profiles_and_trailing_bytes_do_not_survive() -> None:
    jpeg = saved("JPEG", comment=MARK) + MARK
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", MARK.decode())
    info.add_itxt("XML:com.adobe.xmp", MARK.decode())
    png = saved("PNG", pnginfo=info, icc_profile=MARK * 10) + MARK
    for data, media in ((jpeg, "image/jpeg"), (png, "image/png")):
        assert MARK in data
        left = pictures.bare(data, media)
        assert isinstance(left, bytes) and MARK not in left and b"iCCP" not in left and b"Comment" not in left


def test_the_second_picture_inside_a_phones_jpeg_is_dropped_and_the_photo_taken() -> None:
    out = io.BytesIO()
    drawn().save(out, "MPO", save_all=True, append_images=[drawn()])
    left = pictures.bare(out.getvalue(), "image/jpeg")
    assert isinstance(left, bytes)
    with Image.open(io.BytesIO(left)) as image:
        assert image.format == "JPEG" and image.size == (120, 80)


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_a_moving_picture_is_refused(form: str) -> None:
    data = saved(form, save_all=True, append_images=[Image.new("RGB", (120, 80), (1, 2, 3))], duration=100)
    assert pictures.bare(data, f"image/{form.lower()}") == "animated"


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose pixels would fill gigabytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 4096))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [7_100, 12_000, 30_000, 60_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    data = png_that_claims(side, side)
    assert len(data) < 500
    assert pictures.bare(data, "image/png") == "too_many_pixels"


def test_a_large_photo_is_made_smaller() -> None:
    out = io.BytesIO()
    Image.new("RGB", (6000, 3000), (90, 90, 90)).save(out, "JPEG")
    left = pictures.bare(out.getvalue(), "image/jpeg")
    assert isinstance(left, bytes)
    with Image.open(io.BytesIO(left)) as image:
        assert image.size == (4096, 2048)


@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), st.data())
@settings(max_examples=60, deadline=None)
def test_a_broken_picture_is_refused_or_mended_and_never_an_error(form: str, data: st.DataObject) -> None:
    good = saved(form)
    cut = data.draw(st.integers(12, len(good) - 1))
    noise = data.draw(st.binary(max_size=40))
    left = pictures.bare(good[:cut] + noise, f"image/{form.lower()}")
    assert left in ("broken", "animated", "too_many_pixels") or isinstance(left, bytes)


@pytest.mark.parametrize(
    "data",
    [
        b"<html><script>alert(1)</script></html>",
        b"MZ\x90\x00" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        b"GIF89a" + bytes(100),
        b"%PDF-1.7\n no end here",
        b"%!PS-Adobe-3.0\n%%EOF",
        b"  %PDF-1.7\n%%EOF",
        b"RIFF\0\0\0\0AVI LIST",
    ],
)
def test_a_file_that_lies_about_its_type_is_refused_with_the_reason(data: bytes) -> None:
    refusal = uploads.why_not_these([upload(data, "photo.jpg")])
    assert refusal is not None and refusal.code == "file_type" and refusal.field == "original.media"
    assert "文件内容" in refusal.reason.zh and "content decides" in refusal.reason.en


def test_empty_too_large_and_too_many_are_refused_with_the_number() -> None:
    jpeg = saved("JPEG")
    assert uploads.why_not_these([upload(b"")]).code == "file_empty"  # type: ignore[union-attr]
    exactly = jpeg + bytes(uploads.MAX_BYTES - len(jpeg))
    assert uploads.why_not_these([upload(exactly)]) is None
    over = uploads.why_not_these([upload(exactly + b"\0")])
    assert over is not None and over.code == "file_too_large" and "10MB" in over.reason.zh
    assert uploads.why_not_these([upload(jpeg)] * 5) is None
    many = uploads.why_not_these([upload(jpeg)] * 6)
    assert many is not None and many.code == "too_many_files" and "6" in many.reason.zh


@given(st.text(max_size=120), st.sampled_from(sorted(uploads.EXTENSION)))
def test_a_name_to_download_under_is_harmless(name: str, media: str) -> None:
    safe = uploads.safe_name(name, media)
    assert safe.endswith("." + uploads.EXTENSION[media]) and safe.count(".") == 1
    assert not set(safe) & set('/\\:*?"<>|\r\n\0') and len(safe) <= 66
    assert all(c.isprintable() for c in safe)
