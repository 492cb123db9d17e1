"""The desk's doors. Each view finds the matter, asks who may come in, and does one thing."""

from minsheng.resolve.views.above import approve, arbitrate, contact
from minsheng.resolve.views.body import accept, ask, extend, handle, tell
from minsheng.resolve.views.intake import guide, intake
from minsheng.resolve.views.reply import answer_now, answer_now_preview, preview, reply

__all__ = [
    "accept",
    "answer_now",
    "answer_now_preview",
    "approve",
    "arbitrate",
    "ask",
    "contact",
    "extend",
    "guide",
    "handle",
    "intake",
    "preview",
    "reply",
    "tell",
]
