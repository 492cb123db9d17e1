"""The town's colours as a style sheet of three properties, after those of the design system."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from minsheng.bodies import queries
from minsheng.bodies.rules.colours import style_sheet
from minsheng.people.doors import public_door


@public_door
def colours(request: HttpRequest, edition: str) -> HttpResponse:
    """The sheet of the town as it is; kept by browsers for as long as the address names this edition."""
    town = queries.town()
    answer = HttpResponse(style_sheet(town.light, town.dark), content_type="text/css; charset=utf-8")
    if edition == queries.edition():
        answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
