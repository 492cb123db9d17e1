"""What the ledger answers: chains, what came after a cursor, checkpoints, how far readers have come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Max

from minsheng.kernel.log.canonical import parse_canonical
from minsheng.kernel.log.entries import entry_from_bytes
from minsheng.ledger import horizon, sealing
from minsheng.ledger.models import (
    Batch,
    Checkpoint,
    Cursor,
    Disclosure,
    Entry,
    Erased,
    Leaf,
    LeafKind,
    Part,
    Recovered,
    Restoration,
)
from minsheng.ledger.records import OpenPart, Position
from minsheng.ledger.records import Recorded as Recorded
from minsheng.ledger.rules.disclosure import hidden

_COLUMNS: Final = ("matter", "n", "commitment", "body", "salt", "moment_salt", "at")


def chain(matter: str, *, parts: bool = False) -> list[Recorded]:
    """The entries of a matter in order, empty if there is none; with `parts`, their parts opened.

    Raises sealing.Erased if the matter was erased.
    """
    rows = Entry.objects.filter(matter=matter).order_by("n").values_list(*_COLUMNS)
    opened = open_parts(matter) if parts else {}
    found = []
    for row in rows:
        recorded = _recorded(row, opened.get(row[1]))
        if recorded is None:
            raise sealing.Erased(matter)
        found.append(recorded)
    return found


def recorded(matter: str, n: int, *, parts: bool = False) -> Recorded | None:
    """One entry of a matter. Raises sealing.Erased."""
    row = Entry.objects.filter(matter=matter, n=n).values_list(*_COLUMNS).first()
    if row is None:
        return None
    found = _recorded(row, open_parts(matter, n).get(n) if parts else None)
    if found is None:
        raise sealing.Erased(matter)
    return found


def head(matter: str) -> Recorded | None:
    """The last entry of a matter. Raises sealing.Erased."""
    row = Entry.objects.filter(matter=matter).order_by("-n").values_list(*_COLUMNS).first()
    if row is None:
        return None
    found = _recorded(row, None)
    if found is None:
        raise sealing.Erased(matter)
    return found


def open_parts(matter: str, n: int | None = None) -> dict[int, dict[str, OpenPart]]:
    """n → name → part, opened with the matter's data key. Raises sealing.Erased, sealing.CannotOpen."""
    rows = Part.objects.filter(matter=matter).order_by("id")
    return _opened(matter, rows if n is None else rows.filter(n=n))


def _opened(matter: str, rows: Iterable[Part]) -> dict[int, dict[str, OpenPart]]:
    found: dict[int, dict[str, OpenPart]] = {}
    key: sealing.MatterKey | None = None
    for row in rows:
        if row.box is None:
            raise sealing.Erased(matter)
        key = key or sealing.key_of(matter)
        kind, value, salt = unbox(key.unseal(bytes(row.box), part_purpose(row.n, row.name)))
        found.setdefault(row.n, {})[row.name] = OpenPart(
            row.name, value, salt, row.disclose, row.guarded, row.opened_on, kind == ELSEWHERE
        )
    return found


def opened_on(day: date) -> set[str]:
    """The matters of which a part opened with the disclosure of this day."""
    return set(Part.objects.filter(opened_on=day).values_list("matter", flat=True).distinct())


def part_purpose(n: int, name: str) -> str:
    """What a part's box is bound to, besides its matter."""
    return f"part {n} {name}"


BYTES: Final = b"b"
VALUE: Final = b"j"
ELSEWHERE: Final = b"x"


def unbox(plaintext: bytes) -> tuple[bytes, Any, bytes]:
    """What a part's box holds: one byte of kind, 32 of salt, then the bytes or the canonical value."""
    kind, salt, data = plaintext[:1], plaintext[1:33], plaintext[33:]
    if kind == BYTES:
        return kind, data, salt
    return kind, (parse_canonical(data) if kind == VALUE else None), salt


def after(position: Position, limit: int = 500) -> tuple[list[Recorded], Position]:
    """Up to `limit` entries after a position in the safe order, and the position after them.

    Nothing that becomes visible later belongs before the new position. Entries of erased matters are
    passed over. An empty list with an unchanged position means: nothing new yet.
    """
    rows = horizon.after(position, limit, ", ".join(f"e.{name}" for name in _COLUMNS))
    moved = Position(*rows[-1][:3]) if rows else position
    found = [_recorded(row[3:], None) for row in rows]
    return [item for item in found if item is not None], moved


def after_with_positions(position: Position, limit: int) -> list[tuple[Position, Recorded | None]]:
    """As `after`, with the position of each entry; None for an entry of an erased matter."""
    rows = horizon.after(position, limit, ", ".join(f"e.{name}" for name in _COLUMNS))
    return [(Position(*row[:3]), _recorded(row[3:], None)) for row in rows]


def _recorded(row: Sequence[Any], parts: Mapping[str, OpenPart] | None) -> Recorded | None:
    _, _, commitment, body, salt, moment_salt, at = row
    if body is None:
        return None
    return Recorded(
        entry=entry_from_bytes(bytes(body)),
        at=_moment(at),
        commitment=bytes(commitment).hex(),
        salt=bytes(salt),
        moment_salt=bytes(moment_salt),
        parts=MappingProxyType(dict(parts)) if parts else MappingProxyType({}),
    )


def _moment(value: Any) -> datetime:
    """A moment as the ORM or raw SQL returns it on either engine: without a zone it is UTC."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    assert isinstance(moment, datetime)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def checkpoint() -> Checkpoint | None:
    """The last signed checkpoint; None before the log was begun."""
    return Checkpoint.objects.order_by("-id").first()


def leaf_index(commitment: str) -> int | None:
    """Where a commitment (64 hex digits) lies in the log; None while it waits for its batch."""
    return leaf_indices([commitment]).get(commitment)


def leaf_indices(commitments: Sequence[str]) -> dict[str, int]:
    """As `leaf_index` for many at once; those that still wait are left out."""
    wanted = [bytes.fromhex(commitment) for commitment in commitments]
    held = Leaf.objects.filter(commitment__in=wanted).values_list("commitment", "i")
    found = {bytes(commitment).hex(): i for commitment, i in held if commitment is not None}
    if len(found) < len(wanted):
        back = Recovered.objects.filter(commitment__in=wanted).values_list("commitment", "i")
        found |= {bytes(commitment).hex(): i for commitment, i in back}
    return found


def n_leaves() -> int:
    """How many leaves the database holds, signed or not. Leaves are numbered without gaps."""
    last = Leaf.objects.order_by("-i").values_list("i", flat=True).first()
    return 0 if last is None else last + 1


def n_lost() -> int:
    """How many leaves are of entries that an older backup did not have, and that nobody brought back."""
    return Leaf.objects.filter(kind=LeafKind.LOST).count() - Recovered.objects.count()


def batch_position() -> Position:
    """How far the last batch read the entries."""
    row = Batch.objects.order_by("-id").first()
    return Position() if row is None else Position(row.epoch, row.tx, row.entry)


def is_erased(matter: str) -> bool:
    """Whether this matter has a tombstone."""
    return Erased.objects.filter(matter=matter).exists()


def erased_at(matter: str) -> datetime | None:
    """When the matter was erased; None if it was not."""
    return Erased.objects.filter(matter=matter).values_list("at", flat=True).first()


def restoration(matter: str) -> Restoration | None:
    """The restore after which this matter has not been continued yet, if entries were lost in it.

    Whoever writes for the matter next first appends a `restored` entry (until then, proof files may still
    give lost entries their places back).
    """
    last = Restoration.objects.order_by("-id").first()
    if last is None or last.n_lost == 0:
        return None
    newest = Entry.objects.filter(matter=matter).order_by("-n").values_list("epoch", flat=True).first()
    return last if newest is not None and newest < last.epoch else None


def matters_to_go_on() -> list[str]:
    """The matters that have not been continued since the last restore, if entries were lost in it."""
    last = Restoration.objects.order_by("-id").first()
    if last is None or last.n_lost == 0:
        return []
    newest = Entry.objects.filter(body__isnull=False).values("matter").annotate(epoch=Max("epoch"))
    return sorted(row["matter"] for row in newest if row["epoch"] < last.epoch)


def last_disclosure() -> Disclosure | None:
    """The last day of which everybody was shown what may be shown; None before the first."""
    return Disclosure.objects.order_by("-day").first()


def disclosed(matter: str) -> list[Recorded]:
    """The entries of a matter as the last disclosure shows them, with the parts that are opened by it.

    Empty before the first disclosure, for a withheld, an erased and an unknown matter.
    """
    last = last_disclosure()
    if last is None or is_erased(matter):
        return []
    items = chain(matter)
    places = leaf_indices([item.commitment for item in items])
    items = [item for item in items if places.get(item.commitment, last.size) < last.size]
    why = hidden([item.entry for item in items], last.day)
    shown = [item for item, reason in zip(items, why, strict=True) if reason is None]
    parts = Part.objects.filter(matter=matter, opened_on__lte=last.day).order_by("id")
    opened = _opened(matter, parts)
    return [replace(item, parts=MappingProxyType(opened.get(item.entry.n, {}))) for item in shown]


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a handler is behind: entries (counted up to 10,000), age of the oldest, and why it stands."""

    handler: str
    n_behind: int
    behind: timedelta
    stopped_at: datetime | None
    stopped_matter: str
    stopped_n: int
    n_failures: int
    error: str


def lag(now: datetime, handlers: Sequence[str] = ()) -> list[Lag]:
    """Of every handler that ever ran, and of those named even if they never did."""
    cursors = {cursor.handler: cursor for cursor in Cursor.objects.all()}
    for name in handlers:
        cursors.setdefault(name, Cursor(handler=name))
    found = []
    for name, cursor in sorted(cursors.items()):
        rows = horizon.after(Position(cursor.epoch, cursor.tx, cursor.entry), 10_000, "e.at")
        oldest = next((_moment(row[3]) for row in rows if row[3] is not None), now)
        found.append(
            Lag(
                handler=name,
                n_behind=len(rows),
                behind=max(now - oldest, timedelta()),
                stopped_at=cursor.stopped_at,
                stopped_matter=cursor.stopped_matter,
                stopped_n=cursor.stopped_n,
                n_failures=cursor.n_failures,
                error=cursor.error,
            )
        )
    return found
