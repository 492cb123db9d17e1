"""The public export: everything that anybody needs to check the ledger without us, in one folder.

What is shown is decided by the disclosure of the day; verify/writer.py gives it its form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from django.db import connection

from minsheng.kernel.log.proof import Part as OpenedPart
from minsheng.kernel.words import Text
from minsheng.ledger import keys, proofs, published, queries, sealing
from minsheng.ledger.models import LeafKind, Part
from minsheng.ledger.pinned import Pinned
from minsheng.ledger.services.disclosing import Disclosed, disclose
from minsheng.verify.boxes import Box
from minsheng.verify.manifest import Manifest
from minsheng.verify.writer import Contents, DisclosedRow, LostRow, OpaqueRow, Row, write_export

PAGE: Final = 1_000
_NOTHING: Final[Mapping[str, bytes]] = MappingProxyType({})


def export(
    target: Path,
    *,
    day: date,
    now: datetime,
    pinned: Pinned,
    title: Text,
    boxes: Iterable[Box] = (),
    extra: Mapping[str, bytes] = _NOTHING,
) -> Manifest:
    """Make the disclosure of `day` and write the export to `target`, in place of the one that is there.

    `extra` are further files by their path. The figures are counted here, from what is shown. Raises
    NotBegun, writer.ExportRefused, OSError when the disk refuses; `target` is then as it was.
    """
    disclosed = disclose(day, now, pinned)
    contents = Contents(
        checkpoint=disclosed.note,
        checkpoints=_lines_up_to(disclosed.note),
        rows=_rows(disclosed),
        tiles=published.get,
        keys=published.public_keys(),
        figures=disclosed.figures.to_bytes(day),
        title=title,
        day=day,
        made_at=now,
        procedures=pinned.procedures,
        overrides=pinned.overrides,
        calendars=pinned.calendars,
        boxes=boxes,
        extra=extra,
    )
    return write_export(target, contents, published.export_signer(keys.load(), proofs.origin()))


def _lines_up_to(note: str) -> list[bytes]:
    """The published checkpoints up to this one: another may have been signed meanwhile."""
    found = []
    wanted = published.note_in_line(note)
    for line in published.lines():
        found.append(line)
        if wanted in line:
            break
    return found


def _rows(disclosed: Disclosed) -> Iterator[Row]:
    for first in range(0, disclosed.size, PAGE):
        page = _page(first, min(first + PAGE, disclosed.size))
        parts = _open_parts({matter for *_, matter, _, body, _ in page if body is not None})
        for row in page:
            yield _row(row, disclosed, parts)


def _page(first: int, end: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.i, l.hash, coalesce(l.commitment, r.commitment), l.kind, e.matter, e.n, e.body, e.salt "
            "FROM ledger_leaf l LEFT JOIN ledger_recovered r ON r.i = l.i "
            "LEFT JOIN ledger_entry e ON e.commitment = coalesce(l.commitment, r.commitment) "
            "WHERE l.i >= %s AND l.i < %s ORDER BY l.i",
            [first, end],
        )
        return list(cursor.fetchall())


def _row(
    row: tuple[Any, ...], disclosed: Disclosed, parts: Mapping[tuple[str, int], Mapping[str, OpenedPart]]
) -> Row:
    i, digest, commitment, kind, matter, n, body, salt = row
    if commitment is None:
        return LostRow(i, bytes(digest))
    commitment = bytes(commitment)
    if kind in (LeafKind.BOX, LeafKind.LOG):
        return OpaqueRow(i, commitment, kind)
    if matter is None:
        return OpaqueRow(i, commitment, "lost")
    if body is None:
        return OpaqueRow(i, commitment, "erased")
    reason = disclosed.hidden.get(commitment)
    if reason is not None:
        return OpaqueRow(i, commitment, reason)
    return DisclosedRow(i, matter, n, bytes(body), bytes(salt), parts.get((matter, n), {}))


def _open_parts(matters: set[str]) -> dict[tuple[str, int], dict[str, OpenedPart]]:
    """(matter, n) → name → part, of the parts that have been opened. A value that rests elsewhere is not."""
    rows = Part.objects.filter(matter__in=matters, opened_on__isnull=False, box__isnull=False).order_by("id")
    by_matter = list(rows)
    data_keys = sealing.keys_of({row.matter for row in by_matter})
    found: dict[tuple[str, int], dict[str, OpenedPart]] = {}
    for row in by_matter:
        key = data_keys.get(row.matter)
        if key is None:
            continue
        kind, value, salt = queries.unbox(
            key.unseal(bytes(row.box or b""), queries.part_purpose(row.n, row.name))
        )
        if kind != queries.ELSEWHERE:
            found.setdefault((row.matter, row.n), {})[row.name] = OpenedPart(value, salt)
    return found
