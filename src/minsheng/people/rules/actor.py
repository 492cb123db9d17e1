"""Who acts: a person in a role, for a body."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.kernel.words import Text


@dataclass(frozen=True, slots=True)
class Actor:
    """One person in one role.

    `person` is opaque: 16 hex digits for an account, "resident:<matter>" for a resident, who needs none;
    it never reaches the ledger, a pseudonym valid within the matter does. `body` is the code of the body
    acted for (None for residents and the public). `unit` is the section within the body. `name_shown` is
    what colleagues see, never the public.
    """

    person: str
    role: str
    body: str | None = None
    name_shown: Text | None = None
    unit: str | None = None
