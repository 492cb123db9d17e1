"""Renews the rows of the public pages from what the disclosure of a day shows, and from nothing else.

Only matters whose chain is longer than what is shown of it, or of which something opened with this edition,
are looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.status import status
from minsheng.ledger import queries as ledger
from minsheng.ledger import sealing
from minsheng.ledger.records import Recorded
from minsheng.ledger.rules.disclosure import hidden
from minsheng.matter import procedures
from minsheng.matter.queries import moved
from minsheng.publish import queries
from minsheng.publish.models import PublicMatter
from minsheng.publish.rules.standing import Standing, standing

PAGE: Final = 500


def renewed(day: date) -> dict[str, PublicMatter | None]:
    """Matter → its new row, or None where nothing of it is shown, for all that this disclosure changes.

    Only reads, so that nobody waits for it; `store` writes.
    """
    found: dict[str, PublicMatter | None] = {}
    for page in moved.counted():
        shown = PublicMatter.objects.filter(matter__in=[matter for matter, *_ in page])
        before = dict(shown.values_list("matter", "n"))
        for matter, number, n in page:
            if before.get(matter) != n:
                found[matter] = _row(matter, number, day)
    for matter, number in moved.numbers(ledger.opened_on(day)):
        if matter not in found:
            found[matter] = _row(matter, number, day)
    return found


def store(found: Mapping[str, PublicMatter | None]) -> None:
    """Put the rows in the place of the old ones; a matter that was erased meanwhile stays away.

    To be called within a transaction.
    """
    matters = list(found)
    for start in range(0, len(matters), PAGE):
        page = matters[start : start + PAGE]
        PublicMatter.objects.filter(matter__in=page).delete()
        alive = {matter for matter, _ in moved.numbers(set(page))}
        PublicMatter.objects.bulk_create(
            row for matter in page if matter in alive and (row := found[matter]) is not None
        )


def _row(matter: str, number: str, day: date) -> PublicMatter | None:
    """The public row of a matter; None while nothing of it is shown."""
    try:
        shown = _shown(matter, day)
    except sealing.Erased:
        return None
    if not shown:
        return None
    entries = [recorded.entry for recorded in shown]
    first = entries[0].facts
    procedure = procedures.of(str(first["procedure_sha256"]), str(first.get("override_sha256", "")))
    now = status(procedure, entries, bodies.calendars())
    here = standing(now, entries)
    guarded = _guarded(matter, len(shown), day)
    body = here.body or _desk(procedure, here)
    return PublicMatter(
        matter=matter,
        number=number,
        procedure=procedure.id,
        n=len(shown),
        opened_on=now.opened_on,
        still_since=here.still_since,
        body=body,
        kind=guarded.get("kind", ""),
        area=_coarse(guarded.get("area", "")),
        step=here.step,
        due_on=here.due_on,
        stopped=here.stopped,
        n_late=here.n_late,
        told_body=queries.told(body, here.n_late),
        withheld=here.withheld,
        end=now.end.value if now.end else "",
        word=here.word,
    )


def _shown(matter: str, day: date) -> list[Recorded]:
    """The entries that are shown, from the opening to the first that is not."""
    chain = ledger.chain(matter)
    in_tree = ledger.leaf_indices([recorded.commitment for recorded in chain])
    reasons = hidden([recorded.entry for recorded in chain], day)
    found = []
    for recorded, reason in zip(chain, reasons, strict=True):
        if reason is not None or recorded.commitment not in in_tree:
            break
        found.append(recorded)
    return found


def _guarded(matter: str, n_shown: int, day: date) -> dict[str, str]:
    """Kind and area, if they have opened by this day."""
    found: dict[str, str] = {}
    for n, parts in sorted(ledger.open_parts(matter).items()):
        if n < n_shown:
            found |= {
                name: str(part.value)
                for name, part in parts.items()
                if part.guarded and part.opened_on is not None and part.opened_on <= day
            }
    return found


def _coarse(area: str) -> str:
    """The smallest area around it with at least a thousand inhabitants; empty for none."""
    if not area:
        return ""
    try:
        return bodies.coarse_area(area).code
    except LookupError:
        return ""


def _desk(procedure: Procedure, here: Standing) -> str:
    """While no body has acted: the one that holds the role of the step that is open."""
    step = procedure.steps.get(here.step)
    held = bodies.body_of_role(step.role) if step is not None else None
    return held.code if held is not None else ""
