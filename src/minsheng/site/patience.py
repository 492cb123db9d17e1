"""A slow line holds a chair, not a desk; and what did not come in whole is not acted upon.

The server gives each request a thread as soon as its head is there, and waits for the body as long as it
takes. Four phones that upload photographs over a bad line would stop a town that has four threads. So there
are many threads that wait and read (chairs), and a few at which Django works on what is complete (desks).
A web server in front that buffers whole requests does the same and better (docs/install.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

DESKS: Final = 4
"""Threads of one process in which Django works; each keeps one connection to the database."""

CHAIRS: Final = 64
"""Threads of one process that wait or read: so many slow lines are borne."""

MOST_BYTES: Final = 61_000_000
"""More than any form here may hold: it is not read at all, Django refuses it by the length that was told."""

_IN_MEMORY: Final = 2_500_000
_PIECE: Final = 65_536

_CUT: Final = "没有收完整，什么都没有记下，请再试一次。 It did not arrive in whole; nothing was recorded.\n"


def patient(application: Application, *, desks: int = DESKS) -> Application:
    """The application behind a waiting room."""
    pool = ThreadPoolExecutor(desks, thread_name_prefix="minsheng-desk")

    def with_patience(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        length = str(environ.get("CONTENT_LENGTH") or "")
        told = int(length) if length.isascii() and length.isdigit() else 0
        if 0 < told <= MOST_BYTES:
            body = _read(environ["wsgi.input"], told)
            if body is None:
                start_response("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
                return [_CUT.encode()]
            environ["wsgi.input"] = body
        return pool.submit(application, environ, start_response).result()

    return with_patience


def _read(source: Any, told: int) -> IO[bytes] | None:
    """The whole body, rewound; None if the line broke before its end."""
    body: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - it goes with the request
    left = told
    try:
        while left and (piece := source.read(min(_PIECE, left))):
            body.write(piece)
            left -= len(piece)
    except (OSError, ValueError):
        pass  # a broken line; what is missing is counted below
    if left:
        body.close()
        return None
    body.seek(0)
    return body
