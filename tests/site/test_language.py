"""Two languages: chosen by a form without script, kept in a cookie and nowhere else."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def test_chinese_comes_first_and_the_switch_is_a_form() -> None:
    page = Client().get("/").content.decode()
    assert '<html lang="zh-Hans">' in page
    assert 'action="/language/"' in page and ">English</button>" in page


def test_the_choice_is_kept_in_a_cookie_and_leads_back_to_the_page() -> None:
    browser = Client()
    answer = browser.post("/language/", {"language": "en", "next": "/late/"})
    assert answer.status_code == 302 and answer["Location"] == "/late/"
    assert set(answer.cookies) == {settings.LANGUAGE_COOKIE_NAME}
    page = browser.get("/late/").content.decode()
    assert '<html lang="en">' in page and "Past their date and not done" in page and ">中文</button>" in page
    browser.post("/language/", {"language": "zh-hans", "next": "/late/"})
    assert '<html lang="zh-Hans">' in browser.get("/late/").content.decode()


@pytest.mark.parametrize("next_", ["https://evil.example/", "//evil.example/x", "javascript:alert(1)"])
def test_the_switch_leads_nowhere_else(next_: str) -> None:
    answer = Client().post("/language/", {"language": "en", "next": next_})
    assert "evil" not in answer["Location"] and "javascript" not in answer["Location"]


def test_a_language_that_is_none_changes_nothing() -> None:
    browser = Client()
    browser.post("/language/", {"language": "xx", "next": "/"})
    assert '<html lang="zh-Hans">' in browser.get("/").content.decode()


def test_looking_at_the_switch_changes_nothing() -> None:
    browser = Client()
    browser.get("/language/?language=en")
    assert '<html lang="zh-Hans">' in browser.get("/").content.decode()


def test_the_wish_of_the_browser_is_heard_where_nothing_was_chosen() -> None:
    assert '<html lang="en">' in Client(headers={"accept-language": "en-GB"}).get("/").content.decode()
