"""Two at once: one wins, the other is told, and nothing is counted twice or forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection

from minsheng.kernel.procedure.model import Separation
from minsheng.kernel.words import Refusal, Text
from minsheng.people import queries, services
from minsheng.people.models import Account, Membership

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 10, 14, 4, tzinfo=UTC)
APART = (Separation("sod", "caller", "first_unit", "not_same_person"),)


def at_once(jobs):
    """Run the jobs side by side, each on a connection of its own."""

    def run(job):
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def test_of_two_roles_that_must_not_meet_given_at_once_one_is_refused():
    zhou = services.open_account("zhou@yunxi.example", Text("周", "Zhou"), NOON)
    assert isinstance(zhou, Account)

    def give(role):
        return lambda: services.assign(
            zhou.person, role, role, since=NOON, separations=APART, above=lambda body: ()
        )

    for _ in range(5):
        given = at_once([give("caller"), give("first_unit")])
        assert sorted(isinstance(each, Refusal) for each in given) == [False, True]
        assert Membership.objects.count() == 1
        Membership.objects.all().delete()


def test_one_address_opens_one_account_even_at_once():
    opened = at_once([lambda: services.open_account("he@yunxi.example", Text("何", "He"), NOON)] * 4)
    assert sum(isinstance(each, Account) for each in opened) == 1
    assert Account.objects.count() == 1


def test_every_try_is_counted_even_at_once():
    tries = [lambda: services.allow("code", "203.0.113.9", NOON, 5, timedelta(minutes=1))] * 12
    assert sum(at_once(tries)) == 5


def test_a_field_sealed_at_once_is_kept_once_and_can_be_opened():
    def keep(phone):
        def job():
            try:
                return services.keep("00000000000000a1", {"phone": phone})
            except IntegrityError:
                return None

        return job

    kept = at_once([keep("1"), keep("2"), keep("3")])
    assert [each for each in kept if each] == [{"phone"}]
    assert services.open_to_send("00000000000000a1", "phone") in ("1", "2", "3")


def test_a_consent_given_at_once_stands_and_can_be_taken_back():
    at_once([lambda: services.give_consent("00000000000000a1", "show_words", NOON)] * 3)
    assert queries.allowed("00000000000000a1") == {"show_words"}
    services.withdraw_consent("00000000000000a1", "show_words", NOON)
    assert queries.allowed("00000000000000a1") == frozenset()
