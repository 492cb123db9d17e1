"""Where does a matter stand? A pure function of its entries.

Source: engine notes §2 and §3. Nothing here knows what day it is; `clocks.due` says what is late. How one
entry moves the matter is in `fold`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import Entry, FactValue
from minsheng.kernel.procedure import fold, limits
from minsheng.kernel.procedure.index import Index, index_of
from minsheng.kernel.procedure.limits import Clock
from minsheng.kernel.procedure.model import Condition, End, Procedure
from minsheng.kernel.procedure.records import Because, Breach, Contest, Pending, Round, StepState
from minsheng.kernel.procedure.run import Run
from minsheng.kernel.words import Missing, Text

__all__ = [
    "Because", "Breach", "Contest", "Pending", "Round", "Status", "StepState", "advance", "branch", "start",
    "status",
]  # fmt: skip

_TABLES: Final = (
    "facts", "fact_owner", "outcomes", "documents", "live_documents", "assigned", "assigned_by", "happened",
    "people", "once", "counts", "runs", "contests", "by_entry",
)  # fmt: skip
_LISTS: Final = ("late", "silences", "rounds", "pending")


class Status:
    """See the attributes; made by `status` and `advance` only, and never changed once handed out."""

    procedure: Procedure
    index: Index
    calendar: WorkCalendar
    calendar_on: date  # since when this edition counts in this matter
    n: int  # how many entries there are; the next one has this number
    on: date  # day of the last entry
    opened_on: date
    round: int
    end: End | None
    ended_on: date | None
    ended_n: int | None
    end_step: str | None
    end_outcome: str | None  # partly_enough, upheld, … : the figures read this
    disclosure: str
    seen_n: int  # n of the last entry that is neither the clock's nor a message's
    facts: dict[str, FactValue]  # open facts that hold now
    fact_owner: dict[str, str]  # fact → step that asked, "" for the start
    outcomes: dict[str, str]  # of the steps that are done
    documents: dict[str, int]  # document → n of the last entry that has it
    live_documents: dict[str, str]  # document → step of this round that brought it
    assigned: dict[str, str]  # role → body
    assigned_by: dict[str, str]  # role → step
    happened: dict[str, tuple[int, date]]  # event → last entry n and day
    people: dict[tuple[str, str | None, str | None, str], None]  # (role, actor, body, scribed) that acted
    once: dict[str, frozenset[str]]  # step → bodies it assigned so far
    counts: dict[tuple[str, str], int]  # (step, target) → rounds so far
    runs: dict[str, Run]
    contests: dict[str, Contest]
    by_entry: dict[int, tuple[str, str | None, str | None, str | None]]  # n → step, role, actor, body
    late: list[Breach]
    silences: list[int]  # n of each `silent` entry
    rounds: list[Round]
    pending: list[Pending]
    owned: set[str] | None  # runs that are this status' own; None: all
    clocks_kept: tuple[Clock, ...] | None = None

    @property
    def steps(self) -> Mapping[str, StepState]:
        """Every step of the procedure, in the order of the file."""
        return MappingProxyType({key: _view(self, key) for key in self.procedure.steps})

    @property
    def open_steps(self) -> tuple[str, ...]:
        """Steps that are open or blocked, in the order of the file."""
        return tuple(key for key in self.procedure.steps if self.runs[key].state == "open")

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks that run now, in the order of the file."""
        if self.clocks_kept is None:
            self.clocks_kept = limits.clocks_of(self)
        return self.clocks_kept

    @property
    def level(self) -> int:
        """How many levels up the open steps' breaches have climbed: k - 1 of the worst."""
        worst = max((run.n_late for run in self.runs.values() if run.state == "open"), default=0)
        return max(0, worst - 1)


def status(procedure: Procedure, entries: Sequence[Entry], calendars: Mapping[str, WorkCalendar]) -> Status:
    """The status after these entries (at least one). `calendars` by their sha256.

    Raises ValueError where the first entry does not open this procedure, KeyError for an unknown calendar.
    The entries are believed: whether each was allowed is `acts.why_not_entry`.
    """
    if not entries:
        raise ValueError("a matter has at least the entry that opens it")
    here = start(procedure, entries[0], calendars)
    for entry in entries[1:]:
        fold.apply(here, entry, calendars)
    return here


def start(procedure: Procedure, entry: Entry, calendars: Mapping[str, WorkCalendar]) -> Status:
    """The status after the entry that opens the matter."""
    if entry.event != "opened" or entry.n != 0:
        raise ValueError("the first entry opens the matter and has the number 0")
    pinned = entry.facts.get("procedure_sha256"), entry.facts.get("override_sha256")
    if pinned != (procedure.sha256, procedure.override_sha256):
        raise ValueError("the matter runs under another procedure, version or override")
    here = Status()
    here.procedure, here.index = procedure, index_of(procedure)
    here.calendar = calendars[str(entry.facts["calendar"])]
    here.calendar_on = here.on = here.opened_on = entry.on
    here.n, here.round, here.seen_n = 0, 1, 0
    here.end = here.ended_on = here.ended_n = here.end_step = here.end_outcome = None
    here.disclosure = str(entry.facts.get("disclosure", "coded"))
    for name in _TABLES:
        setattr(here, name, {})
    for name in _LISTS:
        setattr(here, name, [])
    here.runs = {step.id: Run() for step in here.index.order}
    here.owned = None
    fold.open_matter(here, entry)
    return here


def advance(before: Status, entry: Entry, calendars: Mapping[str, WorkCalendar]) -> Status:
    """The status after one more entry; `before` stays as it is.

    `status(p, entries[: k + 1], c)` equals `advance(status(p, entries[:k], c), entries[k], c)`.
    """
    after = branch(before)
    fold.apply(after, entry, calendars)
    return after


def branch(before: Status) -> Status:
    """A copy that may be changed without touching the one before."""
    after = Status()
    after.__dict__.update(before.__dict__)
    for name in (*_TABLES, *_LISTS):
        setattr(after, name, getattr(before, name).copy())
    after.owned = set()
    after.clocks_kept = None
    return after


def missing_for(status: Status, key: str) -> tuple[Missing, ...]:
    """What an open step lacks that nobody can supply with the act that ends it: then it is blocked."""
    step = status.procedure.steps[key]
    lacking: list[Missing] = []
    for name in step.requires:
        if name not in status.live_documents:
            title = status.procedure.documents[name].title
            owner = next((act.role for act in step.acts.values() if name in act.requires), step.role)
            lacking.append(Missing(title, owner))
    if step.role in assignable(status.procedure) and step.role not in status.assigned:
        role = status.procedure.roles[step.role].title
        lacking.append(Missing(Text(f"指定{role.zh}", f"somebody named as {role.en}"), step.role))
    return tuple(lacking)


def assignable(procedure: Procedure) -> frozenset[str]:
    """The roles that some outcome assigns to a body."""
    return index_of(procedure).assignable


def _view(status: Status, key: str) -> StepState:
    run = status.runs[key]
    missing = missing_for(status, key) if run.state == "open" else ()
    return StepState(
        id=key,
        state="blocked" if missing else run.state,
        outcome=run.outcome,
        opened_n=run.opened_n,
        opened_on=run.opened_on,
        done_n=run.done_n,
        done_on=run.done_on,
        role=run.role,
        body=run.body,
        actor=run.actor,
        lapsed=run.lapsed_due is not None,
        lapsed_due=run.lapsed_due,
        n_late=run.n_late,
        skipped_because=because(status, key) if run.state == "skipped" else (),
        missing=missing,
    )


def because(status: Status, key: str) -> tuple[Because, ...]:
    """The tests in a step's condition and how each comes out now."""
    found: list[Because] = []
    todo: list[Condition] = [when] if (when := status.procedure.steps[key].when) else []
    while todo:
        one = todo.pop(0)
        todo = [*one.of, *todo]
        if one.op == "fact":
            found.append(Because("fact", one.name, one.value, status.facts.get(one.name)))
        elif one.op == "outcome":
            found.append(Because("outcome", one.name, one.value, status.outcomes.get(one.name)))
        elif one.op == "doc":
            found.append(Because("doc", one.name, True, one.name in status.live_documents))
        elif one.op == "end":
            found.append(Because("end", one.name, one.name, status.end.value if status.end else None))
    return tuple(found)
