"""What each public page is given: dataclasses for templates, filled from the last disclosure only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.procedure.model import Procedure
from minsheng.publish.models import Edition, PublicMatter
from minsheng.publish.rules import counts as rule
from minsheng.ui.components import (
    Due,
    Figure,
    Happening,
    IntervalRow,
    Intervals,
    Link,
    Pages,
    Part,
    PublicRow,
    Said,
    State,
)
from minsheng.ui.words import Words, say

NameOf = Callable[[str], Words]

_FILLS = (
    ("solved", "解决了", "solid"),
    ("partly", "解决了一部分", "hatch"),
    ("not", "没有解决", "dark"),
    ("cannot_tell", "说不清", "empty"),
    ("unknown", "没有回音，算不知道", "unknown"),
)


@dataclass(frozen=True, slots=True)
class HomePage:
    """The front page: two doors, what residents said last month, what is late."""

    figure: Figure | None
    figure_heading: str
    late: tuple[PublicRow, ...]
    n_late: int
    as_of: date | None


@dataclass(frozen=True, slots=True)
class ListPage:
    """All disclosed matters, or the late ones."""

    heading: str
    lead: str
    rows: tuple[PublicRow, ...]
    pages: Pages
    as_of: date | None
    bodies: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One matter, as the public sees it."""

    number: str
    heading: Words
    body: Words
    kind: Words
    area: Words
    dues: tuple[Due, ...]
    said: Said | None
    verdict: Words
    timeline: tuple[Happening, ...]
    as_of: date
    rule: str
    rule_url: str


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """A month's figures, together and body by body."""

    month: str
    figure: Figure | None
    table: Intervals | None
    rows: tuple[tuple[Words, Mapping[str, int]], ...]
    total: Mapping[str, int]
    months: tuple[Link, ...]
    as_of: date | None


@dataclass(frozen=True, slots=True)
class LogPage:
    """The log for everyone: how large, which head, what to copy, how to check."""

    edition: Edition | None
    note: str
    size: int
    files: tuple[Link, ...]
    opaque: tuple[tuple[str, int], ...]


def month_words(month: str) -> str:
    """2026-09 as a reader says it."""
    year, _dash, number = month.partition("-")
    return _("%(year)s年%(month)s月") % {"year": year, "month": int(number)}


def verdict_words(word: str) -> str:
    """A verdict as the resident chose it; empty for none."""
    return next((_(label) for key, label, _fill in _FILLS if key == word), "")


def figure_of(counts: Mapping[str, int], month: str, *, url: str = "") -> Figure | None:
    """What residents said in a month; None where nobody was asked."""
    if not counts.get("due"):
        return None
    share = rule.solved_share(counts)
    parts = tuple(
        Part(_(label), counts.get(key, 0), fill)  # type: ignore[arg-type]
        for key, label, fill in _FILLS
    )
    return Figure(
        id=f"said-{month}",
        caption=_("%(month)s到期的%(n)s件，按居民的结论") % {"month": month_words(month), "n": counts["due"]},
        headline=_("%(due)s件到期，%(solved)s件居民说解决了")
        % {"due": counts["due"], "solved": counts.get("solved", 0)},
        parts=parts,
        share=share[0] if share else None,
        low=share[1] if share else None,
        high=share[2] if share else None,
        unit=_("件"),
        note=_("没有回音的，不算满意，也不算解决。"),
        recompute=Link(_("分单位看，以及怎么重新算"), url) if url else None,
    )


def table_of(figures: Mapping[str, Mapping[str, int]], name: NameOf) -> Intervals | None:
    """Body by body, in the order of their codes; too few is said in the number's place."""
    rows = []
    for body, counts in figures.items():
        if not counts.get("due"):
            continue
        share = rule.solved_share(counts)
        rows.append(
            IntervalRow(
                label=name(body),
                n=counts["due"],
                n_solved=counts.get("solved", 0) if share else 0,
                n_unknown=counts.get("unknown", 0) if share else 0,
                rate=share[0] if share else None,
                low=share[1] if share else None,
                high=share[2] if share else None,
                link=Link(name(body), reverse("publish:matters") + f"?body={body}"),
            )
        )
    if not rows:
        return None
    return Intervals(_("居民说解决了的占比，按单位"), tuple(rows), _("单位"))


def row_of(
    row: PublicMatter,
    procedure: Procedure,
    name: NameOf,
    kinds: NameOf,
    areas: NameOf,
    calendar: WorkCalendar,
    on: date,
) -> PublicRow:
    """One line of a list: what and whose, one state, one date."""
    step = procedure.steps.get(row.step)
    what = kinds(row.kind) if row.kind else _("类别暂不显示：同类还不到5件")
    where = areas(row.area) if row.area else ""
    return PublicRow(
        title=f"{row.number}　{say(name(row.body))}",
        url=reverse("publish:matter", args=[row.number]),
        text=_("，").join(filter(None, (say(where), say(what), say(step.title) if step else ""))),
        state=state_of(row, calendar, on),
    )


def state_of(row: PublicMatter, calendar: WorkCalendar, on: date) -> State:
    """Where it stands, in one word or two."""
    if row.end:
        kinds = {"solved": "confirmed", "partly": "said", "not": "not"}
        word = verdict_words(row.word)
        if row.end == "confirmed" and word:
            return State(word, kinds.get(row.word, "said"))  # type: ignore[arg-type]
        return State(end_words(row.end), "unknown" if row.end == "lapsed" else "said")
    if row.n_late and row.due_on is not None and row.due_on < on:
        n = calendar.working_days_between(row.due_on, on)
        return State(_("晚%(n)s个工作日") % {"n": n} if n else _("已过期"), "late")
    return State(_("正在办") if not row.word else verdict_words(row.word), "")


def end_words(end: str) -> str:
    """How a matter ended, in words."""
    return {
        "confirmed": _("居民已确认"),
        "lapsed": _("没有回音，算不知道"),
        "concluded": _("依规办结，不算解决"),
        "withdrawn": _("本人撤回"),
        "completed": _("已完成"),
    }.get(end, end)
