"""What each page of this room shows: typed contexts, filled from a view, formatted by `ui`.

A template of this room gets `page`, one of these dataclasses, and nothing else of its own.
"""

from minsheng.matter.pages.clocks import basis_of, dues_of, why_link
from minsheng.matter.pages.matter import (
    MatterPage,
    StepPage,
    WhyPage,
    Written,
    doors,
    happenings,
    rule_of,
    since,
    state_of,
    title_of,
    who_sees,
    written_of,
)
from minsheng.matter.pages.refused import refusal_of
from minsheng.matter.pages.ways import Way
from minsheng.matter.pages.work import StartsPage, WorklistPage, work_row

__all__ = [
    "MatterPage",
    "StartsPage",
    "StepPage",
    "Way",
    "WhyPage",
    "WorklistPage",
    "Written",
    "basis_of",
    "doors",
    "dues_of",
    "happenings",
    "refusal_of",
    "rule_of",
    "since",
    "state_of",
    "title_of",
    "who_sees",
    "why_link",
    "work_row",
    "written_of",
]
