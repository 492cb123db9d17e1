"""Acts beside the steps, through their pages: contest, rule, correct, urge, withdraw, show more or less."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.test import Client

from minsheng.ledger import queries as ledger
from minsheng.matter import queries, services, special
from minsheng.matter.models import MatterRow
from minsheng.matter.testing import DAY, HOUR, MONDAY, WORDS, Cast, answered, classified, must

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def no_special_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    for table in ("STEP_PAGES", "START_PAGES", "MINE_PAGES"):
        monkeypatch.setattr(special, table, {})


@pytest.fixture
def mine(client: Client, clock_at: Callable[[datetime], None]) -> tuple[Client, str, str]:
    """A resident's browser, the address of their matter, the matter."""
    clock_at(MONDAY)
    answer = client.post("/matter/start/resident-request/", {"doc:original:words": WORDS})
    assert answer.status_code == 302
    clock_at(MONDAY + HOUR)
    matter = MatterRow.objects.get().id
    return client, answer["Location"], matter


def seen(answer: Any) -> str:
    found = re.search(r'name="seen_n" value="(\d+)"', answer.content.decode())
    assert found is not None
    return found.group(1)


def test_a_contested_finding_is_ruled_on_and_the_matter_goes_back(
    mine: tuple[Client, str, str], signed_in: SignIn
) -> None:
    browser, here, matter = mine
    classified(matter, MONDAY)
    page = browser.get(here + "also/contested/")
    assert 'value="urgency"' in page.content.decode()
    typed = {"engine:about": "urgency", "doc:contest_note:words": "不是一般，老人出不了门"}
    assert browser.post(here + "also/contested/", {**typed, "seen_n": seen(page)}).status_code == 302
    again = browser.post(here + "also/contested/", typed)
    assert again.status_code in (400, 409), "once contested it is not offered again"
    number = queries.row(matter).number  # type: ignore[union-attr]
    arbiter = signed_in(Cast.arbiter)
    url = f"/matter/{number}/also/ruled/"
    page = arbiter.get(url)
    assert "老人出不了门" in page.content.decode(), "who rules reads what was contested"
    assert "异议成立" in page.content.decode()
    typed = {"do": "0", "doc:ruling:reason": "确实紧急", "seen_n": seen(page)}
    assert arbiter.post(url, typed).status_code == 302
    last = ledger.chain(matter)[-1].entry
    assert (last.event, last.outcome) == ("ruled", "upheld")
    assert MatterRow.objects.get(id=matter).open_steps == ["classify"]
    assert arbiter.get(url).status_code == 409


def test_a_clerk_corrects_an_own_record_and_both_stay(
    mine: tuple[Client, str, str], signed_in: SignIn
) -> None:
    _browser, _here, matter = mine
    guidance = {"guidance": {"reason": "要走法院", "remedy": "可以提出异议"}}
    must(services.act(matter, "classify", "other_channel", documents=guidance, actor=Cast.intake, at=MONDAY))
    number = queries.row(matter).number  # type: ignore[union-attr]
    clerk = signed_in(Cast.intake)
    url = f"/matter/{number}/also/corrected/"
    page = clerk.get(url)
    typed = {"engine:of": "1", "doc:guidance:reason": "要走仲裁", "seen_n": seen(page)}
    assert clerk.post(url, typed).status_code == 302, "the old one said court"
    shown = unescape(clerk.get(f"/matter/{number}/").content.decode())
    assert "要走法院" in shown
    assert "要走仲裁" in shown
    other = signed_in(Cast.intake_too)
    assert other.get(url).status_code == 409, "nobody corrects what another person wrote"


def test_the_resident_changes_what_others_see(mine: tuple[Client, str, str]) -> None:
    browser, here, matter = mine
    page = browser.get(here + "also/level/")
    assert (
        browser.post(
            here + "also/level/", {"engine:disclosure": "withheld", "seen_n": seen(page)}
        ).status_code
        == 302
    )
    assert MatterRow.objects.get(id=matter).disclosure == "withheld"
    assert queries.public_list().items == ()
    last = ledger.chain(matter)[-1].entry
    assert (last.event, last.facts["disclosure"]) == ("level", "withheld")


def test_the_resident_withdraws_in_their_own_words(mine: tuple[Client, str, str]) -> None:
    browser, here, matter = mine
    page = browser.get(here + "also/withdrawn/")
    assert "有人要您撤回吗" in page.content.decode()
    typed = {"doc:withdrawal:words": "已经自己修好了", "doc:withdrawal:asked": "no", "seen_n": seen(page)}
    assert browser.post(here + "also/withdrawn/", typed).status_code == 302
    assert MatterRow.objects.get(id=matter).ended == "withdrawn"
    assert browser.get(here + "also/urged/").status_code == 409


def test_the_way_in_is_recorded_with_a_residents_act(mine: tuple[Client, str, str]) -> None:
    browser, here, matter = mine
    page = browser.get(here + "also/urged/")
    browser.post(here + "also/urged/", {"seen_n": seen(page)})
    assert ledger.chain(matter)[-1].entry.facts == {"via": "link"}


def test_a_resident_says_whether_it_is_solved_on_the_generic_page(
    mine: tuple[Client, str, str],
    clock_at: Callable[[datetime], None],
    assert_valid_html: Callable[[Any], None],
) -> None:
    browser, here, matter = mine
    classified(matter, MONDAY)
    must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    answered(matter, MONDAY)
    clock_at(MONDAY + DAY)
    page = browser.get(here + "verdict/")
    assert_valid_html(page.content)
    text = unescape(page.content.decode())
    assert "checked" not in text, "nothing is chosen beforehand"
    assert ">没有说<" not in text, "silence is the clock's to say"
    value = re.search(r'value="(\d)"[^>]*>\s*<label[^>]*>解决了<', text)
    assert value is not None
    assert browser.post(here + "verdict/", {"do": value.group(1), "seen_n": seen(page)}).status_code == 302
    assert MatterRow.objects.get(id=matter).ended == "confirmed"
