"""May the resident be asked, and may the clock stand for it?

A question stops the clock once, visibly, so it must be a question, and one that was not asked already.

Source: engine notes §2 (one question stops a clock once); how often and how long stands in the rule file.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.resolve.rules.acknowledgement import only_acknowledges

_NOISE = re.compile(r"[\s\W_]+")


def _bare(words: str) -> str:
    return _NOISE.sub("", unicodedata.normalize("NFKC", words)).lower()


def why_not_ask(question: str, asked: Iterable[str]) -> Refusal | None:
    """None if this may be asked; `asked` are the questions asked in this matter before.

    Questions that differ in blanks, punctuation or letter case only are the same.
    """
    if only_acknowledges(question):
        return Refusal(
            "question_empty",
            Text(
                "写下要问什么，一次只问还不知道的。",
                "Say what you want to know; ask only what is not known yet.",
            ),
            Kind.SHAPE,
            field="question",
        )
    if _bare(question) in {_bare(one) for one in asked}:
        return Refusal(
            "question_asked",
            Text(
                "这个问题问过了，同一个问题只能停一次表。",
                "This was asked before; one question stops the clock once.",
            ),
            field="question",
            next=Text(
                "看居民上次是怎么答的，或者换一个问题。",
                "Read what the resident said, or ask something else.",
            ),
        )
    return None
