"""Restoring: the database comes back, and nothing that was signed or erased since is forgotten.

What the backup did not have is filled up from the published tiles as lost leaves, publicly counted; what was
erased is erased again before anything is served; residents' proof files give entries back (giving_back.py).
"""

from __future__ import annotations

import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from minsheng.ledger import append_only, horizon, keys, locks, published, queries, state, tables
from minsheng.ledger.models import Entry, Restoration
from minsheng.ledger.records import LedgerError
from minsheng.ledger.services import backing_up, erasing, refilling
from minsheng.ledger.services.writing import forget_checkpoint


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: entries, leaves that are lost, matters that were erased again, and by which log."""

    n_entries: int
    n_leaves: int
    n_lost: int
    erased: list[str]
    origin: str
    new_log: bool


def restore(
    source: Path,
    now: datetime,
    *,
    tiles_from: Path | None = None,
    replace: bool = False,
    new_log: str | None = None,
    without_state: bool = False,
) -> Restored:
    """Put a backup (folder or .tar) in place of the database and make it continue what was signed.

    `tiles_from` is a copy of the published log that is newer than the one at hand (a mirror's). `replace`
    allows a database that holds entries to be replaced. `new_log` names the origin of a new log where the
    tiles of the old one are gone. `without_state` accepts that the state folder is lost. Raises LedgerError
    and keys.NoKeys, with what to do, before anything is changed wherever that can be known.
    """
    with (
        locks.held("server", everywhere=False),
        locks.held("sequencer", everywhere=False),
        _unpacked(source) as folder,
    ):
        manifest = backing_up.read_manifest(folder)
        _refuse(manifest, replace=replace, without_state=without_state)
        log = refilling.best_log(
            [tiles_from, published.folder(), folder / "log"], without_state=without_state
        )
        if log is None and new_log is None:
            raise LedgerError(
                "the tiles at hand do not reach the last checkpoint that was signed; bring a newer copy of "
                "the published log with --tiles FOLDER, or begin a new log with --new-log ORIGIN"
            )
        if log is None and new_log == manifest["origin"]:
            raise LedgerError(f"the new log needs a name of its own: {new_log} is that of the old one")
        _take_time()
        tables.load(folder, manifest["migrations"])
        forget_checkpoint()
        append_only.create(connection)
        _bring_media(folder)
        erased = erasing.replay()
        erasing.scrub()
        epoch = horizon.begin_epoch()
        if log is not None:
            n_lost = refilling.refill(log, now)
        else:
            assert new_log is not None
            n_lost = refilling.begin_again(new_log, now)
        Restoration.objects.create(at=now, epoch=epoch, n_lost=n_lost)
        last = state.read_log()
        assert last is not None
        return Restored(Entry.objects.count(), queries.n_leaves(), n_lost, erased, last.origin, log is None)


def _refuse(manifest: dict[str, Any], *, replace: bool, without_state: bool) -> None:
    held = keys.read(Path(settings.MINSHENG_KEY_DIR)).fingerprints()
    missing = [
        name
        for name, fingerprint in manifest["keys"].items()
        if held.get(name) != fingerprint
        and name.split(".")[0] in ("vault_key", "receipt_pepper", "actor_key")
    ]
    if missing:
        raise LedgerError(
            f"the key folder does not have the keys of this backup ({', '.join(missing)}); "
            f"without them nobody can read what it holds: bring the old key folder back to "
            f"{settings.MINSHENG_KEY_DIR}"
        )
    if manifest["engine"] != connection.vendor:
        raise LedgerError(
            f"the backup is of {manifest['engine']}, this town runs on {connection.vendor}; set DATABASE_URL"
        )
    Path(settings.MINSHENG_DATA).mkdir(parents=True, exist_ok=True, mode=0o700)  # a new machine has none
    if not replace and not tables.is_empty():
        raise LedgerError("the database holds entries; back it up first, then say --replace")
    if manifest["origin"] and state.read_log() is None and not without_state:
        raise LedgerError(
            f"there is no state folder at {settings.MINSHENG_STATE_DIR}: it knows the last checkpoint and "
            f"who was erased since the backup. Bring it back, or say --without-state and accept that matters "
            f"erased since then come back, and that checkpoints signed since then may be contradicted"
        )


@contextmanager
def _unpacked(source: Path) -> Iterator[Path]:
    if source.is_dir():
        yield source
        return
    if not source.is_file():
        raise LedgerError(f"there is no backup at {source}")
    with tempfile.TemporaryDirectory(prefix="minsheng-restore-") as folder:
        try:
            with tarfile.open(source) as archive:
                _extract(archive, Path(folder))
        except tarfile.TarError as error:
            raise LedgerError(f"{source} is no backup: {error}") from None
        yield Path(folder)


def _extract(archive: tarfile.TarFile, folder: Path) -> None:
    """Only plain files and folders, only below the folder. Python before 3.11.4 has no filter for it."""
    for member in archive:
        inside = (folder / member.name).resolve().is_relative_to(folder.resolve())
        if not inside or not (member.isfile() or member.isdir()):
            raise LedgerError(f"{member.name!r} does not belong in a backup")
        if member.isfile():
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            content = archive.extractfile(member)
            assert content is not None
            with content, target.open("wb") as file:
                shutil.copyfileobj(content, file)
            target.chmod(0o600)


def _take_time() -> None:
    """On PostgreSQL the limits for one statement are meant for pages, not for this."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")


def _bring_media(folder: Path) -> None:
    """Media of the backup; what is there already stays, it is newer."""
    target = Path(settings.MEDIA_ROOT)
    for path in sorted((folder / "media").rglob("*")):
        to = target / path.relative_to(folder / "media")
        if path.is_file() and not to.exists():
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, to)
