"""Drives a matter in memory as the matter room does: due ticks first, then the act, entry by entry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import minsheng.rulebook
from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import Entry
from minsheng.kernel.procedure import acts, clocks
from minsheng.kernel.procedure.acts import Proposal
from minsheng.kernel.procedure.load import load
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.status import Status, advance, start, status
from minsheng.kernel.words import Refusal
from tests.attested import attested

RULEBOOK = Path(minsheng.rulebook.__file__).parent
YUNXI = WorkCalendar.from_json(json.loads((RULEBOOK / "calendars" / "yunxi.json").read_text()))
CALENDARS = {YUNXI.sha256: YUNXI}
REQUEST_PATH = RULEBOOK / "procedures" / "resident-request.yaml"
MATTER = "0123456789abcdef"
SEALED = "0" * 64


def loaded(source: bytes | str, name: str = "test.yaml") -> Procedure:
    """The procedure, or an assertion that shows the findings."""
    found = load(source.encode() if isinstance(source, str) else source, name=name)
    assert isinstance(found, Procedure), "\n".join(map(str, found))
    return found


REQUEST = loaded(REQUEST_PATH.read_bytes(), REQUEST_PATH.name)


def at(day: str, hour: int = 10, minute: int = 0) -> datetime:
    """A moment in Yunxi (UTC+8) as an aware UTC datetime."""
    return datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC) + timedelta(
        hours=hour - 8, minutes=minute
    )


def pseudonym(person: str) -> str:
    return person.encode().hex().ljust(16, "0")[:16]


class Drive:
    """A matter in memory. `now` moves on by `wait`; every act first runs what is due."""

    def __init__(self, procedure: Procedure = REQUEST, now: datetime | None = None) -> None:
        self.procedure = procedure
        self.now = now or at("2026-09-25")
        self.entries: list[Entry] = []
        self.moments: dict[int, datetime] = {}
        self._status: Status | None = None

    @property
    def status(self) -> Status:
        assert self._status is not None
        return self._status

    @property
    def today(self) -> date:
        return YUNXI.day_of(self.now)

    def wait(self, days: float = 0, hours: float = 0) -> Self:
        self.now += timedelta(days=days, hours=hours)
        return self

    def until(self, day: str, hour: int = 10) -> Self:
        assert at(day, hour) >= self.now
        self.now = at(day, hour)
        return self

    def open(self, documents: Mapping[str, Any] | None = None, **facts: Any) -> Self:
        if documents is None:
            documents = {name: {"words": "电梯坏了"} for name in self.procedure.start.documents}
        proposal = Proposal(
            "opened", self.procedure.start.role, pseudonym("resident"), facts=facts, documents=documents
        )
        assert (refusal := acts.why_not(self.procedure, None, proposal, self.today)) is None, refusal
        entry = acts.compose_opening(self.procedure, proposal, matter=MATTER, on=self.today, calendar=YUNXI)
        self._append(self._seal(entry, proposal), self.now)
        return self

    def tick(self) -> list[Entry]:
        """Run everything that is due."""
        n = len(self.entries)
        while (tick := clocks.due(self.status, self.now, self.moments).tick) is not None:
            self._append(acts.tick_entry(self.status, tick, matter=MATTER), tick.at)
            assert len(self.entries) < 2000, "ticks without end"
        return self.entries[n:]

    def propose(self, proposal: Proposal) -> Entry | Refusal:
        self.tick()
        refusal = acts.why_not(self.procedure, self.status, proposal, self.today)
        if refusal is not None:
            return refusal
        entry = acts.compose(self.procedure, self.status, proposal, matter=MATTER, on=self.today)
        return self._append(self._seal(entry, proposal), self.now)

    def try_to(
        self, event: str, role: str, step: str | None = None, outcome: str | None = None, *,
        by: str | None = None, body: str | None = None, documents: Mapping[str, Any] | None = None,
        checks: Mapping[str, Any] | None = None, **facts: Any,
    ) -> Entry | Refusal:  # fmt: skip
        """Propose; the person is named after the role and the body unless `by` says otherwise."""
        kind = self.procedure.roles[role].kind
        if body is None and kind not in ("resident", "public"):
            body = self.status.assigned.get(role, BODIES.get(role, role))
        if checks is None:
            checks = attested(self.procedure, event, step, outcome)
        person = by or ("resident" if kind == "resident" else f"{role[:4]}{(body or '')[:4]}")
        return self.propose(
            Proposal(event, role, pseudonym(person), body, step, outcome, facts, documents or {}, checks)
        )

    def do(self, *args: Any, **more: Any) -> Entry:
        found = self.try_to(*args, **more)
        assert isinstance(found, Entry), found
        return found

    def refused(self, *args: Any, **more: Any) -> Refusal:
        found = self.try_to(*args, **more)
        assert isinstance(found, Refusal), found
        return found

    def _seal(self, entry: Entry, proposal: Proposal) -> Entry:
        names = [part.name for part in acts.closed_parts(self.procedure, proposal)]
        return replace(entry, closed=dict.fromkeys(["moment", *names], SEALED))

    def _append(self, entry: Entry, moment: datetime) -> Entry:
        """Every entry that the live rules allow, the rules for strangers allow as well."""
        if not entry.closed:
            entry = replace(entry, closed={"moment": SEALED})
        refusal = acts.why_not_entry(self.procedure, self._status, entry, CALENDARS)
        assert refusal is None, (refusal, entry)
        self._status = (
            advance(self._status, entry, CALENDARS)
            if self._status
            else start(self.procedure, entry, CALENDARS)
        )
        self.entries.append(entry)
        self.moments[entry.n] = moment
        return entry

    def refolded(self) -> Status:
        return status(self.procedure, self.entries, CALENDARS)

    def story(self) -> list[str]:
        """The entries in short: "2026-09-25 done classify=dispatch"."""
        return [
            f"{entry.on} {entry.event}"
            + (f" {entry.step}" if entry.step else "")
            + (f"={entry.outcome}" if entry.outcome else "")
            for entry in self.entries
        ]


BODIES = {
    "intake": "hotline",
    "arbiter": "dispatch_review",
    "coordinator": "supervision",
    "reviewer": "review_office",
    "caller": "callback",
}

REPLY = {"reply": {"done": "换了曳引机控制板", "no_evidence": "检验单在物业", "remedy": "可以申请复议"}}
FINDING = {"finding": {"finding": "查明了", "remedy": "可以起诉"}}


class Request(Drive):
    """The walks that most tests of the request begin with."""

    def classify(self, urgency: str = "ordinary") -> Request:
        self.do("done", "intake", "classify", "dispatch", kind="housing", area="guihuali", urgency=urgency)
        return self

    def dispatch(self, body: str = "housing") -> Request:
        self.do("done", "intake", "dispatch", "sent", first_unit=body)
        return self

    def accept(self) -> Request:
        self.do("done", "first_unit", "accept", "accepted")
        return self

    def reply(self, by: str | None = None, outcome: str = "done") -> Request:
        self.do("done", "first_unit", "handle", outcome, by=by, documents=REPLY)
        return self

    def say(self, outcome: str) -> Request:
        self.do("done", "resident", "verdict", outcome)
        return self


def request(now: datetime | None = None) -> Request:
    drive = Request(now=now)
    drive.open()
    return drive


def answered(now: datetime | None = None) -> Request:
    return request(now).classify().dispatch().accept().reply()
