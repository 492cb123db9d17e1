"""A matter in hand: locked, folded, brought up to the moment, appended to, its row written.

Only this module calls `ledger.append` for matters. Everything happens in one transaction of the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from minsheng.bodies import queries as bodies
from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import Entry
from minsheng.kernel.procedure import acts, clocks
from minsheng.kernel.procedure import status as statuses
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Text
from minsheng.ledger import queries as ledger_queries
from minsheng.ledger import services as ledger
from minsheng.ledger.records import Part, Recorded
from minsheng.matter import procedures
from minsheng.matter.models import Duty, MatterRow
from minsheng.matter.queries.holders import body_of
from minsheng.matter.rules import standing

MOST_TICKS: Final = 10_000
"""More ticks than this at one moment are a fault of a rule file or of the engine, not of time."""


class Runaway(RuntimeError):
    """The clock of a matter does not come to rest."""


@dataclass(slots=True)
class Hand:
    """One matter inside a transaction. `chain` grows with each append; `status` is that of the chain."""

    row: MatterRow
    procedure: Procedure
    chain: list[Recorded]
    status: Status
    calendars: Mapping[str, WorkCalendar]

    @property
    def moments(self) -> Mapping[int, datetime]:
        """n of each entry → its exact moment."""
        return {recorded.entry.n: recorded.at for recorded in self.chain}

    def day(self, at: datetime) -> date:
        """The legal day of an act at this moment; never before the last entry's."""
        return max(self.status.calendar.day_of(at), self.status.on)

    def append(self, entry: Entry, parts: Sequence[Part], at: datetime) -> Recorded:
        """Append an entry and fold it in. Raises ledger.Conflict."""
        recorded = ledger.append(entry, parts, at, before=self.chain[-1])
        self.chain.append(recorded)
        self.status = statuses.advance(self.status, recorded.entry, self.calendars)
        return recorded

    def run_clock(self, at: datetime) -> int:
        """Append every tick that is due at `at`, in legal order; how many."""
        n = 0
        while (tick := clocks.due(self.status, at, self.moments).tick) is not None:
            self.append(acts.tick_entry(self.status, tick, matter=self.row.id), (), tick.at)
            n += 1
            if n > MOST_TICKS:
                raise Runaway(f"the clock of {self.row.id} does not come to rest after {n} entries")
        return n

    def write_row(self, at: datetime) -> None:
        """Bring the list row and the duties to where the chain is."""
        now = stand(self.status, self.moments, at)
        write(self.row, now)
        self.row.moved_on = moved_on(self.chain, self.status)
        self.row.disclosure = self.status.disclosure
        self.row.updated_at = at
        self.row.save()
        write_duties(self.row, now)


def fold(row: MatterRow) -> Hand:
    """Read a matter's chain and fold it. Raises ledger's sealing.Erased, LookupError."""
    chain = ledger_queries.chain(row.id)
    calendars = bodies.calendars()
    procedure = procedures.of(row.procedure_sha256, row.override_sha256)
    status = statuses.status(procedure, [recorded.entry for recorded in chain], calendars)
    return Hand(row, procedure, chain, status, calendars)


def take(matter: str, *, skip_locked: bool = False) -> Hand | None:
    """Lock a matter for this transaction and fold it; None if there is none, it was erased, or (with
    `skip_locked`) somebody else holds it. SQLite has locked the whole database already."""
    rows = MatterRow.objects.select_for_update(skip_locked=skip_locked)
    row = rows.filter(id=matter, erased=False).first()
    return None if row is None else fold(row)


def stand(status: Status, moments: Mapping[int, datetime], at: datetime) -> standing.Standing:
    """What the row says at this moment."""
    return standing.standing(status, clocks.due(status, at, moments), moments, body_of)


def write(row: MatterRow, now: standing.Standing) -> None:
    """Set the cached columns of a row."""
    row.open_steps = list(now.open_steps)
    row.responsible_body = now.responsible_body
    row.due_at, row.next_change_at = now.due_at, now.next_change_at
    row.round, row.level = now.round, now.level
    row.ended, row.ended_on = now.ended, now.ended_on
    row.n_entries, row.seen_n = now.n_entries, now.seen_n


def write_duties(row: MatterRow, now: standing.Standing, *, fresh: bool = False) -> None:
    """Replace the duties of a matter; `fresh`: it has none yet."""
    if not fresh:
        Duty.objects.filter(matter=row).delete()
    Duty.objects.bulk_create(
        Duty(
            matter=row,
            step=turn.step,
            role=turn.role,
            body=turn.body,
            waiting=turn.waiting,
            why=turn.why,
            due_at=turn.due_at,
            order_at=turn.order_at,
        )
        for turn in now.turns
    )


def moved_on(chain: Sequence[Recorded], status: Status) -> date:
    """The day of the last entry that is neither the clock's nor a message's."""
    return chain[status.seen_n].entry.on


def describe(row: MatterRow, subject: Text | None) -> None:
    """Set what lists say of a matter: the given words, or kind and place by their names."""
    if subject is not None:
        row.subject_zh, row.subject_en = subject.zh[:120], subject.en[:120]
        return
    kind, area = _name_of_kind(row.kind), _name_of_area(row.area)
    row.subject_zh = "，".join(one.zh for one in (area, kind) if one)[:120]
    row.subject_en = ", ".join(one.en for one in (kind, area) if one)[:120]


def _name_of_kind(code: str) -> Text | None:
    try:
        return bodies.taxonomy_class(code).name if code else None
    except KeyError:
        return None


def _name_of_area(code: str) -> Text | None:
    try:
        return bodies.area(code).name if code else None
    except KeyError:
        return None
