"""What a resident may say at any time: more, hurry, an answer, an objection, or that it may rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from minsheng.kernel.words import Kind, Refusal
from minsheng.listen import forms, slots
from minsheng.listen.pages import follow as pages
from minsheng.listen.queries.limits import answer_limit
from minsheng.listen.services import saying as services
from minsheng.listen.services.saying import SAYINGS, Saying
from minsheng.listen.views.common import gently, now_of, resident_of, too_often, within
from minsheng.listen.views.following import gone, mine_of
from minsheng.matter import pages as matter_pages
from minsheng.matter import queries as matters
from minsheng.matter.pages import Way
from minsheng.matter.queries import MatterView
from minsheng.matter.queries.options import choices
from minsheng.matter.services import Upload
from minsheng.people.doors import resident_door
from minsheng.ui import dates
from minsheng.ui.components import Link
from minsheng.ui.respond import STATUS, refuse
from minsheng.ui.words import Words, language, say, together


@dataclass(frozen=True, slots=True)
class Asked:
    """How one of the pages puts its question."""

    heading: Any
    hint: Any
    button: Any
    done: Any


ASKED: Final[Mapping[str, Asked]] = {
    "add": Asked(
        gettext_lazy("还有什么要补充的？"),
        gettext_lazy("接着说就行，前面写过的都还在。补充不会让期限变长。"),
        gettext_lazy("补上"),
        gettext_lazy("补上了。"),
    ),
    "urge": Asked(
        gettext_lazy("催一下"),
        gettext_lazy("可以什么都不写，直接按。催几次都不影响办理，也不会记在您头上。"),
        gettext_lazy("催一下"),
        gettext_lazy("催过了，已经记下。"),
    ),
    "withdraw": Asked(
        gettext_lazy("不想再办了？写一句为什么，也可以不写"),
        gettext_lazy("撤回以后这件事就结束，不算“解决了”。以后想再说，随时可以另说一件。"),
        gettext_lazy("撤回这件事"),
        gettext_lazy("撤回了。"),
    ),
    "answer": Asked(
        gettext_lazy("您的回答"),
        gettext_lazy("知道多少答多少。您一答，办理的期限就接着算。"),
        gettext_lazy("答好了"),
        gettext_lazy("答复转给他们了。"),
    ),
    "object": Asked(
        gettext_lazy("哪里不对，为什么？"),
        gettext_lazy("由复核的单位看，不由原来办的人看。一句话也可以。"),
        gettext_lazy("提出异议"),
        gettext_lazy("异议提出来了，由复核的单位看。"),
    ),
}


def _too_large(request: HttpRequest, handle: str, name: str) -> HttpResponse:
    from minsheng.ui import respond

    return respond.error(request, 413)


@resident_door
@gently(_too_large)
@require_http_methods(["GET", "HEAD", "POST"])
def speak(request: HttpRequest, handle: str, name: str) -> HttpResponse:
    """One page for each; the words are kept on it whatever happens."""
    found = mine_of(request)
    if found is None:
        return gone(request)
    view, way = found
    saying = SAYINGS[name]
    back = Link(view.number, pages.url("follow", way))
    if not _is_open(view, way, saying):
        no = services.why_not_now(view, saying)
        return refuse(request, matter_pages.refusal_of(view, no, back=back), no.kind)
    form_args = _form_args(view, saying)
    if request.method != "POST":
        return _show(request, view, way, saying, forms.SayForm(**form_args))
    if not within(request, "say", 40, timedelta(hours=1), key=view.id):
        return too_often(request)
    form = forms.SayForm(request.POST, request.FILES, **form_args)
    if not form.is_valid():
        return _show(request, view, way, saying, form, 400)
    said = form.cleaned_data
    answer = services.say(
        view,
        saying,
        actor=way.actors[0],
        via=way.via,
        words=said["words"],
        asked=said.get("asked", ""),
        files=[
            Upload(saying.document, "media", file.name or "", file.read()) for file in said.get("papers", [])
        ],
        at=now_of(request),
    )
    if isinstance(answer, Refusal):
        return _refused(request, view, way, saying, form, answer)
    notices.success(request, _after(view.id, saying, now_of(request)))
    response = HttpResponseRedirect(back.url)
    response.status_code = 303
    return response


def _is_open(view: MatterView, way: Way, saying: Saying) -> bool:
    """Whether the rule file has a place for it now, for the resident."""
    step = services.step_of(view, saying)
    return any(
        (one.option.event, one.option.step, one.option.outcome) == (saying.event, step, saying.outcome)
        or (step is None and one.option.event == saying.event)
        for one in choices(view, way.actors)
    )


def _form_args(view: MatterView, saying: Saying) -> dict[str, Any]:
    asked = next((one for one in view.procedure.documents[saying.document].fields if one.id == "asked"), None)
    words = ASKED[saying.name]
    hint = together(say(_next_day(view)), str(words.hint)) if saying.name == "urge" else words.hint
    return {"label": words.heading, "hint": hint, "with_files": saying.files, "asked": asked}


def _refused(
    request: HttpRequest, view: MatterView, way: Way, saying: Saying, form: forms.SayForm, refusal: Refusal
) -> HttpResponse:
    """The same page with what was written, and what is in the way."""
    if refusal.kind is Kind.ABSENT:
        return gone(request)
    field = (
        "words"
        if refusal.field == "words"
        else "papers"
        if "papers" in form.fields and refusal.field
        else None
    )
    form.add_error(field, say(refusal.reason))
    return _show(request, view, way, saying, form, STATUS[refusal.kind])


def _show(
    request: HttpRequest, view: MatterView, way: Way, saying: Saying, form: forms.SayForm, status: int = 200
) -> HttpResponse:
    questions: tuple[pages.Shown, ...] = ()
    if saying.name == "answer":
        handed = [one for one in matters.documents(view, way.actors) if one.id == "question"]
        questions = pages.shown(view, way, handed[-1:], own=False)
    context = {
        "form": form,
        "heading_field": "words",
        "back": Link(view.number, pages.url("follow", way)),
        "button": ASKED[saying.name].button,
        "action": pages.url(saying.name, way),
        "questions": questions,
        "pressed": slots.fill("pressed", request, view, resident_of(request))
        if saying.name == "withdraw"
        else "",
    }
    return render(request, "listen/say.html", context, status=status)


def _after(matter: str, saying: Saying, now: datetime) -> str:
    """What is said once it is recorded; urging is answered with the next date."""
    done = str(ASKED[saying.name].done)
    if saying.name != "urge":
        return done
    view = matters.get(matter, now)
    return together(done, say(_next_day(view)) if view else "")


def _next_day(view: MatterView) -> Words:
    """The next date that somebody is bound to."""
    limit = answer_limit(view.status, view.moments)
    if limit is None and view.due.due_at is None:
        return _("现在没有单位欠着期限。")
    until = (
        limit.until if limit else view.status.calendar.day_of(view.due.due_at) if view.due.due_at else None
    )
    assert until is not None
    last = view.status.calendar.day_of(until) if isinstance(until, datetime) else until
    day = dates.day(last, view.today, language())
    if last < view.today:
        return _("应于%(day)s前答复，已经晚了，公开记着，也报到了上一级。") % {"day": day}
    return _("下一个日期是%(day)s。") % {"day": day}
