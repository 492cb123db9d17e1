"""How is an export written? Rows in, a directory out, all of it or nothing.

The caller decides what is disclosed and why not (the ledger); here it gets its form. Nothing is read from a
clock or a database, and the same rows give the same bytes. Source: docs/formats.md §5.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import IO

import zstandard

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.log.canonical import canonical
from minsheng.kernel.log.note import Checkpoint, NoteError, Signer, Verifier, split_note
from minsheng.kernel.log.proof import Part
from minsheng.kernel.log.tiles import Get, tiles_of
from minsheng.kernel.words import Text
from minsheng.verify.boxes import Box, box_path
from minsheng.verify.chains import write_heads
from minsheng.verify.export import (
    CHECKPOINT,
    CHECKPOINTS,
    DATAPACKAGE,
    ENTRIES,
    FIGURES,
    HEADS,
    KEYS,
    MANIFEST,
    OPAQUE,
    calendar_path,
    override_path,
    procedure_path,
)
from minsheng.verify.files import REASONS, write_datapackage, write_keys, write_opaque_counts
from minsheng.verify.lines import write_disclosed, write_lost, write_opaque
from minsheng.verify.manifest import Manifest, sign_manifest

LEVEL = 9
"""Of Zstandard: about 1/8 of the size at some 60 MB/s."""

_NO_PARTS: Mapping[str, Part] = MappingProxyType({})


class ExportRefused(ValueError):
    """The rows do not make an export: an index is missing, a reason unknown, a tile not there."""


@dataclass(frozen=True, slots=True)
class DisclosedRow:
    """A leaf whose entry is shown. `data` are the entry's canonical bytes, `salt` that of its commitment,
    `parts` those of its closed parts that are opened by now."""

    i: int
    matter: str
    n: int
    data: bytes
    salt: bytes
    parts: Mapping[str, Part] = field(default_factory=lambda: _NO_PARTS)


@dataclass(frozen=True, slots=True)
class OpaqueRow:
    """A leaf that is shown as its commitment, for one of files.REASONS."""

    i: int
    commitment: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class LostRow:
    """A leaf of which the log itself has only the leaf hash left."""

    i: int
    leaf: bytes


Row = DisclosedRow | OpaqueRow | LostRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything that goes into an export.

    `rows` come by index, 0 to the checkpoint's size. `checkpoints` are lines as marks.write_mark makes them,
    the last one that of `checkpoint`. `tiles` reads the log's tiles. `figures` are the bytes of
    figures.Figures.to_bytes(day). `procedures` and `overrides` are rule files byte for byte. `extra`: more
    files by their path (tables, a catalogue). `day`: what fell due up to and with it is on record.
    """

    checkpoint: str
    checkpoints: Iterable[bytes]
    rows: Iterable[Row]
    tiles: Get
    keys: Mapping[str, Sequence[Verifier]]
    figures: bytes
    title: Text
    day: date
    made_at: datetime
    procedures: Iterable[bytes] = ()
    overrides: Iterable[bytes] = ()
    calendars: Iterable[WorkCalendar] = ()
    boxes: Iterable[Box] = ()
    extra: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))


def write_export(target: Path, contents: Contents, signer: Signer) -> Manifest:
    """Write the export to the directory `target`, in place of one that may be there, signed by `signer`.

    It is written beside it first and then moved, so that nobody sees half of it. Raises ExportRefused, or
    OSError if the disk refuses; `target` is then as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    new, old = (target.with_name(f".{target.name}.{what}") for what in ("new", "old"))
    for leftover in (new, old):
        shutil.rmtree(leftover, ignore_errors=True)
    try:
        new.mkdir()
        manifest = _write(new, contents, signer)
        if target.exists():
            target.rename(old)
        new.rename(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.rename(target)
        shutil.rmtree(new, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)
    return manifest


def _write(folder: Path, contents: Contents, signer: Signer) -> Manifest:
    try:
        checkpoint = Checkpoint.parse(split_note(contents.checkpoint)[0])
    except NoteError as error:
        raise ExportRefused(f"the checkpoint is none: {error}") from None
    files: dict[str, tuple[int, str]] = {}
    heads: dict[str, tuple[int, str]] = {}
    counts = dict.fromkeys(REASONS, 0)
    files[ENTRIES] = _write_lines(folder / ENTRIES, _lines(contents.rows, checkpoint.size, heads, counts))
    small = {
        HEADS: write_heads(heads),
        OPAQUE: write_opaque_counts(counts),
        CHECKPOINT: contents.checkpoint.encode(),
        CHECKPOINTS: b"".join(line + b"\n" for line in contents.checkpoints),
        KEYS: write_keys(contents.keys),
        FIGURES: contents.figures,
        **{procedure_path(sha256(data).hexdigest()): data for data in contents.procedures},
        **{override_path(sha256(data).hexdigest()): data for data in contents.overrides},
        **{calendar_path(one.sha256): canonical(one.to_json()) + b"\n" for one in contents.calendars},
        **{box_path(box.body, box.month): box.to_bytes() for box in contents.boxes},
    }
    taken = {*small, ENTRIES, DATAPACKAGE, MANIFEST}
    for path, data in contents.extra.items():
        if path in taken or path.startswith(("tile/", "/")) or ".." in Path(path).parts:
            raise ExportRefused(f"{path} is no name for a further file")
        small[path] = data
    for path, data in small.items():
        _put(folder / path, data)
        files[path] = len(data), sha256(data).hexdigest()
    for tile in tiles_of(checkpoint.size):
        hashes = contents.tiles(tile.path)
        if hashes is None:
            raise ExportRefused(f"the tile {tile.path} is missing")
        _put(folder / tile.path, hashes)
    title = {"zh": contents.title.zh, "en": contents.title.en}
    package = write_datapackage(checkpoint.origin, title, contents.made_at, files)
    _put(folder / DATAPACKAGE, package)
    manifest = Manifest(checkpoint, contents.day, contents.made_at, sha256(package).hexdigest())
    _put(folder / MANIFEST, sign_manifest(manifest, signer).encode())
    return manifest


def _lines(
    rows: Iterable[Row], size: int, heads: dict[str, tuple[int, str]], counts: dict[str, int]
) -> Iterator[bytes]:
    """The line of each row; fills `heads` and `counts` on the way."""
    expected = 0
    for row in rows:
        if row.i != expected:
            raise ExportRefused(f"row {row.i} comes where {expected} should")
        expected += 1
        if isinstance(row, DisclosedRow):
            head = heads.get(row.matter)
            if head is None or head[0] < row.n:
                heads[row.matter] = (row.n, sha256(row.salt + row.data).hexdigest())
            yield write_disclosed(row.i, row.data, row.salt, row.parts)
        elif isinstance(row, LostRow):
            counts["lost"] += 1
            yield write_lost(row.i, row.leaf)
        else:
            if row.reason not in counts:
                raise ExportRefused(f"{row.reason!r} is no reason for keeping a leaf closed")
            counts[row.reason] += 1
            yield write_opaque(row.i, row.commitment)
    if expected != size:
        raise ExportRefused(f"{expected} rows for a checkpoint of {size} leaves")


class _Counted:
    """A file that counts and hashes what is written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest, self.length = sha256(), 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.length += len(data)
        return self._file.write(data)


def _write_lines(path: Path, lines: Iterable[bytes]) -> tuple[int, str]:
    """Write the compressed lines. Gives the file's length in bytes and its SHA-256 in hex."""
    compressor = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True)
    with path.open("wb") as file:
        counted = _Counted(file)
        with compressor.stream_writer(counted, closefd=False) as writer:  # type: ignore[arg-type]  # write is all it uses
            for line in lines:
                writer.write(line + b"\n")
        os.fsync(file.fileno())
    return counted.length, counted.digest.hexdigest()


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
