"""One step of a matter in the current round, as a status keeps it."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple


class Question(NamedTuple):
    """A question put while the step was open.

    `which` of the deadline's pauses it belongs to. If it `stops` the clock, days after `on` up to `until` are
    not counted; `until` is the day of the answer, or that on which the clock went on by itself (entry
    `until_n`). A question stays open for an answer after that.
    """

    which: int
    n: int
    on: date
    stops: bool
    until_n: int = -1
    until: date | None = None
    answered: bool = False

    def after_answer(self, n: int, on: date) -> Question:
        """The question once entry n answered it; the clock that went on before keeps its day."""
        if self.answered:
            return self
        if self.until is not None:
            return self._replace(answered=True)
        return self._replace(answered=True, until=on, until_n=n)


class Run:
    """One step in the current round, as `Status.runs` keeps it."""

    def __init__(self) -> None:
        self.before: str | None = None  # who ended it in the round before
        self.cleaned_n: int | None = None  # the round that cleaned it
        self.cleaned_on: date | None = None
        self.clean()

    def clean(self) -> None:
        self.state: Literal["waiting", "skipped", "open", "done", "closed"] = "waiting"
        self.outcome: str | None = None
        self.opened_n: int | None = None
        self.opened_on: date | None = None
        self.done_n: int | None = None
        self.done_on: date | None = None
        self.role: str | None = None
        self.body: str | None = None
        self.actor: str | None = None
        self.lapsed_due: date | None = None  # the last day of the lapse that ended it
        self.n_late = 0
        self.late_due: date | None = None  # the day that the last breach missed
        self.missed_due: date | None = None  # the day that the first one missed
        self.n_silent = 0
        self.silent_n = -1
        self.silent_due: date | None = None
        self.acts: tuple[str, ...] = ()
        self.extended: tuple[date, ...] = ()
        self.questions: tuple[Question, ...] = ()

    def copy(self) -> Run:
        twin = Run.__new__(Run)
        twin.__dict__.update(self.__dict__)
        return twin

    def is_asked(self) -> bool:
        """Whether a question waits for its answer."""
        return any(not one.answered for one in self.questions)

    def is_stopped(self, which: int | None = None) -> bool:
        """Whether a question (of that kind) stops the clock now."""
        return any(
            one.stops and one.until is None and (which is None or one.which == which)
            for one in self.questions
        )
