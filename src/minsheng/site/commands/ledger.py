"""`minsheng init|export|doctor|key`: the commands of whoever keeps a town running.

What they do is in ledger/services; here are the words and the order in which rooms are asked. `backup` and
`restore` are in safekeeping.py.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import date, timedelta
from pathlib import Path

from minsheng.site.commands import safekeeping
from minsheng.site.commands.answers import Parsers, command, refuse, say


def add(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    """Register the commands."""
    _add_init(subparsers)
    _add_export(subparsers)
    safekeeping.add(subparsers)
    _add_doctor(subparsers)
    _add_key(subparsers)


def _add_init(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    text = "make keys, database and log; what is there already stays as it is"
    parser = command(
        subparsers, "init", text, "Example: minsheng init --origin minsheng.example/log", run_init
    )
    parser.add_argument(
        "--origin",
        help="the log's public name for ever (default: that of the town folder, when it is first applied)",
    )


def run_init(args: argparse.Namespace) -> int:
    """Make what is missing. Running it again upgrades the database and changes nothing else."""
    from django.conf import settings
    from django.db import connection

    from minsheng.ledger import append_only, keys, services, state, tables
    from minsheng.site import clock

    made = []
    key_dir = Path(settings.MINSHENG_KEY_DIR)
    try:
        keys.make(key_dir)
        made.append(f"keys in {key_dir}: copy this folder to two safe places now, apart from every backup")
    except keys.KeysExist:
        keys.read(key_dir)
    for path in (Path(settings.MINSHENG_DATA), Path(settings.MINSHENG_STATE_DIR)):
        if not path.is_dir():
            path.mkdir(parents=True, mode=0o700)
            made.append(str(path))
    tables.migrate()
    if append_only.missing(connection):
        append_only.create(connection)
        made.append("append-only triggers")
    last = state.read_log()
    if last is None and args.origin:
        services.begin_log(args.origin, clock.now())
        made.append(f"the log {args.origin}")
    elif last is not None and args.origin not in (None, last.origin):
        return refuse(args, f"the log is called {last.origin} already; its name cannot be changed")
    lines = [f"made: {line}" for line in made] or ["everything was there already"]
    return say(args, {"made": made}, *lines, "next: minsheng town apply FOLDER, then: minsheng doctor")


def _add_export(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    text = "write the public export that anybody can check with `minsheng verify`"
    parser = command(
        subparsers,
        "export",
        text,
        "Example: minsheng export ./export && minsheng verify ./export",
        run_export,
    )
    parser.add_argument("directory", metavar="DIR", type=Path, help="replaced if it is there")
    parser.add_argument(
        "--day",
        type=date.fromisoformat,
        metavar="DATE",
        help="the last day that is shown (default: yesterday)",
    )


def run_export(args: argparse.Namespace) -> int:
    """Disclose the day and write the export; the batch that is waiting is taken in first."""
    from zoneinfo import ZoneInfo

    from minsheng.bodies import queries as bodies
    from minsheng.ledger import services
    from minsheng.matter import procedures
    from minsheng.site import clock
    from minsheng.verdict.queries import ratings

    town, now = bodies.town(), clock.now()
    zone = ZoneInfo(town.zone)
    today = now.astimezone(zone).date()
    day = args.day or today - timedelta(days=1)
    if not today - timedelta(days=1) <= day <= today:
        return refuse(args, f"an export shows everything up to yesterday or today, not up to {day}")
    services.sequence(now, zone=zone, cut=True)
    target = args.directory.absolute()
    if target.exists() and not (target / "manifest").is_file() and any(target.iterdir()):
        return refuse(args, f"{target} holds something that is no export; give another folder")
    manifest = services.export(
        target, day=day, now=now, pinned=procedures.pinned(), title=town.name, boxes=ratings.boxes()
    )
    size = manifest.checkpoint.size
    return say(
        args,
        {"directory": str(target), "day": str(day), "size": size},
        f"{size} leaves up to {day} in {target}",
        f"check it: minsheng verify {args.directory}",
    )


def _add_doctor(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    text = "look at keys, database, log, handlers, disk: each line is ok, or says what to do next"
    parser = command(
        subparsers, "doctor", text, "Examples: minsheng doctor     minsheng doctor --deep", run_doctor
    )
    parser.add_argument("--deep", action="store_true", help="also read every entry; minutes on a large town")
    parser.add_argument(
        "--backup", type=Path, metavar="DIR", help="a folder of backups that must hold no key"
    )


def run_doctor(args: argparse.Namespace) -> int:
    """Examine; 1 if anything fails."""
    from minsheng.ledger import services
    from minsheng.site import clock, health, wiring

    now = clock.now()
    found = services.examine(now, handlers=sorted(wiring.HANDLERS), deep=args.deep, backup=args.backup)
    if all(line.level != "fail" for line in found if line.name in ("database", "tables")):
        found += health.examine(now, deep=args.deep)
    bad = any(line.level == "fail" for line in found)
    if args.json:
        rows = [
            {"name": one.name, "level": one.level, "zh": one.what.zh, "en": one.what.en, "next": one.next}
            for one in found
        ]
        sys.stdout.write(json.dumps({"ok": not bad, "lines": rows}, ensure_ascii=False) + "\n")
        return int(bad)
    language = os.environ.get("LC_ALL") or os.environ.get("LANG") or "zh"
    for one in found:
        sys.stdout.write(f"{one.level:<4}  {one.name:<11} {one.what.in_(language)}\n")
        if one.next:
            sys.stdout.write(f"      {'':<11} -> {one.next}\n")
    return int(bad)


def _add_key(subparsers: Parsers[argparse.ArgumentParser]) -> None:
    text = "show which keys are here, or rotate one; a rotation may be stopped and run again"
    parser = command(
        subparsers, "key", text, "Examples: minsheng key show     minsheng key rotate vault_key", run_key
    )
    parser.add_argument("act", choices=("show", "rotate"))
    parser.add_argument("name", nargs="?", choices=("vault_key", "receipt_pepper"), help="the key to rotate")
    parser.add_argument("--resume", action="store_true", help="make no new key, finish the last rotation")


def run_key(args: argparse.Namespace) -> int:
    """Show fingerprints and public keys, or rotate."""
    from django.conf import settings

    from minsheng.ledger import keys, published, sealing

    held = keys.load()
    if args.act == "show":
        public = {name: [key.vkey for key in found] for name, found in published.public_keys().items()}
        lines = [f"{name:<18} {fingerprint}" for name, fingerprint in held.fingerprints().items()]
        lines += [f"public {name:<11} {vkey}" for name, found in public.items() for vkey in found]
        return say(args, {"fingerprints": held.fingerprints(), "public": public}, *lines)
    if args.name is None:
        sys.stderr.write("minsheng key rotate: say which key, vault_key or receipt_pepper\n")
        return 2
    if not args.resume:
        keys.add_version(Path(settings.MINSHENG_KEY_DIR), args.name)
    version = len(keys.load().vault_keys if args.name == "vault_key" else keys.load().receipt_peppers)
    n = 0
    if args.name == "vault_key":
        while done := sealing.rewrap():
            n += done
    return say(
        args,
        {"key": args.name, "version": version, "rewrapped": n},
        f"{args.name} version {version} is in use, {n} data keys were wrapped again",
        "copy the key folder again; keep the old version while any backup needs it",
        f"restart all processes, then once more: minsheng key rotate {args.name} --resume",
    )
