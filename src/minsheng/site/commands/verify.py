"""`minsheng verify DIR` and `minsheng verify-receipt FILE`: check what was published, trusting nobody.

Neither needs a database, settings or keys: anybody may run them on any machine.
"""

from __future__ import annotations

import argparse
import json
import locale
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from minsheng.kernel.log.note import NoteError, Verifier
from minsheng.kernel.log.promise import write_moment
from minsheng.kernel.log.tiles import Get
from minsheng.verify.check import Report, verify
from minsheng.verify.export import LARGEST_FILE, ExportUnreadable, open_export
from minsheng.verify.files import read_keys
from minsheng.verify.findings import Findings
from minsheng.verify.receipt import ReceiptReport, verify_receipt
from minsheng.verify.since import read_earlier

T = TypeVar("T")

SHOWN = 50
"""Findings printed on a terminal; --json has all that are kept."""

TIMEOUT_S = 30


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register both commands."""
    parser = subparsers.add_parser(
        "verify",
        help="check an export: chains, tree, signatures, rules, figures",
        description="Checks that a public export is of one piece, that every act was allowed and that the "
        "figures are those of the entries. Give what you kept from earlier (--since) or a receipt "
        "(--receipt): only they can show that a whole export was rewritten or cut by somebody who holds "
        "the keys.",
        epilog="Examples: minsheng verify ./export     minsheng verify ./export --since ./export-of-march"
        "     minsheng verify ./export --receipt receipt.json --json"
        "     Exit code: 0 it holds, 1 it does not, 2 usage.",
    )
    parser.add_argument("directory", metavar="DIR", type=Path, help="the export, unpacked")
    parser.add_argument(
        "--since", metavar="CHECKPOINT|DIR", type=Path, action="append", default=[],
        help="a checkpoint or a whole export kept from earlier; may be given several times",
    )  # fmt: skip
    parser.add_argument(
        "--receipt", metavar="FILE", type=Path, action="append", default=[],
        help="a proof file whose matter must be there in full; may be given several times",
    )  # fmt: skip
    _common(parser)
    parser.add_argument(
        "--no-replay",
        action="store_true",
        help="leave out rules and figures: chains, tree and signatures only",
    )
    parser.set_defaults(run=run_verify, django=False)

    parser = subparsers.add_parser(
        "verify-receipt",
        help="check a proof file, offline or against a log",
        description="Says “included”, “promised until DATE”, that the promise is broken, or the file forged.",
        epilog="Examples: minsheng verify-receipt receipt.json     "
        "minsheng verify-receipt receipt.json --log https://town.example/log     "
        "Exit code: 0 included or promised, 1 broken or forged, 2 usage.",
    )
    parser.add_argument("file", metavar="FILE", type=Path, help="the proof file")
    parser.add_argument("--log", metavar="DIR|URL", help="an export, or the address of the log")
    _common(parser)
    parser.set_defaults(run=run_receipt, django=False)


def run_verify(args: argparse.Namespace) -> int:
    """Check an export: 0 it holds, 1 it does not, 2 it cannot be read."""
    started = time.perf_counter()
    try:
        export = open_export(args.directory)
        earlier = [read_earlier(path) for path in args.since]
        receipts = [path.read_bytes() for path in args.receipt]
        report = verify(
            export,
            earlier=earlier,
            receipts=receipts,
            keys=_keys(args.keys),
            with_replay=not args.no_replay,
            progress=_progress,
        )
    except (ExportUnreadable, NoteError, OSError) as error:
        return _usage(str(error))
    seconds = time.perf_counter() - started
    if args.json:
        print(json.dumps({**report.to_json(), "seconds": round(seconds, 3)}, ensure_ascii=False, indent=1))
    else:
        _print_report(report, args.language, seconds, bool(args.since or args.receipt))
    return 0 if report.holds else 1


def run_receipt(args: argparse.Namespace) -> int:
    """Check a proof file: 0 included or promised, 1 broken or forged, 2 it cannot be read."""
    try:
        data = args.file.read_bytes()
        log = _log(args.log) if args.log else None
        report = verify_receipt(data, log=log, keys=_keys(args.keys))
    except (ExportUnreadable, NoteError, OSError) as error:
        return _usage(str(error))
    if args.json:
        print(json.dumps(_receipt_json(report), ensure_ascii=False, indent=1))
    else:
        _print_receipt(report, args.language, bool(args.log))
    return report.exit_code


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keys", metavar="FILE", type=Path, help="public keys you trust, instead of those that come with it"
    )
    parser.add_argument("--language", choices=("zh", "en"), default=_language(), help="of what is said here")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def _language() -> str:
    name = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or "zh"
    return "en" if name.startswith("en") else "zh"


def _keys(path: Path | None) -> Mapping[str, Sequence[Verifier]] | None:
    return None if path is None else read_keys(path.read_bytes())


def _progress(items: Iterable[T], label: str, total: int | None) -> Iterable[T]:
    if not sys.stderr.isatty():
        return items
    from tqdm import tqdm

    watched: Iterable[T] = tqdm(items, label, total, file=sys.stderr, leave=False, unit_scale=True)
    return watched


def _log(where: str) -> Get:
    """Reads a log's files: from a directory, or over HTTP(S)."""
    if not where.startswith(("http://", "https://")):
        return open_export(Path(where)).read
    prefix = where.rstrip("/") + "/"

    def get(path: str) -> bytes | None:
        address = prefix + urllib.parse.quote(path)
        try:
            with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer:  # noqa: S310  # checked above
                data: bytes = answer.read(LARGEST_FILE)
                return data
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise

    return get


def _usage(message: str) -> int:
    sys.stderr.write(f"minsheng: {message}\nSee: minsheng verify --help\n")
    return 2


def _print_report(report: Report, language: str, seconds: float, held_against: bool) -> None:
    _print_findings(report.findings, language)
    if report.checkpoint is not None and report.counts:
        n, origin = report.counts, report.checkpoint.checkpoint.origin
        rate = int(n["leaves"] / seconds) if seconds else 0
        say(
            language,
            f"{origin}：{n['leaves']} 条，公开 {n['disclosed']} 条、{n['matters']} 件，"
            f"重放 {n['replayed_matters']} 件；{seconds:.1f} 秒，每秒 {rate} 条",
            f"{origin}: {n['leaves']} leaves, {n['disclosed']} shown in "
            f"{n['matters']} matters, {n['replayed_matters']} replayed; {seconds:.1f} s, {rate}/s",
        )
    if not report.holds:
        say(language, f"有 {report.findings.n} 处不对。", f"{report.findings.n} findings.")
        return
    say(language, "核对无误。", "It holds.")
    if not held_against:
        say(
            language,
            "没有给出从前留下的检查点或凭证：整本重写或截短，这样看不出来。",
            "Nothing kept from earlier was given: a log rewritten or cut as a whole would look the same.",
        )


def _print_receipt(report: ReceiptReport, language: str, with_log: bool) -> None:
    _print_findings(report.findings, language)
    until = write_moment(report.until) if report.until else ""
    say(
        language,
        *{
            "included": ("已入账", "included"),
            "promised": (f"已承诺，最迟 {until} 入账", f"promised until {until}"),
            "broken": ("承诺没有兑现", "promise broken"),
            "forged": ("凭证不真", "forged"),
        }[report.state],
    )
    file = report.file
    if file is None or report.exit_code:
        return
    n = len(file.entries)
    say(language, f"{file.town.zh} {file.number}：{n} 笔", f"{file.town.en} {file.number}: {n} entries")
    if not with_log:
        say(
            language,
            "只核对了文件本身；加上 --log 可以对照账本，加上 --keys 可以对照您信得过的公钥。",
            "Only the file was checked; --log holds it against the log, --keys against keys you trust.",
        )


def say(language: str, zh: str, en: str) -> None:
    """Print one sentence in the reader's language."""
    print(zh if language == "zh" else en)


def _print_findings(findings: Findings, language: str) -> None:
    for number, finding in enumerate(findings):
        if number == SHOWN:
            n = findings.n - SHOWN
            say(language, f"……还有 {n} 处（--json 可看全部）", f"… and {n} more (--json shows them)")
            break
        print(f"[{finding.code}] {finding.where}: {finding.message.in_(language)}")


def _receipt_json(report: ReceiptReport) -> dict[str, Any]:
    file = report.file
    return {
        "state": report.state,
        "until": write_moment(report.until) if report.until else None,
        "log_at": write_moment(report.checked_at) if report.checked_at else None,
        "origin": file.origin if file else None,
        "number": file.number if file else None,
        "matter": file.matter if file else None,
        "n_entries": len(file.entries) if file else 0,
        "keys": {purpose: [v.vkey for v in found] for purpose, found in file.keys.items()} if file else {},
        "findings": [finding.to_json() for finding in report.findings],
    }
