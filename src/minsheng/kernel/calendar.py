"""Which day is it, which days are worked, and on which day does a period end?

Source: 民法典 art. 201 (the first day is not counted), 202 (months end on the matching day, or on the last
of the month), 203 (a last day off rolls to the next working day; a day ends at 24:00). Working weekends
(调休) are set by a yearly notice of the State Council, so a calendar is data: rulebook/calendars/*.json.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

from minsheng.kernel.log.canonical import canonical
from minsheng.kernel.procedure.model import Unit

_KEYS: Final = frozenset({"id", "zone", "version", "covers", "holidays", "makeup", "note"})
_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


class CalendarTooShort(ValueError):
    """A day lies outside the years that the calendar covers. Nobody guesses holidays."""


class CalendarMalformed(ValueError):
    """The JSON is not a calendar; the message names the key."""


@dataclass(frozen=True)
class WorkCalendar:
    """A versioned calendar of working days.

    `covers` is the first and the last year, both included. `holidays` are days off besides weekends (weekend
    days may be listed, to no effect); `makeup` are Saturdays and Sundays that are worked. `zone` is an IANA
    name: a day begins and ends there.

    >>> may = WorkCalendar("x", "Asia/Shanghai", 1, (2026, 2026), frozenset({date(2026, 5, 1)}), frozenset())
    >>> may.after(date(2026, 4, 30), 1)
    datetime.date(2026, 5, 4)
    """

    id: str
    zone: str
    version: int
    covers: tuple[int, int]
    holidays: frozenset[date]
    makeup: frozenset[date]
    note: str = ""

    def is_working(self, day: date) -> bool:
        """Whether offices work on that day."""
        self._demand(day)
        return day in self.makeup or (day.weekday() < _SATURDAY and day not in self.holidays)

    def next_working(self, day: date) -> date:
        """The day itself if it is worked, else the first worked day after it."""
        self._demand(day)
        return self._nth(bisect_left(self._working, day))

    def after(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which is not counted itself; `day` for n = 0."""
        self._demand(day)
        if n < 0:
            raise ValueError(f"a period cannot be negative: {n}")
        return self._nth(bisect_right(self._working, day) + n - 1) if n else day

    def until(self, day: date, n: int, unit: Unit, roll: bool = True) -> date:
        """The last day of a period of n units that was set off on `day`.

        The first day is not counted. Working days need no rolling; calendar days, months and years roll to
        the next working day unless `roll` is false.
        """
        if unit is Unit.WORKING_DAY:
            return self.after(day, n)
        if n < 0:
            raise ValueError(f"a period cannot be negative: {n}")
        if unit is Unit.CALENDAR_DAY:
            last = day + timedelta(days=n)
        elif unit is Unit.MONTH:
            last = _months_later(day, n)
        elif unit is Unit.YEAR:
            last = _months_later(day, 12 * n)
        else:
            raise ValueError(f"{unit} is not counted in days")
        self._demand(last)
        return self.next_working(last) if roll else last

    def working_days_between(self, a: date, b: date) -> int:
        """How many working days x there are with a < x <= b; 0 if b is not after a."""
        self._demand(a)
        self._demand(b)
        return max(0, bisect_right(self._working, b) - bisect_right(self._working, a))

    def day_of(self, moment: datetime) -> date:
        """The day, in the calendar's zone, on which an aware moment lies."""
        if moment.tzinfo is None:
            raise ValueError("a moment without a zone belongs to no day")
        return moment.astimezone(self._zone).date()

    def start_of(self, day: date) -> datetime:
        """The moment, in UTC, at which the day begins in the calendar's zone."""
        return datetime.combine(day, time(), self._zone).astimezone(UTC)

    def end_of(self, day: date) -> datetime:
        """24:00 of that day, in UTC: the first moment that no longer belongs to it."""
        return self.start_of(day + _DAY)

    @cached_property
    def sha256(self) -> str:
        """The hash by which entries name this calendar: SHA-256 of the RFC 8785 bytes of `to_json`."""
        return hashlib.sha256(canonical(self.to_json())).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The calendar as JSON; `from_json` is its inverse."""
        return {
            "id": self.id,
            "zone": self.zone,
            "version": self.version,
            "covers": list(self.covers),
            "holidays": [day.isoformat() for day in sorted(self.holidays)],
            "makeup": [day.isoformat() for day in sorted(self.makeup)],
            "note": self.note,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> WorkCalendar:
        """Read a calendar. Raises CalendarMalformed, with the key, for anything that is not one."""
        if unknown := set(data) - _KEYS:
            raise CalendarMalformed(f"unknown: {', '.join(sorted(unknown))}")
        if absent := _KEYS - {"note"} - set(data):
            raise CalendarMalformed(f"missing: {', '.join(sorted(absent))}")
        covers = data["covers"]
        if not (isinstance(covers, list) and len(covers) == 2 and all(type(year) is int for year in covers)):
            raise CalendarMalformed("covers: expected [first year, last year]")
        if not date.min.year < covers[0] <= covers[1] < date.max.year:
            raise CalendarMalformed("covers: the last year lies before the first")
        if type(data["version"]) is not int or data["version"] < 1:
            raise CalendarMalformed("version: expected a whole number from 1")
        texts = {key: data.get(key, "") for key in ("id", "zone", "note")}
        for key, value in texts.items():
            if not isinstance(value, str):
                raise CalendarMalformed(f"{key}: expected text")
        try:
            ZoneInfo(texts["zone"])
        except (KeyError, ValueError, OSError) as error:
            raise CalendarMalformed(f"zone: {texts['zone']!r} is not known") from error
        calendar = cls(
            id=texts["id"],
            zone=texts["zone"],
            version=data["version"],
            covers=(covers[0], covers[1]),
            holidays=_days("holidays", data["holidays"], covers),
            makeup=_days("makeup", data["makeup"], covers),
            note=texts["note"],
        )
        calendar._demand_sense()
        return calendar

    @cached_property
    def _working(self) -> list[date]:
        first, last = date(self.covers[0], 1, 1), date(self.covers[1], 12, 31)
        days = (first + timedelta(days=n) for n in range((last - first).days + 1))
        return [day for day in days if self.is_working(day)]

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def _nth(self, index: int) -> date:
        if index >= len(self._working):
            raise CalendarTooShort(f"calendar {self.id} ends with {self.covers[1]}")
        return self._working[index]

    def _demand(self, day: date) -> None:
        if not self.covers[0] <= day.year <= self.covers[1]:
            raise CalendarTooShort(f"calendar {self.id} covers {self.covers[0]}-{self.covers[1]}, not {day}")

    def _demand_sense(self) -> None:
        if both := self.holidays & self.makeup:
            raise CalendarMalformed(f"makeup: {min(both)} is also a holiday")
        if weekdays := [day for day in self.makeup if day.weekday() < _SATURDAY]:
            raise CalendarMalformed(f"makeup: {min(weekdays)} is no weekend day")


def _days(key: str, values: object, covers: list[int]) -> frozenset[date]:
    if not isinstance(values, list):
        raise CalendarMalformed(f"{key}: expected a list of dates")
    found: set[date] = set()
    for value in values:
        try:
            day = date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise CalendarMalformed(f"{key}: {value!r} is not a date like 2026-10-01") from error
        if day.isoformat() != value or day in found:
            raise CalendarMalformed(f"{key}: {value!r} stands twice or not as 2026-10-01")
        if not covers[0] <= day.year <= covers[1]:
            raise CalendarMalformed(f"{key}: {value} lies outside the years covered")
        found.add(day)
    return frozenset(found)


def _months_later(day: date, n: int) -> date:
    month = day.month - 1 + n
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
