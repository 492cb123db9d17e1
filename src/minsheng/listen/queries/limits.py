"""By when must this be answered? The limit a resident asks about, also before its step is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from minsheng.kernel.calendar import CalendarTooShort
from minsheng.kernel.procedure import choosing, limits
from minsheng.kernel.procedure.limits import Clock
from minsheng.kernel.procedure.model import Procedure, Unit
from minsheng.kernel.procedure.status import Status


@dataclass(frozen=True, slots=True)
class Limit:
    """The last day (or for a limit in hours the moment) for a step, and the parameters that made it."""

    step: str
    until: date | datetime
    parameters: tuple[str, ...]


def answering_step(procedure: Procedure) -> str | None:
    """The step in which a body answers: it sets off `replied`, has a deadline and its role is assigned."""
    assigned = {
        role
        for step in procedure.steps.values()
        for outcome in step.outcomes.values()
        for role in outcome.assigns
    }
    for step in procedure.steps.values():
        replies = any("replied" in outcome.emits for outcome in step.outcomes.values())
        if replies and step.deadline is not None and step.role in assigned:
            return step.id
    return None


def answer_limit(status: Status, moments: Mapping[int, datetime]) -> Limit | None:
    """By when the body has to answer: its running clock, or the one that its event has already started.

    None before the matter was passed to a body, while a question stops the clock, and after the answer.
    """
    name = answering_step(status.procedure)
    if name is None or status.end is not None:
        return None
    step, state = status.procedure.steps[name], status.steps[name].state
    if state in ("open", "blocked"):
        return step_limit(status, name, moments)
    assert step.deadline is not None
    event = step.deadline.start
    started = status.happened.get(event)
    if state != "waiting" or started is None or step.role not in status.assigned:
        return None
    n, on = started
    parameter = choosing.parameter_of(status, step.deadline.within)
    if parameter.unit is Unit.HOUR:
        if n not in moments:
            return None
        return Limit(name, moments[n] + timedelta(hours=parameter.n), (parameter.id,))
    try:
        until = limits.count(status.calendar, on, parameter)
    except CalendarTooShort:
        return None
    return None if until is None else Limit(name, until, (parameter.id,))


def step_limit(status: Status, step: str, moments: Mapping[int, datetime]) -> Limit | None:
    """The limit of an open step: its own deadline, or else its lapse. A missed one counts as it was."""
    for kind in ("deadline", "lapse"):
        for clock in status.clocks:
            if clock.step == step and clock.kind == kind:
                return limit_of(clock, moments)
    return None


def limit_of(clock: Clock, moments: Mapping[int, datetime]) -> Limit | None:
    """A clock as a limit; None while it stands still."""
    if clock.missed is not None:
        return Limit(clock.step, clock.missed, clock.parameters[:1])
    if clock.stopped:
        return None
    if clock.hours is not None and clock.start_n in moments:
        until = moments[clock.start_n] + timedelta(hours=clock.hours)
        return Limit(clock.step, until, clock.parameters)
    return None if clock.until is None else Limit(clock.step, clock.until, clock.parameters)
