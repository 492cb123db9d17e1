"""What each page of this room shows: typed contexts, filled from a desk, formatted by `ui`.

A template of this room gets `page`, one of these dataclasses, and nothing else of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.forms import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.kernel.words import Refusal
from minsheng.matter import pages as matter_pages
from minsheng.matter.pages import Written
from minsheng.matter.queries import Handed
from minsheng.matter.queries.holders import name_of
from minsheng.resolve.queries import Desk, Kept
from minsheng.resolve.rules import dispatching
from minsheng.ui import dates
from minsheng.ui.components import Due, Happening, Lack, Link, RefusalPage, Reply, Sees
from minsheng.ui.forms import Form
from minsheng.ui.words import Words, language, say

_OF_THE_RESIDENT: Final = ("original", "supplement", "answer", "remark", "urge_note")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskPage:
    """A page on which an officer does one thing: the resident's words beside, the form, what follows.

    `fields`: the form's visible fields in order; `questions`: those found in the words, to be answered;
    `files`: what the draft holds already; `saved_at`: when the draft was saved.
    """

    number: str
    kicker: Words
    title: Words
    back: Link
    dues: tuple[Due, ...]
    words: tuple[Written, ...]
    papers: tuple[Written, ...]
    questions: tuple[str, ...]
    intro: tuple[Words, ...]
    form: Form
    fields: tuple[BoundField, ...]
    button: Words
    draft_button: bool
    saved_at: datetime | None
    files: tuple[Kept, ...]
    missing: tuple[Lack, ...]
    refusal: RefusalPage | None
    since: tuple[Happening, ...]
    ways: tuple[Link, ...]
    sees: Sees | None
    note: Words
    why: Link | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakePage:
    """The intake desk: `look` is the button that shows whose it could be without recording anything."""

    desk: DeskPage
    mentions: tuple[Words, ...]
    suggested: bool
    others: tuple[tuple[Link, Words], ...]
    to_classify: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """The answer beside the question, before it is sent."""

    desk: DeskPage
    reply: Reply
    change: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPage:
    """Reading one field of the vault: `value` is shown once, on the answer to the button."""

    desk: DeskPage
    label: Words
    value: str


def desk_url(name: str, desk: Desk, *more: str) -> str:
    """The address of one of this room's pages for a matter."""
    return reverse(f"resolve:{name}", args=[desk.view.number, *more])


def desk_page(
    desk: Desk,
    step: str,
    form: Form,
    *,
    title: Words,
    button: Words,
    intro: Iterable[Words] = (),
    papers: Iterable[str] = (),
    questions: bool = False,
    draft_button: bool = False,
    saved_at: datetime | None = None,
    files: tuple[Kept, ...] = (),
    missing: tuple[Lack, ...] = (),
    refusal: RefusalPage | None = None,
    since: tuple[Happening, ...] = (),
    ways: Iterable[Link] = (),
    note: Words = "",
    back: Link | None = None,
) -> DeskPage:
    """Fill what every page of the desk has. `papers`: other documents to show beside (objection, ruling…)."""
    view = desk.view
    between = "　" if language() == "zh" else " · "
    own = [one for one in desk.handed if one.id in _OF_THE_RESIDENT]
    wanted = set(papers)
    return DeskPage(
        number=view.number,
        kicker=between.join(filter(None, (view.number, say(view.row.subject)))),
        title=title,
        back=back or Link(_("待办"), reverse("matter:work")),
        dues=_dues(desk, step) if step else (),
        words=matter_pages.written_of(view, desk.way, own),
        papers=matter_pages.written_of(view, desk.way, [one for one in desk.handed if one.id in wanted]),
        questions=dispatching.questions_in(desk.words) if questions else (),
        intro=tuple(intro),
        form=form,
        fields=tuple(form.visible_fields()),
        button=button,
        draft_button=draft_button,
        saved_at=saved_at,
        files=files,
        missing=missing,
        refusal=refusal,
        since=since,
        ways=tuple(ways),
        sees=matter_pages.who_sees(view, desk.role),
        note=note,
        why=matter_pages.why_link(desk.way, step) if step else None,
        rule=matter_pages.rule_of(view, step),
    )


def _dues(desk: Desk, step: str) -> tuple[Due, ...]:
    """The step's clock line; that of handling speaks of the answer, which is what the resident waits for."""
    found = matter_pages.dues_of(desk.view, desk.way, (step,), step)
    return tuple(replace(due, what=_("答复")) for due in found) if step == "handle" else found


def refused_here(desk: Desk, step: str, refusal: Refusal) -> RefusalPage:
    """A refusal as it stands on top of the form that led to it."""
    rule = matter_pages.rule_of(desk.view, step)
    return matter_pages.refusal_of(desk.view, refusal, kept=True, rule=rule)


def reply_of(desk: Desk, values: Mapping[str, str], remedy: Words) -> Reply:
    """A draft as the resident will see it."""
    body = _name_of_body(desk)
    return Reply(
        done=values.get("done", ""),
        not_done=values.get("not_done", ""),
        rule=values.get("rule", ""),
        why_late=values.get("why_late", ""),
        next=values.get("next", ""),
        remedy=remedy,
        at=desk.view.now,
        by=body,
    )


def _name_of_body(desk: Desk) -> Words:
    return name_of(desk.actor.body) if desk.actor.body else ""


def last_said(handed: Iterable[Handed], document: str, field: str) -> str:
    """What the latest of a document says in one field; "" if there is none."""
    found = [one for one in handed if one.id == document]
    return str(found[-1].values.get(field) or "") if found else ""


def day_words(desk: Desk, day: date | None) -> str:
    """A day as a sentence says it; "" for none."""
    return dates.day(day, desk.view.today, language()) if day else ""
