"""May this be filed? Which grounds are there to send a resident away?

Two: there is nothing in it, or there is more of it than fits. Being unclear, angry, rude or mistaken is none,
and neither is having said it before.

Source: this platform (basis: design); the numbers are in `TERMS` and stand beside each field.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from minsheng.kernel.words import Kind, Refusal, Text

EMPTY: Final = Text("写下发生了什么，一句话也可以", "Say what happened; one line will do")


@dataclass(frozen=True, slots=True)
class IntakeTerms:
    """How much fits: characters (code points) of the words and of the place, photographs with one filing."""

    max_words: int = 20_000
    max_place: int = 300
    max_photos: int = 5
    max_photo_bytes: int = 10_000_000


TERMS: Final = IntakeTerms()


def why_not_file(words: str, terms: IntakeTerms = TERMS) -> Refusal | None:
    """None if these words may be filed.

    >>> why_not_file("你们都是饭桶！！！") is None
    True
    >>> why_not_file(" \\u3000\\n").code
    'words_empty'
    """
    if is_empty(words):
        return Refusal("words_empty", EMPTY, field="words", source=_SOURCE)
    if len(words) > terms.max_words:
        return Refusal(
            "words_too_long",
            Text(
                f"写了{len(words)}个字，一次最多收{terms.max_words}个。先写最要紧的，其余的收到回执以后补充。",
                f"This has {len(words)} characters; {terms.max_words} fit at a time. Start with what matters "
                "most and add the rest once you hold the receipt.",
            ),
            field="words",
            source=_SOURCE,
        )
    return None


def is_empty(words: str) -> bool:
    """Whether nothing can be seen in it: blanks, line ends, invisible characters."""
    return all(unicodedata.category(char)[0] in "ZC" for char in words)


def why_not_keep(words: str) -> Refusal | None:
    """None if the words can be kept byte for byte: a NUL or half a surrogate pair is no text."""
    if "\0" in words or any("\ud800" <= char <= "\udfff" for char in words):
        return Refusal(
            "words_not_text",
            Text(
                "这段文字里有存不下来的符号，删掉它再交。",
                "A sign in this cannot be kept; take it out and send again.",
            ),
            Kind.SHAPE,
            field="words",
        )
    return None


def why_not_this_place(place: str, terms: IntakeTerms = TERMS) -> Refusal | None:
    """None if the free words for the place fit."""
    if len(place) <= terms.max_place:
        return why_not_keep(place)
    return Refusal(
        "place_too_long",
        Text(
            f"地点最多{terms.max_place}个字，长的写到第1步里。",
            f"At most {terms.max_place} characters for the place; put the rest into step 1.",
        ),
        field="place",
    )


_SOURCE: Final = "minsheng.listen.rules.intake"
