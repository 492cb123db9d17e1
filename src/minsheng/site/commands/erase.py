"""`minsheng erase`: a matter is made unreadable for good, everywhere, and what is left says that it was."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext

from minsheng.site.commands.answers import Parsers, command, refuse, say

WHAT_STAYS = (
    "its number stays taken, its place in the log stays and is counted publicly as erased, the page of its "
    "number says that it was erased and when"
)


def add(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = command(
        subparsers,
        "erase",
        "erase one matter for good: words, files, contact, drafts, letters, and the key to all of them",
        "Example: minsheng erase 云溪2026-17 --reason 'the resident asked for it on 3 March' --yes",
        run,
    )
    parser.add_argument("number", metavar="NUMBER", help="as it stands on the receipt")
    parser.add_argument(
        "--reason",
        required=True,
        metavar="TEXT",
        help="why, for whoever keeps this town after you: kept in the state folder, never published; "
        "name nobody in it",
    )
    parser.add_argument("--yes", action="store_true", help="do it; without it nothing is done")


def run(args: argparse.Namespace) -> int:
    """Erase; 1 if there is no such matter, 2 if nobody said --yes."""
    from django.db import connection

    from minsheng.ledger import locks, services
    from minsheng.matter import queries
    from minsheng.site import clock, wiring

    number, reason = args.number.strip(), " ".join(args.reason.split())
    matter = queries.id_of(number)
    row = queries.row(matter) if matter else None
    if row is None:
        return refuse(args, f"there is no matter {number}")
    if row.erased:
        return refuse(args, f"{number} was erased before; nothing of it is left")
    if not reason:
        sys.stderr.write("minsheng erase: say why, with --reason\n")
        return 2
    if not args.yes:
        sys.stderr.write(
            f"minsheng erase: nothing was done. {number} with its {row.n_entries} entries cannot be brought "
            f"back by anybody once it is erased; {WHAT_STAYS}. If that is meant, say it again with --yes\n"
        )
        return 2
    alone = connection.vendor == "sqlite"
    with locks.held("server", everywhere=False) if alone else nullcontext():
        n = wiring.erase(row.id, clock.now(), reason)
        services.scrub()
    return say(
        args,
        {"number": number, "entries": row.n_entries, "removed": n},
        f"{number} is erased: {n} things in the database and in files, and the key to what backups hold",
        f"what stays: {WHAT_STAYS}",
        "from the next daily export on its entries are opaque; exports and receipts that are out already, "
        "and older backups together with the vault key, still hold it",
    )
