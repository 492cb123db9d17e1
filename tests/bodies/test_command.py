"""`minsheng town`: what it prints, what it refuses, and that nothing is lost on the way."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path

import pytest
from django.conf import settings

from minsheng.bodies import queries, services
from minsheng.bodies.rules.folder import BESIDE
from minsheng.site.commands import town


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser()
    town.add(parser.add_subparsers())
    args = parser.parse_args(argv)
    return args.run(args)


def shipped(name: str) -> Path:
    return Path(settings.MINSHENG_TOWNS) / name


@pytest.mark.parametrize("name", ["yunxi", "harbour"])
def test_the_shipped_towns_have_nothing_to_mend(name, capsys):
    assert main(["town", "check", name]) == 0
    assert "nothing to mend" in capsys.readouterr().out


def test_a_finding_is_printed_with_its_place_and_the_exit_code_is_one(tmp_path, capsys):
    folder = tmp_path / "mine"
    shutil.copytree(shipped("yunxi"), folder)
    areas = folder / "areas.yaml"
    areas.write_text(areas.read_text().replace("population: 870", "population: -1"))
    assert main(["town", "check", str(folder)]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("mine/areas.yaml:12: ")
    assert "Write digits only" in said.out
    assert "mend them" in said.err


def test_findings_come_as_json_too(tmp_path, capsys):
    folder = tmp_path / "mine"
    shutil.copytree(shipped("yunxi"), folder)
    (folder / "calendar.json").unlink()
    assert main(["town", "check", str(folder), "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert said["findings"][0]["file"] == "calendar.json"
    assert set(said["findings"][0]["message"]) == {"zh", "en"}


def test_a_folder_that_is_not_there_is_refused_with_the_towns_that_are(capsys):
    assert main(["town", "check", "no-such-town"]) == 1
    assert "harbour, yunxi" in capsys.readouterr().err


@pytest.mark.django_db
def test_export_before_any_apply_says_what_to_run_first(tmp_path, capsys):
    assert main(["town", "export", str(tmp_path / "out")]) == 1
    assert "minsheng town apply" in capsys.readouterr().err


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["yunxi", "harbour"])
def test_apply_and_export_give_the_same_folder_back(name, tmp_path, capsys):
    assert main(["town", "apply", name]) == 0
    assert "calendar edition in force" in capsys.readouterr().out
    assert main(["town", "apply", name]) == 0
    assert "nothing has changed" in capsys.readouterr().out
    assert main(["town", "export", str(tmp_path / "out")]) == 0
    written = services.files_of(tmp_path / "out")
    assert written == {k: v for k, v in services.files_of(shipped(name)).items() if k not in BESIDE}
    assert main(["town", "export", str(tmp_path / "out"), "--json"]) == 0


@pytest.mark.django_db
def test_a_faulty_folder_is_not_applied_in_part(tmp_path, yunxi):
    services.apply_town(yunxi)
    folder = tmp_path / "mine"
    shutil.copytree(shipped("harbour"), folder)
    (folder / "bodies.yaml").write_text("- {code: only}\n")
    assert main(["town", "apply", str(folder)]) == 1
    assert queries.folder() == yunxi


@pytest.mark.django_db
def test_export_never_writes_among_other_peoples_files(tmp_path, yunxi, capsys):
    services.apply_town(yunxi)
    (tmp_path / "thesis.doc").write_text("mine")
    assert main(["town", "export", str(tmp_path)]) == 1
    assert "thesis.doc" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_check_also_finds_a_number_moved_against_the_resident(tmp_path, capsys):
    folder = tmp_path / "mine"
    shutil.copytree(shipped("harbour"), folder)
    override = folder / "overrides" / "resident-request.yaml"
    override.write_text(override.read_text().replace("confirm_days: {n: 14", "confirm_days: {n: 3"))
    assert main(["town", "check", str(folder)]) == 1
    assert "mine/overrides/resident-request.yaml:7: " in capsys.readouterr().out
