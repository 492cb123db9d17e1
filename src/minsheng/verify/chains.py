"""Does each matter hang together, entry by entry, up to the head that the publisher signed?

A chain may go dark only where its own entry says so (`level` to withheld), or where entries were lost and a
`restored` one says so. Source: docs/formats.md §1.4 and §5.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from minsheng.kernel.log.canonical import NotCanonical, canonical, parse_canonical, read_again
from minsheng.kernel.log.tree import leaf_hash
from minsheng.verify.export import HEADS, Source
from minsheng.verify.findings import Findings
from minsheng.verify.marks import Marks
from minsheng.verify.scan import Placed, Scan


def check_chains(scan: Scan, marks: Marks, findings: Findings) -> None:
    """Check every disclosed chain, and leave each sorted by n."""
    for matter, chain in scan.matters.items():
        chain.sort()
        before: Placed | None = None
        for placed in chain:
            _check_link(matter, before, placed, scan, marks, findings)
            before = placed


def _check_link(
    matter: str, before: Placed | None, placed: Placed, scan: Scan, marks: Marks, findings: Findings
) -> None:
    if before is not None and before.n + 1 == placed.n:
        if placed.prev != before.commitment.hex():
            findings.add(
                "chain",
                f"第 {placed.n} 笔没有接在第 {before.n} 笔之后",
                f"entry {placed.n} does not follow entry {before.n}",
                index=placed.i,
                matter=matter,
            )
        elif before.i > placed.i and marks.batch_of(before.i) != marks.batch_of(placed.i):
            findings.add(
                "chain_order",
                f"第 {placed.n} 笔比它前面的第 {before.n} 笔更早入账",
                f"entry {placed.n} was taken in before entry {before.n}, which it follows",
                index=placed.i,
                matter=matter,
            )
        return
    if before is not None and before.n == placed.n:
        findings.add(
            "fork",
            f"第 {placed.n} 笔有两个不同的版本",
            f"there are two different entries {placed.n}",
            index=placed.i,
            matter=matter,
        )
        return
    if placed.n == 0:
        if placed.prev is not None:
            findings.add(
                "chain",
                "第 0 笔之前不能再有记录",
                "entry 0 follows something",
                index=placed.i,
                matter=matter,
            )
        return
    _check_gap(matter, before, placed, scan, findings)


def _check_gap(matter: str, before: Placed | None, placed: Placed, scan: Scan, findings: Findings) -> None:
    """What comes before this entry is not shown: it must be in the tree, and an entry must have said so."""
    wire = read_again(placed.data)
    if wire["event"] not in ("level", "restored"):
        findings.add(
            "gap",
            f"第 {placed.n} 笔之前缺了记录，而没有一笔说明为什么",
            f"entries before entry {placed.n} are not shown, and no entry says why",
            index=placed.i,
            matter=matter,
        )
    elif before is not None and wire["event"] == "level" and not _went_dark(before):
        findings.add(
            "gap",
            f"第 {before.n} 笔之后的记录不公开，而这一笔没有说明",
            f"what follows entry {before.n} is not shown, and that entry does not say so",
            index=before.i,
            matter=matter,
        )
    if not _in_log(placed.prev, scan):
        findings.add(
            "chain",
            f"第 {placed.n} 笔接着的那一笔不在账上",
            f"what entry {placed.n} follows is not in the log",
            index=placed.i,
            matter=matter,
        )


def _in_log(commitment: str | None, scan: Scan) -> bool:
    try:
        leaf = bytes.fromhex(commitment or "")
    except ValueError:
        return False
    return leaf in scan.index_of or leaf_hash(leaf) in scan.lost.values()


def _went_dark(placed: Placed) -> bool:
    wire = read_again(placed.data)
    facts = wire["facts"]
    return bool(
        wire["event"] == "level" and isinstance(facts, dict) and facts.get("disclosure") == "withheld"
    )


def write_heads(heads: Mapping[str, tuple[int, str]]) -> bytes:
    """heads.jsonl: matter → (n, commitment in hex) of its last disclosed entry, one line each, sorted."""
    lines = (
        canonical({"commitment": commitment, "matter": matter, "n": n})
        for matter, (n, commitment) in sorted(heads.items())
    )
    return b"".join(line + b"\n" for line in lines)


def heads_of(matters: Mapping[str, Iterable[Placed]]) -> dict[str, tuple[int, str]]:
    """The heads of these chains."""
    heads = {}
    for matter, chain in matters.items():
        last = max(chain)
        heads[matter] = (last.n, last.commitment.hex())
    return heads


def check_heads(scan: Scan, source: Source, findings: Findings) -> None:
    """Every chain ends at its signed head: nothing has been cut off, nothing hung on."""
    data = source.read(HEADS)
    if data is None:
        findings.add("file_missing", f"缺少 {HEADS}", f"{HEADS} is missing", file=HEADS)
        return
    found = heads_of(scan.matters)
    signed: dict[str, tuple[int, str]] = {}
    for number, raw in enumerate(data.splitlines()):
        try:
            wire = parse_canonical(raw)
            signed[wire["matter"]] = (wire["n"], wire["commitment"])
        except (NotCanonical, KeyError, TypeError):
            findings.add("head_form", "这一行不能读", "the line cannot be read", file=f"{HEADS}:{number + 1}")
    try:
        canonical_form = write_heads(signed)
    except (NotCanonical, TypeError):
        canonical_form = b""
    if canonical_form != data:
        findings.add("head_form", "文件不是规范格式", "the file is not in its one form", file=HEADS)
    for matter in sorted(signed.keys() | found.keys(), key=str):
        if signed.get(matter) != found.get(matter):
            _wrong_head(matter, signed.get(matter), found.get(matter), findings)


def _wrong_head(
    matter: str, signed: tuple[int, str] | None, found: tuple[int, str] | None, findings: Findings
) -> None:
    if signed is None:
        zh, en = "发布者签过的清单里没有这件事", "the publisher's signed heads do not have this matter"
    elif found is None:
        zh, en = "清单里有这件事，却没有它的记录", "the heads have this matter, but it is not shown"
    else:
        zh = f"清单里最后一笔是第 {signed[0]} 笔，这里是第 {found[0]} 笔"
        en = f"its head is entry {signed[0]} as signed, and entry {found[0]} here, or a different one"
    findings.add("head", zh, en, matter=str(matter), file=HEADS)
