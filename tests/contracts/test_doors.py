"""Every route declares its door: who may come in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from minsheng.people.doors import DOORS


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every route of the site with its view."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def test_every_route_declares_its_door() -> None:
    found = list(routes())
    assert len(found) > 40
    assert [path for path, view in found if getattr(view, "door", None) not in DOORS] == []


def test_the_doors_for_staff_are_many_and_the_demo_has_none_here() -> None:
    doors = [view.door for _, view in routes()]
    assert doors.count("staff") >= 5
    assert doors.count("resident") >= 5
    assert "demo" not in doors, "the demo's pages exist only in the demo"
