"""What other rooms and pages ask about ratings and pressure. Nothing here says how anybody rated."""

from minsheng.verdict.queries.pressing import Check, check, checks, marks
from minsheng.verdict.queries.ratings import boxes, counted, may_rate, opened, where_boxes_stand

__all__ = ["Check", "boxes", "check", "checks", "counted", "marks", "may_rate", "opened", "where_boxes_stand"]
