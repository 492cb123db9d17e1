"""Every component of the design system in a real browser: for eye, ear, keyboard and paper."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.test import override_settings
from playwright.sync_api import Page

from minsheng.ui.views import NAMES

pytestmark = pytest.mark.browser

ERRORS = tuple(name for name in NAMES if name[0].isdigit())
COMPONENTS = tuple(name for name in NAMES if name not in ERRORS)
STOPS = "a[href], button, input:not([type=hidden], [type=radio]), select, textarea, summary"
FOCUSED = """() => {
  const element = document.activeElement;
  const shown = [element, element.closest('.choice')].filter(Boolean).some(one => {
    const style = getComputedStyle(one);
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return outlined || style.boxShadow !== 'none';
  });
  const box = element.getBoundingClientRect();
  const seen = box.width > 0 && box.height > 0;
  return {tag: element.tagName, html: element.outerHTML.slice(0, 120), shown, seen};
}"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The pattern pages on a free port of this machine, with the site's headers and no database."""
    alone = override_settings(
        ROOT_URLCONF="minsheng.ui.urls",
        MINSHENG_DEMO=True,
        ALLOWED_HOSTS=["127.0.0.1"],
        MIDDLEWARE=[
            "minsheng.site.headers.headers_middleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django_htmx.middleware.HtmxMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
            }
        ],
    )
    with alone:
        server = ThreadedWSGIServer(("127.0.0.1", 0), _Quiet)
        server.set_app(StaticFilesHandler(WSGIHandler()))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/patterns"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [
        (320, "light", "zh"),
        (375, "light", "zh"),
        (375, "dark", "zh"),
        (1280, "light", "zh"),
        (1280, "dark", "zh"),
        (320, "dark", "en"),
        (375, "light", "en"),
        (1280, "dark", "en"),
    ],
)
def test_axe_finds_nothing_on_any_component(
    width: int,
    scheme: str,
    language: str,
    address: str,
    open_context: Any,
    assert_axe_finds_nothing: Callable[[Page], None],
) -> None:
    page = open_context(width, scheme).new_page()
    for name in COMPONENTS:
        page.goto(f"{address}/{language}/{name}/")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert_axe_finds_nothing(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing_on_any_error_page(
    language: str, address: str, open_context: Any, assert_axe_finds_nothing: Callable[[Page], None]
) -> None:
    page = open_context(375).new_page()
    for name in ERRORS:
        page.goto(f"{address}/{language}/{name}/")
        assert_axe_finds_nothing(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_scrolls_sideways_on_a_small_telephone(
    language: str, address: str, open_context: Any, assert_no_sideways_scrolling: Callable[[Page], None]
) -> None:
    page = open_context(320).new_page()
    for width in (320, 375):
        page.set_viewport_size({"width": width, "height": 900})
        for name in NAMES:
            page.goto(f"{address}/{language}/{name}/")
            assert_no_sideways_scrolling(page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_letters_of_double_size_still_fit(
    language: str, address: str, open_context: Any, assert_no_sideways_scrolling: Callable[[Page], None]
) -> None:
    page = open_context(375).new_page()
    for name in NAMES:
        page.goto(f"{address}/{language}/{name}/")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert_no_sideways_scrolling(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["components", "form", "matter"])
def test_the_keyboard_reaches_every_element_and_shows_where_it_is(
    name: str, scheme: str, address: str, open_context: Any
) -> None:
    page = open_context(1280, scheme).new_page()
    page.goto(f"{address}/zh/{name}/")
    places = page.locator(STOPS).count()
    groups = page.evaluate(
        "new Set([...document.querySelectorAll('input[type=radio]')].map(one => one.name)).size"
    )
    for stop in range(places + groups):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert focused["tag"] != "BODY", f"the keyboard left the page after {stop} of {places + groups} stops"
        assert focused["seen"] and focused["shown"], focused["html"]


def test_the_first_stop_of_the_keyboard_skips_to_the_content(address: str, open_context: Any) -> None:
    page = open_context(375).new_page()
    page.goto(f"{address}/zh/matter/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main"


def test_the_error_summary_has_the_focus_and_leads_to_the_field(address: str, open_context: Any) -> None:
    page = open_context(375).new_page()
    page.goto(f"{address}/zh/form-error/")
    assert page.evaluate("document.activeElement.className") == "errors"
    for link in page.locator(".errors a").all():
        target = (link.get_attribute("href") or "")[1:]
        link.click()
        assert page.evaluate("document.activeElement.id") == target


def test_the_whole_box_of_a_choice_can_be_pressed(address: str, open_context: Any) -> None:
    page = open_context(375).new_page()
    page.goto(f"{address}/zh/form/")
    choice = page.locator(".choice").nth(1)
    box = choice.bounding_box()
    assert box is not None
    assert box["height"] >= 48
    choice.click(position={"x": box["width"] - 6, "y": box["height"] - 6})
    assert choice.locator("input").is_checked()


def test_nothing_is_chosen_beforehand(address: str, open_context: Any) -> None:
    page = open_context(375, javascript=False).new_page()
    page.goto(f"{address}/zh/form/")
    assert page.locator("input:checked").count() == 0


def test_pages_load_nothing_from_elsewhere_and_break_no_policy(address: str, open_context: Any) -> None:
    page = open_context(375).new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for name in NAMES:
        page.goto(f"{address}/zh/{name}/", wait_until="networkidle")
    assert complaints == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(address).netloc}
    assert page.goto(f"{address}/zh/matter/")
    assert page.evaluate("htmx.version").startswith("2.")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_receipt_fits_on_one_sheet_of_paper(language: str, address: str, open_context: Any) -> None:
    page = open_context(1280).new_page()
    page.goto(f"{address}/{language}/receipt/")
    pdf = page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page") - pdf.count(b"/Type /Pages") == 1
    assert b"/MediaBox [0 0 594.9" in pdf or b"/MediaBox [0 0 595" in pdf
    page.emulate_media(media="print")
    for hidden in (".persona", "footer", ".actions", "nav"):
        assert not page.locator(hidden).first.is_visible()


def test_forced_colours_keep_what_the_colour_said(address: str, open_context: Any) -> None:
    page = open_context(375, forced_colors="active").new_page()
    page.goto(f"{address}/zh/components/")
    edges = page.eval_on_selector_all(
        ".state",
        "all => all.map(one => getComputedStyle(one).borderTopStyle + getComputedStyle(one).borderTopWidth)",
    )
    assert len(edges) >= 7
    assert all("none" not in edge and not edge.endswith("0px") for edge in edges)
