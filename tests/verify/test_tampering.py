"""Ten thousand entries, and whoever tampers with one of them: each change is found at its index or matter.

`200 random flips, drops, swaps, insertions; a whole export rewritten and re-signed with the true key, and one
truncated and re-signed` is an acceptance of the project. The changes are made in the decompressed lines, so
that neither Zstandard's checksum nor the signed list of files helps.
"""

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from building import Town, in_memory, simple_town

from minsheng.verify.check import verify
from minsheng.verify.export import InMemory, open_export
from minsheng.verify.findings import Finding
from minsheng.verify.lines import write_opaque
from minsheng.verify.since import read_earlier

N_MATTERS = 420


@pytest.fixture(scope="module")
def town() -> Town:
    return simple_town(n_matters=N_MATTERS, n_days=40, seed=5)


@pytest.fixture(scope="module")
def folder(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town.export(tmp_path_factory.mktemp("town") / "export")


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


def test_ten_thousand_entries_hold_and_are_checked_fast(export: InMemory) -> None:
    started = time.perf_counter()
    assert findings_of(export, list(export.lines_of)) == []
    seconds = time.perf_counter() - started
    assert len(export.lines_of) >= 10_000
    print(f"{len(export.lines_of) / seconds:.0f} entries/s for chains, tree and signatures")


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
    for _ in range(5):
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
    for _ in range(3):
        lines, places = tampered(list(export.lines_of), chance, kind)
        if lines == list(export.lines_of):
            continue
        named = {finding.index for finding in findings_of(export, lines)}
        assert [place for place in places if place not in named] == []


# --- with the true key ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What somebody kept half-way: the same town on day 20."""
    return simple_town(n_matters=N_MATTERS, n_days=20, seed=5).export(
        tmp_path_factory.mktemp("earlier") / "export"
    )


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Town, Path]]:
    """The whole town again, other acts and salts, signed with the true keys."""
    town = simple_town(n_matters=N_MATTERS, n_days=40, seed=6)
    yield town, town.export(tmp_path_factory.mktemp("rewritten") / "export")


@pytest.fixture(scope="module")
def truncated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town as if the last 25 days had never been, signed with the true keys."""
    town = simple_town(n_matters=N_MATTERS, n_days=15, seed=5)
    return town.export(tmp_path_factory.mktemp("truncated") / "export")


def test_the_honest_export_continues_what_was_kept(folder: Path, earlier: Path, town: Town) -> None:
    receipt = town.receipt(next(iter(town.kept)))
    for kept in (earlier, earlier / "checkpoint"):
        report = verify(
            open_export(folder), earlier=[read_earlier(kept)], receipts=[receipt], with_replay=False
        )
        assert list(report.findings) == []


def test_a_rewritten_export_fails_by_what_was_kept_or_by_a_receipt(
    rewritten: tuple[Town, Path], earlier: Path, town: Town
) -> None:
    _, forged = rewritten
    assert verify(open_export(forged), with_replay=False).holds  # by itself nobody can tell
    for kept in (earlier, earlier / "checkpoint"):
        report = verify(open_export(forged), earlier=[read_earlier(kept)], with_replay=False)
        assert "since_rewritten" in {finding.code for finding in report.findings}
    matter = next(iter(town.kept))
    report = verify(open_export(forged), receipts=[town.receipt(matter)], with_replay=False)
    assert {finding.matter for finding in report.findings} == {matter}


def test_a_truncated_export_fails_by_what_was_kept_or_by_a_receipt(
    truncated: Path, earlier: Path, town: Town
) -> None:
    assert verify(open_export(truncated), with_replay=False).holds
    for kept in (earlier, earlier / "checkpoint"):
        report = verify(open_export(truncated), earlier=[read_earlier(kept)], with_replay=False)
        assert "since_cut" in {finding.code for finding in report.findings}
    receipt = town.receipt(next(iter(town.kept)), included=False)
    at = verify(open_export(truncated), with_replay=False).checkpoint
    assert at is not None
    report = verify(open_export(truncated), receipts=[receipt], with_replay=False)
    assert {finding.code for finding in report.findings} == set()  # promised for days that it does not reach
    receipt = town.receipt(next(iter(town.kept)), included=False, days=-30)
    report = verify(open_export(truncated), receipts=[receipt], with_replay=False)
    assert {finding.code for finding in report.findings} == {"promise_broken"}
