"""An honest export holds, and what is not honest is found where it is: everything that needs no rule file."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from building import START, Town, in_memory, level, moment_of, opening, reply, simple_town
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.kernel.log.canonical import canonical, parse_canonical
from minsheng.kernel.log.note import Signer
from minsheng.kernel.log.proof import Part
from minsheng.verify.boxes import Box, box_commitment
from minsheng.verify.check import Report, verify
from minsheng.verify.export import ExportUnreadable, InMemory, Source, open_export
from minsheng.verify.lines import BadLine, read_line, write_disclosed, write_opaque
from minsheng.verify.since import read_earlier
from minsheng.verify.writer import DisclosedRow, ExportRefused, OpaqueRow, Row, write_export


def check(source: Source, **options: object) -> Report:
    return verify(source, with_replay=False, **options)  # type: ignore[arg-type]


def codes(report: Report) -> set[str]:
    return {finding.code for finding in report.findings}


@pytest.fixture(scope="module")
def town() -> Town:
    return simple_town()


@pytest.fixture(scope="module")
def folder(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town.export(tmp_path_factory.mktemp("town") / "export")


@pytest.fixture
def export(folder: Path) -> InMemory:
    return in_memory(folder)


def test_an_honest_export_holds(folder: Path, town: Town) -> None:
    report = check(open_export(folder))
    assert list(report.findings) == []
    assert report.holds
    assert report.counts["leaves"] == report.counts["disclosed"] == len(town.leaves) > 30
    assert report.counts["checkpoints"] == 9
    assert report.counts["parts"] > 0
    assert report.to_json()["size"] == len(town.leaves)


def test_the_same_rows_give_the_same_bytes(folder: Path, town: Town, tmp_path: Path) -> None:
    again = town.export(tmp_path / "again")
    assert in_memory(again).files == in_memory(folder).files


def test_an_export_replaces_the_one_before_it_as_a_whole(town: Town, tmp_path: Path) -> None:
    folder = town.export(tmp_path / "export")
    (folder / "stale").write_text("from the export before")
    assert town.export(folder) == folder
    assert not (folder / "stale").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["export"]


def test_an_export_that_cannot_be_written_leaves_the_old_one_alone(town: Town, tmp_path: Path) -> None:
    folder = town.export(tmp_path / "export")
    before = in_memory(folder).files
    rows = town.rows()
    for wrong in (
        {"rows": rows[:-1]},
        {"rows": rows[1:]},
        {"rows": [*rows[:-1], OpaqueRow(len(rows) - 1, bytes(32), "secret")]},
        {"tiles": lambda path: None},
        {"extra": {"../elsewhere": b""}},
        {"extra": {"checkpoint": b""}},
        {"checkpoint": "no note"},
    ):
        with pytest.raises(ExportRefused):
            town.export(folder, **wrong)
    assert in_memory(folder).files == before
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_an_empty_log_is_an_honest_log(tmp_path: Path) -> None:
    assert list(check(open_export(Town().export(tmp_path / "export"))).findings) == []


def test_a_log_of_more_than_one_tile_holds(tmp_path: Path) -> None:
    large = simple_town(n_matters=80, n_days=8)
    assert len(large.leaves) > 256
    source = in_memory(large.export(tmp_path / "export"))
    assert list(check(source).findings) == []
    wrong = bytearray(source.files["tile/1/000.p/1"])
    wrong[0] ^= 1
    broken = InMemory({**source.files, "tile/1/000.p/1": bytes(wrong)}, source.lines_of)
    assert {finding.where for finding in check(broken).findings} == {"tile/1/000.p/1"}


@settings(max_examples=500)
@given(st.data())
def test_whatever_a_line_says_it_is_read_or_refused(town: Town, data: st.DataObject) -> None:
    """Bytes put in, left out and exchanged: nothing but BadLine, and no other bytes for the same line."""
    rows = town.rows()
    kept = town.leaves[data.draw(st.integers(0, len(rows) - 1))]
    assert not isinstance(kept, bytes)
    parts = {name: kept.parts[name] for name in kept.opened}
    good = write_disclosed(7, kept.data, kept.salt, parts)
    at = data.draw(st.integers(0, len(good)))
    cut = data.draw(st.integers(0, 3))
    put = data.draw(
        st.binary(max_size=3) | st.sampled_from([b"{", b"]", b'"', b"null", b"1", b",", b"\\u0041"])
    )
    bad = good[:at] + put + good[at + cut :]
    try:
        line = read_line(bad)
    except BadLine:
        return
    if bad != good:
        assert line != read_line(good)


def test_lines_of_other_shapes_are_refused() -> None:
    h = b"00" * 32
    for raw in (
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"commitment":"%b","i":01}' % h,
        b'{"commitment":"%b","i":-1}' % h,
        b'{"commitment":"%b"}' % h,
        b'{"commitment":"%b","i":1,"why":"erased"}' % h,
        b'{"i":1,"leaf":"%b","x":1}' % h,
        b'{"entry":{},"i":1,"salt":"%b"}' % h,
        b'{"entry":[],"i":1,"salt":"%b"}' % h,
        b'{"entry":null,"i":1,"salt":null}',
        b'{"entry":{},"i":true,"salt":"%b"}' % h,
        b'{"entry":{},"i":1,"parts":null,"salt":"%b"}' % h,
        b'{"entry":{},"i":1,"parts":{},"salt":"%b"}' % h,
    ):
        with pytest.raises(BadLine):
            read_line(raw)


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "heads.jsonl",
        "opaque.json",
        "checkpoints.jsonl",
        "keys",
        "datapackage.json",
        "manifest",
        "tile/0/000.p/{}",
    ],
)
def test_a_missing_file_is_named(export: InMemory, name: str) -> None:
    name = name.format(len(export.lines_of))
    del export.files[name]  # type: ignore[attr-defined]
    assert any(name in finding.where for finding in check(export).findings)


def test_no_byte_of_a_file_can_be_changed(export: InMemory) -> None:
    """Every file but the compressed lines, which have a test of their own."""
    for name, data in export.files.items():
        if name == "entries.jsonl.zst":
            continue
        for at in range(0, len(data), max(1, len(data) // 25)):
            wrong = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
            report = check(InMemory({**export.files, name: wrong}, export.lines_of))
            assert not report.holds, (name, at)


def test_a_changed_compressed_file_is_found(folder: Path, tmp_path: Path, town: Town) -> None:
    copy = town.export(tmp_path / "copy")
    path = copy / "entries.jsonl.zst"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(ExportUnreadable, match="decompressed"):
        check(open_export(copy))


def test_a_line_without_its_newline_is_found_at_its_index(export: InMemory) -> None:
    export.lines_of = [*export.lines_of[:-1], export.lines_of[-1] + b"\0"]
    assert len(export.lines_of) - 1 in {finding.index for finding in check(export).findings}


@pytest.mark.parametrize("path", ["", "checkpoint", "no/such/place"])
def test_what_is_no_export_is_refused(folder: Path, path: str, tmp_path: Path) -> None:
    with pytest.raises(ExportUnreadable):
        open_export(tmp_path if not path else folder / path)


def test_a_name_that_leads_out_of_the_export_is_not_read(folder: Path) -> None:
    (folder.parent / "outside").write_text("not ours")
    assert open_export(folder).read("../outside") is None
    assert open_export(folder).read(str(folder.parent / "outside")) is None
    assert open_export(folder).digest("tile") is None


# --- who signed ----------------------------------------------------------------------------------


def test_a_stranger_can_sign_nothing(town: Town, tmp_path: Path) -> None:
    stranger = Signer(town.exporter.name, b"\x09" * 32)
    write_export(tmp_path / "export", town.contents(), stranger)
    assert codes(check(open_export(tmp_path / "export"))) == {"manifest_signature"}


def test_keys_that_the_reader_brings_count_more_than_those_in_the_export(folder: Path, town: Town) -> None:
    assert check(open_export(folder), keys=town.keys).holds
    others = simple_town()
    others.log = Signer(town.log.name, b"\x08" * 32)
    assert codes(check(open_export(folder), keys=others.keys)) == {"checkpoint_signature"}


def test_checkpoints_that_contradict_each_other_are_found(town: Town, tmp_path: Path) -> None:
    forked = simple_town(seed=2)
    for n in range(1, len(town.marks)):
        marks = [*town.marks[:n], forked.marks[n], *town.marks[n + 1 :]]
        report = check(open_export(town.export(tmp_path / "export", checkpoints=marks)))
        assert codes(report) & {"root", "inconsistent", "checkpoints_end"}


@pytest.mark.parametrize(
    ("cut", "code"),
    [
        (lambda marks: marks[1:], "checkpoints_cut"),
        (lambda marks: marks[:-1], "checkpoints_end"),
        (lambda marks: [marks[1], marks[0], *marks[2:]], "inconsistent"),
        (lambda marks: [*marks[:3], marks[3][:-1], *marks[4:]], "checkpoint_form"),
        (
            lambda marks: [*marks[:3], marks[3].replace(b'"at":"2026', b'"at":"2027'), *marks[4:]],
            "checkpoint_form",
        ),
        (lambda marks: [*marks[:3], b"{}", *marks[4:]], "checkpoint_form"),
    ],
)
def test_the_record_of_checkpoints_is_whole(
    town: Town, tmp_path: Path, cut: Callable[[list[bytes]], list[bytes]], code: str
) -> None:
    folder = town.export(tmp_path / "export", checkpoints=cut(town.marks))
    assert code in codes(check(open_export(folder)))


def test_a_manifest_of_another_day_or_tree_is_found(town: Town, tmp_path: Path) -> None:
    late = town.export(tmp_path / "late", day=town.day - timedelta(days=5))
    assert codes(check(open_export(late))) == {"manifest_day"}
    source = in_memory(town.export(tmp_path / "tree"))
    other = simple_town(seed=2)
    other.export(tmp_path / "other")
    files = {**source.files, "manifest": (tmp_path / "other" / "manifest").read_bytes()}
    assert {"manifest_tree", "file_changed"} <= codes(check(InMemory(files, source.lines_of)))


# --- lines that are well formed and wrong --------------------------------------------------------


def resigned(town: Town, tmp_path: Path) -> Report:
    """What the town's own keys can put together, checked."""
    return check(open_export(town.export(tmp_path / "export")))


def test_an_entry_dated_outside_its_batch_is_found(tmp_path: Path) -> None:
    town = simple_town()
    kept = town.add(opening(town.matter_id(), START - timedelta(days=40)))
    town.batch(town.at + timedelta(days=1))
    report = resigned(town, tmp_path)
    assert [(finding.code, finding.matter) for finding in report.findings] == [("day", kept.entry.matter)]


def test_the_clock_alone_may_be_dated_by_the_law(tmp_path: Path) -> None:
    town = simple_town()
    matter = town.matter_id()
    town.add(opening(matter, START + timedelta(days=8)))
    tick = replace(reply(matter, START), role="clock", event="late", actor=None, body=None)
    town.add(tick)
    town.batch(town.at + timedelta(days=1))
    assert resigned(town, tmp_path).holds


def test_the_clock_does_not_run_ahead_of_its_batch(tmp_path: Path) -> None:
    town = simple_town()
    matter = town.matter_id()
    town.add(opening(matter, START + timedelta(days=8)))
    ahead = START + timedelta(days=40)
    town.add(replace(reply(matter, ahead), role="clock", event="lapsed", actor=None, body=None))
    town.batch(town.at + timedelta(days=1))
    report = resigned(town, tmp_path)
    assert [(finding.code, finding.matter) for finding in report.findings] == [("day", matter)]


def test_a_batch_that_is_not_sorted_is_found(tmp_path: Path) -> None:
    town = Town()
    for _ in range(5):
        town.add(opening(town.matter_id(), START))
    town.batch(moment_of(START), backwards=True)
    assert {(f.code, f.index) for f in resigned(town, tmp_path).findings} == {
        ("batch_order", i) for i in range(1, 5)
    }


def test_a_chain_that_does_not_hang_together_is_found_at_its_matter(tmp_path: Path) -> None:
    town = Town()
    matter = town.matter_id()
    town.add(opening(matter, START))
    town.batch(moment_of(START))
    town.add(reply(matter, START))
    town.kept[matter].pop()
    other = town.add(replace(reply(matter, START), facts={"a": 1}))
    third = town.add(reply(matter, START))
    town.batch(moment_of(START) + timedelta(hours=1))
    found = {(finding.code, finding.matter) for finding in resigned(town, tmp_path).findings}
    assert found == {("fork", matter)} or found == {("fork", matter), ("chain", matter)}
    assert other.entry.n == 1
    assert third.entry.n == 2


def test_an_entry_taken_in_before_the_one_it_follows_is_found(tmp_path: Path) -> None:
    town = Town()
    matter = town.matter_id()
    first, second = town.add(opening(matter, START)), town.add(reply(matter, START))
    town.waiting = [second]
    town.batch(moment_of(START))
    town.waiting = [first]
    town.batch(moment_of(START) + timedelta(hours=1))
    found = [(finding.code, finding.index) for finding in resigned(town, tmp_path).findings]
    assert found == [("chain_order", 0)]


def test_something_before_entry_zero_is_found(tmp_path: Path, export: InMemory) -> None:
    i, wire = next(
        (i, wire)
        for i, wire in ((i, json.loads(line)) for i, line in enumerate(export.lines_of))
        if wire["entry"]["n"] == 0
    )
    wire["entry"]["prev"] = "00" * 32
    export.lines_of = [*export.lines_of[:i], canonical(wire), *export.lines_of[i + 1 :]]
    assert {"leaf", "chain"} <= {f.code for f in check(export).findings if i == f.index}


def test_a_cut_chain_is_found_against_its_signed_head(town: Town, tmp_path: Path) -> None:
    matter = next(matter for matter, chain in town.kept.items() if len(chain) > 3)
    last = town.kept[matter][-1]
    hidden: list[Row] = town.rows()
    place = next(i for i, leaf in enumerate(town.leaves) if leaf is last)
    hidden[place] = OpaqueRow(place, last.commitment, "not_yet_due")
    source = in_memory(town.export(tmp_path / "export"))
    cut = in_memory(town.export(tmp_path / "cut", rows=hidden))
    files = {**source.files, "opaque.json": cut.files["opaque.json"]}
    report = check(InMemory(files, cut.lines_of))
    assert (("head", matter)) in {(finding.code, finding.matter) for finding in report.findings}


# --- what is not shown ---------------------------------------------------------------------------


def dark_town() -> tuple[Town, str, str, str]:
    """Three matters: one closed from the start and opened later, one open and closed later, one erased."""
    town = Town()
    later, closed, erased = (town.matter_id() for _ in range(3))
    for matter in (later, closed, erased):
        town.add(opening(matter, START, "withheld" if matter == later else "coded"))
    town.batch(moment_of(START))
    for matter, to in ((later, "coded"), (closed, "withheld")):
        town.add(level(matter, START, to))
    town.batch(moment_of(START) + timedelta(hours=1))
    for matter in (later, closed, erased):
        town.add(reply(matter, START))
    town.batch(moment_of(START) + timedelta(hours=2))
    town.hidden[town.kept[later][0].commitment] = "withheld"
    town.hidden[town.kept[closed][2].commitment] = "withheld"
    town.hidden.update({kept.commitment: "erased" for kept in town.kept[erased]})
    return town, later, closed, erased


def test_matters_go_dark_and_come_to_light_where_they_say_so(tmp_path: Path) -> None:
    town, *_ = dark_town()
    report = resigned(town, tmp_path)
    assert list(report.findings) == []
    assert report.counts["opaque"] == 4
    assert {reason: n for reason, n in report.opaque.items() if n} == {"withheld": 2, "erased": 2}


def test_a_gap_that_no_entry_explains_is_found(tmp_path: Path) -> None:
    town, later, closed, _ = dark_town()
    town.hidden[town.kept[later][1].commitment] = "withheld"
    del town.hidden[town.kept[closed][2].commitment]
    town.hidden[town.kept[closed][1].commitment] = "withheld"
    found = {(finding.code, finding.matter) for finding in resigned(town, tmp_path).findings}
    assert found == {("gap", later), ("gap", closed)}


def test_a_chain_that_says_nothing_before_it_goes_dark_is_found(tmp_path: Path) -> None:
    town = Town()
    matter = town.matter_id()
    town.add(opening(matter, START))
    town.batch(moment_of(START))
    hidden = town.add(reply(matter, START))
    town.batch(moment_of(START))
    town.add(level(matter, START, "coded"))
    town.batch(moment_of(START))
    town.hidden[hidden.commitment] = "withheld"
    assert {f.code for f in resigned(town, tmp_path).findings} == {"gap"}


def test_a_gap_over_something_that_is_not_in_the_log_is_found(tmp_path: Path) -> None:
    town = Town()
    matter = town.matter_id()
    town.add(opening(matter, START, "withheld"))
    town.waiting = []
    town.add(level(matter, START, "coded"))
    town.batch(moment_of(START))
    assert {f.code for f in resigned(town, tmp_path).findings} == {"chain"}


def test_lost_leaves_are_counted_and_restored_chains_go_on(tmp_path: Path) -> None:
    town = Town()
    matter = town.matter_id()
    town.add(opening(matter, START))
    lost = town.add(reply(matter, START))
    town.add(replace(reply(matter, START), event="restored", step=None, outcome=None, role="operator"))
    town.batch(moment_of(START))
    town.hidden[lost.commitment] = "lost"
    report = resigned(town, tmp_path)
    assert report.holds
    assert report.opaque["lost"] == 1


@pytest.mark.parametrize("name", ["withheld", "erased"])
def test_a_leaf_that_is_counted_under_no_reason_is_found(tmp_path: Path, name: str) -> None:
    town, *_ = dark_town()
    folder = town.export(tmp_path / "export")
    source = in_memory(folder)
    counts = parse_canonical(source.files["opaque.json"][:-1])
    counts[name] -= 1
    files = {**source.files, "opaque.json": canonical(counts) + b"\n"}
    assert {"opaque_count", "file_changed"} == codes(check(InMemory(files, source.lines_of)))


# --- parts and boxes -----------------------------------------------------------------------------


def test_opened_parts_are_what_was_closed(export: InMemory, town: Town) -> None:
    i = next(i for i, line in enumerate(export.lines_of) if b'"parts"' in line)
    kept = town.leaves[i]
    assert not isinstance(kept, bytes)
    part = kept.parts["reply"]
    for wrong in (
        {"reply": Part({"done": "没有修"}, part.salt)},
        {"reply": Part(part.value, bytes(32))},
        {"answer": part},
        {"reply": Part(b"bytes", part.salt)},
    ):
        line = write_disclosed(i, kept.data, kept.salt, wrong)
        changed = InMemory(export.files, [*export.lines_of[:i], line, *export.lines_of[i + 1 :]])
        assert ("part_hash", i) in {(f.code, f.index) for f in check(changed).findings}


def test_an_entry_swapped_for_its_bare_commitment_is_found(export: InMemory, town: Town) -> None:
    kept = town.leaves[3]
    assert not isinstance(kept, bytes)
    export.lines_of = [*export.lines_of[:3], write_opaque(3, kept.commitment), *export.lines_of[4:]]
    report = check(export)
    assert "opaque_count" in codes(report)
    assert kept.entry.matter in {f.matter for f in report.findings if f.code in ("head", "gap")}


def boxed(tmp_path: Path, **changes: object) -> Report:
    """An export with one opened box (checked without a replay, so without the count of ended matters)."""
    town = simple_town()
    nonces = tuple(sorted(town.salt().hex() for _ in range(12)))
    answers = tuple({"heard": n // 6} for n in range(12))
    salt = town.salt()
    leaf = box_commitment("water", "2026-03", nonces, answers, salt)
    town.waiting.append(leaf)
    town.batch(town.at + timedelta(hours=1))
    box = Box("water", "2026-03", nonces, answers, salt, town.leaves.index(leaf))
    town.boxes = [replace(box, **changes)]  # type: ignore[arg-type]
    return verify(open_export(town.export(tmp_path / "export")))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"i": 0}, "box_leaf"),
        ({"salt": bytes(32)}, "box_leaf"),
        ({"body": "heat"}, "box_leaf"),
        ({"nonces": ("00" * 32,)}, "box_rows"),
        ({"answers": ({"heard": 1},) * 9, "nonces": tuple(f"{n:064x}" for n in range(9))}, "box_small"),
        ({"answers": ({"heard": 1},) * 13}, "box_rows"),
    ],
)
def test_a_box_is_what_its_leaf_closed(tmp_path: Path, changes: dict[str, object], code: str | None) -> None:
    found = {f for f in codes(boxed(tmp_path, **changes)) if f.startswith("box")} - {"box_stuffed"}
    assert found == set() if code is None else code in found


def test_a_body_has_no_more_ratings_than_matters_in_which_somebody_was_asked(tmp_path: Path) -> None:
    assert "box_stuffed" in codes(boxed(tmp_path))


# --- what was kept from earlier ------------------------------------------------------------------


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simple_town(n_days=5).export(tmp_path_factory.mktemp("earlier") / "export")


def test_a_log_that_grew_continues_what_was_kept(folder: Path, earlier: Path) -> None:
    for kept in (earlier, earlier / "checkpoint", folder):
        assert check(open_export(folder), earlier=[read_earlier(kept)]).holds


def test_an_erased_matter_is_excused_and_a_hidden_one_is_not(earlier: Path, tmp_path: Path) -> None:
    town = simple_town(n_days=8)
    old = {json.loads(line)["entry"]["matter"] for line in in_memory(earlier).lines_of}
    matter = min(old)
    for kept in town.kept[matter]:
        town.hidden[kept.commitment] = "erased"
    gone = town.export(tmp_path / "erased")
    assert check(open_export(gone), earlier=[read_earlier(earlier)]).holds
    for kept in town.kept[matter]:
        town.hidden[kept.commitment] = "not_yet_due"
    report = check(open_export(town.export(tmp_path / "hidden")), earlier=[read_earlier(earlier)])
    assert {(f.code, f.matter) for f in report.findings} == {("since_hidden", matter)}
    assert check(open_export(tmp_path / "hidden"), earlier=[read_earlier(earlier / "checkpoint")]).holds


def test_what_was_opened_stays_open(earlier: Path, tmp_path: Path) -> None:
    town = simple_town(n_days=8)
    i = next(i for i, line in enumerate(in_memory(earlier).lines_of) if b'"parts"' in line)
    rows = town.rows()
    row = rows[i]
    assert isinstance(row, DisclosedRow)
    rows[i] = replace(row, parts={})
    report = check(open_export(town.export(tmp_path / "export", rows=rows)), earlier=[read_earlier(earlier)])
    assert [(f.code, f.index) for f in report.findings] == [("since_closed", i)]
    # After a restore fewer matters may share a kind; then more leaves than that are counted as gone.
    shown = Counter(json.loads(line)["entry"]["matter"] for line in in_memory(earlier).lines_of)
    grown = next(m for m, chain in town.kept.items() if m != row.matter and len(chain) > shown[m])
    for kept in town.kept[grown]:
        town.hidden[kept.commitment] = "erased"
    rows = town.rows()
    rows[i] = replace(row, parts={})
    export = open_export(town.export(tmp_path / "restored", rows=rows))
    assert check(export, earlier=[read_earlier(earlier)]).holds


def test_keys_are_added_and_never_taken_away(town: Town, tmp_path: Path, folder: Path) -> None:
    new = simple_town()
    new.promiser = Signer("yunxi.example/promise", b"\x07" * 32)
    report = check(open_export(new.export(tmp_path / "export")), earlier=[read_earlier(folder)])
    assert codes(report) == {"since_keys"}
    keys = {**new.keys, "promise": (new.promiser.verifier, town.promiser.verifier)}
    both = new.export(tmp_path / "both", keys=keys)
    assert check(open_export(both), earlier=[read_earlier(folder)]).holds


def test_a_checkpoint_of_another_log_is_no_beginning_of_this_one(folder: Path, tmp_path: Path) -> None:
    other = Town(log=Signer("elsewhere.example/log", b"\x05" * 32))
    kept = tmp_path / "checkpoint"
    kept.write_text(other.checkpoint)
    assert codes(check(open_export(folder), earlier=[read_earlier(kept)])) == {"since_signature"}
    with pytest.raises(ExportUnreadable):
        read_earlier(tmp_path / "nothing")
