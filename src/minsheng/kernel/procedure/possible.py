"""What may a role do now?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minsheng.kernel.procedure.judge import is_used_up, takes_of, why_not_act
from minsheng.kernel.procedure.model import Procedure, Step
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Text


@dataclass(frozen=True, slots=True)
class Option:
    """Something that a role could do now, with the documents and facts it takes.

    `approve_by`: the act counts once somebody in this role approved it.
    """

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


def possible(procedure: Procedure, status: Status, role: str) -> tuple[Option, ...]:
    """What this role may do now, in the order of the file; person, body and dates are judged by `why_not`."""
    found: list[Option] = []
    for key in status.open_steps:
        step = procedure.steps[key]
        if step.role == role:
            found += _outcomes(status, step)
        found += _acts(status, step, role)
    found += _approvals(procedure, status, role)
    found += _universal(procedure, status, role)
    return tuple(found)


def _outcomes(status: Status, step: Step) -> Iterator[Option]:
    for outcome in step.outcomes.values():
        if outcome.by_clock or is_used_up(status, step, outcome):
            continue
        takes = takes_of(step, outcome)
        yield Option(
            "done",
            step.id,
            outcome.id,
            step.role,
            outcome.title,
            takes.requires,
            takes.allows,
            takes.facts,
            outcome.assigns,
        )


def _acts(status: Status, step: Step, role: str) -> Iterator[Option]:
    for act in step.acts.values():
        if act.role == role and why_not_act(status, step, act) is None:
            yield Option(
                "acted",
                step.id,
                act.id,
                role,
                act.title,
                act.requires,
                act.allows,
                act.facts,
                approve_by=act.approve_by,
            )


def _approvals(procedure: Procedure, status: Status, role: str) -> Iterator[Option]:
    for one in status.pending:
        act = procedure.steps[one.step].acts[one.act]
        if act.approve_by == role:
            yield Option(
                "approved", one.step, one.act, role, Text(f"批准：{act.title.zh}", f"Approve: {act.title.en}")
            )
            yield Option(
                "refused", one.step, one.act, role, Text(f"不批准：{act.title.zh}", f"Refuse: {act.title.en}")
            )


def _universal(procedure: Procedure, status: Status, role: str) -> Iterator[Option]:
    for one in procedure.universal.values():
        over = status.end is not None and one.event in ("urged", "withdrawn", "contested")
        if role in one.roles and not over:
            yield Option(one.event, None, None, role, one.title, one.requires, one.allows, one.facts)
    if (contest := procedure.universal.get("contest")) and contest.ruled_by == role:
        for open_contest in status.contests.values():
            title = procedure.facts[open_contest.fact].title
            for outcome, zh, en in (
                ("upheld", "异议成立", "The contest is right"),
                ("stands", "维持认定", "The finding stands"),
            ):
                yield Option(
                    "ruled",
                    open_contest.step,
                    outcome,
                    role,
                    Text(f"{zh}：{title.zh}", f"{en}: {title.en}"),
                    contest.ruling,
                )
