"""Why may somebody not do that, what does the entry of it look like, and was an entry allowed?

Source: engine notes §1-§4. Refusals are values; each names its ground in the rule file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import CLOCK, CheckValue, Entry, FactValue
from minsheng.kernel.procedure.clocks import Tick
from minsheng.kernel.procedure.content import STRUCTURAL, structural, why_not_content, why_not_fact
from minsheng.kernel.procedure.judge import Claim, judge, takes_of
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.persons import attested_by_separation
from minsheng.kernel.procedure.possible import Option, possible
from minsheng.kernel.procedure.refusals import no
from minsheng.kernel.procedure.replay import why_not_entry
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Kind, Refusal

__all__ = [
    "ClosedPart", "Option", "Proposal", "closed_parts", "compose", "compose_opening", "may_read",
    "needed_checks", "possible", "tick_entry", "why_not", "why_not_entry", "why_stale",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody wants to do.

    `event` and `outcome`: "opened"; "done" (ends `step` with `outcome`); "acted" (`outcome` is an act's id);
    "approved" or "refused" (of the act `outcome` on `step`); "supplemented", "urged", "withdrawn";
    "corrected" (fact `of`: the n of one's own entry, and the new values); "contested" (fact `about`: the
    fact's id); "ruled" (`outcome` upheld or stands; fact `of`: n of the contest); "level" (fact
    `disclosure`).

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


def why_not(procedure: Procedure, status: Status | None, proposal: Proposal, on: date) -> Refusal | None:
    """None if the proposal may be recorded on that day, all due ticks being on record.

    `status` is None for the opening. The proposal's attested checks must be there already (`needed_checks`).
    """
    if status is not None:
        on = max(on, status.on)
    claim = _claim(procedure, proposal)
    if unknown := next((name for name in proposal.documents if name not in procedure.documents), None):
        zh, en = f"没有材料“{unknown}”", f"there is no document {unknown!r}"
        return no("unknown_document", zh, en, Kind.SHAPE, field=unknown)
    refusal = judge(procedure, status, claim, on)
    if refusal is not None and refusal.code != "check_failed":
        return refusal
    for name, value in proposal.facts.items():
        if (fact := procedure.facts.get(name)) and (wrong := why_not_fact(fact, value)):
            return wrong
    return why_not_content(procedure.documents, proposal.documents) or refusal


def needed_checks(procedure: Procedure, proposal: Proposal) -> tuple[str, ...]:
    """The attested checks that this proposal needs from providers, before `why_not`."""
    named = (*_named_checks(procedure, proposal), *attested_by_separation(procedure, proposal.role))
    return tuple(name for name in named if name not in STRUCTURAL)


def why_stale(status: Status, seen_n: int | None) -> Refusal | None:
    """A conflict if something happened since the actor looked; compare before running the ticks.

    None for `seen_n` means that the actor did not look at anything (a resident's message, a machine).
    """
    if seen_n is None or seen_n >= status.seen_n:
        return None
    return no(
        "stale",
        "您打开页面之后，本件有了新的记录，请看过再办",
        "something was recorded since you opened the page; look at it first",
        Kind.CONFLICT,
    )


def compose_opening(
    procedure: Procedure,
    proposal: Proposal,
    *,
    matter: str,
    on: date,
    calendar: WorkCalendar,
    disclosure: str = "coded",
) -> Entry:
    """Entry 0, without `closed`: it pins procedure, version, override, calendar and level of disclosure."""
    pinned: dict[str, FactValue] = {
        "procedure": procedure.id,
        "version": procedure.version,
        "procedure_sha256": procedure.sha256,
        "calendar": calendar.sha256,
        "disclosure": disclosure,
    }
    if procedure.override_sha256:
        pinned["override_sha256"] = procedure.override_sha256
    return Entry(
        matter=matter,
        n=0,
        on=on,
        event="opened",
        role=proposal.role,
        body=proposal.body,
        actor=proposal.actor,
        facts={**_open_facts(procedure, proposal), **pinned},
        checks=_checks(procedure, proposal),
    )


def compose(procedure: Procedure, status: Status, proposal: Proposal, *, matter: str, on: date) -> Entry:
    """The entry of a proposal that `why_not` allows, without `closed` and `prev`."""
    return Entry(
        matter=matter,
        n=status.n,
        on=max(on, status.on),
        event=proposal.event,
        role=proposal.role,
        step=proposal.step,
        round=status.round,
        outcome=proposal.outcome,
        body=proposal.body,
        actor=proposal.actor,
        facts=_open_facts(procedure, proposal),
        checks=_checks(procedure, proposal),
    )


def closed_parts(procedure: Procedure, proposal: Proposal) -> tuple[ClosedPart, ...]:
    """The parts to seal beside the moment: documents, and facts that are not public or are guarded.

    Attachments are sealed by the caller as "document/attachment id". A guarded fact says "never" here: it is
    opened by whoever counts how many matters share it.
    """
    facts = [
        ClosedPart(name, value, "never")
        for name, value in proposal.facts.items()
        if (fact := procedure.facts.get(name)) and fact.closed
    ]
    documents = [
        ClosedPart(name, value, procedure.documents[name].disclose)
        for name, value in proposal.documents.items()
    ]
    return (*documents, *facts)


def tick_entry(status: Status, tick: Tick, *, matter: str) -> Entry:
    """The clock's entry for a due tick, without `closed` and `prev`; its moment is `tick.at`."""
    return Entry(
        matter=matter,
        n=status.n,
        on=tick.on,
        event=tick.event,
        role=CLOCK,
        step=tick.step,
        round=tick.round,
        outcome=tick.outcome,
        facts=tick.facts,
    )


def may_read(procedure: Procedure, status: Status, document: str, role: str, body: str | None) -> bool:
    """Whether this role, acting for this body, may read the document.

    Those complained about never may. A role that was assigned reads as the assigned body only; who wrote the
    last version always may.
    """
    if procedure.roles[role].is_subject:
        return False
    n = status.documents.get(document)
    if n is not None and status.by_entry[n][1] == role and status.by_entry[n][3] == body:
        return True
    if role not in procedure.documents[document].readers:
        return False
    return role not in status.index.assignable or status.assigned.get(role) == body


def _claim(procedure: Procedure, proposal: Proposal) -> Claim:
    closed = {name for name in proposal.facts if (fact := procedure.facts.get(name)) and fact.closed}
    return Claim(
        event=proposal.event,
        role=proposal.role,
        actor=proposal.actor,
        body=proposal.body,
        step=proposal.step or "",
        outcome=proposal.outcome or "",
        facts=_open_facts(procedure, proposal),
        closed=frozenset(closed.union(proposal.documents)),
        checks=_checks(procedure, proposal),
    )


def _open_facts(procedure: Procedure, proposal: Proposal) -> dict[str, FactValue]:
    return {
        name: value
        for name, value in proposal.facts.items()
        if not ((fact := procedure.facts.get(name)) and fact.closed)
    }


def _named_checks(procedure: Procedure, proposal: Proposal) -> tuple[str, ...]:
    step = procedure.steps.get(proposal.step or "")
    if step is None:
        return ()
    if proposal.event == "done" and (outcome := step.outcomes.get(proposal.outcome or "")):
        return takes_of(step, outcome).checks
    if proposal.event == "acted" and (act := step.acts.get(proposal.outcome or "")):
        return act.checks
    return ()


def _checks(procedure: Procedure, proposal: Proposal) -> dict[str, Mapping[str, CheckValue]]:
    """The providers' answers, and the kernel's own: nobody attests a structural check."""
    return {**proposal.checks, **structural(_named_checks(procedure, proposal), proposal.documents)}
