"""Tables made once from a procedure, so that a status is a short walk over its entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from minsheng.kernel.procedure.model import Condition, Procedure, Separation, Step, Within

if TYPE_CHECKING:
    from minsheng.kernel.procedure.status import Status

Test = Callable[["Status"], bool]
Plan = tuple[tuple[str, tuple[str, ...], Test | None], ...]
"""Steps in order: id, what it waits for, its condition."""

_KEPT: Final[WeakKeyDictionary[Procedure, Index]] = WeakKeyDictionary()


class Index:
    """What follows from the file alone.

    `order`: the steps, predecessors first. `followers`: a step and all that come after it. `tests`: compiled
    conditions. `pause_starts` and `pause_ends`: event → (step, which pause). `read_facts`: facts that a
    condition or a limit reads. `asked_in`: fact → steps that ask for it. `assignable`: roles given to a body
    by an outcome. `plan` are the steps before the end in order, `after_the_end` those after it, `following`
    those of the plan that come after a step. `separations`: role → (rule, the role on its other side).
    """

    __slots__ = (
        "after_the_end",
        "asked_in",
        "assignable",
        "followers",
        "following",
        "order",
        "pause_ends",
        "pause_starts",
        "plan",
        "predecessors",
        "read_facts",
        "separations",
        "tests",
    )

    def __init__(self, procedure: Procedure) -> None:
        steps = procedure.steps
        self.order: tuple[Step, ...] = tuple(steps[key] for key in _in_order(steps))
        self.predecessors: dict[str, frozenset[str]] = {}
        for step in self.order:
            before = [one for one in step.after if one in steps]
            self.predecessors[step.id] = frozenset(before).union(
                *(self.predecessors.get(one, frozenset()) for one in before)
            )
        self.followers: dict[str, frozenset[str]] = {
            key: frozenset({key, *(other for other, before in self.predecessors.items() if key in before)})
            for key in steps
        }
        self.tests: dict[str, Test] = {
            step.id: compile_condition(step.when) for step in self.order if step.when is not None
        }
        plan = [(step.id, step.after, self.tests.get(step.id), step.after_end) for step in self.order]
        self.plan: Plan = tuple(one[:3] for one in plan if not one[3])
        self.after_the_end: Plan = tuple(one[:3] for one in plan if one[3])
        self.following: dict[str, Plan] = {
            key: tuple(one for one in self.plan if one[0] in self.followers[key]) for key in steps
        }
        self.separations: dict[str, tuple[tuple[Separation, str], ...]] = {
            role: tuple(
                (one, one.b if role == one.a else one.a)
                for one in procedure.separation
                if role in (one.a, one.b) and one.a != one.b
            )
            for role in procedure.roles
        }
        self.pause_starts: dict[str, list[tuple[str, int]]] = {}
        self.pause_ends: dict[str, list[tuple[str, int]]] = {}
        self.asked_in: dict[str, tuple[str, ...]] = {}
        read: set[str] = set()
        for step in self.order:
            read |= set(_facts_read(step))
            for number, pause in enumerate(step.deadline.pauses if step.deadline else ()):
                self.pause_starts.setdefault(pause.start, []).append((step.id, number))
                self.pause_ends.setdefault(pause.until, []).append((step.id, number))
            asked = {*step.facts, *(fact for outcome in step.outcomes.values() for fact in outcome.facts)}
            for fact in asked:
                self.asked_in[fact] = (*self.asked_in.get(fact, ()), step.id)
        self.read_facts = frozenset(read)
        self.assignable = frozenset(
            role for step in self.order for outcome in step.outcomes.values() for role in outcome.assigns
        )


def index_of(procedure: Procedure) -> Index:
    """The tables of a procedure, kept as long as it is."""
    index = _KEPT.get(procedure)
    if index is None:
        index = _KEPT[procedure] = Index(procedure)
    return index


def find_cycle(steps: Mapping[str, Step]) -> tuple[str, ...]:
    """Steps that wait for each other by `after`, or nothing."""
    placed = set(_in_order(steps, complete=False))
    return tuple(key for key in steps if key not in placed)


def compile_condition(condition: Condition) -> Test:
    """The condition as a function of the status.

    >>> solved = compile_condition(Condition("outcome", name="verdict", value="solved"))
    """
    op, name, value = condition.op, condition.name, condition.value
    if op == "outcome":
        return lambda status: status.outcomes.get(name) == value
    if op == "fact":
        return lambda status: status.facts.get(name) == value
    if op == "end":
        return lambda status: status.end is not None and status.end.value == name
    if op == "doc":
        return lambda status: name in status.live_documents
    parts = [compile_condition(part) for part in condition.of]
    if op == "all":
        return lambda status: all(part(status) for part in parts)
    if op == "any":
        return lambda status: any(part(status) for part in parts)
    if op == "not":
        return lambda status: not parts[0](status)
    raise ValueError(f"conditions on a {op} do not run yet")


def limits_of(step: Step) -> Iterable[Within]:
    """Every limit that the step carries."""
    if step.minimum:
        yield step.minimum
    if step.deadline:
        yield step.deadline.within
    if step.lapse:
        yield step.lapse.within


def _facts_read(step: Step) -> Iterable[str]:
    todo = [step.when] if step.when else []
    while todo:
        condition = todo.pop()
        todo += condition.of
        if condition.op == "fact":
            yield condition.name
    yield from (limit.fact for limit in limits_of(step) if limit.fact)


def _in_order(steps: Mapping[str, Step], complete: bool = True) -> list[str]:
    """Step ids, predecessors first, else as in the file; those in a circle last, or left out."""
    placed: list[str] = []
    left = list(steps)
    while left:
        free = next((key for key in left if not set(steps[key].after) & set(left)), None)
        if free is None:
            return placed + left if complete else placed
        placed.append(free)
        left.remove(free)
    return placed
