"""Which states of itself has the log signed, and when? checkpoint and checkpoints.jsonl.

A mark is one signed checkpoint; between two marks lies a batch. Source: docs/formats.md §3, §5.3.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from minsheng.kernel.log.canonical import NotCanonical, canonical, parse_canonical
from minsheng.kernel.log.note import NoteError, SignedCheckpoint, Verifier, open_checkpoint
from minsheng.kernel.log.promise import write_moment
from minsheng.kernel.log.tree import EMPTY_ROOT
from minsheng.verify.export import CHECKPOINT, CHECKPOINTS, Source
from minsheng.verify.findings import Findings

SLACK = timedelta(days=1)
"""How far an entry's day may lie from the interval of its batch: one day, which also covers every zone."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A signed checkpoint: so many leaves, this root, at this moment."""

    size: int
    root: bytes
    at: datetime


@dataclass(slots=True)
class Marks:
    """All marks of a log, the first of size 0; and which batch a leaf came in with."""

    marks: Sequence[Mark]
    _sizes: list[int] = field(init=False)
    _low: int = 0
    _high: int = 0
    _days: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        self._sizes = [mark.size for mark in self.marks]

    def batch_of(self, index: int) -> int:
        """The number of the mark that took leaf `index` in: the first that is larger."""
        return bisect_right(self._sizes, index)

    def days_of(self, index: int) -> tuple[str, str]:
        """The first and the last day, in ISO form, that an entry with this index may bear."""
        if not self._low <= index < self._high:
            batch = self.batch_of(index)
            before, mark = self.marks[max(batch - 1, 0)], self.marks[min(batch, len(self.marks) - 1)]
            self._low, self._high = before.size, mark.size
            self._days = (
                _day(before.at - SLACK).isoformat(),
                _day(mark.at + SLACK).isoformat(),
            )
        return self._days


def write_mark(note: str, mark: Mark) -> bytes:
    """The line of checkpoints.jsonl, without its newline."""
    return canonical({"at": write_moment(mark.at), "note": note, "root": mark.root.hex(), "size": mark.size})


def mark_of(signed: SignedCheckpoint) -> Mark:
    """The mark of a checkpoint that has been opened."""
    return Mark(signed.checkpoint.size, signed.checkpoint.root, signed.at)


def read_marks(
    source: Source, log_keys: Sequence[Verifier], findings: Findings
) -> tuple[SignedCheckpoint | None, Marks]:
    """The export's checkpoint and all marks. What is wrong goes into `findings`; without a checkpoint that
    a known key signed there is nothing to hold the rest against, and the first value is None."""
    last = _open(source.read(CHECKPOINT), log_keys, CHECKPOINT, findings)
    marks: list[Mark] = []
    data = source.read(CHECKPOINTS)
    if data is None:
        findings.add("file_missing", f"缺少 {CHECKPOINTS}", f"{CHECKPOINTS} is missing", file=CHECKPOINTS)
        data = b""
    if data and not data.endswith(b"\n"):
        findings.add("file_form", "最后一行没有换行", "the last line has no newline", file=CHECKPOINTS)
    for number, raw in enumerate(data.splitlines()):
        where = f"{CHECKPOINTS}:{number + 1}"
        try:
            wire = parse_canonical(raw)
            note = wire["note"]
            good = isinstance(note, str)
        except (NotCanonical, KeyError, TypeError):
            good = False
        signed = _open(note.encode(), log_keys, where, findings) if good else None
        if not good or (signed is not None and write_mark(note, mark_of(signed)) != raw):
            findings.add(
                "checkpoint_form",
                "这一行不是规范的检查点记录",
                "the line is not the record of a checkpoint in its one form",
                file=where,
            )
            continue
        if signed is None:
            continue
        if last is not None and signed.checkpoint.origin != last.checkpoint.origin:
            findings.add("origin", "来源名称不一致", "the origin is that of another log", file=where)
            continue
        mark = mark_of(signed)
        _check_order(marks, mark, where, findings)
        marks.append(mark)
    if last is not None:
        _check_ends(marks, mark_of(last), findings)
        if not marks or marks[-1].size < last.checkpoint.size:
            marks.append(mark_of(last))
    return last, Marks(marks)


def _open(
    data: bytes | None, keys: Iterable[Verifier], where: str, findings: Findings
) -> SignedCheckpoint | None:
    if data is None:
        findings.add("file_missing", f"缺少 {where}", f"{where} is missing", file=where)
        return None
    try:
        return open_checkpoint(data.decode(), tuple(keys))
    except (NoteError, UnicodeDecodeError) as error:
        findings.add(
            "checkpoint_signature",
            f"检查点的签名或格式不对：{error}",
            f"the checkpoint is not signed or not formed as it should be: {error}",
            file=where,
        )
        return None


def _check_order(marks: Sequence[Mark], mark: Mark, where: str, findings: Findings) -> None:
    if not marks:
        if mark.size or mark.root != EMPTY_ROOT:
            findings.add(
                "checkpoints_cut",
                "检查点记录不是从空账本开始的",
                "the checkpoints do not begin with the empty log",
                file=where,
            )
        return
    before = marks[-1]
    if mark.size < before.size or (mark.size == before.size and mark.root != before.root):
        findings.add(
            "inconsistent",
            f"账本从 {before.size} 条变成 {mark.size} 条，不是在原来的后面接着写",
            f"the log went from {before.size} to {mark.size} leaves other than by growing",
            file=where,
        )
    if mark.at < before.at:
        findings.add("time_backwards", "检查点的时间倒退了", "the time goes backwards", file=where)


def _check_ends(marks: Sequence[Mark], last: Mark, findings: Findings) -> None:
    if not marks or marks[-1] != last:
        findings.add(
            "checkpoints_end",
            "检查点记录的最后一行不是当前检查点",
            "the checkpoints do not end with the checkpoint of this export",
            file=CHECKPOINTS,
        )


def _day(moment: datetime) -> date:
    return moment.date()
