"""Titles of rule files begin a line with a capital in English; rows that may not be used; small pictures."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.words import Text
from minsheng.ui import components as c
from minsheng.ui import pictures
from minsheng.ui.words import capital

STEP = Text("办理", "handle")


def shown(source: str, language: str, **context: object) -> str:
    with translation.override(language):
        return Template("{% load minsheng %}" + source).render(Context(context))


@given(st.text())
def test_only_the_first_letter_changes_and_only_in_english(words: str) -> None:
    with translation.override("zh-hans"):
        assert capital(words) == words
    with translation.override("en"):
        assert capital(words) in (words, words[:1].upper() + words[1:])
        assert capital("handle " + words) == "Handle " + words


def test_ready_html_stays_ready_html() -> None:
    with translation.override("en"):
        assert isinstance(capital(mark_safe("late")), SafeString)
        assert not isinstance(capital("late"), SafeString)
    assert "&lt;b&gt;" in shown("{{ x|begin|sentence }}", "en", x="<b>late")


@pytest.mark.parametrize(
    ("tag", "item"),
    [
        ("timeline", [c.Happening(STEP, on=date(2026, 10, 9))]),
        ("due", c.Due(what=STEP, limit=date(2026, 10, 9))),
        ("worklist", [c.WorkRow(STEP, "#")]),
        ("public_rows", [c.PublicRow(STEP)]),
        ("missing", [c.Lack(STEP, STEP)]),
        ("state", c.State(STEP)),
    ],
)
def test_a_step_begins_its_line_with_a_capital(tag: str, item: object) -> None:
    assert "Handle" in shown("{% " + tag + " item %}", "en", item=item)
    assert "handle" not in shown("{% " + tag + " item %}", "en", item=item)
    assert "办理" in shown("{% " + tag + " item %}", "zh-hans", item=item)


def test_a_row_that_may_not_be_used_shows_no_share() -> None:
    row = c.IntervalRow("市水务局", 40, 30, 2, 0.75, 0.6, 0.86, unusable="查实有人施压")
    html = shown("{% intervals x %}", "zh-hans", x=c.Intervals("分单位", (row,)))
    assert "作废，不用" in html and "查实有人施压" in html
    assert "75%" not in html and "<svg" not in html.split("<tbody>")[1]


def test_a_ground_without_words_ends_without_a_colon() -> None:
    html = shown("{% basis x %}", "en", x=c.Basis("design", ""))
    assert html.strip().endswith("Set by this platform</p>")


@given(st.integers(1, 12))
def test_letters_in_a_trend_keep_their_size_however_few_the_months(n: int) -> None:
    picture = pictures.trend([("9月", None, None, None)] * n, label="x")
    found = re.search(r'viewBox="0 0 (\d+) 180"', picture)
    assert found is not None and int(found[1]) >= 404


def test_the_state_stands_above_the_line_where_asked() -> None:
    row = c.PublicRow("市水务局", state=c.State("晚1个工作日", "late"))
    above = shown("{% public_rows x stacked=True %}", "zh-hans", x=[row])
    beside = shown("{% public_rows x %}", "zh-hans", x=[row])
    assert above.index("晚1个工作日") < above.index("市水务局") and "rows two" not in above
    assert beside.index("晚1个工作日") > beside.index("市水务局") and "rows two" in beside
