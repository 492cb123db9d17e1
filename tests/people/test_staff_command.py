"""`minsheng staff`: from nobody to somebody who may answer, and back."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from django.conf import settings

from minsheng.bodies import services as bodies
from minsheng.bodies.rules.town import TownFolder
from minsheng.site.commands import staff

pytestmark = pytest.mark.django_db
ZHOU = "zhou@yunxi.example"


@pytest.fixture(autouse=True)
def the_town():
    folder = bodies.read_town(Path(settings.MINSHENG_TOWNS) / "yunxi")
    assert isinstance(folder, TownFolder)
    bodies.apply_town(folder)


def minsheng_staff(*argv: str) -> int:
    parser = argparse.ArgumentParser()
    staff.add(parser.add_subparsers())
    args = parser.parse_args(["staff", *argv])
    return args.run(args)


def roles(capsys) -> list[dict]:
    capsys.readouterr()
    minsheng_staff("list", "--json")
    return json.loads(capsys.readouterr().out)


def test_a_member_of_staff_is_opened_given_a_role_and_closed_again(capsys):
    assert minsheng_staff("open", ZHOU, "--zh", "周敏", "--en", "Zhou Min") == 0
    assert minsheng_staff("give", ZHOU.upper(), "first_unit", "housing", "--unit", "property") == 0
    (row,) = roles(capsys)
    assert row["roles"] == [{"role": "first_unit", "body": "housing", "unit": "property"}]
    assert (row["name"]["zh"], row["second_factor"], row["open"]) == ("周敏", False, True)
    minsheng_staff("list")
    assert "(no second factor yet): first_unit for housing" in capsys.readouterr().out
    assert minsheng_staff("end", ZHOU, "first_unit", "housing") == 0
    assert roles(capsys)[0]["roles"] == []
    assert minsheng_staff("close", ZHOU) == 0
    assert roles(capsys)[0]["open"] is False


REFUSED = [
    (["give", "nobody@x.example", "first_unit", "housing"], "Known: zhou@yunxi.example"),
    (["give", ZHOU, "first_unit", "atlantis"], "Known: bailuhu_office"),
    (["give", ZHOU, "first_unit", "housing", "--unit", "ships"], "Known: property, renewal, sites"),
    (["give", ZHOU, "emperor", "housing"], "first_unit"),
    (["give", ZHOU, "resident", "housing"], "There is no role resident"),
    (["give", ZHOU, "caller", "housing"], "[sod_call]"),
    (["end", ZHOU, "first_unit", "water"], "minsheng staff list"),
    (["open", ZHOU, "--zh", "周", "--en", "Z"], "There is an account with this address"),
    (["close", "nobody@x.example"], "There is no account"),
]


@pytest.mark.parametrize(("argv", "words"), REFUSED, ids=[" ".join(argv[:4]) for argv, _ in REFUSED])
def test_what_cannot_be_done_is_refused_with_the_reason(argv, words, capsys):
    minsheng_staff("open", ZHOU, "--zh", "周敏", "--en", "Zhou Min")
    minsheng_staff("give", ZHOU, "first_unit", "housing")
    capsys.readouterr()
    assert minsheng_staff(*argv) == 1
    assert words in capsys.readouterr().err
    assert minsheng_staff(*argv, "--json") == 1
    assert json.loads(capsys.readouterr().out)["ok"] is False
