"""What can this file make happen? Every reachable set of outcomes, by the engine itself.

Source: engine notes §4. Days do not matter here: which step opens depends on outcomes and facts only. A way
back is taken once as if free (it leads to a cleaned state, where the walk is cut) and once as if used up.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product
from types import MappingProxyType
from typing import Final

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import Entry, FactValue
from minsheng.kernel.procedure import fold
from minsheng.kernel.procedure.model import End, Outcome, Procedure, Step
from minsheng.kernel.procedure.references import conditions
from minsheng.kernel.procedure.status import Status, branch, start
from minsheng.kernel.words import Text

MOST_STATES: Final = 100_000
_DAY: Final = date(2026, 1, 1)
_CALENDAR: Final = WorkCalendar("none", "UTC", 1, (2026, 2026), frozenset(), frozenset())

Problem = tuple[str, str, Text]
Way = tuple[str, ...]  # "step=outcome" from the opening on


@dataclass(frozen=True, slots=True)
class _Move:
    """One way in which a step can end."""

    step: Step
    outcome: Outcome
    facts: dict[str, FactValue]
    closed: dict[str, str]
    spent: bool | None


class Walk:
    """The exploration of one procedure; `problems` and `n_states` are its result."""

    def __init__(self, procedure: Procedure) -> None:
        self.procedure = procedure
        self.problems: dict[tuple[str, str], Text] = {}
        self.opened: set[str] = set()
        self.taken: set[tuple[str, str]] = set()
        self.n_states = 0
        self.switches = {
            name
            for step in procedure.steps.values()
            for one in conditions(step.when)
            if one.op in ("fact", "doc")
            for name in (one.name,)
        }
        self.withdraws = any(
            one.op == "end" and one.name == End.WITHDRAWN
            for step in procedure.steps.values()
            for one in conditions(step.when)
        )

    def run(self) -> None:
        seen: set[object] = set()
        todo: deque[tuple[Status, Way]] = deque()

        def visit(status: Status, way: Way) -> None:
            key = self.key(status)
            if key not in seen:
                seen.add(key)
                todo.append((status, way))

        for status in self.beginnings():
            visit(status, ())
        while todo and len(seen) <= MOST_STATES:
            status, way = todo.popleft()
            self.n_states += 1
            self.look(status, way)
            for after, label in self.moves(status, way):
                visit(after, (*way, label))
        if todo:
            self.say("", "too_large", "状态太多，无法查完", "too many states to explore")
        for key, step in self.procedure.steps.items():
            if key not in self.opened:
                self.say(key, "never_open", "这一步永远不会打开", "this step never opens")
                continue
            for name in step.outcomes:
                if (key, name) not in self.taken:
                    self.say(
                        f"{key}.{name}",
                        "never_taken",
                        "这个结果永远不会出现",
                        "this outcome is never possible",
                    )

    def say(self, where: str, rule: str, zh: str, en: str, way: Way = ()) -> None:
        """Report once per place and rule, with the first way that led there."""
        if way:
            zh, en = f"{zh}（{' → '.join(way)}）", f"{en} ({' → '.join(way)})"
        self.problems.setdefault((where, rule), Text(zh, en))

    def key(self, status: Status) -> object:
        """Two histories with the same key can go on in the same ways."""
        steps = tuple((run.state, run.outcome) for run in status.runs.values())
        switches = tuple(
            status.facts.get(name, name in status.live_documents) for name in sorted(self.switches)
        )
        return steps, status.end, switches, tuple(self.without_start(status))

    def without_start(self, status: Status) -> Iterator[str]:
        """Open steps with a clock whose event has not happened on this way."""
        happened = {"opened", *self.procedure.start.emits}
        for key, name in status.outcomes.items():
            happened.update(self.procedure.steps[key].outcomes[name].emits)
        if status.end:
            happened.add("ended")
        for key in status.open_steps:
            step, run = self.procedure.steps[key], status.runs[key]
            starts = {clock.start for clock in (step.deadline, step.lapse) if clock}
            starts |= {step.minimum_from} if step.minimum else set()
            if starts - happened and run.cleaned_n is None:
                yield key

    def beginnings(self) -> Iterator[Status]:
        for facts, closed in self.variants(self.procedure.start.facts, self.procedure.start.documents, ()):
            pinned: dict[str, FactValue] = {
                "procedure_sha256": self.procedure.sha256,
                "calendar": _CALENDAR.sha256,
                "disclosure": "coded",
            }
            if self.procedure.override_sha256:
                pinned["override_sha256"] = self.procedure.override_sha256
            entry = Entry(
                "0" * 16, 0, _DAY, "opened", self.procedure.start.role, facts=facts | pinned, closed=closed
            )
            yield start(self.procedure, entry, MappingProxyType({_CALENDAR.sha256: _CALENDAR}))

    def variants(
        self, facts: tuple[str, ...], given: tuple[str, ...], perhaps: tuple[str, ...]
    ) -> Iterator[tuple[dict[str, FactValue], dict[str, str]]]:
        """Every combination of answers and optional documents that some condition reads."""
        answers: list[list[tuple[str, FactValue | None]]] = []
        for name in facts:
            if name in self.switches:
                fact = self.procedure.facts[name]
                values: list[FactValue | None] = [True, False] if fact.type == "bool" else [*fact.values]
                answers.append([(name, value) for value in (*values, *(() if fact.required else (None,)))])
        options = [[(name, True), (name, False)] for name in perhaps if name in self.switches]
        brought = {name: "" for name in given if name in self.procedure.documents}
        for combination in product(*answers):
            for choice in product(*options):
                yield (
                    {name: value for name, value in combination if value is not None},
                    brought | {name: "" for name, taken in choice if taken},
                )

    def look(self, status: Status, way: Way) -> None:
        """What must hold in every state."""
        open_steps = status.open_steps
        self.opened.update(open_steps)
        if not open_steps and status.end is None:
            where = way[-1].partition("=")[0] if way else "start"
            zh, en = "到这里没有可办的步骤，也没有结束", "here nothing is open and nothing has ended"
            self.say(where, "dead_end", zh, en, way)
        for key in open_steps:
            role = self.procedure.steps[key].role
            if role in status.index.assignable and role not in status.assigned:
                zh, en = "轮到它时没有指定由谁办", "it opens while nobody is named to do it"
                self.say(key, "unassigned", zh, en, way)
        for key in self.without_start(status):
            self.say(
                key, "clock_start", "计时的起点还没有发生", "a clock's starting event has not happened", way
            )
        if status.end is None:
            return
        for key, step in self.procedure.steps.items():
            if status.end in step.mandatory and key not in status.outcomes and not step.after_end:
                self.say(
                    key,
                    "avoidable",
                    f"可以绕过这一步而“{status.end}”",
                    f"it can be avoided before {status.end}",
                    way,
                )
        if status.end is End.CONCLUDED and not self.may_be_contested(status):
            where = f"{status.end_step}.{status.end_outcome}"
            zh, en = "办结之后，提出者没有提异议的机会", "who brought it cannot contest this end"
            self.say(where, "no_contest", zh, en, way)

    def may_be_contested(self, status: Status) -> bool:
        """Whether a step after the end is, or was, the claimant's."""
        role = self.procedure.start.role
        if self.procedure.roles[role].kind != "resident":
            return True
        return any(
            step.after_end and step.role == role and status.runs[key].state in ("open", "done")
            for key, step in self.procedure.steps.items()
        )

    def moves(self, status: Status, way: Way) -> Iterator[tuple[Status, str]]:
        for key in status.open_steps:
            step = self.procedure.steps[key]
            for outcome in step.outcomes.values():
                for move in self.ways_to_end(step, outcome):
                    if move.spent and outcome.then_on == key:
                        continue
                    after = self.ended(status, move)
                    label = f"{key}={outcome.id}"
                    if self.fits(status, after, move, (*way, label)):
                        self.taken.add((key, outcome.id))
                        yield after, label
        if self.withdraws and status.end is None:
            after = branch(status)
            fold.conclude(after, End.WITHDRAWN, "", "withdrawn")
            yield after, "withdrawn"

    def ways_to_end(self, step: Step, outcome: Outcome) -> Iterator[_Move]:
        perhaps = (
            *outcome.allows,
            *(name for act in step.acts.values() for name in (*act.requires, *act.allows)),
        )
        given = (*step.requires, *outcome.requires)
        for facts, closed in self.variants((*step.facts, *outcome.facts), given, perhaps):
            for spent in (False, True) if outcome.back else (None,):
                yield _Move(step, outcome, facts, closed, spent)

    def ended(self, status: Status, move: _Move) -> Status:
        after = branch(status)
        facts = move.facts | dict.fromkeys(move.outcome.assigns, "body")
        entry = Entry(
            "0" * 16, after.n, _DAY, "done", move.step.role,
            step=move.step.id, outcome=move.outcome.id, facts=facts, closed=move.closed,
        )  # fmt: skip
        fold.end_step(after, entry, move.spent)
        return after

    def fits(self, before: Status, after: Status, move: _Move, way: Way) -> bool:
        """Whether a way back found its target, and a used-up one the step it promises."""
        where = f"{move.step.id}.{move.outcome.id}"
        if move.spent is False and after.round == before.round:
            self.say(
                where,
                "back_target",
                "退回的目标都没有办过",
                "none of the targets of this way back was done",
                way,
            )
            return False
        if move.spent and move.outcome.then_on and after.runs[move.outcome.then_on].state != "open":
            self.say(where, "then_on", "用完之后，then_on 的步骤并没有打开",
                     "once used up, the step of then_on does not open", way)  # fmt: skip
            return False
        return True


def explore(procedure: Procedure) -> list[Problem]:
    """Everything that exploring the file finds."""
    walk = Walk(procedure)
    walk.run()
    return [(where, rule, text) for (where, rule), text in walk.problems.items()]
