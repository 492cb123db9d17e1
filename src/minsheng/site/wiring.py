"""Who reacts to what: the only place where rooms below meet rooms above. Tables and nothing else.

EVENT → handlers, CHECK → provider, STEP → special page, SLOT → fragment, PLACE → eraser; and the jobs.
`connect()` hands the tables down to the rooms that read them; it runs once, when the site starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import ModuleType
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse

from minsheng.bodies import privacy as bodies_privacy
from minsheng.bodies import queries as bodies
from minsheng.ledger import privacy as ledger_privacy
from minsheng.ledger import services as ledger
from minsheng.ledger.locks import Busy
from minsheng.ledger.records import Recorded
from minsheng.listen import handlers as listen
from minsheng.listen import privacy as listen_privacy
from minsheng.listen import slots
from minsheng.matter import checks, special
from minsheng.matter import privacy as matter_privacy
from minsheng.matter import services as matter
from minsheng.people import privacy as people_privacy
from minsheng.publish import privacy as publish_privacy
from minsheng.publish import services as publish
from minsheng.resolve import checks as resolve_checks
from minsheng.resolve import handlers as resolve
from minsheng.resolve import privacy as resolve_privacy
from minsheng.resolve import special as resolve_special
from minsheng.site import clock
from minsheng.verdict import fragments as verdict_fragments
from minsheng.verdict import handlers as verdict
from minsheng.verdict import privacy as verdict_privacy
from minsheng.verdict import special as verdict_special

Job = Callable[[datetime], int]

HANDLERS: Final[Mapping[str, Callable[[Recorded, datetime], None]]] = {
    **listen.HANDLERS,
    **resolve.HANDLERS,
    **verdict.HANDLERS,
}
"""Event → handlers: each follows the committed entries with a cursor of its own."""

CHECKS: Final = resolve_checks.PROVIDERS
"""Check → provider: what rule files name and the kernel cannot decide."""

STEP_PAGES: Final = {**resolve_special.STEP_PAGES, **verdict_special.STEP_PAGES}
MINE_STEPS: Final = verdict_special.MINE_STEPS
"""Step → special page, for staff and for the resident, where the generic one would not do."""

MINE_PAGES: Final[Mapping[str, Callable[[str], str]]] = {
    "resident-request": lambda handle: reverse("listen:follow", args=[handle]),
}
START_PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "resident-request": lambda: reverse("listen:start"),
}
"""Procedure → the room's own page of a resident's matter, and where one begins."""

SLOTS: Final = verdict_fragments.FRAGMENTS
"""Slot → fragment: what rooms above put into the follow page."""

PRIVATE_PLACES: Final[tuple[ModuleType, ...]] = (
    matter_privacy,
    listen_privacy,
    verdict_privacy,
    resolve_privacy,
    publish_privacy,
    people_privacy,
    bodies_privacy,
    ledger_privacy,
)
"""Where something of a matter may rest; `erase` visits all of it, the ledger last."""


def _zone() -> ZoneInfo:
    return ZoneInfo(bodies.town().zone)


def _sequence(now: datetime) -> int:
    try:
        return 1 if ledger.sequence(now, zone=_zone()) else 0
    except Busy:
        return 0  # another process is the sequencer


def _hand_on(now: datetime) -> int:
    try:
        handled = ledger.run_handlers(HANDLERS, now)
    except Busy:
        return 0
    if handled.stopped:
        raise HandlersStopped(", ".join(f"{name}: {why}" for name, why in handled.stopped.items()))
    return handled.n


class HandlersStopped(RuntimeError):
    """A handler stands at an entry; the others go on. `doctor` names it too."""


JOBS: Final[Mapping[str, Job]] = {
    "clock": matter.tick,
    "log": _sequence,
    "handlers": _hand_on,
    **listen.JOBS,
    **verdict.JOBS,
    "publish": publish.publish_if_due,
}
"""What one round of the night shift does, in this order."""


def erase(matter_id: str, at: datetime | None = None, reason: str = "") -> int:
    """Erase a matter everywhere; how many things were removed. All of it or nothing.

    It is noted in the state folder first: what a crash leaves half done, `erase_again` ends.
    """
    moment = at or clock.now()
    ledger.note_erased(matter_id, moment, reason)
    with transaction.atomic():
        n: int = sum(place.erase(matter_id) for place in PRIVATE_PLACES if place is not ledger_privacy)
        return n + ledger_privacy.erase(matter_id, moment)


def erase_again() -> list[str]:
    """Erase, in every room, what is listed as erased and came back or was left half done; the matters."""
    found = ledger.still_held()
    for matter_id, at in found:
        erase(matter_id, at)
    return [matter_id for matter_id, _ in found]


def connect() -> None:
    """Hand the tables down. Safe to call twice."""
    checks.PROVIDERS.update(CHECKS)
    special.STEP_PAGES.update(STEP_PAGES)
    special.MINE_STEPS.update(MINE_STEPS)
    special.MINE_PAGES.update(MINE_PAGES)
    special.START_PAGES.update(START_PAGES)
    slots.FRAGMENTS.update(SLOTS)
