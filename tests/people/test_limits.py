"""A limit counts tries without keeping who tried."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.people import services
from minsheng.people.models import LimitWindow
from minsheng.people.services import limits

pytestmark = pytest.mark.django_db
START = datetime(2026, 10, 14, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_as_many_tries_as_allowed_and_no_more_in_one_window():
    assert [services.allow("code", "203.0.113.9", START, 3, MINUTE) for _ in range(5)] == [True] * 3 + [
        False
    ] * 2
    assert services.allow("code", "203.0.113.9", START + MINUTE, 3, MINUTE)


@given(
    tries=st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(0, 200)), max_size=40)
)
def test_each_purpose_address_and_window_is_counted_by_itself(tries):
    LimitWindow.objects.all().delete()
    counted: dict[tuple[str, str, int], int] = {}
    for purpose, address, second in sorted(tries, key=lambda t: t[2]):
        window = (purpose, address, second // 60)
        counted[window] = counted.get(window, 0) + 1
        allowed = services.allow(purpose, address, START + timedelta(seconds=second), 2, MINUTE)
        assert allowed == (counted[window] <= 2)


def test_no_address_rests_in_the_table_and_two_windows_look_unlike():
    services.allow("code", "203.0.113.9", START, 3, timedelta(hours=1))
    services.allow("code", "203.0.113.9", START + MINUTE * 59, 3, timedelta(hours=1))
    services.allow("code", "203.0.113.9", START + timedelta(minutes=59), 3, MINUTE)
    keys = list(LimitWindow.objects.values_list("key", flat=True))
    assert len(set(keys)) == len(keys) == 2
    assert all(len(key) == 64 and "203" not in bytes.fromhex(key).decode("latin1") for key in keys)


def test_windows_that_have_ended_are_swept_away():
    for i in range(5):
        services.allow("code", f"198.51.100.{i}", START, 3, MINUTE)
    assert LimitWindow.objects.count() == 5
    services.allow("code", "198.51.100.9", START + MINUTE, 3, MINUTE)
    assert LimitWindow.objects.count() == 1
    assert limits.sweep(START + MINUTE * 2) == 1


def test_a_load_test_is_not_limited(settings):
    settings.MINSHENG_RATE_LIMITS = False
    assert all(services.allow("code", "a", START, 1, MINUTE) for _ in range(5))
    assert LimitWindow.objects.count() == 0
