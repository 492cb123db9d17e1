"""The clock lines of a matter: what, until when, on whose ground, and what happens then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from minsheng.kernel.procedure.limits import Clock
from minsheng.matter.pages.ways import Way
from minsheng.matter.queries import MatterView
from minsheng.matter.rules import happened, standing
from minsheng.matter.rules.happened import Ground
from minsheng.ui.components import Basis, Due, Link
from minsheng.ui.words import Words, say

INSTANT: Final = timedelta(microseconds=1)
"""A day ends at 24:00, which belongs to the next one: this much earlier is still the day itself."""


def basis_of(ground: Ground | None, why: Link | None = None) -> Basis | None:
    """Whose date it is."""
    return None if ground is None else Basis(ground.basis, ground.text, why)


def why_link(way: Way, step: str) -> Link:
    """The link beside a date or a step that asks why."""
    return Link(_("为什么是这样"), way.why(step))


def dues_of(view: MatterView, way: Way, yours: Sequence[str] = (), only: str = "") -> tuple[Due, ...]:
    """The clock lines of the open steps, the reader's own first. `yours`: steps that the reader can do."""
    steps = [step for step in view.status.open_steps if only in ("", step)]
    found = [due for step in steps if (due := _due(view, way, step, step in yours))]
    return tuple(sorted(found, key=lambda due: due.state != "yours"))


def _due(view: MatterView, way: Way, step: str, yours: bool) -> Due | None:
    limit_at = standing.due_of_step(view.status, step, view.moments)
    clocks = [c for c in view.status.clocks if c.step == step and c.kind in ("deadline", "lapse")]
    title = view.procedure.steps[step].title
    if stopped := [clock for clock in clocks if clock.stopped]:
        heading = _("停表：%(step)s") % {"step": say(title)}
        return Due(heading=heading, basis=_basis_of_clock(view, way, stopped[0]))
    if limit_at is None or not clocks:
        return None
    clock, calendar, today = clocks[0], view.status.calendar, view.today
    last, late = calendar.day_of(limit_at - INSTANT), limit_at <= view.now
    by_the_hour = clock.hours is not None and not late
    return Due(
        what=title,
        limit=limit_at if by_the_hour else last,
        state="late" if late else "yours" if yours else "open",
        days_left=None if late or by_the_hour else (last - today).days,
        late_by=max(1, calendar.working_days_between(last, today)) if late else None,
        then=_then(view, clock),
        basis=_basis_of_clock(view, way, clock),
    )


def _basis_of_clock(view: MatterView, way: Way, clock: Clock) -> Basis | None:
    grounds = filter(None, (happened.ground_of(view.procedure, name) for name in clock.parameters))
    return basis_of(next(grounds, None), why_link(way, clock.step))


def _then(view: MatterView, clock: Clock) -> Words:
    if clock.kind == "lapse":
        outcome = view.procedure.steps[clock.step].outcomes.get(clock.outcome or "")
        return _("到期没有回音，就记为：%(outcome)s。") % {"outcome": say(outcome.title)} if outcome else ""
    return _("到期没做，公开记为晚了，并报上一级。")
