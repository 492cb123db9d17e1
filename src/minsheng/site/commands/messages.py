"""`minsheng messages`: compile the interface's English, and say what is missing or used nowhere."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from minsheng.site.messages import check
from minsheng.site.messages.extract import BrokenSource
from minsheng.site.messages.po import BrokenCatalogue


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if anything is to be mended"
    )
    parser.add_argument("--extend", action="store_true", help="first add an empty entry for what is missing")
    parser.add_argument("--json", action="store_true")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register messages."""
    command = subparsers.add_parser(
        "messages",
        help="compile the interface's English and say what is missing",
        epilog="Examples: minsheng messages      minsheng messages --check      minsheng messages --extend",
    )
    _arguments(command)
    command.set_defaults(run=run, django=False)


def main(argv: Sequence[str]) -> int:
    """Without the rest of the command line."""
    parser = argparse.ArgumentParser(prog="messages", description=__doc__)
    _arguments(parser)
    return run(parser.parse_args(argv))


def _here(path: Path) -> str:
    return os.path.relpath(path)


def run(args: argparse.Namespace) -> int:
    """Exit code 0, or 1 with one line for each thing to mend."""
    try:
        written: list[Path] = []
        if args.extend and not args.check:
            written += check.extend(check.rooms())
        rooms = check.rooms()
        if not args.check:
            written += check.write(rooms)
        found = check.findings(rooms)
    except (BrokenCatalogue, BrokenSource) as broken:
        sys.stderr.write(f"{broken}\n")
        return 1
    if args.json:
        rows = [{"file": _here(one.path), "line": one.line, "what": one.what} for one in found]
        sys.stdout.write(json.dumps({"written": [_here(path) for path in written], "findings": rows}) + "\n")
        return 1 if found else 0
    for path in written:
        sys.stdout.write(f"wrote {_here(path)}\n")
    for one in found:
        sys.stdout.write(f"{_here(one.path)}:{one.line}: {one.what}\n")
    if found:
        sys.stderr.write(f"{len(found)} to mend; `script/messages --extend` adds empty entries to fill in\n")
    return 1 if found else 0
