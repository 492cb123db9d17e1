"""A small mail server on this machine: takes letters, or says no, or says nothing for a while."""

from __future__ import annotations

import socketserver
import threading
import time
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType


@dataclass(slots=True)
class Letterbox:
    """Listens on `port` while the block lasts. `refuse`: the answer to every RCPT; `slow_seconds`: the pause
    before each greeting."""

    port: int
    refuse: str = ""
    slow_seconds: float = 0.0
    letters: list[EmailMessage] = field(default_factory=list)
    n_visits: int = 0
    _server: socketserver.ThreadingTCPServer | None = None

    def __enter__(self) -> Letterbox:
        box = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                box.n_visits += 1
                time.sleep(box.slow_seconds)
                _talk(self, box)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    def to(self, address: str) -> list[EmailMessage]:
        """The letters to one address."""
        return [letter for letter in self.letters if address in str(letter["To"])]


def _talk(line: socketserver.StreamRequestHandler, box: Letterbox) -> None:
    """As much of RFC 5321 as is needed to take letters."""

    def say(text: str) -> None:
        line.wfile.write(f"{text}\r\n".encode())

    try:
        say("220 letterbox")
        while command := line.rfile.readline(2000).decode("ascii", "replace").strip():
            word = command[:4].upper()
            if word == "EHLO":
                say("250 letterbox")
            elif word == "RCPT" and box.refuse:
                say(box.refuse)
            elif word == "DATA":
                say("354 go on")
                data = b""
                while (row := line.rfile.readline()) not in (b".\r\n", b""):
                    data += row.removeprefix(b".")
                box.letters.append(message_from_bytes(data, policy=policy.default))
                say("250 taken")
            elif word == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")
    except OSError:
        return
