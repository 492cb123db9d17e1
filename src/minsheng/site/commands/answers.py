"""How the commands of a town's keeper answer: JSON or lines, exit codes, and what to do next on stderr.

0 done, 1 refused or something is wrong, 2 usage.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from collections.abc import Callable
from typing import Any

Parsers = argparse._SubParsersAction  # what argparse gives; it has no public name


def command(
    subparsers: Parsers[argparse.ArgumentParser], name: str, text: str, epilog: str, run: Callable[..., int]
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(name, help=text, description=text, epilog=epilog)
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.set_defaults(run=guarded(run))
    return parser


def guarded(run: Callable[[argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    """Turn what the ledger, the database or the disk refuses into one line on stderr and exit code 1."""

    def run_guarded(args: argparse.Namespace) -> int:
        from django.db import DatabaseError

        from minsheng.bodies.queries import NoTown
        from minsheng.ledger.keys import KeysExist, NoKeys
        from minsheng.ledger.records import LedgerError
        from minsheng.verify.writer import ExportRefused

        try:
            return run(args)
        except (LedgerError, NoKeys, KeysExist, ExportRefused) as error:
            return refuse(args, str(error))
        except NoTown:
            return refuse(args, "no town has been applied yet; do it with: minsheng town apply FOLDER")
        except (DatabaseError, sqlite3.Error) as error:
            return refuse(args, f"the database refuses ({type(error).__name__}); look with: minsheng doctor")
        except OSError as error:
            what = error.strerror or type(error).__name__
            return refuse(args, f"{what}: {error.filename}" if error.filename else what)

    return run_guarded


def refuse(args: argparse.Namespace, why: str) -> int:
    if getattr(args, "json", False):
        sys.stdout.write(json.dumps({"ok": False, "why": why}, ensure_ascii=False) + "\n")
    sys.stderr.write(f"minsheng {args.command}: {why}\n")
    return 1


def say(args: argparse.Namespace, data: dict[str, Any], *lines: str) -> int:
    if args.json:
        text = json.dumps({"ok": True, **data}, ensure_ascii=False, sort_keys=True)
        sys.stdout.write(f"{text}\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0
