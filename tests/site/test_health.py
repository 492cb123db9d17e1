"""What `doctor` says about the rooms above the ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from minsheng.bodies import services as town
from minsheng.kernel.words import Text
from minsheng.ledger.testing import NOON
from minsheng.people import services as people
from minsheng.people.models import Account
from minsheng.site import health

TOWN = Path(__file__).parents[2] / "src/minsheng/rulebook/towns/yunxi"


@pytest.mark.django_db
def test_without_a_town_the_doctor_says_how_to_get_one() -> None:
    (line,) = health.examine(NOON, deep=False)
    assert (line.name, line.level) == ("town", "warn")
    assert "town apply" in line.next


@pytest.fixture
def yunxi(db: None) -> Callable[[str, str, str], None]:
    folder = town.read_town(TOWN)
    assert not isinstance(folder, list)
    town.apply_town(folder)

    def hire(name: str, role: str, body: str) -> None:
        account = people.open_account(f"{name}@yunxi.example", Text(name, name), NOON)
        assert isinstance(account, Account)
        people.assign(account.person, role, body, since=NOON, separations=(), above=lambda code: ())

    return hire


def staffing(deep: bool = False) -> list[str]:
    return [line.what.en for line in health.examine(NOON, deep=deep) if line.name == "staffing"]


def test_a_step_that_nobody_can_take_is_named(yunxi: Callable[[str, str, str], None]) -> None:
    assert any("later recheck" in line and "nobody" in line for line in staffing())
    yunxi("pan", "caller", "callback")
    assert not any("later recheck" in line for line in staffing())


def test_a_body_of_one_cannot_do_again_what_it_did(yunxi: Callable[[str, str, str], None]) -> None:
    yunxi("zhou", "first_unit", "housing")
    assert any("handle" in line and "housing" in line for line in staffing())
    yunxi("he", "first_unit", "housing")
    assert not any("housing" in line for line in staffing())


def test_the_lists_of_an_empty_town_agree_with_its_ledger(yunxi: Callable[[str, str, str], None]) -> None:
    lists = [line for line in health.examine(NOON, deep=True) if line.name == "lists"]
    assert [line.level for line in lists] == ["ok"]
