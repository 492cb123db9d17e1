"""The front page and the lists: one line, one fact, one date; counted up to the disclosed day, not to now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.model import Procedure
from minsheng.publish.models import PublicMatter
from minsheng.publish.pages import names
from minsheng.ui import dates
from minsheng.ui.components import Figure, Link, Pages, PublicRow, State
from minsheng.ui.words import capital, language, say, together


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page: two doors, what residents said last month, what is late, what is new."""

    figure: Figure | None
    figure_heading: str
    late: tuple[PublicRow, ...]
    n_late: int
    newest: tuple[PublicRow, ...]
    n_all: int
    as_of: date | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """All disclosed matters, or the late ones. `stacked`: the state stands above the line."""

    heading: str
    lead: str
    rows: tuple[PublicRow, ...]
    pages: Pages
    as_of: date | None
    bodies: tuple[Link, ...] = ()
    stacked: bool = False


def list_row(row: PublicMatter, procedure: Procedure | None, on: date) -> PublicRow:
    """One line of the list of all: number and body, what is awaited until when, one state. `on`: as of."""
    about = _stop(names.listed(names.area_name(row.area), names.kind_name(row.kind)))
    return PublicRow(
        title=f"{row.number}{' · ' if language() == 'en' else '　'}{names.body_name(row.body)}",
        url=reverse("publish:matter", args=[row.number]),
        text=together(about, _awaited(row, procedure, on)),
        state=state_of(row, procedure, on),
    )


def late_row(row: PublicMatter, procedure: Procedure | None, on: date) -> PublicRow:
    """One line of what is late: whose, what, since when, who was told, what happened since."""
    step = procedure.steps.get(row.step) if procedure else None
    what = say(step.title) if step else ""
    body = names.body_name(row.body)
    still = _("自%(day)s以来没有任何进展。") % {"day": dates.day_short(row.still_since, on, language())}
    told = _("已报到%(body)s。") % {"body": names.body_name(row.told_body)} if row.told_body else ""
    return PublicRow(
        title=names.colon(body, what) if language() == "en" else f"{body}　{what}",
        url=reverse("publish:matter", args=[row.number]),
        text=together(
            _("应于%(day)s前。") % {"day": dates.day(row.due_on, on, language())} if row.due_on else "",
            told,
            still if row.still_since < on else "",
            _stop(names.listed(names.area_name(row.area), names.kind_name(row.kind))),
        ),
        state=state_of(row, procedure, on),
    )


def state_of(row: PublicMatter, procedure: Procedure | None, on: date) -> State:
    """Where it stands on that day, in one word or two."""
    if row.end:
        word = names.verdict_words(row.word) if row.end == "confirmed" else ""
        return State(word or names.end_words(row.end), names.END_KINDS.get((row.end, row.word), "said"))
    if row.withheld:
        return State(_("后来不再公开"), "unknown")
    if row.n_late and row.due_on is not None:
        n = max(1, bodies.current_calendar().working_days_between(row.due_on, on))
        return State(_("晚%(days)s") % {"days": dates.working_days(n, language())}, "late")
    if row.stopped:
        return State(_("停表"))
    return State(_("等居民说") if _is_residents(row, procedure) else _("正在办"))


def _awaited(row: PublicMatter, procedure: Procedure | None, on: date) -> str:
    """What is awaited, and until when; nothing after the end."""
    step = procedure.steps.get(row.step) if procedure else None
    if row.end or step is None:
        return ""
    what = capital(say(step.title))
    if row.stopped:
        return _("%(what)s停表，等居民回答。") % {"what": what}
    if row.due_on is None:
        return _stop(what)
    day = dates.day(row.due_on, on, language())
    if _is_residents(row, procedure):
        return _("%(what)s，到%(day)s。") % {"what": what, "day": day}
    return _("%(what)s，应于%(day)s前。") % {"what": what, "day": day}


def _is_residents(row: PublicMatter, procedure: Procedure | None) -> bool:
    step = procedure.steps.get(row.step) if procedure else None
    role = procedure.roles.get(step.role) if procedure and step else None
    return role is not None and role.kind == "resident"


def _stop(words: str) -> str:
    return words + ("." if language() == "en" else "。") if words else ""
