"""What somebody has written so far, before it is filed. A value; where it rests is services/drafts.py."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from minsheng.listen.rules.contact import Contact


@dataclass(frozen=True, slots=True)
class Photo:
    """A photograph in a draft, already bared of all but its pixels. `size` in bytes."""

    id: str
    name: str
    media: str
    size: int


@dataclass(frozen=True, slots=True)
class Written:
    """The answers to the four questions. `words` byte for byte, as they came.

    `area` is a code, empty for "I do not know"; `show`: others may read the words, masked; `by_unit`: the
    body in charge may see how to reach the resident; `done`: the questions answered so far, 1 to 4.
    """

    words: str = ""
    photos: tuple[Photo, ...] = ()
    area: str = ""
    place: str = ""
    contact: Contact = field(default_factory=Contact)
    by_unit: bool = False
    show: bool = False
    done: frozenset[int] = frozenset()

    def to_bytes(self) -> bytes:
        """As JSON in UTF-8."""
        return json.dumps(asdict(self) | {"done": sorted(self.done)}, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Written:
        """Read what to_bytes wrote."""
        said: dict[str, Any] = json.loads(data)
        return cls(
            **{
                **said,
                "photos": tuple(Photo(**photo) for photo in said["photos"]),
                "contact": Contact(**said["contact"]),
                "done": frozenset(said["done"]),
            }
        )
