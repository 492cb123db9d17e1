"""When a batch is cut: rarely enough to hide the minute, often enough to keep the promise."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from minsheng.ledger.proofs import MERGE_WITHIN
from minsheng.ledger.rules import batching
from minsheng.ledger.testing import NOON

ZONE = ZoneInfo("Asia/Shanghai")
waits = st.timedeltas(timedelta(), timedelta(days=9))
counts = st.integers(1, 5000)


@given(n=counts, waited=waits)
def test_a_quiet_hour_never_shows(n: int, waited: timedelta) -> None:
    due = batching.is_batch_due(n, NOON, NOON + waited, ZONE)
    same_day = (NOON + waited).astimezone(ZONE).date() == NOON.astimezone(ZONE).date()
    if waited < timedelta(hours=1) and same_day:
        assert not due
    if same_day and n < batching.HOURLY_FROM:
        assert not due
    assert due == (
        not same_day or (waited >= timedelta(hours=1) and n / (waited / timedelta(hours=1)) >= 100)
    )


@given(n=counts, waited=waits)
def test_no_promise_is_broken_by_waiting_for_the_batch(n: int, waited: timedelta) -> None:
    if waited > MERGE_WITHIN - timedelta(days=1):
        assert batching.is_batch_due(n, NOON, NOON + waited, ZONE)
        assert batching.is_checkpoint_due(NOON, NOON + waited, ZONE)


@given(n=counts, waited=waits, demo=st.booleans())
def test_where_no_number_would_do_nobody_counts(n: int, waited: timedelta, demo: bool) -> None:
    if batching.is_batch_due(n, NOON, NOON + waited, ZONE, demo=demo):
        assert batching.may_be_due(NOON, NOON + waited, ZONE, demo=demo)
    if not demo and waited < timedelta(hours=1):
        assert not batching.may_be_due(NOON, NOON + waited, ZONE)


@given(waited=waits)
def test_nothing_new_is_no_batch(waited: timedelta) -> None:
    assert not batching.is_batch_due(0, NOON, NOON + waited, ZONE)
    assert not batching.is_batch_due(0, NOON, NOON + waited, ZONE, demo=True)


def test_the_demo_town_does_not_keep_you_waiting() -> None:
    assert batching.is_batch_due(1, NOON, NOON + timedelta(minutes=1), ZONE, demo=True)
    assert not batching.is_batch_due(1, NOON, NOON + timedelta(seconds=59), ZONE, demo=True)


@given(back=st.timedeltas(timedelta(seconds=1), timedelta(days=9)))
def test_a_clock_that_went_back_cuts_nothing(back: timedelta) -> None:
    assert not batching.is_batch_due(9, NOON, NOON - back, ZONE)
    assert not batching.is_batch_due(9, NOON, NOON - back, ZONE, demo=True)


@given(ahead=waits, named=st.none() | st.integers(-9, 9))
def test_a_clock_far_ahead_must_be_confirmed_for_about_that_day(ahead: timedelta, named: int | None) -> None:
    now = NOON + ahead
    midnight = None if named is None else NOON.replace(hour=0) + timedelta(days=named)
    must = batching.must_confirm(NOON, now, midnight)
    if ahead <= timedelta(days=2):
        assert not must
    elif named is None:
        assert must
    else:
        assert must == (abs((now.date() - NOON.date()).days - named) > 1)
