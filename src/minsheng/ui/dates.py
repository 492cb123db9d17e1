"""How do we write a day, a moment and a number of working days, in Chinese and in English?

Source: look and language rules in docs/design-system.md: Arabic numerals, the weekday with every date that
binds somebody, the year when it is not this one, the 24-hour clock. Nothing here reads a clock: `today`
comes in.
"""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _other_year(day: date, today: date | None) -> bool:
    return today is None or day.year != today.year


def day(value: date, today: date | None, language: str) -> str:
    """A day with its weekday: 10月8日（星期四）, Thu 8 Oct; with the year when it is not today's.

    `today` None: the year is always written.
    """
    year = _other_year(value, today)
    if language == "en":
        tail = f" {value.year}" if year else ""
        return f"{_WEEKDAYS_EN[value.weekday()]} {value.day} {_MONTHS_EN[value.month - 1]}{tail}"
    head = f"{value.year}年" if year else ""
    return f"{head}{value.month}月{value.day}日（星期{_WEEKDAYS_ZH[value.weekday()]}）"


def day_short(value: date, today: date | None, language: str) -> str:
    """A day without its weekday: 10月8日, 8 Oct; with the year when it is not today's."""
    year = _other_year(value, today)
    if language == "en":
        return f"{value.day} {_MONTHS_EN[value.month - 1]}{f' {value.year}' if year else ''}"
    return f"{f'{value.year}年' if year else ''}{value.month}月{value.day}日"


def weekday(value: date, language: str) -> str:
    """周四, Thu."""
    if language == "en":
        return _WEEKDAYS_EN[value.weekday()]
    return f"周{_WEEKDAYS_ZH[value.weekday()]}"


def margin(value: date, today: date | None, language: str) -> str:
    """A day as it stands in the margin of a timeline or a worklist: 10月8日 周四, Thu 8 Oct."""
    if language == "en":
        return day(value, today, language)
    return f"{day_short(value, today, language)} {weekday(value, language)}"


def clock(value: datetime, zone: tzinfo) -> str:
    """16:05 in the zone."""
    return value.astimezone(zone).strftime("%H:%M")


def moment(value: datetime, zone: tzinfo, today: date | None, language: str) -> str:
    """A day and a time: 9月25日（星期五）10:42, Fri 25 Sep, 10:42. `value` must be aware."""
    there = value.astimezone(zone)
    between = ", " if language == "en" else ""
    return f"{day(there.date(), today, language)}{between}{there:%H:%M}"


def working_days(n: int, language: str) -> str:
    """3个工作日, 3 working days."""
    if language == "en":
        return f"{n} working day{'' if n == 1 else 's'}"
    return f"{n}个工作日"


def calendar_days(n: int, language: str) -> str:
    """3天, 3 days."""
    if language == "en":
        return f"{n} day{'' if n == 1 else 's'}"
    return f"{n}天"


_UNBROKEN = re.compile(
    r"(?:\d{4}年)?\d{1,2}月\d{1,2}日(?:（星期[一二三四五六日]）| 周[一二三四五六日])?"
    r"|(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]* )?"
    r"\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*(?: \d{4})?"
    r"|\d{4}-\d{2}-\d{2}|\d{3,5}-\d{4,8}"
)


def keep_dates_together(words: str) -> SafeString:
    """The words as HTML in which no date and no telephone number breaks over two lines (`.nb`).

    Ready HTML is left as it is.
    """
    if isinstance(words, SafeString):
        return words
    escaped = conditional_escape(words)
    return mark_safe(_UNBROKEN.sub(lambda found: f'<span class="nb">{found.group()}</span>', escaped))  # noqa: S308
