"""The components of the design system as template tags and filters. `{% load minsheng %}`.

Each tag takes one dataclass of `ui/components.py`. What a tag needs besides comes from the page's context:
`now` (aware; without it years are always written) and `town.zone` (without it Django's current time zone).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import segno
from django import template
from django.forms import BaseForm, BoundField
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from minsheng.ui import components as c
from minsheng.ui import dates, pictures, sentences
from minsheng.ui.forms import error_lines
from minsheng.ui.words import capital, language, say

register = template.Library()

_ICONS = {
    "back": '<path d="M14.5 5.5 8 12l6.5 6.5"/>',
    "eye": '<path d="M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12Z"/>'
    '<circle cx="12" cy="12" r="2.6"/>',
    "print": '<path d="M7 8.5V4h10v4.5M7 17H4V9h16v8h-3M7 14h10v6H7z"/>',
    "file": '<path d="M6.5 3.5h7.6l3.9 4v13H6.5zM14 3.5V8h4"/>',
}


def zone_of(context: Context | dict[str, Any]) -> tzinfo:
    """The town's zone, else that of `now`, else the current one."""
    zone = getattr(context.get("town"), "zone", None)
    if isinstance(zone, str) and zone:
        return ZoneInfo(zone)
    return getattr(context.get("now"), "tzinfo", None) or timezone.get_current_timezone()


def today_of(context: Context | dict[str, Any]) -> date | None:
    """The day of the page in the town, or None where the page has no `now`."""
    now = context.get("now")
    return now.astimezone(zone_of(context)).date() if isinstance(now, datetime) else None


def _with(context: Context, **more: Any) -> dict[str, Any]:
    return {"now": context.get("now"), "town": context.get("town"), **more}


def _nb(words: str) -> SafeString:
    return format_html('<span class="nb">{}</span>', words)


# filters


@register.filter
def in_language(words: object) -> str:
    """A text in the language of the page; a plain string as it is."""
    return say(words)


@register.filter
def begin(words: object) -> str:
    """Like `in_language`, for words that begin a heading or a line: in English with a capital letter."""
    return capital(say(words))


@register.filter
def sentence(words: object) -> SafeString:
    """Like `in_language`, with dates kept on one line."""
    return dates.keep_dates_together(say(words))


def _today(now: object) -> date | None:
    if isinstance(now, datetime):
        return now.date()
    return now if isinstance(now, date) else None


@register.filter("day")
def day_filter(value: date | None, now: object = None) -> str:
    """`{{ on|day:now }}`: 10月8日（星期四） / Thu 8 Oct, on one line; without `now` the year is written."""
    return _nb(dates.day(value, _today(now), language())) if value else ""


@register.filter("day_short")
def day_short_filter(value: date | None, now: object = None) -> str:
    """`{{ on|day_short:now }}`: 10月8日 / 8 Oct."""
    return _nb(dates.day_short(value, _today(now), language())) if value else ""


@register.filter("moment")
def moment_filter(value: datetime | None, now: object = None) -> str:
    """`{{ at|moment:now }}`: 10月12日（星期一）16:05 / Mon 12 Oct, 16:05, in the zone of `now`."""
    if value is None:
        return ""
    zone = now.tzinfo if isinstance(now, datetime) and now.tzinfo else timezone.get_current_timezone()
    return dates.keep_dates_together(dates.moment(value, zone, _today(now), language()))


@register.filter
def working_days_phrase(n: int) -> str:
    """3个工作日 / 3 working days."""
    return dates.working_days(n, language())


@register.filter
def days_phrase(n: int) -> str:
    """3天 / 3 days."""
    return dates.calendar_days(n, language())


@register.filter
def percent(share: float | None) -> str:
    """0.49 as 49%."""
    return "" if share is None else sentences.percent(share)


@register.simple_tag
def html_lang() -> str:
    """The language of the page as HTML wants it: zh-Hans or en."""
    return "en" if language() == "en" else "zh-Hans"


# dates as tags: they know today and the town's zone from the context


@register.simple_tag(takes_context=True)
def day(context: Context, value: date) -> SafeString:
    """`{% day on %}`: 10月8日（星期四） / Thu 8 Oct; the year when it is not this one."""
    return _nb(dates.day(value, today_of(context), language()))


@register.simple_tag(takes_context=True)
def day_short(context: Context, value: date) -> SafeString:
    """`{% day_short on %}`: 10月8日 / 8 Oct."""
    return _nb(dates.day_short(value, today_of(context), language()))


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime, year: bool = False) -> SafeString:
    """`{% moment at %}`: 10月12日（星期一）16:05 / Mon 12 Oct, 16:05, in the town's zone.

    `year`: always with the year, as on paper.
    """
    today = None if year else today_of(context)
    return dates.keep_dates_together(dates.moment(value, zone_of(context), today, language()))


@register.simple_tag(takes_context=True)
def margin_day(context: Context, value: date) -> SafeString:
    """`{% margin_day on %}`: 10月8日 周四 / Thu 8 Oct."""
    return _nb(dates.margin(value, today_of(context), language()))


# components


@register.simple_tag
def icon(name: str) -> SafeString:
    """One of the four: back, eye, print, file. Always beside a word; KeyError for any other."""
    drawing = mark_safe(_ICONS[name])  # noqa: S308 - ours, from the table above
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', drawing)


@register.simple_tag
def qr(data: str, label: object) -> SafeString:
    """A QR code as a picture in the page; `label` is read aloud."""
    code = segno.make(data, error="m", micro=False, boost_error=False)
    path = code.svg_inline(omitsize=True, border=2, svgclass=None, lineclass=None)
    inner = path[path.index(">") + 1 : path.rindex("</svg>")]
    side = code.symbol_size(border=2)[0]
    return format_html(
        '<svg class="qr" role="img" aria-label="{0}" viewBox="0 0 {1} {1}">{2}</svg>',
        say(label),
        side,
        mark_safe(inner),  # noqa: S308 - drawn by segno, no text of anybody in it
    )


@register.inclusion_tag("ui/components/due.html", takes_context=True)
def due(context: Context, item: c.Due) -> dict[str, Any]:
    """The clock line with its source."""
    today, zone = today_of(context), zone_of(context)
    heading = sentences.due_heading(item, today, zone)
    return _with(context, item=item, heading=heading, text=sentences.due_text(item, today, zone))


@register.inclusion_tag("ui/components/basis.html", takes_context=True)
def basis(context: Context, item: c.Basis | None) -> dict[str, Any]:
    """Whose date it is."""
    return _with(context, item=item)


@register.inclusion_tag("ui/components/words.html", takes_context=True)
def words(context: Context, item: c.Said) -> dict[str, Any]:
    """The unaltered words of a person."""
    return _with(context, item=item)


@register.inclusion_tag("ui/components/reply.html", takes_context=True)
def reply(context: Context, item: c.Reply) -> dict[str, Any]:
    """A body's answer in its fixed slots."""
    return _with(context, item=item)


@register.inclusion_tag("ui/components/timeline.html", takes_context=True)
def timeline(context: Context, items: Iterable[c.Happening]) -> dict[str, Any]:
    """Happenings in the order given: newest first on a matter, first to last on a decision."""
    return _with(context, items=list(items))


@register.inclusion_tag("ui/components/missing.html", takes_context=True)
def missing(context: Context, items: Iterable[c.Lack], ordered: bool = False) -> dict[str, Any]:
    """What is missing and whose it is."""
    return _with(context, items=list(items), ordered=ordered)


@register.inclusion_tag("ui/components/worklist.html", takes_context=True)
def worklist(context: Context, items: Iterable[c.WorkRow]) -> dict[str, Any]:
    """Rows of a worklist, by due date."""
    return _with(context, items=list(items))


@register.inclusion_tag("ui/components/public_rows.html", takes_context=True)
def public_rows(context: Context, items: Iterable[c.PublicRow], stacked: bool = False) -> dict[str, Any]:
    """Rows of a public list: one fact, one date. `stacked`: the state above, for half a page's width."""
    return _with(context, items=list(items), stacked=stacked)


@register.inclusion_tag("ui/components/state.html")
def state(item: c.State) -> dict[str, Any]:
    """A state pill."""
    return {"item": item}


@register.inclusion_tag("ui/components/sees.html", takes_context=True)
def sees(context: Context, item: c.Sees) -> dict[str, Any]:
    """Who can see this."""
    return _with(context, item=item)


@register.inclusion_tag("ui/components/figure.html", takes_context=True)
def figure(context: Context, item: c.Figure) -> dict[str, Any]:
    """Counts, share with interval, stacked bar and its table."""
    total = item.total
    rows = [
        {
            "part": part,
            "key": pictures.key(part.fill, figure=item.id),
            "share": part.n / total if total else None,
        }
        for part in item.parts
    ]
    label = "，".join(f"{say(part.label)} {part.n}" for part in item.parts)
    if language() == "en":
        label = label.replace("，", ", ")
    bar = pictures.stacked_bar(item.parts, figure=item.id, label=f"{say(item.caption)}: {label}")
    return _with(context, item=item, rows=rows, bar=bar)


@register.inclusion_tag("ui/components/intervals.html", takes_context=True)
def intervals(context: Context, item: c.Intervals) -> dict[str, Any]:
    """Shares with interval lines, one row a body."""
    rows = []
    for row in item.rows:
        counted = row.rate is not None and row.low is not None and row.high is not None
        known = counted and not row.unusable
        line = pictures.interval_line(row.low or 0.0, row.rate or 0.0, row.high or 0.0) if known else ""
        spread = sentences.percent_range(row.low or 0.0, row.high or 0.0) if known else ""
        rows.append({"row": row, "line": line, "range": spread})
    return _with(context, item=item, rows=rows)


@register.inclusion_tag("ui/components/trend.html", takes_context=True)
def trend(context: Context, item: c.Trend) -> dict[str, Any]:
    """Months with their intervals, and the table."""
    picture = pictures.trend(
        [(say(month.label), month.low, month.rate, month.high) for month in item.months],
        label=say(item.label),
    )
    rows = [
        {
            "month": month,
            "range": sentences.percent_range(month.low, month.high)
            if month.low is not None and month.high is not None
            else "",
        }
        for month in item.months
    ]
    return _with(context, item=item, picture=picture, rows=rows)


@register.inclusion_tag("ui/components/receipt.html", takes_context=True)
def receipt(context: Context, item: c.Receipt) -> dict[str, Any]:
    """The receipt, one A4 side."""
    return _with(context, item=item)


@register.inclusion_tag("ui/components/pages.html")
def pages(item: c.Pages) -> dict[str, Any]:
    """Newer and older."""
    return {"item": item}


@register.inclusion_tag("ui/components/refusal.html", takes_context=True)
def refusal(context: Context, item: c.RefusalPage) -> dict[str, Any]:
    """A no that helps."""
    return _with(context, item=item, n=c.n_missing(item.missing))


@register.inclusion_tag("ui/components/persona.html", takes_context=True)
def persona_bar(context: Context, item: c.Persona) -> dict[str, Any]:
    """The demo bar."""
    return _with(context, item=item, csrf_token=context.get("csrf_token"))


@register.inclusion_tag("ui/components/back.html")
def back(item: c.Link) -> dict[str, Any]:
    """The way back, above the heading."""
    return {"item": item}


# forms


@register.simple_tag
def field(bound: BoundField, heading: bool = False, sees: c.Sees | None = None) -> SafeString:
    """One field with label, hint, error and input. `heading`: the label or legend is the page's h1."""
    renderer = bound.form.renderer
    context = {"field": bound, "heading": heading, "sees": sees}
    bound.sees = sees or None  # type: ignore[attr-defined]
    return mark_safe(renderer.render(bound.template_name, context))  # noqa: S308 - made by our own template


@register.inclusion_tag("ui/forms/errors.html")
def errors(form: BaseForm, kept: bool = True) -> dict[str, Any]:
    """The error summary: what remains to do, each line a link to its field. Without errors, nothing."""
    lines = error_lines(form)
    return {"lines": lines, "title": sentences.remaining(len(lines)), "kept": kept}
