"""Nobody holds two roles that must not meet, whoever asks, in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.procedure.model import Separation
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.people import queries, services
from minsheng.people.models import Account, Membership
from minsheng.people.rules.membership import Held, clashes, why_not_hold

NOON = datetime(2026, 10, 14, 4, tzinfo=UTC)
ROLES = ("caller", "first_unit", "coordinator", "reviewer", "intake")
BODIES = ("government", "housing", "water", "pipes")
PARENTS = {"housing": ("government",), "water": ("government",), "pipes": ("water", "government")}
SEPARATIONS = (
    Separation("sod_call", "caller", "first_unit", "not_same_unit"),
    Separation("sod_ext", "coordinator", "first_unit", "not_same_person"),
    Separation("sod_line", "reviewer", "first_unit", "not_subordinate"),
    Separation("sod_interest", "first_unit", "first_unit", "no_interest"),
)


def above(body: str) -> tuple[str, ...]:
    return PARENTS.get(body, ())


moments = st.integers(0, 20).map(lambda day: NOON + timedelta(days=day))
wishes = st.builds(
    Held,
    st.sampled_from("pqr"),
    st.sampled_from(ROLES),
    st.sampled_from(BODIES),
    moments,
    st.none() | moments,
)


@given(st.lists(wishes, max_size=25))
def test_however_roles_are_asked_for_what_was_given_breaks_no_separation(asked):
    given_roles: list[Held] = []
    for wish in asked:
        if why_not_hold(wish, given_roles, SEPARATIONS, above) is None:
            given_roles.append(wish)
    for a in given_roles:
        assert a.until is None or a.since < a.until
        for b in given_roles:
            if a is b or not a.meets(b):
                continue
            roles = {a.role, b.role}
            if roles in ({"caller", "first_unit"}, {"coordinator", "first_unit"}, {"reviewer", "first_unit"}):
                assert a.person != b.person
            if roles in ({"caller", "first_unit"}, {"reviewer", "first_unit"}):
                assert a.body != b.body
            if roles == {"reviewer", "first_unit"}:
                assert a.body not in above(b.body or "")
                assert b.body not in above(a.body or "")
    assert clashes(given_roles, SEPARATIONS, above) == []


@given(st.lists(wishes, max_size=10), wishes)
def test_a_refusal_depends_on_what_is_held_and_not_on_its_order(held, wish):
    one = why_not_hold(wish, held, SEPARATIONS, above)
    other = why_not_hold(wish, list(reversed(held)), SEPARATIONS, above)
    assert (one is None) == (other is None)


@given(wishes, wishes)
def test_separation_holds_from_both_sides(a, b):
    assert a.meets(b) == b.meets(a)
    separated = [s for s in SEPARATIONS if {s.a, s.b} == {a.role, b.role}]
    if all(x.until is None or x.since < x.until for x in (a, b)) and separated:
        first = why_not_hold(b, [a], SEPARATIONS, above)
        second = why_not_hold(a, [b], SEPARATIONS, above)
        assert (first is None) == (second is None)


def test_without_any_separation_everything_may_be_held():
    a = Held("p", "caller", "housing", NOON)
    assert why_not_hold(Held("p", "first_unit", "housing", NOON), [a], (), above) is None


def test_roles_one_after_the_other_may_be_held_by_one_person():
    before = Held("p", "caller", "water", NOON, NOON + timedelta(days=3))
    after = Held("p", "first_unit", "housing", NOON + timedelta(days=3))
    assert why_not_hold(after, [before], SEPARATIONS, above) is None


def test_a_refusal_names_its_rule_and_says_why_in_both_languages():
    held = Held("p", "first_unit", "pipes", NOON)
    refusal = why_not_hold(Held("q", "reviewer", "water", NOON), [held], SEPARATIONS, above)
    assert refusal is not None
    assert (refusal.code, refusal.source, refusal.field) == ("separation", "sod_line", "role")
    assert "above" in refusal.reason.en
    assert "上下级" in refusal.reason.zh


def test_a_separation_made_stricter_later_shows_who_clashes_now():
    held = [Held("p", "intake", "hotline", NOON), Held("p", "caller", "callback", NOON)]
    stricter = [Separation("new", "intake", "caller", "not_same_person")]
    ((who, refusal),) = clashes(held, stricter, above)
    assert who.role in ("caller", "intake")
    assert refusal.source == "new"


@pytest.mark.django_db
def test_a_role_that_breaks_a_separation_is_refused_and_nothing_is_stored(staff):
    zhou = staff("zhou", ("first_unit", "housing"))
    refused = services.assign(
        zhou.person, "caller", "callback", since=NOON, separations=SEPARATIONS, above=above
    )
    assert isinstance(refused, Refusal)
    assert refused.source == "sod_call"
    assert [m.role for m in Membership.objects.all()] == ["first_unit"]


@pytest.mark.django_db
def test_the_same_role_is_not_given_twice(staff):
    zhou = staff("zhou", ("first_unit", "housing"))
    again = services.assign(zhou.person, "first_unit", "housing", since=NOON, separations=(), above=above)
    assert isinstance(again, Refusal)
    assert again.code == "already_held"


@pytest.mark.django_db
def test_actors_are_the_roles_held_at_that_moment(staff):
    zhou = staff("zhou", ("first_unit", "housing"), ("intake", "hotline"))
    (first, second) = queries.actors(zhou, NOON)
    assert (first.role, first.body, first.person) == ("first_unit", "housing", zhou.person)
    assert first.name_shown == Text("zhou", "zhou")
    assert queries.actors(zhou, datetime(2019, 12, 31, tzinfo=UTC)) == ()
    membership = Membership.objects.get(role="first_unit")
    services.end_membership(membership, NOON + timedelta(days=2))
    assert queries.actors(zhou, NOON + timedelta(days=3)) == (second,)
    assert Membership.objects.count() == 2


@pytest.mark.django_db
def test_a_closed_account_acts_for_nobody_and_its_roles_have_ended(staff):
    zhou = staff("zhou", ("first_unit", "housing"))
    services.close_account(zhou, NOON + timedelta(days=1))
    assert queries.actors(Account.objects.get(), NOON + timedelta(days=2)) == ()
    assert queries.members(NOON + timedelta(days=2), role="first_unit") == ()
    refused = services.assign(zhou.person, "intake", "hotline", since=NOON, separations=(), above=above)
    assert isinstance(refused, Refusal)
    assert refused.kind is Kind.ABSENT


@pytest.mark.django_db
def test_one_address_opens_one_account_however_it_is_written(staff):
    staff("zhou")
    second = services.open_account(" ZHOU@yunxi.example ", Text("周", "Zhou"), NOON)
    assert isinstance(second, Refusal)
    assert second.code == "email_taken"
    assert isinstance(services.open_account("no address", Text("周", "Zhou"), NOON), Refusal)


@pytest.mark.django_db
def test_a_persons_key_tells_nothing_and_is_never_the_same(staff):
    keys = {staff(name).person for name in ("a", "b", "c")}
    assert len(keys) == 3
    assert all(len(key) == 16 and int(key, 16) >= 0 for key in keys)
