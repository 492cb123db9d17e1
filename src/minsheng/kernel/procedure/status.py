"""Where does a matter stand? A pure function of its entries.

Source: engine notes §2 and §3. Nothing here knows what day it is; `clocks.due` says what is late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import Entry, FactValue
from minsheng.kernel.procedure.limits import Clock
from minsheng.kernel.procedure.model import End, Procedure
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
    """One step in the current round. `missing` is filled for blocked steps, `skipped_because` for skipped ones.

    `n`/`on` of opening and ending are the entry's number and day; `lapsed` means that the clock ended it.
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
    n_late: int = 0
    skipped_because: tuple[Because, ...] = ()
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that was missed: the k-th time, due at the end of day `due`, on record since `on` (entry n)."""

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


class Status:
    """See the attributes; made by `status` and `advance` only, and never changed once handed out."""

    procedure: Procedure
    calendar: WorkCalendar
    n: int  # how many entries there are; the next one has this number
    on: date  # day of the last entry
    opened_on: date
    round: int
    end: End | None
    ended_on: date | None
    ended_n: int | None
    end_step: str | None
    end_outcome: str | None  # partly_enough, upheld, … : the figures read this
    facts: Mapping[str, FactValue]  # open facts that hold now
    outcomes: Mapping[str, str]  # of the steps that are done
    documents: Mapping[str, int]  # document → n of the last entry that has it
    assigned: Mapping[str, str]  # role → body
    disclosure: str
    seen_n: int  # n of the last entry that is neither the clock's nor a message's
    late: Sequence[Breach]
    silences: Sequence[int]  # n of each `silent` entry
    rounds: Sequence[Round]
    pending: Sequence[Pending]
    contests: Sequence[Contest]

    @property
    def steps(self) -> Mapping[str, StepState]:
        """Every step of the procedure, in the order of the file."""
        raise NotImplementedError

    @property
    def open_steps(self) -> tuple[str, ...]:
        """Steps that are open or blocked, in the order of the file."""
        raise NotImplementedError

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks that run now."""
        raise NotImplementedError

    @property
    def level(self) -> int:
        """How many levels up the open steps' breaches have climbed: k - 1 of the worst."""
        raise NotImplementedError


def status(procedure: Procedure, entries: Sequence[Entry], calendars: Mapping[str, WorkCalendar]) -> Status:
    """The status after these entries (at least one). `calendars` by their sha256.

    Raises ValueError where the first entry does not open this procedure, KeyError for an unknown calendar.
    """
    raise NotImplementedError


def advance(before: Status, entry: Entry, calendars: Mapping[str, WorkCalendar]) -> Status:
    """The status after one more entry; `before` stays as it is.

    `status(p, entries[: k + 1], c)` equals `advance(status(p, entries[:k], c), entries[k], c)`.
    """
    raise NotImplementedError
