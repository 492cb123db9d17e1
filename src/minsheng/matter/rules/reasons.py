"""Why does a step stand as it does? In sentences, from the status alone.

Everything that blocks or delays can be asked "why?" (DESIGN §1): what it waits for and whose that is, what
was missing, by which answer it was skipped, who ended it and when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from minsheng.kernel.procedure.model import Procedure, Step
from minsheng.kernel.procedure.records import StepState
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Text
from minsheng.matter.rules import happened
from minsheng.matter.rules.follows import listed
from minsheng.ui import dates

Say = Callable[[Procedure, Status, Step, StepState], Iterator[Text]]


def why(procedure: Procedure, status: Status, step: str) -> tuple[Text, ...]:
    """The sentences, the purpose of the step first where the rule file says it. Raises KeyError."""
    declared, state = procedure.steps[step], status.steps[step]
    purpose = [declared.why] if declared.why else []
    return (*purpose, *_SAY[state.state](procedure, status, declared, state), *_late(state))


def _day(on: date | None) -> Text:
    """A day as a sentence says it, always with its year; nothing for None."""
    return Text(dates.day(on, None, "zh"), dates.day(on, None, "en")) if on else Text("", "")


def _waiting(procedure: Procedure, status: Status, step: Step, state: StepState) -> Iterator[Text]:
    before = [
        procedure.steps[name]
        for name in step.after
        if status.steps[name].state not in ("done", "skipped", "closed")
    ]
    if step.after_end and status.end is None:
        yield Text("这一步要等这件事结束以后才有。", "This step comes only after the matter has ended.")
    for one in before:
        role = procedure.roles[one.role].title
        yield Text(
            f"要先做完“{one.title.zh}”，那一步归{role.zh}。",
            f"First “{one.title.en}”, which is for the {role.en}.",
        )


def _skipped(procedure: Procedure, status: Status, step: Step, state: StepState) -> Iterator[Text]:
    because = listed([happened.because_in_words(procedure, one) for one in state.skipped_because])
    if because.zh:
        yield Text(f"按规则跳过，因为：{because.zh}。", f"Skipped by the rule, because: {because.en}.")
    else:
        yield Text("按规则跳过。", "Skipped by the rule.")


def _open(procedure: Procedure, status: Status, step: Step, state: StepState) -> Iterator[Text]:
    role = procedure.roles[step.role].title
    on = _day(state.opened_on)
    yield Text(f"从{on.zh}起轮到{role.zh}。", f"It has been for the {role.en} to do since {on.en}.")
    for one in state.missing:
        owner = (
            procedure.roles[one.owner].title if one.owner in procedure.roles else Text(one.owner, one.owner)
        )
        yield Text(
            f"还缺：{one.what.zh}，归{owner.zh}。", f"Still missing: {one.what.en}, from the {owner.en}."
        )
    if any(clock.stopped for clock in status.clocks if clock.step == step.id):
        yield Text(
            "问了问题，正在等回答，这段时间不算。",
            "A question was asked; the time until the answer is not counted.",
        )
    for pending in status.pending:
        if pending.step == step.id:
            act = step.acts[pending.act]
            who = procedure.roles[act.approve_by].title
            yield Text(
                f"“{act.title.zh}”在等{who.zh}批准。",
                f"“{act.title.en}” waits for the {who.en} to approve it.",
            )


def _done(procedure: Procedure, status: Status, step: Step, state: StepState) -> Iterator[Text]:
    outcome = step.outcomes.get(state.outcome or "")
    title = outcome.title if outcome else Text("", "")
    on = _day(state.done_on)
    if state.lapsed:
        yield Text(
            f"到期没有回音，{on.zh}按规则记为：{title.zh}。",
            f"No word in time: on {on.en} it counted as: {title.en}.",
        )
    else:
        yield Text(f"{on.zh}做完了：{title.zh}。", f"Done on {on.en}: {title.en}.")


def _closed(procedure: Procedure, status: Status, step: Step, state: StepState) -> Iterator[Text]:
    yield Text("这件事已经结束，这一步不再做。", "The matter has ended; this step is not taken any more.")


def _late(state: StepState) -> Iterator[Text]:
    if state.n_late:
        yield Text(
            f"已经超期，记下了{state.n_late}次，一直公开。",
            f"It is late, recorded {state.n_late} time{'s' if state.n_late > 1 else ''}; that stays public.",
        )


_SAY: Mapping[str, Say] = {
    "waiting": _waiting,
    "skipped": _skipped,
    "open": _open,
    "blocked": _open,
    "done": _done,
    "closed": _closed,
}
