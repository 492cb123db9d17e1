"""What must outlive the database and every backup: the last signed checkpoint, and who was erased.

Both lie in MINSHENG_STATE_DIR. A database that came back from an old backup cannot make the sequencer sign
a second history, because the last checkpoint is here; and it cannot bring an erased matter back, because
the list of erased matters is here and is replayed before anything is served.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from minsheng.kernel.log.note import Checkpoint
from minsheng.kernel.log.tree import Tree
from minsheng.ledger.records import Inconsistent


@dataclass(frozen=True, slots=True)
class LogState:
    """The last checkpoint that was signed, with the peaks from which its tree grows on.

    `checked_at` is when all leaves of the database were last compared with it.
    """

    origin: str
    size: int
    root: bytes
    at: datetime
    note: str
    peaks: tuple[bytes, ...]
    checked_at: datetime

    @property
    def tree(self) -> Tree:
        """The tree of this checkpoint, ready to grow."""
        return Tree(self.size, self.peaks)

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint(self.origin, self.size, self.root)


def folder() -> Path:
    """The state folder, made if need be (0700)."""
    path = Path(settings.MINSHENG_STATE_DIR)
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
    return path


def read_log() -> LogState | None:
    """The last signed checkpoint; None before the log was begun. Raises Inconsistent if it is damaged."""
    path = folder() / "log.json"
    try:
        data = json.loads(path.read_text())
        state = LogState(
            origin=data["origin"],
            size=data["size"],
            root=bytes.fromhex(data["root"]),
            at=datetime.fromisoformat(data["at"]),
            note=data["note"],
            peaks=tuple(map(bytes.fromhex, data["peaks"])),
            checked_at=datetime.fromisoformat(data["checked_at"]),
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise Inconsistent(
            f"{path} is damaged; bring it back from another copy of the state folder"
        ) from error
    try:
        agrees = state.tree.root() == state.root and state.note.startswith(state.checkpoint.text)
    except ValueError:
        agrees = False
    if not agrees:
        raise Inconsistent(f"{path} contradicts itself; bring it back from another copy of the state folder")
    return state


def write_log(state: LogState) -> None:
    """Keep the checkpoint, on disk before this returns: it is called before anybody else sees the note."""
    data = {
        "origin": state.origin,
        "size": state.size,
        "root": state.root.hex(),
        "at": state.at.isoformat(),
        "note": state.note,
        "peaks": [peak.hex() for peak in state.peaks],
        "checked_at": state.checked_at.isoformat(),
    }
    write_whole(folder() / "log.json", json.dumps(data, indent=1).encode() + b"\n")


def resume_on() -> date | None:
    """The day an operator last confirmed with `minsheng work --resume`."""
    try:
        return date.fromisoformat((folder() / "resume").read_text().strip())
    except (FileNotFoundError, ValueError):
        return None


def write_resume(day: date) -> None:
    """Keep the confirmed day for the worker that is running."""
    write_whole(folder() / "resume", f"{day}\n".encode())


def last_backup() -> datetime | None:
    """When the last backup was made."""
    try:
        return datetime.fromisoformat((folder() / "last-backup").read_text().strip())
    except (FileNotFoundError, ValueError):
        return None


def write_last_backup(at: datetime) -> None:
    """Keep when the last backup was made, for `doctor`."""
    write_whole(folder() / "last-backup", f"{at.isoformat()}\n".encode())


def note_erased(matter: str, at: datetime, reason: str = "") -> None:
    """Add a matter to the list of erased ones, on disk before this returns; the first note stands.

    `reason` is the operator's, kept here and nowhere else.
    """
    if any(matter == noted for noted, _ in erased()):
        return
    line = {"matter": matter, "at": at.isoformat()} | ({"reason": reason} if reason else {})
    add_line(folder() / "erased.jsonl", json.dumps(line, ensure_ascii=False).encode())


def erased() -> Iterator[tuple[str, datetime]]:
    """The erased matters and when. A last line that a crash cut short is passed over."""
    for line in read_lines(folder() / "erased.jsonl"):
        yield line["matter"], datetime.fromisoformat(line["at"])


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader, or a crash, sees all of it or none of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def add_line(path: Path, line: bytes) -> None:
    """Add one line and sync it; a line that a crash cut short before is taken away first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        _drop_half_line(file)
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def _drop_half_line(file: BinaryIO) -> None:
    """Cut the file behind its last newline."""
    end = file.seek(0, os.SEEK_END)
    while end:
        begin = max(0, end - 4096)
        file.seek(begin)
        cut = file.read(end - begin).rfind(b"\n") + 1
        if cut or not begin:
            file.truncate(begin + cut)
            break
        end = begin
    file.seek(0, os.SEEK_END)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The lines of a file that `add_line` writes; nothing if there is no file."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            try:
                yield json.loads(line)
            except ValueError:
                continue


def sync_folder(path: Path) -> None:
    """Make a rename or a new file in this folder outlive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
