"""The timeline of a matter: what happened, what is due, what was skipped."""

from __future__ import annotations

from minsheng.matter.queries.holders import name_of
from minsheng.matter.queries.views import MatterView
from minsheng.matter.rules import happened, outlook, standing
from minsheng.matter.rules.happened import Line


def timeline(view: MatterView, *, with_times: bool = True) -> tuple[Line, ...]:
    """First to last: the entries, the steps that were skipped, then what is to come.

    `with_times` False leaves the exact moments out: the public sees days only.
    """
    entries = [recorded.entry for recorded in view.chain]
    moments = view.moments if with_times else {}
    return (
        *happened.past(view.procedure, view.status, entries, moments, name_of),
        *happened.skipped(view.procedure, view.status),
        *upcoming(view),
    )


def upcoming(view: MatterView) -> tuple[Line, ...]:
    """The clocks that run, the soonest first."""
    limits = view.moments
    return tuple(
        outlook.coming(
            view.procedure, view.status, lambda clock: standing.limit_of(view.status, clock, limits), name_of
        )
    )
