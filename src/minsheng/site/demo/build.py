"""Builds the made-up town: day by day, through the services of a real one, with its clock and nights."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management import call_command
from tqdm import tqdm

from minsheng.bodies import queries as bodies
from minsheng.bodies import services as bodies_services
from minsheng.kernel.words import Refusal, Text
from minsheng.ledger import keys
from minsheng.ledger import services as ledger
from minsheng.listen.rules.contact import Contact
from minsheng.listen.rules.written import Written
from minsheng.listen.services import filing
from minsheng.matter import procedures
from minsheng.matter import services as matter
from minsheng.people import services as people_services
from minsheng.people.models import Account
from minsheng.people.rules.actor import Actor
from minsheng.publish import services as publish
from minsheng.site import clock, worker
from minsheng.site.demo import people, state
from minsheng.site.demo.stories import Deed, Story, stories


class WrongStory(RuntimeError):
    """demo.yaml tells something that the rules do not allow."""


def town(at: date | None = None) -> None:
    """Build the demo town unless it stands; `at` sets its clock to the morning of that day."""
    data = Path(settings.MINSHENG_DATA)
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    script = people.script()
    if not (data / "built").exists():
        _ground(script)
        _live(script)
        (data / "built").touch()
        first = date.fromisoformat(str(script["today"]))
        _set_clock(at or first)
    elif at is not None:
        _set_clock(at)
    if at is not None:
        worker.once(clock.now())


def _zone() -> ZoneInfo:
    return ZoneInfo(bodies.town().zone or "Asia/Shanghai")


def _set_clock(day: date) -> None:
    clock.set_shift(timedelta())
    morning = datetime.combine(day, time(9, 30), _zone())
    clock.set_shift(morning - clock.now())


def _ground(script: dict[str, object]) -> None:
    """Keys, tables, the town from its folder, the log, and everybody who works there."""
    if not Path(settings.MINSHENG_KEY_DIR).exists():
        keys.make(Path(settings.MINSHENG_KEY_DIR))
        settings.SECRET_KEY = keys.load().django_secret.hex()
    call_command("migrate", verbosity=0)
    folder = bodies_services.read_town(people.folder())
    if isinstance(folder, list):
        raise WrongStory("\n".join(str(finding) for finding in folder))
    bodies_services.apply_town(folder)
    zone = _zone()
    first = min(story.at for story in _stories(script, zone))
    start = (first - timedelta(days=1)).astimezone(UTC)
    ledger.begin_log(bodies.town().origin, start)
    _staff(start)


def _staff(at: datetime) -> None:
    separations = [one for loaded in procedures.all_loaded().values() for one in loaded.procedure.separation]
    for person in people.everybody().values():
        if not person.roles:
            continue
        opened = people_services.open_account(
            f"{person.id}@yunxi.example", person.name, at, person=person.person
        )
        if not isinstance(opened, Account):
            raise WrongStory(opened.reason.en)
        for role, body in person.roles:
            held = people_services.assign(
                person.person,
                role,
                body,
                since=at,
                separations=separations,
                above=lambda code: [one.code for one in bodies.parents_of(code)],
            )
            if isinstance(held, Refusal):
                raise WrongStory(f"{person.id} as {role}: {held.reason.en}")


def _stories(script: dict[str, object], zone: ZoneInfo) -> list[Story]:
    remedy = bodies.town().text("remedies") or Text("", "")
    return list(stories(script, zone, remedy.zh))


def _live(script: dict[str, object]) -> None:
    """Everything in its order, each night worked through; a bar shows the days."""
    zone = _zone()
    told = _stories(script, zone)
    todo: list[tuple[datetime, str, Callable[[dict[str, str]], None]]] = []
    for story in told:
        todo.append((story.at, story.key, _filing(story)))
        todo.extend((deed.at, story.key, _doing(deed)) for deed in story.deeds)
    todo.sort(key=lambda one: one[0])
    until = datetime.combine(date.fromisoformat(str(script["today"])), time(9, 30), zone)
    todo = [one for one in todo if one[0] <= until]
    matters: dict[str, str] = {}
    days = [list(group) for _, group in groupby(todo, key=lambda one: one[0].date())]
    last = todo[0][0].date()
    bar = tqdm(
        total=(until.date() - last).days + 1,
        desc="building the town",
        unit="day",
        file=sys.stderr,
        leave=False,
    )
    for day in days:
        _nights(last, day[0][0].date(), zone, bar)
        last = day[0][0].date()
        for _, _, do in day:
            do(matters)
    _nights(last, until.date(), zone, bar)
    bar.close()
    publish.publish(until.astimezone(UTC))
    worker.once(until.astimezone(UTC))
    state.remember(matters)


def _nights(first: date, last: date, zone: ZoneInfo, bar: Any) -> None:
    """Each night from `first` to the morning of `last`: what fell due, the log, letters."""
    day = first
    while day < last:
        day += timedelta(days=1)
        night = datetime.combine(day, time(0, 5), zone).astimezone(UTC)
        done = worker.once(night, but=frozenset({"publish"}))
        if done.stopped:
            raise WrongStory(f"the night of {day}: {done}")
        bar.update(1)


def _filing(story: Story) -> Callable[[dict[str, str]], None]:
    def do(matters: dict[str, str]) -> None:
        written = Written(
            words=story.words,
            place=story.place,
            area=story.area,
            show=story.show,
            contact=Contact(**story.contact),
        )
        receipt = filing.submit_request(written, at=story.at.astimezone(UTC), language=story.language)
        if isinstance(receipt, Refusal):
            raise WrongStory(f"{story.key}: {receipt.reason.en}")
        matters[story.key] = receipt.matter

    return do


def _doing(deed: Deed) -> Callable[[dict[str, str]], None]:
    def do(matters: dict[str, str]) -> None:
        matter_id = matters[deed.key]
        done = matter.act(
            matter_id,
            deed.step,
            deed.outcome,
            event=deed.event,
            facts=dict(deed.facts),
            documents=deed.documents,
            actor=_actor(deed, matter_id),
            at=deed.at.astimezone(UTC),
        )
        if isinstance(done, Refusal):
            missing = ", ".join(one.what.en for one in done.missing)
            raise WrongStory(
                f"{deed.key} {deed.at:%m-%d %H:%M} {deed.outcome or deed.event}: {done.reason.en} {missing}"
            )

    return do


def _actor(deed: Deed, matter_id: str) -> Actor:
    if deed.who == "resident":
        return Actor(person=f"resident:{matter_id}", role="resident")
    person = people.everybody()[deed.who]
    role, body = person.roles[0]
    return Actor(person=person.person, role=role, body=body, name_shown=person.name)
