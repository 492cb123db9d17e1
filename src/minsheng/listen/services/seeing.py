"""Who may see what: given and taken back by the resident, told by letter each time."""

from __future__ import annotations

from datetime import datetime

from minsheng.listen.services import letters
from minsheng.listen.services.filing import SHOW_WORDS
from minsheng.people import services as people
from minsheng.people.rules.vault import CONTACT_BY_UNIT


def change(matter: str, *, show: bool, by_unit: bool, at: datetime) -> bool:
    """Set both; whether anything changed. The resident is told, in case it was somebody else."""
    changed = False
    for what, given in ((SHOW_WORDS, show), (CONTACT_BY_UNIT, by_unit)):
        record = people.give_consent if given else people.withdraw_consent
        changed |= record(matter, what, at)
    if changed:
        letters.note_consent(matter, at)
    return changed
