"""Everybody who tries every door: each a browser, and how they stand to each matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from django.test import Client

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.model import Procedure
from minsheng.matter import queries
from minsheng.matter.testing import Cast
from minsheng.people.models import Account
from minsheng.people.rules.actor import Actor
from minsheng.resolve.testing import sign_in
from tests.separation.oracle import NOT_IN_THE_FILE, Stand, Viewer
from tests.separation.town import Matter, Town

SINCE: Final = datetime(2020, 1, 1, tzinfo=UTC)
ELSEWHERE: Final = "health"
"""A body that has no part in any planted matter."""


@dataclass(slots=True)
class Somebody:
    """A browser. `actor`: whom it is signed in as; `mine`: the resident's own matter and its handle."""

    name: str
    client: Client
    actor: Actor | None = None
    mine: Matter | None = None
    handle: str = ""
    takes_part: bool = False
    seen: dict[str, set[str]] = field(default_factory=dict)
    """Text of a mark → the routes on which it was seen."""

    def __str__(self) -> str:
        return self.name

    def stands(self, matter: Matter, procedure: Procedure, town: Town) -> Viewer:
        """How somebody stands to a matter, by what the town and the matter's entries say."""
        if self.mine is not None:
            role = procedure.start.role
            return Viewer(role, "holds" if self.mine.id == matter.id else "elsewhere")
        if self.actor is None:
            return Viewer("", "none")
        role = procedure.roles.get(self.actor.role)
        if role is None:
            return Viewer(NOT_IN_THE_FILE, "elsewhere")
        view = queries.get(matter.id, town.now)
        assert view is not None
        holder = view.status.assigned.get(role.id) or _of_the_town(role.id)
        if role.is_subject:  # as near as somebody complained about can come: one of the body that answers
            holder = next(iter(view.status.assigned.values()), "")
        stand: Stand = "holds" if holder and holder == self.actor.body else "elsewhere"
        return Viewer(role.id, stand)


def _of_the_town(role: str) -> str:
    found = bodies.body_of_role(role)
    return found.code if found else ""


def come_back(matter: Matter) -> Somebody:
    """The resident, who types the follow code."""
    client = Client()
    answer = client.post("/mine/", {"code": matter.code})
    assert answer.status_code == 303, answer.content
    handle = answer["Location"].split("/")[2]
    return Somebody(f"resident of {matter.name}", client, mine=matter, handle=handle)


def staff() -> Iterator[tuple[str, Actor]]:
    """Every member of staff of the crawl: those who act, their colleagues, those with no part in it."""
    for name, actor in vars(Cast).items():
        if isinstance(actor, Actor):
            yield name, actor
    yield "a third of housing", Actor("b000000000000003", "first_unit", "housing")
    for i, role in enumerate(("intake", "arbiter", "coordinator", "caller", "reviewer", "first_unit")):
        yield f"{role} elsewhere", Actor(f"e10000000000000{i}", role, ELSEWHERE)
    yield "complained about", Actor("e200000000000001", "complained_about", "housing")
    yield "complained about elsewhere", Actor("e200000000000006", "complained_about", ELSEWHERE)
    yield "clerk of the body", Actor("e200000000000002", NOT_IN_THE_FILE, "housing")
    yield "resident by a mistaken role", Actor("e200000000000003", "resident", "housing")


def everybody(town: Town) -> list[Somebody]:
    """All of them, strangers first."""
    found = [Somebody("stranger", Client()), Somebody("without a role", _without_a_role())]
    found.append(Somebody("password only", _password_only()))
    acting = {actor.person for actor in vars(Cast).values() if isinstance(actor, Actor)}
    for name, actor in staff():
        found.append(Somebody(name, sign_in(actor), actor, takes_part=actor.person in acting))
    found += [come_back(matter) for matter in town.matters.values()]
    for i, one in enumerate(found):
        one.client.cookies["minsheng_language"] = "en" if i % 2 else "zh-hans"
        if session := one.client.cookies.get("minsheng_session"):
            town.marks.secrets[session.value] = f"session of {one}"
        if one.handle:
            town.marks.secrets[one.handle] = f"handle of {one}"
    return found


def _without_a_role() -> Client:
    client = sign_in(Actor("e200000000000004", "first_unit", "housing"))
    from minsheng.people.models import Membership

    Membership.objects.filter(person="e200000000000004").delete()
    return client


def _password_only() -> Client:
    """Signed in as somebody of the intake desk, but without the second factor."""
    sign_in(Actor("e200000000000005", "intake", "hotline"))
    client = Client()
    client.force_login(Account.objects.get(person="e200000000000005"))
    return client
