"""Acts that are open beside the steps: supplement, urge, withdraw, correct, contest, rule, level.

Source: engine notes §2. One corrects one's own act, and never an outcome, nor a fact that a condition or a
limit reads. A fact is contested once; a ruling that upholds the contest opens a round at the step that asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from minsheng.kernel.entry import FactValue
from minsheng.kernel.procedure.model import Procedure, Universal
from minsheng.kernel.procedure.refusals import no
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Kind, Refusal

LEVELS: Final = ("open", "coded", "withheld")
"""How much of a matter the public sees; entry 0 says which, `level` changes it from its own entry on."""


class Rule(NamedTuple):
    """What a universal act takes along."""

    facts: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def universal_of(procedure: Procedure, event: str) -> Universal | None:
    """The file's rule for a universal event."""
    return next((one for one in procedure.universal.values() if one.event == event), None)


def why_not_universal(
    status: Status, event: str, role: str, actor: str | None, outcome: str, facts: Mapping[str, FactValue]
) -> tuple[Refusal | None, Rule]:
    """Whether the act is open to this role now, and what it takes along."""
    if event == "level":
        return _level(status, role, facts), Rule(words=("disclosure",))
    if event == "ruled":
        return _ruled(status, role, outcome, facts)
    one = universal_of(status.procedure, event)
    if one is None:
        return no("unknown_act", "这类事项没有这个动作", "this procedure has no such act", Kind.SHAPE), Rule()
    rule = Rule(one.facts, one.requires, one.allows)
    if role not in one.roles:
        return no("wrong_role", f"“{one.title.zh}”不由此角色提出", f"“{one.title.en}” is not for this role",
                  Kind.PERSON), rule  # fmt: skip
    if event == "corrected":
        return _corrected(status, actor, facts, rule)
    if event == "contested":
        return _contested(status, facts), Rule(one.facts, one.requires, one.allows, ("about",))
    if event in ("urged", "withdrawn") and status.end is not None:
        return no("ended", "本件已经结束", "this matter has ended", Kind.CONFLICT), rule
    return None, rule


def _level(status: Status, role: str, facts: Mapping[str, FactValue]) -> Refusal | None:
    if role != status.procedure.start.role:
        return no(
            "wrong_role", "公开程度由提出者决定", "who brought the matter decides what is shown", Kind.PERSON
        )
    if facts.get("disclosure") not in LEVELS:
        return no("level", "公开程度不对", "there is no such level", Kind.SHAPE, field="disclosure")
    if facts.get("disclosure") == status.disclosure:
        return no("level_same", "已经是这个公开程度", "it is at that level already", Kind.CONFLICT)
    return None


def _corrected(
    status: Status, actor: str | None, facts: Mapping[str, FactValue], rule: Rule
) -> tuple[Refusal | None, Rule]:
    n = facts.get("of")
    of = status.by_entry.get(n) if type(n) is int else None
    if of is None or of[2] != actor:
        return no(
            "not_own", "只能更正自己的记录", "one corrects one's own record only", Kind.PERSON, field="of"
        ), rule
    names = tuple(name for name in facts if name in status.procedure.facts)
    for name in names:
        if name in status.index.read_facts or status.fact_owner.get(name) != of[0]:
            zh, en = (
                f"“{name}”决定了办理方式，不能更正，只能提出异议",
                f"{name!r} decides something; contest it instead",
            )
            return no("correct_decides", zh, en, field=name), rule
    return None, Rule(names, rule.requires, rule.allows, ("of",))


def _contested(status: Status, facts: Mapping[str, FactValue]) -> Refusal | None:
    name = str(facts.get("about", ""))
    fact = status.procedure.facts.get(name)
    if fact is None or not fact.contestable or not status.fact_owner.get(name):
        return no(
            "not_contestable", "这项认定不能提出异议", "this finding cannot be contested", field="about"
        )
    if status.end is not None:
        return no("ended", "本件已经结束", "this matter has ended", Kind.CONFLICT)
    if name in status.contests or ("contest", name) in status.counts:
        return no("contested_before", "这项认定已经提出过异议", "this was contested before", Kind.CONFLICT)
    return None


def _ruled(
    status: Status, role: str, outcome: str, facts: Mapping[str, FactValue]
) -> tuple[Refusal | None, Rule]:
    one = status.procedure.universal.get("contest")
    rule = Rule(requires=one.ruling, words=("of",)) if one else Rule()
    contest = next((each for each in status.contests.values() if each.n == facts.get("of")), None)
    if one is None or contest is None:
        return no(
            "nothing_contested", "没有待裁定的异议", "no contest waits for a ruling", Kind.CONFLICT
        ), rule
    if role != one.ruled_by:
        return no("wrong_role", "异议由指定角色裁定", "another role rules on contests", Kind.PERSON), rule
    if outcome not in ("upheld", "stands"):
        return no("unknown_outcome", "裁定只有成立或不成立", "a ruling is upheld or stands", Kind.SHAPE), rule
    return None, rule
