"""Every route of the site, and every address it has in the planted town."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

from django.urls import URLPattern, URLResolver, get_resolver

from minsheng.bodies.models import TownRow
from minsheng.matter import procedures
from minsheng.matter.models import Attachment
from minsheng.publish.views import ABOUT
from minsheng.verdict.models import PressureCheck
from tests.separation.town import Matter

LEFT_OUT: Final[Mapping[str, str]] = {
    "accounts/": "allauth's pages about one's own account: they know no matter; tests/people walk them. "
    "Asked once each all the same, with keys and numbers that nobody has.",
}
"""Prefix of routes that are asked once, not for every matter, and why."""

UNIVERSAL: Final = ("supplemented", "urged", "withdrawn", "corrected", "contested", "ruled", "level")


@dataclass(frozen=True, slots=True)
class Route:
    """One route: its pattern as the resolver gives it, and the names of its parameters."""

    pattern: str
    view: Any
    names: tuple[str, ...]

    def address(self, **values: str) -> str:
        """The address with these values. Regular expressions are filled in the same way."""
        text = (
            re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"<\1>", self.pattern)
            .replace("^", "")
            .replace("$", "")
        )
        text = text.replace("\\Z", "").replace("\\.", ".").replace("\\/", "/")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], text)


def every_route(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[Route]:
    """Every route of the site."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from every_route(pattern, whole)
        elif isinstance(pattern, URLPattern):
            names = tuple(re.findall(r"<(?:\w+:)?(\w+)>", re.sub(r"\(\?P", "", whole)))
            yield Route(whole, pattern.callback, names)


def of_matters(route: Route) -> bool:
    """Whether the route is about one matter."""
    return "number" in route.names or "handle" in route.names


def addresses(route: Route, matter: Matter, handle: str, published: Path) -> Iterator[str]:
    """Every address of the route for this matter (any matter, if the route is about none)."""
    values = _values(route, matter, handle, published)
    missing = [name for name in route.names if name not in values]
    assert not missing, f"nobody knows what to put for {missing} of {route.pattern}: say it in _values"
    for chosen in product(*(values[name]() for name in route.names)):
        yield route.address(**dict(zip(route.names, chosen, strict=True)))


def _values(
    route: Route, matter: Matter, handle: str, published: Path
) -> Mapping[str, Callable[[], list[str]]]:
    loaded = procedures.all_loaded()
    procedure = loaded["resident-request"].procedure
    log = published.parents[1] / "log"
    return {
        "number": lambda: [matter.number],
        "handle": lambda: [handle],
        "step": lambda: list(procedure.steps),
        "event": lambda: list(UNIVERSAL),
        "outcome": lambda: ["other_channel", "no_news", "not_a_request"],
        "id": lambda: [*Attachment.objects.filter(matter=matter.id).values_list("id", flat=True)],
        "check": lambda: [str(one) for one in PressureCheck.objects.values_list("id", flat=True)],
        "procedure": lambda: list(loaded),
        "topic": lambda: list(ABOUT),
        "month": lambda: ["2026-03", "2026-04"],
        "edition": lambda: [TownRow.objects.get().edition],
        "name": lambda: list(loaded),
        "path": lambda: [*_below(published), "export.zip"] if "export" in route.pattern else _below(log),
        "uidb36": lambda: ["1"],
        "key": lambda: ["x-y"],
        "pk": lambda: ["1"],
    }


def _below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
