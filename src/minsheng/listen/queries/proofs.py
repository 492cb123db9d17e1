"""The proof file of a matter: what its resident may hold against us, all of it or the first entry alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from minsheng.bodies import queries as bodies
from minsheng.kernel.log.proof import ProofFile
from minsheng.ledger import proofs
from minsheng.ledger import queries as ledger
from minsheng.ledger.records import OpenPart, Recorded
from minsheng.matter import queries as matters
from minsheng.matter.queries import MatterView
from minsheng.people.rules.actor import Actor


def proof_of(view: MatterView, resident: Actor, at: datetime) -> ProofFile:
    """Every entry of the matter with its salt; opened are the moments, the resident's own parts, and the
    documents that the resident may read. Each entry with its inclusion proof, or else the signed promise.

    Photographs are not in it: their hashes are, and who has the picture can compare. Raises ledger.NotBegun.
    """
    chain = ledger.chain(view.id, parts=True)
    mine = tuple(replace(recorded, parts=_opened(view, resident, recorded)) for recorded in chain)
    return ProofFile(
        origin=proofs.origin(),
        town=bodies.town().name,
        number=view.number,
        matter=view.id,
        issued_at=at,
        entries=tuple(proofs.proven(recorded) for recorded in mine),
        keys=proofs.public_keys(),
    )


def _opened(view: MatterView, resident: Actor, recorded: Recorded) -> Mapping[str, OpenPart]:
    own = recorded.entry.actor is not None and recorded.entry.actor == view.opener
    return {
        name: part
        for name, part in recorded.parts.items()
        if own or matters.readable(view, resident, name, recorded.entry.n)
    }
