"""The demo town's bodies and calendar, applied once for a test."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from minsheng.bodies import services
from minsheng.bodies.rules.town import TownFolder


@pytest.fixture
def town(db: None) -> None:
    folder = services.read_town(Path(settings.MINSHENG_TOWNS) / "yunxi")
    assert isinstance(folder, TownFolder), [str(finding) for finding in folder]
    services.apply_town(folder)
