"""Words that all rules share: a text in two languages, a refusal, what is missing and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]


class Text(NamedTuple):
    """The same sentence in Chinese and in English."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The sentence in the language whose code starts with "en", else in Chinese."""
        return self.en if language.startswith("en") else self.zh


class Kind(StrEnum):
    """What sort of no this is; a page turns it into its HTTP status."""

    SHAPE = "shape"  # 400: the input has not the form
    POLICY = "policy"  # 422: a rule says no
    PERSON = "person"  # 403: not this person
    CONFLICT = "conflict"  # 409: somebody was faster
    ABSENT = "absent"  # 404: there is no such thing


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing, whose it is, and until when it may come."""

    what: Text
    owner: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no that helps: code, reason in plain words, its ground, what is missing, where to go next."""

    code: str
    reason: Text
    kind: Kind = Kind.POLICY
    source: str = ""
    missing: tuple[Missing, ...] = ()
    next: Text | None = None
    field: str | None = None
