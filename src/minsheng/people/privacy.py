"""Where this room keeps what tells who a resident is, and how it goes."""

from __future__ import annotations

from minsheng.people.services import vault


def erase(matter: str) -> int:
    """Remove what the vault holds for a matter; the number of fields."""
    return vault.erase(matter)


def places() -> list[str]:
    """Where private content may rest, as table.column; all of it sealed under the matter's data key."""
    return ["people_vaultfield.sealed", "people_vaultread.reason_sealed"]
