"""Is every leaf there, once, in its place, and is it what the tree says? The lines of entries.jsonl.

Each finding names its index. A line that cannot be read stands for the index after the line before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from minsheng.kernel.entry import CLOCK
from minsheng.kernel.log.tree import leaf_hash
from minsheng.verify.findings import Findings
from minsheng.verify.lines import BadLine, Disclosed, Line, Lost, Opaque, read_line
from minsheng.verify.marks import Marks

LARGEST_GAP = 10_000_000
"""An index further ahead than this is taken for a wrong index, not for so many missing lines."""

_HEX16 = re.compile(r"[0-9a-f]{16}")


class Placed(NamedTuple):
    """A disclosed entry in its place: number `n` of its matter, leaf `i`. `data` are its canonical bytes."""

    n: int
    i: int
    commitment: bytes
    prev: str | None
    data: bytes
    parts: tuple[str, ...]


@dataclass(slots=True)
class Scan:
    """What the lines say. `leaves[i]` is the commitment at index i, None where no line gave one; `lost` are
    leaf hashes without a commitment; `matters` the disclosed entries by matter, in the order of the lines."""

    leaves: list[bytes | None] = field(default_factory=list)
    lost: dict[int, bytes] = field(default_factory=dict)
    matters: dict[str, list[Placed]] = field(default_factory=dict)
    n_opaque: int = 0
    n_disclosed: int = 0
    n_parts: int = 0
    flagged: set[int] = field(default_factory=set)
    _index_of: dict[bytes, int] | None = None

    @property
    def index_of(self) -> dict[bytes, int]:
        """Commitment → index."""
        if self._index_of is None:
            self._index_of = {leaf: i for i, leaf in enumerate(self.leaves) if leaf is not None}
        return self._index_of

    def is_disclosed(self) -> set[int]:
        """The indices of all disclosed entries."""
        return {placed.i for chain in self.matters.values() for placed in chain}


def scan(lines: Iterable[bytes], marks: Marks, size: int, tiles: Sequence[bytes], findings: Findings) -> Scan:
    """Read all lines and put each in its place. `tiles` are the leaf hashes that the tiles give: with them a
    line whose number was changed is told from a line that stands elsewhere."""
    found = Scan()
    leaves = found.leaves
    expected = 0
    for raw in lines:
        try:
            line = read_line(raw)
        except BadLine as error:
            _flag(found, findings, error.code, expected, "这一行不能读", str(error))
            expected += 1
            continue
        i = line.i
        if i != expected:
            if expected < len(tiles) and _leaf_of(line) == tiles[expected]:
                zh, en = f"这一条的编号被改成了 {i}", f"the line's number has been changed to {i}"
                _flag(found, findings, "line_number", expected, zh, en)
                i = expected
            else:
                zh = f"这里应当是第 {expected} 条，却是第 {i} 条"
                _flag(found, findings, "line_order", i, zh, f"the line of index {expected} should stand here")
        expected = i + 1
        if i >= size or i > len(leaves) + LARGEST_GAP:
            _flag(found, findings, "beyond", i, "检查点里没有这一条", "the tree has no such leaf")
            continue
        if i >= len(leaves):
            leaves.extend([None] * (i + 1 - len(leaves)))
        if leaves[i] is not None or i in found.lost:
            _flag(found, findings, "twice", i, "这一条出现了两次", "this index stands here twice")
        elif type(line) is Disclosed:
            leaves[i] = line.commitment
            _place(found, line, i, marks, findings)
        elif type(line) is Opaque:
            leaves[i] = line.commitment
            found.n_opaque += 1
        elif type(line) is Lost:
            found.lost[i] = line.leaf
            found.n_opaque += 1
    leaves.extend([None] * (min(size, len(leaves) + LARGEST_GAP) - len(leaves)))
    for i, leaf in enumerate(leaves):
        if leaf is None and i not in found.lost and i not in found.flagged:
            _flag(found, findings, "missing", i, "缺少这一条", "the line of this index is missing")
    return found


def _leaf_of(line: Line) -> bytes:
    return line.leaf if isinstance(line, Lost) else leaf_hash(line.commitment)


def _place(found: Scan, line: Disclosed, i: int, marks: Marks, findings: Findings) -> None:
    wire = line.wire
    matter, n, on, prev = wire["matter"], wire["n"], wire["on"], wire["prev"]
    if (
        not isinstance(matter, str)
        or not _HEX16.fullmatch(matter)
        or type(n) is not int
        or n < 0
        or not isinstance(on, str)
        or not (prev is None or isinstance(prev, str))
    ):
        _flag(found, findings, "entry_form", i, "记录的格式不对", "the entry has not the form of one")
        return
    first, last = marks.days_of(i)
    too_early = on < first and wire["role"] != CLOCK  # the law dates the clock's, and never ahead of time
    if too_early or on > last:
        found.flagged.add(i)
        findings.add(
            "day",
            f"日期 {on} 不在这一批的 {first} 至 {last} 之内",
            f"its day {on} is not within {first} to {last}, the days of its batch",
            index=i,
            matter=matter,
        )
    found.n_disclosed += 1
    found.n_parts += len(line.parts)
    placed = Placed(n, i, line.commitment, prev, line.data, line.parts)
    chain = found.matters.get(matter)
    if chain is None:
        found.matters[matter] = [placed]
    else:
        chain.append(placed)


def _flag(found: Scan, findings: Findings, code: str, index: int, zh: str, en: str) -> None:
    found.flagged.add(index)
    findings.add(code, zh, en, index=index)
