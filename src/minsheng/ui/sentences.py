"""The sentences that components write themselves: clock lines, numbers that are missing, shares."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minsheng.ui import dates
from minsheng.ui.components import Due
from minsheng.ui.words import language, say, together


def until(limit: date, today: date | None, zone: tzinfo) -> str:
    """A limit as words: a day, or for a limit in hours a day and a time."""
    if isinstance(limit, datetime):
        return dates.moment(limit, zone, today, language())
    return dates.day(limit, today, language())


def due_heading(due: Due, today: date | None, zone: tzinfo) -> str:
    """The loud line of a clock: 答复晚了3个工作日, 10月8日（星期四）前必须答复; in English with a capital."""
    heading = _due_heading(due, today, zone)
    return heading[:1].upper() + heading[1:]


def _due_heading(due: Due, today: date | None, zone: tzinfo) -> str:
    if due.heading:
        return say(due.heading)
    what = say(due.what)
    if due.state == "late" and due.late_by is not None:
        days = dates.working_days(due.late_by, language())
        return _("%(what)s晚了%(days)s") % {"what": what, "days": days}
    if due.state == "late":
        return _("%(what)s过期了") % {"what": what}
    if due.state == "yours" or due.limit is None:
        return what
    return _("%(day)s前必须%(what)s") % {"day": until(due.limit, today, zone), "what": what}


def due_text(due: Due, today: date | None, zone: tzinfo) -> str:
    """What follows the loud line: when it was due, how long there is, what happens then."""
    return together(*_due_sentences(due, today, zone), say(due.then))


def _due_sentences(due: Due, today: date | None, zone: tzinfo) -> list[str]:
    if due.limit is None:
        return []
    day = until(due.limit, today, zone)
    if due.state == "late":
        if due.done_on is None:
            return [_("应于%(day)s前。") % {"day": day}]
        done = dates.day(due.done_on, today, language())
        return [_("应于%(day)s前，实际%(done)s。") % {"day": day, "done": done}]
    if due.days_left is None:
        return [_("到%(day)s。") % {"day": day}] if due.state == "yours" or due.heading else []
    if due.days_left == 0:
        return [_("今天24:00到期。")]
    left = dates.calendar_days(due.days_left, language())
    if due.state == "yours" or due.heading:
        return [_("到%(day)s，还有%(left)s。") % {"day": day, "left": left}]
    return [_("还有%(left)s。") % {"left": left}]


def remaining(n: int) -> str:
    """The head of an error summary: 还差两处，改了就能继续."""
    word = {1: "一", 2: "两", 3: "三", 4: "四", 5: "五"}.get(n, str(n)) if language() == "zh" else str(n)
    return ngettext("还差%(n)s处，改了就能继续", "还差%(n)s处，改了就能继续", n) % {"n": word}


def percent(share: float) -> str:
    """0.493 as 49%."""
    return f"{share * 100:.0f}%"


def percent_range(low: float, high: float) -> str:
    """0.44, 0.54 as 44–54, for use in brackets behind a share."""
    return f"{low * 100:.0f}–{high * 100:.0f}"
