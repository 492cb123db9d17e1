"""Ten thousand entries, and whoever tampers with one of them: each change is found at its index or matter.

`200 random flips, drops, swaps, insertions; a whole export rewritten and re-signed with the true key, and one
truncated and re-signed` is an acceptance of the project. The changes are made in the decompressed lines, so
that neither Zstandard's checksum nor the signed list of files helps.
"""

import random
import time
from datetime import timedelta
from pathlib import Path

import pytest
from building import START, Town, in_memory
from living import LivingTown, living_town

from minsheng.verify.check import verify
from minsheng.verify.export import InMemory, open_export
from minsheng.verify.findings import Finding
from minsheng.verify.lines import write_opaque
from minsheng.verify.since import read_earlier

N_DAYS, PER_DAY = 60, 20


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("town")


@pytest.fixture(scope="module")
def town(place: Path) -> LivingTown:
    """The town; on its way it leaves the exports of two earlier days."""
    town = LivingTown(seed=5)
    for number in range(N_DAYS):
        town.live(START + timedelta(days=number), PER_DAY)
        if number + 1 in (N_DAYS // 4, N_DAYS // 2):
            town.export(place / f"day {number + 1}")
    return town


@pytest.fixture(scope="module")
def folder(town: LivingTown, place: Path) -> Path:
    return town.export(place / "export")


@pytest.fixture(scope="module")
def export(folder: Path) -> InMemory:
    return in_memory(folder)


def findings_of(export: InMemory, lines: list[bytes]) -> list[Finding]:
    return list(verify(InMemory(export.files, lines), with_replay=False).findings)


def found_at(findings: list[Finding], index: int, matter: str) -> bool:
    return any(finding.index == index or finding.matter == matter for finding in findings)


def matter_at(town: Town, index: int) -> str:
    kept = town.leaves[index]
    assert not isinstance(kept, bytes)
    return kept.entry.matter


def test_ten_thousand_entries_hold(folder: Path, export: InMemory) -> None:
    assert len(export.lines_of) >= 10_000
    for what, with_replay in (("chains, tree and signatures", False), ("the same with replay", True)):
        started = time.perf_counter()
        assert list(verify(open_export(folder), with_replay=with_replay).findings) == []
        seconds = time.perf_counter() - started
        print(f"{len(export.lines_of) / seconds:.0f} entries/s for {what}")


@pytest.mark.parametrize("seed", range(10))
def test_two_hundred_random_flips_are_each_found(export: InMemory, town: Town, seed: int) -> None:
    """Twenty at a time, in twenty different lines: each must be named, and nothing else be blamed."""
    chance = random.Random(seed)
    lines = list(export.lines_of)
    flipped = sorted(chance.sample(range(len(lines)), 20))
    for index in flipped:
        at, bit = chance.randrange(len(lines[index])), chance.randrange(8)
        line = bytearray(lines[index])
        line[at] ^= 1 << bit
        lines[index] = bytes(line)
    findings = findings_of(export, lines)
    named = {finding.index for finding in findings}
    assert [index for index in flipped if index not in named] == []
    touched = {matter_at(town, index) for index in flipped}
    for finding in findings:
        assert finding.index in flipped or finding.matter in touched or finding.index is None, finding


def test_flips_that_make_or_break_lines_are_found(export: InMemory) -> None:
    chance = random.Random(77)
    whole = b"".join(line + b"\n" for line in export.lines_of)
    ends = [i for i, byte in enumerate(whole) if byte == 0x0A]
    for _ in range(3):
        number = chance.randrange(len(ends) - 1)
        joined = bytearray(whole)
        joined[ends[number]] = 0x20
        assert found_at(findings_of(export, bytes(joined).split(b"\n")[:-1]), number, "")
        broken = bytearray(whole)
        broken[ends[number] + chance.randrange(1, 200)] = 0x0A
        assert found_at(findings_of(export, bytes(broken).split(b"\n")[:-1]), number + 1, "")


def tampered(lines: list[bytes], chance: random.Random, kind: str) -> tuple[list[bytes], list[int]]:
    a, b = sorted(chance.sample(range(len(lines)), 2))
    if kind == "drop":
        return lines[:a] + lines[a + 1 :], [a]
    if kind == "drop the last":
        return lines[:-1], [len(lines) - 1]
    if kind == "swap":
        changed = list(lines)
        changed[a], changed[b] = changed[b], changed[a]
        return changed, [a, b]
    if kind == "repeat":
        return [*lines[:b], lines[a], *lines[b:]], [a]
    if kind == "insert":
        return [*lines[:a], write_opaque(a, chance.randbytes(32)), *lines[a:]], [a]
    if kind == "append":
        return [*lines, write_opaque(len(lines), chance.randbytes(32))], [len(lines)]
    if kind == "replace by another entry":
        other = lines[b].replace(b'"i":%d' % b, b'"i":%d' % a)
        return [*lines[:a], other, *lines[a + 1 :]], [a]
    moved = [*lines[:a], *lines[a + 1 : b], lines[a], *lines[b:]]
    return moved, [a]


KINDS = ("drop", "drop the last", "swap", "repeat", "insert", "append", "replace by another entry", "move")


@pytest.mark.parametrize("kind", KINDS)
def test_drops_swaps_and_insertions_are_found_at_their_index(export: InMemory, kind: str) -> None:
    chance = random.Random(kind)
    for _ in range(2):
        lines, places = tampered(list(export.lines_of), chance, kind)
        if lines == list(export.lines_of):
            continue
        named = {finding.index for finding in findings_of(export, lines)}
        assert [place for place in places if place not in named] == []


# --- with the true key ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def earlier(town: LivingTown, place: Path) -> Path:
    """What somebody kept half-way."""
    return place / f"day {N_DAYS // 2}"


@pytest.fixture(scope="module")
def truncated(town: LivingTown, place: Path) -> Path:
    """The town as if most of its days had never been, signed with the true keys."""
    return place / f"day {N_DAYS // 4}"


@pytest.fixture(scope="module")
def rewritten(place: Path) -> Path:
    """The whole town again, other acts and salts, signed with the true keys."""
    return living_town(N_DAYS // 2 + 5, PER_DAY, seed=6).export(place / "rewritten")


def test_the_honest_export_continues_what_was_kept(folder: Path, earlier: Path, town: Town) -> None:
    receipt = town.receipt(next(iter(town.kept)))
    for kept in (earlier, earlier / "checkpoint"):
        report = verify(
            open_export(folder), earlier=[read_earlier(kept)], receipts=[receipt], with_replay=False
        )
        assert list(report.findings) == []


def test_a_rewritten_export_fails_by_what_was_kept_or_by_a_receipt(
    rewritten: Path, earlier: Path, town: Town
) -> None:
    assert verify(open_export(rewritten)).holds  # by itself nobody can tell
    for kept in (earlier, earlier / "checkpoint"):
        report = verify(open_export(rewritten), earlier=[read_earlier(kept)], with_replay=False)
        assert "since_rewritten" in {finding.code for finding in report.findings}
    matter = next(iter(town.kept))
    report = verify(open_export(rewritten), receipts=[town.receipt(matter)], with_replay=False)
    assert {finding.matter for finding in report.findings} == {matter}


def test_a_truncated_export_fails_by_what_was_kept_or_by_a_receipt(
    truncated: Path, earlier: Path, town: Town
) -> None:
    assert verify(open_export(truncated)).holds
    for kept in (earlier, earlier / "checkpoint"):
        report = verify(open_export(truncated), earlier=[read_earlier(kept)], with_replay=False)
        assert "since_cut" in {finding.code for finding in report.findings}
    dropped = town.leaves[-1].entry.matter  # its last entry lies beyond the cut
    receipt = town.receipt(dropped, included=False)
    at = verify(open_export(truncated), with_replay=False).checkpoint
    assert at is not None
    report = verify(open_export(truncated), receipts=[receipt], with_replay=False)
    assert {finding.code for finding in report.findings} == set()  # promised for days that it does not reach
    receipt = town.receipt(dropped, included=False, days=-2 * N_DAYS)
    report = verify(open_export(truncated), receipts=[receipt], with_replay=False)
    assert {finding.code for finding in report.findings} == {"promise_broken"}
