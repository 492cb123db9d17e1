"""Publishes the day: cuts the log, makes the disclosure, writes the export, and renews the public pages.

Once a day, by the event and by nobody's hand. A run that is killed leaves the last edition as it was.
"""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from minsheng.bodies import queries as bodies
from minsheng.ledger import services as ledger
from minsheng.ledger.locks import Busy
from minsheng.matter import procedures
from minsheng.publish import projecting
from minsheng.publish.models import Edition, FigureCell, PublicMatter, RatingCell
from minsheng.verdict import queries as verdict

_LOG_PATH: Final = re.compile(
    r"checkpoint|checkpoints\.jsonl|keys|tile/[0-9]{1,2}/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?"
)
_CELL: Final = ("procedure", "body", "month")
_KEPT: Final = frozenset((".zst", ".zip"))
"""Files that are compressed already."""


def folder() -> Path:
    """Where the last export lies."""
    return Path(settings.MINSHENG_DATA) / "public" / "export"


def export_files() -> list[str]:
    """The paths of the last export's files within it, in order; the log's tiles are left out."""
    found = folder()
    if not found.is_dir():
        return []
    paths = (path.relative_to(found).as_posix() for path in found.rglob("*") if path.is_file())
    return sorted(path for path in paths if not path.startswith("tile/"))


def export_file(path: str) -> Path | None:
    """A file of the last export or the whole as one archive; None for anything else."""
    if path == archive().name:
        return archive() if archive().is_file() else None
    return folder() / path if path in export_files() else None


def archive() -> Path:
    """The whole export as one file, as `publish` packed it."""
    return folder().with_name("export.zip")


def is_log_path(path: str) -> bool:
    """Whether the published log can have a file of this name."""
    return _LOG_PATH.fullmatch(path) is not None


def is_due(now: datetime) -> bool:
    """Whether yesterday has not been published yet."""
    zone = ZoneInfo(bodies.town().zone)
    yesterday = now.astimezone(zone).date() - timedelta(days=1)
    last = Edition.objects.order_by("-day").first()
    return last is None or last.day < yesterday


def publish_if_due(now: datetime) -> int:
    """Publish if yesterday has not been published yet; 1 if it was done now.

    While another process sequences nothing is done: the next round tries again.
    """
    if not is_due(now):
        return 0
    try:
        publish(now)
    except Busy:
        return 0
    return 1


def publish(now: datetime) -> Edition:
    """Publish everything up to and with yesterday.

    Raises what the ledger raises, or OSError when the disk refuses; the pages are then as they were.
    """
    town = bodies.town()
    zone = ZoneInfo(town.zone)
    day = now.astimezone(zone).date() - timedelta(days=1)
    ledger.sequence(now, zone=zone, cut=True)
    manifest = ledger.export(
        folder(), day=day, now=now, pinned=procedures.pinned(), title=town.name, boxes=verdict.boxes()
    )
    _pack()
    opaque = {name: n for name, n in json.loads((folder() / "opaque.json").read_bytes()).items() if n}
    cells = json.loads((folder() / "figures.json").read_bytes())["cells"]
    found = projecting.renewed(day)
    with transaction.atomic():
        projecting.store(found)
        _figures(cells)
        _ratings()
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


def _pack() -> None:
    """Put the export into one archive beside it, whole or not at all."""
    new = archive().with_suffix(".new")
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder().rglob("*")):
            if path.is_file():
                stored = path.suffix in _KEPT or "tile" in path.relative_to(folder()).parts
                how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
                packed.write(path, path.relative_to(folder()).as_posix(), how)
    new.replace(archive())


def _figures(cells: list[Mapping[str, Any]]) -> None:
    """The cells of figures.json, each with the mark that its month bears."""
    marks = verdict.marks()
    FigureCell.objects.all().delete()
    FigureCell.objects.bulk_create(
        FigureCell(
            procedure=cell["procedure"],
            body=cell["body"],
            month=cell["month"],
            counts={name: n for name, n in cell.items() if name not in _CELL},
            unusable=marks.get((cell["body"], date.fromisoformat(f"{cell['month']}-01")), ""),
        )
        for cell in cells
    )


def _ratings() -> None:
    """The rating boxes that were opened, with their counts, and those that held too few in the end.

    A box that still collects is not named: that it exists would tell that somebody rated.
    """
    opened = [
        RatingCell(
            body=box.body,
            first_month=f"{box.first_month:%Y-%m}",
            last_month=f"{box.last_month:%Y-%m}",
            n=box.n,
            counts=box.counts,
        )
        for box in verdict.opened()
    ]
    too_few = [
        RatingCell(
            body=box.body, first_month=f"{box.first_month:%Y-%m}", last_month=f"{box.last_month:%Y-%m}"
        )
        for box in verdict.where_boxes_stand()
        if box.too_few
    ]
    RatingCell.objects.all().delete()
    RatingCell.objects.bulk_create([*opened, *too_few])
