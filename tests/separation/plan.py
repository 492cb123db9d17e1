"""Which door is tried by whom for which matter: all of them, but not every useless pair of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.separation.cast import Somebody
from tests.separation.routes import Route, addresses, every_route, of_matters
from tests.separation.town import Matter, Town

FEW: Final = frozenset(("long, coded", "running"))
"""Matters for those with no part in any: an ended one, and one that runs."""

STEP_BY_STEP: Final = frozenset(("long, coded", "guided, coded", "running", "replied", "looked at"))
"""Matters of which every step and every reason is asked for; of the others their pages and files."""

AS_A_WHOLE: Final = ("matter/<str:number>/", "matter/<str:number>/file/<str:id>/", "matters/<str:number>/")
"""What is asked for of a matter that differs from another one in its level alone."""


def doors(who: Somebody, people: Sequence[Somebody], town: Town, published: Path) -> Iterator[str]:
    """Every address that this person tries."""
    first = next(iter(town.matters.values()))
    handles = {one.mine.id: one.handle for one in people if one.mine is not None}
    for route in every_route():
        for matter in town.matters.values() if of_matters(route) else [first]:
            if not of_matters(route) or _tries(who, route, matter):
                yield from addresses(route, matter, handles[matter.id], published)


def _tries(who: Somebody, route: Route, matter: Matter) -> bool:
    if route.pattern == "matters/<str:number>/":
        return True
    if "handle" in route.names:
        return matter is who.mine or matter.name == "replied"
    if who.actor is None:
        return matter.name == "running"
    if not who.takes_part:
        return matter.name in FEW or route.pattern in AS_A_WHOLE
    if matter.level != "coded":
        return route.pattern in AS_A_WHOLE
    return matter.name in STEP_BY_STEP if "step" in route.names else True
