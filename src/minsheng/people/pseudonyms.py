"""The pseudonym under which a person acts in a matter, made with this site's key."""

from __future__ import annotations

from minsheng.ledger import keys
from minsheng.people.rules.pseudonym import pseudonym_of


def pseudonym(matter: str, person: str) -> str:
    """16 hex digits, the same whenever this person acts in this matter. Raises ledger.keys.NoKeys."""
    return pseudonym_of(matter, person, keys.load().actor_key)
