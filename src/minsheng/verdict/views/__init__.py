"""The doors of this room: the resident's pages, and those of whoever looks again."""

from minsheng.verdict.views.desk import check, checks, recheck, review, rule_contest
from minsheng.verdict.views.mine import pressed, rate, said, say

__all__ = [
    "check",
    "checks",
    "pressed",
    "rate",
    "recheck",
    "review",
    "rule_contest",
    "said",
    "say",
]
