"""Writing the answer: the question beside the form, what is missing, both side by side, then sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from minsheng.bodies import queries as bodies
from minsheng.kernel.entry import FactValue
from minsheng.matter.rules.uploads import Upload
from minsheng.resolve import pages, queries, services
from minsheng.resolve.forms import AnswerAtOnceForm, DeskForm, ReplyForm
from minsheng.resolve.pages import PreviewPage
from minsheng.resolve.queries import Begun, Desk
from minsheng.resolve.rules.reply import Draft, lacks
from minsheng.resolve.views import common
from minsheng.resolve.views.common import Told, on_desk
from minsheng.ui.components import Lack, Link
from minsheng.ui.words import Words, say


@dataclass(frozen=True, slots=True)
class _Place:
    """Who answers here: the body in `handle`, or the intake desk at once in `classify`."""

    step: str
    form: type[ReplyForm]
    page: str
    preview: str

    def made(self, desk: Desk, kept: int = 0, **kwargs: Any) -> ReplyForm:
        return self.form(late=self.late(desk), kept=kept, **kwargs)

    def late(self, desk: Desk) -> bool:
        return self.step == "handle" and desk.is_late(self.step)


BY_BODY = _Place("handle", ReplyForm, "reply", "preview")
BY_DESK = _Place("classify", AnswerAtOnceForm, "answer_now", "answer_now_preview")


@on_desk("first_unit")
def reply(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The body's answer."""
    return _write(request, desk, BY_BODY)


@on_desk("intake")
def answer_now(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The intake desk's answer, at once."""
    return _write(request, desk, BY_DESK)


@on_desk("first_unit")
def preview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The body's answer beside the question, and the button that sends it."""
    return _look_and_send(request, desk, BY_BODY)


@on_desk("intake")
def answer_now_preview(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The intake desk's answer beside the question, and the button that sends it."""
    return _look_and_send(request, desk, BY_DESK)


def _write(request: HttpRequest, desk: Desk, place: _Place) -> HttpResponse:
    if refusal := common.why_not_now(desk, place.step):
        return common.refused(request, refusal, desk)
    draft = common.begun(desk, "reply")
    if request.method != "POST":
        form = place.made(
            desk, len(draft.files) if draft else 0, initial=common.initial(desk, draft, place.form)
        )
        return common.show(request, _page(desk, place, form, draft, Told()), Told(), "resolve/reply.html")
    form = place.made(desk, len(draft.files) if draft else 0, data=request.POST, files=request.FILES)
    valid = form.is_valid()
    refused = common.keep(request, desk, "reply", form, "reply")
    draft = common.begun(desk, "reply")
    if refused is not None:
        form.add_error("evidence", say(refused.reason))
    elif "preview" in request.POST and valid and not _missing(desk, place, draft):
        return HttpResponseRedirect(pages.desk_url(place.preview, desk))
    if "preview" not in request.POST and refused is None:
        # A draft may be half a reply: shown again as it is, without judging it.
        form = place.made(
            desk, len(draft.files) if draft else 0, initial=common.initial(desk, draft, place.form)
        )
        return common.show(request, _page(desk, place, form, draft, Told()), Told(), "resolve/reply.html")
    told = Told(400 if not valid or refused else 422)
    return common.show(request, _page(desk, place, form, draft, told), told, "resolve/reply.html")


def _missing(desk: Desk, place: _Place, draft: Begun | None) -> tuple[tuple[str, Words], ...]:
    """What the draft lacks before it may be sent, by slot."""
    values: Mapping[str, Any] = draft.values if draft else {}
    written = replace(Draft.of(values, late=place.late(desk)), evidence=len(draft.files) if draft else 0)
    return lacks(written, cannot=values.get("outcome") == "cannot")


def _page(desk: Desk, place: _Place, form: DeskForm, draft: Begun | None, told: Told) -> pages.DeskPage:
    missing = [Lack(what, _("归您")) for _slot, what in _missing(desk, place, draft)] if draft else []
    have = Lack(_("还能找谁（复核、复议、信访）"), _("自动附上"), have=True)
    return pages.desk_page(
        desk,
        place.step,
        form,
        title=_("写答复"),
        button=_("对照原话看一遍，再发出"),
        papers=("ruling", "question", "finding", "reply"),
        questions=True,
        draft_button=True,
        saved_at=draft.saved_at if draft else None,
        files=draft.files if draft else (),
        missing=(*missing, have) if draft else (),
        refusal=told.refusal,
        since=told.since,
        ways=_ways(desk) if place is BY_BODY else (),
        note=_("只说“已收悉”“正在处理”的，不算答复，期限不停。"),
        back=None if place is BY_BODY else Link(_("受理和派单"), pages.desk_url("intake", desk)),
    )


def _ways(desk: Desk) -> tuple[Link, ...]:
    """What else may be done while it is being worked on, if it is open now."""
    titles = {
        "extend": _("申请延期（只有一次）"),
        "ask": _("问居民一个问题，表会停"),
        "tell": _("告诉居民进展"),
    }
    found = [
        Link(title, pages.desk_url(act, desk))
        for act, title in titles.items()
        if queries.why_not_act(desk, "handle", act) is None
    ]
    return (*found, Link(_("要看联系方式"), pages.desk_url("contact", desk)))


def _look_and_send(request: HttpRequest, desk: Desk, place: _Place) -> HttpResponse:
    if refusal := common.why_not_now(desk, place.step):
        return common.refused(request, refusal, desk)
    draft = common.begun(desk, "reply")
    write = HttpResponseRedirect(pages.desk_url(place.page, desk))
    if draft is None or _missing(desk, place, draft):
        return write
    form, told = DeskForm(initial=common.seen(desk)), Told()
    if request.method == "POST":
        form = DeskForm(data=request.POST)
        if not form.is_valid():
            return write
        answer = services.answer(
            desk,
            "answered_now" if place is BY_DESK else str(draft.values.get("outcome") or ""),
            {name: value for name, value in draft.values.items() if name in _SLOTS},
            at=desk.view.now,
            seen_n=form.cleaned_data["seen_n"],
            files=_files(desk),
            facts=_facts(draft) if place is BY_DESK else None,
        )
        ended = common.finish(
            request, desk, place.step, form, answer, _("发出去了。现在由居民说办好了没有。")
        )
        if isinstance(ended, HttpResponse):
            return ended
        desk, told = ended
    page = PreviewPage(
        desk=pages.desk_page(
            desk,
            place.step,
            form,
            title=_("对照原话看一遍"),
            button=_("发给居民"),
            questions=True,
            files=draft.files,
            refusal=told.refusal,
            since=told.since,
            back=Link(_("写答复"), pages.desk_url(place.page, desk)),
        ),
        reply=pages.reply_of(desk, draft.values, queries.remedy()),
        change=Link(_("回去改"), pages.desk_url(place.page, desk)),
    )
    return common.show(request, page, told, "resolve/preview.html")


_SLOTS = frozenset(("done", "not_done", "rule", "why_late", "next", "no_evidence"))


def _files(desk: Desk) -> list[Upload]:
    kept = queries.bytes_of(desk.view.id, "reply", desk.actor.person, round=desk.view.status.round)
    return [Upload("reply", one.field, one.name, data) for one, data in kept]


def _facts(draft: Begun) -> dict[str, FactValue]:
    """What the intake desk says of the matter with its answer, by codes that the town knows."""
    found: dict[str, FactValue] = {}
    if draft.values.get("kind") in {one.code for one in bodies.taxonomy()}:
        found["kind"] = str(draft.values["kind"])
    if draft.values.get("area") in {one.code for one in bodies.areas()}:
        found["area"] = str(draft.values["area"])
    return found
