"""Who answered a matter? The body that a rating, or a report of pressure, is about."""

from __future__ import annotations

from minsheng.bodies import queries as bodies
from minsheng.matter.queries import MatterView


def answering_body(view: MatterView) -> str:
    """The code of the body that answered last; before any answer, the one that has the matter now.

    A matter that the intake desk answered or ended itself is the intake desk's.
    """
    for recorded in reversed(view.chain):
        entry = recorded.entry
        if entry.body and entry.event == "done" and entry.step in ("handle", "classify"):
            step = view.procedure.steps[entry.step].outcomes.get(entry.outcome or "")
            if step is not None and (entry.step == "handle" or step.emits == ("replied",) or step.end):
                return entry.body
    assigned = view.status.assigned.get("first_unit")
    intake = bodies.body_of_role("intake")
    return assigned or (intake.code if intake else "")
