"""A resident's proof file gives back entries that a restored backup did not have."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from minsheng.kernel.log import tree
from minsheng.kernel.log.entries import NotAnEntry, entry_bytes, open_part
from minsheng.kernel.log.proof import BadProofFile, ProofFile, Proven
from minsheng.ledger import horizon, queries, sealing
from minsheng.ledger.models import Leaf, LeafKind, Recovered
from minsheng.ledger.models import Part as PartRow
from minsheng.ledger.records import MOMENT, LedgerError
from minsheng.ledger.services.writing import boxed


@dataclass(frozen=True, slots=True)
class GivenBack:
    """How many entries came back, how many were here already, and those that could not, with the reason."""

    n_back: int
    n_known: int
    refused: list[str]


def give_back(data: bytes, at: datetime) -> GivenBack:
    """Take the entries of a proof file (as bytes) that the log has and this database has lost.

    Only what a lost leaf commits to is taken, so nobody can bring anything that was not there. Parts that
    the file does not show stay lost. Raises LedgerError for what is no proof file.
    """
    try:
        file = ProofFile.from_bytes(data)
    except BadProofFile as error:
        raise LedgerError(f"this is no proof file: {error}") from None
    n_back = n_known = 0
    refused = []
    for item in sorted(file.entries, key=lambda proven: proven.entry.n):
        place = f"{item.entry.matter}/{item.entry.n}"
        if queries.is_erased(item.entry.matter):
            refused.append(f"{place}: the matter was erased")
            continue
        with transaction.atomic():
            known, why = _take(item, at)
        if why:
            refused.append(f"{place}: {why}")
        elif known:
            n_known += 1
        else:
            n_back += 1
    return GivenBack(n_back, n_known, refused)


def _take(item: Proven, at: datetime) -> tuple[bool, str]:
    """(was it here already, why it cannot be taken)"""
    entry = item.entry
    try:
        body = entry_bytes(entry)
    except NotAnEntry as error:
        return False, str(error)
    here = queries.recorded(entry.matter, entry.n)
    if here is not None:
        taken = "another entry stands in its place"
        return here.commitment == item.commitment, "" if here.commitment == item.commitment else taken
    before = queries.recorded(entry.matter, entry.n - 1) if entry.n else None
    if entry.n and (before is None or before.commitment != entry.prev):
        return False, "the entry before it is not here; bring the file that has it"
    leaf = bytes.fromhex(item.commitment)
    index = (
        Leaf.objects.filter(hash=tree.leaf_hash(leaf), kind=LeafKind.LOST).values_list("i", flat=True).first()
    )
    if index is None:
        return False, "the log has lost no such entry"
    moment = item.parts.get(MOMENT)
    if moment is None or not isinstance(moment.value, str):
        return False, "the file does not have its moment"
    for name, part in item.parts.items():
        if not open_part(part.value, part.salt, entry.closed.get(name, "")):
            return False, f"its part {name} is not what the entry closed"
    acted_at = connection.ops.adapt_datetimefield_value(datetime.fromisoformat(moment.value))
    row = [entry.matter, entry.n, leaf, body, item.salt, moment.salt, acted_at]
    if not horizon.insert(row, entry.matter, entry.n):
        return False, "another entry stands in its place"
    _keep_parts(item)
    Recovered.objects.create(i=index, commitment=leaf, at=at)
    return False, ""


def _keep_parts(item: Proven) -> None:
    parts = {name: part for name, part in item.parts.items() if name != MOMENT}
    if not parts:
        return
    key = sealing.key_of(item.entry.matter, make=True)
    PartRow.objects.bulk_create(
        PartRow(
            matter=item.entry.matter,
            n=item.entry.n,
            name=name,
            box=boxed(key, item.entry.n, name, part.value, part.salt),
            disclose="never",
        )
        for name, part in parts.items()
    )
