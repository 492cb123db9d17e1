"""Does what the resident took home hold? Offline, against a log, or against a whole export.

Offline a proof file shows that somebody with the keys in it promised or included the entries; that these are
the town's keys, only the town's `keys` file says (given with a log, or kept from elsewhere).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from minsheng.kernel.log.entries import open_part
from minsheng.kernel.log.note import Checkpoint, NoteError, Verifier, open_checkpoint
from minsheng.kernel.log.promise import open_promise
from minsheng.kernel.log.proof import BadProofFile, Inclusion, ProofFile, Proven
from minsheng.kernel.log.tiles import Get, TileMissing, leaf_hashes, tile_node
from minsheng.kernel.log.tree import (
    Node,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from minsheng.verify.export import CHECKPOINT, KEYS
from minsheng.verify.files import read_keys
from minsheng.verify.findings import Findings
from minsheng.verify.scan import Scan

State = Literal["included", "promised", "broken", "forged"]


@dataclass(slots=True)
class ReceiptReport:
    """What a proof file is worth.

    `included`: every entry is in a signed tree. `promised`: those that are not are promised `until` then.
    `broken`: a promise was due and the log has not kept it. `forged`: something in the file does not hold.
    `checked_at` is the time of the log it was held against, None offline.
    """

    state: State
    findings: Findings = field(default_factory=Findings)
    file: ProofFile | None = None
    until: datetime | None = None
    checked_at: datetime | None = None

    @property
    def exit_code(self) -> int:
        """0 for included and promised, 1 for broken and forged."""
        return 0 if self.state in ("included", "promised") else 1


@dataclass(frozen=True, slots=True)
class Shown:
    """What one entry of the file shows: how long it is promised, or where and in which tree it is."""

    item: Proven
    leaf: bytes
    until: datetime | None = None
    index: int | None = None
    size: int = 0
    root: bytes = b""


def verify_receipt(
    data: bytes, *, log: Get | None = None, keys: Mapping[str, Sequence[Verifier]] | None = None
) -> ReceiptReport:
    """Check a proof file; `log` reads the files of an export or of a log's address by their paths.

    `keys` are keys the reader trusts; else those of the log, else those in the file itself.
    """
    findings = Findings()
    try:
        file = ProofFile.from_bytes(data)
    except BadProofFile as error:
        findings.add("receipt_form", f"不是凭证文件：{error}", f"not a proof file: {error}")
        return ReceiptReport("forged", findings)
    if keys is None and log is not None:
        try:
            keys = read_keys(log(KEYS) or b"")
        except NoteError as error:
            findings.add("keys", "账本没有公钥文件", f"the log has no file of keys: {error}", file=KEYS)
    shown = check_file(file, file.keys if keys is None else keys, findings)
    if findings.n:
        return ReceiptReport("forged", findings, file)
    waiting = [one.until for one in shown if one.index is None and one.until is not None]
    report = ReceiptReport("promised" if waiting else "included", findings, file, max(waiting, default=None))
    if log is not None:
        _hold_against(report, shown, log, file, keys or file.keys)
    return report


def check_file(file: ProofFile, keys: Mapping[str, Sequence[Verifier]], findings: Findings) -> list[Shown]:
    """Check everything the file can show by itself: chain, parts, promises, inclusion proofs."""
    shown: list[Shown] = []
    by_n: dict[int, Proven] = {}
    for item in file.entries:
        n = item.entry.n
        before = by_n.get(n - 1)
        if item.entry.matter != file.matter or n in by_n:
            _wrong(
                findings, file, n, "不属于这件事，或出现两次", "is of another matter, or stands here twice"
            )
        elif before is not None and item.entry.prev != before.commitment:
            _wrong(findings, file, n, "没有接在前一笔之后", "does not follow the entry before it")
        by_n[n] = item
        for name, part in item.parts.items():
            closed = item.entry.closed.get(name, "")
            if not open_part(part.value, part.salt, closed):
                _wrong(findings, file, n, f"内容“{name}”被改过", f"{name!r} is not what was closed")
        try:
            shown.append(_show(item, file, keys))
        except (NoteError, BadProofFile) as error:
            _wrong(
                findings, file, n, f"承诺或入账证明不对（{error}）", f"its promise or proof is wrong: {error}"
            )
    return shown


def _show(item: Proven, file: ProofFile, keys: Mapping[str, Sequence[Verifier]]) -> Shown:
    commitment = item.commitment
    leaf = leaf_hash(bytes.fromhex(commitment))
    until = None
    if item.promise is not None:
        promise = open_promise(item.promise, keys.get("promise", ()))
        if (promise.origin, promise.commitment) != (file.origin, commitment):
            raise NoteError("the promise is about something else")
        until = promise.merge_by
    if item.inclusion is None:
        return Shown(item, leaf, until)
    inclusion = Inclusion.parse(item.inclusion)
    checkpoint = open_checkpoint(inclusion.checkpoint, tuple(keys.get("log", ()))).checkpoint
    if checkpoint.origin != file.origin:
        raise NoteError("the checkpoint is of another log")
    if not verify_inclusion(leaf, inclusion.index, checkpoint.size, inclusion.path, checkpoint.root):
        raise NoteError("the entry is not where the proof says")
    return Shown(item, leaf, until, inclusion.index, checkpoint.size, checkpoint.root)


def _hold_against(
    report: ReceiptReport,
    shown: Sequence[Shown],
    log: Get,
    file: ProofFile,
    keys: Mapping[str, Sequence[Verifier]],
) -> None:
    """Look the entries up in the log's own tree. Nothing that the log serves counts but under its root."""
    findings = report.findings
    try:
        signed = open_checkpoint((log(CHECKPOINT) or b"").decode(), tuple(keys.get("log", ())))
        tip = signed.checkpoint
        if tip.origin != file.origin:
            raise NoteError("it is another log")
        report.checked_at = signed.at
        node = tile_node(log, tip.size)
        for one in shown:
            if one.index is not None and not _continues(one, node, tip):
                _broken(findings, file, one.item.entry.n, "账本被截短或改写", "the log was cut or rewritten")
        waiting = [one for one in shown if one.index is None]
        if waiting:
            leaves = list(leaf_hashes(log, tip.size))
            if root_of(leaves) != tip.root:
                raise NoteError("its tiles do not give its signed root")
            there = set(leaves)
            waiting = [one for one in waiting if one.leaf not in there]
        for one in waiting:
            if one.until is None or one.until <= signed.at:
                n = one.item.entry.n
                _broken(
                    findings, file, n, "承诺的日期已过，账上没有", "its day has passed and it is not there"
                )
        report.until = max((one.until for one in waiting if one.until is not None), default=None)
        report.state = "broken" if findings.n else "promised" if waiting else "included"
    except (NoteError, TileMissing, UnicodeDecodeError) as error:
        findings.add("log", f"账本不能核对：{error}", f"the log cannot be checked: {error}")
        report.state = "broken"


def _continues(one: Shown, node: Node, tip: Checkpoint) -> bool:
    """Whether the log, as its tiles show it, continues the tree of the proof and has its leaf there."""
    assert one.index is not None
    if one.size > tip.size:
        return False
    consistency = consistency_proof(node, one.size, tip.size)
    if not verify_consistency(one.size, tip.size, one.root, tip.root, consistency):
        return False
    inclusion = inclusion_proof(node, one.index, tip.size)
    return verify_inclusion(one.leaf, one.index, tip.size, inclusion, tip.root)


def check_against_export(
    file: ProofFile,
    keys: Mapping[str, Sequence[Verifier]],
    scan: Scan,
    leaves: Sequence[bytes],
    at: datetime,
    day: date,
    may_be_gone: bool,
    findings: Findings,
) -> None:
    """The matter of the receipt must be in the export in full, entry for entry.

    `leaves` are the leaf hashes, `at` is the time of the export's checkpoint, `day` its day; `may_be_gone`:
    something was erased or lost, so that this matter, if it is not shown at all, may be it.
    """
    shown = check_file(file, keys, findings)
    for size, root in sorted({(one.size, one.root) for one in shown if one.index is not None}):
        if size > len(leaves) or root_of(leaves[:size]) != root:
            findings.add(
                "receipt_tree",
                f"凭证上签过的前 {size} 条与这里的不同：账本被截短或改写",
                f"the receipt has another signed tree of {size} leaves: the log was cut or rewritten",
                matter=file.matter,
            )
    chain = {placed.n: placed for placed in scan.matters.get(file.matter, ())}
    level = "coded"
    for one in shown:
        entry, commitment = one.item.entry, bytes.fromhex(one.item.commitment)
        level = str(entry.facts.get("disclosure", level)) if entry.event in ("opened", "level") else level
        placed = chain.get(entry.n)
        if placed is not None and placed.commitment != commitment:
            findings.add(
                "receipt_differs",
                f"第 {entry.n} 笔与凭证上的不同：被改写",
                f"entry {entry.n} is not the one of the receipt: it has been rewritten",
                index=placed.i,
                matter=file.matter,
            )
            continue
        in_log = commitment in scan.index_of or one.leaf in scan.lost.values()
        if not in_log:
            if one.until is None or one.until <= at:
                _broken(findings, file, entry.n, "应当入账而没有", "should be in the log and is not")
            continue
        hidden = placed is None and (level != "withheld" or entry.event == "level") and entry.on <= day
        if hidden and not (may_be_gone and not chain):
            findings.add(
                "receipt_hidden",
                f"第 {entry.n} 笔应当公开而没有公开",
                f"entry {entry.n} should be shown and is not",
                index=scan.index_of.get(commitment),
                matter=file.matter,
            )


def _wrong(findings: Findings, file: ProofFile, n: int, zh: str, en: str) -> None:
    findings.add("receipt_forged", f"凭证第 {n} 笔{zh}", f"entry {n} of the receipt {en}", matter=file.matter)


def _broken(findings: Findings, file: ProofFile, n: int, zh: str, en: str) -> None:
    findings.add("promise_broken", f"第 {n} 笔：{zh}", f"entry {n}: {en}", matter=file.matter)
