"""Day counting: golden dates worked out by hand, and what holds for every calendar."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import minsheng.rulebook
from minsheng.kernel.calendar import CalendarMalformed, CalendarTooShort, WorkCalendar
from minsheng.kernel.procedure.model import Unit

FOLDER = Path(minsheng.rulebook.__file__).parent / "calendars"
YUNXI = WorkCalendar.from_json(json.loads((FOLDER / "yunxi.json").read_text()))
CN = WorkCalendar.from_json(json.loads((FOLDER / "cn.json").read_text()))
TRIGGER = date(2026, 9, 25)

days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
counts = st.integers(0, 60)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    some = st.frozensets(days, max_size=30)
    holidays = draw(some)
    makeup = frozenset(day for day in draw(some) - holidays if day.weekday() >= 5)
    return WorkCalendar("any", "Asia/Shanghai", 1, (2025, 2027), holidays, makeup)


@pytest.mark.parametrize(
    ("n", "unit", "due"),
    [
        (5, Unit.WORKING_DAY, date(2026, 10, 8)),
        (15, Unit.CALENDAR_DAY, date(2026, 10, 10)),  # a make-up working day: no roll
        (20, Unit.WORKING_DAY, date(2026, 10, 28)),
        (30, Unit.CALENDAR_DAY, date(2026, 10, 26)),  # 25 October is a Sunday
        (60, Unit.CALENDAR_DAY, date(2026, 11, 24)),
    ],
)
def test_the_worked_dates_of_the_rule_files(n: int, unit: Unit, due: date) -> None:
    assert YUNXI.until(TRIGGER, n, unit) == due


@pytest.mark.parametrize(
    ("start", "n", "unit", "due"),
    [
        (date(2025, 1, 31), 1, Unit.MONTH, date(2025, 2, 28)),  # no 31 February: the month's last day
        (date(2025, 12, 31), 2, Unit.MONTH, date(2026, 2, 28)),  # a make-up Saturday
        (date(2025, 8, 31), 1, Unit.MONTH, date(2025, 9, 30)),
        (date(2025, 9, 1), 1, Unit.MONTH, date(2025, 10, 9)),  # the holiday week 1-8 October
        (date(2025, 6, 30), 1, Unit.YEAR, date(2026, 6, 30)),
        (date(2025, 12, 26), 5, Unit.CALENDAR_DAY, date(2025, 12, 31)),
        (
            date(2025, 12, 30),
            3,
            Unit.WORKING_DAY,
            date(2026, 1, 5),
        ),  # 31 Dec, the make-up Sunday 4 Jan, 5 Jan
        (date(2026, 2, 13), 2, Unit.WORKING_DAY, date(2026, 2, 24)),  # make-up Saturday, then the festival
    ],
)
def test_dates_over_new_year_month_ends_and_make_up_weekends(
    start: date, n: int, unit: Unit, due: date
) -> None:
    assert CN.until(start, n, unit) == due


def test_a_leap_day_has_its_anniversary_on_the_last_of_february() -> None:
    calendar = WorkCalendar("any", "Asia/Shanghai", 1, (2024, 2026), frozenset(), frozenset())
    assert calendar.until(date(2024, 2, 29), 1, Unit.YEAR, roll=False) == date(2025, 2, 28)


@given(days, counts, counts, calendars())
def test_two_waits_in_a_row_are_one_longer_wait(day: date, m: int, n: int, calendar: WorkCalendar) -> None:
    assert calendar.after(calendar.after(day, m), n) == calendar.after(day, m + n)


@given(days, st.integers(1, 60), calendars())
def test_the_nth_working_day_is_worked_and_n_away(day: date, n: int, calendar: WorkCalendar) -> None:
    due = calendar.after(day, n)
    assert calendar.is_working(due)
    assert calendar.working_days_between(day, due) == n


@given(days, counts, st.sampled_from([Unit.CALENDAR_DAY, Unit.MONTH, Unit.YEAR]), calendars())
def test_rolling_only_lengthens_and_ends_on_a_worked_day(
    day: date, n: int, unit: Unit, calendar: WorkCalendar
) -> None:
    n = min(n, 10) if unit is Unit.MONTH else n % 2 if unit is Unit.YEAR else n
    plain, rolled = calendar.until(day, n, unit, roll=False), calendar.until(day, n, unit)
    assert rolled >= plain
    assert calendar.is_working(rolled)
    assert calendar.working_days_between(plain, rolled) <= 1
    assert plain == rolled or not calendar.is_working(plain)


@given(days, counts, calendars())
def test_counting_agrees_with_walking_day_by_day(day: date, n: int, calendar: WorkCalendar) -> None:
    walked, left = day, n
    while left:
        walked += timedelta(days=1)
        left -= calendar.is_working(walked)
    assert calendar.after(day, n) == walked


@given(calendars())
def test_a_calendar_survives_its_json_and_keeps_its_hash(calendar: WorkCalendar) -> None:
    again = WorkCalendar.from_json(json.loads(json.dumps(calendar.to_json())))
    assert again == calendar
    assert again.sha256 == calendar.sha256
    assert len(again.sha256) == 64


def test_one_day_more_off_is_another_calendar() -> None:
    other = WorkCalendar.from_json({**YUNXI.to_json(), "version": 2})
    assert other.sha256 != YUNXI.sha256


def test_a_year_that_is_not_covered_is_never_guessed() -> None:
    for ask in (YUNXI.is_working, YUNXI.next_working):
        with pytest.raises(CalendarTooShort):
            ask(date(2028, 1, 3))
    with pytest.raises(CalendarTooShort):
        YUNXI.after(date(2027, 12, 30), 5)
    with pytest.raises(CalendarTooShort):
        YUNXI.until(date(2027, 12, 30), 5, Unit.CALENDAR_DAY)


def test_hours_and_counts_are_no_days() -> None:
    for unit in (Unit.HOUR, Unit.MINUTE, Unit.COUNT, Unit.SHARE):
        with pytest.raises(ValueError, match="not counted in days"):
            YUNXI.until(TRIGGER, 1, unit)
    with pytest.raises(ValueError, match="negative"):
        YUNXI.after(TRIGGER, -1)


def test_a_day_begins_at_midnight_of_the_town() -> None:
    assert YUNXI.day_of(datetime(2026, 9, 24, 15, 59, 59, tzinfo=UTC)) == date(2026, 9, 24)
    assert YUNXI.day_of(datetime(2026, 9, 24, 16, tzinfo=UTC)) == date(2026, 9, 25)
    assert YUNXI.start_of(date(2026, 9, 25)) == datetime(2026, 9, 24, 16, tzinfo=UTC)
    assert YUNXI.end_of(date(2026, 9, 25)) == datetime(2026, 9, 25, 16, tzinfo=UTC)
    with pytest.raises(ValueError, match="zone"):
        YUNXI.day_of(datetime(2026, 9, 25, 12))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"zone": "Nowhere/Town"}, "zone"),
        ({"zone": 8}, "zone"),
        ({"covers": [2027, 2025]}, "covers"),
        ({"covers": "2025"}, "covers"),
        ({"version": 0}, "version"),
        ({"holidays": ["1 May"]}, "holidays"),
        ({"holidays": ["2026-05-01", "2026-05-01"]}, "holidays"),
        ({"holidays": ["2031-05-01"]}, "holidays"),
        ({"holidays": {}}, "holidays"),
        ({"makeup": ["2026-10-01"]}, "makeup: 2026-10-01 is also"),
        ({"makeup": ["2026-10-12"]}, "no weekend"),
        ({"more": 1}, "unknown: more"),
    ],
)
def test_what_is_no_calendar_is_refused_with_its_key(change: dict[str, Any], says: str) -> None:
    with pytest.raises(CalendarMalformed, match=says):
        WorkCalendar.from_json({**YUNXI.to_json(), **change})


def test_a_calendar_with_a_key_missing_is_refused() -> None:
    data = YUNXI.to_json()
    del data["zone"]
    with pytest.raises(CalendarMalformed, match="missing: zone"):
        WorkCalendar.from_json(data)
