"""What a bench gives back, and how it is shown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """One number. `bar`: the least value that passes (with `most` the greatest); None: it is only told."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    most: bool = False
    note: str = ""
    size: dict[str, Any] = field(default_factory=dict)

    @property
    def passes(self) -> bool | None:
        """Whether the bar holds; None without one."""
        if self.bar is None:
            return None
        return self.value <= self.bar if self.most else self.value >= self.bar


def shown(measures: Sequence[Measure]) -> str:
    """A table for a terminal."""
    rows = [("", "measure", "value", "bar", "")]
    for one in measures:
        bar = "" if one.bar is None else f"{'≤' if one.most else '≥'} {_number(one.bar)}"
        mark = {None: "", True: "ok", False: "MISSED"}[one.passes]
        rows.append((mark, one.name, f"{_number(one.value)} {one.unit}", bar, one.note))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip()
        for row in rows
    )


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def as_json(measures: Sequence[Measure], about: dict[str, Any]) -> str:
    """Everything, for whoever compares runs."""
    rows = [asdict(one) | {"passes": one.passes} for one in measures]
    return json.dumps({"about": about, "measures": rows}, ensure_ascii=False, indent=1)
