"""What did the residents say, per body and month? The counts that every published figure rests on.

One function for the publisher and for whoever checks it (docs/formats.md §7). Only disclosed matters count,
and only what stands at the close of the month: a verdict that was cancelled within its month is not counted.

A cell is (procedure, body, month). Its counts, all of matters except the last three, which are of entries:

- solved, partly, not, cannot_tell: the resident's last word of the month, where it still stood at its close;
- unknown: the resident was asked and said nothing (lapsed);
- due: the sum of these five, the denominator;
- by_other_hand: of the four words, those taken down by call, paper or counter;
- withdrawn, concluded, completed: ends of these kinds that stood at the close of the month they came in;
- undelivered: of the concluded, those that ended because they could not be sent back once more: what a
  review, a recheck or a ruling ordered was not delivered;
- late: limits missed for the first time; still_late: every further time; silent: promised messages unsent.

The body is the one that was assigned last; without any, the desk that acted last (a role of kind unit, no
independent one); empty if none has acted yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import CLOCK, Entry
from minsheng.kernel.log.canonical import NotCanonical, canonical, parse_canonical
from minsheng.kernel.procedure.model import End, Procedure, Step
from minsheng.kernel.procedure.status import Status, advance, status
from minsheng.verify.export import FIGURES
from minsheng.verify.findings import Findings

FORMAT: Final = "minsheng.figures/v1"
WORDS: Final = ("solved", "partly", "not", "cannot_tell", "unknown")
COUNTS: Final = (
    "due", *WORDS, "by_other_hand", "withdrawn", "concluded", "completed", "undelivered",
    "late", "still_late", "silent",
)  # fmt: skip
MOST_CELLS: Final = 100
"""Cells that are named when figures differ."""

OTHER_HANDS: Final = frozenset(("call", "paper", "counter"))

Cell = tuple[str, str, str]
"""(procedure, body, month as YYYY-MM)"""


@dataclass(slots=True)
class Figures:
    """Counts by cell."""

    cells: dict[Cell, dict[str, int]] = field(default_factory=dict)

    def add(self, cell: Cell, name: str, n: int = 1) -> None:
        """Count n more."""
        counts = self.cells.get(cell)
        if counts is None:
            counts = self.cells[cell] = dict.fromkeys(COUNTS, 0)
        counts[name] += n

    def to_bytes(self, through: date) -> bytes:
        """figures.json: the counts through and with a day, cells in order."""
        rows = [
            {"procedure": procedure, "body": body, "month": month, **self.cells[procedure, body, month]}
            for procedure, body, month in sorted(self.cells)
        ]
        return canonical({"format": FORMAT, "through": through.isoformat(), "cells": rows}) + b"\n"


class Counting:
    """Counts one matter while its entries are folded: `before` and `after` each entry, `close` at the end.

    The status may be folded in place between the two calls.
    """

    __slots__ = (
        "_body", "_ended_n", "_figures", "_hand", "_last_office", "_month", "_word", "_word_month"
    )  # fmt: skip

    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._body = ""
        self._last_office = ""
        self._month = ""
        self._word: str | None = None
        self._word_month = ""
        self._hand = False
        self._ended_n: int | None = None

    def before(self, here: Status | None, entry: Entry) -> None:
        """What stands before an entry; None before the first."""
        month = entry.on.isoformat()[:7]
        if here is not None and month != self._month:
            self._close_month(here)
        self._month = month
        self._ended_n = here.ended_n if here is not None else None

    def after(self, here: Status, entry: Entry) -> None:
        """What stands after it."""
        role = here.procedure.roles.get(entry.role)
        if entry.body is not None and role is not None and role.kind == "unit":
            self._last_office = entry.body
        self._body = _assigned(here) or self._last_office
        if self._ended_n is not None and here.ended_n != self._ended_n:
            self._word = None  # that end was cancelled: what was said no longer stands
        word = word_of(here.procedure, entry)
        if word is not None:
            self._word, self._word_month = word, self._month
            self._hand = entry.facts.get("via") in OTHER_HANDS
        if entry.role == CLOCK:
            self._count_clock(here, entry)

    def close(self, last: Status) -> None:
        """Count what stands at the end of the period."""
        self._close_month(last)

    def _close_month(self, here: Status) -> None:
        procedure, month = here.procedure, self._month
        if self._word is not None and self._word_month == month:
            cell = (procedure.id, self._body, month)
            self._figures.add(cell, self._word)
            self._figures.add(cell, "due")
            if self._hand and self._word != "unknown":
                self._figures.add(cell, "by_other_hand")
        if here.end is not None and here.ended_on is not None:
            kind = here.end.value
            if kind in ("withdrawn", "concluded", "completed") and here.ended_on.isoformat()[:7] == month:
                self._figures.add((procedure.id, self._body, month), kind)
                if _sent_back_in_vain(here):
                    self._figures.add((procedure.id, self._body, month), "undelivered")

    def _count_clock(self, after: Status, entry: Entry) -> None:
        month = self._month
        if entry.event in ("late", "hour_missed"):
            breach = after.late[-1] if after.late else None
            body = (breach.body if breach is not None else None) or self._body
            again = entry.facts.get("k", 1) != 1
            self._figures.add((after.procedure.id, body, month), "still_late" if again else "late")
        elif entry.event == "silent":
            self._figures.add((after.procedure.id, self._body, month), "silent")


def check_figures(published: bytes | None, own: Figures, through: date, findings: Findings) -> None:
    """The published figures are, byte for byte, those that the entries give; names each cell that differs."""
    right = own.to_bytes(through)
    if published == right:
        return
    try:
        shown = {_cell(row): row for row in parse_canonical((published or b"").removesuffix(b"\n"))["cells"]}
    except (NotCanonical, LookupError, TypeError):
        shown = {}
    differing = [row for row in parse_canonical(right[:-1])["cells"] if shown.pop(_cell(row), None) != row]
    places = sorted({_cell(row) for row in differing} | set(shown))
    for procedure, body, month in places[:MOST_CELLS] or [("", "", "")]:
        findings.add(
            "figures",
            f"公布的数字与从记录算出的不同：{procedure} {body} {month}",
            f"the published figures are not those that the entries give: {procedure} {body} {month}",
            file=FIGURES,
        )


def _cell(row: Mapping[str, object]) -> Cell:
    return str(row["procedure"]), str(row["body"]), str(row["month"])


def word_of(procedure: Procedure, entry: Entry) -> str | None:
    """The resident's word that this entry records, one of WORDS; None if it records none."""
    if entry.event not in ("done", "lapsed") or entry.step is None or entry.outcome is None:
        return None
    step = procedure.steps.get(entry.step)
    if step is None or not is_verdict(procedure, step):
        return None
    if entry.event == "lapsed":
        return "unknown"
    outcome = step.outcomes.get(entry.outcome)
    if outcome is None:
        return None
    if outcome.id.startswith("partly"):
        return "partly"
    if outcome.end is End.CONFIRMED:
        return "solved"
    if outcome.back and set(outcome.back) == {step.id}:
        return "cannot_tell"
    if outcome.back:
        return "not"
    return "unknown"


def is_verdict(procedure: Procedure, step: Step) -> bool:
    """Whether this is a step at which the resident says whether it is solved."""
    role = procedure.roles.get(step.role)
    return (
        role is not None
        and role.kind == "resident"
        and any(outcome.end is End.CONFIRMED for outcome in step.outcomes.values())
    )


def figures_of(
    histories: Iterable[tuple[Procedure, Sequence[Entry]]], calendars: Mapping[str, WorkCalendar]
) -> Figures:
    """The figures of these matters: the procedure each runs under, with its disclosed entries."""
    figures = Figures()
    for procedure, entries in histories:
        counting = Counting(figures)
        here: Status | None = None
        for entry in entries:
            counting.before(here, entry)
            here = status(procedure, [entry], calendars) if here is None else advance(here, entry, calendars)
            counting.after(here, entry)
        if here is not None:
            counting.close(here)
    return figures


def _sent_back_in_vain(here: Status) -> bool:
    step = here.procedure.steps.get(here.end_step or "")
    outcome = step.outcomes.get(here.end_outcome or "") if step is not None else None
    return outcome is not None and bool(outcome.back)


def _assigned(status: Status) -> str:
    assigned: Mapping[str, str] = status.assigned
    return next(reversed(list(assigned.values())), "")
