"""When a month of a body's figures becomes unusable because somebody pressed residents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.verdict.rules import pressure
from minsheng.verdict.rules.pressure import Report

_REPORTS = st.lists(
    st.builds(Report, st.sampled_from("abcde"), st.sampled_from(["", "shown", "not_shown", "refuted"])),
    max_size=8,
)

CASES = [
    ([], ""),
    ([Report("a")], ""),
    ([Report("a"), Report("b")], ""),
    ([Report("a", "shown")], "shown"),
    ([Report("a"), Report("b"), Report("c")], "three"),
    ([Report("a"), Report("a"), Report("a")], ""),
    ([Report("a", "not_shown"), Report("b", "not_shown"), Report("c")], "three"),
    ([Report("a", "refuted"), Report("b"), Report("c")], ""),
]


@pytest.mark.parametrize(("reports", "why"), CASES)
def test_one_that_is_shown_or_three_matters_mark_a_month(reports: list[Report], why: str) -> None:
    assert pressure.mark(reports) == why


@given(_REPORTS, st.sampled_from("abcde"))
def test_one_more_report_never_clears_a_month(reports: list[Report], matter: str) -> None:
    if pressure.mark(reports):
        assert pressure.mark([*reports, Report(matter)])


@given(_REPORTS, st.sampled_from("abcde"))
def test_one_matter_alone_never_marks_a_month_unless_shown(reports: list[Report], matter: str) -> None:
    alone = [Report(matter, report.finding) for report in reports]
    assert (pressure.mark(alone) != "") == any(report.finding == "shown" for report in alone)


def test_a_report_needs_one_line_and_nothing_else() -> None:
    assert pressure.why_not_report("科长打电话让我选解决了") is None
    refusal = pressure.why_not_report("  ")
    assert refusal is not None
    assert refusal.field == "words"


@pytest.mark.parametrize(
    ("finding", "reasons", "field"),
    [("maybe", "问了", "finding"), ("shown", " ", "reasons"), ("shown", "问了三个人", None)],
)
def test_a_check_closes_with_a_finding_and_its_reasons(finding: str, reasons: str, field: str | None) -> None:
    refusal = pressure.why_not_find(finding, reasons)
    assert (refusal.field if refusal else None) == field
