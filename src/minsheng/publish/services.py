"""Publishes the day: cuts the log, makes the disclosure, writes the export, and renews the public pages.

Once a day, by the event and by nobody's hand. A run that is killed leaves the last edition as it was.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from minsheng.bodies import queries as bodies
from minsheng.ledger import services as ledger
from minsheng.matter import procedures
from minsheng.publish import projecting
from minsheng.publish.models import Edition, FigureCell, PublicMatter
from minsheng.verdict.queries import ratings

_LOG_PATH: Final = re.compile(
    r"checkpoint|checkpoints\.jsonl|keys|tile/[0-9]{1,2}/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?"
)
_COUNTS: Final = ("procedure", "body", "month")


def folder() -> Path:
    """Where the last export lies."""
    return Path(settings.MINSHENG_DATA) / "public" / "export"


def export_files() -> list[Path]:
    """The files of the last export, those in folders left to the log's own addresses."""
    found = folder()
    return sorted(path for path in found.iterdir() if path.is_file()) if found.is_dir() else []


def is_log_path(path: str) -> bool:
    """Whether the published log can have a file of this name."""
    return _LOG_PATH.fullmatch(path) is not None


def publish_if_due(now: datetime) -> int:
    """Publish if yesterday has not been published yet; 1 if it was done now."""
    zone = ZoneInfo(bodies.town().zone)
    yesterday = now.astimezone(zone).date() - timedelta(days=1)
    last = Edition.objects.order_by("-day").first()
    if last is not None and last.day >= yesterday:
        return 0
    publish(now)
    return 1


def publish(now: datetime) -> Edition:
    """Publish everything up to and with yesterday. Raises what the ledger raises; nothing is then changed."""
    town = bodies.town()
    zone = ZoneInfo(town.zone)
    day = now.astimezone(zone).date() - timedelta(days=1)
    ledger.sequence(now, zone=zone, cut=True)
    manifest = ledger.export(
        folder(), day=day, now=now, pinned=procedures.pinned(), title=town.name, boxes=ratings.boxes()
    )
    opaque = {
        name: count for name, count in json.loads((folder() / "opaque.json").read_bytes()).items() if count
    }
    cells = json.loads((folder() / "figures.json").read_bytes())["cells"]
    with transaction.atomic():
        before = Edition.objects.filter(day__lt=day).order_by("-day").first()
        projecting.renew(day, before.day if before else None)
        FigureCell.objects.all().delete()
        FigureCell.objects.bulk_create(
            FigureCell(
                **{name: cell[name] for name in _COUNTS},
                counts={name: count for name, count in cell.items() if name not in _COUNTS},
            )
            for cell in cells
        )
        edition, _ = Edition.objects.update_or_create(
            day=day,
            defaults={
                "made_at": now,
                "size": manifest.checkpoint.size,
                "n_disclosed": PublicMatter.objects.count(),
                "opaque": opaque,
            },
        )
    return edition
