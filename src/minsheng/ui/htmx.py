"""One template serves the page and its refresh: a fragment for htmx, the whole page for everybody else."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of a page; a boosted link or a restored page wants all of it."""
    details = getattr(request, "htmx", None)
    return details is not None and bool(details) and not (details.boosted or details.history_restore_request)


def render_either(
    request: HttpRequest, page: str, fragment: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render `fragment` for htmx and `page`, which includes it, for everybody else."""
    response = render(request, fragment if wants_fragment(request) else page, context, status=status)
    response.headers["Vary"] = "HX-Request"
    return response
