"""Where do the bytes of an export come from? A directory, or memory; read piece by piece.

Nothing is judged here beyond "there is no such file". The names are those of docs/formats.md §5.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Final, Protocol

import zstandard

ENTRIES: Final = "entries.jsonl.zst"
HEADS: Final = "heads.jsonl"
OPAQUE: Final = "opaque.json"
CHECKPOINT: Final = "checkpoint"
CHECKPOINTS: Final = "checkpoints.jsonl"
KEYS: Final = "keys"
FIGURES: Final = "figures.json"
DATAPACKAGE: Final = "datapackage.json"
MANIFEST: Final = "manifest"

LARGEST_FILE: Final = 256 * 2**20
"""Bytes. Of the files that are read as a whole; entries are streamed."""

LONGEST_LINE: Final = 64 * 2**20
"""Bytes. Opened attachments stand in their line."""


def procedure_path(sha256_hex: str) -> str:
    """Where a rule file with this hash stands in an export."""
    return f"procedures/{sha256_hex}.yaml"


def override_path(sha256_hex: str) -> str:
    """Where a local override with this hash stands."""
    return f"overrides/{sha256_hex}.yaml"


def calendar_path(sha256_hex: str) -> str:
    """Where a calendar with this hash stands."""
    return f"calendars/{sha256_hex}.json"


class ExportUnreadable(Exception):
    """The export as a whole cannot be read: no directory, no such file, not compressed as it says."""


class Source(Protocol):
    """An export, wherever it lies."""

    def read(self, name: str) -> bytes | None:
        """The bytes of a file, or None. `name` is a relative path with slashes."""

    def lines(self) -> Iterator[bytes]:
        """The lines of entries.jsonl, decompressed, without their newlines. Raises ExportUnreadable."""

    def digest(self, name: str) -> str | None:
        """The SHA-256 of a file in hex, or None."""


@dataclass(frozen=True, slots=True)
class Directory:
    """An export in a directory."""

    path: Path

    def read(self, name: str) -> bytes | None:
        path = self._inside(name)
        if path is None:
            return None
        if path.stat().st_size > LARGEST_FILE:
            raise ExportUnreadable(f"{name} is larger than {LARGEST_FILE // 2**20} MiB")
        return path.read_bytes()

    def lines(self) -> Iterator[bytes]:
        path = self._inside(ENTRIES)
        if path is None:
            raise ExportUnreadable(f"there is no {ENTRIES} in {self.path}")
        with path.open("rb") as file:
            yield from split_lines(decompress(file))

    def digest(self, name: str) -> str | None:
        path = self._inside(name)
        if path is None:
            return None
        found = sha256()
        with path.open("rb") as file:
            while block := file.read(2**20):
                found.update(block)
        return found.hexdigest()

    def _inside(self, name: str) -> Path | None:
        """The file of this name, if it is a plain file inside the export."""
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\0" in name:
            return None
        path = self.path / name
        return path if path.is_file() else None


@dataclass(slots=True)
class InMemory:
    """An export in memory: its files, and the lines of its entries. `lines_of` may be changed by tests."""

    files: Mapping[str, bytes]
    lines_of: Sequence[bytes] = field(default_factory=list)

    def read(self, name: str) -> bytes | None:
        return self.files.get(name)

    def lines(self) -> Iterator[bytes]:
        return iter(self.lines_of)

    def digest(self, name: str) -> str | None:
        data = self.files.get(name)
        return None if data is None else sha256(data).hexdigest()


def open_export(path: Path) -> Directory:
    """The export in this directory. Raises ExportUnreadable if there is none."""
    if not path.is_dir():
        raise ExportUnreadable(f"{path} is no directory")
    if not (path / CHECKPOINT).is_file():
        raise ExportUnreadable(f"{path} is no export: it has no file `{CHECKPOINT}`")
    return Directory(path)


def decompress(file: IO[bytes]) -> Iterator[bytes]:
    """The decompressed blocks of a Zstandard file. Raises ExportUnreadable."""
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(
            file, read_across_frames=True
        ) as reader:
            while block := reader.read(2**20):
                yield block
    except zstandard.ZstdError as error:
        raise ExportUnreadable(f"{ENTRIES} cannot be decompressed: {error}") from None


def split_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Lines without their newlines. A last line without a newline is given with a NUL at its end, which no
    line may contain, so that it is found to be wrong where it stands."""
    rest = b""
    for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        yield from lines
        if len(rest) > LONGEST_LINE:
            raise ExportUnreadable(f"a line of {ENTRIES} is longer than {LONGEST_LINE // 2**20} MiB")
    if rest:
        yield rest + b"\0"
