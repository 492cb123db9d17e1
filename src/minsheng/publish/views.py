"""The public pages. Each is a few queries on the last daily disclosure; nothing is computed on request."""

from __future__ import annotations

from datetime import date

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger import published
from minsheng.matter import procedures
from minsheng.people.doors import public_door
from minsheng.publish import pages, queries, services
from minsheng.publish.models import Edition, PublicMatter
from minsheng.publish.rules import counts as rule
from minsheng.ui import dates, respond
from minsheng.ui.components import Link, Pages
from minsheng.ui.words import say

REQUESTS = "resident-request"
N_ON_FRONT = 3


def _today(request: HttpRequest) -> date:
    moment = request.now  # type: ignore[attr-defined]
    return bodies.current_calendar().day_of(moment)


def _as_of(request: HttpRequest, edition: Edition | None) -> date:
    """The day up to which lateness is counted: the disclosed one."""
    return edition.day if edition else _today(request)


def _procedure(row: PublicMatter) -> Procedure | None:
    loaded = procedures.all_loaded().get(row.procedure)
    return loaded.procedure if loaded else None


def _desk() -> str:
    return pages.desk_of(procedures.all_loaded()[REQUESTS].procedure)


@public_door
def home(request: HttpRequest) -> HttpResponse:
    """Two doors, what residents said last month, what is late, what is new."""
    edition = queries.edition()
    on = _as_of(request, edition)
    month = rule.month_to_show(queries.months(REQUESTS), _today(request).isoformat()[:7])
    total = rule.together(cell.counts for cell in queries.cells(REQUESTS, [month])) if month else {}
    url = reverse("publish:figures", args=[month]) if month else ""
    said = pages.month_words(month, on.year) if month else ""
    page = pages.HomePage(
        figure=pages.figure_of(total, month, on.year, url=url) if month else None,
        figure_heading=_("%(month)s到期的事，居民怎么说") % {"month": said} if month else _("居民怎么说"),
        late=tuple(pages.late_row(row, _procedure(row), on) for row in queries.late(limit=N_ON_FRONT).rows),
        n_late=queries.n_late(),
        newest=tuple(
            pages.list_row(row, _procedure(row), on) for row in queries.matters(limit=N_ON_FRONT).rows
        ),
        n_all=edition.n_disclosed if edition else 0,
        as_of=edition.day if edition else None,
    )
    return render(request, "publish/home.html", {"page": page})


@public_door
def matters(request: HttpRequest) -> HttpResponse:
    """All disclosed matters, newest first, a page at a time."""
    body = request.GET.get("body", "")
    known = {one.code: one for one in bodies.bodies()}
    if body and body not in known:
        return respond.error(request, 400)
    try:
        found = queries.matters(
            body=body, before=request.GET.get("before", ""), after=request.GET.get("after", "")
        )
    except ValueError:
        return respond.error(request, 400)
    edition = queries.edition()
    on = _as_of(request, edition)
    here = reverse("publish:matters")
    heading = _("%(body)s办的事") % {"body": say(known[body].short_name)} if body else _("公开的事")
    page = pages.ListPage(
        heading=heading,
        lead=_(
            "只看得到日期、单位、步骤和结果；原话要本人同意才公开。"
            "类别和地点，要同一单位同一个月有5件一样的才显示。"
        ),
        rows=tuple(pages.list_row(row, _procedure(row), on) for row in found.rows),
        pages=_turning(here, found, {"body": body} if body else {}),
        as_of=edition.day if edition else None,
        bodies=tuple(
            Link(one.short_name, f"{here}?body={one.code}", current=one.code == body)
            for one in known.values()
        ),
    )
    return render(request, "publish/list.html", {"page": page})


@public_door
def late(request: HttpRequest) -> HttpResponse:
    """What is past its date, the longest first, a page at a time."""
    try:
        found = queries.late(before=request.GET.get("after", ""), after=request.GET.get("before", ""))
    except ValueError:
        return respond.error(request, 400)
    edition = queries.edition()
    on = _as_of(request, edition)
    page = pages.ListPage(
        heading=_("过了期限还没做的"),
        lead=_("按到期先后排，谁也改不了顺序。补做了，就不再列在这里，那件事自己的页面上一直留着。"),
        rows=tuple(pages.late_row(row, _procedure(row), on) for row in found.rows),
        pages=_turning(reverse("publish:late"), found, {}),
        as_of=edition.day if edition else None,
        stacked=True,
    )
    return render(request, "publish/list.html", {"page": page})


def _turning(here: str, found: queries.PageOf, keep: dict[str, str]) -> Pages:
    """The ways to the pages before and after; `before` in an address means: those that come further down."""
    return Pages(
        newer=f"{here}?{urlencode({**keep, 'after': found.newer})}" if found.newer else None,
        older=f"{here}?{urlencode({**keep, 'before': found.older})}" if found.older else None,
    )


@public_door
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """One matter as the public sees it."""
    row, edition = queries.one(number), queries.edition()
    if row is None and (gone := queries.erased(number)) is not None:
        return _erased(request, number, gone)
    if row is None or edition is None:
        return respond.error(request, 404)
    return render(request, "publish/matter.html", {"page": pages.matter_page(row, edition)})


def _erased(request: HttpRequest, number: str, gone: queries.Gone) -> HttpResponse:
    """A tombstone: that it was erased and when, and how many places in the log it leaves."""
    day = bodies.current_calendar().day_of(gone.at)
    refusal = Refusal(
        "erased",
        Text(
            f"{number}在{dates.day_short(day, None, 'zh')}抹去了，内容、身份和钥匙都已经销毁。",
            f"{number} was erased on {dates.day_short(day, None, 'en')}; "
            "its content, contact and key are destroyed.",
        ),
        Kind.ABSENT,
        next=Text(
            f"账上的{gone.n_entries}条还占着位置，读不出内容；抹掉过几条，在“账目”那一页数得出来。",
            f"Its {gone.n_entries} entries keep their places in the log, unreadable; "
            "how many were erased in all is counted on the page of the log.",
        ),
    )
    now = request.now  # type: ignore[attr-defined]
    answer = respond.refuse(request, respond.refusal_page(refusal, at=now), refusal.kind)
    answer.status_code = 410
    return answer


@public_door
def figures(request: HttpRequest, month: str | None = None) -> HttpResponse:
    """A month's figures: together, body by body, the months before, and how to recompute them."""
    all_months, edition = queries.months(REQUESTS), queries.edition()
    if month is not None and month not in all_months:
        raise Http404
    shown = month or rule.month_to_show(all_months, _today(request).isoformat()[:7])
    page = pages.figures_page(
        shown or _today(request).isoformat()[:7],
        all_months,
        queries.cells(REQUESTS, rule.months_up_to(all_months, shown)) if shown else [],
        queries.rating_cells(),
        desk=_desk(),
        as_of=edition.day if edition else None,
    )
    return render(request, "publish/figures.html", {"page": page})


@public_door
def log(request: HttpRequest) -> HttpResponse:
    """The log for everyone."""
    edition = queries.edition()
    page = pages.log_page(
        edition,
        published.checkpoint_note() or "",
        services.export_file(services.archive().name) if edition else None,
        services.export_files() if edition else [],
        lambda path: (services.folder() / path).stat().st_size,
    )
    return render(request, "publish/log.html", {"page": page})


@public_door
def log_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """The log's static files as C2SP tlog-tiles has them: checkpoint, keys, tiles."""
    data = published.get(path) if services.is_log_path(path) else None
    if data is None:
        raise Http404
    kind = "application/octet-stream" if path.startswith("tile/") else "text/plain; charset=utf-8"
    answer = HttpResponse(data, content_type=kind)
    answer["Cache-Control"] = (
        "public, max-age=31536000" if path.startswith("tile/") and ".p/" not in path else "no-cache"
    )
    return answer


@public_door
def export_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file of the last export, or the whole of it as one archive."""
    edition, found = queries.edition(), services.export_file(path)
    if found is None:
        raise Http404
    name = f"minsheng-{edition.day}.zip" if edition and found == services.archive() else found.name
    return FileResponse(found.open("rb"), as_attachment=True, filename=name)


@public_door
def procedure(request: HttpRequest, name: str) -> HttpResponseBase:
    """The rule file itself, as it is in force."""
    loaded = procedures.all_loaded().get(name)
    if loaded is None:
        raise Http404
    headers = {"Content-Disposition": f'inline; filename="{name}.yaml"'}
    return HttpResponse(loaded.source, content_type="text/plain; charset=utf-8", headers=headers)


ABOUT = ("seeing", "machine", "accessibility", "source", "phone")


@public_door
def about(request: HttpRequest, topic: str) -> HttpResponse:
    """Standing texts: who sees what, the machine's operator, accessibility, source, by telephone."""
    if topic not in ABOUT:
        raise Http404
    town = bodies.town()
    context = {
        "contacts": town.contacts,
        "emergency": town.emergency,
        "rules": tuple(
            Link(one.procedure.title, reverse("publish:procedure", args=[name]), note=f"{name}.yaml")
            for name, one in procedures.all_loaded().items()
        ),
        "operator": town.text("operator") or "",
        "privacy_contact": town.text("privacy_contact") or "",
        "by_phone": town.text("by_phone") or "",
    }
    return render(request, f"publish/about_{topic}.html", context)
