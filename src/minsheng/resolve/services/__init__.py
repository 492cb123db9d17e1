"""What the desk does: keep a draft, classify, dispatch, object, rule, answer, ask, tell, extend."""

from minsheng.resolve.services.desk import (
    accept,
    answer,
    ask,
    ask_for_more_time,
    classify,
    decide_on_more_time,
    dispatch,
    guide,
    object_,
    rule,
    tell,
)
from minsheng.resolve.services.drafts import drop as drop_draft
from minsheng.resolve.services.drafts import drop_drafts, keep

__all__ = [
    "accept",
    "answer",
    "ask",
    "ask_for_more_time",
    "classify",
    "decide_on_more_time",
    "dispatch",
    "drop_draft",
    "drop_drafts",
    "guide",
    "keep",
    "object_",
    "rule",
    "tell",
]
