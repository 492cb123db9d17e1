"""What a resident holds: included, promised, broken, forged; offline, against a log, against an export."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from building import START, Kept, Town, moment_of, opening, reply, simple_town

from minsheng.kernel.log.note import Signer
from minsheng.kernel.log.tree import leaf_hash
from minsheng.verify.check import verify
from minsheng.verify.export import open_export
from minsheng.verify.receipt import verify_receipt


@pytest.fixture(scope="module")
def town() -> Town:
    return simple_town()


@pytest.fixture(scope="module")
def folder(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town.export(tmp_path_factory.mktemp("town") / "export")


@pytest.fixture(scope="module")
def matter(town: Town) -> str:
    return max(town.kept, key=lambda matter: len(town.kept[matter]))


def codes(folder: Path, receipt: bytes) -> set[str]:
    report = verify(open_export(folder), receipts=[receipt], with_replay=False)
    return {finding.code for finding in report.findings}


def test_an_included_matter_is_included_offline_and_in_the_log(town: Town, folder: Path, matter: str) -> None:
    receipt = town.receipt(matter)
    assert verify_receipt(receipt).state == "included"
    report = verify_receipt(receipt, log=open_export(folder).read)
    assert (report.state, report.exit_code) == ("included", 0)
    assert report.checked_at == town.at
    assert codes(folder, receipt) == set()


def test_a_promise_stands_until_its_day(town: Town, folder: Path, matter: str) -> None:
    receipt = town.receipt(matter, included=False)
    report = verify_receipt(receipt)
    assert report.state == "promised"
    assert report.exit_code == 0
    assert report.until == max(moment_of(kept.entry.on) for kept in town.kept[matter]) + timedelta(days=2)
    assert verify_receipt(receipt, log=open_export(folder).read).state == "included"


def test_a_promise_that_was_not_kept_is_broken(tmp_path: Path) -> None:
    town = simple_town()
    kept = town.add(opening(town.matter_id(), START))
    receipt = town.receipt(kept.entry.matter, days=1)
    dropped = town.waiting.pop()
    town.batch(town.at + timedelta(days=1))
    folder = town.export(tmp_path / "export")
    report = verify_receipt(receipt, log=open_export(folder).read)
    assert (report.state, report.exit_code) == ("broken", 1)
    assert codes(folder, receipt) == {"promise_broken"}
    assert dropped is kept
    patient = town.receipt(kept.entry.matter, included=False, days=300)
    assert verify_receipt(patient, log=open_export(folder).read).state == "promised"
    assert codes(folder, patient) == set()


def test_a_rewritten_log_does_not_hold_the_receipt(town: Town, matter: str, tmp_path: Path) -> None:
    receipt = town.receipt(matter)
    other = simple_town(seed=3).export(tmp_path / "export")
    report = verify_receipt(receipt, log=open_export(other).read)
    assert report.state == "broken"
    assert "promise_broken" in codes(other, receipt)


def test_a_cut_log_does_not_hold_the_receipt(town: Town, matter: str, tmp_path: Path) -> None:
    receipt = town.receipt(matter)
    shorter = simple_town(n_days=4).export(tmp_path / "export")
    assert verify_receipt(receipt, log=open_export(shorter).read).state == "broken"


def test_a_receipt_brings_its_own_checkpoint(matter: str, tmp_path: Path) -> None:
    """The entries are all there; but the tree that the receipt shows is not the one of this log."""
    honest, other = simple_town(), simple_town()
    receipt = honest.receipt(matter)
    other.add(opening(other.matter_id(), START + timedelta(days=7)))
    other.batch(other.at)
    others = [leaf for leaf in honest.leaves if isinstance(leaf, Kept) and leaf.entry.matter != matter]
    late = Town()
    late.waiting = [leaf for leaf in honest.leaves if leaf is not others[0]]
    late.batch(honest.at)
    folder = late.export(tmp_path / "export")
    assert "receipt_tree" in codes(folder, receipt)
    assert verify_receipt(receipt, log=open_export(folder).read).state == "broken"
    assert codes(other.export(tmp_path / "other"), receipt) == set()


def test_tiles_count_only_under_the_signed_root(town: Town, matter: str, tmp_path: Path) -> None:
    """A log that dropped an entry and serves a tile with it all the same."""
    dropped = simple_town()
    kept = dropped.add(opening(dropped.matter_id(), dropped.day))
    receipt = dropped.receipt(kept.entry.matter, included=False, days=0)
    dropped.waiting.pop()
    dropped.add(opening(dropped.matter_id(), dropped.day))
    dropped.batch(dropped.at + timedelta(days=1))
    read = open_export(dropped.export(tmp_path / "export")).read
    size = dropped.tree.size

    def lying(path: str) -> bytes | None:
        data = read(path)
        if path == f"tile/0/000.p/{size}":
            assert data is not None
            return data[:-32] + leaf_hash(kept.commitment)
        return data

    assert verify_receipt(receipt, log=read).state == "broken"
    report = verify_receipt(receipt, log=lying)
    assert report.state == "broken"
    assert {finding.code for finding in report.findings} == {"log"}


def test_a_matter_that_is_hidden_from_the_export_is_missed(matter: str, tmp_path: Path) -> None:
    town = simple_town()
    receipt = town.receipt(matter)
    for kept in town.kept[matter][-2:]:
        town.hidden[kept.commitment] = "not_yet_due"
    folder = town.export(tmp_path / "export")
    assert verify(open_export(folder), with_replay=False).holds
    assert codes(folder, receipt) == {"receipt_hidden"}
    for kept in town.kept[matter]:
        town.hidden[kept.commitment] = "erased"
    assert codes(town.export(folder), receipt) == set()


def test_a_withheld_matter_need_not_be_shown(tmp_path: Path) -> None:
    town = Town()
    matter = town.matter_id()
    for entry in (opening(matter, START, "withheld"), reply(matter, START)):
        town.hidden[town.add(entry).commitment] = "withheld"
    town.batch(moment_of(START + timedelta(days=3)))
    assert codes(town.export(tmp_path / "export"), town.receipt(matter)) == set()


def test_an_entry_that_was_exchanged_is_named(tmp_path: Path) -> None:
    honest, other = Town(seed=1), Town(seed=2)
    matter = honest.matter_id()
    for town in (honest, other):
        town.add(opening(matter, START))
        town.batch(moment_of(START))
    assert "receipt_differs" in codes(other.export(tmp_path / "export"), honest.receipt(matter))


def test_a_receipt_of_another_log_is_said_to_be_one(folder: Path, town: Town, matter: str) -> None:
    wire = json.loads(town.receipt(matter))
    wire["origin"] = "elsewhere.example/log"
    assert codes(folder, json.dumps(wire).encode()) == {"receipt_origin"}
    assert codes(folder, b"{}") == {"receipt_form"}


def edit(change: Callable[[dict[str, Any]], object]) -> Callable[[bytes], bytes]:
    def edited(data: bytes) -> bytes:
        wire = json.loads(data)
        change(wire)
        return json.dumps(wire).encode()

    return edited


FORGERIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "own words": lambda w: w["entries"][0]["parts"]["original"].update(value={"text": "别的话"}),
    "salt of a part": lambda w: w["entries"][0]["parts"]["original"].update(salt="00" * 32),
    "a part of another name": lambda w: w["entries"][0]["parts"].update(
        words=w["entries"][0]["parts"]["original"]
    ),
    "salt of an entry": lambda w: w["entries"][1].update(salt="00" * 32),
    "the day": lambda w: w["entries"][1]["entry"].update(on="2026-03-30"),
    "the outcome": lambda w: w["entries"][1]["entry"].update(outcome="solved"),
    "a promise of another entry": lambda w: w["entries"][0].update(promise=w["entries"][1]["promise"]),
    "a later promise": lambda w: w["entries"][0].update(
        promise=w["entries"][0]["promise"].replace("T04:", "T05:")
    ),
    "a proof of another entry": lambda w: w["entries"][0].update(inclusion=w["entries"][1]["inclusion"]),
    "another index": lambda w: w["entries"][0].update(
        inclusion=w["entries"][0]["inclusion"].replace("index ", "index 1")
    ),
    "twice": lambda w: w["entries"].append(w["entries"][0]),
    "another matter": lambda w: w.update(matter="00" * 8),
    "a link": lambda w: w["entries"][2]["entry"].update(prev="00" * 32),
    "no keys": lambda w: w["keys"].update(promise=[], log=[]),
    "no form": lambda w: w.update(format="minsheng.proof/v9"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_receipt_is_said_to_be_forged(town: Town, matter: str, name: str) -> None:
    report = verify_receipt(edit(FORGERIES[name])(town.receipt(matter)))
    assert (report.state, report.exit_code) == ("forged", 1)
    assert report.findings.n


def test_a_receipt_signed_by_other_keys_convinces_only_itself(folder: Path, matter: str, town: Town) -> None:
    """Offline the keys are those in the file; the log's own keys show that they are not the town's."""
    forger = simple_town()
    forger.promiser = Signer("yunxi.example/promise", b"\x66" * 32)
    receipt = forger.receipt(matter, included=False)
    assert verify_receipt(receipt).state == "promised"
    assert verify_receipt(receipt, log=open_export(folder).read).state == "forged"
    assert verify_receipt(receipt, keys=town.keys).state == "forged"
    assert codes(folder, receipt) == {"receipt_forged"}


def test_a_log_that_cannot_be_read_breaks_no_word_but_keeps_none(
    town: Town, matter: str, folder: Path
) -> None:
    read = open_export(folder).read
    receipt = town.receipt(matter)
    for missing in ("checkpoint", "tile/0", "keys"):
        report = verify_receipt(
            receipt,
            log=lambda path, gone=missing: None if path.startswith(gone) else read(path),  # type: ignore[misc]
        )
        assert report.exit_code == 1
        assert report.findings.n
