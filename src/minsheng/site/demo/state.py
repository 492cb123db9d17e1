"""What the builder remembers of the made-up town: which matter is whose. In the demo only."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings


def _file() -> Path:
    return Path(settings.MINSHENG_DATA) / "demo-matters.json"


def remember(matters: dict[str, str]) -> None:
    """Key of the story → matter."""
    _file().write_text(json.dumps(matters, indent=1, sort_keys=True))


def matter_of(key: str) -> str | None:
    """The matter of a story; None if it was not built."""
    try:
        found: dict[str, str] = json.loads(_file().read_text())
    except FileNotFoundError:
        return None
    return found.get(key)
