"""What has been recorded of a matter: entries, and their exact moments where the reader knows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from minsheng.kernel.entry import Entry


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry with its moment (aware), which is a closed part: None for a reader outside."""

    entry: Entry
    at: datetime | None = None


def entries_of(records: Iterable[Recorded]) -> list[Entry]:
    """The entries alone."""
    return [record.entry for record in records]


def moments_of(records: Iterable[Recorded]) -> Mapping[int, datetime]:
    """The known moments by the entry's n, as `clocks.due` wants them."""
    return {record.entry.n: record.at for record in records if record.at is not None}
