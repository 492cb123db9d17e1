"""What of a matter is shown to everybody at the end of a day, and which closed parts open?

Source: engine notes §1 (parts, guarded facts) and §7 (levels). Numbers live here. A matter is open, coded
(the default) or withheld; a change of level acts from its own entry on, and that entry is shown. What was
shown stays shown; only erasure takes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from minsheng.kernel.entry import Entry, FactValue

SHARED_BY: Final = 5
"""So many matters of a body and month must share a guarded fact before it is shown."""

Level = Literal["open", "coded", "withheld"]
Hidden = Literal["withheld", "not_yet_due"]

WITH_ENTRY: Final = "with_entry"
NEVER: Final = "never"
AFTER: Final = "after "


def levels(entries: Sequence[Entry]) -> list[str]:
    """The level that acts on each entry: entry 0 pins one, each `level` entry sets the next."""
    level, found = "coded", []
    for entry in entries:
        if entry.n == 0 or entry.event == "level":
            level = str(entry.facts.get("disclosure", level))
        found.append(level)
    return found


def hidden(entries: Sequence[Entry], day: date) -> list[Hidden | None]:
    """Per entry of a chain: None if it is shown in the disclosure of `day`, else why it is not.

    An unknown level counts as withheld.
    """
    found: list[Hidden | None] = []
    for entry, level in zip(entries, levels(entries), strict=True):
        if entry.on > day:
            found.append("not_yet_due")
        elif level in ("open", "coded") or (entry.event == "level" and entry.n > 0):
            found.append(None)
        else:
            found.append("withheld")
    return found


def opens_on(
    disclose: str, at: int, happened: Sequence[Iterable[str]], entries: Sequence[Entry], shown: Sequence[bool]
) -> date | None:
    """The day on which a part of entry `at` (its place in the chain) opens; None while it stays closed.

    `happened` names what happened with each entry: its event and what the procedure says it emits. "after
    EVENT" means the first such entry at or after this one, among those that are shown. A part of an entry
    that is not shown stays closed, and so does one whose rule is unknown.
    """
    if not shown[at]:
        return None
    if disclose == WITH_ENTRY:
        return entries[at].on
    if not disclose.startswith(AFTER):
        return None
    event = disclose.removeprefix(AFTER)
    return next(
        (entries[i].on for i in range(at, len(entries)) if shown[i] and event in happened[i]),
        None,
    )


@dataclass(frozen=True, slots=True)
class Guarded:
    """The guarded facts of one matter, newest values, in the order in which they may open (kind, area).

    `group` is the body and the month that count them, None while no body has the matter.
    """

    matter: str
    group: tuple[str, str] | None
    values: tuple[tuple[str, FactValue], ...]


def shared(matters: Iterable[Guarded], at_least: int = SHARED_BY) -> set[tuple[str, str]]:
    """The (matter, fact) pairs that may open: each shares its value, and the values of all guarded facts
    before it, with at least `at_least` matters of its group, itself included.

    One after the other, so that two common values together never point at one matter.
    """
    keys: list[tuple[str, str, Hashable]] = []
    for one in matters:
        if one.group is None:
            continue
        for k, (name, _) in enumerate(one.values, 1):
            keys.append((one.matter, name, (one.group, one.values[:k])))
    count = Counter(key for _, _, key in keys)
    return {(matter, name) for matter, name, key in keys if count[key] >= at_least}
