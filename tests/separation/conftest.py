"""The planted town, built once for each module that looks at it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.test import override_settings

from minsheng.bodies import services as bodies
from minsheng.bodies.rules.town import TownFolder
from minsheng.ledger import services as ledger
from minsheng.ledger.services.writing import forget_checkpoint
from minsheng.site import worker
from tests.separation import cast, plan, stories, town
from tests.separation.allowed import Allowed
from tests.separation.cast import Somebody
from tests.separation.crawling import Crawl
from tests.separation.storage import n_rows
from tests.separation.town import DAY, MONDAY, Town


@dataclass(slots=True)
class Planted:
    """The planted town, where its things lie, what it logged."""

    town: Town
    folder: Path
    logged: list[str]


class _Everything(logging.Handler):
    """Keeps every line as it would be written, tracebacks and all."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(scope="module")
def place(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """A database of this module's own, committed as in a town, and folders for the rest."""
    folder = tmp_path_factory.mktemp("town")
    with (
        override_settings(
            MEDIA_ROOT=folder / "data" / "media",
            MINSHENG_DATA=folder / "data",
            MINSHENG_STATE_DIR=folder / "state",
            MINSHENG_RATE_LIMITS=False,
            EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
            EMAIL_FILE_PATH=str(folder / "data" / "outbox"),
        ),
        django_db_blocker.unblock(),
    ):
        (folder / "data").mkdir()
        forget_checkpoint()
        yunxi = bodies.read_town(Path(django_settings.MINSHENG_TOWNS) / "yunxi")
        assert isinstance(yunxi, TownFolder)
        bodies.apply_town(yunxi)
        ledger.begin_log(yunxi.town.origin, MONDAY - DAY)
        yield folder
        call_command("flush", verbosity=0, interactive=False)
        forget_checkpoint()


@pytest.fixture(scope="module")
def clock(place: Path) -> Iterator[Town]:
    """A town whose moment the site's clock shows."""
    made, patch = town.new(), pytest.MonkeyPatch()
    patch.setattr("minsheng.site.clock.now", lambda: made.now)
    yield made
    patch.undo()


@pytest.fixture(scope="module")
def planted(clock: Town, place: Path) -> Iterator[Planted]:
    """The town with all its stories, published up to yesterday."""
    lines: list[str] = []
    root, handler = logging.getLogger(), _Everything(lines)
    root.addHandler(handler)
    level, root.level = root.level, logging.INFO
    stories.tell(clock)
    clock.pass_days(1)
    assert worker.once(clock.now).stopped == {}
    yield Planted(clock, place, lines)
    root.removeHandler(handler)
    root.level = level


@dataclass(slots=True)
class Crawled:
    """What everybody found; `before` and `after`: how many rows each table had."""

    planted: Planted
    people: list[Somebody]
    crawl: Crawl
    before: dict[str, int]
    after: dict[str, int]


@pytest.fixture(scope="module")
def crawled(planted: Planted) -> Crawled:
    """Everybody has opened every door."""
    people = cast.everybody(planted.town)
    crawl = Crawl(planted.town.marks, Allowed(planted.town))
    published = planted.folder / "data" / "public" / "export"
    before = n_rows()
    for who in people:
        crawl.follow(who, plan.doors(who, people, planted.town, published))
    return Crawled(planted, people, crawl, before, n_rows())
