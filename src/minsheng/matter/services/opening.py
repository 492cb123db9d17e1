"""`open_matter`: a matter begins, with its first entry, its number and its row, in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from minsheng.bodies import queries as bodies
from minsheng.kernel.calendar import CalendarTooShort
from minsheng.kernel.entry import FactValue
from minsheng.kernel.procedure import acts
from minsheng.kernel.procedure import status as statuses
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger import services as ledger
from minsheng.ledger.records import ClockAhead, Conflict, Recorded
from minsheng.matter import procedures
from minsheng.matter.models import MatterRow
from minsheng.matter.queries.holders import body_of, name_of
from minsheng.matter.rules import entitlement
from minsheng.matter.rules.uploads import Upload
from minsheng.matter.services import acting, hand, numbers
from minsheng.matter.services import attachments as filing
from minsheng.people.rules.actor import Actor

DISCLOSURES = ("open", "coded", "withheld")


@dataclass(frozen=True, slots=True)
class Opened:
    """A new matter: its 16 hex digits, its number like 云溪2026-1038, and entry 0."""

    matter: str
    number: str
    recorded: Recorded


def fresh_id() -> str:
    """A new matter's id: 64 random bits as 16 lower-case hex digits. For callers who need it beforehand."""
    return secrets.token_hex(8)


def open_matter(
    *,
    procedure: str,
    actor: Actor,
    at: datetime,
    facts: Mapping[str, FactValue] | None = None,
    documents: Mapping[str, Mapping[str, Any]] | None = None,
    attachments: Sequence[Upload] = (),
    disclosure: str = "coded",
    kind: str | None = None,
    area: str | None = None,
    subject: Text | None = None,
    matter: str | None = None,
) -> Opened | Refusal:
    """Open a matter under the newest version of a procedure.

    `disclosure`: open, coded or withheld. `kind` and `area` are codes for staff; where the rule file asks for
    them at the start they are its guarded facts. `subject`: the few words that lists show; never the
    resident's own. `matter`: an id made with `fresh_id` beforehand, where the actor's person key has to
    contain it.
    Raises only for trouble with the machine, and procedures.CannotRun for a rulebook that does not load.
    """
    loaded = procedures.all_loaded().get(procedure)
    if loaded is None:
        no = Text("这里没有这个程序。", "There is no such procedure here.")
        return Refusal("no_such_procedure", no, Kind.ABSENT)
    if disclosure not in DISCLOSURES:
        raise ValueError(f"disclosure is open, coded or withheld, not {disclosure!r}")
    files = filing.prepare(attachments)
    if isinstance(files, Refusal):
        return files
    answered = dict(facts or {})
    mirrored = {name: value for name, value in (("kind", kind), ("area", area)) if value is not None}
    answered |= {name: value for name, value in mirrored.items() if name in loaded.procedure.start.facts}
    wish = acting.Wish(
        actor, at, facts=answered, documents=dict(documents or {}), files=files, subject=subject
    )
    try:
        return _open(loaded, wish, mirrored | answered, disclosure, matter or fresh_id())
    except Conflict:
        return acting.FASTER
    except (CalendarTooShort, ClockAhead) as error:
        return acting.time_trouble(error)
    except acting.Refused as refused:
        return refused.refusal


def _open(
    loaded: procedures.Loaded,
    wish: acting.Wish,
    mirrored: Mapping[str, FactValue],
    disclosure: str,
    matter: str,
) -> Opened:
    """One transaction. The counter of numbers is locked last, for everybody who opens waits for it."""
    procedure = loaded.procedure
    documents = filing.with_files(wish.documents, wish.files, procedure)
    if isinstance(documents, Refusal):
        raise acting.Refused(documents)
    calendar = bodies.current_calendar()
    on = calendar.day_of(wish.at)
    proposal = acting.proposal_of(wish, procedure, matter, "opened", documents, on)
    refusal = (
        entitlement.why_not_this_role(procedure, proposal.role)
        or entitlement.why_not_this_body(body_of(proposal.role) or "", proposal.body, name_of)
        or acts.why_not(procedure, None, proposal, on)
    )
    if refusal:
        raise acting.Refused(refusal)
    with transaction.atomic():
        procedures.keep(loaded, wish.at)
        entry = acts.compose_opening(
            procedure, proposal, matter=matter, on=on, calendar=calendar, disclosure=disclosure
        )
        recorded = ledger.append(entry, acting.parts_of(procedure, proposal, wish.files), wish.at)
        filing.store(matter, 0, wish.files)
        calendars = bodies.calendars()
        status = statuses.status(procedure, [recorded.entry], calendars)
        now = hand.stand(status, {0: wish.at}, wish.at)
        row = MatterRow(
            id=matter,
            procedure=procedure.id,
            version=procedure.version,
            procedure_sha256=procedure.sha256,
            override_sha256=procedure.override_sha256 or "",
            disclosure=disclosure,
            opened_on=on,
            moved_on=on,
            updated_at=wish.at,
        )
        row.kind, row.area = str(mirrored.get("kind", "")), str(mirrored.get("area", ""))
        hand.describe(row, wish.subject)
        hand.write(row, now)
        row.number = numbers.next_number(bodies.town().number_prefix, on.year)
        row.save(force_insert=True)
        hand.write_duties(row, now, fresh=True)
    return Opened(matter, row.number, recorded)
