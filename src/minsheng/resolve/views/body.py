"""The body that a matter was sent to: ours or not; ask, tell, ask for more time."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from minsheng.kernel.words import Refusal
from minsheng.ledger.records import Recorded
from minsheng.matter.queries.holders import name_of
from minsheng.resolve import pages, queries, services
from minsheng.resolve.forms import AcceptForm, AskForm, DeskForm, ExtendForm, TellForm
from minsheng.resolve.queries import Desk
from minsheng.resolve.rules import dispatching, standing
from minsheng.resolve.views import common
from minsheng.resolve.views.common import Told, on_desk
from minsheng.ui.components import Link
from minsheng.ui.words import Words, say


@on_desk("first_unit")
def accept(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ours, or not: silence until the limit means ours."""
    if refusal := common.why_not_now(desk, "accept"):
        return common.refused(request, refusal, desk)
    made: dict[str, Any] = {
        "choices": queries.choosable(desk.closed_to | {desk.actor.body or ""}),
        "hints": {
            "accepted": _("从派单起算期限，现在就可以办。"),
            "objected": _("写明该归谁、为什么、依据。由审核组裁定，期限照走。"),
        },
    }
    told = Told()
    form = AcceptForm(initial=common.initial(desk, common.begun(desk, "objection"), AcceptForm), **made)
    if request.method == "POST":
        form = AcceptForm(data=request.POST, **made)
        valid = form.is_valid()
        if request.POST.get("do") == "objected":
            common.keep(request, desk, "objection", form)
        if not valid:
            return common.show(request, _accept_page(desk, form, Told(400)), Told(400))
        data = dict(form.cleaned_data)
        seen_n, do = data.pop("seen_n"), data.pop("do")
        at = desk.view.now
        answer = (
            services.accept(desk, at=at, seen_n=seen_n)
            if do == "accepted"
            else services.object_(desk, data, at=at, seen_n=seen_n)
        )
        said = _("接下了。") if do == "accepted" else _("异议已经交给审核组。")
        ended = common.finish(request, desk, "accept", form, answer, said)
        if isinstance(ended, HttpResponse):
            return ended
        desk, told = ended
    return common.show(request, _accept_page(desk, form, told), told)


def _accept_page(desk: Desk, form: AcceptForm, told: Told) -> pages.DeskPage:
    used, allowed = standing.times_back(desk.view.status, "arbitrate", "reassigned")
    lapse = next((c for c in desk.view.status.clocks if c.step == "accept" and c.kind == "lapse"), None)
    until = pages.day_words(desk, lapse.until) if lapse else ""
    intro: list[Words] = [
        _("到%(day)s没有提出异议，就是接下，不用谁批准。") % {"day": until} if until else "",
        _("一件事最多改派%(allowed)s次，已用%(used)s次；用完了由审核组直接裁定归谁。")
        % {"allowed": allowed, "used": used},
    ]
    return pages.desk_page(
        desk,
        "accept",
        form,
        title=_("接不接"),
        button=_("记下来"),
        intro=[one for one in intro if one],
        refusal=told.refusal,
        since=told.since,
        papers=("ruling",),
    )


@on_desk("first_unit", "coordinator")
def handle(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Where the worklist leads for the step of handling: the answer, or the approval of more time."""
    name = "approve" if desk.role == "coordinator" else "reply"
    return HttpResponseRedirect(pages.desk_url(name, desk))


@on_desk("first_unit")
def ask(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One question to the resident, for which the clock stands, once."""
    return _act(
        request,
        desk,
        "ask",
        AskForm,
        lambda data, seen_n: services.ask(desk, data["question"], at=desk.view.now, seen_n=seen_n),
        title=_("问居民一个问题"),
        button=_("问出去，停表"),
        intro=_about_asking(desk),
        said=_("问出去了，表停了。居民答了就接着走。"),
        papers=("question",),
    )


def _about_asking(desk: Desk) -> list[Words]:
    deadline = desk.view.procedure.steps["handle"].deadline
    assert deadline is not None
    at_most = deadline.pauses[0].at_most if deadline.pauses else ""
    days = say(dispatching.length_of(desk.view.procedure.parameters[at_most])) if at_most else ""
    return [
        _("表会停，居民和公众都看得到停了，也看得到为什么。"),
        _("居民答了就接着走；最多停%(days)s，到时自己接着走。") % {"days": days} if days else "",
        _("同一个问题只能停一次表。"),
    ]


@on_desk("first_unit", "reviewer")
def tell(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Word to the resident while it is being worked on."""
    step = next(
        (one for one in ("handle", "review", "rule_contest") if one in desk.view.status.open_steps), "handle"
    )
    return _act(
        request,
        desk,
        "tell",
        TellForm,
        lambda data, seen_n: services.tell(desk, step, data, at=desk.view.now, seen_n=seen_n),
        title=_("告诉居民进展"),
        button=_("告诉居民"),
        intro=[
            _("写一样就行：做了什么、卡在哪里、接下来，或者新的日期。"),
            _("没有进展就不用写：到日子系统会照实说“自某日以来没有进展”，这种情况会计数公开。"),
        ],
        said=_("告诉居民了。"),
        papers=("progress",),
        step=step,
    )


@on_desk("first_unit")
def extend(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for the one extension, which another person must approve before the limit."""
    return _act(
        request,
        desk,
        "extend",
        ExtendForm,
        lambda data, seen_n: services.ask_for_more_time(desk, data, at=desk.view.now, seen_n=seen_n),
        title=_("申请延期"),
        button=_("交给上级批"),
        intro=_about_more_time(desk),
        said=_("延期申请交上去了，批下来才算。"),
    )


def _about_more_time(desk: Desk) -> list[Words]:
    until = standing.last_day_of_extension(desk.view.status)
    approver = desk.view.procedure.steps["handle"].acts["extend"].approve_by
    found = queries.body_of(approver)
    name = say(name_of(found)) if found else say(desk.view.procedure.roles[approver].title)
    return [
        _("只有一次。由%(name)s的人批，您自己不能批；到期前没有批下来，就是没有延。") % {"name": name},
        _("批了，最晚到%(day)s。") % {"day": pages.day_words(desk, until)} if until else "",
        _("理由会告诉居民，也会公开。"),
    ]


def _act(
    request: HttpRequest,
    desk: Desk,
    act: str,
    form_class: type[DeskForm],
    do: Any,
    *,
    title: Words,
    button: Words,
    intro: list[Words],
    said: Words,
    papers: tuple[str, ...] = (),
    step: str = "handle",
) -> HttpResponse:
    """A page with one form for one act within an open step."""
    if refusal := common.why_not_now(desk, step) or queries.why_not_act(desk, step, act):
        return common.refused(request, refusal, desk)
    told = Told()
    form = form_class(initial=common.initial(desk, common.begun(desk, act), form_class))
    if request.method == "POST":
        form = form_class(data=request.POST)
        valid = form.is_valid()
        common.keep(request, desk, act, form)
        if valid and "save" in request.POST:
            told = Told()
        elif valid:
            data = dict(form.cleaned_data)
            answer: Recorded | Refusal = do(data, data.pop("seen_n"))
            ended = common.finish(request, desk, step, form, answer, said)
            if isinstance(ended, HttpResponse):
                return ended
            desk, told = ended
        else:
            told = Told(400)
    kept = common.begun(desk, act)
    page = pages.desk_page(
        desk,
        step,
        form,
        title=title,
        button=button,
        intro=[one for one in intro if one],
        papers=papers,
        draft_button=True,
        saved_at=kept.saved_at if kept else None,
        refusal=told.refusal,
        since=told.since,
        back=Link(_("写答复"), pages.desk_url("reply", desk)) if step == "handle" else None,
    )
    return common.show(request, page, told)
