"""When does each clock of a matter run out?

Source: engine notes §2; 民法典 art. 201-203 by way of `kernel.calendar`. Limits are computed from the entries
and never stored. A clock runs from the last event it names, or from the round that cleaned its step: from the
later of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from minsheng.kernel.calendar import CalendarTooShort, WorkCalendar
from minsheng.kernel.procedure.choosing import parameter_of
from minsheng.kernel.procedure.model import Deadline, Lapse, Parameter, Step, Unit, Within

if TYPE_CHECKING:
    from minsheng.kernel.procedure.run import Run
    from minsheng.kernel.procedure.status import Status

ClockKind = Literal["deadline", "pause", "every", "lapse", "minimum", "contest"]
Since = tuple[int, date]  # n of an entry, its day
Span = tuple[date, date | None]  # days x with from < x <= until are not counted; None: still running

_DAY: Final = timedelta(days=1)


class Clock(NamedTuple):
    """A clock that runs on an open step.

    `until` is the last day (it ends at 24:00). For a limit in hours it is the last day on which it can be
    missed, and `hours` says how many from the moment of entry `start_n`. `until` is None while a question
    stops the clock (`stopped`), and where the calendar does not reach that far. `missed` is the day the
    deadline should have been met, once it was not; the clock then runs on to its next repetition, `k`.
    `parameters` are the ids that made the limit, so that a page can say who set it. A "minimum" never ticks:
    the step may be ended after `until`. `fact` is the contested one.
    """

    step: str
    kind: ClockKind
    start_n: int
    start_on: date
    until: date | None
    parameters: tuple[str, ...]
    hours: int | None = None
    k: int = 1
    outcome: str | None = None
    stopped: bool = False
    extended: bool = False
    missed: date | None = None
    fact: str | None = None


def clocks_of(status: Status) -> tuple[Clock, ...]:
    """All clocks that run now, in the order of the file."""
    clocks: list[Clock] = []
    for key, step in status.procedure.steps.items():
        run = status.runs[key]
        if run.state == "open":
            clocks += _step_clocks(status, step, run)
    clocks += _contest_clocks(status)
    return tuple(clocks)


def since(status: Status, run: Run, event: str) -> Since:
    """Where a clock starts: the event, or the round that cleaned its step if that is later."""
    opened: Since = (run.opened_n or 0, run.opened_on or status.on)
    if event == "opened":
        return opened
    happened = status.happened.get(event)
    if run.cleaned_n is not None and run.cleaned_on is not None:
        cleaned = (run.cleaned_n, run.cleaned_on)
        return cleaned if happened is None or cleaned[0] > happened[0] else happened
    return happened or opened


def minimum_clock(status: Status, step: Step, within: Within) -> Clock:
    """How long the step must at least stay open: through the day `until`."""
    start_n, start_on = since(status, status.runs[step.id], step.minimum_from)
    parameter = parameter_of(status, within)
    until = _reach(status.calendar, start_on, parameter)
    return Clock(step.id, "minimum", start_n, start_on, until, (parameter.id,))


def count(
    calendar: WorkCalendar, start: date, parameter: Parameter, pauses: Sequence[Span] = ()
) -> date | None:
    """The last day of a period that begins after `start`; None while a pause without an end stops it.

    Days within a pause are not counted, and the last day does not lie in one.
    """
    n, unit = parameter.n, parameter.unit
    if not pauses:
        return calendar.until(start, n, unit)
    if unit in (Unit.MONTH, Unit.YEAR):
        n, unit = (calendar.until(start, n, unit, roll=False) - start).days, Unit.CALENDAR_DAY
    day, left = start, n
    while left:
        day += _DAY
        span = _pause_over(day, pauses)
        if span and span[1] is None:
            return None
        if span is None and (unit is Unit.CALENDAR_DAY or calendar.is_working(day)):
            left -= 1
    while not calendar.is_working(day) or _pause_over(day, pauses):
        if (span := _pause_over(day, pauses)) and span[1] is None:
            return None
        day += _DAY
    return day


def _pause_over(day: date, pauses: Sequence[Span]) -> Span | None:
    for span in pauses:
        if span[0] < day and (span[1] is None or day <= span[1]):
            return span
    return None


def _step_clocks(status: Status, step: Step, run: Run) -> Iterator[Clock]:
    if step.deadline:
        yield _deadline(status, step, run, step.deadline)
        yield from _pauses(status, step, run, step.deadline)
    if step.every and not run.is_stopped():
        yield _message(status, step, run)
    if step.lapse:
        yield _lapse(status, step, run, step.lapse)
    if step.minimum:
        yield minimum_clock(status, step, step.minimum)


def _deadline(status: Status, step: Step, run: Run, deadline: Deadline) -> Clock:
    start_n, start_on = since(status, run, deadline.start)
    parameter = parameter_of(status, deadline.within)
    names: tuple[str, ...] = (parameter.id,)
    if run.n_late and run.late_due:
        again = status.procedure.parameters[status.procedure.late_again]
        until = _reach(status.calendar, run.late_due, again)
        names = (*names, again.id)
        return Clock(
            step.id, "deadline", start_n, start_on, until, names, k=run.n_late + 1, missed=run.missed_due
        )
    if parameter.unit is Unit.HOUR:
        last = start_on + timedelta(days=-(-parameter.n // 24))
        return Clock(step.id, "deadline", start_n, start_on, last, names, hours=parameter.n)
    spans = [(one.on, one.until) for one in run.questions if one.stops]
    limit = _reach(status.calendar, start_on, parameter, spans)
    for _ in run.extended:
        by = status.procedure.parameters[deadline.extend_by]
        names = (*names, by.id)
        limit = _reach(status.calendar, limit, by, spans) if limit else None
    stopped = limit is None and run.is_stopped()
    return Clock(
        step.id, "deadline", start_n, start_on, limit, names, stopped=stopped, extended=bool(run.extended)
    )


def _pauses(status: Status, step: Step, run: Run, deadline: Deadline) -> Iterator[Clock]:
    for number, one in enumerate(run.questions, start=1):
        if one.stops and one.until is None:
            most = status.procedure.parameters[deadline.pauses[one.which].at_most]
            last = _reach(status.calendar, one.on, most)
            yield Clock(step.id, "pause", one.n, one.on, last, (most.id,), k=number)


def _message(status: Status, step: Step, run: Run) -> Clock:
    """A message is due counting from the last one, from the end of a question, or from the opening."""
    assert step.every is not None
    starts: list[Since] = [since(status, run, "opened")]
    starts += [status.happened[event] for event in step.every.restart if event in status.happened]
    starts += [(one.until_n, one.until) for one in run.questions if one.stops and one.until is not None]
    if run.silent_due:
        starts.append((run.silent_n, run.silent_due))
    start_n, start_on = max(starts)
    parameter = status.procedure.parameters[step.every.within]
    until = _reach(status.calendar, start_on, parameter)
    return Clock(step.id, "every", start_n, start_on, until, (parameter.id,), k=run.n_silent + 1)


def _lapse(status: Status, step: Step, run: Run, lapse: Lapse) -> Clock:
    start_n, start_on = since(status, run, lapse.start)
    parameter = parameter_of(status, lapse.within)
    until = _reach(status.calendar, start_on, parameter)
    return Clock(step.id, "lapse", start_n, start_on, until, (parameter.id,), outcome=lapse.outcome)


def _contest_clocks(status: Status) -> Iterator[Clock]:
    for contest in status.contests.values():
        rule = status.procedure.universal["contest"]
        name = status.procedure.late_again if contest.due else rule.within
        until = _reach(status.calendar, contest.due or contest.on, status.procedure.parameters[name])
        yield Clock(
            contest.step,
            "contest",
            contest.n,
            contest.on,
            until,
            (name,),
            k=contest.n_late + 1,
            missed=contest.missed,
            fact=contest.fact,
        )


def _reach(
    calendar: WorkCalendar, start: date, parameter: Parameter, pauses: Sequence[Span] = ()
) -> date | None:
    """`count`, or None where the calendar ends before: the limit is not known until the next edition."""
    try:
        return count(calendar, start, parameter, pauses)
    except CalendarTooShort:
        return None
