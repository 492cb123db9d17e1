"""A sentence that a component may be given: plain, or in both languages.

`ui` knows no room and no kernel, so it asks for the shape of `kernel.words.Text` only.
"""

from __future__ import annotations

from typing import Protocol, TypeAlias, runtime_checkable

from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.translation import get_language


@runtime_checkable
class Bilingual(Protocol):
    """Anything that can be said in Chinese or in English, such as `kernel.words.Text`."""

    def in_(self, language: str, /) -> str: ...


Words: TypeAlias = "str | Bilingual"


def language() -> str:
    """The language of this page: "en" or "zh"."""
    return "en" if (get_language() or "zh").startswith("en") else "zh"


def say(words: object) -> str:
    """The words in the language of this page; None is empty. A marked-safe string stays marked."""
    if words is None:
        return ""
    if isinstance(words, Bilingual):
        return words.in_(language())
    return words if isinstance(words, SafeString) else str(words)


lazy_words = lazy(say, str)
"""`lazy_words(text)`: a text in two languages as a string that is chosen when the page is made. For the
labels of choices, where Django would take a `Text` (a tuple) for a group."""


def capital(words: str) -> str:
    """The words as they begin a line: in English with a capital first letter, in Chinese as they are.

    Titles in rule files are written in small letters, as they stand inside a sentence.
    """
    if language() != "en" or not words[:1].islower():
        return words
    begun = words[0].upper() + words[1:]
    return SafeString(begun) if isinstance(words, SafeString) else begun


def together(*sentences: str) -> str:
    """Sentences one after the other, with a blank between them in English. Empty ones are left out."""
    return (" " if language() == "en" else "").join(sentence for sentence in sentences if sentence)
