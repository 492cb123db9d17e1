"""A town, and its files in a folder of each test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from minsheng.bodies import services as bodies
from minsheng.bodies.rules.town import TownFolder


@pytest.fixture(scope="session")
def yunxi_folder() -> TownFolder:
    folder = bodies.read_town(Path(django_settings.MINSHENG_TOWNS) / "yunxi")
    assert isinstance(folder, TownFolder), [str(finding) for finding in folder]
    return folder


@pytest.fixture
def town(yunxi_folder: TownFolder, tmp_path: Path, settings: Any, db: None) -> TownFolder:
    """Yunxi, applied; its files in a folder of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MINSHENG_DATA = tmp_path
    settings.MINSHENG_STATE_DIR = tmp_path / "state"
    bodies.apply_town(yunxi_folder)
    return yunxi_folder
