"""What a resident says beside the verdict: more, hurry, an answer, an objection, or that it may rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger.records import Recorded
from minsheng.listen.queries.limits import answering_step
from minsheng.listen.rules import intake
from minsheng.matter import services as matter
from minsheng.matter.queries import MatterView
from minsheng.matter.services import Upload
from minsheng.people.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class Saying:
    """One of the things. `document` takes the words; `step` "" is the answering step, None is none."""

    name: str
    event: str
    document: str
    step: str | None = None
    outcome: str | None = None
    files: bool = False
    needs_words: bool = True


SAYINGS: Final[Mapping[str, Saying]] = {
    "add": Saying("add", "supplemented", "supplement", files=True),
    "urge": Saying("urge", "urged", "urge_note", needs_words=False),
    "withdraw": Saying("withdraw", "withdrawn", "withdrawal", needs_words=False),
    "answer": Saying("answer", "acted", "answer", step="", outcome="answer", files=True),
    "object": Saying("object", "done", "contest_note", step="contest", outcome="contested"),
}

NOTHING_SAID: Final = Refusal(
    "words_empty", Text("写一句就行", "One line will do"), field="words", source=intake.__name__
)


def step_of(view: MatterView, saying: Saying) -> str | None:
    """The step of the matter on which this is said."""
    return answering_step(view.procedure) if saying.step == "" else saying.step


def say(
    view: MatterView,
    saying: Saying,
    *,
    actor: Actor,
    via: str,
    words: str,
    asked: str = "",
    files: Sequence[Upload] = (),
    at: datetime,
) -> Recorded | Refusal:
    """Record it, the words byte for byte. Refused for emptiness (where words are needed) and size alone, or
    where the matter's procedure has no place for it now."""
    if refusal := intake.why_not_keep(words):
        return refusal
    empty = intake.is_empty(words)
    if empty and (saying.needs_words or files):
        return NOTHING_SAID
    if not empty and (refusal := intake.why_not_file(words)):
        return refusal
    content: dict[str, Any] = {}
    if not empty:
        content["words"] = words
    if asked:
        content["asked"] = asked
    return matter.act(
        view.id,
        step_of(view, saying),
        saying.outcome,
        event=saying.event,
        actor=actor,
        at=at,
        facts={"via": via},
        documents={saying.document: content} if content else {},
        attachments=files,
    )


def why_not_now(view: MatterView, saying: Saying) -> Refusal:
    """Why there is no place for it now."""
    if view.status.end is not None:
        return Refusal(
            "ended",
            Text("这件事已经结束了。", "This matter has ended."),
            Kind.CONFLICT,
            next=Text(
                "又有新的情况，可以另说一件。", "If something new has happened, tell us as a new matter."
            ),
        )
    return Refusal(
        "not_now",
        Text("现在没有等您说的这一项。", "Nobody is waiting for this from you now."),
        Kind.CONFLICT,
    )
