"""The ways in which a rule file says no, each with its reason in two languages and its ground."""

from __future__ import annotations

from datetime import date

from minsheng.kernel.procedure.model import Procedure, Step
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Kind, Missing, Refusal, Text


def no(
    code: str,
    zh: str,
    en: str,
    kind: Kind = Kind.POLICY,
    *,
    source: str = "",
    missing: tuple[Missing, ...] = (),
    field: str | None = None,
) -> Refusal:
    """A refusal in short."""
    return Refusal(code, Text(zh, en), kind, source, missing, field=field)


def ground(procedure: Procedure, *names: str) -> str:
    """Where the limits come from: "BJSTD#3", or this platform's own choice."""
    found = [procedure.parameters[name] for name in names]
    return "; ".join(one.source or f"{one.basis}: {one.id}" for one in found)


def why_not_open(status: Status, step: Step) -> Refusal | None:
    """None if the step may be worked on now."""
    state = status.runs[step.id].state
    title = step.title
    if state == "open":
        return None
    if state == "done":
        zh, en = f"“{title.zh}”已经办完", f"“{title.en}” is done already"
        return no("already_done", zh, en, Kind.CONFLICT, source=step.source)
    if state == "skipped":
        zh, en = f"本件不需要“{title.zh}”", f"this matter needs no “{title.en}”"
        return no("skipped", zh, en, source=step.source)
    if state == "closed" or (status.end and not step.after_end):
        return no("ended", "本件已经结束", "this matter has ended", Kind.CONFLICT, source=step.source)
    return no(
        "not_yet",
        f"还没有轮到“{title.zh}”",
        f"“{title.en}” is not open yet",
        source=step.source,
        missing=waits_for(status, step),
    )


def waits_for(status: Status, step: Step) -> tuple[Missing, ...]:
    """The steps that have to be settled first, whose they are, and by which day they are due.

    A clock that runs by the hour has no day of its own here: its end depends on the moment it began.
    """
    until: dict[str, date] = {
        clock.step: clock.until
        for clock in status.clocks
        if clock.until and clock.hours is None and clock.kind in ("deadline", "lapse")
    }
    found = []
    for key in step.after:
        before = status.procedure.steps[key]
        if status.runs[key].state in ("waiting", "open"):
            found.append(Missing(before.title, before.role, until.get(key)))
    if step.after_end and status.end is None:
        found.append(Missing(Text("本件结束", "the end of the matter"), ""))
    return tuple(found)
