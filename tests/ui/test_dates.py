"""How days, moments and numbers are written."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

from django.utils.html import escape
from django.utils.safestring import mark_safe
from hypothesis import given
from hypothesis import strategies as st

from minsheng.ui import dates

SHANGHAI = timezone(timedelta(hours=8))
days = st.dates(min_value=date(1950, 1, 1), max_value=date(2150, 12, 31))
languages = st.sampled_from(["zh", "en"])


def test_a_day_carries_its_weekday_in_both_languages() -> None:
    today = date(2026, 10, 14)
    assert dates.day(date(2026, 10, 8), today, "zh") == "10月8日（星期四）"
    assert dates.day(date(2026, 10, 8), today, "en") == "Thu 8 Oct"
    assert dates.margin(date(2026, 10, 8), today, "zh") == "10月8日 周四"


def test_the_year_is_written_when_it_is_not_this_one() -> None:
    today = date(2026, 10, 14)
    assert dates.day(date(2027, 1, 4), today, "zh") == "2027年1月4日（星期一）"
    assert dates.day(date(2027, 1, 4), today, "en") == "Mon 4 Jan 2027"
    assert dates.day_short(date(2027, 1, 4), today, "en") == "4 Jan 2027"


@given(days, languages)
def test_without_a_today_the_year_is_never_left_out(day: date, language: str) -> None:
    assert str(day.year) in dates.day(day, None, language)
    assert str(day.year) in dates.day_short(day, None, language)


def test_a_moment_is_told_in_the_zone_and_may_fall_on_the_next_day_there() -> None:
    late = datetime(2026, 10, 11, 16, 5, tzinfo=UTC)
    assert dates.moment(late, SHANGHAI, date(2026, 10, 14), "zh") == "10月12日（星期一）00:05"
    assert dates.moment(late, SHANGHAI, date(2026, 10, 14), "en") == "Mon 12 Oct, 00:05"


def test_one_working_day_is_singular_in_english_only() -> None:
    assert [dates.working_days(n, "en") for n in (0, 1, 2)] == [
        "0 working days",
        "1 working day",
        "2 working days",
    ]
    assert dates.working_days(1, "zh") == "1个工作日"
    assert dates.calendar_days(1, "en") == "1 day"


@given(days, st.one_of(st.none(), days), languages)
def test_every_date_we_write_stays_on_one_line(day: date, today: date | None, language: str) -> None:
    for written in (dates.day(day, today, language), dates.margin(day, today, language)):
        kept = dates.keep_dates_together(f"到{written}，再说")
        assert kept == f'到<span class="nb">{written}</span>，再说'


@given(st.text())
def test_keeping_dates_together_changes_no_letter(words: str) -> None:
    kept = re.sub(r'<span class="nb">|</span>', "", dates.keep_dates_together(words))
    assert kept == escape(words)


def test_ready_html_is_not_touched() -> None:
    ready = mark_safe('<a title="2026-10-08">10月8日</a>')
    assert dates.keep_dates_together(ready) == ready
