"""The log as everybody may copy it: `checkpoint`, `checkpoints.jsonl`, `keys` and `tile/` in one folder.

Static files below MINSHENG_DATA/log, as C2SP tlog-tiles has them; a web server may serve the folder as is.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from minsheng.kernel.log.note import Checkpoint, Signer, Verifier
from minsheng.kernel.log.promise import write_moment
from minsheng.kernel.log.proof import keys_from_wire, keys_to_wire
from minsheng.ledger import state
from minsheng.ledger.keys import Keys


def folder() -> Path:
    """Where the published log lies."""
    return Path(settings.MINSHENG_DATA) / "log"


def get(path: str) -> bytes | None:
    """The bytes of a tile by its path, None if it is not there."""
    try:
        return (folder() / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def get_from(root: Path) -> Any:
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


def publish(note: str, checkpoint: Checkpoint, at: datetime) -> None:
    """Show a checkpoint: a line in checkpoints.jsonl, then the file `checkpoint`. Twice does no harm."""
    line = checkpoint_line(checkpoint, at)
    last = last_line()
    if last != line:
        state.add_line(folder() / "checkpoints.jsonl", line)
        (folder() / "checkpoints.jsonl").chmod(0o644)
    state.write_whole(folder() / "checkpoint", note.encode())


def checkpoint_line(checkpoint: Checkpoint, at: datetime) -> dict[str, Any]:
    """A line of checkpoints.jsonl: size, root (base64, as in the note) and time (UTC, seconds)."""
    return {
        "root": b64encode(checkpoint.root).decode(),
        "size": checkpoint.size,
        "time": write_moment(at),
    }


def last_line() -> dict[str, Any] | None:
    """The last whole line of checkpoints.jsonl."""
    path = folder() / "checkpoints.jsonl"
    if not path.exists():
        return None
    with path.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(0, end - 4096))
        for line in reversed(file.read().splitlines()):
            try:
                found: dict[str, Any] = json.loads(line)
            except ValueError:
                continue
            return found
    return None


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
    data = json.dumps(keys_to_wire(merged), indent=1, sort_keys=True).encode() + b"\n"
    state.write_whole(folder() / "keys", data)


def public_keys() -> Mapping[str, tuple[Verifier, ...]]:
    """Purpose ("log", "promise", "export") to public keys, newest first; empty before the log was begun."""
    data = get("keys")
    return {} if data is None else keys_from_wire(json.loads(data))


def lines() -> Iterator[dict[str, Any]]:
    """All checkpoints from size 0: size, root, time."""
    return state.read_lines(folder() / "checkpoints.jsonl")
