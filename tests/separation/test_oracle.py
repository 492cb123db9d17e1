"""The table itself: what it says of every rule file, before anything is compared with it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.conf import settings

from minsheng.kernel.procedure.load import load
from minsheng.kernel.procedure.model import Procedure
from tests.separation import oracle
from tests.separation.oracle import LEVELS, NOT_IN_THE_FILE, Viewer

FILES = sorted(Path(settings.MINSHENG_PROCEDURES).glob("*.yaml"))


def loaded(path: Path) -> Procedure:
    procedure = load(path.read_bytes(), name=path.name)
    assert isinstance(procedure, Procedure)
    return procedure


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_table_has_every_role_document_and_level_of_the_file(path: Path) -> None:
    table = oracle.table(loaded(path))
    said = yaml.safe_load(path.read_text("utf-8"))
    assert {document for _, document, _ in table} == set(said["documents"])
    assert {viewer.role for viewer, _, _ in table} == {"", NOT_IN_THE_FILE, *said["roles"]}
    assert {level for _, _, level in table} == set(LEVELS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_says_what_readers_says_and_nothing_else(path: Path) -> None:
    table = oracle.table(loaded(path))
    said = yaml.safe_load(path.read_text("utf-8"))
    for (viewer, document, _), cell in table.items():
        role = said["roles"].get(viewer.role, {})
        readers = said["documents"][document].get("readers", [])
        wanted = viewer.stand == "holds" and viewer.role in readers and not role.get("is_subject")
        assert cell.reads is wanted, (viewer, document)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_whoever_is_complained_about_reads_nothing_at_any_level(path: Path) -> None:
    procedure = loaded(path)
    subjects = {role.id for role in procedure.roles.values() if role.is_subject}
    assert subjects, "a file without anybody complained about would make this test empty"
    for (viewer, _, _), cell in oracle.table(procedure).items():
        assert not (viewer.role in subjects and cell.reads)
    for role in subjects:
        assert not oracle.may_look_into_the_vault(procedure, Viewer(role, "holds"), agreed=True)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nothing_of_a_withheld_matter_is_told_to_everybody(path: Path) -> None:
    for (_, _, level), cell in oracle.table(loaded(path)).items():
        assert not (level == "withheld" and cell.told)
