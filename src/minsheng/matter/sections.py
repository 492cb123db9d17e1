"""A part of a form as a page shows it: made by forms, laid out by pages, known to both."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import BoundField

from minsheng.ui.words import Words


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a hint, the fields; `panel` for what only some choices need."""

    heading: Words
    hint: Words
    fields: tuple[BoundField, ...]
    panel: bool = False
