"""What every page knows: the town, the head's links, who is signed in, today, and the demo bar."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of `ui/base.html`. Costs no query where the rooms' caches are warm."""
    from minsheng.bodies import queries as bodies
    from minsheng.site import demo

    return {
        "town": bodies.town(),
        "now": request.now,  # type: ignore[attr-defined]
        "demo": settings.MINSHENG_DEMO,
        "persona": demo.bar(request) if settings.MINSHENG_DEMO else None,
        "no_witness": True,
    }
