"""Appending: one entry, its parts and its commitment, in the caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.db import connection

from minsheng.kernel.entry import Entry
from minsheng.kernel.log import entries as forms
from minsheng.kernel.log.canonical import canonical
from minsheng.ledger import horizon, queries, sealing
from minsheng.ledger.models import Entry as Row
from minsheng.ledger.models import Part as PartRow
from minsheng.ledger.records import JSON, MOMENT, ClockAhead, Conflict, OpenPart, Part, Recorded, moment_text
from minsheng.ledger.rules.batching import MOST_AHEAD

_seen_checkpoint_at: Final[dict[str, datetime]] = {}
"""The newest checkpoint moment this process has seen, so that most appends need not ask for it."""


def append(entry: Entry, parts: Sequence[Part], at: datetime, *, before: Recorded | None = None) -> Recorded:
    """Write one entry and return it as recorded; `closed` and `prev` are filled in here.

    It must be called inside the caller's transaction, and raises Conflict when (matter, n) is taken or does
    not follow the last entry, ClockAhead when `at` lies more than two days past the last checkpoint,
    sealing.Erased for an erased matter and kernel.log.entries.NotAnEntry for a malformed entry. `before`,
    the entry before this one if the caller has it in hand, spares a query.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("ledger.append belongs into the transaction of the act that it records")
    _refuse_far_ahead(at)
    salts = {part.name: secrets.token_bytes(forms.SALT_BYTES) for part in parts}
    if len(salts) != len(parts) or MOMENT in salts:
        raise ValueError("each part has a name of its own, and none is called moment")
    moment_salt, salt = secrets.token_bytes(forms.SALT_BYTES), secrets.token_bytes(forms.SALT_BYTES)
    closed = {part.name: forms.seal(part.value, salts[part.name]) for part in parts}
    closed[MOMENT] = forms.seal(moment_text(at), moment_salt)
    entry = replace(entry, closed=MappingProxyType(closed), prev=_prev(entry, before))
    body = forms.entry_bytes(entry)
    commitment = forms.commit(body, salt)
    moment = connection.ops.adapt_datetimefield_value(at)
    row = [entry.matter, entry.n, bytes.fromhex(commitment), body, salt, moment_salt, moment]
    if not horizon.insert(row, entry.matter, entry.n):
        if queries.is_erased(entry.matter):
            raise sealing.Erased(entry.matter)
        raise Conflict(f"entry {entry.n} of {entry.matter} has been written by somebody else")
    if parts:
        _write_parts(entry, parts, salts)
    kept = {
        part.name: OpenPart(
            part.name, part.value, salts[part.name], part.disclose, part.guarded, elsewhere=not part.keep
        )
        for part in parts
    }
    return Recorded(entry, at, commitment, salt, moment_salt, MappingProxyType(kept))


def boxed(
    key: sealing.MatterKey, n: int, name: str, value: JSON | bytes, salt: bytes, *, keep: bool = True
) -> bytes:
    """The box of a part: its salt and, with `keep`, its value."""
    if not keep:
        plaintext = queries.ELSEWHERE + salt
    elif isinstance(value, bytes):
        plaintext = queries.BYTES + salt + value
    else:
        plaintext = queries.VALUE + salt + canonical(value)
    return key.seal(plaintext, queries.part_purpose(n, name))


def _write_parts(entry: Entry, parts: Sequence[Part], salts: dict[str, bytes]) -> None:
    key = sealing.key_of(entry.matter, make=True)
    PartRow.objects.bulk_create(
        PartRow(
            matter=entry.matter,
            n=entry.n,
            name=part.name,
            box=boxed(key, entry.n, part.name, part.value, salts[part.name], keep=part.keep),
            disclose=part.disclose,
            guarded=part.guarded,
        )
        for part in parts
    )


def _prev(entry: Entry, before: Recorded | None) -> str | None:
    """The commitment before this entry. Raises Conflict if the entry does not follow it."""
    if entry.n == 0:
        return None
    if before is not None:
        if (before.entry.matter, before.entry.n) != (entry.matter, entry.n - 1):
            raise Conflict(f"entry {entry.n} of {entry.matter} does not follow the one given before it")
        return before.commitment
    row = Row.objects.filter(matter=entry.matter, n=entry.n - 1).values_list("commitment", "salt").first()
    if row is None:
        raise Conflict(f"there is no entry {entry.n - 1} of {entry.matter} for entry {entry.n} to follow")
    if row[1] is None:
        raise sealing.Erased(entry.matter)
    return bytes(row[0]).hex()


def _refuse_far_ahead(at: datetime) -> None:
    """Raise ClockAhead when the clock has run away from the last checkpoint. The demo town may jump."""
    if settings.MINSHENG_DEMO:
        return
    seen = _seen_checkpoint_at.get(str(connection.settings_dict["NAME"]))
    if seen is not None and at <= seen + MOST_AHEAD:
        return
    last = queries.checkpoint()
    if last is None:
        return
    _seen_checkpoint_at[str(connection.settings_dict["NAME"])] = last.at
    if at > last.at + MOST_AHEAD:
        raise ClockAhead(
            f"the clock says {at:%Y-%m-%d %H:%M} UTC, the last checkpoint is of "
            f"{last.at:%Y-%m-%d %H:%M} UTC; nothing is written until an operator confirms the day with: "
            f"minsheng work --resume {at:%Y-%m-%d}"
        )


def forget_checkpoint() -> None:
    """Forget the checkpoint moment seen so far: after a restore, and between tests."""
    _seen_checkpoint_at.clear()
