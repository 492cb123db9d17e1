"""What is left of a picture when everything but the picture is taken away?

A photo from a phone says where and when it was taken and with whose device. Decoding it and encoding the
bare pixels again leaves none of that: no EXIF, GPS, comments, thumbnails, colour profiles or trailing bytes.
Pure: bytes in, bytes out.
"""

from __future__ import annotations

import io
import struct
from typing import Final, Literal

from PIL import Image, ImageOps

MAX_PIXELS: Final = 50_000_000
"""Most pixels that are decoded (width × height); read from the header before anything is unpacked."""

MAX_SIDE: Final = 4096
"""Longest side kept, in pixels: a house number stays readable, a disk stays empty."""

Trouble = Literal["broken", "animated", "too_many_pixels"]

_FORMAT: Final = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_MALFORMED: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    ZeroDivisionError,
    MemoryError,
    struct.error,
)


def bare(data: bytes, media: str) -> bytes | Trouble:
    """The same picture, upright, at most MAX_SIDE long, with pixels only; or what is wrong with it.

    `media` is image/jpeg, image/png or image/webp and stays the same. Colours are taken as sRGB.
    """
    try:
        return _bare(data, _FORMAT[media])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "too_many_pixels"
    except _MALFORMED:
        return "broken"


def _bare(data: bytes, form: str) -> bytes | Trouble:
    with Image.open(io.BytesIO(data), formats=(form,)) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            return "too_many_pixels"
        # Phones write a JPEG with a second picture for brightness behind it: the first one is the photo.
        if form != "JPEG" and getattr(picture, "is_animated", False):
            return "animated"
        if form == "JPEG":
            picture.draft("RGB", (MAX_SIDE, MAX_SIDE))
        upright = ImageOps.exif_transpose(picture)
    clear = form != "JPEG" and ("A" in upright.getbands() or "transparency" in upright.info)
    pixels = upright.convert("RGBA" if clear else "RGB")
    pixels.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.LANCZOS)
    clean = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    out = io.BytesIO()
    if form == "PNG":
        clean.save(out, form, optimize=False)
    else:
        clean.save(out, form, quality=88)
    return out.getvalue()
