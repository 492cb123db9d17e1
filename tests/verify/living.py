"""A town that lives: requests under the real rule file, driven day by day through the engine.

People do what they may, at random; time does what it must. Everything that the town writes is as the engine
composes it, so that whatever `verify` says about it, it says about the engine's own histories.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from building import START, Kept, Town

import minsheng.rulebook
from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.procedure import acts, clocks
from minsheng.kernel.procedure.acts import Option, Proposal
from minsheng.kernel.procedure.load import load
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.status import Status, advance, start
from minsheng.verify.figures import Figures, figures_of
from tests.attested import attested

RULEBOOK = Path(minsheng.rulebook.__file__).parent
YUNXI = WorkCalendar.from_json(json.loads((RULEBOOK / "calendars" / "yunxi.json").read_text()))
CALENDARS = {YUNXI.sha256: YUNXI}
REQUEST_BYTES = (RULEBOOK / "procedures" / "resident-request.yaml").read_bytes()

DESKS = {
    "intake": "hotline",
    "arbiter": "rulings",
    "coordinator": "office",
    "caller": "callers",
    "reviewer": "review",
}
BODIES = ("water", "roads", "housing", "heat", "parks")
PATIENCE = {"resident": 0.25, "first_unit": 0.45}
"""How probably somebody in the role acts on a day; the others 0.9."""


def procedure_of(source: bytes) -> Procedure:
    """The procedure, or an AssertionError that shows the findings."""
    found = load(source, name="resident-request.yaml")
    assert isinstance(found, Procedure), "\n".join(map(str, found))
    return found


REQUEST = procedure_of(REQUEST_BYTES)


@dataclass
class Matter:
    """A matter while it lives."""

    id: str
    status: Status
    moments: dict[int, datetime] = field(default_factory=dict)


@dataclass
class LivingTown(Town):
    """A town whose every entry the engine has composed."""

    matters: list[Matter] = field(default_factory=list)
    procedure: Procedure = REQUEST

    def __post_init__(self) -> None:
        super().__post_init__()
        self.procedures = [REQUEST_BYTES]
        self.calendars = [YUNXI]
        self.figures = self.count

    def open(self, day: date, minute: int = 0, **facts: Any) -> Matter:
        """Somebody says what is wrong."""
        proposal = Proposal(
            "opened", "resident", self.person("resident"),
            facts=facts, documents={"original": {"words": "路灯坏了三个月，晚上看不见路。"}},
        )  # fmt: skip
        assert (refusal := acts.why_not(self.procedure, None, proposal, day)) is None, refusal
        entry = acts.compose_opening(
            self.procedure, proposal, matter=self.matter_id(), on=day, calendar=YUNXI
        )
        kept = self._keep(entry, proposal, moment(day, minute))
        matter = Matter(entry.matter, start(self.procedure, kept.entry, CALENDARS), {0: moment(day, minute)})
        self.matters.append(matter)
        return matter

    def tick(self, matter: Matter, now: datetime) -> None:
        """Run what is due."""
        while (tick := clocks.due(matter.status, now, matter.moments).tick) is not None:
            entry = acts.tick_entry(matter.status, tick, matter=matter.id)
            kept = self.add(entry, moment=tick.at.isoformat())
            self._advance(matter, kept, tick.at)

    def act(self, matter: Matter, proposal: Proposal, now: datetime) -> Kept | None:
        """Do it, if the rules allow."""
        self.tick(matter, now)
        day = YUNXI.day_of(now)
        if acts.why_not(self.procedure, matter.status, proposal, day) is not None:
            return None
        entry = acts.compose(self.procedure, matter.status, proposal, matter=matter.id, on=day)
        kept = self._keep(entry, proposal, now)
        self._advance(matter, kept, now)
        return kept

    def live(self, day: date, n_new: int) -> None:
        """One day: new requests, what is due, what people do; then the batch."""
        for number in range(n_new):
            self.open(day, number % 400, **({"area": "guihuali"} if self.chance.random() < 0.5 else {}))
        for matter in self.matters:
            self.tick(matter, moment(day, 500))
            if self.chance.random() < 0.02:
                self._universal(matter, day)
            for minute, (role, option) in enumerate(self._options(matter), 501):
                if self.chance.random() < PATIENCE.get(role, 0.9):
                    self.act(matter, self._proposal(matter, role, option), moment(day, minute))
        for matter in self.matters:  # an act may open a step whose hours have passed already
            self.tick(matter, moment(day, 719))
        self.batch(moment(day, 720))

    def count(self) -> Figures:
        """The figures of what is disclosed."""
        shown = (
            [kept.entry for kept in self.kept[matter.id] if kept.commitment not in self.hidden]
            for matter in self.matters
        )
        return figures_of(
            ((self.procedure, entries) for entries in shown if entries and entries[0].n == 0),
            CALENDARS,
        )

    def people(self, role: str) -> list[str]:
        """Pseudonyms; each office has four people."""
        numbers = range(1 if role == "resident" else 4)
        return [f"{role}{number}"[-8:].encode().hex().ljust(16, "0") for number in numbers]

    def person(self, role: str) -> str:
        """One of them."""
        return self.chance.choice(self.people(role))

    def _options(self, matter: Matter) -> Iterator[tuple[str, Option]]:
        """One thing that each role could do, of those that end or continue a step."""
        for role in self.procedure.roles:
            options = [
                option
                for option in acts.possible(self.procedure, matter.status, role)
                if option.event in ("done", "acted", "approved", "refused")
            ]
            if options:
                yield role, self.chance.choice(options)

    def _universal(self, matter: Matter, day: date) -> None:
        event = self.chance.choice(("supplemented", "urged", "withdrawn"))
        documents = {"supplement": {"words": "又坏了一盏。"}} if event == "supplemented" else {}
        proposal = Proposal(event, "resident", self.person("resident"), documents=documents)
        self.act(matter, proposal, moment(day, 500))

    def _proposal(self, matter: Matter, role: str, option: Option) -> Proposal:
        facts: dict[str, Any] = {}
        for name in option.facts:
            fact = self.procedure.facts[name]
            facts[name] = self.chance.choice(sorted(fact.values)) if fact.values else f"{name}_1"
        for name in option.assigns:
            facts[name] = self.chance.choice(BODIES)
        body = matter.status.assigned.get(role, DESKS.get(role))
        return Proposal(
            option.event, role, self.person(role), body, option.step, option.outcome,
            facts=facts, documents={name: self._document(name) for name in option.requires},
            checks=attested(self.procedure, option.event, option.step, option.outcome),
        )  # fmt: skip

    def _document(self, name: str) -> dict[str, Any]:
        filled: dict[str, Any] = {}
        for item in self.procedure.documents[name].fields:
            if item.type in ("text", "long_text") and (item.required or item.id != "why_late"):
                filled[item.id] = "三月三日换了两盏路灯，桂花里五栋门口。"
        return filled

    def _keep(self, entry: Any, proposal: Proposal, at: datetime) -> Kept:
        closed = acts.closed_parts(self.procedure, proposal)
        return self.add(
            entry,
            {part.name: part.value for part in closed},
            opened=[part.name for part in closed if part.disclose == "with_entry"],
            moment=at.isoformat(),
        )

    def _advance(self, matter: Matter, kept: Kept, at: datetime) -> None:
        matter.status = advance(matter.status, kept.entry, CALENDARS)
        matter.moments[kept.entry.n] = at


def moment(day: date, minute: int) -> datetime:
    """That many minutes after 8:00 in Yunxi."""
    return datetime.combine(day, time(0), UTC) + timedelta(minutes=minute)


def living_town(n_days: int = 50, per_day: int = 4, seed: int = 1) -> LivingTown:
    """A town after so many days with so many new requests each."""
    town = LivingTown(seed=seed)
    for number in range(n_days):
        town.live(START + timedelta(days=number), per_day)
    return town
