"""What the worklist and the list of procedures show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Text
from minsheng.matter.pages.clocks import INSTANT
from minsheng.matter.pages.ways import Way
from minsheng.matter.queries import WorkItem, Worklist
from minsheng.matter.rules import happened
from minsheng.ui import dates
from minsheng.ui.components import Link, State, WorkRow
from minsheng.ui.words import Words, language, say, together


@dataclass(frozen=True, slots=True)
class WorklistPage:
    """What a member of staff has to do, by due date, and what waits for others."""

    kicker: Words
    worklist: Worklist
    yours: tuple[WorkRow, ...]
    waiting: tuple[WorkRow, ...]
    more: str
    more_waiting: str
    starts: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class StartsPage:
    """The procedures under which somebody may begin a matter."""

    links: tuple[Link, ...]


_HEADS: Final[Mapping[str, Promise]] = {
    "stopped": gettext_lazy("停表"),
    "approval": gettext_lazy("等批准"),
    "resident": gettext_lazy("等居民"),
    "other": gettext_lazy("等别的单位"),
}


def work_row(
    item: WorkItem, now: datetime, calendar: WorkCalendar, procedures: Mapping[str, Procedure]
) -> WorkRow:
    """One line of a worklist. `procedures`: those loaded now, for the names of steps."""
    row, due, today = item.row, item.due_at, calendar.day_of(now)
    procedure = procedures.get(row.procedure)
    name = (
        row.subject
        if row.subject_zh
        else procedure.title
        if procedure
        else Text(row.procedure, row.procedure)
    )
    step = happened.title_of(procedure, item.step) if procedure else Text(item.step, item.step)
    title = ("，" if language() == "zh" else ", ").join(filter(None, (say(name), say(step))))
    way = Way(row.number, row.procedure, ())
    url = way.step(item.step) if item.step and not item.why else way.matter()
    moved = dates.day_short(row.moved_on, today, language())
    text = together(
        f"{row.number}{'。' if language() == 'zh' else '.'}",
        _("自%(day)s以来没有记录。") % {"day": moved} if row.moved_on < today else "",
    )
    if item.why or due is None:
        return WorkRow(
            title, url, None, None, _(str(_HEADS.get(item.why, _("没有期限")))), text, _beside(item)
        )
    last = calendar.day_of(due - INSTANT)
    if due <= now:
        late_by = dates.working_days(max(1, calendar.working_days_between(last, today)), language())
        state = State(_("晚%(days)s") % {"days": late_by}, "late")
    elif last == today:
        state = State(_("今天到期"), "yours")
    else:
        left = dates.calendar_days((last - today).days, language())
        state = State(_("还有%(days)s") % {"days": left})
    return WorkRow(title, url, state, last, "", text, _beside(item, late=due <= now))


def _beside(item: WorkItem, late: bool = False) -> Words:
    if item.row.level:
        return _("超期已公开，并报上%(n)s级") % {"n": item.row.level}
    if late:
        return _("超期已公开")
    return _("居民答了就接着走") if item.why == "stopped" else ""
