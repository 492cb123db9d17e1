"""What follows each choice is what the rules then do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from minsheng.matter import queries, services
from minsheng.matter.testing import DAY, HOUR, MONDAY, Cast, answered, classified, must, opened
from minsheng.verdict.rules import choices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

OUTCOMES = ("solved", "partly_enough", "partly_go_on", "not", "cannot_tell")


def _answered(again: str = "") -> tuple[str, timedelta]:
    """A matter whose answer waits for the verdict; with `again`, after this was said once before."""
    made = opened()
    classified(made.matter, MONDAY + HOUR)
    must(services.act(made.matter, "accept", "accepted", actor=Cast.housing, at=MONDAY + 2 * HOUR))
    answered(made.matter, MONDAY + DAY)
    if not again:
        return made.matter, 2 * DAY
    _say(made.matter, again, 2 * DAY)
    if again != "cannot_tell":
        answered(made.matter, MONDAY + 3 * DAY, Cast.housing_too)
    return made.matter, 4 * DAY


def _say(matter: str, outcome: str, after: timedelta) -> None:
    resident = Cast.resident(matter)
    must(services.act(matter, "verdict", outcome, facts={"via": "code"}, actor=resident, at=MONDAY + after))


@pytest.mark.parametrize("again", ["", "not", "partly_go_on", "cannot_tell"])
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_page_promises_what_the_rules_then_do(outcome: str, again: str) -> None:
    matter, after = _answered(again)
    before = queries.get(matter, MONDAY + after)
    assert before is not None
    promised, end = choices.follows(before.status, outcome), choices.end_of(before.status, outcome)
    _say(matter, outcome, after)
    view = queries.get(matter, MONDAY + after)
    assert view is not None
    assert view.status.end == end
    now = view.status.open_steps
    assert ("换一个人重新办" in promised.zh) == ("handle" in now)
    assert ("由另一个单位复核" in promised.zh) == ("review" in now)
    assert ("再问您一次" in promised.zh) == ("verdict" in now)
    assert ("到此为止" in promised.zh) == (end == "lapsed")
    assert promised.en


def test_partly_is_asked_further_and_nothing_else_is() -> None:
    assert choices.outcome_of("partly") is None
    assert choices.outcome_of("partly", "enough") == "partly_enough"
    assert choices.outcome_of("partly", "go_on") == "partly_go_on"
    assert [choices.outcome_of(choice) for choice in choices.CHOICES if choice != "partly"] == [
        "solved",
        "not",
        "cannot_tell",
    ]
    for wrong in (("satisfied", ""), ("partly", "maybe")):
        with pytest.raises(KeyError):
            choices.outcome_of(*wrong)
