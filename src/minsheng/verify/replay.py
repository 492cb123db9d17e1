"""Was every disclosed entry allowed when it was made, and did everything fall due that had to?

The same reducer that runs the town is folded over each disclosed chain. On the way the figures are counted.
Source: docs/formats.md §6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from minsheng.kernel.calendar import CalendarMalformed, WorkCalendar
from minsheng.kernel.entry import Entry, FactValue
from minsheng.kernel.log.canonical import NotCanonical, parse_canonical, read_again
from minsheng.kernel.log.entries import NotAnEntry, from_wire
from minsheng.kernel.procedure import fold
from minsheng.kernel.procedure.acts import why_not_entry
from minsheng.kernel.procedure.check import check
from minsheng.kernel.procedure.clocks import owed
from minsheng.kernel.procedure.load import apply_override, load
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.status import Status, start
from minsheng.verify.export import Source, calendar_path, override_path, procedure_path
from minsheng.verify.figures import Counting, Figures
from minsheng.verify.findings import Findings
from minsheng.verify.scan import Placed

_BROKEN = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a rule may raise over an entry that no honest ledger has; such an entry was not allowed either."""


@dataclass(slots=True)
class Rules:
    """The rule files and calendars of an export, each read once, by the hash that entries pin."""

    source: Source
    findings: Findings
    calendars: dict[str, WorkCalendar] = field(default_factory=dict)
    _procedures: dict[tuple[str, str], Procedure | None] = field(default_factory=dict)
    _missing: set[str] = field(default_factory=set)

    def procedure(self, facts: Mapping[str, FactValue]) -> Procedure | None:
        """The procedure that entry 0 pins, with its override; None (and a finding, once) if there is none."""
        pinned = str(facts.get("procedure_sha256", "")), str(facts.get("override_sha256", ""))
        if pinned not in self._procedures:
            self._procedures[pinned] = self._load(*pinned)
        return self._procedures[pinned]

    def has_calendar(self, sha256_hex: str) -> bool:
        """Whether the calendar is there and is what its hash says; a finding, once, if it is not."""
        if sha256_hex in self.calendars:
            return True
        path = calendar_path(sha256_hex)
        if path in self._missing:
            return False
        try:
            calendar = WorkCalendar.from_json(parse_canonical(self._read(path).removesuffix(b"\n")))
            if calendar.sha256 == sha256_hex:
                self.calendars[sha256_hex] = calendar
                return True
        except (NotCanonical, CalendarMalformed, TypeError, FileNotFoundError):
            pass
        self._missing.add(path)
        self.findings.add("calendar", "缺少这份日历或内容不对", "missing, or not that calendar", file=path)
        return False

    def _load(self, procedure_sha: str, override_sha: str) -> Procedure | None:
        path = procedure_path(procedure_sha)
        try:
            loaded = load(self._pinned(path, procedure_sha), name=path)
            if not isinstance(loaded, list) and override_sha:
                path = override_path(override_sha)
                loaded = apply_override(loaded, self._pinned(path, override_sha), name=path)
        except FileNotFoundError:
            self.findings.add("rules", "缺少规则文件或内容不对", "missing, or not the pinned file", file=path)
            return None
        wrong = loaded if isinstance(loaded, list) else check(loaded)
        for finding in wrong:
            self.findings.add("rules", finding.message.zh, str(finding), file=path)
        return None if isinstance(loaded, list) else loaded

    def _pinned(self, path: str, sha256_hex: str) -> bytes:
        data = self._read(path)
        if sha256(data).hexdigest() != sha256_hex:
            raise FileNotFoundError(path)
        return data

    def _read(self, path: str) -> bytes:
        data = self.source.read(path)
        if data is None:
            raise FileNotFoundError(path)
        return data


@dataclass(slots=True)
class Replayed:
    """What the replay of all matters gave."""

    figures: Figures = field(default_factory=Figures)
    n_matters: int = 0
    n_entries: int = 0
    n_unopened: int = 0
    """Matters whose first entries are not shown: they were closed to the public when they began."""


def replay(
    matters: Iterable[tuple[str, list[Placed]]], rules: Rules, day: date, findings: Findings
) -> Replayed:
    """Replay every chain, sorted by n, up to and with `day`."""
    found = Replayed()
    for matter, chain in matters:
        if chain[0].n != 0:
            found.n_unopened += 1
            continue
        found.n_matters += 1
        found.n_entries += _replay_one(matter, chain, rules, day, found.figures, findings)
    return found


def _replay_one(
    matter: str, chain: list[Placed], rules: Rules, day: date, figures: Figures, findings: Findings
) -> int:
    """Replay one matter from its opening, as far as it is shown without a gap. Gives how many entries."""
    counting, here, procedure = Counting(figures), None, None
    for n, placed in enumerate(chain):
        if placed.n != n:
            break  # a gap or a fork; chains.py has said which
        try:
            entry = from_wire(read_again(placed.data))
        except NotAnEntry as error:
            findings.add("entry_form", "记录的格式不对", str(error), index=placed.i, matter=matter)
            return n
        if n == 0:
            procedure = rules.procedure(entry.facts)
        if entry.event in ("opened", "calendar") and not rules.has_calendar(
            str(entry.facts.get("calendar", ""))
        ):
            return n
        if procedure is None:
            return n
        _check_shown(here, entry, placed, findings)
        try:
            refusal = why_not_entry(procedure, here, entry, rules.calendars)
            if refusal is None:
                counting.before(here, entry)
                if here is None:
                    here = start(procedure, entry, rules.calendars)
                else:
                    fold.apply(here, entry, rules.calendars)
                counting.after(here, entry)
        except _BROKEN as error:
            _not_allowed(placed, entry, "与规则不合", f"cannot be folded: {error!r}", findings)
            return n
        if refusal is not None:
            why = f"{refusal.reason.en} [{refusal.code}]"
            _not_allowed(placed, entry, refusal.reason.zh, why, findings)
            return n
    if here is None:
        return 0
    counting.close(here)
    if here.n == len(chain) and here.disclosure != "withheld":
        _check_due(matter, chain[-1], here, day, findings)
    return here.n


def _not_allowed(placed: Placed, entry: Entry, zh: str, en: str, findings: Findings) -> None:
    findings.add(
        "not_allowed",
        f"第 {entry.n} 笔当时不允许：{zh}",
        f"entry {entry.n} was not allowed: {en}",
        index=placed.i,
        matter=entry.matter,
    )


def _check_shown(here: Status | None, entry: Entry, placed: Placed, findings: Findings) -> None:
    """What the matter itself says is not public is not shown, but for the entry that says so."""
    level = here.disclosure if here is not None else entry.facts.get("disclosure")
    if level == "withheld" and entry.event != "level":
        findings.add(
            "shown",
            f"第 {entry.n} 笔不该公开却公开了",
            f"entry {entry.n} is withheld and shown all the same",
            index=placed.i,
            matter=entry.matter,
        )


def _check_due(matter: str, last: Placed, here: Status, day: date, findings: Findings) -> None:
    tick = owed(here, day)
    if tick is not None:
        findings.add(
            "tick_missing",
            f"到 {day} 为止应有而没有的记录：{tick.on} {tick.event}（{tick.step}）",
            f"by {day} there should be an entry of {tick.on}: {tick.event} on step {tick.step}",
            index=last.i,
            matter=matter,
        )
