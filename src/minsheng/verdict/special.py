"""The pages and fragments that this room makes, for the wiring's tables STEP → page and SLOT → fragment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from django.urls import reverse

from minsheng.resolve.queries.desk import PROCEDURE


def _page(name: str, key: str) -> str:
    return reverse(f"verdict:{name}", args=[key])


STEP_PAGES: Final[Mapping[tuple[str, str], Callable[[str], str]]] = {
    (PROCEDURE, "review"): partial(_page, "review"),
    (PROCEDURE, "recheck"): partial(_page, "recheck"),
    (PROCEDURE, "rule_contest"): partial(_page, "rule_contest"),
}
"""(procedure, step) → the address of the page for a matter's number."""

MINE_STEPS: Final[Mapping[tuple[str, str], Callable[[str], str]]] = {
    (PROCEDURE, "verdict"): partial(_page, "say"),
}
"""(procedure, step) → the address of the resident's page for a session handle."""
