"""Does the file allow this act now? Judged alike for a proposal and for an entry on the ledger.

Source: engine notes §1-§4. A claim is what both have in common: who, in which role, for which body, does
what, with which open answers, which closed parts, which checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from minsheng.kernel.entry import CheckValue, FactValue
from minsheng.kernel.procedure import persons
from minsheng.kernel.procedure.content import STRUCTURAL, is_date, why_not_fact
from minsheng.kernel.procedure.fold import SCRIBED, back_target
from minsheng.kernel.procedure.limits import minimum_clock
from minsheng.kernel.procedure.model import Act, Outcome, Procedure, Step
from minsheng.kernel.procedure.refusals import ground, no, why_not_open
from minsheng.kernel.procedure.status import Status, missing_for
from minsheng.kernel.procedure.universal import why_not_universal
from minsheng.kernel.words import Kind, Missing, Refusal, Text


class Claim(NamedTuple):
    """`closed`: the names of documents and closed facts that come along."""

    event: str
    role: str
    actor: str | None
    body: str | None
    step: str
    outcome: str
    facts: Mapping[str, FactValue]
    closed: frozenset[str]
    checks: Mapping[str, Mapping[str, CheckValue]]

    @property
    def via(self) -> str:
        return str(self.facts.get("via", ""))


class Takes(NamedTuple):
    """What an act takes along: facts, documents, bodies to name, checks."""

    facts: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # roles to assign, engine words
    checks: tuple[str, ...] = ()


def judge(procedure: Procedure, status: Status | None, claim: Claim, on: date) -> Refusal | None:
    """None if the file allows the claim after `status` (None: the opening) on that day."""
    if claim.role not in procedure.roles:
        return no("unknown_role", "没有这个角色", f"there is no role {claim.role!r}", Kind.SHAPE)
    if not claim.actor:
        return no("actor_missing", "缺少行为人", "nobody is named as acting", Kind.SHAPE)
    if status is None:
        return _opening(procedure, claim, on)
    refusal: Refusal | None
    if claim.event == "done":
        refusal = _done(procedure, status, claim, on)
    elif claim.event == "acted":
        refusal = _acted(procedure, status, claim, on)
    elif claim.event in ("approved", "refused"):
        refusal = _approval(procedure, status, claim, on)
    else:
        refusal, rule = why_not_universal(
            status, claim.event, claim.role, claim.actor, claim.outcome, claim.facts
        )
        takes = Takes(rule.facts, rule.requires, rule.allows, rule.words)
        refusal = refusal or _who(procedure, status, claim) or _brings(procedure, claim, takes, on)
    return refusal


def _opening(procedure: Procedure, claim: Claim, on: date) -> Refusal | None:
    start = procedure.start
    if claim.event != "opened":
        return no("not_opened", "本件尚未开启", "the matter is not open yet", Kind.CONFLICT)
    if claim.role != start.role:
        return _wrong_role(procedure, start.role)
    return persons.why_not_body(procedure, None, claim.role, claim.body, claim.via) or _brings(
        procedure, claim, Takes(start.facts, start.documents), on
    )


def _done(procedure: Procedure, status: Status, claim: Claim, on: date) -> Refusal | None:
    step = procedure.steps.get(claim.step)
    if step is None or claim.outcome not in step.outcomes:
        return no("unknown_outcome", "没有这个步骤或结果", "there is no such step or outcome", Kind.SHAPE)
    outcome = step.outcomes[claim.outcome]
    if refusal := why_not_open(status, step):
        return refusal
    if claim.role != step.role:
        return _wrong_role(procedure, step.role)
    if outcome.by_clock:
        return no("by_clock", "这只能由到期记下", "only the clock says this", source=step.source)
    return (
        _who(procedure, status, claim)
        or _blocked(procedure, status, step, claim)
        or _too_early(procedure, status, step, on)
        or _used_up(status, step, outcome)
        or _same_person_again(status, step, claim)
        or _assigns(procedure, status, step, outcome, claim)
        or _brings(procedure, claim, takes_of(step, outcome), on)
    )


def takes_of(step: Step, outcome: Outcome) -> Takes:
    """What ending the step with this outcome takes; documents of the whole step may come along with it."""
    return Takes(
        facts=(*step.facts, *outcome.facts),
        requires=outcome.requires,
        allows=(*outcome.allows, *step.requires),
        words=outcome.assigns,
        checks=(*step.checks, *outcome.checks),
    )


def _who(procedure: Procedure, status: Status, claim: Claim) -> Refusal | None:
    refusal = persons.why_not_body(procedure, status, claim.role, claim.body, claim.via)
    if refusal:
        return refusal
    if claim.event == "done" and claim.via in SCRIBED:
        refusal = persons.why_not_scribe(status, procedure.steps[claim.step], claim.body)
    if claim.event in ("withdrawn", "level") and claim.via in SCRIBED:
        refusal = refusal or persons.why_not_scribe_beside(status, claim.body)
    return refusal or persons.why_not_person(
        procedure, status, claim.role, claim.actor, claim.body, claim.via
    )


def _wrong_role(procedure: Procedure, role: str) -> Refusal:
    title = procedure.roles[role].title
    zh, en = f"这一步由“{title.zh}”办理", f"this is for the {title.en} to do"
    return no("wrong_role", zh, en, Kind.PERSON, missing=(Missing(title, role),))


def _blocked(procedure: Procedure, status: Status, step: Step, claim: Claim) -> Refusal | None:
    missing = [
        one for one in missing_for(status, step.id) if one.what not in _titles(procedure, claim.closed)
    ]
    if not missing:
        return None
    names = missing[0].what
    return no(
        "blocked",
        f"还缺：{names.zh}",
        f"still missing: {names.en}",
        source=step.source,
        missing=tuple(missing),
    )


def _titles(procedure: Procedure, names: Iterable[str]) -> set[Text]:
    return {procedure.documents[name].title for name in names if name in procedure.documents}


def _too_early(procedure: Procedure, status: Status, step: Step, on: date) -> Refusal | None:
    if step.minimum is None:
        return None
    clock = minimum_clock(status, step, step.minimum)
    if clock.until is not None and on > clock.until:
        return None
    until = clock.until.isoformat() if clock.until else "?"
    return no(
        "too_early",
        f"至少要等到{until}结束以后",
        f"not before the end of {until}",
        source=ground(procedure, *clock.parameters),
        missing=(
            Missing(Text("法定或约定的最短期限", "the least time that must pass"), "clock", clock.until),
        ),
    )


def is_used_up(status: Status, step: Step, outcome: Outcome) -> bool:
    """Whether a way back that leads on to its own step has reached its bound and is not offered any more."""
    return outcome.then_on == step.id and not back_target(status, step.id, outcome)


def _used_up(status: Status, step: Step, outcome: Outcome) -> Refusal | None:
    if not is_used_up(status, step, outcome):
        return None
    return no(
        "used_up",
        f"“{outcome.title.zh}”最多{outcome.max_times}次，请另作决定",
        f"“{outcome.title.en}” may happen {outcome.max_times} times at most; decide otherwise",
        source=step.source,
    )


def _same_person_again(status: Status, step: Step, claim: Claim) -> Refusal | None:
    if not step.fresh_person or claim.actor != status.runs[step.id].before:
        return None
    return no(
        "fresh_person",
        "退回重办须由另一人办理",
        "another person than in the round before must do this",
        Kind.PERSON,
        source=step.source,
    )


def _assigns(
    procedure: Procedure, status: Status, step: Step, outcome: Outcome, claim: Claim
) -> Refusal | None:
    for role in outcome.assigns:
        body = claim.facts.get(role)
        title = procedure.roles[role].title
        if not isinstance(body, str) or not body:
            return no("assign_missing", f"请指定{title.zh}", f"name the {title.en}", Kind.SHAPE, field=role)
        if refusal := persons.why_not_assign(procedure, status, step, role, body):
            return refusal
    return None


def _acted(procedure: Procedure, status: Status, claim: Claim, on: date) -> Refusal | None:
    step = procedure.steps.get(claim.step)
    if step is None or claim.outcome not in step.acts:
        return no("unknown_act", "没有这个动作", "there is no such act", Kind.SHAPE)
    act = step.acts[claim.outcome]
    if refusal := why_not_open(status, step):
        return refusal
    if claim.role != act.role:
        return _wrong_role(procedure, act.role)
    takes = Takes(act.facts, act.requires, act.allows, checks=act.checks)
    return (
        _who(procedure, status, claim)
        or why_not_act(status, step, act)
        or _brings(procedure, claim, takes, on)
    )


def why_not_act(status: Status, step: Step, act: Act) -> Refusal | None:
    """Whether the act may be done (again) while the step stands as it does."""
    run, title = status.runs[step.id], act.title
    if act.max_times and run.acts.count(act.id) >= act.max_times:
        zh, en = (
            f"“{title.zh}”最多{act.max_times}次",
            f"“{title.en}” may be done {act.max_times} times at most",
        )
        return no("used_up", zh, en, source=step.source)
    if act.needs_pause is True and not run.is_asked():
        return no(
            "no_question", "现在没有等待回答的问题", "no question is waiting for an answer", Kind.CONFLICT
        )
    if act.needs_pause is False and run.is_stopped():
        zh, en = "上一个问题还没有回答，一次只问一个", "the last question is not answered yet; one at a time"
        return no("question_open", zh, en)
    if any((one.step, one.act) == (step.id, act.id) for one in status.pending):
        return no("pending", "已提出，正等待批准", "this waits for its approval already", Kind.CONFLICT)
    if is_extension(step, act.id) and run.n_late:
        return no("too_late", "已经超期，不能再延期", "the limit has passed and cannot be extended any more")
    return None


def is_extension(step: Step, act: str) -> bool:
    """Whether the act asks for more time on the step's deadline."""
    return step.deadline is not None and step.deadline.extend_act == act


def _approval(procedure: Procedure, status: Status, claim: Claim, on: date) -> Refusal | None:
    step = procedure.steps.get(claim.step)
    pending = next(
        (one for one in status.pending if (one.step, one.act) == (claim.step, claim.outcome)), None
    )
    if step is None or pending is None:
        return no("nothing_pending", "没有等待批准的事项", "nothing waits for approval", Kind.CONFLICT)
    act = step.acts[pending.act]
    if claim.role != act.approve_by:
        return _wrong_role(procedure, act.approve_by)
    if claim.actor == pending.actor:
        return no(
            "own_approval", "须由提出者以外的人批准", "another person must approve this", Kind.PERSON,
            source=step.source,
        )  # fmt: skip
    if is_extension(step, act.id) and status.runs[step.id].n_late:
        return no("too_late", "已经超期，不能再批准延期", "the limit has passed; an extension came too late")
    return _who(procedure, status, claim) or _brings(procedure, claim, Takes(), on)


def _brings(procedure: Procedure, claim: Claim, takes: Takes, on: date) -> Refusal | None:
    return (
        _facts(procedure, claim, takes)
        or _documents(procedure, claim, takes)
        or _received(claim, on)
        or _checks(procedure, claim, takes)
    )


def _facts(procedure: Procedure, claim: Claim, takes: Takes) -> Refusal | None:
    engine = {"via", "received_on"} if procedure.roles[claim.role].kind in ("resident", "public") else set()
    for name, value in claim.facts.items():
        fact = procedure.facts.get(name)
        if name in takes.facts and fact and not fact.closed:
            if refusal := why_not_fact(fact, value):
                return refusal
        elif name not in engine and name not in takes.words:
            return no(
                "undeclared_fact", f"这里不收“{name}”", f"{name!r} is not asked here", Kind.SHAPE, field=name
            )
    for name in takes.facts:
        fact = procedure.facts[name]
        given = claim.closed if fact.closed else claim.facts
        if fact.required and name not in given:
            title = fact.title
            return no(
                "fact_missing", f"请回答“{title.zh}”", f"“{title.en}” is missing", Kind.SHAPE, field=name
            )
    return None


def _documents(procedure: Procedure, claim: Claim, takes: Takes) -> Refusal | None:
    known = {*takes.requires, *takes.allows, *(name for name in takes.facts if procedure.facts[name].closed)}
    if unknown := next((name for name in sorted(claim.closed) if name not in known), None):
        zh, en = f"这里不收材料“{unknown}”", f"{unknown!r} does not belong here"
        return no("undeclared_document", zh, en, Kind.SHAPE, field=unknown)
    lacking = [name for name in takes.requires if name not in claim.closed]
    if not lacking:
        return None
    titles = [procedure.documents[name].title for name in lacking]
    return no(
        "document_missing",
        f"请附上：{'、'.join(title.zh for title in titles)}",
        f"still missing: {', '.join(title.en for title in titles)}",
        missing=tuple(Missing(title, claim.role) for title in titles),
        field=lacking[0],
    )


def _received(claim: Claim, on: date) -> Refusal | None:
    via, received = claim.facts.get("via"), claim.facts.get("received_on")
    if via is not None and via not in persons.VIA:
        return no("unknown_via", "没有这个途径", "there is no such way in", Kind.SHAPE, field="via")
    if received is None:
        return None
    if via not in SCRIBED or not is_date(received) or date.fromisoformat(str(received)) > on:
        zh, en = (
            "收到日期只用于代录，且不晚于今天",
            "a day of receipt is for what was written down, and not after it",
        )
        return no("received_on", zh, en, Kind.SHAPE, field="received_on")
    return None


def _checks(procedure: Procedure, claim: Claim, takes: Takes) -> Refusal | None:
    names = (*takes.checks, *persons.attested_by_separation(procedure, claim.role))
    for name in names:
        found = claim.checks.get(name)
        if found is None:
            zh, en = f"尚未核对：{name}", f"not checked yet: {name}"
            return no("check_missing", zh, en, field=name)
        if found.get("ok") is not True:
            reason = (
                STRUCTURAL[name][1] if name in STRUCTURAL else Text(f"核对未通过：{name}", f"failed: {name}")
            )
            return no("check_failed", reason.zh, reason.en, field=name)
    if unknown := next((name for name in claim.checks if name not in names), None):
        return no("undeclared_check", f"不认识核对“{unknown}”", f"{unknown!r} is no check here", Kind.SHAPE)
    return None
