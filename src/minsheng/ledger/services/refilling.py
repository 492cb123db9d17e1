"""Making an older database agree with the log that was published: its tiles say which leaves there are.

A leaf whose entry is in the database, though not yet as a leaf, gets its commitment; any other is lost and
stands there as its hash alone. Where no tiles are left, a new log begins with the old one's last checkpoint.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import connection, transaction

from minsheng.kernel.log import note as notes
from minsheng.kernel.log import tiles, tree
from minsheng.kernel.log.canonical import NotCanonical, canonical, parse_canonical
from minsheng.ledger import append_only, keys, published, queries, state
from minsheng.ledger.models import Batch, Checkpoint, Leaf, LeafKind
from minsheng.ledger.records import Inconsistent
from minsheng.ledger.services.backing_up import copy_log
from minsheng.ledger.services.sequencing import add_leaves, begin_with, check_all


@dataclass(frozen=True, slots=True)
class Log:
    """A copy of the published log that holds: its folder and its signed checkpoint."""

    folder: Path
    note: str
    signed: notes.SignedCheckpoint


def best_log(folders: Iterable[Path | None], *, without_state: bool) -> Log | None:
    """The copy that reaches the last signed checkpoint; `without_state` the one that reaches furthest."""
    last = state.read_log()
    found = [log for folder in folders if folder is not None and (log := _read(folder)) is not None]
    if last is not None:
        return next((log for log in found if log.note == last.note), None)
    return max(found, key=lambda log: (log.signed.checkpoint.size, log.signed.at), default=None)


def _read(folder: Path) -> Log | None:
    """The log in this folder if its checkpoint is ours and its tiles give the root."""
    get = published.get_from(folder)
    try:
        note = (get("checkpoint") or b"").decode()
        origin = note.split("\n", 1)[0]
        signer = published.signer(keys.load(), origin)
        signed = notes.open_checkpoint(note, [signer.verifier, signer.timed().verifier])
        if tiles.root_from(get, signed.checkpoint.size) != signed.checkpoint.root:
            return None
    except (notes.NoteError, tiles.TileMissing, UnicodeDecodeError):
        return None
    return Log(folder, note, signed)


def refill(log: Log, now: datetime) -> int:
    """Bring leaves, batches and checkpoints of the database up to the log's; how many leaves are lost."""
    if log.folder != published.folder():
        copy_log(log.folder, published.folder())
    size = log.signed.checkpoint.size
    hashes = list(tiles.leaf_hashes(published.get, size))
    have = queries.n_leaves()
    here = [bytes(h) for h in Leaf.objects.order_by("i").values_list("hash", flat=True)[:size]]
    if here != hashes[: len(here)]:
        raise Inconsistent(
            "the leaves of the backup are not those of the published log: one of the two has been changed"
        )
    kept = state.LogState(
        log.signed.checkpoint.origin, size, log.signed.checkpoint.root, log.signed.at, log.note,
        tuple(tree.peaks_at(hashes, size)), now,
    )  # fmt: skip
    with transaction.atomic():
        if have < size:
            n_lost = _add_missing(hashes, have)
            _add_batches(have, now)
        else:
            n_lost = 0
        _add_checkpoints()
    check_all(kept)
    state.write_log(kept)
    return n_lost


def _add_missing(hashes: Sequence[bytes], have: int) -> int:
    waiting = _unsequenced()
    missing = hashes[have:]
    for start in range(0, len(missing), 10_000):
        part = missing[start : start + 10_000]
        add_leaves(
            have + start,
            [(h, waiting.get(h), LeafKind.ENTRY if h in waiting else LeafKind.LOST) for h in part],
        )
    return sum(h not in waiting for h in missing)


def _unsequenced() -> dict[bytes, bytes]:
    """Leaf hash to commitment, of the entries that the database does not hold as leaves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.commitment FROM ledger_entry e "
            "WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.commitment = e.commitment)"
        )
        return {tree.leaf_hash(bytes(row[0])): bytes(row[0]) for row in cursor.fetchall()}


def _marks() -> list[tuple[int, bytes, datetime, str]]:
    found = []
    for line in published.lines():
        try:
            wire = parse_canonical(line)
            at = datetime.fromisoformat(wire["at"])
            found.append((wire["size"], bytes.fromhex(wire["root"]), at, wire["note"]))
        except (NotCanonical, KeyError, ValueError) as error:
            raise Inconsistent(
                "checkpoints.jsonl of the published log is damaged; bring another copy"
            ) from error
    return found


def _add_batches(have: int, now: datetime) -> None:
    """One batch for each checkpoint beyond the database's leaves. They read no further than its last one."""
    position = queries.batch_position()
    done = Batch.objects.order_by("-size").values_list("size", flat=True).first() or 0
    first = have
    for size, _, at, _ in _marks():
        if size > max(first, done):
            Batch.objects.create(
                first=first, size=size, at=at, epoch=position.epoch, tx=position.tx, entry=position.id
            )
            first = size
    if first != queries.n_leaves():
        raise Inconsistent(
            "checkpoints.jsonl of the published log ends before its checkpoint; bring another copy"
        )


def _add_checkpoints() -> None:
    known = set(Checkpoint.objects.values_list("note", flat=True))
    rows = [Checkpoint(size=s, root=r, at=at, note=note) for s, r, at, note in _marks() if note not in known]
    Checkpoint.objects.bulk_create(rows)


def begin_again(origin: str, now: datetime) -> int:
    """Begin a new log whose first leaf is the last checkpoint of the old one; 0 lost leaves: all entries that
    are here go into it. The old log is listed as broken in `broken.jsonl` beside the new one."""
    last = state.read_log()
    row = queries.checkpoint()
    old = last.note if last is not None else row.note if row is not None else ""
    if not old or old.startswith(f"{origin}\n"):
        raise Inconsistent("a new log needs a name of its own and an old log that it follows")
    leaf = sha256(old.encode()).digest()
    with transaction.atomic():
        with connection.cursor() as cursor:
            for statement in append_only.dropping(connection.vendor):
                cursor.execute(statement)
            for table in ("ledger_leaf", "ledger_batch", "ledger_checkpoint", "ledger_recovered"):
                cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names above
        append_only.create(connection)
        begin_at = queries.batch_position()
        add_leaves(0, [(tree.leaf_hash(leaf), leaf, LeafKind.LOG)])
        Batch.objects.create(first=0, size=1, at=now, epoch=begin_at.epoch, tx=begin_at.tx, entry=begin_at.id)
    _set_aside(old)
    published.write_public_keys(keys.load(), old.split("\n", 1)[0])
    begin_with(origin, now)
    return 0


def _set_aside(note: str) -> None:
    """Move the old log out of the way and list it as broken."""
    folder = published.folder()
    broken = (folder / "broken.jsonl").read_bytes() if (folder / "broken.jsonl").is_file() else b""
    public = published.get("keys")
    if folder.is_dir():
        n = 1
        while folder.with_name(f"log-broken-{n}").exists():
            n += 1
        folder.rename(folder.with_name(f"log-broken-{n}"))
    folder.mkdir(parents=True)
    if public is not None:
        (folder / "keys").write_bytes(public)
    line = canonical({"leaf": sha256(note.encode()).hexdigest(), "note": note})
    (folder / "broken.jsonl").write_bytes(broken + line + b"\n")
    (state.folder() / "log.json").unlink(missing_ok=True)


def broken_logs() -> list[dict[str, str]]:
    """The logs that could not be continued: their last note, and the leaf that stands for it in the next."""
    data = published.get("broken.jsonl") or b""
    return [json.loads(line) for line in data.splitlines()]
