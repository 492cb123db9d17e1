"""What may be attached, and how much of it? Pure: bytes in, an answer out.

Source: the project's own limits (basis: this platform), shown beside every file field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 10_000_000
"""Largest file, in bytes as uploaded."""

MAX_FILES: Final = 5
"""Most files with one act."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as somebody handed it in. `document` and `field` say where the rule file asks for it."""

    document: str
    field: str
    name: str
    data: bytes
