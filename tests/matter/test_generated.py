"""Procedures made by chance run from their file alone: through `act`, and through the generic pages."""

from __future__ import annotations

import random
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.replay import why_not_entry
from minsheng.kernel.procedure.status import start, status
from minsheng.kernel.words import Refusal
from minsheng.matter import procedures, queries, services
from minsheng.matter.queries.options import choices
from minsheng.matter.testing import DAY, MONDAY, PNG, fill
from minsheng.people.rules.actor import Actor
from tests.kernel.procedure.strategies import procedures as made_by_chance

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

NAME = "made-by-chance"
BODIES = ("housing", "water_company", "market", "health")
HOME = {"desk": "hotline", "judge": "review_office", "board": "supervision"}
DATE = {"year": "2026", "month": "10", "day": "1"}
ONLY_TIME_OR_OTHERS_HELP = {
    "too_early", "fresh_person", "same_person", "same_unit", "assigned_before", "own_approval", "used_up",
}  # fmt: skip


@contextmanager
def rulebook(settings: Any, tmp_path: Path, text: str) -> Iterator[procedures.Loaded]:
    """A rulebook with this one file; what is done under it is undone afterwards."""
    folder = tmp_path / secrets.token_hex(4)
    folder.mkdir()
    (folder / "chance.yaml").write_text(text)
    settings.MINSHENG_PROCEDURES = folder
    with transaction.atomic():
        yield procedures.all_loaded()[NAME]
        transaction.set_rollback(True)


def staff(view: queries.MatterView, turn: int) -> list[Actor]:
    """Somebody in each role for the body that holds it; another person at each turn."""
    found = []
    for role in view.procedure.roles.values():
        if role.kind != "resident":
            body = view.status.assigned.get(role.id) or HOME.get(role.id, "housing")
            person = f"{secrets.token_hex(7)}{turn % 10:02d}"[:16]
            found.append(Actor(person, role.id, body))
    return found


def assert_sound(matter: str, now: datetime) -> None:
    """A stranger who replays the chain finds every entry allowed; the list row says what the entries say."""
    view = queries.get(matter, now)
    assert view is not None
    entries = [recorded.entry for recorded in view.chain]
    calendars = bodies.calendars()
    assert why_not_entry(view.procedure, None, entries[0], calendars) is None
    for n in range(1, len(entries)):
        before = (
            status(view.procedure, entries[:n], calendars)
            if n > 1
            else start(view.procedure, entries[0], calendars)
        )
        refusal = why_not_entry(view.procedure, before, entries[n], calendars)
        assert refusal is None, (n, entries[n], refusal)
    assert services.rebuild_rows(check_only=True, now=now) == []


def do_something(
    view: queries.MatterView, resident: Actor, turn: int, chance: random.Random
) -> list[Refusal]:
    """One of the things that are left is done; the refusals of all of them if none can be done now."""
    offered = choices(view, [*staff(view, turn), resident])
    left = [one for one in offered if one.option.event in ("done", "acted", "approved", "refused")]
    chance.shuffle(left)
    if turn > 12:
        left = [one for one in left if one.option.event == "done"] or left
    refusals = []
    for one in left:
        wish = fill(view.procedure, one.option, chance, BODIES)
        answer = services.act(
            view.id,
            one.option.step,
            one.option.outcome,
            event=one.option.event,
            actor=one.actor,
            at=view.now,
            seen_n=view.status.seen_n,
            **wish,
        )
        if not isinstance(answer, Refusal):
            return []
        refusals.append(answer)
    return refusals


@given(text=made_by_chance(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, phases=[Phase.generate])
def test_any_procedure_is_driven_to_its_end_through_act(
    text: str, seed: int, settings: Any, tmp_path: Path
) -> None:
    note(f"seed {seed}\n{text}")
    chance = random.Random(seed)
    with rulebook(settings, tmp_path, text) as loaded:
        matter = services.fresh_id()
        resident = Actor(f"resident:{matter}", "person")
        beginning = next(iter(_opening(loaded)))
        opened = services.open_matter(
            procedure=NAME,
            actor=resident,
            at=MONDAY,
            matter=matter,
            **fill(loaded.procedure, beginning, chance, BODIES),
        )
        assert isinstance(opened, services.Opened), opened
        now = MONDAY
        for turn in range(150):
            services.tick(now)
            view = queries.get(matter, now)
            assert view is not None
            if not view.status.open_steps:
                break
            refusals = do_something(view, resident, turn, chance)
            assert {one.code for one in refusals} <= ONLY_TIME_OR_OTHERS_HELP, refusals
            now += 4 * DAY if refusals else timedelta(hours=chance.choice([0, 1, 9, 30]))
        else:
            raise AssertionError("no end after 150 turns")
        assert view.status.end is not None
        assert view.row.ended == view.status.end.value
        assert_sound(matter, now)


def _opening(loaded: procedures.Loaded) -> Iterator[Any]:
    from minsheng.kernel.procedure.possible import Option

    start_ = loaded.procedure.start
    yield Option(
        "opened",
        None,
        None,
        start_.role,
        loaded.procedure.title,
        requires=start_.documents,
        facts=start_.facts,
    )


def fields_of(answer: Any) -> list[Any]:
    """The inputs of the page's own form."""
    tree = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    main = next(tree.iter("main"))
    return [one for one in main.iter() if one.tag in ("input", "textarea", "select") and one.get("name")]


def typed_in(answer: Any, do: str | None, chance: random.Random) -> dict[str, Any]:
    """The form of a page, filled in as a person could who sees only the page."""
    typed: dict[str, Any] = {}
    for one in fields_of(answer):
        name = one.get("name")
        if one.tag == "select":
            values = [option.get("value") for option in one.iter("option") if option.get("value")]
            typed[name] = "housing" if "housing" in values else values[0]
        elif one.get("type") == "radio":
            if name == "do":
                typed[name] = do
            elif one.get("value") and (name not in typed or chance.random() < 0.5):
                typed[name] = one.get("value")
        elif one.get("type") == "file":
            typed[name] = SimpleUploadedFile("photo.png", PNG, "image/png")
        elif one.get("type") == "hidden":
            typed[name] = one.get("value") or ""
        elif (part := one.get("class")) in DATE:
            typed[name] = DATE[part]
        else:
            typed[name] = "7" if one.get("type") == "number" else "seven"
    return {name: value for name, value in typed.items() if value is not None}


def outcomes_on(answer: Any) -> list[str]:
    return [one.get("value") for one in fields_of(answer) if one.get("name") == "do"]


@given(text=made_by_chance(most_steps=3), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=8, phases=[Phase.generate])
def test_a_procedure_is_driven_to_its_end_through_the_generic_pages(
    text: str,
    seed: int,
    settings: Any,
    tmp_path: Path,
    signed_in: Callable[..., Client],
    clock_at: Callable[[datetime], None],
) -> None:
    note(f"seed {seed}\n{text}")
    chance = random.Random(seed)
    with rulebook(settings, tmp_path, text):
        clock_at(now := MONDAY)
        resident = Client()
        begin = f"/matter/start/{NAME}/"
        answer = resident.post(begin, typed_in(resident.get(begin), None, chance))
        assert answer.status_code == 302, unescape(answer.content.decode())
        mine = answer["Location"]
        number = re.search(r"云溪2026-\d+", resident.get(mine).content.decode())
        assert number is not None
        matter = queries.id_of(number.group())
        assert matter is not None
        for turn in range(100):
            services.tick(now)
            view = queries.get(matter, now)
            assert view is not None
            if not view.status.open_steps:
                break
            done = any(
                _done_on_a_page(browser, url, chance)
                for browser, url in _open_pages(view, resident, mine, signed_in, turn)
            )
            now += timedelta(hours=1) if done and turn < 12 else 4 * DAY
            clock_at(now)
        else:
            raise AssertionError("no end after 100 turns")
        assert view.status.end is not None
        assert_sound(matter, now)


def _open_pages(
    view: queries.MatterView, resident: Client, mine: str, signed_in: Callable[..., Client], turn: int
) -> Iterator[tuple[Client, str]]:
    """Who could do something on which page, by the role of each open step."""
    people = {actor.role: actor for actor in staff(view, turn)}
    for step in view.status.open_steps:
        role = view.procedure.steps[step].role
        if role == "person":
            yield resident, f"{mine}{step}/"
        else:
            yield signed_in(people[role]), f"/matter/{view.number}/{step}/"


def _done_on_a_page(browser: Client, url: str, chance: random.Random) -> bool:
    """Whether one of the outcomes that the page offers was recorded."""
    page = browser.get(url)
    assert page.status_code in (200, 403, 409), page.status_code
    if page.status_code != 200:
        return False
    offered: list[str | None] = [*outcomes_on(page)] or [None]
    chance.shuffle(offered)
    for do in offered:
        answer = browser.post(url, typed_in(page, do, chance))
        if answer.status_code == 302:
            return True
        errors = re.findall(r"why-wrong.*?</div>", unescape(answer.content.decode()), re.S)
        assert answer.status_code in (403, 409, 422), (answer.status_code, errors)
    return False
