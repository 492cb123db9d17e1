"""For tests: people of Yunxi, and a request walked to where a test begins."""

from __future__ import annotations

import base64
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from minsheng.kernel.entry import FactValue
from minsheng.kernel.procedure.model import Fact, Field, Procedure
from minsheng.kernel.procedure.possible import Option
from minsheng.matter import services
from minsheng.matter.rules.uploads import Upload
from minsheng.people.rules.actor import Actor

MONDAY: Final = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
"""Monday 2 March 2026, 09:30 in Yunxi."""

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

PNG: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""The smallest picture."""


class Cast:
    """Named people: two at the hotline, two at housing, one of each other role."""

    intake = Actor("a000000000000001", "intake", "hotline")
    intake_too = Actor("a000000000000002", "intake", "hotline")
    housing = Actor("b000000000000001", "first_unit", "housing")
    housing_too = Actor("b000000000000002", "first_unit", "housing")
    water = Actor("c000000000000001", "first_unit", "water_company")
    arbiter = Actor("d000000000000001", "arbiter", "dispatch_review")
    coordinator = Actor("e000000000000001", "coordinator", "supervision")
    caller = Actor("f000000000000001", "caller", "callback")
    reviewer = Actor("9000000000000001", "reviewer", "review_office")

    @staticmethod
    def resident(matter: str) -> Actor:
        return Actor(f"resident:{matter}", "resident")


WORDS = "三栋的电梯坏了三天，老人下不了楼。\r\n  没有人来。"
REPLY = {
    "reply": {"done": "3月4日换了主板，电梯已恢复。", "no_evidence": "照片在路上", "remedy": "可以要求复核"}
}


def opened(at: datetime = MONDAY, **more: Any) -> services.Opened:
    """A request that a resident has just filed."""
    matter = services.fresh_id()
    documents = {"original": {"words": WORDS, "place": "桂花里3栋"}}
    answer = services.open_matter(
        procedure="resident-request",
        actor=Cast.resident(matter),
        at=at,
        documents=documents,
        facts={"via": "link"},
        matter=matter,
        **more,
    )
    assert isinstance(answer, services.Opened), answer
    return answer


def must(answer: Any) -> services.Recorded:
    """The entry; fails with the refusal."""
    assert isinstance(answer, services.Recorded), answer
    return answer


def classified(matter: str, at: datetime, urgency: str = "ordinary") -> None:
    """Classified and dispatched to housing."""
    facts = {"urgency": urgency, "kind": "housing", "area": "guihuali"}
    must(services.act(matter, "classify", "dispatch", facts=facts, actor=Cast.intake, at=at))
    must(services.act(matter, "dispatch", "sent", facts={"first_unit": "housing"}, actor=Cast.intake, at=at))


def answered(matter: str, at: datetime, actor: Actor = Cast.housing) -> None:
    """Answered by housing."""
    must(services.act(matter, "handle", "done", documents=REPLY, actor=actor, at=at))


def fill(
    procedure: Procedure, option: Option, chance: random.Random, bodies: Sequence[str]
) -> dict[str, Any]:
    """Facts, documents and files that fit an option, by chance: what somebody could have handed in."""
    facts: dict[str, FactValue] = {role: chance.choice(bodies) for role in option.assigns}
    for name in option.facts:
        fact = procedure.facts[name]
        if fact.required or chance.random() < 0.5:
            facts[name] = _answer(fact, chance)
    documents: dict[str, dict[str, Any]] = {}
    files: list[Upload] = []
    for name in [*option.requires, *(name for name in option.allows if chance.random() < 0.5)]:
        fields = [one for one in procedure.documents[name].fields if one.required or chance.random() < 0.7]
        documents[name] = {one.id: _value(one, chance) for one in fields if one.type != "file"}
        files += [Upload(name, one.id, "photo.png", PNG) for one in fields if one.type == "file"]
    return {"facts": facts, "documents": documents, "attachments": tuple(files[:5])}


def _answer(fact: Fact, chance: random.Random) -> FactValue:
    match fact.type:
        case "bool":
            return chance.random() < 0.5
        case "int":
            return chance.randrange(100)
        case "date":
            return f"2026-0{chance.randrange(1, 10)}-11"
        case "enum":
            return chance.choice(sorted(fact.values))
    return {"kind": "housing", "area": "guihuali"}.get(fact.id, "code")


def _value(field: Field, chance: random.Random) -> Any:
    match field.type:
        case "date":
            return f"2026-0{chance.randrange(1, 10)}-12"
        case "int" | "money":
            return chance.randrange(10_000)
        case "enum":
            return chance.choice(sorted(field.values))
        case "list":
            return ["一", "二"]
        case "points":
            return [{"n": 1, "text": "一"}]
    return f"{field.title.zh} {chance.randrange(1000)}"
