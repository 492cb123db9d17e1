"""A backup: the database as of one moment, the published log, the sealed media. Never a key.

It holds what is sealed, not what opens it: kept apart from the keys it is unreadable, and without the keys
it is worthless. `restore` is in restoring.py.
"""

from __future__ import annotations

import json
import shutil
import tarfile
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection

from minsheng.ledger import keys, published, queries, state, tables
from minsheng.ledger.records import LedgerError

FORMAT: Final = "minsheng.backup/v1"
MANIFEST: Final = "manifest.json"


def backup(target: Path, now: datetime) -> dict[str, Any]:
    """Write a backup to the new folder `target` (or one file, if it ends in .tar) and give its manifest.

    The town goes on working meanwhile. Raises LedgerError when `target` is taken or lies inside the data.
    """
    target = target.absolute()
    folder = target.with_suffix("") if target.suffix == ".tar" else target
    for place in {target, folder}:
        if place.exists():
            raise LedgerError(f"{place} is there already; give a name that is not taken")
    for inside in (settings.MINSHENG_DATA, settings.MINSHENG_KEY_DIR, settings.MINSHENG_STATE_DIR):
        if Path(inside).absolute() in target.parents:
            raise LedgerError(f"a backup inside {inside} would be lost with it; write it elsewhere")
    new = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True, mode=0o700)
    try:
        manifest = _write(new, now)
        if target.suffix == ".tar":
            _pack(new, target)
        else:
            new.rename(target)
            state.sync_folder(target.parent)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    state.write_last_backup(now)
    return manifest


def _write(folder: Path, now: datetime) -> dict[str, Any]:
    tables.dump(folder)
    last = queries.checkpoint()
    copy_log(published.folder(), folder / "log")
    media = Path(settings.MEDIA_ROOT)
    if media.is_dir():
        shutil.copytree(media, folder / "media")
    held = keys.read_bytes_of(Path(settings.MINSHENG_KEY_DIR))
    if leaked := keys.keys_below(folder, held):
        raise LedgerError(f"{leaked[0].relative_to(folder)} is a key; take it out of the data folder first")
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "engine": connection.vendor,
        "origin": last.note.split("\n", 1)[0] if last else None,
        "size": last.size if last else 0,
        "keys": keys.load().fingerprints(),
        "migrations": tables.applied_migrations(),
        "files": {
            str(path.relative_to(folder)): _digest(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
    }
    state.write_whole(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode() + b"\n")
    return manifest


def copy_log(source: Path, target: Path) -> None:
    """Copy a published log: first what was signed, then the tiles, so that none it needs is missing."""
    target.mkdir(parents=True, exist_ok=True)
    for name in ("checkpoint", "checkpoints.jsonl", "keys", "broken.jsonl"):
        if (source / name).is_file():
            shutil.copy2(source / name, target / name)
    if (source / "tile").is_dir():
        unfinished = shutil.ignore_patterns(".*.new")
        shutil.copytree(source / "tile", target / "tile", ignore=unfinished, dirs_exist_ok=True)


def _pack(folder: Path, target: Path) -> None:
    new = target.with_name(f".{target.name}.new")
    with tarfile.open(new, "w") as archive:
        archive.add(folder, arcname=".")
    new.chmod(0o600)
    new.rename(target)
    state.sync_folder(target.parent)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an unpacked backup, its files compared with it. Raises LedgerError."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        files = manifest["files"]
        if manifest["format"] != FORMAT:
            raise LedgerError(f"the backup has the unknown format {manifest['format']}")
    except (OSError, ValueError, KeyError, TypeError):
        raise LedgerError(f"{folder} is no backup: its {MANIFEST} cannot be read") from None
    for name, digest in files.items():
        path = folder / name
        if not path.is_file() or _digest(path) != digest:
            raise LedgerError(f"{name} of the backup is missing or damaged; take an older backup")
    return manifest


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            digest.update(block)
    return digest.hexdigest()
