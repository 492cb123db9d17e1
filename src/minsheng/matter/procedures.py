"""Which rule files run here, and under which bytes does a matter run?

The files of the rulebook are read once per edition of the town, whose overrides are laid over them. A matter
pins its file by hash in entry 0; the bytes are kept in the database from the first matter on, so that a
matter ends under the rules under which it began, whatever the rulebook says today.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from django.conf import settings

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure import check, load
from minsheng.kernel.procedure.model import Procedure
from minsheng.ledger.pinned import Pinned
from minsheng.matter import checks
from minsheng.matter.models import ProcedureVersion


class CannotRun(Exception):
    """A rule file or an override has findings, or names a check that nobody answers."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A rule file that may run: what it says, its bytes, and those of the town's override, if any."""

    procedure: Procedure
    source: bytes
    override: bytes = b""


def read(source: bytes, override: bytes = b"", *, name: str) -> Loaded:
    """Read a rule file and lay an override over it. Raises CannotRun with every finding."""
    found = load.load(source, name=name)
    if isinstance(found, Procedure) and override:
        found = load.apply_override(found, override, name=f"{name} (override)")
    if not isinstance(found, Procedure):
        raise CannotRun("\n".join(str(finding) for finding in found))
    return Loaded(found, source, override)


def fit_to_run(loaded: Loaded) -> Loaded:
    """The same, after the exploring check. Raises CannotRun with what it found, or the unanswered check."""
    if findings := check.check(loaded.procedure, checks.PROVIDERS):
        raise CannotRun("\n".join(str(finding) for finding in findings))
    return loaded


def all_loaded() -> Mapping[str, Loaded]:
    """Every procedure in force, by id, the newest version of each. Raises CannotRun."""
    return _all(Path(settings.MINSHENG_PROCEDURES), bodies.edition())


@lru_cache(maxsize=4)
def _all(folder: Path, edition: str) -> Mapping[str, Loaded]:
    overrides = bodies.overrides()
    found: dict[str, Loaded] = {}
    for path in sorted(folder.glob("*.yaml")):
        loaded = read(path.read_bytes(), name=path.name)
        procedure = loaded.procedure
        newest = found.get(procedure.id)
        if procedure.status == "in_force" and (
            newest is None or newest.procedure.version < procedure.version
        ):
            found[procedure.id] = loaded
    for name, loaded in found.items():
        override = overrides.get(name, b"")
        found[name] = fit_to_run(read(loaded.source, override, name=loaded.procedure.file))
    return MappingProxyType(found)


def keep(loaded: Loaded, at: datetime) -> None:
    """Keep the bytes for ever. Within the transaction of the first matter under them."""
    pinned = {
        "sha256": loaded.procedure.sha256,
        "override_sha256": loaded.procedure.override_sha256 or "",
    }
    if ProcedureVersion.objects.filter(**pinned).exists():
        return
    ProcedureVersion.objects.get_or_create(
        **pinned,
        defaults={
            "procedure": loaded.procedure.id,
            "version": loaded.procedure.version,
            "source": loaded.source,
            "override_source": loaded.override,
            "first_used_at": at,
        },
    )


def of(sha256: str, override_sha256: str = "") -> Procedure:
    """The procedure with these bytes, as pinned in entry 0. Raises LookupError if they are not kept here."""
    return _of(sha256, override_sha256)


@lru_cache(maxsize=64)
def _of(sha256: str, override_sha256: str) -> Procedure:
    row = ProcedureVersion.objects.filter(sha256=sha256, override_sha256=override_sha256).first()
    if row is None:
        raise LookupError(f"no rule file {sha256[:16]} is kept here")
    source, override = bytes(row.source), bytes(row.override_source)
    if hashlib.sha256(source).hexdigest() != sha256:
        raise CannotRun(f"the kept rule file {row.procedure} version {row.version} is not the one it was")
    return read(source, override, name=row.procedure).procedure


def pinned() -> Pinned:
    """Every rule file, override and calendar that a matter here ever ran under, for the export."""
    rows = list(ProcedureVersion.objects.order_by("procedure", "version", "sha256"))
    sources = {row.sha256: bytes(row.source) for row in rows}
    overrides = {row.override_sha256: bytes(row.override_source) for row in rows if row.override_sha256}
    calendars = sorted(bodies.calendars().values(), key=lambda calendar: calendar.sha256)
    return Pinned(tuple(sources.values()), tuple(overrides.values()), tuple(calendars))
