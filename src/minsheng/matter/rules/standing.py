"""Whose turn is it in a matter, and what do lists say of it? Pure: a status in, the values of rows out.

Source: DESIGN §1 (list rows cache open steps, responsible body, due and next change; late is not cached).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from minsheng.kernel.procedure.clocks import Due
from minsheng.kernel.procedure.limits import Clock
from minsheng.kernel.procedure.status import Status

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
"""Where a list puts what has no limit: last."""

Why = Literal["", "stopped", "approval", "resident", "other"]
"""What a waiting body waits for: the clock stands, an approval, the resident's word, another body."""

BodyOf = Callable[[str], str | None]
"""Role → code of the body that holds it where no step assigns it, or None."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that is somebody's, or (`waiting`) a body that holds a role and waits for somebody else."""

    step: str
    role: str
    body: str
    waiting: bool
    why: Why = ""
    due_at: datetime | None = None

    @property
    def order_at(self) -> datetime:
        """What a list is ordered by."""
        return self.due_at or NEVER


@dataclass(frozen=True, slots=True)
class Standing:
    """What the list row of a matter says."""

    open_steps: tuple[str, ...]
    responsible_body: str
    due_at: datetime | None
    next_change_at: datetime | None
    round: int
    level: int
    ended: str
    ended_on: date | None
    n_entries: int
    seen_n: int
    turns: tuple[Turn, ...]


def limit_of(status: Status, clock: Clock, moments: Mapping[int, datetime]) -> datetime | None:
    """The moment at which a clock runs out: 24:00 of its last day, or so many hours after its start."""
    if clock.stopped:
        return None
    if clock.hours is not None and clock.start_n in moments:
        return moments[clock.start_n] + timedelta(hours=clock.hours)
    return status.calendar.end_of(clock.until) if clock.until else None


def missed(status: Status, step: str, moments: Mapping[int, datetime]) -> list[datetime]:
    """The limits of an open step that have passed since it opened, to the minute for limits in hours."""
    opened = status.steps[step].opened_n or 0
    return [
        moments.get(breach.n, status.calendar.end_of(breach.due))
        for breach in status.late
        if breach.step == step and breach.n > opened
    ]


def due_of_step(status: Status, step: str, moments: Mapping[int, datetime]) -> datetime | None:
    """When the step is, or was, to be done: the first limit missed since it opened, else the one running."""
    running = [
        limit
        for clock in status.clocks
        if clock.step == step and clock.kind in ("deadline", "lapse")
        if (limit := limit_of(status, clock, moments)) is not None
    ]
    return min(missed(status, step, moments) or running, default=None)


def due_of(status: Status, due: Due, moments: Mapping[int, datetime]) -> datetime | None:
    """The first limit of the matter that passes or passed, whoever has to keep it."""
    passed = [moment for step in status.open_steps for moment in missed(status, step, moments)]
    return min([*passed, *filter(None, [due.due_at])], default=None)


def body_for(status: Status, role: str, body_of: BodyOf) -> str:
    """The body that holds a role in this matter; "" where anybody with the role may act."""
    return status.assigned.get(role) or body_of(role) or ""


def turns(status: Status, moments: Mapping[int, datetime], body_of: BodyOf) -> Iterator[Turn]:
    """Everybody's turn, in the order of the steps, then those who wait. Residents have no worklist."""
    procedure, seen = status.procedure, set[str]()
    resident_is_next = False
    pending = {one.step: procedure.steps[one.step].acts[one.act].approve_by for one in status.pending}
    for step in status.open_steps:
        role = procedure.steps[step].role
        if procedure.roles[role].kind in ("resident", "public"):
            resident_is_next = True
            continue
        body = body_for(status, role, body_of)
        stopped = any(c.stopped for c in status.clocks if c.step == step and c.kind == "deadline")
        why: Why = "approval" if step in pending else "stopped" if stopped else ""
        seen.add(role)
        yield Turn(step, role, body, bool(why), why, due_of_step(status, step, moments))
        if step in pending:
            approver = pending[step]
            seen.add(approver)
            due_at = due_of_step(status, step, moments)
            yield Turn(step, approver, body_for(status, approver, body_of), False, "", due_at)
    if status.end is None:
        for role, body in status.assigned.items():
            if role not in seen:
                yield Turn("", role, body, True, "resident" if resident_is_next else "other")


def responsible_body(status: Status, found: tuple[Turn, ...]) -> str:
    """The body whose step is open; when none is, the one that was assigned last."""
    acting = [turn.body for turn in found if turn.step and turn.body and turn.why != "approval"]
    holding = [turn.body for turn in found if turn.step and turn.body]
    last = list(status.assigned.values())[-1:]
    return next(iter([*acting, *holding, *last]), "")


def standing(status: Status, due: Due, moments: Mapping[int, datetime], body_of: BodyOf) -> Standing:
    """Everything the list row says, as a function of the entries and the town."""
    found = tuple(turns(status, moments, body_of))
    return Standing(
        open_steps=status.open_steps,
        responsible_body=responsible_body(status, found),
        due_at=due_of(status, due, moments),
        next_change_at=due.next_change_at,
        round=status.round,
        level=status.level,
        ended=status.end.value if status.end else "",
        ended_on=status.ended_on,
        n_entries=status.n,
        seen_n=status.seen_n,
        turns=found,
    )
