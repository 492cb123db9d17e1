"""This room holds nothing about residents: a town's bodies, places and calendar."""

from __future__ import annotations


def erase(matter: str) -> int:
    """Nothing of a matter rests here."""
    return 0


def places() -> list[str]:
    """Where private content may rest: nowhere here."""
    return []
