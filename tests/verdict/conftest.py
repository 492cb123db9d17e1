"""A town, and the site's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from minsheng.bodies import services as bodies
from minsheng.bodies.rules.town import TownFolder
from minsheng.matter.testing import MONDAY


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
def clock_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set what the site's clock says; it begins on a Monday morning."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr("minsheng.site.clock.now", lambda: moment)

    set_to(MONDAY)
    return set_to
