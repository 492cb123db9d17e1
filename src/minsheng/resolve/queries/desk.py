"""A matter as one officer has it on the desk: the view, who acts, what may be read, whose it could be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from minsheng.bodies import queries as bodies
from minsheng.bodies.rules.town import Body
from minsheng.kernel.procedure import judge
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.matter import queries as matter
from minsheng.matter.pages.ways import Way
from minsheng.matter.queries import Handed, MatterView
from minsheng.people.rules.actor import Actor
from minsheng.resolve.rules import dispatching, standing
from minsheng.resolve.rules.dispatching import Found, Suggestion

PROCEDURE = "resident-request"

ABSENT = Refusal("no_such_matter", Text("没有这件事。", "There is no such matter."), Kind.ABSENT)
NOT_YOURS = Refusal(
    "not_your_body",
    Text(
        "这件事现在不归您的单位办，或者不归您的角色办。",
        "This matter is not your body's now, or not your role's.",
    ),
    Kind.PERSON,
    next=Text("您可以看公开的那一页。", "You can read the public page."),
)


@dataclass(frozen=True, slots=True)
class Desk:
    """`actor` is the role in which this page is used; `handed` is what that role may read, first to last."""

    view: MatterView
    actor: Actor
    way: Way
    handed: tuple[Handed, ...]

    @property
    def role(self) -> str:
        return self.actor.role

    @property
    def words(self) -> str:
        """What the resident wrote, place and additions included, as one text to look things up in."""
        return "\n".join(
            str(one.values[name])
            for one in self.handed
            if one.id in ("original", "supplement", "answer")
            for name in ("words", "wanted", "place")
            if one.values.get(name)
        )

    def is_late(self, step: str) -> bool:
        return standing.is_late(self.view.status, step, self.view.now, self.view.moments)

    @property
    def closed_to(self) -> frozenset[str]:
        """Codes of the bodies to which the matter may not be dispatched again: it was moved on from them."""
        return frozenset(self.view.status.once.get("dispatch", frozenset()))

    @property
    def had(self) -> tuple[str, ...]:
        """Codes of the bodies that had the matter so far."""
        return standing.bodies_that_had_it(recorded.entry for recorded in self.view.chain)


def desk(number: str, actors: Sequence[Actor], roles: Collection[str], now: datetime) -> Desk | Refusal:
    """The matter for the first of the actors who holds one of the roles in it; else why not."""
    view = matter.by_number(number, now)
    if view is None or view.procedure.id != PROCEDURE:
        return ABSENT
    actor = next((one for one in actors if one.role in roles and matter.holds(view, one)), None)
    if actor is None:
        return NOT_YOURS
    way = Way(view.number, view.procedure.id, (actor,))
    return Desk(view, actor, way, matter.documents(view, (actor,)))


def suggested(kind: str, area: str) -> tuple[Suggestion, ...]:
    """Whose a matter of this class in this place is, by the town's list of competences."""
    folder = bodies.folder()
    areas = {one.code: one for one in folder.areas}
    return dispatching.suggestions(kind, area or None, folder.competences, areas)


def places_in(words: str) -> tuple[Found, ...]:
    """Places of the town that the words name."""
    return dispatching.places_in(words, bodies.areas())


def choosable(without: Collection[str] = ()) -> tuple[Body, ...]:
    """The bodies that a matter may be sent to, in the town's order: those that hold no other role in it."""
    others = {
        body.code
        for role in ("arbiter", "caller", "coordinator", "reviewer")
        if (body := bodies.body_of_role(role))
    }
    return tuple(body for body in bodies.bodies() if body.code not in {*others, *without})


def remedy() -> str:
    """Where else a resident may go, as it stands under every answer, in the town's first language."""
    town = bodies.town()
    text = town.text("remedies")
    if text is None:
        return "不服答复：可以要求换人重办、要求复核；也可以申请行政复议或者信访。"
    return text.in_(town.languages[0])


def body_of(role: str) -> str | None:
    """The code of the body that the town gives a role to."""
    body = bodies.body_of_role(role)
    return body.code if body else None


def why_not_act(desk: Desk, step: str, act: str) -> Refusal | None:
    """None if the act is open within its step now: not used up, the clock standing or not as it must."""
    declared = desk.view.procedure.steps[step]
    return judge.why_not_act(desk.view.status, declared, declared.acts[act])
