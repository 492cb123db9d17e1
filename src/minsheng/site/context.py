"""What every page knows: the town, the head's links, who is signed in, today, and the demo bar."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.bodies import queries as bodies
from minsheng.people import queries as people
from minsheng.publish import queries as publish
from minsheng.site.demo import views as demo
from minsheng.ui.components import Link


def _link(request: HttpRequest, text: str, url: str) -> Link:
    return Link(text, url, current=request.path == url)


def _nav(request: HttpRequest) -> list[Link]:
    user = getattr(request, "user", None)
    actors = people.actors(user, request.now) if user is not None else ()  # type: ignore[attr-defined]
    if actors:
        reviews = any(actor.role == "reviewer" for actor in actors)
        return [
            _link(request, _("待办"), reverse("matter:work")),
            *([_link(request, _("施压核查"), reverse("verdict:checks"))] if reviews else []),
            _link(request, _("公开的事"), reverse("publish:matters")),
            _link(request, _("数字"), reverse("publish:figures")),
        ]
    return [
        _link(request, _("首页"), reverse("publish:home")),
        _link(request, _("公开的事"), reverse("publish:matters")),
        _link(request, _("数字"), reverse("publish:figures")),
    ]


def page(request: HttpRequest) -> dict[str, Any]:
    """The context of `ui/base.html`: at most three small queries."""
    edition = publish.edition()
    town = bodies.town()
    return {
        "town": town,
        "town_colours": reverse("bodies:colours", args=[bodies.edition()]) if town.light else None,
        "now": request.now.astimezone(ZoneInfo(town.zone)),  # type: ignore[attr-defined]
        "nav": _nav(request),
        "footer": [
            Link(_("谁能看到什么"), reverse("publish:about", args=["seeing"])),
            Link(_("管机器的人能看到什么"), reverse("publish:about", args=["machine"])),
            Link(_("无障碍说明"), reverse("publish:about", args=["accessibility"])),
            Link(_("源代码"), reverse("publish:about", args=["source"])),
        ],
        "demo": settings.MINSHENG_DEMO,
        "persona": demo.bar(request) if settings.MINSHENG_DEMO else None,
        "no_witness": True,
        "as_of": edition.day if edition else None,
        "ledger_url": reverse("publish:log"),
    }
