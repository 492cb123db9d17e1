"""Applying a folder: all or nothing, nothing twice, and nothing that matters cite is lost."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import date

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction

from minsheng.bodies import models, queries, services
from minsheng.kernel.words import Text

pytestmark = pytest.mark.django_db


def test_before_the_first_apply_every_question_says_what_to_run():
    with pytest.raises(queries.NoTown, match="minsheng town apply"):
        queries.town()


def test_what_was_applied_is_what_is_read(yunxi):
    assert services.apply_town(yunxi) == services.Applied(changed=True, new_calendar=yunxi.calendar.sha256)
    assert queries.folder() == yunxi
    assert queries.town().name == Text("云溪市", "Yunxi City")
    assert queries.body("water_company").level == 2
    assert [b.code for b in queries.competent("education", "guihuali")] == ["education"]
    assert queries.coarse_area("shangtan").code == "guqiao"
    body = queries.body_of_role("intake")
    assert body is not None
    assert body.code == "hotline"


def test_applying_again_changes_nothing(yunxi, django_assert_max_num_queries):
    services.apply_town(yunxi)
    edition = queries.edition()
    with django_assert_max_num_queries(5):
        assert services.apply_town(yunxi) == services.Applied(changed=False)
    assert queries.edition() == edition
    assert models.CalendarEdition.objects.count() == 1


def test_a_changed_calendar_is_a_new_edition_and_the_old_one_stays(yunxi):
    services.apply_town(yunxi)
    longer = replace(yunxi.calendar, version=2, holidays=yunxi.calendar.holidays | {date(2026, 9, 25)})
    applied = services.apply_town(replace(yunxi, calendar=longer))
    assert applied.new_calendar == longer.sha256
    assert queries.current_calendar() == longer
    assert queries.calendar(yunxi.calendar.sha256) == yunxi.calendar
    assert set(queries.calendars()) == {yunxi.calendar.sha256, longer.sha256}
    back = services.apply_town(yunxi)
    assert back.new_calendar == yunxi.calendar.sha256
    assert queries.current_calendar() == yunxi.calendar
    assert models.CalendarEdition.objects.filter(current=True).count() == 1


def test_a_body_that_left_the_town_is_still_named_but_no_longer_listed(yunxi):
    services.apply_town(yunxi)
    fewer = replace(
        yunxi,
        bodies=tuple(b for b in yunxi.bodies if b.code != "guqiao_office"),
        competences=tuple(c for c in yunxi.competences if c.body != "guqiao_office"),
    )
    assert services.apply_town(fewer).retired_bodies == ("guqiao_office",)
    assert queries.body("guqiao_office").name.zh == "古桥街道办事处"
    assert "guqiao_office" not in [b.code for b in queries.bodies()]
    assert queries.folder() == fewer
    services.apply_town(yunxi)
    assert queries.folder() == yunxi


def test_a_whole_other_town_can_take_over_and_old_codes_still_have_names(yunxi, harbour):
    services.apply_town(yunxi)
    services.apply_town(harbour)
    assert queries.folder() == harbour
    assert queries.area("guihuali").name.zh == "桂花里社区"
    assert queries.taxonomy_class("other").name == Text("其他", "Other")
    assert len(queries.calendars()) == 2


def test_a_failed_apply_leaves_the_old_town_whole(yunxi, harbour, monkeypatch):
    services.apply_town(yunxi)

    class PulledThePlug(Exception):
        pass

    def fail(*_: object, **__: object) -> None:
        raise PulledThePlug

    with monkeypatch.context() as patch:
        patch.setattr(models.OverrideRow.objects, "bulk_create", fail)
        with pytest.raises(PulledThePlug):
            services.apply_town(harbour)
    queries.look_again()
    assert queries.folder() == yunxi


def test_an_apply_that_was_rolled_back_is_forgotten(yunxi, harbour):
    services.apply_town(yunxi)
    with transaction.atomic():
        services.apply_town(harbour)
        assert queries.town().code == "harbour"
        transaction.set_rollback(True)
    assert queries.town().code == "yunxi"


@contextmanager
def a_request():
    """What Django's test client sends around a request."""
    request_started.disconnect(close_old_connections)
    request_started.send(sender=None)
    request_started.connect(close_old_connections)
    try:
        yield
    finally:
        request_finished.disconnect(close_old_connections)
        request_finished.send(sender=None)
        request_finished.connect(close_old_connections)


def test_a_request_asks_the_database_once_however_much_it_wants_to_know(yunxi, django_assert_num_queries):
    services.apply_town(yunxi)
    queries.town()
    with a_request(), django_assert_num_queries(1):
        for _ in range(3):
            queries.town()
            queries.bodies()
            queries.up_from("water_company")
            queries.competent("housing", "guihuali")
            queries.current_calendar()


def test_the_next_request_sees_what_was_applied_meanwhile(yunxi, harbour):
    services.apply_town(yunxi)
    with a_request():
        assert queries.town().code == "yunxi"
    services.apply_town(harbour)
    with a_request():
        assert queries.town().code == "harbour"
