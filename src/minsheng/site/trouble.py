"""What a person sees when something goes wrong: never a stack trace, always the next step."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable

from allauth.core.exceptions import ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string

from minsheng.ui import respond

log = logging.getLogger("minsheng.site")


class _Trouble:
    """Middleware: a locked database, a full disk or a lost server answers 503 in our voice."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info:  # no address of ours has one, and PostgreSQL takes none
            return respond.error(request, 404)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        if full or isinstance(error, (OperationalError, InterfaceError)):
            log.error("%s: %s", type(error).__name__, str(error).splitlines()[0] if str(error) else "")
            answer = HttpResponse(render_to_string("503.html"), status=503)
            answer["Retry-After"] = "30"
            return answer
        if not isinstance(error, (Http404, PermissionDenied, ReauthenticationRequired)):
            log.error(
                "%s at %s", type(error).__name__, request.resolver_match and request.resolver_match.route
            )
        return None


trouble_middleware = _Trouble


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or came from elsewhere: say so, keep what was written in the browser."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 in our voice."""
    return respond.error(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403 in our voice."""
    return respond.error(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404 in our voice."""
    return respond.error(request, 404)
