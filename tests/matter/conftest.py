"""A town and its rule files; attachments go to a folder of each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from minsheng.bodies import services as bodies
from minsheng.bodies.rules.town import TownFolder


@pytest.fixture(scope="session")
def yunxi() -> TownFolder:
    folder = bodies.read_town(Path(django_settings.MINSHENG_TOWNS) / "yunxi")
    assert isinstance(folder, TownFolder), [str(finding) for finding in folder]
    return folder


@pytest.fixture
def town(yunxi: TownFolder, tmp_path: Path, settings: Any) -> TownFolder:
    """Yunxi, applied."""
    settings.MEDIA_ROOT = tmp_path / "media"
    bodies.apply_town(yunxi)
    return yunxi
