"""File a request: one transaction for the matter, the contact, what was allowed, and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from django.db import transaction

from minsheng.kernel.entry import FactValue
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.listen.models import Filing
from minsheng.listen.rules import intake
from minsheng.listen.rules.intake import TERMS, IntakeTerms
from minsheng.listen.rules.written import Written
from minsheng.listen.services import codes, drafts
from minsheng.listen.services.drafts import Filed, Held
from minsheng.matter import services as matter
from minsheng.matter.services import Upload
from minsheng.people import services as people
from minsheng.people.rules.actor import Actor
from minsheng.people.rules.vault import CONTACT_BY_UNIT

PROCEDURE: Final = "resident-request"
SHOW_WORDS: Final = "show_words"
"""The consent by which others may read the words, masked."""

GONE: Final = Refusal(
    "draft_gone",
    Text("这份草稿已经删掉了，没有交上去。", "This draft was thrown away; nothing was filed."),
    Kind.CONFLICT,
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the resident takes home: the matter's id and number, when, and the follow code, said once."""

    matter: str
    number: str
    code: str
    at: datetime

    @property
    def filed(self) -> Filed:
        return Filed(self.matter, self.number, self.code)


def resident(matter_id: str) -> Actor:
    """The resident who opened a matter, as an actor."""
    return Actor(person=f"resident:{matter_id}", role="resident")


def submit_request(
    written: Written,
    *,
    at: datetime,
    language: str,
    photos: Sequence[Upload] = (),
    facts: dict[str, FactValue] | None = None,
    scribe: str | None = None,
    terms: IntakeTerms = TERMS,
) -> Receipt | Refusal:
    """File what is written. `language` is that of the letters ("zh-hans" or "en"); `facts` may hold `via`
    (paper, counter, call) and `received_on` for what staff key in; then `scribe` is the body that wrote it
    down for the resident.

    All or nothing. The words go into the document byte for byte.
    """
    if refusal := intake.why_not_file(written.words, terms) or intake.why_not_keep(written.words):
        return refusal
    if refusal := intake.why_not_this_place(written.place, terms):
        return refusal
    new, code = matter.fresh_id(), codes.fresh()
    original = {"words": written.words} | ({"place": written.place} if written.place else {})
    with transaction.atomic(savepoint=False):
        opened = matter.open_matter(
            procedure=PROCEDURE,
            actor=replace(resident(new), body=scribe),
            at=at,
            facts=facts,
            documents={"original": original},
            attachments=photos,
            area=written.area or None,
            matter=new,
        )
        if isinstance(opened, Refusal):
            return opened
        kept = people.keep(new, written.contact.fields())
        by_unit = written.by_unit and kept & {"phone", "email"}
        allowed = [SHOW_WORDS] * written.show + [CONTACT_BY_UNIT] * bool(by_unit)
        people.give_first_consents(new, allowed, at)
        code_hash, pepper = codes.stored(code)
        Filing.objects.create(
            matter=new, code_hash=code_hash, pepper=pepper, language=language, has_mail="email" in kept
        )
    return Receipt(new, opened.number, code, at)


def file_draft(held: Held, *, at: datetime, language: str) -> Filed | Refusal:
    """File a draft, with the last choice (`held.written.show`) that came with the button.

    A form that was sent twice, or again after a dead line, files once.
    """
    files = drafts.photos(held) if not held.filed else []
    with transaction.atomic():
        now = drafts.lock(held)
        if now is None:
            return GONE
        if now.filed:
            return now.filed
        written = replace(now.written, show=held.written.show)
        answer = submit_request(written, at=at, language=language, photos=files)
        if isinstance(answer, Refusal):
            return answer
        drafts.mark_filed(held, answer.filed, at)
    drafts.forget_photos(held.id)
    return answer.filed
