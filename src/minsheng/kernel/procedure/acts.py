"""Who may do what now, why not, and what the entry of it looks like.

Source: engine notes §1-§4. Refusals are values; each names its ground in the rule file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import CheckValue, Entry, FactValue
from minsheng.kernel.procedure.clocks import Tick
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Refusal, Text


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants to do.

    `event`: "opened"; "done" (ends `step` with `outcome`); "acted" (`outcome` is the act's id); "approved" or
    "refused" (of the act `outcome` on `step`); "supplemented", "urged", "withdrawn", "corrected" (facts: `of`,
    the n of one's own entry, and the new values), "contested" (fact `about`: the fact's id), "ruled" (`outcome`
    upheld or stands; fact `of`: n of the contest); "level" (fact `disclosure`).
    `actor` is the pseudonym within the matter; `body` the acting body, None for a resident. `facts` holds all
    answers, open and closed, plus `via` and `received_on` where it applies; an outcome that assigns a role
    has the body's code under the role's name. `documents`: id → field → value; a file field has a list of
    attachment ids. `checks`: name → {ok, method, version, why} from the wired providers.
    """

    event: str
    role: str
    actor: str | None
    body: str | None = None
    step: str | None = None
    outcome: str | None = None
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    checks: Mapping[str, Mapping[str, CheckValue]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClosedPart:
    """What the entry keeps closed: a document or a fact that is not public, and when it may be opened."""

    name: str
    value: Any
    disclose: str  # with_entry | never | after EVENT


@dataclass(frozen=True, slots=True)
class Option:
    """Something that a role could do now, with the documents and facts it takes."""

    event: str
    step: str | None
    outcome: str | None
    role: str
    title: Text
    requires: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    assigns: tuple[str, ...] = ()
    approve_by: str = ""


def why_not(procedure: Procedure, status: Status | None, proposal: Proposal, on: date) -> Refusal | None:
    """None if the proposal may be recorded on that day, all due ticks being on record.

    `status` is None for the opening. The proposal's attested checks must be there already.
    """
    raise NotImplementedError


def why_not_entry(
    procedure: Procedure, before: Status | None, entry: Entry, calendars: Mapping[str, WorkCalendar]
) -> Refusal | None:
    """None if this entry, the clock's included, was allowed after `before`. Reads the entry alone.

    Includes the ticks that had to be on record before it. `before` is None for entry 0.
    """
    raise NotImplementedError


def why_stale(status: Status, seen_n: int | None) -> Refusal | None:
    """A conflict if something happened since the actor looked; compare before running the ticks."""
    raise NotImplementedError


def possible(procedure: Procedure, status: Status, role: str) -> tuple[Option, ...]:
    """What this role may do now, in the order of the file; person, body and dates are judged by `why_not`."""
    raise NotImplementedError


def compose_opening(
    procedure: Procedure,
    proposal: Proposal,
    *,
    matter: str,
    on: date,
    calendar: WorkCalendar,
    disclosure: str = "coded",
) -> Entry:
    """Entry 0, without `closed`."""
    raise NotImplementedError


def compose(procedure: Procedure, status: Status, proposal: Proposal, *, matter: str, on: date) -> Entry:
    """The entry of a proposal that `why_not` allows, without `closed` and `prev`."""
    raise NotImplementedError


def closed_parts(procedure: Procedure, proposal: Proposal) -> tuple[ClosedPart, ...]:
    """The parts to seal beside the moment: documents, and facts that are not public or are guarded."""
    raise NotImplementedError


def tick_entry(status: Status, tick: Tick, *, matter: str) -> Entry:
    """The clock's entry for a due tick, without `closed` and `prev`; its moment is `tick.at`."""
    raise NotImplementedError


def may_read(procedure: Procedure, status: Status, document: str, role: str, body: str | None) -> bool:
    """Whether this role, acting for this body, may read the document; the author of it always may."""
    raise NotImplementedError
