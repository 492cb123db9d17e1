"""Envelope encryption: one data key per matter, wrapped by the vault key; erasing destroys the wrapped key.

A box is one byte of format, twelve of nonce, then AES-256-GCM over the plaintext, bound to the matter and
to the purpose, so that a box moved to another matter or column does not open. Each matter writes far fewer
than 2^32 boxes under its key, which is the bound for random nonces (NIST SP 800-38D §8.3).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction

from minsheng.ledger import keys
from minsheng.ledger.models import DataKey

_FORMAT: Final = b"\x01"
_N_NONCE: Final = 12


class Erased(Exception):
    """The matter's data key was destroyed: what it sealed is gone, and nothing new may be sealed."""


class CannotOpen(Exception):
    """The box is damaged, belongs elsewhere, or the vault key that wrapped its data key is not here."""


class MatterKey:
    """The data key of one matter, for the length of one transaction or request: never keep it longer."""

    __slots__ = ("_cipher", "_matter")

    def __init__(self, matter: str, key: bytes) -> None:
        self._matter = matter
        self._cipher = AESGCM(key)

    def seal(self, plaintext: bytes, purpose: str) -> bytes:
        """The box for `plaintext`; `purpose` is a fixed word of the caller, the same one opens it."""
        nonce = secrets.token_bytes(_N_NONCE)
        return _FORMAT + nonce + self._cipher.encrypt(nonce, plaintext, _bound_to(self._matter, purpose))

    def unseal(self, box: bytes, purpose: str) -> bytes:
        """What was sealed. Raises CannotOpen."""
        box = bytes(box)
        if box[:1] != _FORMAT:
            raise CannotOpen("the box has an unknown format")
        try:
            nonce, sealed = box[1 : 1 + _N_NONCE], box[1 + _N_NONCE :]
            return self._cipher.decrypt(nonce, sealed, _bound_to(self._matter, purpose))
        except (InvalidTag, ValueError) as error:
            raise CannotOpen(f"the box does not open for {purpose}") from error


def key_of(matter: str, *, make: bool = False) -> MatterKey:
    """The data key of a matter; with `make`, a new one if it has none yet.

    Raises Erased, CannotOpen when the vault key is not here, and LookupError when there is no data key.
    """
    row = DataKey.objects.filter(matter=matter).first()
    if row is None:
        if not make:
            raise LookupError(f"nothing was ever sealed for {matter}")
        version, fresh = keys.load().vault_version, AESGCM.generate_key(256)
        if _insert(matter, _wrap(matter, fresh, version), version):
            return MatterKey(matter, fresh)
        row = DataKey.objects.get(matter=matter)
    if row.wrapped is None:
        raise Erased(matter)
    return MatterKey(matter, _unwrap(matter, bytes(row.wrapped), row.version))


def _insert(matter: str, wrapped: bytes, version: int) -> bool:
    """Store a new data key; False if somebody else was faster."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_datakey (matter, wrapped, version) VALUES (%s, %s, %s) "
            "ON CONFLICT (matter) DO NOTHING",
            [matter, wrapped, version],
        )
        return bool(cursor.rowcount == 1)


def keys_of(matters: Collection[str]) -> dict[str, MatterKey]:
    """The data keys of many matters at once; those without a key, or erased, are left out."""
    rows = DataKey.objects.filter(matter__in=matters, wrapped__isnull=False)
    return {
        row.matter: MatterKey(row.matter, _unwrap(row.matter, bytes(row.wrapped or b""), row.version))
        for row in rows
    }


def seal(matter: str, plaintext: bytes, purpose: str) -> bytes:
    """Seal under the matter's data key, made if need be. Raises Erased."""
    return key_of(matter, make=True).seal(plaintext, purpose)


def unseal(matter: str, box: bytes, purpose: str) -> bytes:
    """Open a box. Raises Erased, CannotOpen, LookupError."""
    return key_of(matter).unseal(box, purpose)


def destroy(matter: str, at: datetime) -> None:
    """Destroy the wrapped data key, for good; later `seal` and `unseal` raise Erased."""
    DataKey.objects.update_or_create(matter=matter, defaults={"wrapped": None, "destroyed_at": at})


def rewrap(limit: int = 500) -> int:
    """Wrap up to `limit` data keys again with the newest vault key; 0 when none is left.

    Can be stopped at any time and called again: the version stands beside each key.
    """
    version = keys.load().vault_version
    with transaction.atomic():
        rows = DataKey.objects.select_for_update().filter(wrapped__isnull=False, version__lt=version)
        rewrapped = list(rows.order_by("matter")[:limit])
        for row in rewrapped:
            assert row.wrapped is not None
            fresh = _unwrap(row.matter, bytes(row.wrapped), row.version)
            row.wrapped, row.version = _wrap(row.matter, fresh, version), version
        DataKey.objects.bulk_update(rewrapped, ["wrapped", "version"])
    return len(rewrapped)


def versions_in_use() -> set[int]:
    """The vault key versions that still wrap a data key here; older backups may need more."""
    return set(DataKey.objects.filter(wrapped__isnull=False).values_list("version", flat=True).distinct())


def _bound_to(matter: str, purpose: str) -> bytes:
    return f"minsheng box\n{matter}\n{purpose}".encode()


def _wrap(matter: str, key: bytes, version: int) -> bytes:
    nonce = secrets.token_bytes(_N_NONCE)
    cipher = AESGCM(keys.load().vault_keys[version])
    return _FORMAT + nonce + cipher.encrypt(nonce, key, f"minsheng data key\n{matter}\n{version}".encode())


def _unwrap(matter: str, wrapped: bytes, version: int) -> bytes:
    vault = keys.load().vault_keys.get(version)
    if vault is None:  # rotated by another process since this one started?
        keys.forget()
        vault = keys.load().vault_keys.get(version)
    if vault is None:
        raise CannotOpen(f"vault key {version} is not in the key folder; bring it back")
    nonce, sealed = wrapped[1 : 1 + _N_NONCE], wrapped[1 + _N_NONCE :]
    try:
        return AESGCM(vault).decrypt(nonce, sealed, f"minsheng data key\n{matter}\n{version}".encode())
    except InvalidTag as error:
        raise CannotOpen(
            f"vault key {version} is another key than the one that wrapped this data key"
        ) from error
