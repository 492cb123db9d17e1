"""Do the leaves give the signed roots, and do the tiles say the same? Roots, batches, tiles.

The tree is built once, leaf by leaf, and held against every checkpoint on the way: that is the consistency
of all of them. Tiles are a second, independent witness of each leaf, and so name the one that differs.
"""

from __future__ import annotations

from hashlib import sha256

from minsheng.kernel.log.tiles import HASH, TileMissing, grow, leaf_hashes, tiles_of
from minsheng.kernel.log.tree import Tree, root_of
from minsheng.verify.export import Source
from minsheng.verify.findings import Findings
from minsheng.verify.marks import Mark, Marks
from minsheng.verify.scan import Scan


def check_tree(
    scan: Scan, marks: Marks, size: int, tiles: list[bytes], source: Source, findings: Findings
) -> list[bytes]:
    """Hold leaves, tiles and checkpoints against each other. Gives the leaf hashes, as far as they are
    known; where a line is missing or unreadable the tile's hash stands in."""
    leaves: list[bytes] = []
    complete = True
    for i, leaf in enumerate(scan.leaves):
        if leaf is not None:
            leaves.append(sha256(b"\x00" + leaf).digest())
        elif i in scan.lost:
            leaves.append(scan.lost[i])
        elif i < len(tiles):
            leaves.append(tiles[i])
        else:
            complete = False
            break
    if complete and len(leaves) == size:
        _check_roots(leaves, tiles, marks, findings)
    _check_tiles(scan, leaves, size, tiles, source, findings)
    _check_sorted(scan, marks, findings)
    return leaves


def _check_roots(leaves: list[bytes], tiles: list[bytes], marks: Marks, findings: Findings) -> None:
    tree, done = Tree(), 0
    for number, mark in enumerate(marks.marks):
        if mark.size > len(leaves) or mark.size < done:
            continue  # said already: beyond the tree, or the log shrank
        for i in range(done, mark.size):
            tree.append_hash(leaves[i])
        done = mark.size
        if tree.root() != mark.root:
            _differs(leaves, tiles, mark, number, findings)
            return


def _differs(leaves: list[bytes], tiles: list[bytes], mark: Mark, number: int, findings: Findings) -> None:
    """A root does not fit. If the tiles give it, each leaf that differs from them has been changed."""
    findings.add(
        "root",
        f"前 {mark.size} 条算出的根与第 {number} 个检查点签过的不同",
        f"the first {mark.size} leaves do not give the root that checkpoint {number} signed",
        file=f"checkpoint {number}",
    )
    if len(tiles) >= mark.size and root_of(tiles[: mark.size]) == mark.root:
        return  # _check_tiles names them
    findings.add(
        "tiles_root",
        "树瓦片也与签过的根不同",
        "the tiles do not give the signed root either",
        file="tile/0",
    )


def tile_leaves(source: Source, size: int) -> list[bytes]:
    """The leaf hashes that the tiles give, up to the first tile that is missing."""
    found: list[bytes] = []
    try:
        for digest in leaf_hashes(source.read, size):
            found.append(digest)  # noqa: PERF402 - what was read before the gap is kept
    except TileMissing:
        pass
    return found


def _check_tiles(
    scan: Scan, leaves: list[bytes], size: int, tiles: list[bytes], source: Source, findings: Findings
) -> None:
    if leaves[: len(tiles)] != tiles[: len(leaves)]:
        for i, (leaf, tile) in enumerate(zip(leaves, tiles, strict=False)):
            if leaf != tile:
                scan.flagged.add(i)
                findings.add(
                    "leaf",
                    "这一条与树瓦片里的不同：被改过",
                    "the line is not what the tree has at this index: it has been changed",
                    index=i,
                )
    right = grow(lambda path: None, 0, leaves) if len(leaves) == size else {}
    for wanted in tiles_of(size):
        path, data = wanted.path, source.read(wanted.path)
        if data is None or len(data) != wanted.width * HASH:
            findings.add("tile_missing", "缺少这块树瓦片", "the tile is missing or cut", file=path)
        elif wanted.level and right and data != right[path]:
            findings.add("tile", "这块树瓦片算得不对", "the tile is not what its leaves give", file=path)


def _check_sorted(scan: Scan, marks: Marks, findings: Findings) -> None:
    """Within a batch the leaves are sorted, so that their order tells neither matter nor minute."""
    starts = {mark.size for mark in marks.marks}
    before: bytes | None = None
    for i, leaf in enumerate(scan.leaves):
        if i in starts:
            before = None
        if leaf is None or i in scan.flagged:
            continue
        if before is not None and leaf <= before:
            findings.add(
                "batch_order",
                "同一批之内没有按承诺值排序",
                "the commitments are not in order within their batch",
                index=i,
            )
        before = leaf
