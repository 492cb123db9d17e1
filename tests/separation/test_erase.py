"""Erased is erased: in the database and its free pages, in files, letters, logs, the next export, and after
a backup from before has been brought back."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from minsheng.ledger import queries as ledger
from minsheng.ledger import services as ledger_services
from minsheng.ledger.models import DataKey, Entry, Part
from minsheng.listen.models import Filing, MailLink
from minsheng.matter import queries
from minsheng.matter.models import Attachment
from minsheng.matter.queries.files import folder_of
from minsheng.matter.testing import Cast
from minsheng.people.models import VaultField
from minsheng.resolve.models import Draft, DraftFile
from minsheng.resolve.testing import sign_in
from minsheng.site import cli, worker
from minsheng.verdict.models import PressureCheck, PressureReport
from minsheng.verify.check import verify
from minsheng.verify.export import open_export
from minsheng.verify.since import read_earlier
from tests.separation import storage, stories
from tests.separation.crawling import opened
from tests.separation.town import Matter, Town

pytestmark = pytest.mark.django_db


@dataclass(slots=True)
class Told:
    """What happened: bytes that rested of each matter, and where any of them was found at each moment."""

    town: Town
    folder: Path
    rested: dict[str, dict[bytes, str]]
    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    found: dict[str, set[str]] = field(default_factory=dict)
    pages: dict[str, dict[str, int]] = field(default_factory=dict)
    logged: list[str] = field(default_factory=list)


GONE = ("gone, ended", "gone, running")


def what_rests(matter: Matter) -> Iterator[tuple[bytes, str]]:
    """Every secret byte string of a matter as it lies in tables and files."""
    of = {"matter": matter.id}
    for entry in Entry.objects.filter(**of):
        yield bytes(entry.body or b""), "the body of an entry"
        yield bytes(entry.salt or b""), "the salt of an entry"
        yield bytes(entry.moment_salt or b""), "the salt of a moment"
    for part in Part.objects.filter(**of):
        yield bytes(part.box or b""), "a part"
    yield bytes(DataKey.objects.get(**of).wrapped or b""), "the data key"
    for kept in VaultField.objects.filter(**of):
        yield bytes(kept.sealed), "a field of the vault"
    for file in Attachment.objects.filter(**of):
        yield bytes(file.name_sealed), "the name of a file"
        yield (folder_of(matter.id) / f"{file.id}.sealed").read_bytes(), "a file"
    for draft in Draft.objects.filter(**of):
        yield bytes(draft.sealed), "a draft"
    for file in DraftFile.objects.filter(draft__matter=matter.id):
        yield bytes(file.sealed), "a file of a draft"
    for report in PressureReport.objects.filter(of__matter=matter.id):
        yield bytes(report.words_sealed or b""), "a report of pressure"
    for check in PressureCheck.objects.filter(**of):
        yield bytes(check.reasons_sealed or b""), "a finding on pressure"
    yield Filing.objects.get(**of).code_hash.encode(), "the hash of the follow code"
    for link in MailLink.objects.filter(**of):
        yield link.token_hash.encode(), "the hash of a link"
    yield matter.mail.encode(), "the address in a letter"
    yield matter.code.encode(), "the follow code"


def look(told: Told, when: str, *, public: bool) -> None:
    """Search everything for everything, also for whatever was planted in it in words."""
    folder, town = told.folder, told.town
    data = folder / "data"
    places = [
        *storage.database(),
        *storage.files(data / "media", data / "outbox", data / "log", folder / "state"),
        *(("the log", line.encode()) for line in told.logged),
    ]
    if public:
        places += [(name, opened(content)) for name, content in storage.files(data / "public")]
    for name, found in told.rested.items():
        id = town.matters[name].id
        words = {mark.text.encode(): str(mark) for mark in town.marks.planted.values() if mark.matter == id}
        told.found[f"{when}: {name}"] = {
            f"{what} in {place}"
            for place, content in places
            for one, what in [*found.items(), *words.items()]
            if one in content
        }


def pages(told: Told, when: str) -> None:
    """What every page of a matter answers."""
    reviewer, intake = sign_in(Cast.reviewer), sign_in(Cast.intake)
    for name in told.rested:
        matter = told.town.matters[name]
        told.pages[f"{when}: {name}"] = {
            "public": Client().get(f"/matters/{matter.number}/").status_code,
            "staff": reviewer.get(f"/matter/{matter.number}/").status_code,
            "desk": intake.get(f"/desk/{matter.number}/contact/").status_code,
            "code": Client().post("/mine/", {"code": matter.code}).status_code,
        }


@pytest.fixture(scope="module")
def told(clock: Town, place: Path) -> Iterator[Told]:
    """Two matters erased by the command, one kept; published; an older backup brought back."""
    town = clock
    patch, capture = pytest.MonkeyPatch(), Capture()
    with patch.context() as patched:
        patched.setattr("sys.stdout", capture)
        patched.setattr("sys.stderr", capture)
        for name in ("gone, ended", "kept"):
            stories.begin_long(town, town.file_request(name))
        town.pass_days(1)
        for name in ("gone, ended", "kept"):
            stories.work_long(town, town.matters[name])
            stories.end_long(town, town.matters[name])
        running = town.file_request("gone, running", agreed=True, shows=True)
        stories.classified(town, running, "water_company")
        town.act(running, "accept", "accepted", Cast.water)
        town.act(running, "handle", "tell", Cast.water, papers=["progress"])
        town.look(running, "phone", Cast.water)
        town.draft(running, "reply", Cast.water, ["done", "rule"])
        town.press(town.matters["gone, ended"], found="not_shown")
        town.pass_days(1)
        assert worker.once(town.now).stopped == {}
        found = Told(town, place, {name: dict(what_rests(town.matters[name])) for name in (*GONE, "kept")})
        look(found, "before", public=True)
        pages(found, "before")
        shutil.copytree(place / "data" / "public" / "export", place / "earlier")
        run = Runner(found, capture)
        run("backup", "backup", str(place / "backup.tar"))
        number = town.matters["gone, ended"].number
        run("without yes", "erase", number, "--reason", "asked")
        run("unknown", "erase", "云溪2026-99", "--reason", "asked", "--yes")
        for name in GONE:
            run(name, "erase", town.matters[name].number, "--reason", "asked by post", "--yes", "--json")
        run("again", "erase", number, "--reason", "asked", "--yes")
        look(found, "erased", public=False)
        town.pass_days(1)
        assert worker.once(town.now).stopped == {}
        look(found, "published", public=True)
        pages(found, "published")
        shutil.copytree(place / "data" / "public" / "export", place / "later")
        run("restore", "restore", str(place / "backup.tar"), "--replace")
        look(found, "restored", public=True)
        pages(found, "restored")
        run("doctor", "doctor", "--json")
    yield found


class Capture:
    """Keeps what commands say."""

    def __init__(self) -> None:
        self.said = ""

    def write(self, text: str) -> None:
        self.said += text

    def flush(self) -> None:
        pass


@dataclass(slots=True)
class Runner:
    """Runs commands and keeps what they answered."""

    told: Told
    capture: Capture

    def __call__(self, name: str, *words: str) -> None:
        self.capture.said = ""
        code = cli.main(list(words))
        self.told.answers[name] = (code, self.capture.said)


def test_the_searches_find_what_is_there(told: Told) -> None:
    """Before, and of the matter that is kept: otherwise nothing would follow from finding nothing."""
    for when in ("before: gone, ended", "before: gone, running", "before: kept", "restored: kept"):
        whats = {one.rsplit(" in ", 1)[0] for one in told.found[when]}
        assert {"the body of an entry", "a part", "the data key", "a field of the vault", "a file"} <= whats
        assert {"the salt of an entry", "the salt of a moment", "the hash of the follow code"} <= whats
    whats = {one.rsplit(" in ", 1)[0] for name in GONE for one in told.found[f"before: {name}"]}
    assert {"a draft", "a file of a draft", "a report of pressure", "a finding on pressure"} <= whats
    assert {"the hash of a link", "the address in a letter", "the name of a file"} <= whats
    assert any("words" in what for what in whats), "something of it was public before"


@pytest.mark.parametrize("name", GONE)
@pytest.mark.parametrize("when", ["erased", "published", "restored"])
def test_no_byte_of_an_erased_matter_is_left_anywhere(told: Told, when: str, name: str) -> None:
    found = sorted(told.found[f"{when}: {name}"])
    assert not found, "\n".join(found[:40])


def test_what_was_kept_is_as_it_was(told: Told) -> None:
    rested = {one.rsplit(" in ", 1)[0] for one in told.found["before: kept"]}
    for when in ("erased", "published", "restored"):
        left = rested - {one.rsplit(" in ", 1)[0] for one in told.found[f"{when}: kept"]}
        assert {one for one in left if not one.startswith("words ")} == set()


def test_pages_say_that_it_was_erased_and_the_code_opens_nothing(told: Told) -> None:
    for when in ("published", "restored"):
        for name in GONE:
            found = told.pages[f"{when}: {name}"]
            assert found == {"public": 410, "staff": 404, "desk": 404, "code": 422}
        assert told.pages[f"{when}: kept"] == {"public": 200, "staff": 200, "desk": 200, "code": 303}
    assert told.pages["before: gone, running"] == {"public": 200, "staff": 200, "desk": 200, "code": 303}


def test_the_command_does_nothing_by_mistake(told: Told) -> None:
    code, said = told.answers["without yes"]
    assert (code, "nothing was done" in said, "--yes" in said) == (2, True, True)
    assert told.answers["unknown"][0] == 1
    assert "no matter" in told.answers["unknown"][1]
    code, said = told.answers[GONE[0]]
    assert code == 0
    assert json.loads(said)["removed"] > 20
    code, said = told.answers["again"]
    assert (code, "erased before" in said) == (1, True)


def test_the_tombstones_are_counted_in_public_and_the_export_still_holds(told: Told) -> None:
    before = json.loads((told.folder / "earlier" / "opaque.json").read_bytes())
    after = json.loads((told.folder / "later" / "opaque.json").read_bytes())
    n = sum(json.loads(told.answers[name][1])["entries"] for name in GONE)
    assert (before["erased"], after["erased"]) == (0, n)
    earlier = read_earlier(told.folder / "earlier")
    report = verify(open_export(told.folder / "later"), earlier=[earlier])
    assert [str(one) for one in report.findings] == []


def test_the_reason_is_kept_for_the_keeper_and_published_nowhere(told: Told) -> None:
    noted = [json.loads(line) for line in (told.folder / "state" / "erased.jsonl").read_text().splitlines()]
    assert [(one["matter"], one["reason"]) for one in noted] == [
        (told.town.matters[name].id, "asked by post") for name in GONE
    ]
    public = b"".join(data for _, data in storage.files(told.folder / "data" / "public"))
    assert b"asked by post" not in public


def test_a_restored_town_says_that_nobody_came_back(told: Told) -> None:
    code, said = told.answers["restore"]
    assert code == 0, said
    lines = {line["name"]: line["level"] for line in json.loads(told.answers["doctor"][1])["lines"]}
    assert lines["erased"] == "ok"
    for name in GONE:
        matter = told.town.matters[name]
        assert ledger.is_erased(matter.id)
        row = queries.row(matter.id)
        assert row is not None
        assert row.erased
        assert row.number == matter.number


def test_a_crash_half_way_is_made_good_when_the_town_starts(told: Told, monkeypatch: Any) -> None:
    """Noted, then killed: the next start erases it in every room."""
    from minsheng.site import wiring

    matter = told.town.matters["kept"]
    ledger_services.note_erased(matter.id, told.town.now)
    assert VaultField.objects.filter(matter=matter.id).exists()
    assert wiring.erase_again() == [matter.id]
    assert not VaultField.objects.filter(matter=matter.id).exists()
    assert ledger.is_erased(matter.id)
    assert queries.get(matter.id, told.town.now) is None
    assert wiring.erase_again() == []
    assert connection.vendor in ("sqlite", "postgresql")
