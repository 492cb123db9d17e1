"""The one clock of the platform, read at a door and passed in. The demo town may shift it.

The shift is a number of seconds in `MINSHENG_DATA/clock`; it is honoured only when the demo is on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def _shift_file() -> Path:
    return Path(settings.MINSHENG_DATA) / "clock"


def shift() -> timedelta:
    """How far the demo's clock is ahead of the machine's (negative: behind); zero outside the demo."""
    if not settings.MINSHENG_DEMO:
        return timedelta()
    try:
        return timedelta(seconds=int(_shift_file().read_text()))
    except FileNotFoundError:
        return timedelta()


def set_shift(value: timedelta) -> None:
    """Move the demo's clock. Raises RuntimeError outside the demo."""
    if not settings.MINSHENG_DEMO:
        raise RuntimeError("the clock can be moved in the demo town only")
    path = _shift_file()
    temporary = path.with_suffix(".new")
    temporary.write_text(str(int(value.total_seconds())))
    temporary.replace(path)


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC) + shift()


def clock_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Read the clock once per request: `request.now`."""

    def with_clock(request: HttpRequest) -> HttpResponseBase:
        request.now = now()  # type: ignore[attr-defined]
        return get_response(request)

    return with_clock
