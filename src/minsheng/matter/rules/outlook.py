"""What runs in a matter now, and what happens by itself if nobody acts? Pure, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

from minsheng.kernel.procedure.limits import Clock
from minsheng.kernel.procedure.model import Procedure, Step
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Text
from minsheng.matter.rules.happened import NOTHING, Line, NameOf, ground_of


def coming(
    procedure: Procedure, status: Status, limit_of: Callable[[Clock], datetime | None], name: NameOf
) -> Iterator[Line]:
    """What runs now, and what happens by itself if nobody acts, the soonest first."""
    lines = []
    for clock in status.clocks:
        if clock.kind == "minimum":
            continue
        step = procedure.steps.get(clock.step)
        if step is None:
            continue
        holder = status.assigned.get(step.role)
        lines.append(
            Line(
                what=_what_comes(procedure, step, clock),
                who=name(holder) if holder else procedure.roles[step.role].title,
                mark="later",
                step=step.id,
                ground=next(filter(None, (ground_of(procedure, one) for one in clock.parameters)), None),
                until=clock.until,
                limit_at=limit_of(clock),
                to_the_minute=clock.hours is not None,
                more=Text("停表", "clock stopped") if clock.stopped else NOTHING,
            )
        )
    last = date.max
    yield from sorted(lines, key=lambda line: (line.until or last, line.step or ""))


def _what_comes(procedure: Procedure, step: Step, clock: Clock) -> Text:
    if clock.kind == "lapse":
        outcome = step.outcomes.get(clock.outcome or (step.lapse.outcome if step.lapse else ""))
        title = outcome.title if outcome else NOTHING
        return Text(
            f"{step.title.zh}到期没有回音，就记为：{title.zh}",
            f"{step.title.en}: without a word it counts as: {title.en}",
        )
    if clock.kind == "every":
        return Text("最晚到这天要有一次消息", "A message is due by this day")
    if clock.kind == "pause":
        return Text(
            f"停表最长到这天，{step.title.zh}就接着计时",
            f"The pause ends at the latest; {step.title.en} runs on",
        )
    if clock.kind == "contest":
        return Text("对异议的认定应于这天前作出", "The ruling on what was contested is due")
    return Text(f"{step.title.zh}应于这天前做完", f"{step.title.en} is due")
