"""A real Chromium: found, not downloaded; and what the browser tests ask of every page.

CHROMIUM names the program; else /usr/bin/chromium, else a chromium or google-chrome on the PATH. Without one
the tests fail and say so: they are never skipped.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.town import Town, served

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--font-render-hinting=none",
)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


def chromium_program() -> str:
    """The path of a Chromium; fails the test with the one line to run where there is none."""
    candidates = [
        os.environ.get("CHROMIUM", ""),
        "/usr/bin/chromium",
        *(shutil.which(name) or "" for name in ("chromium", "chromium-browser", "google-chrome")),
    ]
    for candidate in candidates:
        if candidate and Path(candidate).exists():
            return candidate
    pytest.fail("no Chromium; run: sudo apt-get install -y chromium (or set CHROMIUM)", pytrace=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all browser tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_program(), args=list(FLAGS))
        yield chromium
        chromium.close()


class OpenContext(Protocol):
    """`open_context(width, scheme="light", javascript=True, **more)`."""

    def __call__(
        self, width: int, scheme: str = "light", javascript: bool = True, **more: Any
    ) -> BrowserContext: ...


@pytest.fixture
def open_context(browser: Browser) -> Iterator[OpenContext]:
    """Windows of a given width, light or dark, with or without JavaScript; closed after the test."""
    opened: list[BrowserContext] = []

    def make(width: int, scheme: str = "light", javascript: bool = True, **more: Any) -> BrowserContext:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=javascript,
            **more,
        )
        context.set_default_timeout(15_000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def assert_axe_finds_nothing() -> Callable[[Page], None]:
    """Fail with rule, element and reason for everything that axe finds on the page as it stands."""
    axe = Axe()

    def check(page: Page) -> None:
        found = axe.run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}}).response[
            "violations"
        ]
        lines = [
            f"{rule['id']}: {node['html'][:160]}\n    {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check


@pytest.fixture(scope="session")
def assert_no_sideways_scrolling() -> Callable[[Page], None]:
    """Fail when the page is wider than its window."""

    def check(page: Page) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth")
        window = page.evaluate("document.documentElement.clientWidth")
        assert wide <= window, f"{page.url} is {wide} px wide in a window of {window} px"

    return check


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    """The made-up town, built and served once for all journeys."""
    with served() as one:
        yield one
