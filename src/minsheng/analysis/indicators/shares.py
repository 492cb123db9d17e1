"""A share with its interval.

Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).
"""

from __future__ import annotations

from math import sqrt
from typing import Final

Z95: Final = 1.959963984540054


def wilson(k: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The interval (low, high) within 0..1 for k of n, by default 95 %.

    Raises ValueError unless 0 ≤ k ≤ n and n > 0.

    >>> [round(x, 4) for x in wilson(8, 10)]
    [0.4902, 0.9433]
    """
    if not 0 <= k <= n or n == 0:
        raise ValueError("k of n with 0 <= k <= n and n > 0")
    p, zz = k / n, z * z
    centre = p + zz / (2 * n)
    spread = z * sqrt(p * (1 - p) / n + zz / (4 * n * n))
    return max(0.0, (centre - spread) / (1 + zz / n)), min(1.0, (centre + spread) / (1 + zz / n))
