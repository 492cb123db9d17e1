"""A town may be kinder than the rule file, never harder, and keeps apart what the rule file keeps apart."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from django.conf import settings

from minsheng.bodies.rules.fitting import misfits
from minsheng.bodies.rules.town import Competence
from minsheng.kernel.procedure.load import load
from minsheng.kernel.procedure.model import Procedure


@pytest.fixture(scope="module")
def procedures():
    source = (Path(settings.MINSHENG_PROCEDURES) / "resident-request.yaml").read_bytes()
    procedure = load(source)
    assert isinstance(procedure, Procedure)
    return {procedure.id: procedure}


def override(parameters: str, procedure: str = "resident-request", version: int = 1) -> bytes:
    head = f"schema: minsheng.override/v1\nprocedure: {procedure}\nversion: {version}\n"
    return f"{head}parameters:\n  {parameters}\n".encode()


def with_override(folder, source: bytes, name: str = "resident-request"):
    return replace(folder, overrides=MappingProxyType({name: source}))


def test_the_shipped_towns_fit_the_shipped_procedures(yunxi, harbour, procedures):
    assert misfits(yunxi, procedures, {}) == []
    assert harbour.overrides
    assert misfits(harbour, procedures, {}) == []


@pytest.mark.parametrize(
    ("parameters", "rule"),
    [
        ("limit_ordinary: {n: 8, source: s}", "unsafe_side"),
        ("confirm_days: {n: 6, source: s}", "unsafe_side"),
        ("patience: {n: 6, source: s}", "unknown_parameter"),
    ],
)
def test_a_number_moved_against_the_resident_is_found_at_its_line(yunxi, procedures, parameters, rule):
    (found,) = misfits(with_override(yunxi, override(parameters)), procedures, {})
    assert (found.file, found.line, found.rule) == ("overrides/resident-request.yaml", 5, rule)


def test_an_override_of_nothing_or_of_another_version_is_found(yunxi, procedures):
    (nothing,) = misfits(with_override(yunxi, override("x: {n: 1}"), "no-such"), procedures, {})
    assert nothing.rule == "no_such_procedure"
    assert "resident-request" in nothing.do.en
    other = with_override(yunxi, override("limit_ordinary: {n: 5}", version=9))
    assert "other_procedure" in [f.rule for f in misfits(other, procedures, {})]


def test_a_body_that_answers_cannot_also_review_what_was_answered(yunxi, procedures):
    row = Competence("housing", "*", "review_office", "s")
    town = b"roles:\n  intake: hotline\n  reviewer: review_office\n"
    (found,) = misfits(replace(yunxi, competences=(*yunxi.competences, row)), procedures, {"town.yaml": town})
    assert (found.rule, found.line) == ("separation", 3)
    assert "review_office" in found.message.zh


def test_a_town_that_lets_the_intake_desk_review_is_found(yunxi, procedures):
    roles = MappingProxyType({**yunxi.town.roles, "reviewer": "hotline"})
    found = misfits(replace(yunxi, town=replace(yunxi.town, roles=roles)), procedures, {})
    assert "sod_review_intake" in " ".join(f.message.en for f in found)
