"""Pages that a room makes for a step instead of the generic one. A table filled by site/wiring.py."""

from __future__ import annotations

from collections.abc import Callable

STEP_PAGES: dict[tuple[str, str], Callable[[str], str]] = {}
"""(procedure, step) → the address of the special page for a matter's number."""

START_PAGES: dict[str, Callable[[], str]] = {}
"""Procedure → the address of the room's own page that begins a matter under it."""

MINE_PAGES: dict[str, Callable[[str], str]] = {}
"""Procedure → the address of the room's own page of a resident's matter, for a session handle."""

MINE_STEPS: dict[tuple[str, str], Callable[[str], str]] = {}
"""(procedure, step) → the address of the room's own page of a resident's step, for a session handle."""
