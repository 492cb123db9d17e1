"""Boxes that open only with a token which this machine does not keep, together with its vault key.

A draft's token is in the cookie of one browser, a receipt's in one session: whoever has only the database, or
the database and the keys, reads nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from minsheng.ledger import keys

_N_NONCE: Final = 12


class WrongToken(Exception):
    """The box was sealed for another token, or the vault key that helped to seal it is not here."""


def fresh_token() -> str:
    """A new token: 256 random bits, safe in cookies and addresses."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What is stored of a token. Tokens are random, so no pepper is needed."""
    return hashlib.sha256(b"minsheng token\n" + token.encode()).hexdigest()


def newest_version() -> int:
    """The version of the vault key to seal with."""
    return keys.load().vault_version


def seal(token: str, plaintext: bytes, purpose: str, version: int) -> bytes:
    """The box for `plaintext`; `purpose` is a fixed word, the same one opens it."""
    nonce = secrets.token_bytes(_N_NONCE)
    return nonce + _cipher(token, purpose, version).encrypt(nonce, plaintext, purpose.encode())


def unseal(token: str, box: bytes, purpose: str, version: int) -> bytes:
    """What was sealed. Raises WrongToken."""
    box = bytes(box)
    try:
        return _cipher(token, purpose, version).decrypt(box[:_N_NONCE], box[_N_NONCE:], purpose.encode())
    except (InvalidTag, ValueError, KeyError) as error:
        raise WrongToken(purpose) from error


def _cipher(token: str, purpose: str, version: int) -> AESGCM:
    vault = keys.load().vault_keys[version]
    key = HKDF(SHA256(), 32, salt=token.encode(), info=f"minsheng listen\n{purpose}".encode()).derive(vault)
    return AESGCM(key)
