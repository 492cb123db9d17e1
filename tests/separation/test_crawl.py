"""Every route × everybody × every matter: what stands where the table says it may not is a leak."""

from __future__ import annotations

import pytest

from tests.separation.allowed import Allowed
from tests.separation.conftest import Crawled
from tests.separation.oracle import LEVELS
from tests.separation.routes import LEFT_OUT, every_route

pytestmark = pytest.mark.django_db


def test_nobody_sees_what_the_table_keeps_from_them(crawled: Crawled) -> None:
    assert crawled.crawl.n > 5_000
    leaks = sorted(set(crawled.crawl.leaks))
    assert not leaks, f"{len(leaks)} leaks\n" + "\n".join(leaks[:40])


def test_no_route_is_forgotten(crawled: Crawled) -> None:
    never = {route.pattern for route in every_route()} - crawled.crawl.asked
    assert not {one for one in never if not one.startswith(tuple(LEFT_OUT))}


def test_whoever_may_see_something_sees_it(crawled: Crawled) -> None:
    """Otherwise the crawl would find nothing because there was nothing to be found."""
    allowed = Allowed(crawled.planted.town)
    missed = [
        f"{who} does not see {mark}"
        for who in crawled.people
        for mark in crawled.planted.town.marks.planted.values()
        if allowed.must(who, mark) and mark.text not in who.seen
    ]
    assert not missed, f"{len(missed)} missed\n" + "\n".join(missed[:40])


def test_every_cell_of_the_table_was_looked_at(crawled: Crawled) -> None:
    """Every role that can stand before a matter × every document × every level of disclosure."""
    allowed = Allowed(crawled.planted.town)
    matters = {matter.id: matter for matter in crawled.planted.town.matters.values()}
    looked = {
        (allowed.stands(who, matters[mark.matter]), mark.document, mark.level)
        for who in crawled.people
        for mark in crawled.planted.town.marks.planted.values()
        if mark.kind == "words"
    }
    never = sorted(
        (str(viewer), document, level)
        for viewer, document, level in allowed.table
        if (viewer, document, level) not in looked
    )
    assert never == []
    assert {level for *_, level in looked} == set(LEVELS)


def test_opening_a_page_writes_nothing(crawled: Crawled) -> None:
    assert crawled.before == crawled.after
