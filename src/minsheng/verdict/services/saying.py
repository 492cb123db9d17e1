"""Record what a resident says of an answer, and what those say who look at it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from minsheng.kernel.entry import FactValue
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.matter import services as matter
from minsheng.matter.services import Recorded
from minsheng.people.rules.actor import Actor
from minsheng.resolve import queries as resolve
from minsheng.resolve.rules.acknowledgement import only_acknowledges
from minsheng.verdict.rules import choices

CHOOSE: Final = Refusal(
    "verdict_missing", Text("四个里选一个。", "Choose one of the four."), Kind.SHAPE, field="choice"
)


def say(
    matter_id: str,
    choice: str,
    more: str,
    *,
    actor: Actor,
    via: str,
    remark: str = "",
    at: datetime,
    seen_n: int | None,
) -> Recorded | Refusal:
    """The resident's verdict. `more` ("enough" or "go_on") goes with "partly"; `remark` is what is still
    missing, byte for byte; `via` says how the resident came: link, code…

    The body is not told before the resident sees that it was recorded, and can do none of this.
    """
    try:
        outcome = choices.outcome_of(choice, more)
    except KeyError:
        return CHOOSE
    if outcome is None:
        return Refusal(
            "partly_what",
            Text("还要不要接着办，选一个。", "Go on or enough: choose one."),
            Kind.SHAPE,
            field="more",
        )
    return matter.act(
        matter_id,
        choices.STEP,
        outcome,
        facts=_via(via),
        documents={"remark": {"words": remark}} if remark.strip() else {},
        actor=actor,
        at=at,
        seen_n=seen_n,
    )


def _via(via: str) -> dict[str, FactValue]:
    return {"via": via} if via else {}


def review(
    matter_id: str,
    step: str,
    outcome: str,
    finding: Mapping[str, Any],
    *,
    actor: Actor,
    at: datetime,
    seen_n: int | None,
) -> Recorded | Refusal:
    """A finding: of the review of an answer, or of a contest. Where else one can go is added here."""
    if only_acknowledges(str(finding.get("finding") or "")):
        return Refusal(
            "finding_empty",
            Text("写下查明了什么、为什么这么定。", "Say what was found, and why you decide so."),
            field="finding",
        )
    said = {name: str(value).strip() for name, value in finding.items() if str(value or "").strip()}
    document = {**said, "remedy": resolve.remedy()}
    return matter.act(
        matter_id, step, outcome, documents={"finding": document}, actor=actor, at=at, seen_n=seen_n
    )


def recheck(
    matter_id: str, outcome: str, note: str, *, actor: Actor, at: datetime, seen_n: int | None
) -> Recorded | Refusal:
    """What the resident told the caller, weeks later: it held, it came back, or nobody was reached."""
    documents = {"call_note": {"note": note.strip()}} if note.strip() else {}
    return matter.act(matter_id, "recheck", outcome, documents=documents, actor=actor, at=at, seen_n=seen_n)
