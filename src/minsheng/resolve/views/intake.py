"""The intake desk: what it is, how urgent, whose; or led elsewhere, or answered at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from minsheng.bodies import queries as bodies
from minsheng.kernel.words import Text
from minsheng.matter.queries.holders import name_of
from minsheng.resolve import pages, queries, services
from minsheng.resolve.forms import GuideForm, IntakeForm
from minsheng.resolve.pages import IntakePage
from minsheng.resolve.queries import Desk
from minsheng.resolve.rules import dispatching
from minsheng.resolve.rules.dispatching import Suggestion
from minsheng.resolve.views import common
from minsheng.resolve.views.common import Told, on_desk
from minsheng.ui.components import Link
from minsheng.ui.htmx import render_either
from minsheng.ui.words import Words, say, together

GUIDES: Final[Mapping[str, bool]] = {"other_channel": True, "no_news": False, "not_a_request": False}
"""Outcomes that end with guidance → whether the right place is somewhere else."""


@on_desk("intake")
def intake(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take in and dispatch on one page; "look" shows whose it could be and records nothing."""
    step = "classify" if "classify" in desk.view.status.open_steps else "dispatch"
    if refusal := common.why_not_now(desk, step):
        return common.refused(request, refusal, desk)
    asked = _Asked(desk, step == "classify")
    if request.method != "POST":
        return _show(request, desk, step, asked, asked.form(initial=common.seen(desk)), Told())
    asked = _Asked(desk, step == "classify", request.POST.get("kind", ""), request.POST.get("area", ""))
    if "look" in request.POST:
        return _show(request, desk, step, asked, asked.form(initial=asked.initial(request.POST)), Told())
    form = asked.form(data=request.POST)
    if not form.is_valid():
        return _show(request, desk, step, asked, form, Told(400))
    data = form.cleaned_data
    if step == "classify":
        answer = services.classify(
            desk,
            kind=data["kind"],
            area=data["area"],
            urgency=data["urgency"],
            body=form.chosen,
            at=desk.view.now,
            seen_n=data["seen_n"],
        )
    else:
        answer = services.dispatch(desk, body=form.chosen, at=desk.view.now, seen_n=data["seen_n"])
    said = _("派给了%(body)s。") % {"body": say(name_of(form.chosen))}
    ended = common.finish(request, desk, step, form, answer, said)
    if isinstance(ended, HttpResponse):
        return ended
    fresh, told = ended
    now_step = "classify" if "classify" in fresh.view.status.open_steps else "dispatch"
    if now_step != step:  # the first of the two entries was written, the second was not
        asked = _Asked(fresh, False, data.get("kind", ""), data.get("area", ""))
        form = asked.form(initial=common.seen(fresh))
        return _show(request, fresh, now_step, asked, form, told)
    return _show(request, fresh, step, asked, form, told)


class _Asked:
    """What the form has to offer for a class and a place: urgencies with their limits, whose it could be."""

    def __init__(self, desk: Desk, to_classify: bool, kind: str = "", area: str = "") -> None:
        row = desk.view.row
        self.desk, self.to_classify = desk, to_classify
        self.kind, self.area = kind or row.kind, area or row.area
        self.found = tuple(
            one for one in queries.suggested(self.kind, self.area) if one.body not in desk.closed_to
        )

    def form(self, **kwargs: object) -> IntakeForm:
        suggested = [(one.body, name_of(one.body), _why(one)) for one in self.found]
        if ruled := _ruled(self.desk):
            why = _("审核意见写的是它。")
            suggested = [(ruled, name_of(ruled), why), *(one for one in suggested if one[0] != ruled)]
        return IntakeForm(
            urgencies=_urgencies(self.desk) if self.to_classify else {},
            suggested=suggested,
            others=queries.choosable(self.desk.closed_to),
            classified=not self.to_classify,
            **kwargs,
        )

    def initial(self, posted: Mapping[str, str]) -> dict[str, object]:
        return {name: posted.get(name, "") for name in ("seen_n", "kind", "area", "urgency", "other")}


def _why(one: Suggestion) -> Words:
    place = _("全市") if one.area == "*" else say(bodies.area(one.area).name)
    return _("%(source)s（%(place)s）") % {"source": one.source, "place": place}


def _ruled(desk: Desk) -> str:
    """The body that the last ruling named, if it did not have the matter yet."""
    named = pages.last_said(desk.handed, "ruling", "body")
    found = next((body.code for body in bodies.bodies() if named and body.name.zh == named), "")
    return "" if found in desk.closed_to else found


def _urgencies(desk: Desk) -> dict[str, tuple[Words, Words]]:
    view = desk.view
    found = dispatching.limits(view.procedure, "handle", view.status.calendar, view.today)
    titles = view.procedure.facts["urgency"].values
    return {
        value: (titles[value], together(_within(limit.words), _until(desk, limit)))
        for value, limit in found.items()
    }


def _within(words: Text) -> str:
    return _("期限%(limit)s。") % {"limit": say(words)}


def _until(desk: Desk, limit: dispatching.Limit) -> str:
    if limit.until is None:
        return _("从派出那一刻起算，不停表，不顺延。")
    return _("今天派出，就是%(day)s前。") % {"day": pages.day_words(desk, limit.until)}


def _show(
    request: HttpRequest, desk: Desk, step: str, asked: _Asked, form: IntakeForm, told: Told
) -> HttpResponse:
    to_classify = step == "classify"
    title = _("受理和派单") if to_classify else _("重新派单") if desk.had else _("派单")
    page = IntakePage(
        desk=pages.desk_page(
            desk,
            step,
            form,
            title=title,
            button=_("派出"),
            papers=("objection", "ruling"),
            refusal=told.refusal,
            since=told.since,
            note=_("派出以后，对方到期不提异议，就是接下。"),
        ),
        mentions=tuple(
            _("原话里提到“%(name)s”：%(area)s") % {"name": one.name, "area": say(bodies.area(one.area).name)}
            for one in queries.places_in(desk.words)
        ),
        suggested=bool(asked.kind),
        others=_others(desk) if to_classify else (),
        to_classify=to_classify,
    )
    return render_either(
        request, "resolve/intake.html", "resolve/_whose.html", {"page": page}, status=told.status
    )


def _others(desk: Desk) -> tuple[tuple[Link, Words], ...]:
    """The other ways in which taking in can end, each with what it means."""
    outcomes = desk.view.procedure.steps["classify"].outcomes
    names = {"answered_now": "resolve:answer_now"} | dict.fromkeys(GUIDES, "resolve:guide")
    found = []
    for id, outcome in outcomes.items():
        if id in names:
            more = (id,) if id in GUIDES else ()
            url = pages.desk_url(names[id].partition(":")[2], desk, *more)
            found.append((Link(outcome.title, url), outcome.hint or ""))
    return tuple(found)


@on_desk("intake")
def guide(request: HttpRequest, desk: Desk, outcome: str) -> HttpResponse:
    """Led to another channel, nothing new, or no request at all: said to the person, with where and how."""
    if outcome not in GUIDES:
        return common.refused(request, queries.ABSENT, desk)
    if refusal := common.why_not_now(desk, "classify"):
        return common.refused(request, refusal, desk)
    page, elsewhere = f"guide-{outcome}", GUIDES[outcome]
    told, draft = Told(), common.begun(desk, page)
    form = GuideForm(initial=common.initial(desk, draft, GuideForm), elsewhere=elsewhere)
    if request.method == "POST":
        form = GuideForm(data=request.POST, elsewhere=elsewhere)
        valid = form.is_valid()
        common.keep(request, desk, page, form)
        if valid:
            seen_n, said = form.cleaned_data["seen_n"], dict(form.cleaned_data)
            said.pop("seen_n")
            answer = services.guide(desk, outcome, said, at=desk.view.now, seen_n=seen_n)
            ended = common.finish(request, desk, "classify", form, answer, _("已经告诉居民。"))
            if isinstance(ended, HttpResponse):
                return ended
            desk, told = ended
        else:
            told = Told(400)
    return common.show(request, _guide_page(desk, outcome, form, told), told)


def _guide_page(desk: Desk, outcome: str, form: GuideForm, told: Told) -> pages.DeskPage:
    declared = desk.view.procedure.steps["classify"].outcomes[outcome]
    intro = [declared.hint] if declared.hint else []
    return pages.desk_page(
        desk,
        "classify",
        form,
        title=declared.title,
        button=_("告诉居民，结束受理"),
        intro=intro,
        refusal=told.refusal,
        since=told.since,
        back=Link(_("受理和派单"), pages.desk_url("intake", desk)),
        note=together(
            _("这样结束的，居民%(days)s内可以提出异议，由复核人裁定；不算解决，也不进解决率。")
            % {"days": _contest_days(desk)},
            _("“还能找谁”自动附上。"),
        ),
    )


def _contest_days(desk: Desk) -> str:
    lapse = desk.view.procedure.steps["contest"].lapse
    assert lapse is not None
    return say(dispatching.length_of(desk.view.procedure.parameters[lapse.within.parameter]))
