"""Nobody comes through a door that is not theirs, and the way there is always shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from minsheng.kernel.words import Refusal
from minsheng.people import doors, services
from minsheng.people.services import signing_in
from minsheng.people.urls import DOOR_OF
from minsheng.people.urls import urlpatterns as account_pages

NOON = datetime(2026, 10, 14, 4, tzinfo=UTC)


@doors.public_door
def square(request):
    return HttpResponse("everybody")


@doors.resident_door
def mine(request, handle):
    return HttpResponse(f"{request.resident.matter} {request.resident.via}")


@doors.account_door
def own(request):
    return HttpResponse("own")


@doors.staff_door("first_unit", "intake")
def desk(request):
    return HttpResponse(" ".join(f"{a.role}@{a.body}" for a in request.actors))


@doors.staff_door()
def corridor(request):
    return HttpResponse(" ".join(a.role for a in request.actors))


@doors.demo_door
def play(request):
    return HttpResponse("play")


@doors.demo_door
def become(request, person):
    account = services.sign_in_persona(request, person)
    return HttpResponse(account.code if isinstance(account, Refusal) else account.name_zh)


@doors.public_door
def show_code(request, matter):
    return HttpResponse(services.let_in(request, matter, "code").handle)


@doors.public_door
def leave(request, handle):
    services.let_out(request, handle)
    return HttpResponse("")


urlpatterns = [
    path("accounts/", include(account_pages)),
    path("square/", square),
    path("mine/<str:handle>/", mine),
    path("own/", own),
    path("desk/", desk),
    path("corridor/", corridor),
    path("play/", play),
    path("become/<str:person>/", become),
    path("code/<str:matter>/", show_code),
    path("leave/<str:handle>/", leave),
]


@pytest.fixture(autouse=True)
def the_house(settings, room_alone):
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def demo(settings):
    settings.MINSHENG_DEMO = True


def signed_in(account):
    browser = Client()
    browser.force_login(account)
    return browser


def test_every_door_marks_its_view():
    assert [v.door for v in (square, mine, own, desk, play)] == [
        "public",
        "resident",
        "account",
        "staff",
        "demo",
    ]
    assert desk.door_roles == ("first_unit", "intake")
    assert {v.door for v in (square, mine, own, desk, play)} == set(doors.DOORS)


def test_every_account_page_has_a_door_and_none_is_left_out():
    assert {page.name for page in account_pages} == set(DOOR_OF)
    assert all(page.callback.door == DOOR_OF[page.name] for page in account_pages)


@pytest.mark.parametrize("place", ["/desk/", "/corridor/", "/own/"])
def test_a_stranger_is_led_to_sign_in_and_back(client, db, place):
    answer = client.get(place)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={place}"


def test_a_stranger_behind_htmx_gets_the_whole_page_and_not_a_fragment(client, db):
    answer = client.get("/desk/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == "/accounts/login/?next=/desk/"


def test_a_password_alone_opens_no_staff_page(staff):
    browser = signed_in(staff("zhou", ("first_unit", "housing")))
    answer = browser.get("/desk/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/totp/activate/")
    assert browser.get("/own/").status_code == 200


def test_a_session_from_before_the_second_factor_is_sent_back_to_sign_in(staff):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    zhou = staff("zhou", ("first_unit", "housing"))
    thief = signed_in(zhou)
    TOTP.activate(zhou, generate_totp_secret())
    answer = thief.get("/desk/")
    assert answer["Location"] == "/accounts/login/?next=/desk/"
    assert thief.get("/own/").status_code == 302, "the session is still signed in"


def test_in_the_demo_one_click_opens_what_the_persona_may_see(staff, demo, client):
    zhou = staff("zhou", ("first_unit", "housing"), ("archivist", "archive"), ("intake", "hotline"))
    assert client.get(f"/become/{zhou.person}/").content.decode() == "zhou"
    assert client.get("/desk/").content.decode() == "first_unit@housing intake@hotline"
    assert client.get("/corridor/").content.decode() == "first_unit archivist intake"


def test_a_persona_without_the_role_is_told_so_with_the_reason(staff, demo, client):
    du = staff("du", ("reviewer", "review_office"))
    client.get(f"/become/{du.person}/")
    answer = client.get("/desk/")
    assert answer.status_code == 403
    assert "这一页只给承办这件事的人看" in answer.content.decode()
    assert "not_your_role" in answer.content.decode()


def test_the_personas_bar_opens_nothing_once_the_demo_is_over(staff, settings, client):
    zhou = staff("zhou", ("first_unit", "housing"))
    settings.MINSHENG_DEMO = True
    client.get(f"/become/{zhou.person}/")
    settings.MINSHENG_DEMO = False
    assert client.get("/desk/").status_code == 302
    assert client.get(f"/become/{zhou.person}/").status_code == 404


def test_one_click_sign_in_is_refused_outside_the_demo_even_without_a_door(staff):
    zhou = staff("zhou", ("first_unit", "housing"))
    refused = services.sign_in_persona(RequestFactory().post("/"), zhou.person)
    assert isinstance(refused, Refusal)
    assert refused.code == "not_the_demo"


def test_nobody_becomes_a_persona_that_is_not_there_or_was_closed(staff, demo, client):
    zhou = staff("zhou", ("first_unit", "housing"))
    services.close_account(zhou, NOON)
    assert client.get(f"/become/{zhou.person}/").content.decode() == "no_persona"
    assert client.get("/become/ffffffffffffffff/").content.decode() == "no_persona"


def test_the_demos_pages_are_not_there_outside_the_demo(client, db):
    assert client.get("/play/").status_code == 404
    with pytest.raises(Http404):
        play(RequestFactory().get("/"))


def test_a_closed_account_is_out_at_once(staff, demo, client):
    zhou = staff("zhou", ("first_unit", "housing"))
    client.get(f"/become/{zhou.person}/")
    services.close_account(zhou, NOON)
    assert client.get("/desk/")["Location"].startswith("/accounts/login/")


def test_a_follow_code_opens_one_matter_in_one_browser(client, db):
    handle = client.get("/code/00000000000000a1/").content.decode()
    assert client.get(f"/mine/{handle}/").content.decode() == "00000000000000a1 code"
    stranger = Client()
    refused = stranger.get(f"/mine/{handle}/")
    assert refused.status_code == 403
    assert "查询码" in refused.content.decode()
    assert client.get("/mine/guessed/").status_code == 403
    client.get(f"/leave/{handle}/")
    assert client.get(f"/mine/{handle}/").status_code == 403


def test_the_table_of_sessions_does_not_tell_which_matters_are_one_persons(client, db):
    handles = [client.get(f"/code/{i:016x}/").content.decode() for i in (0xA1, 0xB2)]
    stored = str(dict(client.session.items()))
    assert "00a1" not in stored
    assert "00b2" not in stored
    assert not any(handle in stored for handle in handles)
    assert [client.get(f"/mine/{h}/").status_code for h in handles] == [200, 200]


def test_a_browser_holds_a_bounded_number_of_matters(client, db):
    handles = [client.get(f"/code/{i:016x}/").content.decode() for i in range(22)]
    assert [client.get(f"/mine/{h}/").status_code for h in handles] == [403] * 2 + [200] * 20


def test_coming_in_changes_the_session_key_so_that_an_older_one_does_not_come_along(client, db):
    client.get("/code/00000000000000a1/")
    before = client.session.session_key
    client.get("/code/00000000000000b2/")
    assert client.session.session_key != before


def test_signing_out_forgets_the_session(staff, demo, client):
    zhou = staff("zhou", ("first_unit", "housing"))
    client.get(f"/become/{zhou.person}/")
    request = RequestFactory().get("/")
    request.session = client.session
    request.user = zhou
    signing_in.sign_out(request)
    assert client.get("/desk/").status_code == 302
