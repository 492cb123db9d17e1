"""The cast: two who answer, one who reviews, one who calls back, and a stranger who must see nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from minsheng.kernel.procedure.model import Separation
from minsheng.kernel.words import Text
from minsheng.people import services
from minsheng.people.models import Account
from minsheng.people.rules.actor import Actor

NOON = datetime(2026, 10, 14, 4, tzinfo=UTC)
SINCE = datetime(2020, 1, 1, tzinfo=UTC)
MATTER = "00000000000000a1"
OTHER = "00000000000000b2"

SEPARATIONS = (
    Separation("sod_call", "caller", "first_unit", "not_same_unit"),
    Separation("sod_ext", "coordinator", "first_unit", "not_same_person"),
    Separation("sod_line", "reviewer", "first_unit", "not_subordinate"),
    Separation("sod_interest", "first_unit", "first_unit", "no_interest"),
)

PARENTS = {"housing": ("government",), "water": ("government",), "pipes": ("water", "government")}


def above(body: str) -> tuple[str, ...]:
    return PARENTS.get(body, ())


@pytest.fixture
def now() -> datetime:
    return NOON


@pytest.fixture
def matter() -> str:
    return MATTER


@pytest.fixture
def staff(db: None) -> Callable[..., Account]:
    """Open an account and give it roles: staff("zhou", ("first_unit", "housing"))."""

    def open_one(name: str, *roles: tuple[str, str], password: str | None = None) -> Account:
        email = f"{name}@yunxi.example"
        account = services.open_account(email, Text(name, name), NOON, password=password)
        assert isinstance(account, Account)
        for role, body in roles:
            given = services.assign(
                account.person, role, body, since=SINCE, separations=SEPARATIONS, above=above
            )
            assert not hasattr(given, "code"), given
        return account

    return open_one


@pytest.fixture
def clerk() -> Actor:
    """Of the intake desk, who may read contacts."""
    return Actor(person="00000000000000c1", role="intake", body="hotline")


@pytest.fixture
def officer() -> Actor:
    """Who answers, and may read contacts only if the resident agreed."""
    return Actor(person="00000000000000c2", role="first_unit", body="housing")


@pytest.fixture
def room_alone(settings):
    """Pages without what the site adds around them: this room knows no town and no other room's addresses."""
    (engine,) = settings.TEMPLATES
    processors = [p for p in engine["OPTIONS"]["context_processors"] if not p.startswith("minsheng.")]
    processors.append("minsheng.people.testing.page_alone")
    settings.TEMPLATES = [{**engine, "OPTIONS": {**engine["OPTIONS"], "context_processors": processors}}]
