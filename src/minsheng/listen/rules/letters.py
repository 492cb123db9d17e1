"""What is a resident told, and when? From entries and the rule file alone.

A letter says that something happened, until when something is awaited, and where to read it. It never carries
the resident's own words, nor an officer's: mail is read by others on its way.

Source: 北京市接诉即办工作条例 §23 (the caller hears of the result); this platform for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal

from minsheng.kernel.entry import CLOCK, Entry
from minsheng.kernel.procedure.model import End, Procedure
from minsheng.kernel.procedure.status import Status

Kind = Literal[
    "received", "dispatched", "accepted_by_silence", "asked", "extended", "told", "silent", "late", "replied",
    "reopened", "ended", "contest", "ruled", "reminder_3", "reminder_1", "consent",
]  # fmt: skip

REMINDERS: Final[tuple[tuple[int, Kind], ...]] = ((1, "reminder_1"), (3, "reminder_3"))
"""Days before the resident's own limit, the nearest first; each goes once."""

LINK_DAYS: Final = 30
"""How long a link in a letter opens its page."""

RETRY_FIRST: Final = timedelta(minutes=1)
RETRY_LONGEST: Final = timedelta(hours=6)


def kinds(procedure: Procedure, before: Status | None, entry: Entry, after: Status) -> Iterator[Kind]:
    """What this entry makes us say, in the order of saying. `before` is None for the opening."""
    if entry.event == "opened":
        yield "received"
        return
    emitted = _emitted(procedure, entry)
    if "dispatched" in emitted:
        yield "dispatched"
    if entry.role == CLOCK and entry.event == "lapsed" and _is_taking_on(procedure, entry):
        yield "accepted_by_silence"
    if "asked" in emitted:
        yield "asked"
    if "told" in emitted:
        yield "told"
    if "replied" in emitted:
        yield "replied"
    if "extended" in emitted:
        yield "extended"
    if entry.event == "silent":
        yield "silent"
    if entry.event in ("late", "hour_missed") and not is_residents(procedure, entry.step):
        yield "late"
    if entry.event == "ruled":
        yield "ruled"
    if before is not None and after.round > before.round and after.end is None:
        yield "reopened"
    if after.end is not None and (before is None or before.end is None or after.ended_n != before.ended_n):
        yield "ended"
        if after.end is End.CONCLUDED:
            yield "contest"


def _emitted(procedure: Procedure, entry: Entry) -> tuple[str, ...]:
    """The events of the rule file that this entry sets off. An act that waits for approval sets off none."""
    step = procedure.steps.get(entry.step or "")
    if step is None or entry.outcome is None:
        return ()
    if entry.event in ("done", "lapsed") and entry.outcome in step.outcomes:
        return step.outcomes[entry.outcome].emits
    act = step.acts.get(entry.outcome)
    if act is None or entry.event not in ("acted", "approved"):
        return ()
    return act.emits if (entry.event == "approved") == bool(act.approve_by) else ()


def _is_taking_on(procedure: Procedure, entry: Entry) -> bool:
    """Whether the silence of a body, not of the resident, was lawful and means something."""
    return entry.step is not None and not is_residents(procedure, entry.step)


def is_residents(procedure: Procedure, step: str | None) -> bool:
    """Whether the step is the resident's own."""
    found = procedure.steps.get(step or "")
    return found is not None and procedure.roles[found.role].kind == "resident"


def awaited(procedure: Procedure, status: Status) -> tuple[date, int] | None:
    """Until when the resident is waited for, and the entry from which that counts; None: nobody waits.

    Only where silence has a result before the end: a step of theirs with a lapse, or a question that stops
    the clock of a body.
    """
    found = [
        (clock.until, clock.start_n)
        for clock in status.clocks
        if clock.until is not None
        if not procedure.steps[clock.step].after_end
        if (clock.kind == "lapse" and is_residents(procedure, clock.step)) or clock.kind == "pause"
    ]
    return min(found, default=None)


def next_try(n_tries: int) -> timedelta:
    """How long to wait after so many failed tries: one minute, doubling, six hours at most."""
    doublings = min(max(0, n_tries - 1), 16)
    return min(RETRY_LONGEST, RETRY_FIRST * (1 << doublings))
