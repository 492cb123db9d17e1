"""Is this an answer, or only word that one was asked?

An acknowledgement says that something came in, was passed on or is being looked into; an empty claim says
"handled" and nothing of what, where or when. Neither tells the resident anything, so neither stops a clock.
A text is taken clause by clause: a clause is empty if it is made of nothing but the words of
`empty_words.py`, dates aside. One clause that says anything else makes it an answer, so that a short true
answer always passes. What passes may still be poor; the resident says so, not this rule.

Source: 《信访工作条例》 art. 23 and 24 (an opinion states facts, grounds and reasons); ISO 10002:2018, 8.4
and 8.8 (acknowledging and responding are two acts).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from minsheng.resolve.rules.empty_words import CHINESE, ENGLISH

METHOD: Final = "clauses-of-listed-words"
VERSION: Final = 1

_LONGEST_EMPTY_CLAUSE: Final = 80
"""Characters. A longer clause is taken to say something; it also bounds the work per clause."""

_BREAKS: Final = re.compile(r"[。，、；：！？!?;:,()（）\n\r~～…·]+|\.(?=\s|$)|—+")
_DATES: Final = re.compile(
    r"(?:\d{4} ?年 ?)?\d{1,2} ?月 ?\d{1,2} ?[日号]|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|20\d\d"
)
_MARKS: Final = re.compile(r"[“”\"‘’'《》<>【】\[\]*＊_/\-]+")

_BODY: Final = (
    r"(?:局|委|办(?!理|结|复)|部门|单位|政府|街道|社区|镇|乡|区|县|市|科室|科|中心|公司|医院|学校|支队|大队"
    r"|处(?!理|置)|站|所(?!反|提|述)|公积金|职院|机关)"
)
"""How the name of a body ends."""
_NAME: Final = rf"(?:[^\W\d换修装退补停拆罚赔铺贴]{{1,12}}?{_BODY})"
"""A body's name, with no word of mending, paying or stopping in it."""
_PASSING: Final = (
    "(?:转|交|移|由|向|给|至|到|请|与|和|同|会|及|或|等|直接|建议|具体|联系|咨询|拨打){1,4}您?你?"
)
_PASSED: Final = rf"{_PASSING}(?:{_NAME}等?){{1,3}}"

_WORDS: Final = "|".join(sorted(map(re.escape, CHINESE), key=lambda word: (-len(word), word)))
_VOCABULARY: Final = re.compile(rf"(?>{_PASSED}|{_WORDS}| )*+")


def only_acknowledges(text: str) -> bool:
    """Whether every clause of the text is an acknowledgement, a courtesy or an empty claim.

    An empty text acknowledges nothing and is not an answer either: True.

    >>> only_acknowledges("您好！您反映的问题已收悉，已转相关部门处理，请耐心等待。")
    True
    >>> only_acknowledges("已转市水务公司，10月3日换了3栋的减压阀。")
    False
    """
    return all(_is_empty(clause) for clause in _clauses(text))


def _clauses(text: str) -> list[str]:
    return [clause for clause in _BREAKS.split(unicodedata.normalize("NFKC", text)) if clause.strip()]


def _is_empty(clause: str) -> bool:
    rest = _MARKS.sub(" ", _DATES.sub(" ", clause)).strip().lower()
    if not rest:
        return True
    if rest.isascii():
        return ENGLISH.issuperset(rest.split())
    return len(rest) <= _LONGEST_EMPTY_CLAUSE and _VOCABULARY.fullmatch(rest) is not None
