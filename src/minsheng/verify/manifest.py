"""What does the publisher sign for a whole export? The tree it shows, its day, its list of files.

`manifest` is a signed note (docs/formats.md §5.2). It covers datapackage.json, which lists every other
file with its SHA-256, and so heads.jsonl too: whoever cuts the export cuts it against this signature.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from minsheng.kernel.log.note import Checkpoint, NoteError, Signer, Verifier, open_note, sign_note
from minsheng.kernel.log.promise import read_moment, write_moment

HEADER = "minsheng.export/v1"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEX64 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """`day`: everything that fell due up to and with this day, in the calendars' zone, is in the export.
    `datapackage` is the SHA-256 of datapackage.json in hex."""

    checkpoint: Checkpoint
    day: date
    made_at: datetime
    datapackage: str

    @property
    def text(self) -> str:
        """The note text."""
        return (
            f"{HEADER}\n{self.checkpoint.origin}\n{self.checkpoint.size}\n"
            f"{b64encode(self.checkpoint.root).decode()}\n{self.day.isoformat()}\n"
            f"{write_moment(self.made_at)}\n{self.datapackage}\n"
        )

    @classmethod
    def parse(cls, text: str) -> Manifest:
        """Read the note text strictly. Raises NoteError."""
        lines = text.split("\n")
        if len(lines) != 8 or lines[0] != HEADER or lines[7]:
            raise NoteError("a manifest is seven lines")
        if not _DAY.fullmatch(lines[4]) or not _HEX64.fullmatch(lines[6]):
            raise NoteError("the day or the hash has another form")
        try:
            day = date.fromisoformat(lines[4])
        except ValueError:
            raise NoteError("no such day") from None
        checkpoint = Checkpoint.parse("\n".join(lines[1:4]) + "\n")
        return cls(checkpoint, day, read_moment(lines[5]), lines[6])


def sign_manifest(manifest: Manifest, signer: Signer) -> str:
    """The manifest as a signed note."""
    return sign_note(manifest.text, signer)


def open_manifest(note: str, verifiers: Iterable[Verifier]) -> Manifest:
    """The manifest, if one of these keys signed it. Raises NoteError."""
    return Manifest.parse(open_note(note, verifiers).text)
