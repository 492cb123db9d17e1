"""Who may be tried in the demo town, as its folder says."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings

from minsheng.kernel.words import Text


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the made-up town. `roles` are (role, body); a resident has none but a matter's key."""

    id: str
    name: Text
    what: Text
    roles: tuple[tuple[str, str], ...]
    matter: str

    @property
    def person(self) -> str:
        """The same opaque key each time the town is built."""
        return hashlib.sha256(f"demo {self.id}".encode()).hexdigest()[:16]

    @property
    def shown(self) -> Text:
        """Name and part."""
        return Text(f"{self.name.zh}（{self.what.zh}）", f"{self.name.en} ({self.what.en})")


def folder() -> Path:
    """The town's folder: a name in the rulebook, or a path."""
    named = Path(settings.MINSHENG_TOWNS) / settings.MINSHENG_TOWN
    return named if named.is_dir() else Path(settings.MINSHENG_TOWN)


@lru_cache(maxsize=1)
def script() -> dict[str, Any]:
    """demo.yaml, read once."""
    found: dict[str, Any] = yaml.safe_load((folder() / "demo.yaml").read_text("utf-8"))
    return found


@lru_cache(maxsize=1)
def everybody() -> dict[str, DemoPerson]:
    """By id, in the order of the file."""
    return {
        row["id"]: DemoPerson(
            row["id"],
            Text(**row["name"]),
            Text(**row["what"]),
            tuple((role, body) for role, body in row.get("roles", ())),
            row.get("matter", ""),
        )
        for row in script()["personas"]
    }
