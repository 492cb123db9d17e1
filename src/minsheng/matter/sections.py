"""A part of a form as a page shows it: made by forms, laid out by pages, known to both."""

from __future__ import annotations

from dataclasses import dataclass

from django.forms import BoundField

from minsheng.ui.words import Words


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, a hint, the fields; `panel` for a quiet band.

    `only`: the numbers of the choices that need it, () for all. Where the browser can (`:has`), the style
    sheet shows the part once one of them is chosen; elsewhere the part is always there and says so itself.
    """

    heading: Words
    hint: Words
    fields: tuple[BoundField, ...]
    panel: bool = False
    only: tuple[int, ...] = ()

    @property
    def classes(self) -> str:
        """Classes for the style sheet."""
        return " ".join(
            [
                *(["panel"] if self.panel else []),
                "flow",
                *(["only"] if self.only else []),
                *(f"for-{i}" for i in self.only),
            ]
        )
