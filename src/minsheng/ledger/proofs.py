"""What a resident or a stranger can hold against us: promises, inclusion proofs, public keys.

A promise is signed at once and says by when the entry will be in the log; the inclusion proof replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from minsheng.kernel.log import note as notes
from minsheng.kernel.log import tiles, tree
from minsheng.kernel.log.promise import Promise, sign_promise
from minsheng.kernel.log.proof import Inclusion, Part, Proven
from minsheng.ledger import keys, published, queries
from minsheng.ledger.models import Leaf
from minsheng.ledger.records import MOMENT, NotBegun, Recorded

MERGE_WITHIN: Final = timedelta(days=2)
"""How soon an entry is promised to be in the log: the daily batch, its checkpoint, and a day to spare."""


def origin() -> str:
    """The log's name, as in its checkpoints. Raises NotBegun."""
    last = queries.checkpoint()
    if last is None:
        raise NotBegun("there is no log yet; begin it with: minsheng init")
    return last.note.split("\n", 1)[0]


def promise(recorded: Recorded) -> str:
    """The signed promise to take this entry into the log. Raises NotBegun."""
    name = origin()
    given = Promise(name, recorded.commitment, (recorded.at + MERGE_WITHIN).replace(microsecond=0))
    return sign_promise(given, published.promise_signer(keys.load(), name))


def inclusion_proof(matter: str, n: int) -> Inclusion | None:
    """The proof that this entry is in the log, against the last checkpoint; None while it waits.

    Raises LookupError if there is no such entry, sealing.Erased if its matter was erased.
    """
    recorded = queries.recorded(matter, n)
    if recorded is None:
        raise LookupError(f"no entry {n} of {matter}")
    return inclusion_of(recorded.commitment)


def inclusion_of(commitment: str) -> Inclusion | None:
    """As `inclusion_proof`, by commitment (64 hex digits)."""
    index, last = queries.leaf_index(commitment), queries.checkpoint()
    if index is None or last is None or index >= last.size:
        return None
    try:
        path = tree.inclusion_proof(tiles.tile_node(published.get, last.size), index, last.size)
    except tiles.TileMissing:  # a web machine without the log's folder: from the database, slower
        hashes = Leaf.objects.filter(i__lt=last.size).order_by("i").values_list("hash", flat=True)
        path = tree.inclusion_proof([bytes(digest) for digest in hashes], index, last.size)
    return Inclusion(index, tuple(path), last.note)


def proven(recorded: Recorded) -> Proven:
    """An entry for its owner's proof file: salt, moment and the parts it carries, inclusion or promise."""
    included = inclusion_of(recorded.commitment)
    mine = {**recorded.parts, MOMENT: recorded.moment}
    parts = {name: Part(part.value, part.salt) for name, part in mine.items() if not part.elsewhere}
    return Proven(
        entry=recorded.entry,
        salt=recorded.salt,
        parts=parts,
        promise=None if included else promise(recorded),
        inclusion=included.text if included else None,
    )


def public_keys() -> Mapping[str, tuple[notes.Verifier, ...]]:
    """Purpose ("log", "promise", "export") to public keys, newest first, as the log publishes them."""
    return published.public_keys()
