"""A resident's words as others read them: the preview before consent and the public page say the same."""

from __future__ import annotations

from minsheng.analysis.text import mask
from minsheng.analysis.text.mask import Span
from minsheng.bodies import queries as bodies


def official_numbers() -> frozenset[str]:
    """The telephone numbers of the town and its bodies: everybody may know them."""
    town = bodies.town()
    listed = [one.number for one in (*town.contacts, *town.emergency)]
    return frozenset([*listed, *(body.contact for body in bodies.bodies() if body.contact)])


def hidden_in(words: str) -> tuple[Span, ...]:
    """The stretches that others do not get to read."""
    return mask.find(words, official=official_numbers())


def as_others_read(words: str) -> str:
    """The words with a mark in the place of each stretch."""
    return mask.masked(words, official=official_numbers())
