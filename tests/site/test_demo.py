"""The made-up town: on this machine only, one click to be somebody, a clock that can be pushed on."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import include, path

from minsheng.kernel.words import Text
from minsheng.people import services as people_services
from minsheng.people.doors import DOORS
from minsheng.site import cli, clock, urls, worker
from minsheng.site.commands import serve
from minsheng.site.demo import people, state, views
from minsheng.site.demo.urls import urlpatterns as demo_patterns
from minsheng.site.environment import WrongSetting

NOW = datetime(2026, 10, 14, 2, tzinfo=UTC)


class WithDemo:
    """The site's addresses in the demo."""

    urlpatterns = [*urls.urlpatterns, path("demo/", include("minsheng.site.demo.urls"))]
    handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404


@pytest.fixture
def demo(town: object, settings: Any) -> Client:
    settings.ROOT_URLCONF = WithDemo
    settings.MINSHENG_DEMO = True
    clock.set_shift(NOW - datetime.now(UTC))
    return Client()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "localhost", "example.org"])
def test_the_demo_is_served_on_this_machine_only(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = dict(os.environ)
    assert cli.main(["demo", "--host", host]) == 2
    assert "127.0.0.1 only" in capsys.readouterr().err
    assert dict(os.environ) == before, "nothing was prepared"


def test_a_town_with_the_demo_switched_on_is_not_served_elsewhere_either(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MINSHENG_DEMO = True
    assert cli.main(["serve", "--host", "0.0.0.0", "--port", "0"]) == 2
    assert "127.0.0.1 only" in capsys.readouterr().err


def test_fresh_throws_away_a_demo_town_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    args = cli.parser().parse_args(["demo", "--fresh", "--folder", str(tmp_path)])
    with pytest.raises(WrongSetting, match="not thrown away"):
        serve.prepare_demo(args)
    assert (tmp_path / "thesis.txt").exists()


def test_outside_the_demo_its_pages_do_not_exist(town: object) -> None:
    client = Client()
    assert client.get("/demo/").status_code == 404
    assert client.post("/demo/be/zhou/").status_code == 404
    assert client.post("/demo/tomorrow/").status_code == 404
    assert "演示" not in client.get("/").content.decode()


@pytest.mark.django_db
def test_the_demos_pages_are_behind_the_demos_door_even_if_somebody_wires_them(
    town: object, settings: Any
) -> None:
    assert {pattern.callback.door for pattern in demo_patterns} == {"demo"} <= set(DOORS)
    settings.ROOT_URLCONF = WithDemo
    settings.MINSHENG_DEMO = False
    assert Client().get("/demo/").status_code == 404
    assert Client().post("/demo/tomorrow/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_bar_says_who_and_when(
    demo: Client, language: str, assert_valid_html: Callable[[bytes], None]
) -> None:
    demo.cookies["minsheng_language"] = language
    page = demo.get("/demo/")
    assert_valid_html(page.content)
    said = page.content.decode()
    if language == "en":
        assert "a passer-by (not signed in)" in said and "Wed 14 Oct" in said
        assert "Zhou Min (Housing Bureau)" in said
    else:
        assert "路过的人（没有登录）" in said and "10月14日 周三" in said


@pytest.mark.django_db
def test_one_click_makes_you_an_officer_and_another_a_passer_by(demo: Client) -> None:
    zhou = people.everybody()["zhou"]
    people_services.open_account("zhou@yunxi.example", zhou.name, NOW, person=zhou.person)
    for role, body in zhou.roles:
        people_services.assign(
            zhou.person, role, body, since=NOW - timedelta(days=1), separations=[], above=lambda code: []
        )
    answer = demo.post("/demo/be/zhou/")
    assert answer.status_code == 302 and answer["Location"] == "/work/"
    page = demo.get("/work/").content.decode()
    assert "周敏（市住建局物业科）" in page and "待办" in page
    assert demo.post("/demo/be/passer-by/")["Location"] == "/"
    assert demo.get("/work/").status_code in (302, 403)
    assert demo.post("/demo/be/nobody/").status_code == 404
    assert demo.get("/demo/be/zhou/").status_code == 405, "looking at it signs nobody in"


@pytest.mark.django_db
def test_tomorrow_comes_with_what_is_due_and_leads_back_to_the_same_page(
    demo: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[datetime] = []
    monkeypatch.setattr(worker, "once", worked.append)
    before = clock.now()
    answer = demo.post("/demo/tomorrow/", headers={"referer": "http://testserver/late/"})
    assert answer["Location"] == "http://testserver/late/"
    assert timedelta(hours=23) < clock.now() - before < timedelta(hours=25)
    assert len(worked) == 1 and worked[0] > before + timedelta(hours=23)
    assert demo.post("/demo/tomorrow/", headers={"referer": "https://evil.example/"})["Location"] == "/"


def test_the_demo_remembers_whose_matter_is_whose(settings: Any, tmp_path: Path) -> None:
    settings.MINSHENG_DATA = tmp_path
    assert state.matter_of("lift") is None
    state.remember({"lift": "00000000000000aa"})
    assert state.matter_of("lift") == "00000000000000aa"
    assert state.matter_of("none") is None


def test_everybody_in_the_demo_has_a_name_in_both_languages() -> None:
    everybody = people.everybody()
    assert next(iter(everybody)) == "passer-by" and len(everybody) > 20
    for one in everybody.values():
        assert isinstance(one.name, Text) and one.name.zh and one.name.en and one.what.zh and one.what.en
    assert len({one.person for one in everybody.values()}) == len(everybody)
    assert views.SESSION.startswith("minsheng_")


@pytest.mark.process
def test_the_whole_town_is_built_with_something_in_every_state_and_verifies(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MINSHENG")}
    environment.pop("DATABASE_URL", None)

    def minsheng(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "minsheng.site.cli", *args],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    built = minsheng("demo", "--folder", str(tmp_path / "demo"), "--port", "8977", "--build-only")
    assert built.returncode == 0, built.stderr[-2000:]
    export = tmp_path / "demo" / "data" / "public" / "export"
    checked = minsheng("verify", str(export), "--json")
    assert checked.returncode == 0 and json.loads(checked.stdout)["holds"], checked.stdout[:2000]
    database = sqlite3.connect(tmp_path / "demo" / "data" / "minsheng.sqlite3")
    rows = database.execute("SELECT end, word, n_late > 0, stopped FROM publish_publicmatter").fetchall()
    database.close()
    ends, words = Counter(row[0] for row in rows), Counter(row[1] for row in rows)
    assert 55 <= len(rows) <= 70
    assert set(ends) >= {"", "confirmed", "lapsed", "concluded", "withdrawn"}
    assert set(words) >= {"solved", "partly", "not", "unknown"}
    assert sum(row[2] for row in rows) >= 3 and sum(row[3] for row in rows) >= 1
    assert max(ends.values()) < len(rows) * 0.7
