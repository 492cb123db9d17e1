"""Many clients in one thread: each sends the next request when its answer is whole. Costs little itself."""

from __future__ import annotations

import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

_LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.I)


@dataclass(slots=True)
class Hammered:
    """What came of it: answers by status, how long each took (seconds), for how long it went on."""

    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)
    seconds: float = 0.0
    n_broken: int = 0
    ran_dry: bool = False

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds

    def quantile(self, share: float) -> float:
        """The time within which this share of the answers came, in seconds."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    def n_wrong(self, *good: int) -> int:
        """Answers with another status, and broken lines."""
        return sum(n for status, n in self.statuses.items() if status not in good) + self.n_broken


@dataclass(slots=True)
class _Line:
    sock: socket.socket
    sent_at: float = 0.0
    held: bytes = b""
    wanted: int = -1


def hammer(port: int, requests: Iterator[bytes], *, n_clients: int, seconds: float) -> Hammered:
    """Send requests over `n_clients` lines that stay open, for some seconds or until there are none left."""
    found = Hammered()
    chooser = selectors.DefaultSelector()
    lines = [_Line(socket.create_connection(("127.0.0.1", port), 60)) for _ in range(n_clients)]
    began = time.perf_counter()
    ends = began + seconds
    n_open = 0
    for line in lines:
        line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        chooser.register(line.sock, selectors.EVENT_READ, line)
        n_open += _next(line, requests, ends, found)
    while n_open:
        for key, _ in chooser.select(1.0):
            line = key.data
            data = line.sock.recv(262_144)
            if not data:
                found.n_broken += 1
                n_open -= 1
                chooser.unregister(line.sock)
                continue
            line.held += data
            if _is_whole(line):
                found.statuses[int(line.held[9:12])] += 1
                found.took.append(time.perf_counter() - line.sent_at)
                line.held, line.wanted = b"", -1
                if not _next(line, requests, ends, found):
                    n_open -= 1
    found.seconds = time.perf_counter() - began
    for line in lines:
        line.sock.close()
    chooser.close()
    return found


def _next(line: _Line, requests: Iterator[bytes], ends: float, found: Hammered) -> bool:
    if time.perf_counter() >= ends:
        return False
    request = next(requests, None)
    if request is None:
        found.ran_dry = True
        return False
    line.sent_at = time.perf_counter()
    line.sock.sendall(request)
    return True


def _is_whole(line: _Line) -> bool:
    if line.wanted < 0:
        head = line.held.find(b"\r\n\r\n")
        if head < 0:
            return False
        length = _LENGTH.search(line.held, 0, head + 2)
        if length is None:
            raise ValueError("an answer without its length")
        line.wanted = head + 4 + int(length[1])
    return len(line.held) >= line.wanted


def get(url: str, cookie: str = "") -> bytes:
    """A page, asked for."""
    return f"GET {url} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode()


def post(url: str, body: bytes = b"", cookie: str = "") -> bytes:
    """A form, sent."""
    head = (
        f"POST {url} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
