"""What this room does when something was done to a matter, and by the clock. Wired by the site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from minsheng.ledger.records import Recorded
from minsheng.listen.services import drafts, letters, links


def note_letters(recorded: Recorded, now: datetime) -> None:
    """An entry was committed: note what the resident is told of it."""
    letters.note(recorded, now)


HANDLERS: dict[str, Callable[[Recorded, datetime], None]] = {"listen.letters": note_letters}
"""Handler → what it does with each committed entry. Called again for the same entry it does no harm."""


def send_letters(now: datetime) -> int:
    """Note today's reminders and send what is due; how many letters went out."""
    letters.remind(now)
    return letters.send_due(now)


def sweep(now: datetime) -> int:
    """Remove drafts and links whose days are over."""
    return drafts.sweep(now) + links.sweep(now)


JOBS: dict[str, Callable[[datetime], int]] = {"listen.send": send_letters, "listen.sweep": sweep}
"""Job → what it does in each round of the worker; cheap when nothing is due."""
