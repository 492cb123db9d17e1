"""One matter, as a page or another room sees it: the row, the rules, the status, the entries, what is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure import clocks
from minsheng.kernel.procedure import status as statuses
from minsheng.kernel.procedure.clocks import Due
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Text
from minsheng.ledger import queries as ledger
from minsheng.ledger.records import Recorded
from minsheng.ledger.sealing import Erased
from minsheng.matter import procedures
from minsheng.matter.models import MatterRow


@dataclass(frozen=True, slots=True)
class Row:
    """The list row of a matter. `kind` and `area` are for staff only; late means `due_at` has passed."""

    id: str
    number: str
    procedure: str
    version: int
    disclosure: str
    subject_zh: str
    subject_en: str
    kind: str
    area: str
    opened_on: date
    open_steps: tuple[str, ...]
    responsible_body: str
    due_at: datetime | None
    next_change_at: datetime | None
    round: int
    level: int
    ended: str
    ended_on: date | None
    moved_on: date
    n_entries: int
    seen_n: int
    erased: bool

    @property
    def subject(self) -> Text:
        """Kind and place in a few words; empty until the matter was classified."""
        return Text(self.subject_zh, self.subject_en)

    def late(self, now: datetime) -> bool:
        """Whether a limit has passed that somebody has to answer for."""
        return self.due_at is not None and self.due_at <= now


def row_of(row: MatterRow) -> Row:
    """The row as other rooms get it."""
    values = {field.name: getattr(row, field.name) for field in fields(Row)}
    values["open_steps"] = tuple(row.open_steps)
    return Row(**values)


@dataclass(frozen=True, slots=True)
class MatterView:
    """A matter at one moment. What the clock still has to record is in `due`, not in `status`."""

    row: Row
    procedure: Procedure
    status: Status
    chain: tuple[Recorded, ...]
    due: Due
    now: datetime

    @property
    def id(self) -> str:
        return self.row.id

    @property
    def number(self) -> str:
        return self.row.number

    @property
    def moments(self) -> Mapping[int, datetime]:
        """n of each entry → its exact moment."""
        return {recorded.entry.n: recorded.at for recorded in self.chain}

    @property
    def opener(self) -> str | None:
        """The pseudonym of whoever opened it."""
        return self.chain[0].entry.actor

    @property
    def today(self) -> date:
        """The day, by the matter's calendar."""
        return self.status.calendar.day_of(self.now)


def get(matter: str, now: datetime) -> MatterView | None:
    """A matter by its 16 hex digits; None if there is none or it was erased."""
    return _view(MatterRow.objects.filter(id=matter).first(), now)


def by_number(number: str, now: datetime) -> MatterView | None:
    """A matter by its number; None if there is none or it was erased."""
    return _view(MatterRow.objects.filter(number=number).first(), now)


def row(matter: str) -> Row | None:
    """The list row alone, also of an erased matter."""
    found = MatterRow.objects.filter(id=matter).first()
    return row_of(found) if found else None


def rows(matters: list[str]) -> dict[str, Row]:
    """Many list rows by id, in one query."""
    return {found.id: row_of(found) for found in MatterRow.objects.filter(id__in=matters)}


def id_of(number: str) -> str | None:
    """The id behind a number."""
    return MatterRow.objects.filter(number=number).values_list("id", flat=True).first()


def _view(found: MatterRow | None, now: datetime) -> MatterView | None:
    if found is None or found.erased:
        return None
    try:
        chain = ledger.chain(found.id)
    except Erased:
        return None
    procedure = procedures.of(found.procedure_sha256, found.override_sha256)
    entries = [recorded.entry for recorded in chain]
    status = statuses.status(procedure, entries, bodies.calendars())
    moments = {recorded.entry.n: recorded.at for recorded in chain}
    due = clocks.due(status, now, moments)
    return MatterView(row_of(found), procedure, status, tuple(chain), due, now)
