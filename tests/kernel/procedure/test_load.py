"""Reading rule files: shapes, lines, traps of YAML, overrides to the safe side."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.procedure.check import check
from minsheng.kernel.procedure.finding import Finding
from minsheng.kernel.procedure.load import apply_override, load
from minsheng.kernel.procedure.model import End, Procedure, Unit
from tests.kernel.procedure.driving import REQUEST, REQUEST_PATH
from tests.kernel.procedure.strategies import procedures

SOURCE = REQUEST_PATH.read_text()


def rules(source: str | bytes) -> list[tuple[int, str]]:
    found = load(source.encode() if isinstance(source, str) else source, name="x.yaml")
    assert isinstance(found, list)
    return [(finding.line, finding.rule) for finding in found]


def test_the_hash_is_that_of_the_bytes() -> None:
    assert hashlib.sha256(REQUEST_PATH.read_bytes()).hexdigest() == REQUEST.sha256


def test_what_the_file_says_is_what_the_procedure_has() -> None:
    handle = REQUEST.steps["handle"]
    assert handle.fresh_person
    assert handle.deadline is not None
    assert handle.deadline.within.values["complex"] == "limit_complex"
    assert handle.deadline.pauses[0].at_most == "ask_max"
    assert handle.acts["answer"].role == "resident"
    assert handle.acts["ask"].role == "first_unit"
    assert REQUEST.steps["verdict"].mandatory == {End.CONFIRMED, End.LAPSED}
    assert REQUEST.steps["verdict"].outcomes["cannot_tell"].then_end is End.LAPSED
    assert REQUEST.parameters["confirm_days"].unit is Unit.CALENDAR_DAY
    assert REQUEST.parameters["confirm_days"].minimum == 7
    assert REQUEST.facts["kind"].closed
    assert REQUEST.universal["contest"].ruled_by == "arbiter"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"\xff\xfe", 1),
        (b"", 1),
        (b"- a\n- b\n", 1),
        (b"a: [1, 2\n", 2),
        (b"a: &x 1\nb: *x\n", 1),
        (b"a: " + b"[" * 5000, 1),
        (b"a: " + b"x" * 1_000_001, 1),
        (b"a: 1\n? [x]\n: y\n\tb: 2\n", 4),
    ],
)
def test_what_is_no_plain_yaml_is_refused(source: bytes, line: int) -> None:
    [finding] = rules(source)
    assert finding[1] == "yaml"
    assert finding[0] <= max(line, 2)


def test_yaml_of_many_aliases_is_not_expanded() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(50))
    assert rules(bomb) == [(1, "yaml")]


def test_several_findings_come_at_once_with_their_lines() -> None:
    source = SOURCE.replace("    role: caller", "    role: 7", 1).replace(
        "fresh_person: true", "fresh_person: yes"
    )
    lines = SOURCE.splitlines()
    assert rules(source) == [
        (lines.index("    fresh_person: true") + 1, "shape"),
        (lines.index("    role: caller") + 1, "slug"),
    ]


def test_words_that_yaml_takes_for_truth_stay_words() -> None:
    fields = {field.id: field for field in REQUEST.documents["withdrawal"].fields}
    assert list(fields["asked"].values) == ["no", "yes", "rather_not"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("version: 1\n", "version: 0\n", "shape"),
        ("version: 1\n", "version: one\n", "shape"),
        ("version: 1\n", "version: 1\nversion: 2\n", "repeated"),
        ("schema: minsheng.procedure/v1", "schema: minsheng.procedure/v9", "schema"),
        ("status: in_force", "status: perhaps", "choice"),
        ("start: next_day", "start: same_day", "choice"),
        ("kind: unit, title: {zh: 首接", "kind: robot, title: {zh: 首接", "choice"),
        ("contestable: true", "contestable: maybe", "shape"),
        ("when: {outcome: classify, is: dispatch}", "when: {expression: 1 + 1}", "condition"),
        ("when: {outcome: classify, is: dispatch}", "when: {not: [{doc: reply}, {doc: reply}]}", "condition"),
        ("when: {end: concluded}", "when: {end: happily}", "choice"),
        ("id: words, type: long_text", "id: words, type: html", "choice"),
        ("id: words, type: long_text", "id: words, type: enum", "shape"),
        ("    type: enum\n    contestable", "    type: bool\n    contestable", "shape"),
        ("readers: [resident, intake, reviewer]", "readers: [resident, resident]", "repeated"),
        ("  supplement: {role", "  applaud: {role", "unknown_word"),
        ("bound: {max: 12}", "bound: {max: 12, min: 1}", "bound"),
        ("title: {zh: 派单, en: dispatch}", "title: dispatch", "shape"),
        ("- {id: wanted", "- {id: words", "repeated"),
        ("then_on: arbitrate", "then_on: court", "unknown_step"),
        ("act: extend, by: extension", "act: prolong, by: extension", "unknown_act"),
        ("outcome: accepted}", "outcome: agreed}", "unknown_outcome"),
        ("facts: [area]", "facts: [region]", "unknown_fact"),
        ("  kind:\n", "  reply:\n", "repeated"),
        ("basis: local, source: \"BJ#23\"", "basis: local", "source"),
        ("{id: done, requires", "{id: tell, requires", "repeated"),
        ("{id: solved, allows", "{id: solved, max_times: 1, allows", "outcome"),
        ("{id: upheld, requires: [finding]", "{id: upheld, back: handle, requires: [finding]", "outcome"),
    ],
)  # fmt: skip
def test_wrong_shapes_and_names_are_named(old: str, new: str, rule: str) -> None:
    assert old in SOURCE
    assert rule in {found for _, found in rules(SOURCE.replace(old, new, 1))}


def test_a_share_is_exact() -> None:
    share = (
        '  half: {n: "2/3", unit: share, bound: {min: 1}, basis: design, title: {zh: 半, en: half}}\nroles:\n'
    )
    found = load(SOURCE.replace("roles:\n", share, 1).encode())
    assert isinstance(found, Procedure)
    assert (found.parameters["half"].n, found.parameters["half"].of) == (2, 3)
    assert (0, "shape") in {
        (0, rule) for _, rule in rules(SOURCE.replace("roles:\n", share.replace("2/3", "0.66"), 1))
    }


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(source: bytes) -> None:
    assert isinstance(load(source), list)


@given(st.data())
def test_no_small_damage_breaks_the_reader(data: st.DataObject) -> None:
    """One line left out, doubled, or cut: findings or a procedure, never an exception."""
    lines = SOURCE.splitlines()
    number = data.draw(st.integers(0, len(lines) - 1))
    damage = data.draw(st.sampled_from(["drop", "double", "cut", "indent"]))
    line = lines[number]
    lines[number : number + 1] = {
        "drop": [], "double": [line, line], "cut": [line[: len(line) // 2]], "indent": [f"  {line}"],
    }[damage]  # fmt: skip
    found = load("\n".join(lines).encode())
    if isinstance(found, Procedure):
        assert isinstance(check(found), list)
    else:
        assert found


@given(procedures())
def test_what_chance_makes_loads_and_may_run(text: str) -> None:
    found = load(text.encode())
    assert isinstance(found, Procedure)
    assert check(found) == []


def override(parameters: str, procedure: str = "resident-request", version: int = 1) -> bytes:
    head = f"schema: minsheng.override/v1\nprocedure: {procedure}\nversion: {version}\n"
    return f"{head}parameters: {parameters}\n".encode()


@pytest.mark.parametrize("name", list(REQUEST.parameters))
def test_every_number_moves_one_step_to_the_safe_side_and_none_to_the_other(name: str) -> None:
    one = REQUEST.parameters[name]
    safe, unsafe = (one.n - 1, one.n + 1) if one.maximum is not None else (one.n + 1, one.n - 1)
    found = apply_override(REQUEST, override(f"{{{name}: {{n: {unsafe}}}}}"))
    assert isinstance(found, list)
    assert [finding.rule for finding in found] == ["unsafe_side"]
    found = apply_override(REQUEST, override(f"{{{name}: {{n: {safe}}}}}"))
    if safe < 1:
        assert isinstance(found, list)
    else:
        assert isinstance(found, Procedure)
        assert found.parameters[name].n == safe
        assert found.parameters[name].basis == "local"
        assert found.override_sha256 == hashlib.sha256(override(f"{{{name}: {{n: {safe}}}}}")).hexdigest()
        assert REQUEST.parameters[name].n == one.n


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (override("{tea_break: {n: 1}}"), "unknown_parameter"),
        (override("{confirm_days: {n: 9}}", procedure="other"), "other_procedure"),
        (override("{confirm_days: {n: 9}}", version=2), "other_procedure"),
        (override("{confirm_days: {unit: hour}}"), "unknown_word"),
        (override("{confirm_days: {n: many}}"), "shape"),
        (b"schema: other\nprocedure: resident-request\nversion: 1\nparameters: {}\n", "schema"),
        (b"\xff", "yaml"),
    ],
)
def test_an_override_that_is_none_is_refused(source: bytes, rule: str) -> None:
    found = apply_override(REQUEST, source)
    assert isinstance(found, list)
    assert rule in {finding.rule for finding in found}


def test_a_finding_reads_like_a_compiler_s() -> None:
    found = load(
        SOURCE.replace("    once_per: first_unit", "    twice: first_unit").encode(), name="mine.yaml"
    )
    assert isinstance(found, list)
    [finding] = found
    assert isinstance(finding, Finding)
    assert str(finding).startswith(f"mine.yaml:{finding.line}: dispatch: 'twice' is unknown here")
