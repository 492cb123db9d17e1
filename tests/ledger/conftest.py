"""A ledger of its own for each test: keys, state folder, published log; and entries to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from minsheng.kernel.entry import Entry
from minsheng.ledger import keys, services
from minsheng.ledger.records import Part, Recorded
from minsheng.ledger.services.writing import forget_checkpoint
from minsheng.ledger.testing import NOON, Write


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """Keys, state and data in folders of this test."""
    for name in ("DATA", "STATE_DIR", "KEY_DIR"):
        setattr(settings, f"MINSHENG_{name}", tmp_path / name.lower())
    settings.MEDIA_ROOT = tmp_path / "data" / "media"
    settings.MINSHENG_DATA.mkdir()
    keys.forget()
    keys.make(settings.MINSHENG_KEY_DIR)
    forget_checkpoint()
    yield tmp_path
    keys.forget()
    forget_checkpoint()


@pytest.fixture
def write() -> Write:
    """Append one entry in a transaction of its own."""

    def write_one(entry: Entry, *parts: Part, at: datetime = NOON) -> Recorded:
        with transaction.atomic():
            return services.append(entry, parts, at)

    return write_one
