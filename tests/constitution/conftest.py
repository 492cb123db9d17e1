"""A town that lives through some days, for the lines of the constitution."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from minsheng.bodies import services as bodies
from minsheng.bodies.rules.town import TownFolder
from minsheng.publish.testing import Days


@pytest.fixture(scope="session")
def yunxi() -> TownFolder:
    folder = bodies.read_town(Path(django_settings.MINSHENG_TOWNS) / "yunxi")
    assert isinstance(folder, TownFolder), [str(finding) for finding in folder]
    return folder


@pytest.fixture
def town(yunxi: TownFolder, tmp_path: Path, settings: Any, db: None) -> TownFolder:
    """Yunxi, applied; its files in a folder of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MINSHENG_DATA = tmp_path
    settings.MINSHENG_STATE_DIR = tmp_path / "state"
    bodies.apply_town(yunxi)
    return yunxi


@pytest.fixture
def days(town: TownFolder, monkeypatch: pytest.MonkeyPatch) -> Days:
    """The days of the town; the site's clock goes with them."""
    found = Days(town.town.origin)

    def now() -> datetime:
        return found.now

    monkeypatch.setattr("minsheng.site.clock.now", now)
    return found


@pytest.fixture
def html() -> Callable[..., str]:
    """A passer-by opens a page: its HTML; fails unless it answers 200."""

    def opener(path: str) -> str:
        answer = Client().get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.content.decode()

    return opener
