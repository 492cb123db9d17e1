"""Charts as pictures: SVG made on the server, without style attributes, so that the page's policy holds.

Every colour and pattern is a class of base.css. A picture always has its table beside it; where the table
says everything, the picture is hidden from the ear.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from minsheng.ui.components import Fill, Part

_BAR = 640.0
_PAINT: dict[Fill, str] = {
    "solid": 'class="solid"',
    "dark": 'class="dark"',
    "empty": 'class="empty"',
    "hatch": 'fill="url(#{}-hatch)"',
    "unknown": 'fill="url(#{}-unknown)"',
}


def patterns(figure: str) -> SafeString:
    """The two hatchings as SVG definitions; their ids start with the slug of the figure."""
    return format_html(
        '<defs><pattern id="{0}-hatch" width="7" height="7" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(45)"><path class="hatch" d="M0 0V7"/></pattern>'
        '<pattern id="{0}-unknown" width="6" height="6" patternUnits="userSpaceOnUse"'
        ' patternTransform="rotate(-45)"><path class="hatch2" d="M0 0V6"/></pattern></defs>',
        figure,
    )


def _paint(fill: Fill, figure: str) -> SafeString:
    return mark_safe(_PAINT[fill].format(figure))  # noqa: S308 - the slug is checked by `stacked_bar`


def stacked_bar(parts: Sequence[Part], *, figure: str, label: str) -> SafeString:
    """One whole cut into its parts, in the order given. Empty when there is nothing to cut.

    figure  slug that starts the ids of the patterns; letters, digits and hyphens only, else ValueError
    label   what the picture says, read aloud
    """
    if not figure.replace("-", "").isalnum() or not figure.isascii():
        raise ValueError(f"not a slug: {figure!r}")
    total = sum(part.n for part in parts)
    if total <= 0:
        return SafeString("")
    pieces = []
    left = 0.0
    for part in parts:
        width = _BAR * part.n / total
        if part.n > 0:
            pieces.append(
                format_html(
                    '<rect x="{0}" y="1" width="{1}" height="38" {2}/>'
                    '<rect x="{0}" y="1" width="{1}" height="38" class="frame"/>',
                    f"{left:.1f}",
                    f"{width:.1f}",
                    _paint(part.fill, figure),
                )
            )
        left += width
    return format_html(
        '<svg class="chart bar" viewBox="0 0 640 40" role="img" aria-label="{}"'
        ' preserveAspectRatio="none">{}{}</svg>',
        label,
        patterns(figure),
        format_html_join("", "{}", ((piece,) for piece in pieces)),
    )


def key(fill: Fill, *, figure: str) -> SafeString:
    """The sample of a fill beside its words in the table."""
    return format_html(
        '<svg class="key" viewBox="0 0 26 16" aria-hidden="true"><rect width="26" height="16" {}/></svg>',
        _paint(fill, figure),
    )


def interval_line(low: float, rate: float, high: float) -> SafeString:
    """An interval on the way from 0 to 1, with the value as an upright mark. All three in 0..1."""

    def x(share: float) -> float:
        return 4 + 192 * min(max(share, 0.0), 1.0)

    return format_html(
        '<svg class="chart interval" viewBox="0 0 200 22" aria-hidden="true" preserveAspectRatio="none">'
        '<path class="hair" d="M4 2V20M100 2V20M196 2V20"/><path class="range" d="M{} 11H{}"/>'
        '<rect class="dark" x="{}" y="3" width="5" height="16"/></svg>',
        f"{x(low):.1f}",
        f"{x(high):.1f}",
        f"{x(rate) - 2.5:.1f}",
    )


def trend(
    points: Sequence[tuple[str, float | None, float | None, float | None]], *, label: str
) -> SafeString:
    """Months from left to right: (name, low, rate, high), shares 0..1; without a rate a dash.

    The picture is at least six months wide, so that letters keep their size where there are fewer.
    """
    step = 58
    width = 14 + 42 + step * max(len(points), 6)
    pieces = []
    for number, (name, low, rate, high) in enumerate(points):
        x = 72 + step * number
        mark = format_html('<text x="{}" y="174" text-anchor="middle">{}</text>', x, name)
        if rate is None or low is None or high is None:
            mark += format_html('<path class="gap" d="M{} 75H{}"/>', x - 9, x + 9)
        else:
            mark += format_html(
                '<path class="range" d="M{0} {1}V{2}"/>'
                '<rect class="dark" x="{3}" y="{4}" width="18" height="3"/>',
                x,
                f"{150 - 149 * low:.1f}",
                f"{150 - 149 * high:.1f}",
                x - 9,
                f"{150 - 149 * rate - 1.5:.1f}",
            )
        pieces.append((mark,))
    return format_html(
        '<svg class="chart trend" viewBox="0 0 {0} 180" role="img" aria-label="{1}">'
        '<path class="hair" d="M42 1H{0}M42 75H{0}M42 150H{0}"/>'
        '<text x="0" y="13">100%</text><text x="0" y="79">50%</text><text x="0" y="154">0</text>{2}</svg>',
        width,
        label,
        format_html_join("", "{}", pieces),
    )
