"""What this room puts into the slots of the follow page: the four choices, and a way to say who presses.

`FRAGMENTS` goes into the wiring's table SLOT → fragment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from minsheng.matter.queries import MatterView
from minsheng.people.services import Resident
from minsheng.resolve.queries.desk import PROCEDURE
from minsheng.ui.components import Link
from minsheng.verdict import pages
from minsheng.verdict.forms import VerdictForm
from minsheng.verdict.pages import BlockPage
from minsheng.verdict.rules import choices


def verdict(request: HttpRequest, view: MatterView, resident: Resident) -> str:
    """The four choices while they are open; afterwards what was said and may still be done. Ready HTML."""
    if view.procedure.id != PROCEDURE:
        return ""
    me = pages.mine(view, resident)
    if choices.STEP in view.status.open_steps:
        form = VerdictForm(initial={"seen_n": view.status.seen_n}, offered=pages.four(me), prefix=None)
        page = BlockPage(say=pages.say_page(me, form), said=None, sentences=(), links=())
        return render_to_string("verdict/_block.html", {"page": page}, request)
    outcome = pages.last_verdict(view)
    links: list[Link] = []
    if view.status.end is not None:
        links.append(Link(_("说说他们怎么待您，不记名"), me.url("rate")))
    if not outcome and not links:
        return ""
    page = BlockPage(
        say=None,
        said=pages.state_of(outcome) if outcome else None,
        sentences=pages.what_now(me) if outcome else (),
        links=tuple(links),
    )
    return render_to_string("verdict/_block.html", {"page": page}, request)


def pressed(request: HttpRequest, view: MatterView, resident: Resident) -> str:
    """Somebody tells me what to choose: always there, quietly. Ready HTML."""
    if view.procedure.id != PROCEDURE:
        return ""
    link = Link(_("去说"), pages.mine(view, resident).url("pressed"))
    return render_to_string("verdict/_pressed.html", {"pressed": link}, request)


FRAGMENTS: Final[Mapping[str, Callable[[HttpRequest, MatterView, Resident], str]]] = {
    "verdict": verdict,
    "pressed": pressed,
}
