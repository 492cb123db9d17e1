"""Every command says how it is used, refuses in one line, and ends with 0, 1 or 2."""

from __future__ import annotations

import argparse
import importlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from minsheng.site import cli


def commands(
    parser: argparse.ArgumentParser, name: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command and the commands below it."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, one in action.choices.items():
                yield f"{name} {word}".strip(), one
                yield from commands(one, f"{name} {word}".strip())


ALL = dict(commands(cli.parser()))


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_command_shows_an_example_that_its_parser_understands(name: str) -> None:
    shown = ALL[name].format_help()
    assert "Example" in shown and f"minsheng {name.split()[0]}" in shown
    assert ALL[name].description or name.split()[0] in ALL


def test_the_commands_that_were_promised_are_there() -> None:
    promised = {
        "init", "demo", "serve", "work", "town", "export", "verify", "verify-receipt", "backup", "restore",
        "doctor", "key", "procedure check", "procedure explain", "town check", "town apply", "town export",
    }  # fmt: skip
    assert promised <= set(ALL)


def test_every_module_of_commands_is_in_the_list_or_handed_on_by_one_that_is() -> None:
    folder = Path(importlib.import_module("minsheng.site.commands").__path__[0])
    source = {path.stem: path.read_text() for path in folder.glob("*.py")}
    modules = {name for name, text in source.items() if "def add(" in text}
    listed = "".join(source[name] for name in cli.COMMANDS)
    assert set(cli.COMMANDS) <= modules
    assert [name for name in modules - set(cli.COMMANDS) if f"{name}.add(" not in listed] == []


@pytest.mark.parametrize("argv", [[], ["nothing"], ["serve", "--port", "x"], ["work", "--resume", "someday"]])
def test_wrong_usage_ends_with_two_and_says_how(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(argv)
    assert ended.value.code == 2
    assert "usage: minsheng" in capsys.readouterr().err


def test_help_ends_with_zero(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "minsheng demo" in said and all(name in said for name in ("serve", "verify", "doctor"))


@pytest.fixture(scope="module")
def nowhere(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of somebody who has set up nothing yet."""
    folder = tmp_path_factory.mktemp("nowhere")
    (folder / "data").mkdir()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("MINSHENG", "DATABASE"))
    }
    return {
        **kept,
        "MINSHENG_DATA": str(folder / "data"),
        "MINSHENG_KEY_DIR": str(folder / "keys"),
        "MINSHENG_STATE_DIR": str(folder / "state"),
    }


def run(environment: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "minsheng.site.cli", *args],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.process
@pytest.mark.parametrize(
    ("argv", "next_step"),
    [
        (["serve", "--port", "8978"], "minsheng init"),
        (["work", "--once"], "minsheng init"),
        (["export", "x"], "minsheng doctor"),
        (["staff", "list"], "minsheng doctor"),
        (["town", "export", "x"], "minsheng doctor"),
        (["key", "show"], "minsheng init"),
    ],
)
def test_before_anything_is_set_up_a_command_refuses_in_a_line_with_the_next_step(
    nowhere: dict[str, str], argv: list[str], next_step: str
) -> None:
    ended = run(nowhere, *argv)
    assert ended.returncode == 1
    assert next_step in ended.stderr and "Traceback" not in ended.stderr
    assert ended.stderr.count("\n") == 1, ended.stderr


@pytest.mark.process
def test_a_wrong_setting_stops_the_start_with_its_name(nowhere: dict[str, str]) -> None:
    ended = run({**nowhere, "MINSHENG_DEMO": "perhaps"}, "work", "--once")
    assert ended.returncode == 2
    assert "MINSHENG_DEMO" in ended.stderr and "Traceback" not in ended.stderr


@pytest.mark.process
def test_what_was_asked_to_be_checked_and_is_not_there_is_wrong_usage(nowhere: dict[str, str]) -> None:
    assert run(nowhere, "verify", "/nowhere/export").returncode == 2
    assert run(nowhere, "verify-receipt", "/nowhere/receipt.json").returncode == 2


def test_a_port_that_is_taken_is_named_with_the_next_one(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert cli.main(["serve", "--port", str(port)]) == 1
    assert f"--port {port + 1}" in capsys.readouterr().err
