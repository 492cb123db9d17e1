"""`erase`: what this room holds of a matter is gone; its number stays taken and says that it was erased."""

from __future__ import annotations

from django.db import transaction

from minsheng.matter.models import Duty, MatterRow
from minsheng.matter.services import attachments as filing


def erase(matter: str) -> int:
    """Remove everything of the matter in this room: files, subject, kind, area, duties, the cached state.

    The row stays with its number, so that the number is not given twice. Entries are the ledger's to erase,
    identity is people's; privacy.py names every place. Returns how many things were removed.
    """
    with transaction.atomic():
        n = filing.erase(matter)
        n += Duty.objects.filter(matter_id=matter).delete()[0]
        return n + MatterRow.objects.filter(id=matter, erased=False).update(
            subject_zh="",
            subject_en="",
            kind="",
            area="",
            open_steps=[],
            responsible_body="",
            due_at=None,
            next_change_at=None,
            ended="",
            ended_on=None,
            erased=True,
        )
