"""How the steps of a rule file are read: outcomes, acts, conditions, clocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from minsheng.kernel.procedure.cells import (
    Cell,
    Report,
    cells_of,
    hint_of,
    slug_of,
    slugs_of,
    string_of,
    text_of,
    truth_of,
)
from minsheng.kernel.procedure.model import (
    Act,
    Condition,
    Deadline,
    End,
    Every,
    Lapse,
    Outcome,
    Pause,
    Step,
    Within,
)

OneOf = TypeVar("OneOf", Outcome, Act)

ENDS: Final = {end.value: end for end in End}
LATER: Final = ("each", "draw", "schedule", "opens", "effects", "publish", "notice")
"""Words of the language that this edition does not run yet; refused, so that nobody relies on them."""


def read_steps(cell: Cell | None, report: Report) -> Mapping[str, Step]:
    """All steps by id, in the order of the file."""
    table: dict[str, Step] = {}
    for one in cells_of(cell):
        found = one.table() if one.is_mapping else {}
        report.step = str(found["id"].node.value) if "id" in found else ""
        step = _step(one)
        if step.id in table:
            one.refuse("repeated", f"步骤“{step.id}”写了两次", f"step {step.id!r} stands twice")
        report.lines[step.id] = one.line
        table[step.id] = step
    report.step = ""
    return MappingProxyType(table)


def _step(cell: Cell) -> Step:
    found = cell.mapping(
        "id title role outcomes",
        "after when facts requires checks acts fresh_person once_per after_end minimum deadline lapse every"
        f" mandatory why source {' '.join(LATER)}",
    )
    for word in LATER:
        if word in found:
            found[word].refuse(
                "not_yet",
                f"本版尚不支持“{word}”",
                f"{word!r} is a word of the language, but does not run yet",
            )
    key = slug_of(found.get("id"))
    minimum = found["minimum"].mapping("at_least from") if "minimum" in found else {}
    return Step(
        id=key,
        title=text_of(found.get("title")),
        role=slug_of(found.get("role")),
        outcomes=_by_id(found.get("outcomes"), key, _outcome),
        acts=_by_id(found.get("acts"), key, lambda one: _act(one, slug_of(found.get("role")))),
        after=slugs_of(found.get("after")),
        when=_condition(found["when"]) if "when" in found else None,
        facts=slugs_of(found.get("facts")),
        requires=slugs_of(found.get("requires")),
        checks=slugs_of(found.get("checks")),
        fresh_person=truth_of(found.get("fresh_person")),
        once_per=slug_of(found.get("once_per")),
        after_end=truth_of(found.get("after_end")),
        minimum=Within(slug_of(minimum["at_least"])) if "at_least" in minimum else None,
        minimum_from=slug_of(minimum.get("from")),
        deadline=_deadline(found["deadline"]) if "deadline" in found else None,
        lapse=_lapse(found["lapse"]) if "lapse" in found else None,
        every=_every(found["every"]) if "every" in found else None,
        mandatory=_mandatory(found.get("mandatory")),
        why=hint_of(found.get("why")),
        source=string_of(found.get("source")),
    )


def _by_id(cell: Cell | None, step: str, read_one: Callable[[Cell], OneOf]) -> Mapping[str, OneOf]:
    table: dict[str, OneOf] = {}
    for one in cells_of(cell):
        read_it = read_one(one)
        if read_it.id in table:
            one.refuse("repeated", f"“{read_it.id}”写了两次", f"{read_it.id!r} stands twice")
        one.report.lines[f"{step}.{read_it.id}"] = one.line
        table[read_it.id] = read_it
    return MappingProxyType(table)


def _outcome(cell: Cell) -> Outcome:
    found = cell.mapping(
        "id title",
        "requires allows facts assigns emits checks end back max_times then_on then_end by_clock hint",
    )
    return Outcome(
        id=slug_of(found.get("id")),
        title=text_of(found.get("title")),
        requires=slugs_of(found.get("requires")),
        allows=slugs_of(found.get("allows")),
        facts=slugs_of(found.get("facts")),
        assigns=slugs_of(found.get("assigns")),
        emits=slugs_of(found.get("emits")),
        checks=slugs_of(found.get("checks")),
        end=found["end"].choice(ENDS) if "end" in found else None,
        back=slugs_of(found.get("back")),
        max_times=found["max_times"].integer() if "max_times" in found else 0,
        then_on=slug_of(found.get("then_on")),
        then_end=found["then_end"].choice(ENDS) if "then_end" in found else None,
        by_clock=truth_of(found.get("by_clock")),
        hint=hint_of(found.get("hint")),
    )


def _act(cell: Cell, role: str) -> Act:
    """An act of the step's own role unless it names another."""
    found = cell.mapping(
        "id title", "role requires allows facts emits checks max_times approve_by needs_pause"
    )
    return Act(
        id=slug_of(found.get("id")),
        title=text_of(found.get("title")),
        role=slug_of(found.get("role")) or role,
        requires=slugs_of(found.get("requires")),
        allows=slugs_of(found.get("allows")),
        facts=slugs_of(found.get("facts")),
        emits=slugs_of(found.get("emits")),
        checks=slugs_of(found.get("checks")),
        max_times=found["max_times"].integer() if "max_times" in found else 0,
        approve_by=slug_of(found.get("approve_by")),
        needs_pause=found["needs_pause"].truth() if "needs_pause" in found else None,
    )


def _condition(cell: Cell) -> Condition:
    found = cell.table()
    for op in ("all", "any", "not"):
        if op in found and len(found) == 1:
            parts = found[op].cells()
            if op == "not" and len(parts) != 1:
                cell.refuse("condition", "not 只接一个条件", "not takes one condition")
            return Condition(op, of=tuple(_condition(one) for one in parts))
    if set(found) == {"fact", "is"}:
        return Condition("fact", name=found["fact"].slug(), value=found["is"].value())
    if set(found) == {"outcome", "is"}:
        return Condition("outcome", name=found["outcome"].slug(), value=found["is"].slug())
    if set(found) == {"doc"}:
        return Condition("doc", name=found["doc"].slug())
    if set(found) == {"end"}:
        return Condition("end", name=found["end"].choice(ENDS) or "")
    cell.refuse(
        "condition",
        "条件只有 all、any、not、{fact, is}、{outcome, is}、{doc}、{end}",
        "a condition is one of all, any, not, {fact, is}, {outcome, is}, {doc}, {end}",
    )
    return Condition("all")


def _within(cell: Cell | None) -> Within:
    """A parameter, or one chosen by a fact."""
    if cell is None or not cell.is_mapping:
        return Within(slug_of(cell))
    found = cell.mapping("fact values else")
    values = found["values"].named() if "values" in found else ()
    return Within(
        fact=slug_of(found.get("fact")),
        values=MappingProxyType({key: one.slug() for key, one in values}),
        otherwise=slug_of(found.get("else")),
    )


def _deadline(cell: Cell) -> Deadline:
    found = cell.mapping("within from", "pause extend")
    extend = found["extend"].mapping("act by") if "extend" in found else {}
    return Deadline(
        within=_within(found.get("within")),
        start=slug_of(found.get("from")),
        pauses=tuple(_pause(one) for one in cells_of(found.get("pause"))),
        extend_act=slug_of(extend.get("act")),
        extend_by=slug_of(extend.get("by")),
    )


def _pause(cell: Cell) -> Pause:
    found = cell.mapping("from until at_most")
    return Pause(slug_of(found.get("from")), slug_of(found.get("until")), slug_of(found.get("at_most")))


def _lapse(cell: Cell) -> Lapse:
    found = cell.mapping("within from outcome")
    return Lapse(_within(found.get("within")), slug_of(found.get("from")), slug_of(found.get("outcome")))


def _every(cell: Cell) -> Every:
    found = cell.mapping("within", "restart")
    return Every(slug_of(found.get("within")), slugs_of(found.get("restart")))


def _mandatory(cell: Cell | None) -> frozenset[End]:
    """The ends that the step must precede; `true` means all but withdrawn."""
    if cell is None:
        return frozenset()
    if all(one.node.value == "true" for one in cell.cells()):
        return frozenset(End) - {End.WITHDRAWN}
    return frozenset(end for one in cell.cells() if (end := one.choice(ENDS)))
