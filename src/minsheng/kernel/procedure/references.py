"""Does every name in a rule file mean something, and does every number have its unit, bound and ground?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from minsheng.kernel.procedure.cells import Report
from minsheng.kernel.procedure.model import (
    Act,
    Condition,
    Fact,
    Outcome,
    Parameter,
    Procedure,
    Step,
    Unit,
    Within,
)

RESERVED: Final = frozenset(
    [
        *("procedure", "version", "procedure_sha256", "override_sha256", "calendar", "disclosure"),
        *("via", "received_on", "k", "clock", "due", "of", "about", "moment"),
    ]
)
"""Facts and parts that the engine itself writes; a file may not declare them."""

FORBIDDEN: Final = (
    "resident_score", "resident_rank", "resident_risk", "sentiment_of_person", "blacklist", "keyword_block",
)  # fmt: skip
"""Nothing in a rule file may refer to a resident's history, score, rank or profile."""

ENGINE_EVENTS: Final = frozenset({"opened", "ended"})
DAYS: Final = frozenset({Unit.CALENDAR_DAY, Unit.WORKING_DAY, Unit.MONTH, Unit.YEAR})
HOURS: Final = frozenset({Unit.HOUR})


def refer(procedure: Procedure, report: Report) -> None:
    """Report every reference to nothing, every bare or unsafe number, every forbidden name."""
    _Referee(procedure, report).judge()


def conditions(condition: Condition | None) -> Iterator[Condition]:
    """The condition and all its parts."""
    if condition is not None:
        yield condition
        for part in condition.of:
            yield from conditions(part)


def event_sources(procedure: Procedure) -> dict[str, set[str]]:
    """Event → the kinds of thing that emit it: start, outcome, act."""
    sources: dict[str, set[str]] = {}
    for event in procedure.start.emits:
        sources.setdefault(event, set()).add("start")
    for step in procedure.steps.values():
        for outcome in step.outcomes.values():
            for event in outcome.emits:
                sources.setdefault(event, set()).add("outcome")
        for act in step.acts.values():
            for event in act.emits:
                sources.setdefault(event, set()).add("act")
    return sources


class _Referee:
    def __init__(self, procedure: Procedure, report: Report) -> None:
        self.procedure = procedure
        self.report = report
        self.sources = event_sources(procedure)
        self.events = self.sources.keys() | ENGINE_EVENTS

    def say(self, where: str, rule: str, zh: str, en: str) -> None:
        self.report.add(self.report.lines.get(where, 1), rule, zh, en)

    def known(self, where: str, kind: str, table: Iterable[str], names: Iterable[str]) -> None:
        for name in names:
            if name not in table:
                self.say(
                    where, f"unknown_{kind}", f"没有声明“{name}”（{kind}）", f"no {kind} {name!r} is declared"
                )

    def judge(self) -> None:
        procedure = self.procedure
        self.names()
        for parameter in procedure.parameters.values():
            self.parameter(parameter)
        start = procedure.start
        self.known("start", "role", procedure.roles, [start.role])
        self.known("start", "document", procedure.documents, start.documents)
        self.known("start", "fact", procedure.facts, start.facts)
        for event, kinds in self.sources.items():
            if len(kinds) > 1 or event in ENGINE_EVENTS:
                self.say(
                    "steps",
                    "event_source",
                    f"事件“{event}”有两类来源",
                    f"event {event!r} has two kinds of source",
                )
        for document in procedure.documents.values():
            where = f"documents.{document.id}"
            self.known(where, "role", procedure.roles, document.readers)
            if document.masked_by:
                self.known(where, "role", procedure.roles, [document.masked_by])
            self.disclosure(where, document.disclose)
        for one in procedure.separation:
            where = f"separation.{one.id}"
            self.known(where, "role", procedure.roles, [one.a, one.b])
            self.ground(where, one.basis, one.source)
        for step in procedure.steps.values():
            self.report.step = step.id
            self.step(step)
        self.report.step = ""
        self.universal()
        if any(step.deadline for step in procedure.steps.values()) or procedure.late_again:
            self.duration("late_again", procedure.late_again, DAYS)

    def names(self) -> None:
        procedure = self.procedure
        for section, table in (("facts", procedure.facts), ("documents", procedure.documents)):
            for name in table:
                if name in RESERVED:
                    self.say(
                        f"{section}.{name}",
                        "reserved",
                        f"“{name}”由引擎使用",
                        f"{name!r} belongs to the engine",
                    )
        for name in procedure.facts.keys() & (procedure.documents.keys() | procedure.roles.keys()):
            self.say(
                f"facts.{name}",
                "repeated",
                f"“{name}”既是事实又是材料或角色",
                f"{name!r} is also a document or role",
            )
        ids = (
            *procedure.parameters,
            *procedure.roles,
            *procedure.facts,
            *procedure.documents,
            *procedure.steps,
        )
        for name in (*ids, *(fact for one in procedure.facts.values() for fact in one.values)):
            if any(word in name for word in FORBIDDEN):
                self.say("steps", "forbidden", f"规则不得涉及“{name}”", f"no rule may be about {name!r}")

    def parameter(self, one: Parameter) -> None:
        where = f"parameters.{one.id}"
        if one.n < 1:
            self.say(where, "number", "参数须大于零", "a parameter is greater than zero")
        if one.minimum is None and one.maximum is None:
            self.say(where, "bound", "缺少安全边界", "the safe side is missing")
        if (one.minimum is not None and one.n < one.minimum) or (
            one.maximum is not None and one.n > one.maximum
        ):
            self.say(where, "bound", "数值越过自身边界", "the number lies beyond its own bound")
        self.ground(where, one.basis, one.source)

    def ground(self, where: str, basis: str, source: str) -> None:
        if basis != "design" and not source:
            self.say(where, "source", "依据为法律或地方规定时须写明条款", "a ground in law needs its article")
        if source and basis != "design" and source.partition("#")[0] not in self.procedure.sources:
            self.say(where, "source", f"没有列出来源“{source}”", f"the source of {source!r} is not listed")

    def disclosure(self, where: str, rule: str) -> None:
        word, _, event = rule.partition(" ")
        if rule not in ("never", "with_entry") and not (word == "after" and event in self.events):
            self.say(where, "disclose", f"不认识公开规则“{rule}”", f"{rule!r} is no rule of disclosure")

    def duration(self, where: str, name: str, units: frozenset[Unit]) -> None:
        one = self.procedure.parameters.get(name)
        if one is None:
            self.known(where, "parameter", (), [name])
        elif one.unit not in units:
            self.say(where, "unit", f"“{name}”的单位在此不可用", f"the unit of {name!r} does not fit here")

    def within(self, where: str, limit: Within, units: frozenset[Unit]) -> None:
        if not limit.fact:
            self.duration(where, limit.parameter, units)
            return
        for name in (*limit.values.values(), limit.otherwise):
            self.duration(where, name, units)
        fact = self.switch(where, limit.fact)
        if fact is None:
            return
        answers = set(fact.values) if fact.type == "enum" else {"true", "false"}
        for unknown in limit.values.keys() - answers:
            self.say(
                where, "value", f"“{limit.fact}”没有“{unknown}”", f"{limit.fact!r} cannot be {unknown!r}"
            )

    def switch(self, where: str, name: str) -> Fact | None:
        """A fact that may decide something: declared, open, with a closed set of answers."""
        fact = self.procedure.facts.get(name)
        if fact is None:
            self.known(where, "fact", (), [name])
        elif fact.closed:
            self.say(
                where,
                "closed_fact",
                f"“{name}”不公开，不能用作条件",
                f"{name!r} is closed; nothing may read it",
            )
        elif fact.type not in ("bool", "enum"):
            self.say(where, "closed_fact", f"“{name}”不能用作条件", f"{name!r} has no closed set of answers")
        else:
            return fact
        return None

    def event(self, where: str, *names: str) -> None:
        self.known(where, "event", self.events, names)

    def condition(self, where: str, condition: Condition | None) -> None:
        for one in conditions(condition):
            if one.op == "fact" and (fact := self.switch(where, one.name)):
                fits = one.value in fact.values if fact.type == "enum" else isinstance(one.value, bool)
                if not fits:
                    self.say(
                        where, "value", f"“{one.name}”没有这个取值", f"{one.name!r} cannot be {one.value!r}"
                    )
            elif one.op == "outcome":
                self.known(where, "step", self.procedure.steps, [one.name])
                if (step := self.procedure.steps.get(one.name)) and one.value not in step.outcomes:
                    self.say(
                        where, "value", f"“{one.name}”没有这个结果", f"{one.name!r} has no {one.value!r}"
                    )
            elif one.op == "doc":
                self.known(where, "document", self.procedure.documents, [one.name])

    def step(self, step: Step) -> None:
        procedure, where = self.procedure, step.id
        self.known(where, "role", procedure.roles, [step.role, *([step.once_per] if step.once_per else ())])
        self.known(where, "step", procedure.steps, step.after)
        self.known(where, "fact", procedure.facts, step.facts)
        self.known(where, "document", procedure.documents, step.requires)
        self.condition(where, step.when)
        if not step.outcomes:
            self.say(where, "outcomes", "步骤没有结果", "the step has no outcome")
        for outcome in step.outcomes.values():
            self.outcome(step, outcome)
        for act in step.acts.values():
            self.act(step, act)
        if step.minimum:
            self.within(where, step.minimum, DAYS)
            self.event(where, step.minimum_from)
        if step.lapse:
            self.within(where, step.lapse.within, DAYS)
            self.event(where, step.lapse.start)
            self.known(where, "outcome", step.outcomes, [step.lapse.outcome])
        if step.every:
            self.duration(where, step.every.within, DAYS)
            self.event(where, *step.every.restart)
        self.deadline(step)

    def deadline(self, step: Step) -> None:
        deadline, where = step.deadline, step.id
        if deadline is None:
            return
        self.within(where, deadline.within, DAYS | HOURS)
        self.event(where, deadline.start)
        for pause in deadline.pauses:
            self.event(where, pause.start, pause.until)
            self.duration(where, pause.at_most, DAYS)
        if deadline.extend_by or deadline.extend_act:
            self.duration(where, deadline.extend_by, DAYS)
            self.known(where, "act", step.acts, [deadline.extend_act])
            act = step.acts.get(deadline.extend_act)
            if act and (not act.approve_by or act.max_times != 1 or not act.requires):
                self.say(
                    f"{where}.{act.id}",
                    "extension",
                    "延期须有理由材料、他人批准、且只能一次",
                    "an extension has a reasoned document, another person's approval, and max_times 1",
                )

    def outcome(self, step: Step, outcome: Outcome) -> None:
        procedure, where = self.procedure, f"{step.id}.{outcome.id}"
        self.known(where, "document", procedure.documents, (*outcome.requires, *outcome.allows))
        self.known(where, "fact", procedure.facts, outcome.facts)
        self.known(where, "role", procedure.roles, outcome.assigns)
        self.known(where, "step", procedure.steps, outcome.back)
        if outcome.then_on:
            self.known(where, "step", procedure.steps, [outcome.then_on])
        if outcome.end and outcome.back:
            self.say(where, "outcome", "结果不能既结束又退回", "an outcome ends or goes back, not both")
        if outcome.by_clock and not (step.lapse and step.lapse.outcome == outcome.id):
            self.say(
                where, "outcome", "只有失效结果可以是 by_clock", "only the outcome of a lapse may be by_clock"
            )
        if not outcome.back and (outcome.max_times or outcome.then_on or outcome.then_end):
            self.say(
                where, "outcome", "max_times、then_on、then_end 只用于退回", "these words belong to back"
            )

    def act(self, step: Step, act: Act) -> None:
        procedure, where = self.procedure, f"{step.id}.{act.id}"
        self.known(where, "document", procedure.documents, (*act.requires, *act.allows))
        self.known(where, "fact", procedure.facts, act.facts)
        self.known(where, "role", procedure.roles, [act.role, *([act.approve_by] if act.approve_by else ())])
        if act.id in step.outcomes:
            self.say(where, "repeated", f"“{act.id}”既是动作又是结果", f"{act.id!r} is an act and an outcome")

    def universal(self) -> None:
        procedure = self.procedure
        for one in procedure.universal.values():
            where = f"universal.{one.act}"
            self.known(where, "role", procedure.roles, one.roles)
            self.known(where, "document", procedure.documents, (*one.requires, *one.allows, *one.ruling))
            self.known(where, "fact", procedure.facts, one.facts)
            if one.act == "contest":
                self.known(where, "role", procedure.roles, [one.ruled_by])
                self.duration(where, one.within, DAYS)
