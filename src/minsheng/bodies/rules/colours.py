"""May a town use these colours? Readable on every ground, and never mistaken for "late" or "wrong".

Source: WCAG 2.2, relative luminance and contrast ratio (SC 1.4.3); the grounds are those of the design
system (docs/design-system.md). A town changes `act`, `act_firm` and `act_tint` only.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from minsheng.bodies.rules.town import Colours
from minsheng.kernel.words import Text

LEAST_CONTRAST: Final = 4.5
"""WCAG 2.2 SC 1.4.3, text of ordinary size."""

LEAST_HUE_DISTANCE: Final = 20
"""Degrees on the HSL circle between the town's colour and `late` or `wrong`."""

LEAST_SATURATION: Final = 0.15
"""HSL saturation below which a colour has no hue to speak of and would read as text or as "unknown"."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The fixed colours of one scheme, as #rrggbb."""

    paper: str
    sheet: str
    tint: str
    ink: str
    on_act: str
    late: str
    wrong: str


LIGHT: Final = Ground("#f4f6f4", "#ffffff", "#e7edea", "#17211f", "#ffffff", "#8a420c", "#982438")
DARK: Final = Ground("#121817", "#1a2221", "#232d2b", "#e8eeeb", "#0c2022", "#edab6c", "#f2a0ab")
SCHEMES: Final[Mapping[str, Ground]] = MappingProxyType({"light": LIGHT, "dark": DARK})


def is_colour(value: str) -> bool:
    """True for #rrggbb in hex digits."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", value) is not None


def _channels(colour: str) -> tuple[float, float, float]:
    """Red, green, blue as shares 0..1."""
    r, g, b = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return r, g, b


def luminance(colour: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(a: str, b: str) -> float:
    """The contrast ratio of two colours, 1 to 21, in either order.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    lighter, darker = sorted((luminance(a), luminance(b)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def hue(colour: str) -> float:
    """The hue in degrees, 0 to 360, on the HSL circle; 0 for a grey."""
    return colorsys.rgb_to_hls(*_channels(colour))[0] * 360


def saturation(colour: str) -> float:
    """HSL saturation, 0 (grey) to 1."""
    return colorsys.rgb_to_hls(*_channels(colour))[2]


def hue_distance(a: str, b: str) -> float:
    """Degrees between two hues, 0 to 180."""
    apart = abs(hue(a) - hue(b)) % 360
    return min(apart, 360 - apart)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one colour of one scheme."""

    colour: str  # act, act_firm or act_tint
    message: Text


def faults(scheme: str, colours: Colours) -> Iterator[Fault]:
    """Everything that speaks against these colours in the scheme "light" or "dark"."""
    fixed = SCHEMES[scheme]
    grounds = {"paper": fixed.paper, "sheet": fixed.sheet, "tint": fixed.tint, "act_tint": colours.act_tint}
    for name, colour in (("act", colours.act), ("act_firm", colours.act_firm)):
        for ground, behind in grounds.items():
            yield from _too_faint(name, colour, ground, behind)
        yield from _too_faint(name, colour, "on_act", fixed.on_act)
        if saturation(colour) < LEAST_SATURATION:
            yield Fault(
                name,
                Text(
                    f"{colour}几乎是灰色，会和正文、“不知道”混在一起。",
                    f"{colour} is almost grey and would read as text or as 'unknown'.",
                ),
            )
            continue
        for taken, other in (("late", fixed.late), ("wrong", fixed.wrong)):
            if (apart := hue_distance(colour, other)) < LEAST_HUE_DISTANCE:
                yield Fault(
                    name,
                    Text(
                        f"{colour}和表示{'晚' if taken == 'late' else '填错'}的{other}色相只差{apart:.0f}度，"
                        f"至少要{LEAST_HUE_DISTANCE}度。",
                        f"{colour} is {apart:.0f}° of hue from '{taken}' ({other}); "
                        f"at least {LEAST_HUE_DISTANCE}° are needed.",
                    ),
                )
    yield from _too_faint("act_tint", colours.act_tint, "ink", fixed.ink)


def _too_faint(name: str, colour: str, ground: str, behind: str) -> Iterator[Fault]:
    if (ratio := contrast(colour, behind)) < LEAST_CONTRAST:
        yield Fault(
            name,
            Text(
                f"{colour}和{ground}（{behind}）的对比度只有{ratio:.2f}，至少要{LEAST_CONTRAST}。",
                f"{colour} against {ground} ({behind}) has a contrast of {ratio:.2f}; "
                f"at least {LEAST_CONTRAST} is needed.",
            ),
        )


def style_sheet(light: Colours | None, dark: Colours | None) -> str:
    """The town's colours as CSS custom properties, to be loaded after the design system's own; "" if none."""
    parts = []
    if light:
        parts.append(f":root {{ {_properties(light)} }}")
    if dark:
        parts.append(f"@media (prefers-color-scheme: dark) {{ :root {{ {_properties(dark)} }} }}")
    if parts:  # ink on paper stays ink on paper
        parts.append("@media print { :root { --act: #000; --act-firm: #000; --act-tint: #fff } }")
    return "\n".join(parts) + ("\n" if parts else "")


def _properties(colours: Colours) -> str:
    return f"--act: {colours.act}; --act-firm: {colours.act_firm}; --act-tint: {colours.act_tint}"
