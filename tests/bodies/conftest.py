"""The two towns that come with Minsheng, as files and as values."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from minsheng.bodies import services
from minsheng.bodies.rules.town import TownFolder


def folder_of(name: str) -> TownFolder:
    folder = services.read_town(Path(settings.MINSHENG_TOWNS) / name)
    assert isinstance(folder, TownFolder), [str(finding) for finding in folder]
    return folder


@pytest.fixture(scope="session")
def yunxi() -> TownFolder:
    return folder_of("yunxi")


@pytest.fixture(scope="session")
def harbour() -> TownFolder:
    return folder_of("harbour")


@pytest.fixture
def yunxi_files() -> dict[str, bytes]:
    return services.files_of(Path(settings.MINSHENG_TOWNS) / "yunxi")
