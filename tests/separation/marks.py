"""Words nobody writes by chance, each planted in one place: where one is found, that place leaked."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from minsheng.people.rules.actor import Actor

Kind = Literal[
    "identity",  # a field of the vault
    "words",  # a field of a document
    "spoken",  # a telephone number within the resident's own words
    "file name",
    "file bytes",
    "exif",  # what a camera wrote into a picture
    "draft",  # an officer's, not sent yet
    "own draft",  # a resident's, not filed yet
    "reason",  # why somebody looked into the vault
    "pressure",  # what a resident said of being pressed
    "pressure finding",
]

WORD: Final = re.compile(rb"zq[a-p]{10}qz", re.I)
PHONE: Final = re.compile(rb"139[ -]?0017[ -]?[0-9]{4}")
_TAGS: Final = re.compile(rb"<[^>]*>|[\s-]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """A planted word and where: matter, entry, document, field; `by`: whoever wrote it; `level` then."""

    text: str
    kind: Kind
    matter: str
    n: int = 0
    document: str = ""
    field: str = ""
    by: Actor | None = None
    level: str = "coded"

    def __str__(self) -> str:
        where = ".".join(filter(None, (self.document, self.field)))
        return f"{self.kind} {where} of {self.matter}/{self.n} ({self.level})"


@dataclass(slots=True)
class Marks:
    """Everything that was planted, by its text; codes, handles and slips of ratings besides."""

    chance: random.Random
    n_phones: int = 0
    planted: dict[str, Mark] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    """Follow code, handle, session key, mail token or slip of a rating → what it is."""

    def word(self) -> str:
        """A fresh word."""
        return f"zq{''.join(self.chance.choices('abcdefghijklmnop', k=10))}qz"

    def phone(self) -> str:
        """A fresh telephone number, as it is typed."""
        self.n_phones += 1
        return f"1390017{self.n_phones:04}"

    def plant(self, mark: Mark) -> str:
        """Remember a mark; its text."""
        assert mark.text not in self.planted
        self.planted[mark.text] = mark
        return mark.text

    def in_(self, data: bytes) -> Iterator[Mark]:
        """The marks that stand in these bytes, each once."""
        found = {match.decode().lower() for match in WORD.findall(data)}
        found |= {re.sub(r"\D", "", match.decode()) for match in PHONE.findall(data)}
        return (self.planted[text] for text in sorted(found) if text in self.planted)

    def secrets_in(self, data: bytes) -> list[str]:
        """The secrets that stand in these bytes, in groups or in one piece."""
        plain = _TAGS.sub(b"", data)
        return [text for text in self.secrets if text.encode() in data or text.encode() in plain]
