"""Where does a hash of the tree lie, and what is in that file? Static tiles of height 8.

Source: C2SP tlog-tiles. A tile is up to 256 consecutive hashes of 32 bytes: at level 0 leaf hashes, at
level l the roots of full tiles of level l − 1. `tile/entries` is left out: a leaf of this log is a
commitment, and the entries that are disclosed stand in the export.

No disk here: `get(path) -> bytes | None` reads a tile, and what must be written is returned.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from minsheng.kernel.log.tree import Leaves, Node, root_at

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
HASH: Final = 32

Get = Callable[[str], bytes | None]

_PATH = re.compile(r"tile/(0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class TileMissing(LookupError):
    """A tile that the tree needs is not there, or has not the length of its name."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile; `width` below 256 means a partial one."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Its path below the log's prefix, e.g. tile/0/x001/x234/067.p/8."""
        n, rest = f"{self.index % 1000:03d}", self.index // 1000
        while rest:
            n, rest = f"x{rest % 1000:03d}/{n}", rest // 1000
        partial = f".p/{self.width}" if self.width < WIDTH else ""
        return f"tile/{self.level}/{n}{partial}"

    @classmethod
    def parse(cls, path: str) -> Tile:
        """Read a tile's path. Raises ValueError for any other spelling."""
        match = _PATH.fullmatch(path)
        if match is None:
            raise ValueError("not the path of a tile")
        level, index = int(match[1]), int(match[2].replace("x", "").replace("/", ""))
        tile = cls(level, index, int(match[3]) if match[3] else WIDTH)
        if level > 63 or tile.path != path:
            raise ValueError("not the path of a tile")
        return tile


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """The tiles of the tree with `size` leaves that the tree with `since` leaves did not have."""
    level = 0
    while size:
        for index in range(since // WIDTH, size // WIDTH):
            yield Tile(level, index)
        if size % WIDTH and size != since:
            yield Tile(level, size // WIDTH, size % WIDTH)
        level, size, since = level + 1, size // WIDTH, since // WIDTH


def grow(get: Get, size: int, hashes: Sequence[bytes]) -> dict[str, bytes]:
    """The new tile files, path → bytes, when leaves with these hashes follow a tree of `size` leaves.

    `get` must have the tiles of the old tree. Raises TileMissing.
    """
    written: dict[str, bytes] = {}
    level, old, fresh = 0, size, list(hashes)
    while fresh:
        first, begun = divmod(old, WIDTH)
        data = (_read(get, Tile(level, first, begun)) if begun else b"") + b"".join(fresh)
        above: list[bytes] = []
        for start in range(0, len(data), WIDTH * HASH):
            block = data[start : start + WIDTH * HASH]
            width = len(block) // HASH
            tile = Tile(level, first + start // (WIDTH * HASH), width)
            written[tile.path] = block
            if width == WIDTH:
                above.append(_root(block))
        level, old, fresh = level + 1, old // WIDTH, above
    return written


def tile_node(get: Get, size: int) -> Node:
    """A source of complete subtrees for tree.inclusion_proof and consistency_proof, read from the tiles
    of the tree with `size` leaves. Each tile is read once."""
    cache: dict[tuple[int, int], Leaves] = {}

    def node(level: int, index: int) -> bytes:
        row, above = divmod(level, HEIGHT)
        number, inside = divmod(index << above, WIDTH)
        at_level = size >> (HEIGHT * row)
        width = min(WIDTH, at_level - number * WIDTH)
        if width <= 0 or inside + (1 << above) > width:
            raise IndexError("no complete subtree there in a tree of this size")
        if (row, number) not in cache:
            data = _read(get, Tile(row, number, width))
            cache[row, number] = Leaves(data[i : i + HASH] for i in range(0, len(data), HASH))
        return cache[row, number].node(above, inside >> above)

    return node


def leaf_hashes(get: Get, size: int) -> Iterator[bytes]:
    """The leaf hashes of the tree with `size` leaves, in order. Raises TileMissing."""
    for index in range(-(-size // WIDTH)):
        data = _read(get, Tile(0, index, min(WIDTH, size - index * WIDTH)))
        for start in range(0, len(data), HASH):
            yield data[start : start + HASH]


def root_from(get: Get, size: int) -> bytes:
    """The root of the tree with `size` leaves, from as few tiles as possible."""
    return root_at(tile_node(get, size), size)


def _read(get: Get, tile: Tile) -> bytes:
    """A tile's bytes; a full tile may stand in for its partial one (it begins with it)."""
    for candidate in (tile, Tile(tile.level, tile.index)):
        data = get(candidate.path)
        if data is not None and len(data) == candidate.width * HASH:
            return data[: tile.width * HASH]
    raise TileMissing(tile.path)


def _root(block: bytes) -> bytes:
    return Leaves(block[i : i + HASH] for i in range(0, len(block), HASH)).root()
