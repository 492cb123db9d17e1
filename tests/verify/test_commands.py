"""`minsheng verify` and `minsheng verify-receipt`: exit codes, both languages, JSON, no Django."""

import argparse
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from building import simple_town
from living import LivingTown, living_town

from minsheng.kernel.log.note import Signer
from minsheng.site.commands import verify as commands


@pytest.fixture(scope="module")
def town() -> LivingTown:
    return living_town(n_days=12, per_day=2)


@pytest.fixture(scope="module")
def folder(town: LivingTown, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return town.export(tmp_path_factory.mktemp("town") / "export")


@pytest.fixture
def receipt(town: LivingTown, tmp_path: Path) -> Path:
    path = tmp_path / "receipt.json"
    path.write_bytes(town.receipt(town.matters[0].id))
    return path


def run(*argv: object) -> int:
    parser = argparse.ArgumentParser()
    commands.add(parser.add_subparsers())
    args = parser.parse_args([str(word) for word in argv])
    assert args.django is False
    code: int = args.run(args)
    return code


def test_an_honest_export_exits_with_0(
    folder: Path, receipt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify", folder, "--language", "en") == 0
    said = capsys.readouterr().out
    assert "It holds." in said
    assert "Nothing kept from earlier was given" in said
    assert (
        run("verify", folder, "--language", "zh", "--since", folder / "checkpoint", "--receipt", receipt) == 0
    )
    said = capsys.readouterr().out
    assert "核对无误" in said
    assert "没有给出" not in said


def test_what_does_not_hold_exits_with_1_and_names_the_place(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = simple_town()
    broken = other.export(tmp_path / "export")
    assert run("verify", broken, "--language", "en") == 1
    said = capsys.readouterr().out
    assert "[rules] procedures/" in said
    assert "findings." in said
    assert run("verify", broken, "--no-replay") == 0
    assert run("verify", broken, "--no-replay", "--since", folder) == 1


@pytest.mark.parametrize("missing", ["directory", "--since", "--receipt", "--keys"])
def test_what_is_not_there_exits_with_2_and_says_what_to_do(
    folder: Path, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = folder / "nothing-here"
    argv = ["verify", nothing] if missing == "directory" else ["verify", folder, missing, nothing]
    assert run(*argv) == 2
    said = capsys.readouterr().err
    assert "nothing-here" in said
    assert "--help" in said


def test_json_says_everything(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", folder, "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["holds"] is True
    assert answer["counts"]["replayed_matters"] == 24
    assert answer["seconds"] > 0
    assert run("verify", simple_town().export(tmp_path / "export"), "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["holds"] is False
    assert {"code", "where", "zh", "en", "index", "matter", "file"} == set(answer["findings"][0])


def test_a_receipt_is_included_promised_or_forged(
    town: LivingTown, folder: Path, receipt: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("verify-receipt", receipt, "--language", "en") == 0
    assert capsys.readouterr().out.startswith("included")
    assert run("verify-receipt", receipt, "--log", folder, "--language", "zh") == 0
    assert capsys.readouterr().out.startswith("已入账")
    promised = tmp_path / "promised.json"
    promised.write_bytes(town.receipt(town.matters[0].id, included=False))
    assert run("verify-receipt", promised, "--language", "en") == 0
    assert capsys.readouterr().out.startswith("promised until 2026-03-")
    forged = tmp_path / "forged.json"
    forged.write_bytes(receipt.read_bytes().replace("路灯".encode(), "马路".encode()))
    assert run("verify-receipt", forged, "--json") == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["state"], answer["n_entries"] > 0) == ("forged", True)
    assert run("verify-receipt", tmp_path / "nothing") == 2


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr."""


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_receipt_is_held_against_a_log_over_http(
    address: str, receipt: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An export is served as it lies: its paths are those of tlog-tiles."""
    assert run("verify-receipt", receipt, "--log", address, "--language", "en") == 0
    assert capsys.readouterr().out.startswith("included")
    assert run("verify-receipt", receipt, "--log", address + "elsewhere") == 1


def test_a_log_that_does_not_answer_exits_with_2(receipt: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify-receipt", receipt, "--log", "http://127.0.0.1:1/") == 2
    assert "minsheng:" in capsys.readouterr().err


def test_keys_from_elsewhere_decide(town: LivingTown, folder: Path, receipt: Path, tmp_path: Path) -> None:
    other = simple_town()
    other.log = Signer("yunxi.example/log", b"\x55" * 32)
    keys = other.export(tmp_path / "other") / "keys"
    assert run("verify", folder, "--keys", folder / "keys") == 0
    assert run("verify", folder, "--keys", keys) == 1
    assert run("verify-receipt", receipt, "--keys", keys) == 1


def test_checking_needs_no_django_and_no_database(folder: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from minsheng.verify.check import verify\n"
        "from minsheng.verify.export import open_export\n"
        "from minsheng.verify.receipt import verify_receipt\n"
        "assert verify(open_export(Path(sys.argv[1]))).holds\n"
        "assert not {'django', 'sqlite3', 'psycopg'} & set(sys.modules), 'verify imports a database'\n"
    )
    subprocess.run([sys.executable, "-c", script, str(folder)], check=True, timeout=60)
