"""The rule files and calendars that entries pin by hash, as the export carries them.

The ledger does not know procedures; whoever asks it for an export hands these over, and the same reducer as
everywhere says what happened with an entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import Entry, FactValue
from minsheng.kernel.procedure import fold
from minsheng.kernel.procedure.load import apply_override, load
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.status import Status, start

UNFIT = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What the reducer may raise over a chain that its rule file does not fit."""


@dataclass(frozen=True)
class Pinned:
    """Rule files and local overrides byte for byte, and calendars; all that any entry ever pinned."""

    procedures: tuple[bytes, ...] = ()
    overrides: tuple[bytes, ...] = ()
    calendars: tuple[WorkCalendar, ...] = ()
    _loaded: dict[tuple[str, str], Procedure | None] = field(default_factory=dict, compare=False, repr=False)

    def procedure(self, facts: Mapping[str, FactValue]) -> Procedure | None:
        """The procedure that an entry 0 with these facts pins; None if its files are not here."""
        key = str(facts.get("procedure_sha256", "")), str(facts.get("override_sha256", ""))
        if key not in self._loaded:
            self._loaded[key] = self._load(*key)
        return self._loaded[key]

    def begin(self, entry: Entry) -> Status | None:
        """The status after entry 0; None if a file that it pins is not here."""
        procedure = self.procedure(entry.facts)
        if procedure is None:
            return None
        try:
            return start(procedure, entry, self.by_hash)
        except UNFIT:
            return None

    def move(self, status: Status, entry: Entry) -> bool:
        """Fold the next entry in, in place; False if it does not fit."""
        try:
            fold.apply(status, entry, self.by_hash)
        except UNFIT:
            return False
        return True

    @cached_property
    def by_hash(self) -> Mapping[str, WorkCalendar]:
        """The calendars by their hash."""
        return MappingProxyType({calendar.sha256: calendar for calendar in self.calendars})

    def _load(self, procedure_sha: str, override_sha: str) -> Procedure | None:
        source = _find(self.procedures, procedure_sha)
        loaded = load(source, name=f"{procedure_sha[:16]}.yaml") if source is not None else None
        if isinstance(loaded, Procedure) and override_sha:
            override = _find(self.overrides, override_sha)
            if override is None:
                return None
            loaded = apply_override(loaded, override, name=f"{override_sha[:16]}.yaml")
        return loaded if isinstance(loaded, Procedure) else None


def _find(files: Iterable[bytes], digest: str) -> bytes | None:
    return next((data for data in files if sha256(data).hexdigest() == digest), None)
