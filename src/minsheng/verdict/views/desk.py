"""Those who look at a matter again: the reviewer, the caller weeks later, and the reviewer of pressure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minsheng.bodies import queries as bodies
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.matter import queries as matter
from minsheng.matter.queries.holders import body_of, name_of
from minsheng.people.doors import staff_door
from minsheng.people.rules.actor import Actor
from minsheng.resolve import pages as desk_pages
from minsheng.resolve.queries import Desk, why_not_act
from minsheng.resolve.views import common
from minsheng.resolve.views.common import Told, on_desk
from minsheng.ui.components import Link
from minsheng.ui.respond import STATUS, refusal_page, refuse
from minsheng.ui.words import Words, language, say
from minsheng.verdict import pages, queries, services
from minsheng.verdict.forms import FindingForm, PressureForm, RecheckForm
from minsheng.verdict.pages import CheckPage, CheckRow, ChecksPage, FindingPage
from minsheng.verdict.queries import Check


@on_desk("reviewer")
def review(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Another body looks at the answer again."""
    return _find(request, desk, "review", _("复核"), _("复核结论记下了，居民和承办单位都看得到。"))


@on_desk("reviewer")
def rule_contest(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Rule on a resident's objection to how the matter was ended."""
    return _find(request, desk, "rule_contest", _("裁定对办结的异议"), _("裁定记下了，居民看得到。"))


def _find(request: HttpRequest, desk: Desk, step: str, title: Words, said: Words) -> HttpResponse:
    if refusal := common.why_not_now(desk, step):
        return common.refused(request, refusal, desk)
    outcomes, told = _outcomes(desk, step), Told()
    draft = common.begun(desk, step)
    form = FindingForm(initial=common.initial(desk, draft, FindingForm), outcomes=outcomes)
    if request.method == "POST":
        form = FindingForm(data=request.POST, outcomes=outcomes)
        valid = form.is_valid()
        common.keep(request, desk, step, form)
        if valid and "save" not in request.POST:
            data = dict(form.cleaned_data)
            answer = services.review(
                desk.view.id,
                step,
                data["do"],
                {"finding": data["finding"], "order": data["order"]},
                actor=desk.actor,
                at=desk.view.now,
                seen_n=data["seen_n"],
            )
            if not isinstance(answer, Refusal):
                common.forget(desk, step)
            ended = common.finish(request, desk, step, form, answer, said)
            if isinstance(ended, HttpResponse):
                return ended
            desk, told = ended
        elif "save" not in request.POST:
            told = Told(400)
        else:
            form = FindingForm(
                initial=common.initial(desk, common.begun(desk, step), FindingForm), outcomes=outcomes
            )
    kept = common.begun(desk, step)
    ways = [Link(_("告诉居民进展"), desk_pages.desk_url("tell", desk))]
    page = FindingPage(
        desk=desk_pages.desk_page(
            desk,
            step,
            form,
            title=title,
            button=_("记下结论"),
            intro=[_("“还能找谁”自动附上。")],
            papers=("guidance", "finding", "contest_note", "call_note"),
            draft_button=True,
            saved_at=kept.saved_at if kept else None,
            refusal=told.refusal,
            since=told.since,
            ways=ways if why_not_act(desk, step, "tell") is None else (),
        ),
        reply=pages.reply_of(desk.way, desk.handed),
    )
    return render(request, "verdict/finding.html", {"page": page}, status=told.status)


def _outcomes(desk: Desk, step: str) -> list[tuple[str, Words, Words]]:
    declared = desk.view.procedure.steps[step]
    return [
        (outcome.id, outcome.title, outcome.hint or "")
        for outcome in declared.outcomes.values()
        if not outcome.by_clock
    ]


@on_desk("caller")
def recheck(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Weeks later, blind to what was said before: does it still hold?"""
    if refusal := common.why_not_now(desk, "recheck"):
        return common.refused(request, refusal, desk)
    outcomes, told = _outcomes(desk, "recheck"), Told()
    form = RecheckForm(initial=common.seen(desk), outcomes=outcomes)
    if request.method == "POST":
        form = RecheckForm(data=request.POST, outcomes=outcomes)
        if form.is_valid():
            data = form.cleaned_data
            answer = services.recheck(
                desk.view.id,
                data["do"],
                data["note"],
                actor=desk.actor,
                at=desk.view.now,
                seen_n=data["seen_n"],
            )
            ended = common.finish(request, desk, "recheck", form, answer, _("记下了居民怎么说。"))
            if isinstance(ended, HttpResponse):
                return ended
            desk, told = ended
        else:
            told = Told(400)
    page = FindingPage(
        desk=desk_pages.desk_page(
            desk,
            "recheck",
            form,
            title=_("回头看"),
            button=_("记下居民怎么说"),
            intro=[
                _("只问一句：这件事现在还好不好。不提居民上次选了什么，不劝，不问满不满意。"),
                _("电话在“看联系方式”里，一次看一项，居民看得到您看过。"),
            ],
            refusal=told.refusal,
            since=told.since,
            ways=[Link(_("看联系方式"), desk_pages.desk_url("contact", desk))],
        ),
        reply=pages.reply_of(desk.way, desk.handed),
    )
    return render(request, "verdict/finding.html", {"page": page}, status=told.status)


FINDINGS: Mapping[str, Text] = {
    "shown": Text("有这回事", "It is so"),
    "not_shown": Text("查不清", "It cannot be shown"),
    "refuted": Text("没有这回事", "It is not so"),
}
FOLLOWS: Mapping[str, Text] = {
    "shown": Text(
        "这个单位这个月的结论和评价，公开标为不能用。",
        "The body's verdicts and ratings of the month are marked unusable, publicly.",
    ),
    "not_shown": Text(
        "不单独标；同一个月有三件不同的事都有人这样说，一样标为不能用。",
        "Not marked by itself; three separate matters in one month mark it all the same.",
    ),
    "refuted": Text("不算进那三件里。", "It does not count towards the three."),
}


NOT_THE_REVIEWER = Refusal(
    "not_the_reviewer",
    Text("只给这个市的复核单位看。", "For the town's own reviewing body only."),
    Kind.PERSON,
)
View = Callable[..., HttpResponse]


def by_the_reviewer(view: View) -> View:
    """A role of this name for another body is not enough: what residents say of pressure is one body's."""

    @wraps(view)
    def behind(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actors = cast(Sequence[Actor], request.actors)  # type: ignore[attr-defined]
        mine = tuple(actor for actor in actors if body_of("reviewer") in (None, actor.body))
        if not mine:
            now = request.now  # type: ignore[attr-defined]
            return refuse(request, refusal_page(NOT_THE_REVIEWER, at=now), NOT_THE_REVIEWER.kind)
        request.actors = mine  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return behind


@staff_door("reviewer")
@by_the_reviewer
@require_GET
def checks(request: HttpRequest) -> HttpResponse:
    """Checks into pressure, for reviewers only."""
    today = bodies.current_calendar().day_of(request.now)  # type: ignore[attr-defined]
    found = queries.checks()
    rows = matter.rows([one.matter for one in found])
    page = ChecksPage(
        back=Link(_("待办"), reverse("matter:work")),
        running=tuple(_row(one, rows, today) for one in found if not one.finding),
        done=tuple(_row(one, rows, today) for one in found if one.finding),
    )
    return render(request, "verdict/checks.html", {"page": page})


def _row(one: Check, rows: Mapping[str, Any], today: date) -> CheckRow:
    between = "，" if language() == "zh" else ", "
    number = rows[one.matter].number if one.matter in rows else "—"
    return CheckRow(
        url=reverse("verdict:check", args=[one.id]),
        title=between.join((say(name_of(one.body)), number)),
        due_on=one.due_on,
        late=not one.finding and one.due_on < today,
        finding=FINDINGS.get(one.finding, ""),
    )


@staff_door("reviewer")
@by_the_reviewer
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, check: UUID) -> HttpResponse:
    """One check: what was said, and what the reviewer finds."""
    now = request.now  # type: ignore[attr-defined]
    back = Link(_("有人要居民选某一个"), reverse("verdict:checks"))
    found = queries.check(check)
    if found is None:
        absent = Refusal("no_such_check", Text("没有这件核查。", "There is no such check."), Kind.ABSENT)
        return refuse(request, refusal_page(absent, at=now, back=back), absent.kind)
    offered: list[tuple[str, Words, Words]] = [(id, FINDINGS[id], FOLLOWS[id]) for id in FINDINGS]
    form, shown, status = PressureForm(offered=offered), None, 200
    if request.method == "POST":
        form = PressureForm(data=request.POST, offered=offered)
        if form.is_valid():
            actor = cast(Sequence[Actor], request.actors)[0]  # type: ignore[attr-defined]
            data = form.cleaned_data
            refusal = services.find(check, data["finding"], data["reasons"], actor=actor, at=now)
            if refusal is None:
                messages.success(request, _("结论记下了。"))
                return HttpResponseRedirect(reverse("verdict:checks"))
            status = STATUS[refusal.kind.value]
            if refusal.field in form.fields:
                form.add_error(refusal.field, say(refusal.reason))
            else:
                shown = refusal_page(refusal, at=now, kept=True)
        else:
            status = 400
    row = matter.row(found.matter)
    today = bodies.current_calendar().day_of(now)
    between = "　" if language() == "zh" else " · "
    page = CheckPage(
        back=back,
        kicker=between.join(filter(None, (row.number if row else "", say(name_of(found.body))))),
        due_on=found.due_on,
        late=not found.finding and found.due_on < today,
        words=found.words,
        finding=FINDINGS.get(found.finding, ""),
        reasons=found.reasons,
        form=None if found.finding else form,
        refusal=shown,
    )
    return render(request, "verdict/check.html", {"page": page}, status=status)
