"""What this room does: record a verdict, take a rating, open boxes, hear of pressure and look into it."""

from minsheng.verdict.services.boxes import give_right, open_boxes, rate, take_out
from minsheng.verdict.services.pressing import find, report
from minsheng.verdict.services.saying import recheck, review, say

__all__ = [
    "find",
    "give_right",
    "open_boxes",
    "rate",
    "recheck",
    "report",
    "review",
    "say",
    "take_out",
]
