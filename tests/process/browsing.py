"""Browsers of residents and staff: plain HTTP with cookies and forms, that notice when nobody answers."""

from __future__ import annotations

import http.client
import re
import struct
import time
from base64 import b32decode
from dataclasses import dataclass, field
from hmac import digest
from html import unescape
from http.cookies import SimpleCookie
from typing import Final
from urllib.parse import quote, urlencode, urljoin, urlsplit

from tests.process.towns import PASSWORD

_HIDDEN: Final = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_NUMBER: Final = re.compile(r"云溪\d{4}-\d+")


IDLE_SECONDS: Final = 3.0
"""After that a line is not used again."""


class NoAnswer(Exception):
    """Nobody was there (`refused`), or the line broke: then nobody knows whether it was done."""

    def __init__(self, what: str, *, refused: bool) -> None:
        super().__init__(what)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def hidden(self) -> dict[str, str]:
        """The hidden inputs of the page's forms, but for the token and the choice of language."""
        found = {name: unescape(value) for name, value in _HIDDEN.findall(self.text)}
        return {n: v for n, v in found.items() if n not in ("csrfmiddlewaretoken", "next", "language")}

    @property
    def said(self) -> str:
        """The page's words, without mark-up."""
        page = re.sub(r"<(script|style|svg)[^>]*>.*?</\1>", "", self.text, flags=re.S)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page))).strip()

    @property
    def number(self) -> str:
        """The first matter number on the page."""
        found = _NUMBER.search(self.text)
        assert found, self.said[:500]
        return found[0]


@dataclass(slots=True)
class Browser:
    """One person's browser, with one open line. `ports`: where to knock; the next one after a broken line."""

    ports: tuple[int, ...]
    timeout: float = 30
    cookies: dict[str, str] = field(default_factory=dict)
    _line: http.client.HTTPConnection | None = None
    _at: int = 0
    _used_at: float = 0.0

    def get(self, url: str) -> Answer:
        return self.ask("GET", url)

    def post(self, url: str, data: dict[str, str]) -> Answer:
        """Post a form with its token."""
        if "csrftoken" not in self.cookies:
            self.cookies["csrftoken"] = "a" * 32
        fields = {"csrfmiddlewaretoken": self.cookies["csrftoken"], **data}
        body = urlencode(fields).encode()
        return self.ask("POST", url, body, {"Content-Type": "application/x-www-form-urlencoded"})

    def fill_in(self, url: str, **data: str) -> Answer:
        """Open a page, fill in its form, send it. Anything but a page is given back as it is."""
        page = self.get(url)
        return page if page.status != 200 else self.post(url, {**page.hidden, **data})

    def ask(
        self, method: str, url: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """One request. Raises NoAnswer if the line breaks before the whole answer is here."""
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **(headers or {})}
        if time.monotonic() - self._used_at > IDLE_SECONDS:
            self.hang_up()  # the server may have
        self._used_at = time.monotonic()
        try:
            if self._line is None:
                port = self.ports[self._at % len(self.ports)]
                self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=self.timeout)
            address = urlsplit(url)._replace(scheme="", netloc="").geturl()
            self._line.request(method, quote(address, safe="/?=&%"), body, sent)
            with self._line.getresponse() as response:
                answer = Answer(response.status, response.headers, response.read())
        except (OSError, http.client.HTTPException) as error:
            self.hang_up()
            self._at += 1
            refused = isinstance(error, ConnectionRefusedError)
            raise NoAnswer(f"{method} {url}: {type(error).__name__}", refused=refused) from None
        if response.will_close:
            self.hang_up()
        for line in response.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return answer

    def hang_up(self) -> None:
        """Close the line, keep the cookies."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def __del__(self) -> None:
        self.hang_up()

    def sign_in(self, name: str, seed: str, at: float) -> None:
        """As staff: password, then the digits of the authenticator at this moment."""
        email = f"{name}@yunxi.example"
        first = self.fill_in("/accounts/login/?next=/work/", login=email, password=PASSWORD)
        assert first.status == 302, (first.status, first.said)
        second = self.fill_in(urljoin("/accounts/login/", first.location), code=digits(seed, at))
        assert second.status == 302, (second.status, second.said)


def digits(seed: str, at: float) -> str:
    """What an authenticator with this seed shows at this moment (RFC 6238)."""
    code = digest(b32decode(seed), struct.pack(">Q", int(at) // 30), "sha1")
    (number,) = struct.unpack_from(">I", code, code[-1] & 15)
    return f"{(number & 0x7FFFFFFF) % 10**6:06}"


def handle_of(url: str) -> str:
    """The session handle in an address."""
    found = re.search(r"/mine/([^/]+)/", url)
    assert found, url
    return found[1]


def write_draft(browser: Browser, words: str, **contact: str) -> None:
    """The first three questions."""
    for url, data in (
        ("/request/", {"words": words}),
        ("/request/place/", {"area": "guihuali", "place": "桂花里3栋"}),
        ("/request/contact/", contact),
    ):
        answer = browser.post(url, data)
        assert answer.status == 303, (answer.status, answer.said[:500])


def file_request(browser: Browser, words: str, **contact: str) -> str:
    """All four questions and the button; the handle of the new matter in this browser."""
    write_draft(browser, words, **contact)
    answer = browser.post("/request/check/", {})
    assert answer.status == 303, (answer.status, answer.said[:500])
    return handle_of(answer.location)


REPLY: Final = {
    "done": "3月4日换了3栋的曳引机控制板，15:20恢复运行。",
    "no_evidence": "检验单在维保公司，过两天补上。",
    "rule": "《特种设备安全法》第三十九条：使用单位应当及时维修。",
    "outcome": "done",
    "preview": "1",
}


def dispatch(clerk: Browser, number: str) -> Answer:
    """Take a matter in and send it to housing: two entries."""
    return clerk.fill_in(
        f"/desk/{number}/intake/", kind="housing", area="guihuali", urgency="ordinary", other="housing"
    )


def reply(officer: Browser, number: str, **more: str) -> Answer:
    """Write the answer, look at it, send it."""
    look = officer.fill_in(f"/desk/{number}/reply/", **{**REPLY, **more})
    if look.status != 302:
        return look
    return officer.fill_in(urlsplit(look.location).path)
