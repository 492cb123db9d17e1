"""`act`: the one way in which anything is done to a matter."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import transaction

from minsheng.kernel.calendar import CalendarTooShort
from minsheng.kernel.entry import CheckValue, FactValue
from minsheng.kernel.procedure import acts
from minsheng.kernel.procedure.acts import Proposal
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger.records import ClockAhead, Conflict, Part, Recorded
from minsheng.matter import checks
from minsheng.matter.queries.holders import body_of, name_of
from minsheng.matter.rules import entitlement, standing
from minsheng.matter.rules.uploads import Upload
from minsheng.matter.services import attachments as filing
from minsheng.matter.services import hand
from minsheng.people.pseudonyms import pseudonym
from minsheng.people.rules.actor import Actor

log = logging.getLogger("minsheng.matter")

GUARDED = ("kind", "area")
"""Facts that the list row repeats for staff. A rule file may declare them; else they are guarded parts."""

FASTER = Refusal(
    "somebody_was_faster",
    Text(
        "刚刚有人先写了一步。您写的还在，看一眼再发。",
        "Somebody wrote first. Yours is kept: look, then send.",
    ),
    Kind.CONFLICT,
)
ABSENT = Refusal("no_such_matter", Text("没有这件事。", "There is no such matter."), Kind.ABSENT)


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to do, before it is known whether they may."""

    actor: Actor
    at: datetime
    step: str | None = None
    outcome: str | None = None
    event: str | None = None
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    files: tuple[filing.Prepared, ...] = ()
    seen_n: int | None = None
    subject: Text | None = None


class Refused(Exception):
    """Carries a refusal out of the savepoint of an act, so that nothing of the act stays."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def act(
    matter: str,
    step: str | None,
    outcome: str | None,
    *,
    actor: Actor,
    at: datetime,
    event: str | None = None,
    facts: Mapping[str, FactValue] | None = None,
    documents: Mapping[str, Mapping[str, Any]] | None = None,
    attachments: Sequence[Upload] = (),
    seen_n: int | None = None,
    subject: Text | None = None,
) -> Recorded | Refusal:
    """Do one thing to a matter. `event` is "done" for an outcome of the step, "acted" for one of its acts,
    "approved" or "refused" for an act that waits for a second person (`outcome` = the act's id), or a
    universal one: supplemented, urged, withdrawn, corrected, contested (`step` may be None). Left out, it is
    read from the rule file: an outcome first, then an act.

    `seen_n`: `view.status.seen_n` of the page that the actor looked at; None compares nothing.
    Ticks that are due are appended first and stay even when the act is refused. Raises only for trouble with
    the machine (database, disk, keys); everything else is a Refusal.
    """
    files = filing.prepare(attachments)
    if isinstance(files, Refusal):
        return files
    wish = Wish(
        actor, at, step, outcome, event, dict(facts or {}), dict(documents or {}), files, seen_n, subject
    )
    try:
        return _once(matter, wish)
    except Conflict:
        log.info("an act is tried once more, for somebody wrote first")
    try:
        return _once(matter, wish)
    except Conflict:
        return FASTER


def _once(matter: str, wish: Wish) -> Recorded | Refusal:
    """One transaction: the due ticks, which stay, then the act, which stays only if it is allowed."""
    try:
        with transaction.atomic():
            held = hand.take(matter)
            if held is None:
                return ABSENT
            answer: Recorded | Refusal
            stale = acts.why_stale(held.status, wish.seen_n)
            n_ticks = held.run_clock(wish.at)
            if stale:
                answer = stale
            else:
                try:
                    with transaction.atomic():
                        answer = _append(held, wish)
                except Refused as refused:
                    answer = refused.refusal
            if n_ticks or isinstance(answer, Recorded):
                held.write_row(wish.at)
            return answer
    except (CalendarTooShort, ClockAhead) as error:
        return time_trouble(error)


def _append(held: hand.Hand, wish: Wish) -> Recorded:
    """The act itself. Raises Refused."""
    on = held.day(wish.at)
    proposal = _proposal(held, wish, on)
    for refusal in _refusals(held, proposal, on):
        if refusal:
            raise Refused(refusal)
    entry = acts.compose(held.procedure, held.status, proposal, matter=held.row.id, on=on)
    parts = parts_of(held.procedure, proposal, wish.files)
    recorded = held.append(entry, parts, wish.at)
    filing.store(held.row.id, recorded.entry.n, wish.files)
    mirror_guarded(held, wish.facts, wish.subject)
    return recorded


def _proposal(held: hand.Hand, wish: Wish, on: date) -> Proposal:
    event = wish.event or event_of(held.procedure, wish.step, wish.outcome)
    if event is None:
        no = Text("这个程序里没有这一步或这个结果。", "The procedure has no such step or outcome.")
        raise Refused(Refusal("no_such_outcome", no, Kind.SHAPE))
    documents = filing.with_files(wish.documents, wish.files, held.procedure)
    if isinstance(documents, Refusal):
        raise Refused(documents)
    return proposal_of(wish, held.procedure, held.row.id, event, documents, on)


def proposal_of(
    wish: Wish,
    procedure: Procedure,
    matter: str,
    event: str,
    documents: Mapping[str, Mapping[str, Any]],
    on: date,
) -> Proposal:
    """The wish as the kernel judges it, with the answers of the providers."""
    actor = pseudonym(matter, wish.actor.person)
    proposal = Proposal(
        event=event,
        role=wish.actor.role,
        actor=actor,
        body=wish.actor.body,
        step=wish.step,
        outcome=wish.outcome,
        facts=wish.facts,
        documents=documents,
    )
    question = checks.Question(
        matter=matter,
        procedure=procedure,
        step=wish.step,
        outcome=wish.outcome,
        body=wish.actor.body,
        actor=actor,
        facts=wish.facts,
        documents=documents,
        on=on,
        at=wish.at,
    )
    return replace(proposal, checks=answers(procedure, proposal, question))


def _refusals(held: hand.Hand, proposal: Proposal, on: date) -> list[Refusal | None]:
    """Every reason why not, the person's first."""
    procedure, status = held.procedure, held.status
    if refusal := entitlement.why_not_this_role(procedure, proposal.role):
        return [refusal]
    holder = standing.body_for(status, proposal.role, body_of)
    opener = held.chain[0].entry.actor
    return [
        entitlement.why_not_this_body(holder, proposal.body, name_of),
        entitlement.why_not_this_resident(
            procedure, proposal.role, proposal.actor, opener, str(proposal.facts.get("via", ""))
        ),
        acts.why_not(procedure, status, proposal, on),
    ]


def event_of(procedure: Procedure, step: str | None, outcome: str | None) -> str | None:
    """The event that the rule file means by this outcome of this step; None if it has neither."""
    declared = procedure.steps.get(step or "")
    if declared is None or outcome is None:
        return None
    return "done" if outcome in declared.outcomes else "acted" if outcome in declared.acts else None


def answers(
    procedure: Procedure, proposal: Proposal, question: checks.Question
) -> dict[str, Mapping[str, CheckValue]]:
    """Ask the provider of every attested check that the proposal needs; the kernel says what is missing."""
    names = dict.fromkeys(acts.needed_checks(procedure, proposal))
    return {name: checks.PROVIDERS[name](question) for name in names if name in checks.PROVIDERS}


def parts_of(procedure: Procedure, proposal: Proposal, files: Sequence[filing.Prepared]) -> list[Part]:
    """The closed parts of an entry: closed facts, documents, and the files by their bytes."""
    closed = [
        Part(part.name, part.value, part.disclose, guarded=_is_guarded(procedure, part.name))
        for part in acts.closed_parts(procedure, proposal)
    ]
    return closed + [file.part for file in files]


def _is_guarded(procedure: Procedure, name: str) -> bool:
    fact = procedure.facts.get(name)
    return fact is not None and fact.guarded


def mirror_guarded(held: hand.Hand, facts: Mapping[str, FactValue], subject: Text | None) -> None:
    """Repeat kind and area in the row, for staff, and what lists say of the matter."""
    for name in GUARDED:
        if name in facts:
            setattr(held.row, name, str(facts[name]))
    if subject is not None or any(name in facts for name in GUARDED):
        hand.describe(held.row, subject)


def time_trouble(error: CalendarTooShort | ClockAhead) -> Refusal:
    """The refusal for a day that no calendar covers, or a clock that nobody should trust."""
    if isinstance(error, ClockAhead):
        return Refusal(
            "clock_ahead",
            Text(
                "服务器的钟走得太前了，先不记账。请值班人员确认日期。",
                "The server's clock runs far ahead; nothing is recorded until an operator confirms the day.",
            ),
            Kind.CONFLICT,
            source=str(error),
        )
    return Refusal(
        "calendar_too_short",
        Text(
            "工作日历还没有排到那一天，算不出期限。请管理员装上新一年的日历。",
            "The calendar of working days does not reach that day yet. An administrator has to add a year.",
        ),
        source=str(error),
    )
