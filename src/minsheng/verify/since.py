"""Is this export the continuation of what somebody kept from earlier? A checkpoint, or a whole older export.

The log's own key cannot help whoever rewrites or cuts it: the older root must come out of the first leaves of
the newer one, and what was shown before must still be shown, or be counted as erased or lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from minsheng.kernel.log.note import NoteError, SignedCheckpoint, Verifier, open_checkpoint
from minsheng.kernel.log.tree import root_of
from minsheng.verify.export import CHECKPOINT, KEYS, ExportUnreadable, Source, open_export
from minsheng.verify.files import read_keys, read_opaque_counts
from minsheng.verify.findings import Findings
from minsheng.verify.lines import BadLine, Disclosed, Lost, read_line
from minsheng.verify.marks import Marks
from minsheng.verify.scan import Scan


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was kept from earlier: a checkpoint note, and the whole export it belonged to if there is one."""

    note: str
    export: Source | None = None


def read_earlier(path: Path) -> Earlier:
    """Read a checkpoint file or an older export directory. Raises ExportUnreadable."""
    if path.is_dir():
        export = open_export(path)
        return Earlier(_text(export.read(CHECKPOINT) or b""), export)
    try:
        return Earlier(_text(path.read_bytes()))
    except OSError as error:
        raise ExportUnreadable(f"{path} cannot be read: {error.strerror}") from None


def check_since(
    earlier: Earlier,
    scan: Scan,
    leaves: Sequence[bytes],
    marks: Marks,
    keys: Mapping[str, Sequence[Verifier]],
    counts: Mapping[str, int],
    findings: Findings,
) -> SignedCheckpoint | None:
    """Hold the export against what was kept. `leaves` are the leaf hashes, `counts` those of opaque.json."""
    log_keys = keys.get("log", ())
    if earlier.export is not None:
        log_keys = [*log_keys, *_check_keys(earlier.export, keys, findings)]
    try:
        signed = open_checkpoint(earlier.note, list(dict.fromkeys(log_keys)))
    except NoteError as error:
        findings.add(
            "since_signature",
            f"较早的检查点不是这个账本签的：{error}",
            f"the earlier checkpoint is not signed by this log: {error}",
            file="--since",
        )
        return None
    size, root = signed.checkpoint.size, signed.checkpoint.root
    if size > len(leaves):
        findings.add(
            "since_cut",
            f"那时账上有 {size} 条，现在只有 {len(leaves)} 条：账本被截短",
            f"there were {size} leaves then and {len(leaves)} are here now: the log has been cut",
            index=len(leaves),
            file="--since",
        )
    elif root_of(leaves[:size]) != root:
        findings.add(
            "since_rewritten",
            f"前 {size} 条与那时签过的不同：账本被改写",
            f"the first {size} leaves are not those that were signed then: the log has been rewritten",
            file="--since",
        )
    if all((mark.size, mark.root, mark.at) != (size, root, signed.at) for mark in marks.marks):
        findings.add(
            "since_unlisted",
            "检查点记录里没有那一个检查点",
            "the checkpoints of this export do not have that one",
            file="--since",
        )
    if earlier.export is not None:
        _check_lines(earlier.export, scan, leaves, counts, findings)
    return signed


def _check_keys(
    export: Source, keys: Mapping[str, Sequence[Verifier]], findings: Findings
) -> Sequence[Verifier]:
    """Keys are added, never taken away. Gives the log keys of the older export."""
    try:
        old = read_keys(export.read(KEYS) or b"")
    except NoteError as error:
        findings.add("since_keys", "较早的公钥文件不能读", str(error), file=f"--since {KEYS}")
        return ()
    for purpose, verifiers in old.items():
        for verifier in verifiers:
            if verifier not in keys.get(purpose, ()):
                findings.add(
                    "since_keys",
                    f"那时的公钥现在没有列出：{verifier.vkey}",
                    f"a key of that time is not listed any more: {verifier.vkey}",
                    file=KEYS,
                )
    return old["log"]


def _check_lines(
    export: Source, scan: Scan, leaves: Sequence[bytes], counts: Mapping[str, int], findings: Findings
) -> None:
    shown = {placed.i: placed for chain in scan.matters.values() for placed in chain}
    gone: list[tuple[int, str]] = []
    closed: list[tuple[int, str, str]] = []
    for number, raw in enumerate(export.lines()):
        try:
            line = read_line(raw)
        except BadLine as error:
            findings.add(
                "since_line",
                f"较早的导出第 {number} 条不能读",
                str(error),
                index=number,
                file="--since",
            )
            continue
        if isinstance(line, Lost) or line.i >= len(scan.leaves):
            continue
        now = scan.leaves[line.i]
        if now is not None and now != line.commitment:
            findings.add(
                "since_changed",
                "这一条与那时的不同：被改写",
                "this leaf is not the one of then: it has been rewritten",
                index=line.i,
                matter=line.wire["matter"] if isinstance(line, Disclosed) else None,
            )
        if isinstance(line, Disclosed):
            placed = shown.get(line.i)
            if placed is None:
                gone.append((line.i, line.wire["matter"]))
            elif now == line.commitment and not set(line.parts) <= set(placed.parts):
                names = ", ".join(sorted(set(line.parts) - set(placed.parts)))
                closed.append((line.i, line.wire["matter"], names))
    then = read_opaque_counts(export, Findings())
    taken_back = sum(max(0, counts[reason] - then[reason]) for reason in ("erased", "lost"))
    for index, matter in gone if len(gone) > taken_back else ():
        findings.add(
            "since_hidden",
            f"那时公开的这一条现在不公开了，而只有 {taken_back} 条记为删除或丢失",
            f"shown then and not now, and only {taken_back} more are counted as erased or lost",
            index=index,
            matter=matter,
        )
    for index, matter, names in closed if len(closed) > taken_back else ():
        findings.add(
            "since_closed",
            f"那时公开的内容现在又不公开，而只有 {taken_back} 条记为删除或丢失：{names}",
            f"opened then and closed now, and only {taken_back} more are counted as erased or lost: {names}",
            index=index,
            matter=matter,
        )


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise ExportUnreadable("the checkpoint is not UTF-8") from None
