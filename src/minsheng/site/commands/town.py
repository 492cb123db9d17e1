"""`minsheng town check|apply|export DIR`: a town is a folder, and no town ever changes code."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from django.conf import settings

from minsheng.bodies.rules.findings import Finding
from minsheng.bodies.rules.town import TownFolder
from minsheng.kernel.procedure.model import Procedure


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "town",
        help="check, apply or export a town folder",
        description="A town is a folder of YAML files: names, bodies, areas, competences, calendar, colours.",
        epilog="Examples: minsheng town check ./mine     minsheng town apply yunxi",
    )
    acts = parser.add_subparsers(dest="act", metavar="check|apply|export", required=True)
    for name, text in (
        ("check", "say what must be mended before the folder can be applied"),
        ("apply", "make it this site's town; applying it again changes nothing"),
        ("export", "write this site's town as a folder"),
    ):
        act = acts.add_parser(name, help=text, description=text)
        where = (
            "the folder to write" if name == "export" else "the folder, or a town that comes with Minsheng"
        )
        act.add_argument("directory", metavar="DIR", help=where)
        act.add_argument("--json", action="store_true", help="answer as JSON")
        act.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what was asked: 0, or 1 if something must be mended first."""
    if args.act == "export":
        return _export(Path(args.directory), args.json)
    directory = find_town(args.directory)
    folder = _read(directory)
    if isinstance(folder, str):
        return _refuse(folder, args.json)
    if isinstance(folder, list):
        return _show(folder, directory, args.json)
    return _apply(folder, args.json) if args.act == "apply" else _fine(folder, args.json)


def find_town(name: str) -> Path:
    """The folder of that path, or else the town of that name that comes with Minsheng."""
    shipped = Path(settings.MINSHENG_TOWNS) / name
    return shipped if not Path(name).exists() and shipped.is_dir() else Path(name)


def _read(directory: Path) -> TownFolder | list[Finding] | str:
    from minsheng.bodies import services
    from minsheng.bodies.rules.fitting import misfits
    from minsheng.bodies.rules.folder import read_folder

    if not directory.is_dir():
        towns = sorted(path.name for path in Path(settings.MINSHENG_TOWNS).iterdir() if path.is_dir())
        return f"{directory} is no folder. Name a town folder, or one that is here: {', '.join(towns)}."
    try:
        files = services.files_of(directory)
    except OSError as error:
        return f"{error.filename} cannot be read: {error.strerror}."
    folder = read_folder(files)
    return folder if isinstance(folder, list) else (misfits(folder, _procedures(), files) or folder)


def _procedures() -> Mapping[str, Procedure]:
    """The newest version of each rule file that comes with Minsheng and is in force."""
    from minsheng.kernel.procedure.load import load

    found: dict[str, Procedure] = {}
    for path in sorted(Path(settings.MINSHENG_PROCEDURES).glob("*.yaml")):
        read = load(path.read_bytes(), name=path.name)
        if isinstance(read, Procedure) and read.status == "in_force":
            before = found.get(read.id)
            found[read.id] = read if before is None or before.version < read.version else before
    return found


def _refuse(why: str, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"ok": False, "why": why}))
    sys.stderr.write(f"minsheng town: {why}\n")
    return 1


def _show(findings: list[Finding], directory: Path, as_json: bool) -> int:
    if as_json:
        said = [{**asdict(f), "message": f.message._asdict(), "do": f.do._asdict()} for f in findings]
        print(json.dumps({"ok": False, "findings": said}, ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            print(f"{directory.name}/{finding}")
    plural = "s" if len(findings) > 1 else ""
    sys.stderr.write(f"minsheng town: {len(findings)} finding{plural}; mend them, then check again\n")
    return 1


def _counts(folder: TownFolder) -> dict[str, int]:
    return {
        "bodies": len(folder.bodies),
        "areas": len(folder.areas),
        "classes": len(folder.taxonomy),
        "competences": len(folder.competences),
        "overrides": len(folder.overrides),
    }


def _fine(folder: TownFolder, as_json: bool) -> int:
    if as_json:
        print(json.dumps({"ok": True, "town": folder.town.code, **_counts(folder)}))
    else:
        print(f"{folder.town.name.in_('en')}: nothing to mend")
        print("  " + ", ".join(f"{n} {what}" for what, n in _counts(folder).items()))
    return 0


def _apply(folder: TownFolder, as_json: bool) -> int:
    from minsheng.bodies import services
    from minsheng.ledger import services as ledger
    from minsheng.ledger import state
    from minsheng.matter import services as matter
    from minsheng.site import clock

    applied = services.apply_town(folder)
    begun = state.read_log() is None
    if begun:
        ledger.begin_log(folder.town.origin, clock.now())
    n_recounted = matter.change_calendar(clock.now()) if applied.new_calendar else 0
    if as_json:
        log = {"log": folder.town.origin} if begun else {}
        print(json.dumps({"ok": True, "town": folder.town.code, **asdict(applied), **log}))
        return 0
    print(f"{folder.town.name.in_('en')}: " + ("applied" if applied.changed else "nothing has changed"))
    if applied.new_calendar:
        print(f"  calendar edition in force: {applied.new_calendar}")
    if n_recounted:
        print(f"  the dates of {n_recounted} open matters were counted anew")
    if begun:
        print(f"  the log is begun: {folder.town.origin}, for ever")
    for code in applied.retired_bodies:
        print(f"  {code} has left the town; matters that rest with it must be passed on")
    return 0


def _export(directory: Path, as_json: bool) -> int:
    from minsheng.bodies import queries, services

    try:
        names = services.export_town(directory)
    except queries.NoTown as error:
        return _refuse(f"{error}.", as_json)
    except services.NotEmpty as error:
        return _refuse(f"{error}. Name an empty folder.", as_json)
    except OSError as error:
        return _refuse(f"{error.filename} cannot be written: {error.strerror}.", as_json)
    if as_json:
        print(json.dumps({"ok": True, "files": names}))
    else:
        print(f"{directory}: {len(names)} files")
    return 0
