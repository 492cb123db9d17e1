"""`minsheng procedure`: exit codes, findings with their lines, plain words."""

import argparse
import json
from pathlib import Path

import pytest

from minsheng.site.commands import procedure

REQUEST = procedure.SHIPPED / "resident-request.yaml"
OVERRIDE = """schema: minsheng.override/v1
procedure: resident-request
version: 1
parameters:
  confirm_days: {n: %d}
"""


def main(arguments: list[str]) -> int:
    """The command as the command line runs it."""
    parser = argparse.ArgumentParser()
    procedure.add(parser.add_subparsers())
    args = parser.parse_args(arguments)
    code: int = args.run(args)
    return code


def test_the_shipped_request_may_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "check", "resident-request"]) == 0
    assert "may run" in capsys.readouterr().out


def test_a_fault_is_told_with_file_line_step_and_rule(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(REQUEST.read_text().replace("max_times: 2, then_on: arbitrate", "max_times: 2"))
    assert main(["procedure", "check", str(file)]) == 1
    said = capsys.readouterr()
    line = next(n for n, text in enumerate(file.read_text().splitlines(), 1) if "id: reassigned" in text)
    assert f"{file}:{line}: arbitrate:" in said.out
    assert "[bound]" in said.out
    assert "mend" in said.err


def test_json_has_everything_a_machine_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "check", "resident-request", "--json"]) == 0
    [answer] = json.loads(capsys.readouterr().out)
    assert (answer["ok"], answer["procedure"], answer["attested_checks"]) == (
        True,
        "resident-request",
        ["reply_not_acknowledgement"],
    )
    file = tmp_path / "broken.yaml"
    file.write_text("- not: a procedure\n")
    assert main(["procedure", "check", str(file), "--json"]) == 1
    [answer] = json.loads(capsys.readouterr().out)
    assert answer["findings"][0]["rule"] == "yaml"


def test_an_override_to_the_unsafe_side_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    override = tmp_path / "town.yaml"
    override.write_text(OVERRIDE % 6)
    assert main(["procedure", "check", "resident-request", "--override", str(override)]) == 1
    assert "unsafe_side" in capsys.readouterr().out
    override.write_text(OVERRIDE % 10)
    assert main(["procedure", "check", "resident-request", "--override", str(override)]) == 0


def test_it_is_explained_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "explain", "resident-request"]) == 0
    assert "居民原话" in capsys.readouterr().out
    assert main(["procedure", "explain", "resident-request", "--language", "en"]) == 0
    assert "the resident's own words" in capsys.readouterr().out


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["procedure", "explain", "no-such-file"]) == 1
    assert main(["procedure", "check", "no-such-file"]) == 1
    assert "resident-request" in capsys.readouterr().err


def test_wrong_usage_is_two() -> None:
    with pytest.raises(SystemExit) as stop:
        main(["procedure", "check"])
    assert stop.value.code == 2
