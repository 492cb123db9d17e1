"""The public pages. Each is a few queries on the last daily disclosure; nothing is computed on request."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.bodies import queries as bodies
from minsheng.ledger import published
from minsheng.matter import procedures
from minsheng.people.doors import public_door
from minsheng.publish import pages, queries, services, showing
from minsheng.publish.models import PublicMatter
from minsheng.publish.rules import counts as rule
from minsheng.ui import respond
from minsheng.ui.components import Link, Pages, PublicRow
from minsheng.ui.words import say

REQUESTS = "resident-request"


def _today(request: HttpRequest) -> date:
    moment = request.now  # type: ignore[attr-defined]
    return bodies.current_calendar().day_of(moment)


def _rows(found: list[PublicMatter], on: date) -> tuple[PublicRow, ...]:
    calendar = bodies.current_calendar()
    return tuple(
        pages.row_of(
            row,
            procedures.all_loaded()[row.procedure].procedure,
            showing.body_name,
            showing.kind_name,
            showing.area_name,
            calendar,
            on,
        )
        for row in found
    )


@public_door
def home(request: HttpRequest) -> HttpResponse:
    """Two doors, what residents said last month, what is late."""
    edition, on = queries.edition(), _today(request)
    month = rule.month_to_show(queries.months(REQUESTS), on.isoformat()[:7])
    total = rule.together(queries.figures(REQUESTS, month).values()) if month else {}
    page = pages.HomePage(
        figure=pages.figure_of(total, month, url=reverse("publish:figures", args=[month])) if month else None,
        figure_heading=_("%(month)s到期的事，居民怎么说") % {"month": pages.month_words(month)}
        if month
        else "",
        late=_rows(queries.late(3), on),
        n_late=queries.n_late(),
        as_of=edition.day if edition else None,
    )
    return render(request, "publish/home.html", {"page": page})


@public_door
def matters(request: HttpRequest) -> HttpResponse:
    """All disclosed matters, newest first, a page at a time."""
    body = request.GET.get("body", "")
    try:
        found = queries.matters(
            body=body, before=request.GET.get("before", ""), after=request.GET.get("after", "")
        )
    except ValueError:
        return respond.error(request, 400)
    edition = queries.edition()
    here = reverse("publish:matters")
    keep = f"&body={body}" if body else ""
    page = pages.ListPage(
        heading=_("公开的事"),
        lead=_("只看得到日期、单位、步骤和结果。原话要本人同意才公开。"),
        rows=_rows(list(found.rows), _today(request)),
        pages=Pages(
            newer=f"{here}?after={found.newer}{keep}" if found.newer else None,
            older=f"{here}?before={found.older}{keep}" if found.older else None,
        ),
        as_of=edition.day if edition else None,
        bodies=tuple(
            Link(one.name, f"{here}?body={one.code}", current=one.code == body) for one in bodies.bodies()
        ),
    )
    return render(request, "publish/list.html", {"page": page})


@public_door
def late(request: HttpRequest) -> HttpResponse:
    """What is past its date, the longest first."""
    edition = queries.edition()
    page = pages.ListPage(
        heading=_("过了期限还没做的"),
        lead=_("按到期先后排，谁也改不了顺序。补做了也不撤，只是不再列在这里。"),
        rows=_rows(queries.late(), _today(request)),
        pages=Pages(),
        as_of=edition.day if edition else None,
    )
    return render(request, "publish/list.html", {"page": page})


@public_door
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """One matter as the public sees it."""
    row, edition = queries.one(number), queries.edition()
    if row is None or edition is None:
        return respond.error(request, 404)
    page = showing.matter_page(row, edition, _today(request))
    return render(request, "publish/matter.html", {"page": page})


@public_door
def figures(request: HttpRequest, month: str | None = None) -> HttpResponse:
    """A month's figures: together, body by body, and how to recompute them."""
    all_months, edition = queries.months(REQUESTS), queries.edition()
    month = month or rule.month_to_show(all_months, _today(request).isoformat()[:7])
    if month is None or month not in all_months:
        if all_months and month is not None:
            raise Http404
        month = month or _today(request).isoformat()[:7]
    found = queries.figures(REQUESTS, month)
    total = rule.together(found.values())
    page = pages.FiguresPage(
        month=pages.month_words(month),
        figure=pages.figure_of(total, month),
        table=pages.table_of(found, showing.body_name),
        rows=tuple((showing.body_name(body), counts) for body, counts in found.items()),
        total=total,
        months=tuple(
            Link(pages.month_words(one), reverse("publish:figures", args=[one]), current=one == month)
            for one in all_months
        ),
        as_of=edition.day if edition else None,
    )
    return render(request, "publish/figures.html", {"page": page})


@public_door
def log(request: HttpRequest) -> HttpResponse:
    """The log for everyone."""
    edition = queries.edition()
    files = [
        Link(path.name, reverse("publish:export-file", args=[path.name]), note=_size(path))
        for path in services.export_files()
    ]
    page = pages.LogPage(
        edition=edition,
        note=published.checkpoint_note() or "",
        size=edition.size if edition else 0,
        files=tuple(files),
        opaque=tuple(sorted((edition.opaque if edition else {}).items())),
    )
    return render(request, "publish/log.html", {"page": page})


def _size(path: Path) -> str:
    size = path.stat().st_size
    return (
        f"{size} B"
        if size < 1000
        else f"{size / 1000:.0f} kB"
        if size < 1_000_000
        else f"{size / 1e6:.1f} MB"
    )


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
def export_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """A file of the last export."""
    path = next((path for path in services.export_files() if path.name == name), None)
    if path is None:
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)


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
        "topic": topic,
        "contacts": town.contacts,
        "emergency": town.emergency,
        "demo": settings.MINSHENG_DEMO,
    }
    return render(request, f"publish/about_{topic}.html", {**context, "name": say(town.name)})
