"""Whole pages of the design system: valid, light, without a database where nothing else can be relied on."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django_htmx.middleware import HtmxMiddleware
from pytest_django import Settings

from minsheng.ui.htmx import render_either, wants_fragment
from minsheng.ui.views import NAMES

pytestmark = pytest.mark.usefixtures("pattern_site")

STATIC = ("ui/tokens.css", "ui/base.css", "ui/icon.svg", "django_htmx/htmx-2.min.js")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_every_pattern_page_is_valid(
    name: str, language: str, assert_valid_html: Callable[[bytes], None]
) -> None:
    response = Client().get(f"/patterns/{language}/{name}/")
    assert response.status_code == 200
    assert_valid_html(response.content)


def test_a_page_with_its_style_and_script_weighs_less_than_60_kb_compressed() -> None:
    weight = len(gzip.compress(Client().get("/patterns/zh/matter/").content))
    for name in STATIC:
        found = finders.find(name)
        assert isinstance(found, str), name
        weight += len(gzip.compress(Path(found).read_bytes()))
    assert weight < 40_000, f"{weight} bytes; 60,000 is the bar for a first page with everything on it"


def test_the_patterns_are_for_the_demo_only(settings: Settings) -> None:
    settings.MINSHENG_DEMO = False
    settings.DEBUG = False
    assert Client().get("/patterns/zh/components/").status_code == 404


def test_there_is_no_pattern_of_an_unknown_name() -> None:
    assert Client().get("/patterns/zh/unheard-of/").status_code == 404


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "409", "413", "422", "429", "500", "503"])
def test_an_error_page_needs_no_request_and_no_context(
    name: str, assert_valid_html: Callable[[str], None]
) -> None:
    page = render_to_string(f"{name}.html")
    assert_valid_html(page)
    assert name[:3] in page
    assert 'href="/"' in page


@pytest.mark.parametrize("name", ["500", "503"])
def test_our_own_failures_are_told_in_both_languages_at_once(name: str) -> None:
    page = render_to_string(f"{name}.html")
    assert 'lang="zh-Hans"' in page
    assert '<div lang="en"' in page
    for static in ("/static/ui/tokens.css", "/static/ui/base.css"):
        assert static in page


def test_the_language_is_changed_by_a_form_that_comes_back_here() -> None:
    page = Client().get("/patterns/zh/matter/?page=2").content.decode()
    assert '<form action="/language/" method="post"' in page
    assert 'name="csrfmiddlewaretoken"' in page
    assert 'name="next" value="/patterns/zh/matter/?page=2"' in page
    assert '<button class="linklike" name="language" value="en" lang="en">English</button>' in page


def _answer(**headers: str) -> tuple[bool, HttpResponse]:
    request = RequestFactory().get("/", headers=headers)
    HtmxMiddleware(lambda _: HttpResponse())(request)
    page, part = "404.html", "ui/components/back.html"
    context = {"item": {"url": "#b", "text": "上一步"}}
    return wants_fragment(request), render_either(request, page, part, context)


def test_htmx_is_given_the_part_and_everybody_else_the_page() -> None:
    asked, part = _answer(**{"HX-Request": "true"})
    assert asked
    assert b"<html" not in part.content
    asked, page = _answer()
    assert not asked
    assert b"<html" in page.content
    assert part.headers["Vary"] == page.headers["Vary"] == "HX-Request"


def test_a_boosted_link_is_given_the_whole_page() -> None:
    asked, page = _answer(**{"HX-Request": "true", "HX-Boosted": "true"})
    assert not asked
    assert b"<html" in page.content


def test_the_style_sheets_load_nothing_and_move_nothing() -> None:
    for name in ("ui/tokens.css", "ui/base.css"):
        found = finders.find(name)
        assert isinstance(found, str)
        css = Path(found).read_text()
        assert "url(" not in css
        assert "@import" not in css
        assert "@keyframes" not in css
        assert "transition:" not in css.replace("transition: none !important", "")
