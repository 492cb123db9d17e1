"""The page about town folders names everything that a folder may hold, and nothing that is gone."""

from __future__ import annotations

from pathlib import Path

from minsheng.bodies.rules import folder
from minsheng.bodies.rules.town import SLOTS, AreaKind, BodyKind

PAGE = (Path(__file__).parents[2] / "docs" / "town-folder.md").read_text()


def test_every_file_slot_and_kind_is_on_the_page():
    named = [*folder.FILES, *folder.BESIDE, *SLOTS, *BodyKind, *AreaKind]
    assert [word for word in named if f"`{word}`" not in PAGE] == []


def test_what_a_slot_is_for_reads_the_same_on_the_page():
    for slot, purpose in SLOTS.items():
        assert f"| `{slot}` | {purpose[0].lower()}{purpose[1:].rstrip('.')} |" in PAGE
