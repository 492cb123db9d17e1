"""Does this export hold? All checks in their order; needs no Django, no database and no network.

Source: docs/formats.md §6, which says what each check shows and what none of them can.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.kernel.log.note import NoteError, SignedCheckpoint, Verifier
from minsheng.kernel.log.promise import write_moment
from minsheng.kernel.log.proof import BadProofFile, ProofFile
from minsheng.verify.boxes import check_boxes
from minsheng.verify.chains import check_chains, check_heads
from minsheng.verify.export import ENTRIES, FIGURES, KEYS, ExportUnreadable, Source
from minsheng.verify.figures import check_figures
from minsheng.verify.files import check_manifest, check_opaque, read_keys, read_opaque_counts
from minsheng.verify.findings import Findings, Progress, unwatched
from minsheng.verify.manifest import Manifest
from minsheng.verify.marks import Marks, read_marks
from minsheng.verify.receipt import check_against_export
from minsheng.verify.replay import Replayed, Rules, replay
from minsheng.verify.scan import Scan, scan
from minsheng.verify.since import Earlier, check_since
from minsheng.verify.trees import check_tree, tile_leaves

MOST_DAYS_BEHIND = 2
"""How many days a manifest's day may lie before that of its checkpoint (UTC): the disclosure is of the day
before, and in the west of the world that may be two days in UTC."""


@dataclass(slots=True)
class Report:
    """What was found and how much was looked at. `counts` has only whole numbers."""

    findings: Findings
    checkpoint: SignedCheckpoint | None = None
    manifest: Manifest | None = None
    counts: dict[str, int] = field(default_factory=dict)
    opaque: Mapping[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.findings.n

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        checkpoint, manifest = self.checkpoint, self.manifest
        return {
            "holds": self.holds,
            "origin": checkpoint.checkpoint.origin if checkpoint else None,
            "size": checkpoint.checkpoint.size if checkpoint else None,
            "root": checkpoint.checkpoint.root.hex() if checkpoint else None,
            "checkpoint_at": write_moment(checkpoint.at) if checkpoint else None,
            "day": manifest.day.isoformat() if manifest else None,
            "counts": self.counts,
            "opaque": dict(self.opaque),
            "n_findings": self.findings.n,
            "findings": [finding.to_json() for finding in self.findings],
        }


def verify(
    source: Source,
    *,
    earlier: Iterable[Earlier] = (),
    receipts: Iterable[bytes] = (),
    keys: Mapping[str, Sequence[Verifier]] | None = None,
    with_replay: bool = True,
    progress: Progress = unwatched,
) -> Report:
    """Check a whole export.

    `earlier` are checkpoints or exports kept from before, `receipts` proof files as bytes. `keys` are public
    keys that the reader trusts; without them those in the export are taken, which shows only that the export
    is of one piece. `with_replay` off leaves out rules, figures and boxes. Raises ExportUnreadable if there
    are no entries to read at all.
    """
    findings = Findings()
    report = Report(findings)
    keys = keys if keys is not None else _read_keys(source, findings)
    last, marks = read_marks(source, tuple(keys.get("log", ())), findings)
    report.checkpoint = last
    if last is None:
        return report
    manifest, listed = check_manifest(source, tuple(keys.get("export", ())), findings)
    report.manifest = manifest
    size = last.checkpoint.size
    if manifest is not None:
        _check_manifest_fits(manifest, last, findings)
    lines = progress(source.lines(), ENTRIES, size)
    tiles = tile_leaves(source, size)
    found = scan(lines, marks, size, tiles, findings)
    report.opaque = read_opaque_counts(source, findings)
    leaves = check_tree(found, marks, size, tiles, source, findings)
    check_opaque(report.opaque, found.n_opaque, len(found.lost), findings)
    check_chains(found, marks, findings)
    check_heads(found, source, findings)
    day = manifest.day if manifest is not None else last.at.date()
    replayed = Replayed()
    if with_replay:
        replayed = _replay(source, listed, found, day, findings, progress)
    for one in earlier:
        check_since(one, found, leaves, marks, keys, report.opaque, findings)
    for data in receipts:
        _check_receipt(data, keys, found, leaves, last, day, report.opaque, findings)
    report.counts = _counts(found, marks, replayed)
    return report


def _read_keys(source: Source, findings: Findings) -> Mapping[str, Sequence[Verifier]]:
    try:
        return read_keys(source.read(KEYS) or b"")
    except NoteError as error:
        findings.add("keys", f"公钥文件不能读：{error}", f"the keys cannot be read: {error}", file=KEYS)
        return {}


def _check_manifest_fits(manifest: Manifest, last: SignedCheckpoint, findings: Findings) -> None:
    if manifest.checkpoint != last.checkpoint:
        findings.add(
            "manifest_tree",
            "清单签的是另一棵树",
            "the manifest was signed for another tree",
            file="manifest",
        )
    if (last.at.date() - manifest.day).days > MOST_DAYS_BEHIND:
        findings.add(
            "manifest_day",
            f"清单的日期 {manifest.day} 早于检查点 {last.at.date()}：逾期的可以藏在中间",
            f"its day {manifest.day} lies before its checkpoint ({last.at.date()}); that hides what fell due",
            file="manifest",
        )


def _replay(
    source: Source,
    listed: Mapping[str, str],
    found: Scan,
    day: date,
    findings: Findings,
    progress: Progress,
) -> Replayed:
    rules = Rules(source, findings)
    matters = progress(sorted(found.matters.items()), "replay", len(found.matters))
    replayed = replay(matters, rules, day, findings)
    check_figures(source.read(FIGURES), replayed.figures, day, findings)
    check_boxes(
        (path for path in listed if path.startswith("boxes/")), source, found, replayed.figures, findings
    )
    return replayed


def _check_receipt(
    data: bytes,
    keys: Mapping[str, Sequence[Verifier]],
    found: Scan,
    leaves: Sequence[bytes],
    last: SignedCheckpoint,
    day: date,
    opaque: Mapping[str, int],
    findings: Findings,
) -> None:
    try:
        file = ProofFile.from_bytes(data)
    except BadProofFile as error:
        findings.add("receipt_form", f"不是凭证文件：{error}", f"not a proof file: {error}", file="--receipt")
        return
    if file.origin != last.checkpoint.origin:
        findings.add(
            "receipt_origin",
            f"凭证属于另一个账本：{file.origin}",
            f"the receipt is of another log: {file.origin}",
            file="--receipt",
        )
        return
    gone = opaque["erased"] + opaque["lost"] > 0
    check_against_export(file, keys, found, leaves, last.at, day, gone, findings)


def _counts(found: Scan, marks: Marks, replayed: Replayed) -> dict[str, int]:
    return {
        "leaves": len(found.leaves),
        "disclosed": found.n_disclosed,
        "opaque": found.n_opaque,
        "matters": len(found.matters),
        "parts": found.n_parts,
        "checkpoints": len(marks.marks),
        "replayed_matters": replayed.n_matters,
        "replayed_entries": replayed.n_entries,
        "begun_in_the_dark": replayed.n_unopened,
    }


__all__ = ["ExportUnreadable", "Report", "verify"]
