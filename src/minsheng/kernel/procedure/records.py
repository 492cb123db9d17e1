"""The small records of which a status is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from minsheng.kernel.entry import FactValue
from minsheng.kernel.words import Missing

State = Literal["waiting", "skipped", "open", "blocked", "done", "closed"]


@dataclass(frozen=True, slots=True)
class Because:
    """One test of a condition and how it came out: why a step was skipped."""

    kind: Literal["fact", "outcome", "doc", "end"]
    name: str
    wanted: FactValue
    found: FactValue | None


@dataclass(frozen=True, slots=True)
class StepState:
    """One step in the current round. `missing` is filled when blocked, `skipped_because` when skipped.

    `n`/`on` of opening and ending are the entry's number and day; `lapsed` means that the clock ended it,
    `lapsed_due` the last day on which somebody could have.
    """

    id: str
    state: State
    outcome: str | None = None
    opened_n: int | None = None
    opened_on: date | None = None
    done_n: int | None = None
    done_on: date | None = None
    role: str | None = None
    body: str | None = None
    actor: str | None = None
    lapsed: bool = False
    lapsed_due: date | None = None
    n_late: int = 0
    skipped_because: tuple[Because, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that was missed: the k-th time, due at the end of day `due`, on record since `on` (entry n).

    `body` is the one that was responsible then, if the file assigns the step's role.
    """

    step: str
    round: int
    clock: str
    k: int
    due: date
    on: date
    n: int
    body: str | None


@dataclass(frozen=True, slots=True)
class Round:
    """A way back: entry n sent the matter from a step with this outcome to the target."""

    n: int
    on: date
    step: str
    outcome: str
    target: str


@dataclass(frozen=True, slots=True)
class Pending:
    """An act that waits for its approval by another person."""

    step: str
    act: str
    n: int
    on: date
    actor: str | None


@dataclass(frozen=True, slots=True)
class Contest:
    """A fact that was contested in entry n and is not ruled on yet; `step` asked for it."""

    fact: str
    step: str
    n: int
    on: date
    n_late: int = 0
    due: date | None = None  # the day that the last breach missed
    missed: date | None = None  # the day that the first one missed
