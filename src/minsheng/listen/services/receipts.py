"""The follow code of a receipt, for printing it again while the session lasts.

Sealed under the page's handle, which is in the address only: the table of sessions holds nothing to read.
"""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.backends.base import SessionBase

from minsheng.listen.services import sealed

_KEY: Final = "minsheng_receipts"
_BOX: Final = "receipt"
MOST: Final = 20


def remember(session: SessionBase, handle: str, code: str) -> None:
    """Keep the code until the session ends."""
    version = sealed.newest_version()
    box = sealed.seal(handle, code.encode(), _BOX, version).hex()
    kept = {**session.get(_KEY, {}), sealed.token_hash(handle): [version, box]}
    session[_KEY] = dict(list(kept.items())[-MOST:])


def recall(session: SessionBase, handle: str) -> str | None:
    """The code, if it was filed in this session; nobody else has it."""
    found = session.get(_KEY, {}).get(sealed.token_hash(handle))
    if found is None:
        return None
    version, box = found
    try:
        return sealed.unseal(handle, bytes.fromhex(box), _BOX, version).decode()
    except (sealed.WrongToken, ValueError):
        return None


def forget(session: SessionBase, handle: str) -> None:
    """Forget the code of this page."""
    kept = dict(session.get(_KEY, {}))
    if kept.pop(sealed.token_hash(handle), None) is not None:
        session[_KEY] = kept
