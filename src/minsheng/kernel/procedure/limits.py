"""When does each clock of a matter run out?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

ClockKind = Literal["deadline", "pause", "every", "lapse", "minimum", "contest"]


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that runs on an open step.

    `until` is the last day (it ends at 24:00); for a limit in hours it is the earliest day on which it can be
    missed, and `hours` says how many from the moment of entry `start_n`. While a question stops the clock,
    `stopped` is true and `until` None. `k` is the number its next tick will carry (a deadline that was missed
    runs on to its next repetition). `parameters` are the ids that made the limit, so that a page can say who
    set it. `kind` "minimum" never ticks: the step may be ended after `until`.
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
