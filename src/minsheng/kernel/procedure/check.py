"""May this procedure run? What the file alone shows, and what exploring it finds.

Source: engine notes §2-§4; DESIGN §1. `load` has looked at shapes and references before; here is what would
let a matter rest without a clock, go round for ever, be confirmed by its answerer, or never end.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from minsheng.kernel.procedure import content
from minsheng.kernel.procedure.explore import explore
from minsheng.kernel.procedure.finding import Finding
from minsheng.kernel.procedure.index import find_cycle, index_of, limits_of
from minsheng.kernel.procedure.model import Act, End, Outcome, Procedure, Role, Step, Unit
from minsheng.kernel.procedure.persons import attested_by_separation
from minsheng.kernel.procedure.references import conditions
from minsheng.kernel.words import Text

STRUCTURAL: Final = frozenset(content.STRUCTURAL)
"""Checks that the kernel decides itself; all others need a provider."""

Problem = tuple[str, str, Text]  # where ("step", "step.outcome", "roles.x"), rule, message


def check(procedure: Procedure, provided: Collection[str] | None = None) -> list[Finding]:
    """Everything that forbids running the file; an empty list if it may run.

    `provided`: the attested checks that have a provider; None leaves that question out.
    """
    findings = list(_checked(_Key(procedure.sha256, procedure.override_sha256, procedure.file, procedure)))
    if provided is not None:
        missing = named_checks(procedure) - STRUCTURAL - set(provided)
        for name in sorted(missing):
            text = Text(f"没有人提供核对“{name}”", f"nobody provides the check {name!r}")
            findings.append(Finding(procedure.file, 1, "", "check", text))
    return findings


def named_checks(procedure: Procedure) -> frozenset[str]:
    """Every check that the file asks for, those of its separations included."""
    names: set[str] = set()
    for step in procedure.steps.values():
        names.update(step.checks)
        for one in _doings(step):
            names.update(one.checks)
    for role in procedure.roles:
        names.update(attested_by_separation(procedure, role))
    return frozenset(names)


def _doings(step: Step) -> tuple[Outcome | Act, ...]:
    return (*step.outcomes.values(), *step.acts.values())


@dataclass(frozen=True)
class _Key:
    """Equal for equal bytes: a file is explored once."""

    sha256: str
    override: str | None
    file: str
    procedure: Procedure = field(compare=False)


@lru_cache(maxsize=128)
def _checked(key: _Key) -> tuple[Finding, ...]:
    procedure = key.procedure
    if circle := find_cycle(procedure.steps):
        text = Text(
            f"步骤互相等待：{'、'.join(circle)}", f"these steps wait for each other: {', '.join(circle)}"
        )
        return (_finding(procedure, circle[0], "circle", text),)
    problems = list(_static(procedure))
    # A file that goes round for ever or ends nowhere is not worth walking through.
    if not any(rule in ("bound", "back") for _, rule, _ in problems):
        problems += explore(procedure)
    return tuple(_finding(procedure, *problem) for problem in problems)


def _finding(procedure: Procedure, where: str, rule: str, message: Text) -> Finding:
    step = where.partition(".")[0]
    line = procedure.lines.get(where) or procedure.lines.get(step) or 1
    return Finding(procedure.file, line, step if step in procedure.steps else "", rule, message)


def _static(procedure: Procedure) -> Iterator[Problem]:
    for step in procedure.steps.values():
        yield from _reads(procedure, step)
        yield from _clocks(procedure, step)
        for outcome in step.outcomes.values():
            yield from _outcome(procedure, step, outcome)
    yield from _separation(procedure)
    yield from _roles(procedure)
    yield from _things(procedure)


def _reads(procedure: Procedure, step: Step) -> Iterator[Problem]:
    """A condition or limit reads only what steps before its own settle."""
    before = index_of(procedure).predecessors[step.id]
    asked = set(procedure.start.facts)
    brought = set(procedure.start.documents)
    for key in before:
        earlier = procedure.steps[key]
        asked.update(earlier.facts, *(one.facts for one in earlier.outcomes.values()))
        brought.update(earlier.requires)
        for one in _doings(earlier):
            brought.update(one.requires, one.allows)
    for test in conditions(step.when):
        known: Collection[str] = {"outcome": before, "fact": asked, "doc": brought}.get(test.op, (test.name,))
        if test.name not in known:
            yield (
                step.id,
                "reads_later",
                Text(
                    f"条件读取“{test.name}”，但之前的步骤没有定下它",
                    f"the condition reads {test.name!r}, which no step before it settles",
                ),
            )
        if test.op == "end" and not step.after_end:
            yield (
                step.id,
                "reads_later",
                Text("只有办结之后的步骤能看结局", "only a step for after the end may read the end"),
            )
    for limit in limits_of(step):
        if limit.fact and limit.fact not in asked:
            text = Text(
                f"时限取决于“{limit.fact}”，但之前没有问",
                f"a limit hangs on {limit.fact!r}, not asked before",
            )
            yield step.id, "reads_later", text
    for key in step.after:
        if procedure.steps[key].after_end and not step.after_end:
            text = Text(f"在等办结之后的“{key}”", f"waits for {key!r}, which comes after the end")
            yield step.id, "never_open", text


def _clocks(procedure: Procedure, step: Step) -> Iterator[Problem]:
    """A clock or a lapse on every step; a resident's silence has a result, never a lateness."""
    resident = procedure.roles[step.role].kind in ("resident", "public")
    if step.deadline is None and step.lapse is None:
        yield (
            step.id,
            "no_clock",
            Text(
                "没有期限，也没有到期结果：会一直放着", "neither deadline nor lapse: it could rest for ever"
            ),
        )
    if resident and step.deadline is not None:
        yield (
            step.id,
            "late_resident",
            Text("居民不会“超期”；写到期结果", "a resident is never late; say what silence leads to"),
        )
    if step.deadline and (step.deadline.pauses or step.deadline.extend_act):
        limit = step.deadline.within
        names = [*limit.values.values(), limit.otherwise] if limit.fact else [limit.parameter]
        if all(procedure.parameters[name].unit is Unit.HOUR for name in names if name):
            yield (
                step.id,
                "hours",
                Text("小时时限不停表、不延期", "a limit in hours neither stops nor is extended"),
            )
        emitted = {event for act in step.acts.values() for event in act.emits}
        for pause in step.deadline.pauses:
            if not {pause.start, pause.until} <= emitted:
                yield (
                    step.id,
                    "pause",
                    Text(
                        "停表与恢复须由本步骤的动作引起", "acts of the step itself stop and restart its clock"
                    ),
                )
    if not step.lapse and all(one.by_clock or one.then_on == step.id for one in step.outcomes.values()):
        text = Text(
            "退回次数用完之后没有可选的结果", "once its ways back are used up, it has no outcome left"
        )
        yield step.id, "stuck", text
    if step.minimum and step.lapse and not step.lapse.within.fact:
        least = procedure.parameters[step.minimum.parameter]
        most = procedure.parameters[step.lapse.within.parameter]
        if least.unit is most.unit and step.minimum_from == step.lapse.start and most.n <= least.n:
            yield (
                step.id,
                "minimum",
                Text("到期早于最短期限，没人能办", "it lapses before anybody may end it"),
            )


def _outcome(procedure: Procedure, step: Step, outcome: Outcome) -> Iterator[Problem]:
    where = f"{step.id}.{outcome.id}"
    lapse = step.lapse is not None and step.lapse.outcome == outcome.id
    for end in (outcome.end, outcome.then_end):
        if end is End.CONFIRMED and (
            step.role != procedure.start.role or procedure.roles[step.role].kind != "resident" or lapse
        ):
            yield (
                where,
                "self_confirm",
                Text(
                    "只有提出者本人能确认，沉默也不能",
                    "only the person who brought it confirms, and silence never does",
                ),
            )
        if end is End.WITHDRAWN:
            yield (
                where,
                "withdrawn",
                Text("撤回只由本人的撤回动作产生", "only the resident's own act withdraws"),
            )
    if step.once_per and outcome.assigns and step.once_per not in outcome.assigns:
        yield (
            where,
            "once_per",
            Text("once_per 的角色并未在此指定", "the role of once_per is not assigned here"),
        )
    if not outcome.back:
        return
    if outcome.max_times < 1 or bool(outcome.then_on) == bool(outcome.then_end):
        yield (
            where,
            "bound",
            Text(
                "退回须有 max_times，并写明之后 then_on 或 then_end",
                "a way back needs max_times and one of then_on, then_end",
            ),
        )
    index = index_of(procedure)
    for target in outcome.back:
        if target != step.id and target not in index.predecessors[step.id]:
            yield (
                where,
                "back",
                Text(f"“{target}”不在本步骤之前", f"{target!r} does not come before this step"),
            )
    if outcome.then_on and outcome.then_on not in index.followers[step.id]:
        yield (
            where,
            "then_on",
            Text("then_on 须是本步骤或其后的步骤", "then_on is this step or one that follows it"),
        )
    if lapse and outcome.then_on == step.id:
        yield where, "then_on", Text("到期结果用完后无处可去", "once used up, the lapse would lead nowhere")


def _separation(procedure: Procedure) -> Iterator[Problem]:
    for one in procedure.separation:
        if one.a == one.b and one.rule != "no_interest":
            text = Text(
                "角色不能与自己分离，无人可办", "a role cannot be apart from itself; nobody could act"
            )
            yield f"separation.{one.id}", "unsatisfiable", text
    kinds = {key: role.kind for key, role in procedure.roles.items()}
    for step in procedure.steps.values():
        if step.fresh_person and kinds[step.role] == "resident":
            text = Text("居民只有一人，换不了人", "there is only one resident; nobody else could do it")
            yield step.id, "unsatisfiable", text
        if step.once_per and not any(step.once_per in one.assigns for one in step.outcomes.values()):
            yield (
                step.id,
                "once_per",
                Text("once_per 的角色并未在此指定", "the role of once_per is not assigned here"),
            )
        for act in step.acts.values():
            if act.approve_by and kinds[act.role] == "resident" and act.approve_by == act.role:
                text = Text(
                    "须由他人批准，但只有一人", "another person has to approve, but there is only one"
                )
                yield f"{step.id}.{act.id}", "unsatisfiable", text
    contest = procedure.universal.get("contest")
    if contest and contest.ruled_by in contest.roles:
        text = Text("提出异议的人不能自己裁定", "who contests cannot rule on it")
        yield "universal.contest", "unsatisfiable", text


def _roles(procedure: Procedure) -> Iterator[Problem]:
    acting: set[str] = {procedure.start.role}
    for step in procedure.steps.values():
        acting.add(step.role)
        for act in step.acts.values():
            acting.update((act.role, act.approve_by))
    for one in procedure.universal.values():
        acting.update((*one.roles, one.ruled_by))
    for key, role in procedure.roles.items():
        if role.is_subject and (key in acting or _is_reader(procedure, role)):
            yield (
                f"roles.{key}",
                "subject",
                Text("被反映者不得办理或阅读", "those complained about neither act nor read"),
            )
        if not role.is_subject and key not in acting:
            yield f"roles.{key}", "idle_role", Text("这个角色从不行动", "this role never acts")


def _is_reader(procedure: Procedure, role: Role) -> bool:
    return any(role.id in document.readers for document in procedure.documents.values())


def _things(procedure: Procedure) -> Iterator[Problem]:
    """Documents that nothing brings, facts that nobody asks for."""
    brought, asked = set(procedure.start.documents), set(procedure.start.facts)
    for step in procedure.steps.values():
        asked.update(step.facts)
        brought.update(step.requires)
        for one in _doings(step):
            brought.update(one.requires, one.allows)
            asked.update(one.facts)
    for rule in procedure.universal.values():
        brought.update(rule.requires, rule.allows, rule.ruling)
        asked.update(rule.facts)
    yield from _unused(
        procedure.documents, brought, "documents", "没有哪一步会带来这份材料", "nothing brings this document"
    )
    yield from _unused(procedure.facts, asked, "facts", "没有哪一步会问这件事", "nobody asks for this fact")


def _unused(table: Iterable[str], used: set[str], section: str, zh: str, en: str) -> Iterator[Problem]:
    for name in table:
        if name not in used:
            yield f"{section}.{name}", "unused", Text(zh, en)
