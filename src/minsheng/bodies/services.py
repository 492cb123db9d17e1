"""Read a town folder from disk, apply it (all or nothing, and nothing if nothing changed), write it back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from minsheng.bodies import models, queries
from minsheng.bodies.rules import keeping
from minsheng.bodies.rules.findings import Finding
from minsheng.bodies.rules.folder import BESIDE, LARGEST, is_town_file, read_folder
from minsheng.bodies.rules.town import TownFolder
from minsheng.bodies.rules.writing import write_folder
from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.log.canonical import canonical

_LOCK = 7_301_001
"""PostgreSQL's advisory lock of `apply_town`; on SQLite BEGIN IMMEDIATE does the same."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What an apply did.

    `new_calendar` is the hash of a calendar that was not in force before: open matters need an entry for
    it. `retired_bodies` are the codes of bodies that left the town; matters that rest with them must move.
    """

    changed: bool
    new_calendar: str | None = None
    retired_bodies: tuple[str, ...] = ()


class NotEmpty(FileExistsError):
    """The folder to write to holds something that is no part of a town."""


def files_of(directory: Path) -> dict[str, bytes]:
    """The files of a folder by their name below it, hidden ones left out. Raises OSError."""
    found = {}
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory)
        if path.is_file() and not any(part.startswith(".") for part in name.parts):
            with path.open("rb") as file:
                found[name.as_posix()] = file.read(LARGEST + 1)
    return found


def read_town(directory: Path) -> TownFolder | list[Finding]:
    """The town in a folder, or what must be mended in it first. Raises OSError."""
    return read_folder(files_of(directory))


def export_town(directory: Path) -> list[str]:
    """Write the town of today as a folder; the names of the files. Raises NoTown, NotEmpty, OSError.

    Writing over an older export of a town is allowed; files of overrides that are gone are removed.
    """
    there = set(files_of(directory)) if directory.exists() else set()
    if strange := sorted(name for name in there if not is_town_file(name)):
        raise NotEmpty(f"{directory} holds {strange[0]}, which is no part of a town")
    files = write_folder(queries.folder())
    for name, source in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(source)
    for name in there - set(files) - set(BESIDE):
        (directory / name).unlink()
    return sorted(files)


def apply_town(folder: TownFolder) -> Applied:
    """Make this the town, in one transaction. Applying the same folder again changes nothing.

    A changed calendar becomes a new edition; older editions stay, because open and ended matters cite them.
    """
    with transaction.atomic():
        _alone()
        queries.look_again()
        try:
            before = queries.folder()
        except queries.NoTown:
            before = None
        if before == folder:
            return Applied(changed=False)
        new_calendar = _put_calendar(folder.calendar)
        _put_lists(folder)
        models.TownRow.objects.update_or_create(
            pk=1,
            defaults={
                "edition": secrets.token_hex(8),
                "code": folder.town.code,
                "said": keeping.town_to_json(folder.town),
            },
        )
        queries.look_again()
    now_here = {body.code for body in folder.bodies}
    gone = tuple(b.code for b in before.bodies if b.code not in now_here) if before else ()
    return Applied(changed=True, new_calendar=new_calendar, retired_bodies=gone)


def _alone() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _put_calendar(calendar: WorkCalendar) -> str | None:
    """Put the edition in force; its hash if it was not in force before."""
    editions = models.CalendarEdition.objects
    if editions.filter(sha256=calendar.sha256, current=True).exists():
        return None
    editions.filter(current=True).update(current=False)
    editions.update_or_create(
        sha256=calendar.sha256,
        defaults={
            "calendar": calendar.id,
            "version": calendar.version,
            "canonical": canonical(calendar.to_json()),
            "current": True,
        },
    )
    return calendar.sha256


def _put_lists(folder: TownFolder) -> None:
    _put(
        models.BodyRow,
        {
            b.code: {"kind": b.kind.value, "parent": b.parent, "said": keeping.body_to_json(b)}
            for b in folder.bodies
        },
    )
    _put(
        models.AreaRow,
        {
            a.code: {
                "kind": a.kind.value,
                "parent": a.parent,
                "population": a.population,
                "said": keeping.area_to_json(a),
            }
            for a in folder.areas
        },
    )
    _put(models.TaxonomyRow, {c.code: {"said": keeping.class_to_json(c)} for c in folder.taxonomy})
    models.CompetenceRow.objects.all().delete()
    models.CompetenceRow.objects.bulk_create(
        models.CompetenceRow(position=i, kind=c.kind, area=c.area, body=c.body, source=c.source)
        for i, c in enumerate(folder.competences)
    )
    models.OverrideRow.objects.all().delete()
    models.OverrideRow.objects.bulk_create(
        models.OverrideRow(procedure=name, source=source) for name, source in folder.overrides.items()
    )


def _put(
    table: type[models.BodyRow] | type[models.AreaRow] | type[models.TaxonomyRow],
    rows: Mapping[str, Mapping[str, Any]],
) -> None:
    """Write the rows by code, in their order; rows that are no longer named are retired."""
    for position, (code, columns) in enumerate(rows.items()):
        table.objects.update_or_create(
            code=code, defaults={**columns, "position": position, "retired": False}
        )
    table.objects.exclude(code__in=list(rows)).update(retired=True)
