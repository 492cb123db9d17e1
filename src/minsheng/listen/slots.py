"""Places on this room's pages that rooms above fill. The table is filled by site/wiring.py."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest

from minsheng.matter.queries import MatterView
from minsheng.people.services import Resident

Fragment = Callable[[HttpRequest, MatterView, Resident], str]
"""(request, matter, resident) → ready HTML; empty where there is nothing to show now."""

FRAGMENTS: dict[str, Fragment] = {}
"""Slot → fragment. `verdict`: the four choices, afterwards what was said; `pressed`: somebody presses me."""


def fill(slot: str, request: HttpRequest, view: MatterView, resident: Resident) -> str:
    """What stands in a slot; empty where nobody fills it."""
    fragment = FRAGMENTS.get(slot)
    return fragment(request, view, resident) if fragment else ""
