"""A small town's ledger in memory, with real keys: entries in; batches, exports and receipts out.

It knows nothing of the rooms that do this in earnest: what is checked here is the formats, from outside.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import Entry
from minsheng.kernel.log.entries import commit, entry_bytes, seal
from minsheng.kernel.log.note import Checkpoint, Signer, Verifier, sign_checkpoint
from minsheng.kernel.log.promise import Promise, sign_promise
from minsheng.kernel.log.proof import Inclusion, Part, ProofFile, Proven
from minsheng.kernel.log.tiles import grow, tile_node
from minsheng.kernel.log.tree import EMPTY_ROOT, Tree, inclusion_proof, leaf_hash
from minsheng.kernel.words import Text
from minsheng.verify.boxes import Box
from minsheng.verify.export import Directory, InMemory
from minsheng.verify.figures import Figures
from minsheng.verify.marks import Mark, write_mark
from minsheng.verify.writer import Contents, DisclosedRow, LostRow, OpaqueRow, Row, write_export

ORIGIN = "yunxi.example/log"
TITLE = Text("云溪市的公开账", "The public ledger of Yunxi")
START = date(2026, 3, 2)


@dataclass(frozen=True)
class Kept:
    """An entry as a ledger keeps it. `opened` are the parts that the export opens."""

    entry: Entry
    data: bytes
    salt: bytes
    commitment: bytes
    parts: Mapping[str, Part]
    opened: frozenset[str] = frozenset()


@dataclass
class Town:
    """The ledger. `hidden` maps a commitment to the reason for which it is not disclosed."""

    seed: int = 1
    log: Signer = field(default_factory=lambda: Signer(ORIGIN, b"\x01" * 32))
    promiser: Signer = field(default_factory=lambda: Signer("yunxi.example/promise", b"\x02" * 32))
    exporter: Signer = field(default_factory=lambda: Signer("yunxi.example/export", b"\x03" * 32))
    kept: dict[str, list[Kept]] = field(default_factory=dict)
    waiting: list[Kept | bytes] = field(default_factory=list)
    leaves: list[Kept | bytes] = field(default_factory=list)
    tiles: dict[str, bytes] = field(default_factory=dict)
    marks: list[bytes] = field(default_factory=list)
    checkpoint: str = ""
    at: datetime = datetime(2026, 3, 1, 16, tzinfo=UTC)
    hidden: dict[bytes, str] = field(default_factory=dict)
    procedures: list[bytes] = field(default_factory=list)
    overrides: list[bytes] = field(default_factory=list)
    calendars: list[WorkCalendar] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    extra: dict[str, bytes] = field(default_factory=dict)
    figures: Callable[[], Figures] = Figures

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.tree = Tree()
        self._sign(self.at)

    def add(
        self,
        entry: Entry,
        parts: Mapping[str, Any] | None = None,
        *,
        opened: Iterable[str] = (),
        moment: str = "2026-03-02T01:02:03Z",
    ) -> Kept:
        """Append an entry: fills `closed` and `prev`, and takes a salt for each part."""
        chain = self.kept.setdefault(entry.matter, [])
        held = {name: Part(value, self.salt()) for name, value in (parts or {}).items()}
        held["moment"] = Part(moment, self.salt())
        whole = replace(
            entry,
            n=len(chain),
            closed={name: seal(part.value, part.salt) for name, part in held.items()},
            prev=chain[-1].commitment.hex() if chain else None,
        )
        data, salt = entry_bytes(whole), self.salt()
        kept = Kept(whole, data, salt, bytes.fromhex(commit(data, salt)), held, frozenset(opened))
        chain.append(kept)
        self.waiting.append(kept)
        return kept

    def salt(self) -> bytes:
        return self.chance.randbytes(32)

    def matter_id(self) -> str:
        return self.chance.randbytes(8).hex()

    def batch(self, at: datetime, *, backwards: bool = False) -> None:
        """Take in what waits, sorted by commitment, and sign."""
        batch = sorted(self.waiting, key=commitment_of, reverse=backwards)
        self.waiting = []
        hashes = [leaf_hash(commitment_of(leaf)) for leaf in batch]
        self.tiles.update(grow(self.tiles.get, self.tree.size, hashes))
        for digest in hashes:
            self.tree.append_hash(digest)
        self.leaves += batch
        self._sign(at)

    def _sign(self, at: datetime) -> None:
        self.at = at
        checkpoint = Checkpoint(ORIGIN, self.tree.size, self.tree.root() if self.tree.size else EMPTY_ROOT)
        self.checkpoint = sign_checkpoint(checkpoint, self.log, at)
        self.marks.append(write_mark(self.checkpoint, Mark(checkpoint.size, checkpoint.root, at)))

    @property
    def keys(self) -> dict[str, Sequence[Verifier]]:
        return {
            "log": (self.log.verifier, self.log.timed().verifier),
            "promise": (self.promiser.verifier,),
            "export": (self.exporter.verifier,),
        }

    @property
    def day(self) -> date:
        """The day, in Shanghai, of the last checkpoint."""
        return (self.at + timedelta(hours=8)).date()

    def rows(self) -> list[Row]:
        rows: list[Row] = []
        for i, leaf in enumerate(self.leaves):
            commitment = commitment_of(leaf)
            reason = self.hidden.get(commitment)
            if isinstance(leaf, bytes):
                rows.append(OpaqueRow(i, leaf, "box"))
            elif reason == "lost":
                rows.append(LostRow(i, leaf_hash(commitment)))
            elif reason:
                rows.append(OpaqueRow(i, commitment, reason))
            else:
                parts = {name: part for name, part in leaf.parts.items() if name in leaf.opened}
                rows.append(DisclosedRow(i, leaf.entry.matter, leaf.entry.n, leaf.data, leaf.salt, parts))
        return rows

    def contents(self, **changes: Any) -> Contents:
        figures = changes.pop("figures", None) or self.figures().to_bytes(self.day)
        made = Contents(
            checkpoint=self.checkpoint,
            checkpoints=list(self.marks),
            rows=self.rows(),
            tiles=self.tiles.get,
            keys=self.keys,
            figures=figures,
            title=TITLE,
            day=self.day,
            made_at=self.at + timedelta(minutes=5),
            procedures=self.procedures,
            overrides=self.overrides,
            calendars=self.calendars,
            boxes=self.boxes,
            extra=self.extra,
        )
        return replace(made, **changes)

    def export(self, folder: Path, **changes: Any) -> Path:
        write_export(folder, self.contents(**changes), self.exporter)
        return folder

    def receipt(self, matter: str, *, included: bool = True, days: int = 2) -> bytes:
        """The proof file of a matter as of now."""
        entries = []
        for kept in self.kept[matter]:
            promise = sign_promise(
                Promise(ORIGIN, kept.commitment.hex(), moment_of(kept.entry.on) + timedelta(days=days)),
                self.promiser,
            )
            inclusion = self.inclusion(kept) if included and kept not in self.waiting else None
            entries.append(Proven(kept.entry, kept.salt, kept.parts, promise, inclusion))
        return ProofFile(
            origin=ORIGIN,
            town=Text("云溪市", "Yunxi"),
            number="20260302-0001",
            matter=matter,
            issued_at=self.at,
            entries=tuple(entries),
            keys={purpose: tuple(found) for purpose, found in self.keys.items()},
        ).to_bytes()

    def inclusion(self, kept: Kept) -> str:
        index = next(i for i, leaf in enumerate(self.leaves) if leaf is kept)
        size = self.tree.size
        path = inclusion_proof(tile_node(self.tiles.get, size), index, size)
        return Inclusion(index, tuple(path), self.checkpoint).text


def commitment_of(leaf: Kept | bytes) -> bytes:
    return leaf if isinstance(leaf, bytes) else leaf.commitment


def moment_of(day: date) -> datetime:
    """Noon in Shanghai."""
    return datetime.combine(day, time(4), UTC)


def in_memory(folder: Path) -> InMemory:
    """The export with all its files and lines in memory, so that tests may change them."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return InMemory(files, list(Directory(folder).lines()))


def simple_town(n_matters: int = 12, n_days: int = 8, seed: int = 1) -> Town:
    """A town whose entries hang together but follow no rule file: for everything but the replay."""
    town = Town(seed=seed)
    matters = [town.matter_id() for _ in range(n_matters)]
    for number in range(n_days):
        day = START + timedelta(days=number)
        for matter in matters:
            if matter not in town.kept:
                if town.chance.random() < 0.6:
                    town.add(opening(matter, day), {"original": {"text": "路灯不亮"}})
            elif town.chance.random() < 0.7:
                town.add(reply(matter, day), {"reply": {"done": "已经修好"}}, opened=["reply"])
        town.batch(moment_of(day) + timedelta(hours=10))
    return town


def opening(matter: str, day: date, disclosure: str = "coded") -> Entry:
    facts = {"procedure": "resident-request", "disclosure": disclosure}
    return Entry(matter, 0, day, "opened", "resident", actor="0123456789abcdef", facts=facts)


def reply(matter: str, day: date) -> Entry:
    return Entry(
        matter, 1, day, "done", "first_unit", step="handle", outcome="done", body="water", actor="00" * 8,
        prev="00" * 32,
    )  # fmt: skip


def level(matter: str, day: date, disclosure: str) -> Entry:
    facts = {"disclosure": disclosure}
    return Entry(matter, 1, day, "level", "resident", actor="0123456789abcdef", facts=facts, prev="00" * 32)
