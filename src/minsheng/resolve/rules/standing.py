"""Where does a request stand, as the desk asks it: is the answer late, who had it, what was asked?

Pure: a status and its entries in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from minsheng.kernel.entry import Entry
from minsheng.kernel.procedure.status import Status
from minsheng.matter.rules.standing import due_of_step

ANSWERING: Final = ("handle", "classify")
"""The steps in which a body answers the resident."""


def answering_step(status: Status) -> str:
    """The step in which the answer would be given now: handling, or else the intake desk's; "" if neither."""
    return next((step for step in ANSWERING if step in status.open_steps), "")


def is_late(status: Status, step: str, now: datetime, moments: Mapping[int, datetime]) -> bool:
    """Whether the step's limit has passed, also when the clock still has to record it."""
    due = due_of_step(status, step, moments)
    return due is not None and due <= now


def bodies_that_had_it(entries: Iterable[Entry], role: str = "first_unit") -> tuple[str, ...]:
    """The bodies to which the matter was assigned so far, first to last, each once."""
    found = (str(entry.facts[role]) for entry in entries if role in entry.facts)
    return tuple(dict.fromkeys(found))


def last_day_of_extension(status: Status, step: str = "handle") -> date | None:
    """The last day that an extension granted now would give; None if the step takes none.

    Counted from the limit as it stands, in the extension's own unit (engine notes §2).
    """
    deadline = status.procedure.steps[step].deadline
    if deadline is None or not deadline.extend_by:
        return None
    clock = next((one for one in status.clocks if one.step == step and one.kind == "deadline"), None)
    if clock is None or clock.until is None or clock.hours is not None:
        return None
    by = status.procedure.parameters[deadline.extend_by]
    return status.calendar.until(clock.until, by.n, by.unit)


def times_back(status: Status, step: str, outcome: str) -> tuple[int, int]:
    """How often this way back was taken, and how often it may be: (used, allowed)."""
    used = sum(1 for one in status.rounds if one.step == step and one.outcome == outcome)
    return used, status.procedure.steps[step].outcomes[outcome].max_times
