"""The pages that this room makes for steps of the request procedure, for the wiring's table STEP → page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from django.urls import reverse

from minsheng.resolve.queries.desk import PROCEDURE


def _page(name: str, number: str) -> str:
    return reverse(f"resolve:{name}", args=[number])


STEP_PAGES: Final[Mapping[tuple[str, str], Callable[[str], str]]] = {
    (PROCEDURE, "classify"): partial(_page, "intake"),
    (PROCEDURE, "dispatch"): partial(_page, "intake"),
    (PROCEDURE, "accept"): partial(_page, "accept"),
    (PROCEDURE, "arbitrate"): partial(_page, "arbitrate"),
    (PROCEDURE, "handle"): partial(_page, "handle"),
}
"""(procedure, step) → the address of the page for a matter's number."""
