"""A resident who has shown a follow code or a letter's link sees one matter, until the session ends.

The session keeps, per matter, a hash of the handle and the matter sealed under a key made from the handle.
The handle itself is in the page's address only, so that the table of sessions does not tell which matters
are one person's.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.http import HttpRequest

MINE: Final = "minsheng_mine"
"""Session key of what a resident has opened."""

MOST: Final = 20
"""Matters open at once in one browser; the one opened first is closed for the next."""

_NONCE: Final = bytes(12)  # each key seals once


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who has shown that a matter is theirs. `via`: link, code, call, paper or counter."""

    matter: str
    handle: str
    via: str

    @property
    def person(self) -> str:
        """The opaque key for `Actor`: a resident is nobody beyond the matter."""
        return f"resident:{self.matter}"


def let_in(request: HttpRequest, matter: str, via: str) -> Resident:
    """Open a matter for this browser; pages of it are under the handle in the answer.

    The session gets a new key, so that nobody who knew it before comes in too.
    """
    handle = secrets.token_urlsafe(16)
    name, cipher = _of(handle)
    mine = dict(request.session.get(MINE, {}))
    while len(mine) >= MOST:
        mine.pop(next(iter(mine)))
    box = cipher.encrypt(_NONCE, f"{matter} {via}".encode(), None)
    mine[name] = base64.b64encode(box).decode()
    if request.session.session_key is not None:  # else nobody knows it yet, and it is written once
        request.session.cycle_key()
    request.session[MINE] = mine
    return Resident(matter, handle, via)


def resident(request: HttpRequest, handle: str) -> Resident | None:
    """Who it is behind a handle, in the browser that was let in; None for everybody else."""
    name, cipher = _of(handle)
    box = request.session.get(MINE, {}).get(name)
    if box is None:
        return None
    try:
        matter, via = cipher.decrypt(_NONCE, base64.b64decode(box), None).decode().split(" ")
    except (InvalidTag, ValueError):
        return None
    return Resident(matter, handle, via)


def let_out(request: HttpRequest, handle: str) -> None:
    """Close a matter in this browser."""
    name, _ = _of(handle)
    mine = dict(request.session.get(MINE, {}))
    if mine.pop(name, None) is not None:
        request.session[MINE] = mine


def _of(handle: str) -> tuple[str, AESGCM]:
    """The name under which the session knows a handle, and the cipher made from it."""
    digest = hashlib.sha512(b"minsheng handle\n" + handle.encode()).digest()
    return digest[:16].hex(), AESGCM(digest[32:])
