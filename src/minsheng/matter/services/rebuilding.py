"""`rebuild_rows`: the list rows are compared with what the entries say, and mended."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from minsheng.ledger import queries as ledger_queries
from minsheng.matter.models import Duty, MatterRow
from minsheng.matter.rules.standing import Turn
from minsheng.matter.services import hand

COLUMNS: Final = (
    "open_steps", "responsible_body", "due_at", "next_change_at", "round", "level", "ended", "ended_on",
    "moved_on", "n_entries", "seen_n", "disclosure", "kind", "area",
)  # fmt: skip


def rebuild_rows(*, check_only: bool, now: datetime) -> list[str]:
    """Fold every matter anew and compare its list row; the numbers that differed (and are mended, unless
    `check_only`). Ticks that are due but not recorded yet make no difference."""
    differing: list[str] = []
    last = ""
    while ids := list(
        MatterRow.objects.filter(id__gt=last, erased=False).order_by("id").values_list("id", flat=True)[:200]
    ):
        for last in ids:
            with transaction.atomic():
                held = hand.take(last)
                if held is None:
                    continue
                if not _same(held, now):
                    differing.append(held.row.number)
                    if not check_only:
                        held.write_row(now)
    return differing


def _same(held: hand.Hand, now: datetime) -> bool:
    """Whether row and duties say what the entries say; sets the row to what they say."""
    before = {name: getattr(held.row, name) for name in COLUMNS}
    duties = {
        Turn(duty.step, duty.role, duty.body, duty.waiting, duty.why, duty.due_at)  # type: ignore[arg-type]
        for duty in Duty.objects.filter(matter=held.row)
    }
    standing = hand.stand(held.status, held.moments, now)
    hand.write(held.row, standing)
    held.row.moved_on = hand.moved_on(held.chain, held.status)
    held.row.disclosure = held.status.disclosure
    for parts in ledger_queries.open_parts(held.row.id).values():
        for name in ("kind", "area"):
            if name in parts:
                setattr(held.row, name, str(parts[name].value))
    return before == {name: getattr(held.row, name) for name in COLUMNS} and duties == set(standing.turns)
