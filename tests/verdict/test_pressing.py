"""A report of pressure opens a check that only its reviewer sees; what follows is by the rule alone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from minsheng.kernel.words import Refusal
from minsheng.people.rules.actor import Actor
from minsheng.verdict import privacy, queries, services
from minsheng.verdict.models import PeriodMark, PressureReport

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

NOW = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)
OCTOBER = date(2026, 10, 1)
REVIEWER = Actor("a" * 16, "reviewer", "review_office")
WORDS = "科长打电话来，让我选“解决了”。"


def _report(matter: str, words: str = WORDS) -> None:
    assert services.report(matter * 16, "housing", words, NOW) is None


def _find(matter: str, finding: str) -> None:
    check = next(one for one in queries.checks() if one.matter == matter * 16 and not one.finding)
    assert services.find(check.id, finding, "问了三个人", actor=REVIEWER, at=NOW) is None


def test_one_report_opens_one_check_with_a_day() -> None:
    _report("1")
    (check,) = queries.checks()
    assert check.due_on > date(2026, 10, 14)
    opened = queries.check(check.id)
    assert opened is not None
    assert opened.words == ((date(2026, 10, 14), WORDS),)
    assert queries.marks() == {}


def test_a_second_report_on_the_same_matter_joins_the_check_that_runs() -> None:
    _report("1")
    _report("1", "他又打了一次。")
    (check,) = queries.checks()
    opened = queries.check(check.id)
    assert opened is not None
    assert sorted(words for _, words in opened.words) == sorted([WORDS, "他又打了一次。"])


def test_what_was_said_is_sealed() -> None:
    _report("1")
    (sealed,) = PressureReport.objects.values_list("words_sealed", flat=True)
    assert sealed is not None
    assert "科长".encode() not in bytes(sealed)


def test_a_check_that_shows_it_marks_the_month() -> None:
    _report("1")
    _find("1", "shown")
    assert queries.marks() == {("housing", OCTOBER): "shown"}


def test_three_matters_mark_the_month_and_one_does_not() -> None:
    for matter in "12":
        _report(matter)
        _find(matter, "not_shown")
    assert queries.marks() == {}
    _report("3")
    assert queries.marks() == {("housing", OCTOBER): "three"}


def test_a_mark_is_never_taken_back() -> None:
    for matter in "123":
        _report(matter)
    for matter in "123":
        _find(matter, "refuted")
    assert PeriodMark.objects.count() == 1


def test_a_check_is_closed_once() -> None:
    _report("1")
    (check,) = queries.checks()
    _find("1", "refuted")
    again = services.find(check.id, "shown", "又想了想", actor=REVIEWER, at=NOW)
    assert isinstance(again, Refusal)
    assert again.code == "found_already"
    assert isinstance(services.find(UUID(int=7), "shown", "…", actor=REVIEWER, at=NOW), Refusal)


def test_an_empty_report_opens_nothing() -> None:
    assert isinstance(services.report("1" * 16, "housing", "  ", NOW), Refusal)
    assert queries.checks() == ()


def test_erasing_a_matter_removes_the_words_and_keeps_that_a_check_ran() -> None:
    _report("1")
    _find("1", "shown")
    assert privacy.erase("1" * 16) == 2
    (check,) = queries.checks()
    opened = queries.check(check.id)
    assert opened is not None
    assert (opened.words, opened.reasons) == ((), "")
    assert queries.marks()
