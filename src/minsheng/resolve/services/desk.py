"""What the desk does to a request: ask the rule, write one entry, then drop the draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from minsheng.bodies import queries as bodies
from minsheng.kernel.entry import FactValue
from minsheng.kernel.words import Refusal
from minsheng.matter import services as matter
from minsheng.matter.services import Recorded, Upload
from minsheng.resolve import queries
from minsheng.resolve.queries import Desk
from minsheng.resolve.rules import dispatching, objection, progress, question, standing
from minsheng.resolve.rules.reply import Draft, why_not_reply
from minsheng.resolve.services import drafts

Document = Mapping[str, Any]


def classify(
    desk: Desk, *, kind: str, area: str, urgency: str, body: str, at: datetime, seen_n: int | None
) -> Recorded | Refusal:
    """Say what it is and how urgent, and send it to a body: two entries, one after the other.

    If somebody wrote in between, the first stays and the answer is the refusal of the second.
    """
    if refusal := dispatching.why_not_send(body, _known(), desk.closed_to):
        return refusal
    facts: dict[str, FactValue] = {"kind": kind, "urgency": urgency}
    if area:
        facts["area"] = area
    first = matter.act(
        desk.view.id, "classify", "dispatch", facts=facts, actor=desk.actor, at=at, seen_n=seen_n
    )
    if isinstance(first, Refusal):
        return first
    return _dispatch(desk, body, at, first.entry.n)


def dispatch(desk: Desk, *, body: str, at: datetime, seen_n: int | None) -> Recorded | Refusal:
    """Send a classified matter to a body, anew after a ruling."""
    if refusal := dispatching.why_not_send(body, _known(), desk.closed_to):
        return refusal
    return _dispatch(desk, body, at, seen_n)


def _dispatch(desk: Desk, body: str, at: datetime, seen_n: int | None) -> Recorded | Refusal:
    facts: dict[str, FactValue] = {"first_unit": body}
    return matter.act(desk.view.id, "dispatch", "sent", facts=facts, actor=desk.actor, at=at, seen_n=seen_n)


def _known() -> frozenset[str]:
    return frozenset(body.code for body in bodies.bodies())


def guide(
    desk: Desk, outcome: str, guidance: Document, *, at: datetime, seen_n: int | None
) -> Recorded | Refusal:
    """End a matter that is led elsewhere, has nothing new, or is no request; says why and where to go."""
    document = {**_said(guidance), "remedy": queries.remedy()}
    return _once(
        desk,
        f"guide-{outcome}",
        matter.act(
            desk.view.id,
            "classify",
            outcome,
            documents={"guidance": document},
            actor=desk.actor,
            at=at,
            seen_n=seen_n,
        ),
    )


def accept(desk: Desk, *, at: datetime, seen_n: int | None) -> Recorded | Refusal:
    """Say that it is ours; silence says the same on the day of the limit."""
    return matter.act(desk.view.id, "accept", "accepted", actor=desk.actor, at=at, seen_n=seen_n)


def object_(desk: Desk, said: Document, *, at: datetime, seen_n: int | None) -> Recorded | Refusal:
    """Say that it is another body's: whose, why, on what ground. `said`: reason, basis, instead (a code)."""
    refusal = objection.why_not_object(
        reason=str(said.get("reason") or ""),
        basis=str(said.get("basis") or ""),
        instead=str(said.get("instead") or ""),
        own=desk.actor.body or "",
        known=_known(),
        asked_before=desk.closed_to - {desk.actor.body or ""},
    )
    if refusal:
        return refusal
    document = {**_said(said), "instead": bodies.body(str(said["instead"])).name.zh}
    return _once(
        desk,
        "objection",
        matter.act(
            desk.view.id,
            "accept",
            "objected",
            documents={"objection": document},
            actor=desk.actor,
            at=at,
            seen_n=seen_n,
        ),
    )


def rule(
    desk: Desk, outcome: str, *, reason: str, body: str, at: datetime, seen_n: int | None
) -> Recorded | Refusal:
    """Rule on an objection: it stays, goes to the intake desk for another body, or is given to one for good.

    `body`: the code of the body whose it is, for all but "stays".
    """
    facts: dict[str, FactValue] = {}
    ruling = {"reason": reason.strip()}
    if outcome != "stays":
        if refusal := dispatching.why_not_send(
            body, _known(), desk.closed_to if outcome == "reassigned" else ()
        ):
            return refusal
        ruling["body"] = bodies.body(body).name.zh
    if outcome == "ruled":
        facts["first_unit"] = body
    return _once(
        desk,
        "ruling",
        matter.act(
            desk.view.id,
            "arbitrate",
            outcome,
            facts=facts,
            documents={"ruling": ruling},
            actor=desk.actor,
            at=at,
            seen_n=seen_n,
        ),
    )


def answer(
    desk: Desk,
    outcome: str,
    reply: Document,
    *,
    at: datetime,
    seen_n: int | None,
    files: Sequence[Upload] = (),
    facts: Mapping[str, FactValue] | None = None,
) -> Recorded | Refusal:
    """Answer the resident: by the body ("done", "cannot"), or at once by the intake desk ("answered_now").

    An acknowledgement is refused. Where else the resident may go is added here, in the town's words.
    """
    step = "classify" if outcome == "answered_now" else "handle"
    late = step == "handle" and standing.is_late(desk.view.status, step, at, desk.view.moments)
    draft = replace(Draft.of(reply, late=late), evidence=len(files))
    if refusal := why_not_reply(draft, cannot=outcome == "cannot"):
        return refusal
    document = {**_said(reply), "remedy": queries.remedy()}
    return _once(
        desk,
        "reply",
        matter.act(
            desk.view.id,
            step,
            outcome,
            facts=facts or {},
            documents={"reply": document},
            attachments=files,
            actor=desk.actor,
            at=at,
            seen_n=seen_n,
        ),
    )


def ask(desk: Desk, words: str, *, at: datetime, seen_n: int | None) -> Recorded | Refusal:
    """Ask the resident; the clock stands until the answer, publicly, and for so long at most."""
    asked = [str(one.values.get("question") or "") for one in desk.handed if one.id == "question"]
    if refusal := question.why_not_ask(words, asked):
        return refusal
    return _acted(desk, "ask", {"question": {"question": words.strip()}}, at, seen_n)


def tell(desk: Desk, step: str, said: Document, *, at: datetime, seen_n: int | None) -> Recorded | Refusal:
    """Tell the resident what was done, what blocks, what comes next or a new date."""
    refusal = progress.why_not_tell(
        did=str(said.get("did") or ""),
        blocks=str(said.get("blocks") or ""),
        next=str(said.get("next") or ""),
        new_date=_day(said.get("new_date")),
        today=desk.view.today,
    )
    return refusal or _acted(desk, "tell", {"progress": _said(said)}, at, seen_n, step)


def ask_for_more_time(desk: Desk, said: Document, *, at: datetime, seen_n: int | None) -> Recorded | Refusal:
    """Ask for the one extension; it holds once another person has approved it before the limit."""
    refusal = progress.why_not_extend(
        reason=str(said.get("reason") or ""),
        done_so_far=str(said.get("done_so_far") or ""),
        new_date=_day(said.get("new_date")),
        today=desk.view.today,
        until=standing.last_day_of_extension(desk.view.status),
    )
    return refusal or _acted(desk, "extend", {"extension_note": _said(said)}, at, seen_n)


def decide_on_more_time(desk: Desk, granted: bool, *, at: datetime, seen_n: int | None) -> Recorded | Refusal:
    """Approve or refuse an extension that somebody else asked for."""
    event = "approved" if granted else "refused"
    return matter.act(desk.view.id, "handle", "extend", event=event, actor=desk.actor, at=at, seen_n=seen_n)


def _acted(
    desk: Desk,
    act: str,
    documents: Mapping[str, Document],
    at: datetime,
    seen_n: int | None,
    step: str = "handle",
) -> Recorded | Refusal:
    done = matter.act(desk.view.id, step, act, documents=documents, actor=desk.actor, at=at, seen_n=seen_n)
    return _once(desk, act, done)


def _once(desk: Desk, page: str, answer: Recorded | Refusal) -> Recorded | Refusal:
    """The draft has done its service once the entry is written."""
    if not isinstance(answer, Refusal):
        drafts.drop(desk.view.id, page, desk.actor.person)
    return answer


def _said(document: Document) -> dict[str, Any]:
    """What was filled in: dates as text, blanks around words and empty fields left out."""
    found: dict[str, Any] = {}
    for name, value in document.items():
        said = (
            value.isoformat()
            if isinstance(value, date)
            else value.strip()
            if isinstance(value, str)
            else value
        )
        if said not in (None, "", []):
            found[name] = said
    return found


def _day(value: Any) -> date | None:
    if isinstance(value, date) or value is None:
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
