"""Renews the rows of the public pages from what the disclosure of a day shows, and from nothing else.

Only matters that moved since the last edition, or whose guarded facts opened with this one, are looked at.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.status import Status, status
from minsheng.ledger import queries as ledger
from minsheng.ledger import sealing
from minsheng.ledger.records import Recorded
from minsheng.ledger.rules.disclosure import hidden
from minsheng.matter import procedures
from minsheng.matter.queries import moved
from minsheng.publish.models import PublicMatter
from minsheng.verify.figures import word_of


def renew(day: date, since: date | None) -> int:
    """Renew the rows of what changed since the edition of `since` (None: all). Gives how many rows.

    To be called within a transaction.
    """
    n = 0
    for page in moved.moved_since(since):
        n += _renew(page, day)
    if since is not None:
        n += _renew(moved.numbers(ledger.opened_on(day)), day)
    return n


def _renew(page: Sequence[tuple[str, str]], day: date) -> int:
    rows = [row for matter, number in page if (row := _row(matter, number, day)) is not None]
    PublicMatter.objects.filter(matter__in=[matter for matter, _ in page]).delete()
    PublicMatter.objects.bulk_create(rows)
    return len(rows)


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
    words = [word for entry in entries if (word := word_of(procedure, entry))]
    guarded = _guarded(matter, len(shown))
    step = next(iter(now.open_steps), "")
    return PublicMatter(
        matter=matter,
        number=number,
        procedure=procedure.id,
        n=len(shown),
        opened_on=now.opened_on,
        moved_on=now.on,
        body=_body(now),
        kind=guarded.get("kind", ""),
        area=_coarse(guarded.get("area", "")),
        step=step,
        due_on=_due_on(now, step),
        n_late=sum(1 for breach in now.late if breach.step == step),
        end=now.end.value if now.end else "",
        word=words[-1] if words and now.end else "",
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


def _guarded(matter: str, n_shown: int) -> dict[str, str]:
    """Kind and area, if they have opened."""
    found: dict[str, str] = {}
    for n, parts in sorted(ledger.open_parts(matter).items()):
        if n < n_shown:
            found |= {
                name: str(part.value)
                for name, part in parts.items()
                if part.guarded and part.opened_on is not None
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


def _body(now: Status) -> str:
    return next(reversed(list(now.assigned.values())), "")


def _due_on(now: Status, step: str) -> date | None:
    """When the open step was or is due: the first limit missed since it opened, else the one that runs."""
    missed = [breach.due for breach in now.late if breach.step == step]
    running = [
        clock.until
        for clock in now.clocks
        if clock.step == step and clock.kind in ("deadline", "lapse") and clock.until
    ]
    return min(missed or running, default=None)
