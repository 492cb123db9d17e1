"""What the views of this room share: the moment, the address, the limits, forms that may be too large."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from minsheng.people import services as people
from minsheng.people.services import Resident
from minsheng.ui import respond

View = Callable[..., HttpResponseBase]

MOST_BYTES = 60_000_000
"""No form of this room is larger: five photographs of 10 MB and a long text."""


def now_of(request: HttpRequest) -> datetime:
    """The moment of the request, read once at the door."""
    moment: datetime = request.now  # type: ignore[attr-defined]
    return moment


def resident_of(request: HttpRequest) -> Resident:
    """Who came in by the resident's door."""
    found: Resident = request.resident  # type: ignore[attr-defined]
    return found


def address_of(request: HttpRequest) -> str:
    """Where a request comes from; behind a trusted proxy what that proxy saw, the last it was told."""
    if settings.SECURE_PROXY_SSL_HEADER:
        seen = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).rsplit(",", 1)[-1].strip()
        if seen:
            return seen
    return str(request.META.get("REMOTE_ADDR", ""))


def within(request: HttpRequest, purpose: str, n: int, per: timedelta, *, key: str = "") -> bool:
    """Count one try from this address (or of `key`); False when it was one too many."""
    return people.allow(purpose, key or address_of(request), now_of(request), n, per)


def too_often(request: HttpRequest) -> HttpResponse:
    """429, calmly."""
    return respond.error(request, 429)


def gently(too_large: Callable[..., HttpResponse]) -> Callable[[View], View]:
    """For forms with files or long texts: `too_large` answers what is larger than may be, in our voice.

    Django reads a form before the view runs, to look for its token; so the token is looked for here instead.
    """

    def wrap(view: View) -> View:
        protected = csrf_protect(view)

        @functools.wraps(view)
        def kindly(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
                    return too_large(request, *args, **kwargs)
                return protected(request, *args, **kwargs)
            except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
                return too_large(request, *args, **kwargs)

        exempt: View = csrf_exempt(kindly)
        return exempt

    return wrap
