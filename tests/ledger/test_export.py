"""The daily disclosure and the export: what `verify` accepts, and what nobody is shown."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import zstandard
from django.conf import settings as django_settings
from django.db import connection, transaction

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.log.canonical import parse_canonical
from minsheng.kernel.log.entries import entry_bytes
from minsheng.kernel.log.proof import ProofFile
from minsheng.kernel.procedure import acts, clocks
from minsheng.kernel.procedure.load import load
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.status import status
from minsheng.kernel.words import Text
from minsheng.ledger import proofs, queries, services
from minsheng.ledger.models import Part as PartRow
from minsheng.ledger.records import Part, Recorded
from minsheng.verify.check import Report, verify
from minsheng.verify.export import open_export
from minsheng.verify.lines import Disclosed, Opaque, read_line
from minsheng.verify.since import read_earlier
from tests.attested import attested

pytestmark = pytest.mark.django_db(transaction=True)

START = date(2026, 3, 2)
TITLE = Text("云溪市的公开账", "The public ledger of Yunxi")


class Office:
    """Drives the real rule file for requests, as the rooms above do, and takes the log along each day."""

    def __init__(self) -> None:
        self.file = Path(django_settings.MINSHENG_PROCEDURES) / "resident-request.yaml"
        loaded = load(self.file.read_bytes(), name=self.file.name)
        assert isinstance(loaded, Procedure)
        self.procedure = loaded
        town = Path(django_settings.MINSHENG_TOWNS) / "yunxi" / "calendar.json"
        self.calendar = WorkCalendar.from_json(json.loads(town.read_text()))
        self.calendars = {self.calendar.sha256: self.calendar}
        self.pinned = services.Pinned((self.file.read_bytes(),), (), (self.calendar,))
        self.today = START
        services.begin_log("yunxi.example/log", self.at(0))

    def at(self, hour: int = 9) -> datetime:
        return datetime(self.today.year, self.today.month, self.today.day, hour, tzinfo=UTC) - timedelta(
            hours=8
        )

    def status(self, matter: str) -> Any:
        return status(self.procedure, [item.entry for item in queries.chain(matter)], self.calendars)

    def open(self, disclosure: str = "coded", area: str = "old-town") -> Recorded:
        proposal = acts.Proposal(
            event="opened", role="resident", actor=secrets.token_hex(8), body=None,
            facts={"area": area}, documents={"original": {"words": "水管漏了 MARKER"}},
        )  # fmt: skip
        entry = acts.compose_opening(
            self.procedure, proposal, matter=secrets.token_hex(8), on=self.today,
            calendar=self.calendar, disclosure=disclosure,
        )  # fmt: skip
        return self.write(entry, proposal)

    def act(self, matter: str, step: str | None, outcome: str | None, role: str, **more: Any) -> Recorded:
        self.tick(matter)
        event = more.pop("event", "done")
        body = more.pop("body", None if role == "resident" else "water")
        proposal = acts.Proposal(
            event=event, role=role, actor=secrets.token_hex(8), body=body, step=step, outcome=outcome,
            checks=attested(self.procedure, event, step, outcome), **more,
        )  # fmt: skip
        here = self.status(matter)
        refusal = acts.why_not(self.procedure, here, proposal, self.today)
        assert refusal is None, refusal
        entry = acts.compose(self.procedure, here, proposal, matter=matter, on=self.today)
        return self.write(entry, proposal)

    def write(self, entry: Any, proposal: acts.Proposal) -> Recorded:
        parts = [
            Part(
                part.name, part.value, part.disclose,
                guarded=bool((fact := self.procedure.facts.get(part.name)) and fact.guarded),
            )
            for part in acts.closed_parts(self.procedure, proposal)
        ]  # fmt: skip
        with transaction.atomic():
            return services.append(entry, parts, self.at())

    def tick(self, matter: str) -> None:
        while True:
            chain = queries.chain(matter)
            here = self.status(matter)
            tick = clocks.due(here, self.at(0), {item.entry.n: item.at for item in chain}).tick
            if tick is None:
                return
            with transaction.atomic():
                services.append(acts.tick_entry(here, tick, matter=matter), [], tick.at)

    def dispatched(self, kind: str = "water-supply", **more: str) -> Recorded:
        opened = self.open(**more)
        matter = opened.entry.matter
        facts = {"kind": kind, "area": more.get("area", "old-town"), "urgency": "ordinary"}
        self.act(matter, "classify", "dispatch", "intake", body="hotline", facts=facts)
        self.act(matter, "dispatch", "sent", "intake", body="hotline", facts={"first_unit": "water"})
        return self.act(matter, "accept", "accepted", "first_unit")

    def tell(self, matter: str) -> Recorded:
        progress = {"did": "查了管线 PROGRESS"}
        return self.act(
            matter, "handle", "tell", "first_unit", event="acted", documents={"progress": progress}
        )

    def answer(self, matter: str) -> Recorded:
        reply = {
            "done": "3月4日换了北街12号的水管 SECRET",
            "remedy": "不满意可以找复核人",
            "no_evidence": "夜间抢修",
        }
        return self.act(matter, "handle", "cannot", "first_unit", documents={"reply": reply})

    def night(self, days: int = 1) -> None:
        """Midnight comes: what falls due is written, the day's batch is cut and signed."""
        for _ in range(days):
            self.today += timedelta(days=1)
            for matter in {item.entry.matter for item in queries.after(queries.Position(), 10_000)[0]}:
                self.tick(matter)
            services.sequence(self.at(0) + timedelta(minutes=1), zone=self.zone, cut=True)

    @property
    def zone(self) -> Any:
        return ZoneInfo(self.calendar.zone)

    def export(self, folder: Path) -> Path:
        services.export(
            folder, day=self.today - timedelta(days=1), now=self.at(1), pinned=self.pinned, title=TITLE
        )
        return folder


@pytest.fixture
def office() -> Office:
    return Office()


def check(folder: Path, **options: Any) -> Report:
    report = verify(open_export(folder), **options)
    assert [str(finding) for finding in report.findings] == []
    return report


def lines(folder: Path) -> list[Any]:
    return [read_line(raw) for raw in open_export(folder).lines()]


def text_of(folder: Path) -> str:
    """Everything in the export, decompressed."""
    found = b""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".zst":
                data = zstandard.ZstdDecompressor().stream_reader(data).read()
            found += data
    return found.decode(errors="replace")


def test_a_stranger_accepts_the_export_of_some_days_and_its_continuation(
    office: Office, tmp_path: Path
) -> None:
    first = office.dispatched()
    office.night()
    second = office.dispatched(area="river")
    office.tell(first.entry.matter)
    one = office.export(tmp_path / "one")
    early = check(one)
    assert early.counts["replayed_matters"] == 1
    office.night(3)
    office.answer(first.entry.matter)
    office.night()
    two = office.export(tmp_path / "two")
    report = check(two, earlier=[read_earlier(one), read_earlier(one / "checkpoint")])
    assert report.counts["replayed_matters"] == 2
    assert report.counts["leaves"] == queries.n_leaves()
    assert not any(report.opaque.values())
    assert office.status(second.entry.matter).late == []
    office.night(8)
    late = check(office.export(tmp_path / "three"), earlier=[read_earlier(two)])
    assert late.counts["replayed_entries"] > report.counts["replayed_entries"]
    assert office.status(second.entry.matter).late


def test_nothing_private_is_in_the_export(office: Office, tmp_path: Path) -> None:
    matter = office.dispatched().entry.matter
    office.tell(matter)
    office.night()
    text = text_of(office.export(tmp_path / "one"))
    for secret in ("MARKER", "水管漏了", "PROGRESS", "water-supply", "old-town"):
        assert secret not in text
    for item in queries.chain(matter, parts=True):
        assert item.moment_salt.hex() not in text
        assert all(part.salt.hex() not in text for part in item.parts.values())


def test_a_part_opens_after_its_event_and_stays_open(office: Office, tmp_path: Path) -> None:
    matter = office.dispatched().entry.matter
    told = office.tell(matter)
    office.night()
    office.export(tmp_path / "one")
    assert all(not item.parts for item in queries.disclosed(matter))
    office.answer(matter)
    assert [item.entry.n for item in queries.disclosed(matter)] == list(range(told.entry.n + 1))
    office.night()
    two = office.export(tmp_path / "two")
    check(two)
    text = text_of(two)
    assert "PROGRESS" in text
    assert "SECRET" not in text
    shown = {item.entry.n: item for item in queries.disclosed(matter)}
    assert list(shown[told.entry.n].parts) == ["progress"]
    assert PartRow.objects.get(matter=matter, name="progress").opened_on == START + timedelta(days=1)
    office.night()
    check(office.export(tmp_path / "three"), earlier=[read_earlier(two)])


def test_what_a_matter_was_called_before_does_not_open_with_what_it_is_called_now(
    office: Office, tmp_path: Path
) -> None:
    for area in ("old-town", "old-town", "old-town", "old-town", "river"):
        opened = office.open(area=area)
        matter = opened.entry.matter
        facts = {"kind": "water-supply", "area": "old-town", "urgency": "ordinary"}
        office.act(matter, "classify", "dispatch", "intake", body="hotline", facts=facts)
        office.act(matter, "dispatch", "sent", "intake", body="hotline", facts={"first_unit": "water"})
    office.night()
    one = office.export(tmp_path / "one")
    check(one)
    text = text_of(one)
    assert text.count("old-town") >= 5
    assert "river" not in text


def test_five_alike_open_together_and_four_stay_closed(office: Office, tmp_path: Path) -> None:
    alike = [office.dispatched("water-supply").entry.matter for _ in range(4)]
    alone = office.dispatched("noise").entry.matter
    office.night()
    one = office.export(tmp_path / "one")
    assert "water-supply" not in text_of(one)
    alike.append(office.dispatched("water-supply", area="river").entry.matter)
    office.night()
    two = office.export(tmp_path / "two")
    check(two, earlier=[read_earlier(one)])
    opened = set(PartRow.objects.filter(opened_on__isnull=False).values_list("matter", "name"))
    assert opened == {(matter, "kind") for matter in alike}
    assert "noise" not in text_of(two)
    office.dispatched("water-supply")
    office.night()
    three = office.export(tmp_path / "three")
    check(three, earlier=[read_earlier(two)])
    names = PartRow.objects.filter(opened_on__isnull=False).exclude(matter=alone)
    assert names.filter(name="kind").count() == 6
    assert set(names.filter(name="area").values_list("matter", flat=True)).isdisjoint({alike[-1], alone})


def test_an_open_matter_shows_its_kind_at_once(office: Office, tmp_path: Path) -> None:
    matter = office.dispatched("noise", disclosure="open").entry.matter
    office.night()
    check(office.export(tmp_path / "one"))
    opened = set(PartRow.objects.filter(opened_on__isnull=False).values_list("matter", "name"))
    assert opened == {(matter, "kind"), (matter, "area")}


def test_a_withheld_matter_is_counted_and_not_shown_until_its_level_changes(
    office: Office, tmp_path: Path
) -> None:
    kept = office.dispatched().entry.matter
    secret = office.dispatched(disclosure="withheld").entry.matter
    office.night()
    one = office.export(tmp_path / "one")
    report = check(one)
    assert report.opaque["withheld"] == 4
    assert secret not in text_of(one)
    assert queries.disclosed(secret) == []
    office.act(secret, None, None, "resident", event="level", facts={"disclosure": "coded"})
    office.act(kept, None, None, "resident", event="level", facts={"disclosure": "withheld"})
    office.tell(kept)
    office.tell(secret)
    office.night()
    two = office.export(tmp_path / "two")
    report = check(two, earlier=[read_earlier(one)])
    assert report.opaque["withheld"] == 4 + 1
    assert [item.entry.event for item in queries.disclosed(secret)] == ["level", "acted"]
    assert [item.entry.event for item in queries.disclosed(kept)][-1] == "level"


def test_what_is_dated_after_the_day_waits(office: Office, tmp_path: Path) -> None:
    matter = office.dispatched().entry.matter
    office.night()
    told = office.tell(matter)
    services.sequence(office.at(10), cut=True)
    folder = office.export(tmp_path / "one")
    assert check(folder).opaque["not_yet_due"] == 1
    [opaque] = [line for line in lines(folder) if isinstance(line, Opaque)]
    assert opaque.commitment.hex() == told.commitment


def test_what_is_not_in_the_tree_yet_is_not_in_the_export(office: Office, tmp_path: Path) -> None:
    matter = office.dispatched().entry.matter
    office.night()
    office.tell(matter)
    folder = office.export(tmp_path / "one")
    assert len(lines(folder)) == 4
    check(folder)


def test_an_opened_box_is_a_leaf_of_its_own(office: Office, tmp_path: Path) -> None:
    office.dispatched()
    office.night()
    i = services.log_box("ab" * 32, office.at())
    office.night()
    folder = office.export(tmp_path / "one")
    assert i == queries.leaf_index("ab" * 32) == 4
    assert check(folder).opaque["box"] == 1


def test_the_proof_file_of_a_resident_fits_the_export(office: Office, tmp_path: Path) -> None:
    matter = office.dispatched().entry.matter
    office.night()
    office.tell(matter)
    file = ProofFile(
        origin=proofs.origin(), town=TITLE, number="1", matter=matter, issued_at=office.at(),
        entries=tuple(services.proven(item) for item in queries.chain(matter, parts=True)),
        keys=services.public_keys(),
    )  # fmt: skip
    assert [proven.inclusion is None for proven in file.entries] == [False, False, False, False, True]
    assert file.entries[0].parts["original"].value == {"words": "水管漏了 MARKER"}
    office.night()
    check(office.export(tmp_path / "one"), receipts=[file.to_bytes()])


def test_entries_stand_in_the_export_in_their_own_bytes(office: Office, tmp_path: Path) -> None:
    matter = office.dispatched().entry.matter
    office.night()
    shown = {line.commitment: line for line in lines(office.export(tmp_path / "one"))}
    for item in queries.chain(matter):
        line = shown[bytes.fromhex(item.commitment)]
        assert isinstance(line, Disclosed)
        assert line.data == entry_bytes(item.entry)
        assert parse_canonical(line.data) == line.wire


def test_pages_of_the_disclosure_never_cut_a_chain(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in (1, 2, 4, 7):
        matter = office.dispatched().entry.matter
        office.tell(matter)
        office.night()
        monkeypatch.setattr("minsheng.ledger.services.disclosing.PAGE", page)
        monkeypatch.setattr("minsheng.ledger.services.exporting.PAGE", page)
        report = check(office.export(tmp_path / str(page)))
        assert report.counts["disclosed"] == queries.n_leaves()


def test_a_full_disk_leaves_the_older_export_as_it_was(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.dispatched()
    office.night()
    folder = office.export(tmp_path / "one")
    before = text_of(folder)

    def full(self: Path, *args: Any, **more: Any) -> Any:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "mkdir", full)
        with pytest.raises(OSError, match="No space"):
            office.export(tmp_path / "one")
    assert text_of(folder) == before
    assert connection.is_usable()
