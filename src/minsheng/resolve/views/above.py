"""Beside and above the body: the arbiter of an objection, who approves more time, who reads a contact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minsheng.kernel.procedure import judge
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.matter.queries.holders import name_of
from minsheng.people import queries as people
from minsheng.people import services as vault
from minsheng.people.rules.vault import FIELDS, protection_of
from minsheng.resolve import pages, queries, services
from minsheng.resolve.forms import ApproveForm, ContactForm, RulingForm
from minsheng.resolve.pages import ContactPage
from minsheng.resolve.queries import Desk
from minsheng.resolve.rules import standing
from minsheng.resolve.views import common
from minsheng.resolve.views.common import Told, on_desk
from minsheng.ui.components import Link
from minsheng.ui.words import Words, say


@on_desk("arbiter")
def arbitrate(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Rule on an objection."""
    if refusal := common.why_not_now(desk, "arbitrate"):
        return common.refused(request, refusal, desk)
    outcomes, told = _outcomes(desk), Told()
    choices = queries.choosable()
    form = RulingForm(
        initial=common.initial(desk, common.begun(desk, "ruling"), RulingForm),
        outcomes=outcomes,
        choices=choices,
    )
    if request.method == "POST":
        form = RulingForm(data=request.POST, outcomes=outcomes, choices=choices)
        valid = form.is_valid()
        common.keep(request, desk, "ruling", form)
        if valid:
            data = form.cleaned_data
            answer = services.rule(
                desk,
                data["do"],
                reason=data["reason"],
                body=data["body"],
                at=desk.view.now,
                seen_n=data["seen_n"],
            )
            ended = common.finish(request, desk, "arbitrate", form, answer, _("裁定记下了，三方都看得到。"))
            if isinstance(ended, HttpResponse):
                return ended
            desk, told = ended
        else:
            told = Told(400)
    return common.show(request, _ruling_page(desk, form, told), told)


def _outcomes(desk: Desk) -> list[tuple[str, Words, Words]]:
    """What may be ruled now, with what follows. When a matter was moved on often enough, only for good."""
    held = desk.view.status.assigned.get("first_unit", "")
    follows: Mapping[str, Words] = {
        "stays": _("由%(body)s接着办，期限照走，不重新算。") % {"body": say(name_of(held))},
        "reassigned": _("回到受理室，派给您写的单位，期限从那时重新算。"),
        "ruled": _("直接归您写的单位，不能再提异议，期限从现在重新算。"),
    }
    step = desk.view.procedure.steps["arbitrate"]
    return [
        (id, outcome.title, follows.get(id, ""))
        for id, outcome in step.outcomes.items()
        if not judge.is_used_up(desk.view.status, step, outcome)
    ]


def _ruling_page(desk: Desk, form: RulingForm, told: Told) -> pages.DeskPage:
    used, allowed = standing.times_back(desk.view.status, "arbitrate", "reassigned")
    had = "、".join(say(name_of(code)) for code in desk.had)
    return pages.desk_page(
        desk,
        "arbitrate",
        form,
        title=_("审核派单异议"),
        button=_("记下裁定"),
        intro=[
            _("派给过：%(names)s。") % {"names": had},
            _("最多改派%(allowed)s次，已用%(used)s次。") % {"allowed": allowed, "used": used},
        ],
        papers=("objection", "ruling"),
        refusal=told.refusal,
        since=told.since,
    )


NOTHING_TO_APPROVE: Final = Refusal(
    "nothing_to_approve",
    Text("这件事现在没有等您批的延期。", "No extension of this matter waits for you."),
    Kind.CONFLICT,
)


@on_desk("coordinator")
def approve(request: HttpRequest, desk: Desk) -> HttpResponse:
    """More time, asked for by somebody else: yes or no."""
    if not any(one.step == "handle" and one.act == "extend" for one in desk.view.status.pending):
        return common.refused(request, NOTHING_TO_APPROVE, desk)
    until = pages.day_words(desk, standing.last_day_of_extension(desk.view.status))
    hints: Mapping[str, Words] = {
        "approved": _("期限延到%(day)s，居民收到理由和新的日期。") % {"day": until} if until else "",
        "refused": _("期限不变。"),
    }
    told = Told()
    form = ApproveForm(initial=common.seen(desk), hints=hints)
    if request.method == "POST":
        form = ApproveForm(data=request.POST, hints=hints)
        if form.is_valid():
            granted = form.cleaned_data["do"] == "approved"
            answer = services.decide_on_more_time(
                desk, granted, at=desk.view.now, seen_n=form.cleaned_data["seen_n"]
            )
            said = _("批准了，居民会收到理由和新的日期。") if granted else _("没有批准，期限不变。")
            ended = common.finish(request, desk, "handle", form, answer, said)
            if isinstance(ended, HttpResponse):
                return ended
            desk, told = ended
        else:
            told = Told(400)
    page = pages.desk_page(
        desk,
        "handle",
        form,
        title=_("批不批延期"),
        button=_("记下来"),
        intro=[_("申请的人自己不能批。到期前不批，就是没有延。")],
        papers=("extension_note", "progress"),
        refusal=told.refusal,
        since=told.since,
    )
    return common.show(request, page, told)


LABELS: Final[Mapping[str, object]] = {
    "name": gettext_lazy("称呼"),
    "phone": gettext_lazy("电话"),
    "email": gettext_lazy("邮箱"),
    "address": gettext_lazy("住址"),
}


@on_desk("intake", "first_unit", "caller", "reviewer", "arbiter", "coordinator")
def contact(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Read one field of the vault, with a reason that the resident sees. Shown once, logged."""
    kept = people.fields_kept(desk.view.id)
    fields = [(name, str(LABELS[name])) for name in FIELDS if name in kept]
    told, value, label = Told(), "", ""
    form = ContactForm(fields=fields)
    if request.method == "POST":
        form = ContactForm(data=request.POST, fields=fields)
        if form.is_valid():
            name = form.cleaned_data["field"]
            read = vault.read_field(
                desk.view.id,
                name,
                desk.actor,
                form.cleaned_data["reason"],
                desk.view.now,
                protection=protection_of(desk.view.procedure),
                in_charge=desk.view.status.assigned.get("first_unit"),
            )
            if isinstance(read, Refusal):
                told = Told(common.status_of(read), pages.refused_here(desk, "", read))
            else:
                value, label, form = read, str(LABELS[name]), ContactForm(fields=fields)
        else:
            told = Told(400)
    page = ContactPage(
        desk=pages.desk_page(
            desk,
            "",
            form,
            title=_("看联系方式"),
            button=_("看这一项"),
            intro=[
                _("一次只看一项，写明为什么。居民看得到谁、哪天、为什么看。"),
                _("没有给看的，由受理室转接。") if not fields else "",
            ],
            refusal=told.refusal,
            back=Link(desk.view.number, desk.way.matter()),
        ),
        label=label,
        value=value,
    )
    return common.show(request, page, told, "resolve/contact.html")
