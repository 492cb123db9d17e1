"""A town folder is read whole or not at all, and says where it is wrong and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from minsheng.bodies import services
from minsheng.bodies.rules.findings import Finding
from minsheng.bodies.rules.folder import BESIDE, FILES, read_folder
from minsheng.bodies.rules.town import TownFolder
from minsheng.bodies.rules.writing import scalar, write_folder

TOWNS = ("yunxi", "harbour")


def files_of(name: str) -> dict[str, bytes]:
    return services.files_of(Path(settings.MINSHENG_TOWNS) / name)


def folder_of(name: str) -> TownFolder:
    folder = services.read_town(Path(settings.MINSHENG_TOWNS) / name)
    assert isinstance(folder, TownFolder), [str(finding) for finding in folder]
    return folder


def findings(files: dict[str, bytes]) -> list[Finding]:
    read = read_folder(files)
    assert isinstance(read, list), "nothing was found"
    return read


def changed(files: dict[str, bytes], name: str, old: str, new: str) -> dict[str, bytes]:
    assert old in files[name].decode(), f"{old!r} is not in {name}"
    return {**files, name: files[name].decode().replace(old, new, 1).encode()}


@pytest.mark.parametrize("name", TOWNS)
def test_a_town_written_back_is_the_same_files_byte_for_byte(name):
    assert write_folder(folder_of(name)) == {k: v for k, v in files_of(name).items() if k not in BESIDE}


@pytest.mark.parametrize("name", TOWNS)
def test_a_town_read_written_and_read_is_the_same_town(name):
    town = folder_of(name)
    assert read_folder(write_folder(town)) == town


def test_the_two_towns_are_quite_different(yunxi, harbour):
    assert yunxi.town.languages != harbour.town.languages
    assert yunxi.calendar.zone != harbour.calendar.zone
    assert yunxi.calendar.makeup
    assert not harbour.calendar.makeup
    assert not {b.code for b in yunxi.bodies} & {b.code for b in harbour.bodies}


def test_yunxi_works_on_the_sunday_before_the_holiday_and_not_on_national_day(yunxi):
    from datetime import date

    assert yunxi.calendar.is_working(date(2026, 9, 27))
    assert not yunxi.calendar.is_working(date(2026, 10, 1))
    assert yunxi.calendar.is_working(date(2026, 10, 10))
    assert yunxi.calendar.next_working(date(2026, 10, 2)) == date(2026, 10, 8)


@given(st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=30))
def test_whatever_is_written_reads_back_as_it_was(value):
    if any(ord(c) < 32 or 0x7F <= ord(c) <= 0x9F or c in "\u2028\u2029\ufeff\ufffe\uffff" for c in value):
        return
    line = f"- {{a: {scalar(value)}, b: x}}\n"
    assert yaml.load(line, Loader=yaml.BaseLoader) == [{"a": value, "b": "x"}]


def test_every_finding_names_file_line_and_what_to_do(yunxi_files):
    files = changed(yunxi_files, "areas.yaml", "population: 640", "population: many")
    (finding,) = findings(files)
    assert (finding.file, finding.line, finding.rule) == ("areas.yaml", 9, "number")
    assert finding.do.en.startswith("Write digits only")
    assert finding.do.zh


MISTAKES = [
    ("bodies.yaml", "parent: water,", "parent: wine,", "no_such", "wine"),
    ("bodies.yaml", "code: water_company", "code: water", "twice", "used twice"),
    ("bodies.yaml", "kind: utility", "kind: shop", "choice", "Choose one of"),
    ("bodies.yaml", "kind: hotline", "kind: department", "no_hotline", "takes requests in"),
    ("bodies.yaml", "{code: government, ", "{code: government, parent: water_company, ", "circle", "circle"),
    ("areas.yaml", "kind: city, ", "kind: city, parent: laoyucun, ", "circle", "circle"),
    ("areas.yaml", "population: 640", "population: 64000", "population", "more inhabitants"),
    ("areas.yaml", "centroid: [30.12, 118.44]", "centroid: [300.12, 118.44]", "number", "degrees"),
    ("areas.yaml", ", parent: guqiao", "", "outermost", "no parent"),
    (
        "competences.yaml",
        'kind: education, area: "*"',
        "kind: education, area: chengdong",
        "nobody",
        "education",
    ),
    ("competences.yaml", "body: human_resources", "body: nobody_here", "no_such", "nobody_here"),
    ("taxonomy.yaml", "code: other", "code: others", "no_other", "other"),
    ("taxonomy.yaml", "en: Safety", "en: Sensitive matters", "about_opinion", "Sensitive"),
    ("taxonomy.yaml", "就业", "群体性事件", "about_opinion", "群体性"),
    ("town.yaml", "intake: hotline", "intake: housing", "intake", "takes requests in"),
    ("town.yaml", "languages: [zh, en]", "languages: [zh]", "languages", "Both zh and en"),
    ("town.yaml", "origin: minsheng.yunxi", "origin: https://minsheng.yunxi", "origin", "no https://"),
    ("town.yaml", "number_prefix: 云溪", "number_prefix: 云溪2026", "number_prefix", "no digits"),
    ("town.yaml", "{number: 110,", "{number: call us,", "telephone", "telephone"),
    ("town.yaml", "  about:", "  praise:", "unknown", "praise"),
    ("town.yaml", "name: {zh: 云溪市, en: Yunxi City}", "name: {zh: 云溪市}", "missing", "'en' is missing"),
    ("town.yaml", "name: {zh: 云溪市", 'name: {zh: ""', "shape", "must be a text"),
    ("town.yaml", "code: yunxi\n", "code: yunxi\ncode: yunxi2\n", "shape", "written twice"),
    ("town.yaml", "code: yunxi\n", "code: [\n", "yaml", "cannot be read"),
    ("calendar.json", '"2026-10-10"', '"2026-10-12"', "calendar", "no weekend day"),
    ("calendar.json", '"2026-10-01"', '"2026-10-41"', "calendar", "2026-10-41"),
    ("calendar.json", '"version": 1,', '"version": 1', "json", "not JSON"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "words"), MISTAKES, ids=[f"{m[0]}-{m[2]}" for m in MISTAKES]
)
def test_a_mistake_is_found_at_its_line(yunxi_files, file, old, new, rule, words):
    found = [f for f in findings(changed(yunxi_files, file, old, new)) if f.rule == rule and f.file == file]
    assert found, findings(changed(yunxi_files, file, old, new))
    assert any(words in f"{f.message.zh} {f.message.en} {f.do.en}" for f in found)
    assert all(f.message.zh and f.message.en and f.do.zh and f.do.en for f in found)
    if rule not in ("no_hotline", "nobody", "no_other", "intake", "outermost"):
        text = yunxi_files[file].decode()
        line = text[: text.index(old)].count("\n") + 1
        assert any(abs(f.line - line) <= 1 for f in found)


def test_a_missing_file_a_strange_file_and_a_huge_file_are_named(yunxi_files):
    del yunxi_files["areas.yaml"]
    found = findings({**yunxi_files, "script.py": b"", "overrides/a.yaml": b" " * 2_000_001})
    assert {(f.file, f.rule) for f in found} >= {
        ("areas.yaml", "missing"),
        ("script.py", "unknown"),
        ("overrides/a.yaml", "size"),
    }


@given(st.sampled_from(FILES), st.binary(max_size=200))
def test_no_bytes_whatever_make_the_check_fall_over(name, junk):
    assert isinstance(read_folder({**files_of("yunxi"), name: junk}), list)


@given(st.data())
def test_a_file_cut_off_anywhere_is_refused_or_still_a_town(data):
    files = files_of("harbour")
    name = data.draw(st.sampled_from(sorted(set(files) - set(BESIDE))))
    cut = data.draw(st.integers(0, len(files[name])))
    assert isinstance(read_folder({**files, name: files[name][:cut]}), (list, TownFolder))


def test_colours_that_cannot_be_read_are_refused_at_their_line(yunxi_files):
    pale = '{act: "#77aaaa", act_firm: "#07444a", act_tint: "#e0edeb"}'
    dark = '{act: "#7fc8c4", act_firm: "#a5dcd8", act_tint: "#16302f"}'
    files = changed(yunxi_files, "town.yaml", "texts:", f"colours:\n  light: {pale}\n  dark: {dark}\ntexts:")
    found = findings(files)
    assert {f.rule for f in found} == {"colour"}
    line = files["town.yaml"].decode().splitlines().index(f"  light: {pale}") + 1
    assert {f.line for f in found} == {line}


def test_a_colour_by_name_is_no_colour(yunxi_files):
    row = '{act: teal, act_firm: "#07444a", act_tint: "#e0edeb"}'
    files = changed(yunxi_files, "town.yaml", "texts:", f"colours: {{light: {row}, dark: {row}}}\ntexts:")
    assert {f.rule for f in findings(files)} == {"colour"}


def test_a_calendar_that_is_a_list_is_refused(yunxi_files):
    assert [f.rule for f in findings({**yunxi_files, "calendar.json": json.dumps([]).encode()})] == [
        "calendar"
    ]
