"""Where does a matter stand, as far as its shown entries tell? What one line of a public list says of it.

Pure: a status and the entries it was folded from in, a `Standing` out. The body and the word are those of
the published figures (verify/figures.py), so that a list and a table never contradict each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from minsheng.kernel.entry import CLOCK, Entry
from minsheng.kernel.procedure.records import Breach
from minsheng.kernel.procedure.status import Status
from minsheng.verify.figures import word_of

WITHHELD = "withheld"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a line needs. Empty strings and None where there is nothing to say.

    step        the open step that is shown: the one that is late, else the one due first
    due_on      the last day on which it is in time; for a late one the first day that was missed
    stopped     its clock is stopped while somebody else is asked
    n_late      how many times its clock was found run out since it opened
    still_since the last day on which a body did something; the day of opening before that
    """

    body: str
    step: str
    due_on: date | None
    stopped: bool
    n_late: int
    still_since: date
    withheld: bool
    word: str


def standing(now: Status, entries: Sequence[Entry]) -> Standing:
    """Where a matter stands after these entries (at least one)."""
    withheld = now.disclosure == WITHHELD
    step = "" if withheld else _step(now)
    due_on, stopped = _due_on(now, step)
    return Standing(
        body=_body(now, entries),
        step=step,
        due_on=due_on,
        stopped=stopped,
        n_late=len(breaches(now, step)),
        still_since=max((entry.on for entry in entries if entry.body is not None), default=now.opened_on),
        withheld=withheld,
        word=word(now, entries),
    )


def breaches(now: Status, step: str) -> list[Breach]:
    """The breaches of an open step since it opened, first to last; those of earlier rounds are over."""
    if step not in now.open_steps:
        return []
    opened = now.steps[step].opened_n or 0
    return [one for one in now.late if one.step == step and one.n > opened]


def word(now: Status, entries: Sequence[Entry]) -> str:
    """The resident's last word that still stands, as the figures name it; "" while the matter runs."""
    if now.end is None:
        return ""
    since = now.rounds[-1].n if now.rounds else -1
    said = [found for entry in entries if entry.n > since and (found := word_of(now.procedure, entry))]
    return said[-1] if said else ""


def _step(now: Status) -> str:
    """The open step that most needs to be seen."""

    def order(step: str) -> tuple[bool, date]:
        return not breaches(now, step), _due_on(now, step)[0] or date.max

    return min(now.open_steps, key=order, default="")


def _due_on(now: Status, step: str) -> tuple[date | None, bool]:
    missed = [one.due for one in breaches(now, step)]
    running = [one for one in now.clocks if one.step == step and one.kind in ("deadline", "lapse")]
    days = missed or [one.until for one in running if one.until is not None]
    return min(days, default=None), not missed and any(one.stopped for one in running)


def _body(now: Status, entries: Sequence[Entry]) -> str:
    """Assigned last; without any, the desk that acted last; "" if none has acted yet."""
    assigned = list(now.assigned.values())
    if assigned:
        return assigned[-1]
    for entry in reversed(entries):
        role = now.procedure.roles.get(entry.role)
        if entry.role != CLOCK and entry.body is not None and role is not None and role.kind == "unit":
            return entry.body
    return ""
