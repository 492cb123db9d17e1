"""What may be done to a matter. `act` and `open_matter` are the only writers of matters.

Every function here takes the moment as an argument, runs in one transaction, and answers either with what
was written or with a Refusal. A Refusal's kind is the page's status: 400, 422, 403, 409 or 404.

    opened = open_matter(procedure="resident-request", documents={"original": {"words": "…"}},
                         actor=actor, at=request.now)
    match act(opened.matter, "classify", "dispatch", facts={"urgency": "ordinary"},
              actor=clerk, at=request.now, seen_n=view.status.seen_n):
        case Refusal() as no: ...
        case recorded: ...
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from minsheng.kernel.entry import FactValue
from minsheng.kernel.words import Refusal, Text
from minsheng.matter.rules.uploads import Upload

if TYPE_CHECKING:
    from minsheng.ledger.queries import Recorded
    from minsheng.people.rules.actor import Actor

Documents = Mapping[str, Mapping[str, Any]]
"""Document id → field id → value: text str, date ISO str, int/money int, enum code, list/points a list."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A new matter: its 16 hex digits, its number like 云溪2026-1038, and entry 0."""

    matter: str
    number: str
    recorded: Recorded


def fresh_id() -> str:
    """A new matter's id: 64 random bits as 16 lower-case hex digits. For callers who need it beforehand."""
    raise NotImplementedError


def open_matter(
    *,
    procedure: str,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, FactValue] | None = None,
    documents: Documents | None = None,
    attachments: Sequence[Upload] = (),
    disclosure: str = "coded",
    kind: str | None = None,
    area: str | None = None,
    subject: Text | None = None,
    matter: str | None = None,
) -> Opened | Refusal:
    """Open a matter under the newest version of a procedure.

    `disclosure`: open, coded or withheld. `kind` and `area` are codes, guarded: staff see them, the public
    only from five alike. `subject`: the few words that lists show; never the resident's own. `matter`: an id
    made with `fresh_id` beforehand, where the actor's person key has to contain it.
    """
    raise NotImplementedError


def act(
    matter: str,
    step: str | None,
    outcome: str | None,
    *,
    actor: Actor,
    at: datetime,
    event: str | None = None,
    facts: Mapping[str, FactValue] | None = None,
    documents: Documents | None = None,
    attachments: Sequence[Upload] = (),
    seen_n: int | None = None,
    subject: Text | None = None,
) -> Recorded | Refusal:
    """Do one thing to a matter. `event` is "done" for an outcome of the step, "acted" for one of its acts,
    "approved" or "refused" for an act that waits for a second person (`outcome` = the act's id), or a
    universal one: supplemented, urged, withdrawn, corrected, contested (`step` may be None). Left out, it is
    read from the rule file: an outcome first, then an act.

    `seen_n`: `view.status.seen_n` of the page that the actor looked at; None compares nothing.
    Ticks that are due are appended first and stay even when the act is refused.
    """
    raise NotImplementedError


def tick(now: datetime, *, limit: int = 1000) -> int:
    """Append what is due in at most `limit` matters, each in a transaction of its own; how many entries."""
    raise NotImplementedError


def rebuild_rows(*, check_only: bool, now: datetime) -> list[str]:
    """Fold every matter anew and compare its list row; the numbers that differed (and are mended, unless
    `check_only`)."""
    raise NotImplementedError
