"""Every page type of the made-up town in a real browser: axe finds nothing, nothing scrolls sideways.

Each persona starts where it would start and follows the links it sees; of every route the first pages met are
looked at, narrow and light, then wide and dark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Page

from tests.browser.town import Somebody, Town

pytestmark = pytest.mark.browser

START = {
    "passer-by": "/",
    "daughter": "",
    "chen": "/work/",
    "zhou": "/work/",
    "ma": "/work/",
    "song": "/work/",
    "cao": "/work/",
    "du": "/work/",
    "pan": "/work/",
}
PER_ROUTE = 1
LEAVE_OUT = ("/export/", "/log/checkpoint", "/log/keys", "/log/tile", "/static/", "/procedures/", "/demo/be/")
MOST = 400


def route_of(path: str) -> str | None:
    """The name of the route that answers a path; None for files."""
    if path.startswith(LEAVE_OUT) or "/proof/" in path or path.endswith((".jsonl", ".css", ".js", ".yaml")):
        return None
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def links(page: Page, town: Town) -> list[str]:
    """The paths this page leads to within the site, in their order."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    paths = []
    for href in found:
        parts = urlsplit(href)
        if f"{parts.scheme}://{parts.netloc}" == town.url and "file" not in parts.path:
            paths.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return paths


@pytest.mark.parametrize("who", sorted(START))
def test_axe_finds_nothing_on_any_page_type(
    open_context: Callable[..., object],
    town: Town,
    assert_axe_finds_nothing: Callable[[Page], None],
    assert_no_sideways_scrolling: Callable[[Page], None],
    who: str,
) -> None:
    context = open_context(375, locale="zh-CN")
    page = context.new_page()  # type: ignore[attr-defined]
    me = Somebody(page, town)
    me.be(who)
    todo, seen, met = [START[who] or urlsplit(page.url).path], set(), Counter[str]()
    n_opened = 0
    while todo and n_opened < MOST:
        path = todo.pop(0)
        route = route_of(urlsplit(path).path)
        if path in seen or route is None or met[route] >= PER_ROUTE:
            continue
        seen.add(path)
        met[route] += 1
        n_opened += 1
        answer = page.goto(town.url + path)
        assert answer is not None
        assert answer.status < 500, path
        if "html" not in answer.headers.get("content-type", ""):
            continue
        assert_no_sideways_scrolling(page)
        assert_axe_finds_nothing(page)
        page.set_viewport_size({"width": 1280, "height": 900})
        page.emulate_media(color_scheme="dark")
        assert_axe_finds_nothing(page)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 375, "height": 900})
        todo += links(page, town)
    assert n_opened >= (3 if who in ("song", "cao", "pan") else 6), met
