"""Goes through every door as everybody, and looks at everything that comes back."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import zstandard

from tests.separation.cast import Somebody
from tests.separation.marks import Mark, Marks

_LINK: Final = re.compile(r"""\s(?:href|src|action|hx-get)=["']([^"'#]*)""")
_NOT_FOLLOWED: Final = ("/static/", "/town/", "/accounts/", "/export/", "/log/", "/procedures/", "/about/")
"""Links of every page that say nothing of one matter; their routes are asked by address."""

May = Callable[[Somebody, Mark], bool]


@dataclass(slots=True)
class Crawl:
    """What was asked and what was wrong."""

    marks: Marks
    may: May
    leaks: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    """Patterns of routes that answered."""
    n: int = 0

    def get(self, who: Somebody, address: str) -> Any:
        """Ask once, and look."""
        answer = who.client.get(address)
        self.look(who, address, answer)
        return answer

    def look(self, who: Somebody, address: str, answer: Any) -> None:
        """Look at an answer: its status, its headers, its bytes."""
        self.n += 1
        route = answer.resolver_match.route if getattr(answer, "resolver_match", None) else address
        self.asked.add(route)
        if answer.status_code >= 500:
            self.leaks.append(f"{who} broke {address}: {answer.status_code}")
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.seen = body  # type: ignore[attr-defined]
        heads = "\n".join(f"{name}: {value}" for name, value in answer.items()).encode()
        cookies = answer.cookies.output().encode()
        for where, data in (("page", opened(body)), ("headers", heads), ("cookies", cookies)):
            self.look_at(who, f"{where} of {route} ({address})", data, route, asked=address)

    def look_at(self, who: Somebody, where: str, data: bytes, route: str = "", asked: str = "") -> None:
        """Look at bytes that somebody got. What they `asked` with comes back to them: that tells nothing."""
        for mark in self.marks.in_(data):
            who.seen.setdefault(mark.text, set()).add(route or where)
            if not self.may(who, mark):
                self.leaks.append(f"{who} sees {mark} on {where}")
        for secret in self.marks.secrets_in(data):
            what = self.marks.secrets[secret]
            own = who.handle == secret or secret in {morsel.value for morsel in who.client.cookies.values()}
            if not own and secret not in asked:
                self.leaks.append(f"{who} sees the {what} on {where}")

    def follow(self, who: Somebody, addresses: Iterator[str]) -> None:
        """Ask for these, and for everything that they lead to, each address once."""
        waiting, known = list(addresses), set[str]()
        while waiting:
            address = unquote(waiting.pop())
            if address in known:
                continue
            known.add(address)
            answer = self.get(who, address)
            waiting += [link for link in links(answer, address) if link not in known]


def links(answer: Any, address: str) -> Iterator[str]:
    """Where a page leads on this site."""
    if answer.has_header("Location"):
        yield from _on_this_site(answer["Location"])
    if "html" in answer.get("Content-Type", ""):
        for found in _LINK.findall(answer.seen.decode()):
            link = unescape(found)
            if link.startswith("?"):
                link = urlsplit(address).path + link
            yield from _on_this_site(link)


def _on_this_site(link: str) -> Iterator[str]:
    if link.startswith("/") and not link.startswith(("//", *_NOT_FOLLOWED)):
        yield link


def opened(data: bytes) -> bytes:
    """Bytes with what is packed in them unpacked: archives and compressed files."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(BytesIO(data)) as packed:
            return b"\n".join(opened(packed.read(name)) for name in packed.namelist())
    if data[:4] == b"\x28\xb5\x2f\xfd":
        with zstandard.ZstdDecompressor().stream_reader(BytesIO(data), read_across_frames=True) as reader:
            return reader.read()
    return data
