"""The resident's pages: the verdict, how one was treated, who pressed.

GET records nothing, whoever follows a link; only the button does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure import refusals
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.matter import pages as matter_pages
from minsheng.matter import queries as matter
from minsheng.people.doors import resident_door
from minsheng.people.services import Resident
from minsheng.resolve.queries.desk import PROCEDURE
from minsheng.ui.components import Happening, Link, RefusalPage, Sees
from minsheng.ui.respond import STATUS, refusal_page, refuse
from minsheng.ui.words import language
from minsheng.verdict import pages, queries, services
from minsheng.verdict.forms import PartlyForm, PressedForm, RatingForm, StubForm, VerdictForm
from minsheng.verdict.pages import Mine, OnePage, RatePage, SaidPage
from minsheng.verdict.queries.answered import answering_body
from minsheng.verdict.rules import choices, rating

Do = Callable[[HttpRequest, Mine], HttpResponse]

ABSENT = Refusal(
    "no_such_matter",
    Text("没有这件事，或者它已经删除。", "There is no such matter, or it was erased."),
    Kind.ABSENT,
)


def for_resident(do: Do) -> Callable[..., HttpResponseBase]:
    """A page for the resident of a matter, in the browser that showed the code or came by a letter's link."""

    @resident_door
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(do)
    def view(request: HttpRequest, handle: str) -> HttpResponse:
        found = cast(Resident, request.resident)  # type: ignore[attr-defined]
        opened = matter.get(found.matter, request.now)  # type: ignore[attr-defined]
        if opened is None or opened.procedure.id != PROCEDURE:
            return _refused(request, ABSENT)
        return do(request, pages.mine(opened, found))

    return view


def _refused(request: HttpRequest, refusal: Refusal, me: Mine | None = None) -> HttpResponse:
    if me:
        back = Link(me.view.number, me.way.matter())
        return refuse(request, matter_pages.refusal_of(me.view, refusal, back=back), refusal.kind)
    now = request.now  # type: ignore[attr-defined]
    return refuse(request, refusal_page(refusal, at=now), refusal.kind)


def _shown(me: Mine, refusal: Refusal, step: str = "") -> RefusalPage:
    rule = matter_pages.rule_of(me.view, step)
    return matter_pages.refusal_of(me.view, refusal, kept=True, rule=rule)


@for_resident
def say(request: HttpRequest, me: Mine) -> HttpResponse:
    """Solved, partly, not, cannot tell: the page of a letter's link, of the code, of the follow page."""
    step = me.view.procedure.steps[choices.STEP]
    if refusal := refusals.why_not_open(me.view.status, step):
        if request.method != "POST" and pages.last_verdict(me.view):
            return HttpResponseRedirect(me.url("said"))
        return _refused(request, refusal, me)
    seen = {"seen_n": me.view.status.seen_n}
    if request.method != "POST":
        return _say(request, me, VerdictForm(initial=seen, offered=pages.four(me)))
    form = VerdictForm(data=request.POST, offered=pages.four(me))
    if not form.is_valid():
        return _say(request, me, form, status=400)
    choice, remark = form.cleaned_data["choice"], form.cleaned_data["remark"]
    asked: VerdictForm | PartlyForm = form
    if choice == "partly":
        if "more" not in request.POST and "asked" not in request.POST:
            begun = {"choice": choice, "remark": remark, "seen_n": form.cleaned_data["seen_n"]}
            return _say(request, me, PartlyForm(initial=begun, offered=pages.two(me)), partly=True)
        asked = PartlyForm(data=request.POST, offered=pages.two(me))
        if not asked.is_valid():
            return _say(request, me, asked, partly=True, status=400)
    answer = services.say(
        me.view.id,
        choice,
        str(asked.cleaned_data.get("more") or ""),
        actor=me.actor,
        via=me.resident.via,
        remark=remark,
        at=me.view.now,
        seen_n=form.cleaned_data["seen_n"],
    )
    if isinstance(answer, Refusal):
        return _say_again(request, me, asked, answer, partly=choice == "partly")
    return HttpResponseRedirect(me.url("said"))


def _say_again(
    request: HttpRequest, me: Mine, form: VerdictForm | PartlyForm, refusal: Refusal, *, partly: bool
) -> HttpResponse:
    """Something stood in the way: what was chosen is still chosen; a stale page says what is new."""
    fresh = pages.mine(matter.get(me.view.id, me.view.now) or me.view, me.resident)
    step = me.view.procedure.steps[choices.STEP]
    if refusals.why_not_open(fresh.view.status, step):
        return _refused(request, refusal, fresh)
    news: tuple[Happening, ...] = ()
    seen = form.cleaned_data.get("seen_n")
    if refusal.kind is Kind.CONFLICT:
        changed = request.POST.copy()
        changed["seen_n"] = str(fresh.view.status.seen_n)
        form.data = changed
        news = matter_pages.since(fresh.view, seen) if seen is not None else ()
    return _say(
        request,
        fresh,
        form,
        partly=partly,
        status=STATUS[refusal.kind.value],
        refusal=_shown(fresh, refusal, choices.STEP),
        since=news,
    )


def _say(
    request: HttpRequest,
    me: Mine,
    form: VerdictForm | PartlyForm,
    *,
    partly: bool = False,
    status: int = 200,
    refusal: RefusalPage | None = None,
    since: tuple[Happening, ...] = (),
) -> HttpResponse:
    page = pages.say_page(me, form, partly=partly, refusal=refusal, since=since)
    return render(request, "verdict/say.html", {"page": page}, status=status)


@for_resident
def said(request: HttpRequest, me: Mine) -> HttpResponse:
    """What was recorded, and what follows."""
    outcome = pages.last_verdict(me.view)
    if not outcome:
        return HttpResponseRedirect(me.url("say"))
    ended = me.view.status.end is not None
    page = SaidPage(
        kicker=pages.kicker_of(me.view),
        title=_("记下了"),
        state=pages.state_of(outcome),
        sentences=pages.what_now(me),
        dues=() if ended else matter_pages.dues_of(me.view, me.way),
        rate=Link(_("说说他们怎么待您"), me.url("rate")) if ended else None,
        pressed=Link(_("去说"), me.url("pressed")),
        back=Link(me.view.number, me.way.matter()),
    )
    return render(request, "verdict/said.html", {"page": page})


@for_resident
def rate(request: HttpRequest, me: Mine) -> HttpResponse:
    """How one was treated: into the body's box, apart from the matter. The stub is shown once."""
    if me.view.status.end is None:
        no = Text("这件事还没有结束，结束了再说。", "The matter has not ended yet; say it then.")
        return _refused(request, Refusal("not_ended", no), me)
    services.give_right(me.view.id, answering_body(me.view))
    form, stub_form, status = RatingForm(), StubForm(), 200
    stub: tuple[str, ...] = ()
    refusal: RefusalPage | None = None
    taken_out, counted = False, None
    if request.method == "POST" and "look" in request.POST:
        stub_form = StubForm(data=request.POST)
        counted = queries.counted(stub_form.cleaned_data["stub"]) if stub_form.is_valid() else None
        if stub_form.is_valid() and counted is None:
            stub_form.add_error("stub", _("这不是一张票根，对着您留的再抄一遍"))
        status = 400 if stub_form.errors else 200
    elif request.method == "POST" and "take_out" in request.POST:
        stub_form = StubForm(data=request.POST)
        no_stub = (
            services.take_out(me.view.id, stub_form.cleaned_data["stub"]) if stub_form.is_valid() else None
        )
        if no_stub is not None:
            stub_form.add_error("stub", no_stub.reason.in_(language()))
        taken_out = stub_form.is_valid()
        status = 200 if taken_out else 400
    elif request.method == "POST":
        form = RatingForm(data=request.POST)
        if form.is_valid():
            today = bodies.current_calendar().day_of(me.view.now)
            nonce = services.rate(me.view.id, form.cleaned_data, today)
            if isinstance(nonce, Refusal):
                refusal, status = _shown(me, nonce), STATUS[nonce.kind.value]
            else:
                stub = rating.spoken(nonce)
        else:
            status = 400
    page = RatePage(
        kicker=pages.kicker_of(me.view),
        back=Link(me.view.number, me.way.matter()),
        form=form,
        stub=stub,
        taken_out=taken_out,
        counted=counted,
        spent=queries.may_rate(me.view.id) is False,
        stub_form=stub_form,
        refusal=refusal,
        sees=Sees(
            _(
                "没有人看得到是您说的。票投进这个单位的箱里，不带这件事，不带时间；满10张才打开，打乱了一起看。"
            ),
            _("谁看得到："),
        ),
    )
    return render(request, "verdict/rate.html", {"page": page}, status=status)


@for_resident
def pressed(request: HttpRequest, me: Mine) -> HttpResponse:
    """Somebody tells me what to choose: sealed, for the reviewer alone."""
    form, done, status = PressedForm(), "", 200
    if request.method == "POST":
        form = PressedForm(data=request.POST)
        words = form.cleaned_data["words"] if form.is_valid() else ""
        refusal = services.report(me.view.id, answering_body(me.view), words, me.view.now)
        if refusal is None:
            done = _(
                "听到了。复核员会去查，承办单位看不到是谁说的，也看不到说了什么。您选哪一个，都不受影响。"
            )
        else:
            form.add_error("words", refusal.reason.in_(language()))
            status = 400
    page = OnePage(
        kicker=pages.kicker_of(me.view),
        title=_("有人要我选某一个"),
        back=Link(me.view.number, me.way.matter()),
        intro=(
            _("谁也不能要求您选“解决了”或“满意”。说一次，就会有人去查。"),
            _("只有复核员看得到。承办单位连有没有人说过，都看不到。"),
        ),
        dues=(),
        papers=(),
        form=form,
        button=_("说给复核员"),
        refusal=None,
        done=done,
        sees=None,
        rule="",
    )
    return render(request, "verdict/one.html", {"page": page}, status=status)
