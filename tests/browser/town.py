"""The made-up town as a process of its own, and somebody in front of a browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@dataclass(frozen=True)
class Town:
    """A served town: where it answers and where it keeps its things."""

    url: str
    folder: Path


@contextmanager
def served() -> Iterator[Town]:
    """Build the demo town with the README's command and serve it until the end."""
    with TemporaryDirectory(prefix="minsheng-town-") as name:
        folder, port = Path(name) / "demo", free_port()
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("MINSHENG_", "DJANGO_"))
        }
        environment["MINSHENG_RATE_LIMITS"] = "no"
        command = [
            sys.executable,
            "-m",
            "minsheng.site.cli",
            "demo",
            "--folder",
            str(folder),
            "--port",
            str(port),
        ]
        with (Path(name) / "log").open("wb") as log:
            process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
            try:
                _wait(process, f"http://127.0.0.1:{port}/", Path(name) / "log")
                yield Town(f"http://127.0.0.1:{port}", folder)
            finally:
                process.terminate()
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise AssertionError(f"the town did not open:\n{log.read_text()[-3000:]}")


@dataclass
class Somebody:
    """A person at a browser in the made-up town."""

    page: Page
    town: Town
    look: Callable[[Page], None] = lambda page: None
    """What is asked of each page that a button leads to."""

    def be(self, who: str) -> None:
        """Become somebody with one click on the demo's page."""
        self.go("/demo/")
        with self.page.expect_navigation():
            self.page.locator(f"form[action='/demo/be/{who}/'] button").click()

    def go(self, path: str) -> None:
        """Open a page, which must be there."""
        answer = self.page.goto(self.town.url + path)
        assert answer is not None
        assert answer.status == 200, f"{path}: {answer.status}"

    def press(self, name: str) -> None:
        """Press a button by its words."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=name).first.click()
        self.look(self.page)

    def choose(self, name: str, value: str) -> None:
        """Choose one of several answers by its label, as a finger would."""
        identity = self.page.locator(f"main input[name='{name}'][value='{value}']").get_attribute("id")
        self.page.locator(f"label[for='{identity}']").click()

    def says(self, words: str) -> bool:
        """Whether the page says this."""
        return words in self.page.locator("main").inner_text()
