"""The log as everybody may copy it: `checkpoint`, `checkpoints.jsonl`, `keys` and `tile/` in one folder.

Static files below MINSHENG_DATA/log, as C2SP tlog-tiles has them; a web server may serve the folder as is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from minsheng.kernel.log.canonical import canonical
from minsheng.kernel.log.note import Signer, Verifier
from minsheng.kernel.log.tiles import Get
from minsheng.ledger import state
from minsheng.ledger.keys import Keys
from minsheng.verify.files import read_keys, write_keys
from minsheng.verify.marks import Mark, write_mark


def folder() -> Path:
    """Where the published log lies."""
    return Path(settings.MINSHENG_DATA) / "log"


def get(path: str) -> bytes | None:
    """The bytes of a tile by its path, None if it is not there."""
    try:
        return (folder() / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def get_from(root: Path) -> Get:
    """As `get`, for a copy of the log in another folder."""

    def read(path: str) -> bytes | None:
        try:
            return (root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None

    return read


def put_tiles(tiles: Mapping[str, bytes]) -> None:
    """Write tiles, each whole or not at all; writing the same again does no harm."""
    for path, data in tiles.items():
        if get(path) != data:
            state.write_whole(folder() / path, data)


def publish(note: str, mark: Mark) -> None:
    """Show a checkpoint: a line in checkpoints.jsonl, then the file `checkpoint`. Twice does no harm."""
    line = write_mark(note, mark)
    if last_line() != line:
        state.add_line(folder() / "checkpoints.jsonl", line)
        (folder() / "checkpoints.jsonl").chmod(0o644)
    if checkpoint_note() != note:
        state.write_whole(folder() / "checkpoint", note.encode())


def last_line() -> bytes | None:
    """The last line of checkpoints.jsonl, None if there is none or a crash cut it short."""
    path = folder() / "checkpoints.jsonl"
    if not path.exists():
        return None
    with path.open("rb") as file:
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - 8192))
        tail = file.read()
    return tail[:-1].rsplit(b"\n", 1)[-1] if tail.endswith(b"\n") else None


def lines() -> list[bytes]:
    """All checkpoints from size 0, as the lines of checkpoints.jsonl without their newlines.

    What a crash cut short is left out: its checkpoint stands again in the line after it.
    """
    data = get("checkpoints.jsonl") or b""
    return [line for line in data.split(b"\n") if line.endswith(b"}")]


def note_in_line(note: str) -> bytes:
    """How a note stands inside its line of checkpoints.jsonl."""
    return canonical(note)


def checkpoint_note() -> str | None:
    """The last published checkpoint, as it stands in the file."""
    data = get("checkpoint")
    return None if data is None else data.decode()


def signer(keys: Keys, origin: str) -> Signer:
    """The log's own signer: its name is the origin."""
    return Signer(origin, keys.log_key)


def promise_signer(keys: Keys, origin: str) -> Signer:
    """Who signs promises: a key of its own, so that the log key can live with the sequencer alone."""
    return Signer(f"{origin}/promise", keys.promise_key)


def export_signer(keys: Keys, origin: str) -> Signer:
    """Who signs exports."""
    return Signer(f"{origin}/export", keys.export_key)


def write_public_keys(keys: Keys, origin: str) -> None:
    """Publish the public halves, newest first; keys that were published before stay in the list."""
    log = signer(keys, origin)
    now = {
        "log": [log.verifier, log.timed().verifier],
        "promise": [promise_signer(keys, origin).verifier],
        "export": [export_signer(keys, origin).verifier],
    }
    before = public_keys()
    merged = {
        purpose: [*fresh, *(key for key in before.get(purpose, ()) if key not in fresh)]
        for purpose, fresh in now.items()
    }
    state.write_whole(folder() / "keys", write_keys(merged))


def public_keys() -> Mapping[str, tuple[Verifier, ...]]:
    """Purpose ("log", "promise", "export") to public keys, newest first; empty before the log was begun."""
    data = get("keys")
    return {} if data is None else read_keys(data)
