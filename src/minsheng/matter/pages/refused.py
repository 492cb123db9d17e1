"""A refusal on a page of one matter: roles by their names, grounds by their titles, never by their codes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from minsheng.kernel.words import Refusal
from minsheng.matter.queries import MatterView
from minsheng.matter.rules import happened
from minsheng.ui.components import RefusalPage
from minsheng.ui.respond import refusal_page
from minsheng.ui.words import Words, say


def refusal_of(view: MatterView, refusal: Refusal, **more: Any) -> RefusalPage:
    """The page of a refusal about this matter. `more`: what else `ui.respond.refusal_page` takes."""
    owners: dict[str, Words] = {code: role.title for code, role in view.procedure.roles.items()}
    owners |= {"yours": _("归您"), "clock": happened.CLOCK_IN_WORDS}
    source = say(happened.source_in_words(view.procedure, refusal.source))
    return refusal_page(replace(refusal, source=source), at=view.now, owners=owners, **more)
