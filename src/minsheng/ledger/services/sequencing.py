"""The sequencer: it takes entries into the log in batches, and signs only what continues what it signed.

The order of steps makes a kill at any moment harmless: the batch is committed to the database; tiles are
written; the checkpoint is signed and kept in the state folder; only then is it shown. The next run finds
how far the last one came and goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from minsheng.kernel.log import note as notes
from minsheng.kernel.log import tiles, tree
from minsheng.ledger import horizon, keys, locks, published, queries, state
from minsheng.ledger.models import Batch, Checkpoint, Leaf, LeafKind
from minsheng.ledger.records import ClockAhead, Inconsistent, NotBegun, Position
from minsheng.ledger.rules import batching
from minsheng.verify.marks import Mark

CHECK_ALL_UP_TO: Final = 100_000
"""Up to this many leaves, all are compared before each signature; above it, once a day."""

CHECK_ALL_EVERY: Final = timedelta(days=1)
LARGEST_BATCH: Final = 50_000
"""Entries read at once: a batch may be larger, it is then written in several rows."""

_NEW: Final = """
    AND NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.commitment = e.commitment)
    AND NOT EXISTS (SELECT 1 FROM ledger_recovered r WHERE r.commitment = e.commitment)
"""


def begin_log(origin: str, now: datetime) -> Checkpoint:
    """Begin a log: sign its empty tree and publish the public keys. Raises Inconsistent if there is one."""
    with locks.held("sequencer"):
        if state.read_log() is not None or queries.n_leaves() or published.checkpoint_note() is not None:
            raise Inconsistent("there is a log already; a second beginning would be a second history")
        return begin_with(origin, now)


def begin_with(origin: str, now: datetime) -> Checkpoint:
    """Sign the empty tree, publish the public keys, then sign what batches there are already.

    For `begin_log` and for a restore that has to begin anew; the caller holds the sequencer's lock.
    """
    published.write_public_keys(keys.load(), origin)
    nothing = state.LogState(origin, 0, tree.EMPTY_ROOT, now, "", (), now)
    first, signed = _sign(nothing, tree.Tree(), now)
    return _sign_batches(first, now)[1] or signed


def sequence(
    now: datetime, *, zone: tzinfo = UTC, resume: date | None = None, cut: bool = False
) -> Checkpoint | None:
    """Finish what a killed run left, cut a batch if one is due (or `cut`), sign; None if nothing was signed.

    Raises NotBegun, locks.Busy when another process is the sequencer, Inconsistent when the database or the
    published files contradict what was signed, and ClockAhead more than two days past the last checkpoint
    unless `resume` names the day.
    """
    with locks.held("sequencer"):
        last = state.read_log()
        if last is None:
            raise NotBegun("there is no log yet; begin it with: minsheng init")
        refuse_older_state(last)
        _show(last)
        moment = max(now, last.at)
        resume = resume or state.resume_on()
        if not settings.MINSHENG_DEMO and batching.must_confirm(last.at, moment, _midnight(resume)):
            raise ClockAhead(
                f"the clock says {now:%Y-%m-%d %H:%M} UTC, the last checkpoint is of "
                f"{last.at:%Y-%m-%d %H:%M} UTC; if the clock is right, say so with: "
                f"minsheng work --resume {now:%Y-%m-%d}"
            )
        due, daily = cut or _is_due(moment, last, zone), batching.is_checkpoint_due(last.at, moment, zone)
        if not due and not daily and queries.n_leaves() == last.size:
            return None
        last, signed = _sign_batches(_checked(last, moment), moment)
        if due:
            _cut(moment)
            last, more = _sign_batches(last, moment)
            signed = more or signed
        if signed is None and daily:
            _, signed = _sign(last, last.tree, moment)
        return signed


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time(), UTC)


def _is_due(now: datetime, last: state.LogState, zone: tzinfo) -> bool:
    batch = Batch.objects.order_by("-id").first()
    first = Checkpoint.objects.order_by("id").first()
    cut_at = batch.at if batch else first.at if first else last.at
    if not batching.may_be_due(cut_at, now, zone, demo=settings.MINSHENG_DEMO):
        return False
    waiting = horizon.after(queries.batch_position(), LARGEST_BATCH, "e.n", _NEW)
    return batching.is_batch_due(len(waiting), cut_at, now, zone, demo=settings.MINSHENG_DEMO)


def _cut(now: datetime) -> None:
    """Commit everything below the horizon as leaves, sorted by commitment within the batch."""
    position, commitments = queries.batch_position(), []
    while rows := horizon.after(position, LARGEST_BATCH, "e.commitment", _NEW):
        position = Position(*rows[-1][:3])
        commitments += [bytes(row[3]) for row in rows]
    if not commitments:
        return
    with transaction.atomic():
        first = queries.n_leaves()
        add_leaves(first, [(tree.leaf_hash(leaf), leaf, LeafKind.ENTRY) for leaf in sorted(commitments)])
        _note_batch(first, first + len(commitments), now, position)


def log_box(commitment: str, now: datetime) -> int:
    """Take the commitment of an opened rating box into the log, as a batch of its own, and give its index.

    It is signed in the sequencer's next run. Raises locks.Busy while the sequencer works.
    """
    leaf = bytes.fromhex(commitment)
    with locks.held("sequencer"), transaction.atomic():
        first, position = queries.n_leaves(), queries.batch_position()
        add_leaves(first, [(tree.leaf_hash(leaf), leaf, LeafKind.BOX)])
        _note_batch(first, first + 1, now, position)
    return first


def _note_batch(first: int, size: int, at: datetime, position: Position) -> None:
    Batch.objects.create(
        first=first, size=size, at=at, epoch=position.epoch, tx=position.tx, entry=position.id
    )


def add_leaves(first: int, leaves: Sequence[tuple[bytes, bytes | None, str]]) -> None:
    """Insert leaves (hash, commitment, kind) from index `first` on, within the caller's transaction."""
    rows = [(first + i, *leaf) for i, leaf in enumerate(leaves)]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO ledger_leaf (i, hash, commitment, kind) "
                "SELECT * FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[], %s::text[])",
                [list(column) for column in zip(*rows, strict=True)],
            )
        else:
            cursor.executemany(
                "INSERT INTO ledger_leaf (i, hash, commitment, kind) VALUES (%s, %s, %s, %s)", rows
            )


def _sign_batches(last: state.LogState, now: datetime) -> tuple[state.LogState, Checkpoint | None]:
    """Grow the tree batch by batch, write the tiles, sign after each: so everybody sees where one ended."""
    signed = None
    for size in Batch.objects.filter(size__gt=last.size).order_by("size").values_list("size", flat=True):
        grown = last.tree
        while hashes := _hashes(grown.size, min(LARGEST_BATCH, size - grown.size)):
            published.put_tiles(tiles.grow(published.get, grown.size, hashes))
            for digest in hashes:
                grown.append_hash(digest)
        if tiles.root_from(published.get, grown.size) != grown.root():
            raise Inconsistent("the tiles on disk do not give the tree's root; bring them back from a copy")
        last, signed = _sign(last, grown, now)
    if queries.n_leaves() != last.size:
        raise Inconsistent("the database has leaves that belong to no batch")
    return last, signed


def _sign(last: state.LogState, grown: tree.Tree, at: datetime) -> tuple[state.LogState, Checkpoint]:
    """Sign, keep outside the database, then show: in this order."""
    key = keys.load()
    if not key.log_key:
        raise keys.NoKeys("this process has no log key; run the sequencer where the log key lies")
    at = at.replace(microsecond=0)
    checkpoint = notes.Checkpoint(last.origin, grown.size, grown.root())
    note = notes.sign_checkpoint(checkpoint, published.signer(key, last.origin), at)
    kept = replace(last, size=grown.size, root=checkpoint.root, at=at, note=note, peaks=grown.peaks)
    state.write_log(kept)
    return kept, _show(kept)


def _show(kept: state.LogState) -> Checkpoint:
    """Publish what was signed, unless that was done: in the log's folder and in the database."""
    published.publish(kept.note, Mark(kept.size, kept.root, kept.at))
    row = queries.checkpoint()
    if row is not None and row.note == kept.note:
        return row
    return Checkpoint.objects.create(size=kept.size, root=kept.root, at=kept.at, note=kept.note)


def refuse_older_state(last: state.LogState) -> None:
    """Raise Inconsistent if more was signed, or something else, than the state folder knows of."""
    row = queries.checkpoint()
    seen = [] if row is None else [(row.size, bytes(row.root), "the database")]
    if note := published.checkpoint_note():
        shown = notes.Checkpoint.parse(notes.split_note(note)[0])
        seen.append((shown.size, shown.root, "the published log"))
    for size, root, where in seen:
        if size > last.size or (size == last.size and root != last.root):
            raise Inconsistent(
                f"{where} has a checkpoint of {size} leaves that the state folder does not know: "
                f"the folder is an older copy, or somebody else signed; bring the newest state folder back"
            )


def _checked(last: state.LogState, now: datetime) -> state.LogState:
    """Raise Inconsistent unless the database's leaves and the tiles are those of the last checkpoint."""
    n = queries.n_leaves()
    if n < last.size:
        raise Inconsistent(
            f"the log was signed up to {last.size} leaves, the database has {n}: "
            f"it is an older copy; bring it up to date with: minsheng restore"
        )
    if last.size <= CHECK_ALL_UP_TO or now - last.checked_at >= CHECK_ALL_EVERY:
        check_all(last)
        return replace(last, checked_at=now)
    tail = max(0, last.size - 2 * tiles.WIDTH)
    check_some(last, tail)
    return last


def check_all(last: state.LogState) -> None:
    """Compare every leaf of the database with the last checkpoint. Raises Inconsistent.

    One pass over the leaves, about a second for half a million.
    """
    grown = tree.Tree()
    while grown.size < last.size and (rows := _leaves(grown.size, min(10_000, last.size - grown.size))):
        for i, digest, commitment in rows:
            if i != grown.size or (commitment is not None and tree.leaf_hash(commitment) != digest):
                raise Inconsistent(f"leaf {grown.size} of the database is not what the log committed to")
            grown.append_hash(digest)
    if grown.size != last.size or grown.root() != last.root:
        raise Inconsistent(
            "the leaves of the database do not give the root that was signed; nothing is signed; "
            "find the change with: minsheng doctor --deep, or go back with: minsheng restore"
        )


def check_some(last: state.LogState, first: int) -> None:
    """Compare the leaves from `first` on with the published tiles. Raises Inconsistent."""
    node = tiles.tile_node(published.get, last.size)
    for i, digest, commitment in _leaves(first, last.size - first):
        if (commitment is not None and tree.leaf_hash(commitment) != digest) or node(0, i) != digest:
            raise Inconsistent(f"leaf {i} of the database is not what the log committed to")


def _leaves(first: int, limit: int) -> list[tuple[int, bytes, bytes | None]]:
    rows = Leaf.objects.filter(i__gte=first).order_by("i").values_list("i", "hash", "commitment")[:limit]
    return [(i, bytes(digest), None if c is None else bytes(c)) for i, digest, c in rows]


def _hashes(first: int, limit: int) -> list[bytes]:
    rows = Leaf.objects.filter(i__gte=first).order_by("i").values_list("hash", flat=True)[:limit]
    return [bytes(digest) for digest in rows]


def resume(day: date) -> None:
    """Confirm that it is (about) this day although the last checkpoint is more than two days old."""
    state.write_resume(day)
