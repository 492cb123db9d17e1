"""The daily disclosure: which entries and parts everybody sees from today on, decided once and kept.

The decisions are in rules/disclosure.py; here the chains are read, page by page, and the days on which
parts open are stored. On the way the figures are counted, from what is shown and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from django.db import transaction

from minsheng.kernel.entry import Entry
from minsheng.kernel.log.entries import entry_from_bytes
from minsheng.kernel.procedure.status import Status
from minsheng.ledger import queries, sealing
from minsheng.ledger.models import Disclosure, Part
from minsheng.ledger.models import Entry as Row
from minsheng.ledger.pinned import Pinned
from minsheng.ledger.records import NotBegun
from minsheng.ledger.rules.disclosure import Guarded, Hidden, hidden, levels, opens_on, shared
from minsheng.verify.figures import Counting, Figures

PAGE: Final = 2_000
"""Entries read at once; a chain is never cut between two pages."""


@dataclass(slots=True)
class Disclosed:
    """What a day's disclosure decided about the tree of `size` leaves."""

    day: date
    size: int
    note: str
    hidden: dict[bytes, Hidden] = field(default_factory=dict)
    """Commitment to reason, of entries that are in the tree and not shown."""
    n_shown: int = 0
    n_opened: int = 0
    figures: Figures = field(default_factory=Figures)


@dataclass(frozen=True, slots=True)
class _Chain:
    matter: str
    entries: list[Entry]
    commitments: list[bytes]


@dataclass(slots=True)
class _Open:
    """Parts to open, and the guarded ones that wait for the count over all matters."""

    parts: list[int] = field(default_factory=list)
    guarded: list[Guarded] = field(default_factory=list)
    waiting: dict[tuple[str, str], list[int]] = field(default_factory=dict)


def disclose(day: date, now: datetime, pinned: Pinned) -> Disclosed:
    """Decide and keep what is shown from the disclosure of `day` on. Raises NotBegun.

    `day` is the last day whose entries are shown, normally yesterday. Parts that were opened stay open.
    """
    last = queries.checkpoint()
    if last is None:
        raise NotBegun("there is no log yet; begin it with: minsheng init")
    found, to_open = Disclosed(day, last.size, last.note), _Open()
    for page in _pages(last.size):
        closed = _closed_parts([chain.matter for chain in page])
        for chain in page:
            _decide(chain, closed.get(chain.matter, []), found, to_open, pinned)
    for pair in shared(to_open.guarded):
        to_open.parts += to_open.waiting.get(pair, [])
    with transaction.atomic():
        for start in range(0, len(to_open.parts), 500):
            Part.objects.filter(pk__in=to_open.parts[start : start + 500]).update(opened_on=day)
        Disclosure.objects.update_or_create(day=day, defaults={"at": now, "size": last.size})
    found.n_opened = len(to_open.parts)
    return found


def _pages(size: int) -> Iterator[list[_Chain]]:
    """All chains as far as they are in the tree, in the order of their matters' ids."""
    after = ""
    while True:
        rows = list(_entries(matter__gt=after)[:PAGE])
        if len(rows) == PAGE and rows[0][0] != rows[-1][0]:
            last = rows[-1][0]
            rows = [row for row in rows if row[0] != last]  # the last chain may go on in the next page
        elif len(rows) == PAGE:
            rows = list(_entries(matter=rows[0][0]))
        if not rows:
            return
        after = rows[-1][0]
        places = queries.leaf_indices([bytes(row[1]).hex() for row in rows])
        rows = [row for row in rows if places.get(bytes(row[1]).hex(), size) < size]
        yield [
            _Chain(
                matter,
                [entry_from_bytes(bytes(row[2])) for row in chain],
                [bytes(row[1]) for row in chain],
            )
            for matter, chain in ((m, [r for r in c if r[2] is not None]) for m, c in groupby(rows, _matter))
            if chain
        ]


def _entries(**where: Any) -> Any:
    """(matter, commitment, body) of entries, along the index of chains."""
    rows = Row.objects.filter(**where).order_by("matter", "n")
    return rows.values_list("matter", "commitment", "body")


def _matter(row: tuple[str, bytes, bytes | None]) -> str:
    return row[0]


def _closed_parts(matters: Sequence[str]) -> dict[str, list[Part]]:
    """The parts that are not open yet, and every guarded one, for they count."""
    rows = Part.objects.filter(matter__in=matters, box__isnull=False).order_by("id")
    found: dict[str, list[Part]] = {}
    for row in rows:
        if row.guarded or (row.opened_on is None and row.disclose != "never"):
            found.setdefault(row.matter, []).append(row)
    return found


def _decide(chain: _Chain, parts: Sequence[Part], found: Disclosed, to_open: _Open, pinned: Pinned) -> None:
    reasons = hidden(chain.entries, found.day)
    for commitment, reason in zip(chain.commitments, reasons, strict=True):
        if reason is None:
            found.n_shown += 1
        else:
            found.hidden[commitment] = reason
    shown = [reason is None for reason in reasons]
    happened, body = _follow(chain.entries, shown, found.figures, pinned)
    if not parts:
        return
    place = {entry.n: at for at, entry in enumerate(chain.entries)}
    level = levels(chain.entries)[-1]
    newest: dict[str, Part] = {}
    for part in parts:
        at = place.get(part.n)
        if at is None:
            continue
        if part.guarded and level != "open":
            if shown[at]:
                newest[part.name] = part
                # Only the newest was counted: what it said before may be shared with nobody.
                to_open.waiting[part.matter, part.name] = [part.pk] if part.opened_on is None else []
        elif part.opened_on is None:
            rule = "with_entry" if part.guarded else part.disclose
            if opens_on(rule, at, happened, chain.entries, shown) is not None:
                to_open.parts.append(part.pk)
    if newest:
        month = chain.entries[0].on.isoformat()[:7]
        values = _values(chain.matter, list(newest.values()))
        group = (body, month) if body else None
        to_open.guarded.append(Guarded(chain.matter, group, tuple(sorted(values, key=_kind_first))))


def _kind_first(pair: tuple[str, object]) -> tuple[bool, str]:
    """Kind before the others: what it is opens before where it is."""
    return pair[0] != "kind", pair[0]


def _values(matter: str, parts: Sequence[Part]) -> list[tuple[str, bool | int | str]]:
    key = sealing.key_of(matter)
    found = []
    for part in parts:
        _, value, _ = queries.unbox(
            key.unseal(bytes(part.box or b""), queries.part_purpose(part.n, part.name))
        )
        if isinstance(value, (bool, int, str)):
            found.append((part.name, value))
    return found


def _follow(
    entries: Sequence[Entry], shown: Sequence[bool], figures: Figures, pinned: Pinned
) -> tuple[list[set[str]], str]:
    """What happened with each entry, and the body that has the matter ("" for none).

    Folds what is shown, from the opening to the first gap, and counts it, exactly as `verify` will.
    """
    happened = [{entry.event} for entry in entries]
    counting, here, office = Counting(figures), None, ""
    for at, entry in enumerate(entries):
        if not shown[at] or entry.n != at:
            break
        counting.before(here, entry)
        if here is None:
            here = pinned.begin(entry)
            if here is None:
                break
        elif not pinned.move(here, entry):
            break
        counting.after(here, entry)
        happened[at].update(event for event, (n, _) in here.happened.items() if n == entry.n)
        office = entry.body or office
    if here is not None:
        counting.close(here)
    return happened, _assigned(here) or office


def _assigned(here: Status | None) -> str:
    return next(reversed(list(here.assigned.values())), "") if here is not None else ""
