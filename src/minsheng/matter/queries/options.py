"""What these actors may do in a matter now, as the rule file, the assigned bodies and the person allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from minsheng.kernel.entry import CLOCK, FactValue
from minsheng.kernel.procedure.possible import Option, possible
from minsheng.kernel.words import Text
from minsheng.matter.queries.reading import holds
from minsheng.matter.queries.views import MatterView
from minsheng.matter.rules import happened
from minsheng.people.pseudonyms import pseudonym
from minsheng.people.rules.actor import Actor

LEVELS: Final = (
    ("open", Text("公开", "open")),
    ("coded", Text("只公开代码和日期", "codes and dates only")),
    ("withheld", Text("不公开", "withheld")),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that one of the actors may do. `facts`: those of the engine that go with it.

    `asks`: facts of the engine that have to be chosen, with what there is to choose from.
    """

    option: Option
    actor: Actor
    facts: dict[str, FactValue] = field(default_factory=dict)
    asks: dict[str, tuple[tuple[str, Text], ...]] = field(default_factory=dict)


def choices(view: MatterView, actors: Sequence[Actor]) -> tuple[Choice, ...]:
    """Everything that may be done now, in the order of the rule file; each thing once."""
    found: dict[tuple[str, str | None, str | None, str], Choice] = {}
    for actor in actors:
        if not holds(view, actor):
            continue
        for one in [*_of_file(view, actor), *_level(view, actor)]:
            option = one.option
            key = (option.event, option.step, option.outcome, str(one.facts.get("of", "")))
            found.setdefault(key, one)
    return tuple(found.values())


def _of_file(view: MatterView, actor: Actor) -> list[Choice]:
    found = []
    contests = [one for one in view.status.contests.values() for _ in ("upheld", "stands")]
    for option in possible(view.procedure, view.status, actor.role):
        match option.event:
            case "ruled":
                found.append(Choice(option, actor, {"of": contests.pop(0).n}))
            case "contested":
                if about := _contestable(view):
                    found.append(Choice(option, actor, asks={"about": about}))
            case "corrected":
                if own := _own_records(view, actor):
                    found.append(Choice(option, actor, asks={"of": own}))
            case _:
                found.append(Choice(option, actor))
    return found


def _contestable(view: MatterView) -> tuple[tuple[str, Text], ...]:
    """Findings that stand and may still be contested."""
    status, declared = view.status, view.procedure.facts
    return tuple(
        (name, declared[name].title)
        for name, step in status.fact_owner.items()
        if step and name in declared and declared[name].contestable and name not in status.contests
    )


def _own_records(view: MatterView, actor: Actor) -> tuple[tuple[str, Text], ...]:
    """The actor's own entries, the newest first."""
    mine = pseudonym(view.id, actor.person)
    own = [r.entry for r in reversed(view.chain) if r.entry.actor == mine and r.entry.role != CLOCK]
    return tuple((str(entry.n), happened.what_of(view.procedure, entry)) for entry in own)


def _level(view: MatterView, actor: Actor) -> list[Choice]:
    """Whoever brought the matter decides how much of it others see."""
    if actor.role != view.procedure.start.role:
        return []
    option = Option("level", None, None, actor.role, Text("改变公开程度", "Change what others see"))
    levels = tuple(one for one in LEVELS if one[0] != view.status.disclosure)
    return [Choice(option, actor, asks={"disclosure": levels})]
