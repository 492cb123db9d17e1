"""Who answers the attested checks that procedures name? A table filled by site/wiring.py, read by `act`.

A structural check the kernel decides from entries and documents; an attested one needs something outside
(a count over other matters, a mail that arrived, a person's certificate). Its provider is asked once, in the
act, for the entry's legal day; the answer is stored in the entry and replay reads it there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from minsheng.kernel.entry import CheckValue, FactValue
from minsheng.kernel.procedure.model import Procedure

Answer = Mapping[str, CheckValue]
"""`{ok: bool, method: str, version: int, why: str}` and whatever count the check is about."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a provider may look at. `on` is the legal day for which it answers, `at` the moment of asking."""

    matter: str
    procedure: Procedure
    step: str | None
    outcome: str | None
    body: str | None
    actor: str | None
    facts: Mapping[str, FactValue]
    documents: Mapping[str, Mapping[str, Any]]
    on: date
    at: datetime


Provider = Callable[[Question], Answer]

PROVIDERS: dict[str, Provider] = {}
"""Check → provider. A procedure that names a check which is neither structural nor here does not load."""
