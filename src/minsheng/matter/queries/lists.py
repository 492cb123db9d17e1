"""Lists of matters, paged by key: the cost of a page does not grow with the number of pages before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Generic, TypeVar

from django.db.models import Count, Q, QuerySet

from minsheng.bodies import queries as bodies
from minsheng.matter.models import Duty, MatterRow
from minsheng.matter.queries.views import Row, row_of
from minsheng.people.rules.actor import Actor

T = TypeVar("T")

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items in a fixed order, and the key of what follows; `next` None: nothing follows."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One line of a worklist: a step that is this role's in a matter, or a matter the body waits in."""

    row: Row
    step: str
    role: str
    body: str
    why: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Worklist:
    """What is yours, by due date, and what waits for others. The counts are of all pages."""

    yours: Page[WorkItem]
    waiting: Page[WorkItem]
    n_yours: int
    n_late: int
    n_due_today: int
    n_waiting: int


def worklist(
    actors: Sequence[Actor],
    now: datetime,
    *,
    cursor: str = "",
    waiting_cursor: str = "",
    limit: int = PAGE,
) -> Worklist:
    """What the holder of these roles has to do. Three queries, however many matters there are."""
    mine = Q(pk__in=())
    for actor in actors:
        mine |= Q(role=actor.role, body__in=("", actor.body or ""))
    duties = Duty.objects.filter(mine)
    calendar = bodies.current_calendar()
    midnight = calendar.end_of(calendar.day_of(now))
    counts = duties.aggregate(
        n_yours=Count("id", filter=Q(waiting=False)),
        n_late=Count("id", filter=Q(waiting=False, due_at__lte=now)),
        n_due_today=Count("id", filter=Q(waiting=False, due_at__gt=now, due_at__lte=midnight)),
        n_waiting=Count("id", filter=Q(waiting=True)),
    )
    return Worklist(
        yours=_page(duties.filter(waiting=False), cursor, limit),
        waiting=_page(duties.filter(waiting=True), waiting_cursor, limit),
        **counts,
    )


def _page(duties: QuerySet[Duty], cursor: str, limit: int) -> Page[WorkItem]:
    if after := _read(cursor):
        at, id = after
        duties = duties.filter(Q(order_at__gt=at) | Q(order_at=at, id__gt=id))
    found = list(duties.select_related("matter").order_by("order_at", "id")[: limit + 1])
    items = tuple(
        WorkItem(row_of(duty.matter), duty.step, duty.role, duty.body, duty.why, duty.due_at)
        for duty in found[:limit]
    )
    more = _write(found[limit - 1].order_at, found[limit - 1].id) if len(found) > limit else None
    return Page(items, more)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)


def _write(at: datetime, id: int) -> str:
    return f"{(at - _EPOCH) // _TICK}.{id}"


def _read(cursor: str) -> tuple[datetime, int] | None:
    """The place a cursor names; None for the beginning, and for anything that is no cursor."""
    at, _, id = cursor.partition(".")
    if not (at.isascii() and at.isdigit() and id.isascii() and id.isdigit() and len(cursor) < 40):
        return None
    try:
        return _EPOCH + int(at) * _TICK, int(id)
    except OverflowError:
        return None


@dataclass(frozen=True, slots=True)
class PublicItem:
    """What anybody may know of a matter without asking: days, body, steps, end. No kind, place or words."""

    number: str
    procedure: str
    opened_on: date
    moved_on: date
    responsible_body: str
    open_steps: tuple[str, ...]
    due_at: datetime | None
    ended: str
    ended_on: date | None
    round: int


def public_list(*, cursor: str = "", body: str = "", limit: int = PAGE) -> Page[PublicItem]:
    """Matters, newest first, without those withheld or erased. One query."""
    rows = MatterRow.objects.filter(erased=False).exclude(disclosure="withheld")
    if body:
        rows = rows.filter(responsible_body=body)
    day, _, id = cursor.partition(".")
    try:
        on = date.fromisoformat(day)
        rows = rows.filter(Q(opened_on__lt=on) | Q(opened_on=on, id__lt=id))
    except ValueError:
        pass
    found = list(rows.order_by("-opened_on", "-id")[: limit + 1])
    items = tuple(
        PublicItem(
            row.number, row.procedure, row.opened_on, row.moved_on, row.responsible_body,
            tuple(row.open_steps), row.due_at, row.ended, row.ended_on, row.round,
        )
        for row in found[:limit]
    )  # fmt: skip
    last = found[limit - 1] if len(found) > limit else None
    return Page(items, f"{last.opened_on.isoformat()}.{last.id}" if last else None)
