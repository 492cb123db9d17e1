"""What the ledger calls a person: a name that is the same within one matter and tells nothing beyond it."""

from __future__ import annotations

import hashlib
import hmac


def pseudonym_of(matter: str, person: str, key: bytes) -> str:
    """64 bits of HMAC-SHA256 over matter and person, as 16 hex digits."""
    message = f"minsheng actor\n{matter}\n{person}".encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:16]
