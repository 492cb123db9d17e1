"""What other rooms and pages ask about ratings and pressure. Nothing here says how anybody rated."""

from minsheng.verdict.queries.pressing import Check, check, checks, marks
from minsheng.verdict.queries.ratings import counted, may_rate, opened, where_boxes_stand

__all__ = ["Check", "check", "checks", "counted", "marks", "may_rate", "opened", "where_boxes_stand"]
