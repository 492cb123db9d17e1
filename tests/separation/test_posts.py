"""Whoever presses a button that is not theirs: the answer says no, and nothing at all is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from minsheng.kernel.procedure.model import Procedure
from minsheng.matter import procedures, queries
from tests.separation.cast import Somebody, everybody
from tests.separation.conftest import Planted
from tests.separation.oracle import may_look_into_the_vault
from tests.separation.posting import Door, doors, filled_in, is_wrong
from tests.separation.routes import UNIVERSAL, every_route
from tests.separation.storage import n_rows
from tests.separation.town import Matter, Town

pytestmark = pytest.mark.django_db

KEPT_OUT = frozenset((302, 403, 404, 405))
"""Answers to those who do not stand in the role: no, or first sign in."""

NOT_NOW = KEPT_OUT | {409, 422}
"""Answers to those who have a part in the matter, only not this one."""


def rules() -> Procedure:
    return procedures.all_loaded()["resident-request"].procedure


def where(door: Door, town: Town) -> Iterator[Matter]:
    """Matters in which something could be done behind this door now; else one that runs."""
    found = [
        matter
        for matter in town.matters.values()
        if matter.level == "coded"
        if (view := queries.get(matter.id, town.now)) and set(door.steps) & set(view.status.open_steps)
    ]
    yield from found[-1:] or [town.matters["running"]]


def address(door: Door, step: str, event: str, matter: Matter, handle: str) -> str:
    values = {"number": matter.number, "handle": handle, "step": step, "event": event, "id": "0" * 16}
    return door.route.address(**values, outcome="other_channel")


def tries(people: list[Somebody], town: Town) -> Iterator[tuple[Somebody, Door, str, Matter, str]]:
    """(who, door, event, matter, address) of every wrong try."""
    procedure, routes = rules(), list(every_route())
    handles = {one.mine.id: one.handle for one in people if one.mine is not None}
    all_doors = [(door, matter) for door in doors(procedure, routes) for matter in where(door, town)]
    for who in people:
        if who.mine is not None and who.mine.name not in ("running", "fresh"):
            continue
        for door, matter in all_doors:
            for event in UNIVERSAL if "event" in door.route.names else ("",):
                viewer = who.stands(matter, procedure, town)
                if "handle" in door.route.names and who.mine is not None:
                    matter = next(one for one in town.matters.values() if one is not who.mine)
                    viewer = who.stands(matter, procedure, town)
                step = door.steps[0] if door.steps else ""
                if is_wrong(door, event, viewer, procedure) and "contact" not in door.route.pattern:
                    yield who, door, event, matter, address(door, step, event, matter, handles[matter.id])


def test_who_has_no_part_in_it_changes_nothing(planted: Planted) -> None:
    town, procedure = planted.town, rules()
    people, wrong, n = everybody(town), [], 0
    before = n_rows()
    for who, door, event, matter, url in tries(people, town):
        answer = who.client.post(url, filled_in(door, matter, town, procedure, event))
        n += 1
        holds = who.stands(matter, procedure, town).stand == "holds"
        if answer.status_code not in (NOT_NOW if holds else KEPT_OUT):
            wrong.append(f"{who} got {answer.status_code} from {url}")
        after = n_rows()
        if after != before:
            changed = {name: after[name] - before[name] for name in after if after[name] != before[name]}
            wrong.append(f"{who} changed {changed} by {url}")
            before = after
    print(n)
    assert n > 1_000
    assert not wrong, f"{len(wrong)} of {n}\n" + "\n".join(wrong[:40])


RIGHT = (
    ("intake", "fresh", "/desk/{number}/intake/", "ledger_entry"),
    ("intake", "fresh", "/desk/{number}/intake/guide/other_channel/", "ledger_entry"),
    ("intake", "fresh", "/matter/{number}/classify/", "ledger_entry"),
    ("water", "moved", "/desk/{number}/accept/", "ledger_entry"),
    ("water", "running", "/desk/{number}/progress/", "ledger_entry"),
    ("reviewer", "looked at", "/desk/{number}/review/", "ledger_entry"),
    ("reviewer", "looked at", "/matter/{number}/review/", "ledger_entry"),
    ("resident of replied", "replied", "/mine/{handle}/verdict/", "ledger_entry"),
    ("resident of replied", "replied", "/mine/{handle}/matter/verdict/", "ledger_entry"),
    ("resident of replied", "replied", "/mine/{handle}/add/", "ledger_entry"),
    ("resident of replied", "replied", "/mine/{handle}/matter/also/urged/", "ledger_entry"),
    ("resident of replied", "replied", "/mine/{handle}/matter/also/level/", "ledger_entry"),
    ("resident of running", "running", "/mine/{handle}/answer/", "ledger_entry"),
    ("resident of running", "running", "/mine/{handle}/pressed/", "verdict_pressurereport"),
    ("resident of running", "running", "/mine/{handle}/seeing/", "people_consentchange"),
)
"""The same forms in the right hands, and where they leave something."""


@pytest.mark.parametrize(("who", "name", "url", "table"), RIGHT, ids=[f"{r[0]}{r[2]}" for r in RIGHT])
def test_in_the_right_hands_the_same_form_is_taken(
    planted: Planted, who: str, name: str, url: str, table: str
) -> None:
    town, procedure = planted.town, rules()
    matter = town.matters[name]
    somebody = next(one for one in everybody(town) if one.name == who)
    address = url.format(number=matter.number, handle=somebody.handle)
    door = next(
        door for door in doors(procedure, list(every_route())) if _fits(door, address, matter, somebody)
    )
    if url.endswith("seeing/"):
        assert somebody.client.post(address, {}).status_code == 303
    with transaction.atomic():
        before = n_rows()[table]
        answer = somebody.client.post(address, filled_in(door, matter, town, procedure))
        assert n_rows()[table] > before, (answer.status_code, answer.content.decode()[:3000])


def _fits(door: Door, url: str, matter: Matter, who: Somebody) -> bool:
    for event in UNIVERSAL if "event" in door.route.names else ("",):
        for step in door.steps or ("",):
            if address(door, step, event, matter, who.handle) == url:
                return True
    return False


@pytest.mark.parametrize("name", ["fresh", "running", "moved", "replied"])
def test_the_vault_opens_by_the_button_to_those_alone_whom_the_rule_file_names(
    planted: Planted, name: str
) -> None:
    town, procedure = planted.town, rules()
    matter = town.matters[name]
    marks = {
        mark.field: mark.text
        for mark in town.marks.planted.values()
        if mark.kind == "identity" and mark.matter == matter.id
    }
    assert set(marks) == {"name", "phone", "email", "address"}
    at_the_desk = desk_view("desk/<str:number>/contact/").door_roles
    people = everybody(town)
    own = next(one for one in people if one.mine is matter)
    opened, refused = [], []
    for who in people:
        viewer = who.stands(matter, procedure, town)
        may = who.actor is not None and may_look_into_the_vault(procedure, viewer, agreed=matter.agreed)
        for field, text in marks.items():
            reason = f"要核实 {town.marks.word()}"
            answer = who.client.post(f"/desk/{matter.number}/contact/", {"field": field, "reason": reason})
            found = [mark.text for mark in town.marks.in_(answer.content) if mark.kind == "identity"]
            assert found == ([text] if may else []), (str(who), field, answer.status_code)
            if who.actor is not None and viewer.stand == "holds" and viewer.role in at_the_desk:
                (opened if found else refused).append(reason)
    page = own.client.get(f"/mine/{own.handle}/").content.decode()
    assert opened
    assert refused
    assert [reason for reason in opened + refused if reason not in page] == [], "every try is told"


def desk_view(pattern: str) -> Any:
    return next(route.view for route in every_route() if route.pattern == pattern)
