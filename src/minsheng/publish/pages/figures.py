"""A month's figures: together, body by body, the months before, lateness, and the rating boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from minsheng.kernel.words import Text
from minsheng.publish.models import FigureCell, RatingCell
from minsheng.publish.pages import names
from minsheng.publish.rules import counts as rule
from minsheng.ui.components import Figure, IntervalRow, Intervals, Link, Month, Part, Trend
from minsheng.ui.words import say, together
from minsheng.verdict.rules.rating import ANSWERS, QUESTIONS

LATENESS: Final = ("late", "still_late", "silent", "concluded", "undelivered", "withdrawn")


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One question of an opened box; `n` None for a box that held too few in the end."""

    body: str
    months: str
    question: str
    answers: tuple[int, ...]
    n: int | None


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """A month's figures. `lateness`: body, then the counts of LATENESS in their order."""

    month: str
    running: bool
    as_of: date | None
    figure: Figure | None
    n_other_hand: int
    n_unusable: int
    table: Intervals | None
    trend: Trend | None
    trend_says: str
    lateness: tuple[tuple[str, tuple[int, ...]], ...]
    months: tuple[Link, ...]
    answers: tuple[str, ...]
    ratings: tuple[RatingRow, ...]


def figures_page(
    month: str,
    all_months: Sequence[str],
    cells: Sequence[FigureCell],
    boxes: Sequence[RatingCell],
    *,
    desk: str,
    as_of: date | None,
) -> FiguresPage:
    """The page of a month. `cells` are those of the months up to it, `as_of` the last disclosed day."""
    of_month = [cell for cell in cells if cell.month == month]
    bodies = rule.by_body(((cell.body, cell.counts) for cell in of_month), desk)
    total = rule.together(bodies.values())
    unusable = {cell.body or desk: cell.unusable for cell in of_month if cell.unusable}
    months = rule.months_up_to(all_months, month)
    by_month = {one: rule.together(c.counts for c in cells if c.month == one) for one in months}
    year = as_of.year if as_of else None
    shares = [share for one in months if (share := rule.solved_share(by_month[one]))]
    return FiguresPage(
        month=names.month_words(month, year),
        running=as_of is not None and month >= as_of.isoformat()[:7],
        as_of=as_of,
        figure=figure_of(total, month, year),
        n_other_hand=total.get("by_other_hand", 0),
        n_unusable=sum(bodies[body].get("due", 0) for body in unusable),
        table=_table(bodies, unusable),
        trend=_trend(by_month, year) if len(months) > 1 else None,
        trend_says=_trend_says(shares),
        lateness=tuple(
            (names.body_name(body), tuple(counts.get(name, 0) for name in LATENESS))
            for body, counts in bodies.items()
        ),
        months=tuple(
            Link(names.month_words(one, year), reverse("publish:figures", args=[one]), current=one == month)
            for one in all_months
        ),
        answers=tuple(say(text) for text in ANSWERS.values()),
        ratings=tuple(row for box in boxes for row in _rating_rows(box, year)),
    )


def figure_of(counts: Mapping[str, int], month: str, year: int | None, *, url: str = "") -> Figure | None:
    """What residents said in a month; None where nothing fell due. `url`: where it is shown in full."""
    due, solved = counts.get("due", 0), counts.get("solved", 0)
    if not due:
        return None
    share = rule.solved_share(counts)
    return Figure(
        id=f"said-{month}",
        caption=ngettext("%(month)s到期的%(n)s件，按居民的结论", "%(month)s到期的%(n)s件，按居民的结论", due)
        % {"month": names.month_words(month, year), "n": due},
        headline=ngettext(
            "%(due)s件到期，%(solved)s件居民说解决了", "%(due)s件到期，%(solved)s件居民说解决了", due
        )
        % {"due": due, "solved": solved},
        parts=tuple(Part(names.verdict_words(word), counts.get(word, 0), fill) for word, fill in names.FILLS),
        share=share[0] if share else None,
        low=share[1] if share else None,
        high=share[2] if share else None,
        unit=Text("件", ""),
        note=together(
            "" if share else _("太少，不算占比（不到10件）。"), _("没有回音的，不算满意，也不算解决。")
        ),
        recompute=Link(_("分单位看，以及怎么重新算"), url) if url else None,
    )


def _table(figures: Mapping[str, Mapping[str, int]], unusable: Mapping[str, str]) -> Intervals | None:
    """Body by body, in the order of their codes; too few is said in the number's place."""
    rows = []
    for body, counts in figures.items():
        if not counts.get("due"):
            continue
        share = rule.solved_share(counts)
        unknown = counts.get("unknown", 0) + counts.get("cannot_tell", 0)
        rows.append(
            IntervalRow(
                label=names.body_name(body),
                n=counts["due"],
                n_solved=counts.get("solved", 0) if share else 0,
                n_unknown=unknown if share else 0,
                rate=share[0] if share else None,
                low=share[1] if share else None,
                high=share[2] if share else None,
                link=Link(_("逐件看"), reverse("publish:matters") + f"?body={body}"),
                unusable=_unusable(unusable[body]) if body in unusable else "",
            )
        )
    return Intervals(_("分单位，按机构代码排，不排名次"), tuple(rows), _("单位")) if rows else None


def _unusable(why: str) -> str:
    if why == "shown":
        return _("查实有人要居民选某一个，这个月的结论不能用。")
    return _("三件不同的事都有人说被要求选某一个，这个月的结论不能用。")


def _trend(by_month: Mapping[str, Mapping[str, int]], year: int | None) -> Trend:
    months = []
    for month, counts in by_month.items():
        share = rule.solved_share(counts)
        months.append(
            Month(
                names.month_short(month, year),
                counts.get("due", 0),
                counts.get("solved", 0),
                share[0] if share else None,
                share[1] if share else None,
                share[2] if share else None,
            )
        )
    first, *_between, last = (names.month_words(month, year) for month in by_month)
    return Trend(
        _("每月到期件数和居民说解决了的件数"),
        _("%(first)s到%(last)s，居民说解决了的占比和区间，数在下面的表里") % {"first": first, "last": last},
        tuple(months),
    )


def _trend_says(shares: Sequence[rule.Share]) -> str:
    match rule.change_shown(shares):
        case None:
            return _("还没有两个月各满10件，没法比。")
        case False:
            return _("各月的区间互相重叠：看不出变好，也看不出变坏。")
    return _("有的月份区间没有重叠：确有变化，是好是坏看下面的数。")


def _rating_rows(box: RatingCell, year: int | None) -> list[RatingRow]:
    body, months = names.body_name(box.body), names.month_words(box.last_month, year)
    if box.first_month != box.last_month:
        months = f"{names.month_words(box.first_month, year)}–{months}"
    if not box.n:
        return [RatingRow(body, months, "", (), None)]
    return [
        RatingRow(
            body, months, say(text), tuple(box.counts.get(name, {}).get(one, 0) for one in ANSWERS), box.n
        )
        for name, text in QUESTIONS.items()
    ]
