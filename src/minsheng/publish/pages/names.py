"""Codes as a reader says them: bodies, classes, areas, months, ends and verdicts."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Text
from minsheng.ui.components import Fill, StateKind
from minsheng.ui.words import language, say

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip

FILLS: Final[tuple[tuple[str, Fill], ...]] = (
    ("solved", "solid"),
    ("partly", "hatch"),
    ("not", "dark"),
    ("cannot_tell", "empty"),
    ("unknown", "unknown"),
)
"""The residents' words in the order and with the fill in which they are drawn."""


def body_name(code: str) -> str:
    """A body's short name; before any has taken the matter up, the desk's; an unknown code as it is."""
    if not code:
        return _("受理室")
    try:
        return say(bodies.body(code).short_name)
    except LookupError:
        return code


def body_text(code: str) -> Text:
    """The same in both languages."""
    try:
        return bodies.body(code).short_name
    except LookupError:
        return Text(code, code)


def desk_of(procedure: Procedure) -> str:
    """The body that holds the role of the first step: the intake desk; "" where the town names none."""
    first = next(iter(procedure.steps.values()), None)
    held = bodies.body_of_role(first.role) if first else None
    return held.code if held else ""


def kind_name(code: str) -> str:
    """A class of the taxonomy by name."""
    try:
        return say(bodies.taxonomy_class(code).name) if code else ""
    except LookupError:
        return code


def area_name(code: str) -> str:
    """An area by name."""
    try:
        return say(bodies.area(code).name) if code else ""
    except LookupError:
        return code


def month_short(month: str, this_year: int | None = None) -> str:
    """The same for a picture: 9月, Sep."""
    words = month_words(month, this_year)
    return f"{words[:3]}{words[-5:] if words[-4:].isdigit() else ''}" if language() == "en" else words


def lang_of(text: str) -> str:
    """The language of what somebody wrote, as HTML wants it: with any 汉字 it is Chinese."""
    return "zh-Hans" if any("\u4e00" <= letter <= "\u9fff" for letter in text) else "en"


def month_words(month: str, this_year: int | None = None) -> str:
    """2026-09 as a reader says it: 9月, September; with the year when it is not this one."""
    year, number = (int(part) for part in month.split("-"))
    other = year != this_year
    if language() == "en":
        return f"{_MONTHS[number - 1]} {year}" if other else _MONTHS[number - 1]
    return f"{year}年{number}月" if other else f"{number}月"


def verdict_words(word: str) -> str:
    """A verdict as the resident chose it; empty for none."""
    return {
        "solved": _("解决了"),
        "partly": _("解决了一部分"),
        "not": _("没有解决"),
        "cannot_tell": _("说不清"),
        "unknown": _("没有回音，算不知道"),
    }.get(word, "")


def end_words(end: str) -> str:
    """How a matter ended, in words."""
    return {
        "confirmed": _("居民已确认"),
        "lapsed": _("没有回音，算不知道"),
        "concluded": _("依规办结，不算解决"),
        "withdrawn": _("本人撤回"),
        "completed": _("已完成"),
    }.get(end, end)


END_KINDS: Final[dict[tuple[str, str], StateKind]] = {
    ("confirmed", "solved"): "confirmed",
    ("confirmed", "partly"): "said",
    ("lapsed", "unknown"): "unknown",
}


def listed(*words: str) -> str:
    """Words one after the other with commas; empty ones are left out."""
    return (", " if language() == "en" else "，").join(filter(None, words))


def colon(head: str, tail: str) -> str:
    """`head: tail`, with the colon of the language."""
    return f"{head}: {tail}" if language() == "en" else f"{head}：{tail}"
