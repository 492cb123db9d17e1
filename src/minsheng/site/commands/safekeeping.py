"""`minsheng backup` and `minsheng restore`: what must be there on the day when everything else is gone."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from minsheng.site.commands.answers import Parsers, command, say


def add(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    """Register the commands."""
    _add_backup(subparsers)
    _add_restore(subparsers)


def _add_backup(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    text = "database as of one moment, log and sealed media, never a key; the town goes on working"
    parser = command(
        subparsers, "backup", text, "Example: minsheng backup /mnt/tape/2026-03-02.tar", run_backup
    )
    parser.add_argument(
        "target", metavar="TARGET", type=Path, help="a new folder, or a file that ends in .tar"
    )


def run_backup(args: argparse.Namespace) -> int:
    """Write a backup."""
    from minsheng.ledger import services
    from minsheng.site import clock

    manifest = services.backup(args.target, clock.now())
    return say(
        args,
        {"target": str(args.target), "size": manifest["size"], "files": len(manifest["files"])},
        f"backup of {manifest['size']} leaves in {args.target}",
        "it cannot be read without the key folder; keep the two apart, and try a restore every quarter",
    )


def _add_restore(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    text = "bring a backup back, or give back entries from residents' proof files; stop the town first"
    parser = command(
        subparsers, "restore", text,
        "Examples: minsheng restore BACKUP --replace     minsheng restore --proof FILE", run_restore,
    )  # fmt: skip
    parser.add_argument("source", metavar="BACKUP", type=Path, nargs="?", help="a folder or a .tar file")
    parser.add_argument("--replace", action="store_true", help="the database holds entries: replace them")
    parser.add_argument(
        "--tiles", type=Path, metavar="DIR", help="a newer copy of the published log, a mirror's"
    )
    parser.add_argument("--new-log", metavar="ORIGIN", help="no tiles are left anywhere: begin a new log")
    parser.add_argument("--without-state", action="store_true", help="the state folder is lost")
    parser.add_argument(
        "--proof", type=Path, metavar="FILE", action="append", default=[], help="a proof file"
    )
    parser.add_argument("--erased", action="store_true", help="only erase again what was erased before")


def run_restore(args: argparse.Namespace) -> int:
    """Restore; erase again in every room; take proof files; let the matters go on."""
    from minsheng.ledger import services
    from minsheng.site import clock, wiring

    if args.source is None and not args.proof and not args.erased:
        sys.stderr.write("minsheng restore: give a BACKUP, or --proof FILE\n")
        return 2
    now = clock.now()
    data: dict[str, Any] = {}
    lines = []
    if args.source is not None:
        back = services.restore(
            args.source, now, tiles_from=args.tiles, replace=args.replace,
            new_log=args.new_log, without_state=args.without_state,
        )  # fmt: skip
        data |= {
            "entries": back.n_entries,
            "leaves": back.n_leaves,
            "lost": back.n_lost,
            "origin": back.origin,
        }
        lines.append(f"{back.n_entries} entries are back, {back.n_lost} of {back.n_leaves} leaves are lost")
    if args.source is not None or args.erased:
        services.replay_erased()
        erased = {matter for matter, _ in services.erased_matters()}
        for matter in sorted(erased):
            for place in wiring.PRIVATE_PLACES:
                place.erase(matter)
        services.scrub()
        data["erased"] = len(erased)
        lines.append(f"{len(erased)} matters were erased before and stay erased")
    n_back, refused = 0, []
    for path in args.proof:
        given = services.give_back(path.read_bytes(), now)
        n_back += given.n_back
        refused += given.refused
    if args.proof:
        data |= {"given_back": n_back, "refused": refused}
        lines += [
            f"{n_back} entries were given back by proof files",
            *(f"not taken: {why}" for why in refused),
        ]
    if args.source is not None:
        data["went_on"] = _go_on()
        lines += [
            f"{data['went_on']} matters go on with an entry that says so",
            "next: minsheng doctor --deep",
        ]
    return say(args, data, *lines)


def _go_on() -> int:
    """Append a `restored` entry to every matter that may have lost something; how many."""
    from minsheng.ledger import queries
    from minsheng.ledger.records import Recorded
    from minsheng.matter import services as matter
    from minsheng.site import clock

    now, n = clock.now(), 0
    for one in queries.matters_to_go_on():
        n += isinstance(matter.record(one, "restored", at=now), Recorded)
    return n
