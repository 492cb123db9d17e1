"""Pages that show: a matter, the reason why, a file."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.matter import pages, queries
from minsheng.matter.pages import Way
from minsheng.matter.queries import MatterView
from minsheng.matter.queries.options import choices
from minsheng.matter.rules import follows, happened, reasons
from minsheng.ui.components import Link, Sees
from minsheng.ui.respond import refusal_page, refuse
from minsheng.ui.words import language, say


def refused(request: HttpRequest, refusal: Refusal, back: Link | None = None) -> HttpResponse:
    """A refusal as a page of its own, with the status of its kind."""
    now = request.now  # type: ignore[attr-defined]
    return refuse(request, refusal_page(refusal, at=now, back=back), refusal.kind)


def redirect(url: str) -> HttpResponse:
    """On to another page."""
    return HttpResponseRedirect(url)


ABSENT = Refusal(
    "no_such_page",
    Text("没有这件事，或者它已经删除。", "There is no such matter, or it was erased."),
    Kind.ABSENT,
)
NOT_YOURS = Refusal(
    "not_your_matter",
    Text(
        "这一页只给承办人看。您可以看公开的那一页。",
        "For the case officer only; the public page is open to you.",
    ),
    Kind.PERSON,
)


def show_matter(request: HttpRequest, view: MatterView, way: Way) -> HttpResponse:
    """Any matter, made from its rule file."""
    options = [choice.option for choice in choices(view, way.actors)]
    yours = [option.step for option in options if option.step is not None and option.event == "done"]
    doors, also = pages.doors(view, way, options)
    handed = queries.documents(view, way.actors)
    page = pages.MatterPage(
        number=view.number,
        title=pages.title_of(view),
        kicker=_kicker(view),
        state=pages.state_of(view),
        dues=pages.dues_of(view, way, yours),
        written=pages.written_of(view, way, handed),
        doors=doors,
        also=also,
        lines=pages.happenings(view),
        sees=_sees(view),
        rule=pages.rule_of(view),
        back=None if way.is_resident else Link(_("待办"), way.back()),
    )
    return render(request, "matter/matter.html", {"page": page})


def _kicker(view: MatterView) -> str:
    between = "　" if language() == "zh" else " · "
    return between.join((view.number, say(view.procedure.title)))


def _sees(view: MatterView) -> Sees:
    """Who can see this page, by role; and what everybody sees."""
    readers = {role for document in view.procedure.documents.values() for role in document.readers}
    titles = [
        role.title for role in view.procedure.roles.values() if role.id in readers and not role.is_subject
    ]
    names = say(follows.listed(titles))
    return Sees(_("看得到内容的：%(names)s。别人只看得到日期和步骤。") % {"names": names})


def show_why(request: HttpRequest, view: MatterView, way: Way, step: str) -> HttpResponse:
    """Why a step stands as it does, and on whose ground its numbers stand."""
    declared = view.procedure.steps.get(step)
    if declared is None:
        return refused(request, ABSENT, Link(view.number, way.matter()))
    parameters = dict.fromkeys(
        name for clock in view.status.clocks if clock.step == step for name in clock.parameters
    )
    if declared.deadline:
        parameters |= dict.fromkeys(happened.limits_of(declared.deadline.within))
    if declared.lapse:
        parameters |= dict.fromkeys(happened.limits_of(declared.lapse.within))
    grounds = [
        (_named(view, name), basis)
        for name in parameters
        if (basis := pages.basis_of(happened.ground_of(view.procedure, name))) is not None
    ]
    page = pages.WhyPage(
        title=declared.title,
        kicker=_kicker(view),
        sentences=reasons.why(view.procedure, view.status, step),
        grounds=tuple(grounds),
        rule=pages.rule_of(view, step),
        back=Link(view.number, way.matter()),
    )
    return render(request, "matter/why.html", {"page": page})


def _named(view: MatterView, parameter: str) -> str:
    """A parameter with its number and unit: 7个工作日."""
    found = view.procedure.parameters[parameter]
    units = {
        "minute": _("%(n)s分钟"),
        "hour": _("%(n)s小时"),
        "calendar_day": _("%(n)s天"),
        "working_day": _("%(n)s个工作日"),
        "month": _("%(n)s个月"),
        "year": _("%(n)s年"),
    }
    number = units.get(found.unit.value, "%(n)s") % {"n": found.n}
    return f"{say(found.title)}{'：' if language() == 'zh' else ': '}{number}" if found.title else number


def send_file(request: HttpRequest, view: MatterView, way: Way, id: str) -> HttpResponse:
    """An attachment, only ever as a download, only to who may read the document that it came with."""
    file = queries.file_for(view, way.actors, id)
    if file is None:
        return refused(request, NOT_YOURS, Link(view.number, way.matter()))
    answer = HttpResponse(queries.bytes_of(view.id, file.id), content_type=file.media)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cache-Control"] = "no-store"
    return answer
