"""What would be done if it were let through: for each route that takes something, a form filled in well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from minsheng.kernel.procedure.model import Procedure
from minsheng.matter import queries
from tests.separation.oracle import Viewer
from tests.separation.routes import Route
from tests.separation.town import Matter, Town

OF_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "desk/<str:number>/intake": ("classify", "dispatch"),
    "desk/<str:number>/accept": ("accept",),
    "desk/<str:number>/ruling": ("arbitrate",),
    "desk/<str:number>/progress": ("handle", "review", "rule_contest"),
    "desk/<str:number>/review": ("review",),
    "desk/<str:number>/recheck": ("recheck",),
    "desk/<str:number>/contest": ("rule_contest",),
    "desk/": ("handle",),
    "mine/<str:handle>/verdict": ("verdict",),
}
"""Beginning of a route → the steps on which something is done there."""

DO: Final[Mapping[str, str]] = {
    "desk/<str:number>/accept/": "accepted",
    "desk/<str:number>/ruling/": "stays",
    "desk/<str:number>/extension/approval/": "approved",
    "desk/<str:number>/review/": "upheld",
    "desk/<str:number>/contest/": "stands",
    "desk/<str:number>/recheck/": "held",
}
LONG: Final = "3月30日换了6栋楼道的灯，修好了，已经亮了。"


@dataclass(frozen=True, slots=True)
class Door:
    """A route that takes something of one matter, and the roles that the rule file lets act there."""

    route: Route
    steps: tuple[str, ...]
    roles: frozenset[str]


def doors(procedure: Procedure, routes: list[Route]) -> Iterator[Door]:
    """Every route about one matter, with every step and every act beside the steps as a door of its own."""
    for route in routes:
        if ("number" not in route.names and "handle" not in route.names) or route.view.door == "public":
            continue
        if "step" in route.names:
            for step in procedure.steps:
                yield Door(route, (step,), roles_on(procedure, step))
        elif "event" in route.names:
            yield Door(route, (), frozenset(procedure.roles))
        else:
            steps = next((ids for lead, ids in OF_STEPS.items() if route.pattern.startswith(lead)), ())
            roles = [role for step in steps for role in roles_on(procedure, step)]
            yield Door(route, steps, frozenset(roles) if steps else frozenset(procedure.roles))


def roles_on(procedure: Procedure, step: str) -> frozenset[str]:
    """Whose a step is, its acts and their approvals with it."""
    found = procedure.steps[step]
    of_acts = {role for act in found.acts.values() for role in (act.role, act.approve_by)}
    return frozenset({found.role, *of_acts} - {""})


def roles_beside(procedure: Procedure, event: str) -> frozenset[str]:
    """Who may do an act beside the steps."""
    if event == "level":
        return frozenset({procedure.start.role})
    if event == "ruled":
        return frozenset(one.ruled_by for one in procedure.universal.values() if one.ruled_by)
    return frozenset(role for one in procedure.universal.values() if one.event == event for role in one.roles)


def is_wrong(door: Door, event: str, viewer: Viewer, procedure: Procedure) -> bool:
    """Whether this viewer has nothing to do behind this door."""
    roles = roles_beside(procedure, event) if "event" in door.route.names else door.roles
    if "desk/" in door.route.pattern or "matter/<str:number>" in door.route.pattern:
        roles = frozenset(role for role in roles if procedure.roles[role].kind != "resident")
    return viewer.stand != "holds" or viewer.role not in roles


def filled_in(
    door: Door, matter: Matter, town: Town, procedure: Procedure, event: str = ""
) -> dict[str, Any]:
    """A form with everything in it that any form asks for; what is too much is passed over."""
    view = queries.get(matter.id, town.now)
    assert view is not None
    form: dict[str, Any] = {
        "seen_n": str(view.status.seen_n), "do": DO.get(door.route.pattern, "0"),
        "kind": "housing", "area": "guihuali", "urgency": "ordinary", "body": "housing", "other": "",
        "instead": "health", "basis": "职责清单第3条", "reason": LONG, "channel": "行政复议",
        "how": LONG, "outcome": "done", "done": LONG, "not_done": "没有", "rule": "规定", "next": "4月10日",
        "no_evidence": "照片在路上", "question": "哪一层的灯不亮？", "did": LONG, "blocks": "缺零件",
        "done_so_far": LONG, "finding": LONG, "order": "换人重办", "note": "还亮着", "reasons": LONG,
        "field": "phone", "choice": "solved", "more": "enough", "remark": "好了", "treated": "yes",
        "understood": "yes", "words": LONG, "asked": "no", "show": "on", "by_unit": "on", "links": "on",
        "engine:about": "urgency", "engine:disclosure": "withheld", "engine:of": "0",
    }  # fmt: skip
    for document in procedure.documents.values():
        for one in document.fields:
            if one.type in ("text", "long_text"):
                form[f"doc:{document.id}:{one.id}"] = LONG
            elif one.type == "enum":
                form[f"doc:{document.id}:{one.id}"] = sorted(one.values)[0]
    for fact in procedure.facts.values():
        form[f"fact:{fact.id}"] = {"kind": "housing", "area": "guihuali"}.get(fact.id) or sorted(fact.values)[
            0
        ]
    for role in procedure.roles:
        form[f"assign:{role}"] = "water_company"
    return form
