"""The follow page: what you asked, what they answered, you say; and what may be done at any time."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from minsheng.kernel.log.proof import ProofFile
from minsheng.ledger import published
from minsheng.ledger import queries as ledger
from minsheng.ledger import services as ledger_services
from minsheng.listen.models import Letter
from minsheng.listen.services import letters
from minsheng.listen.testing import WORDS, file_request, matter_of, picture, text_of
from minsheng.matter import queries as matters
from minsheng.matter import services
from minsheng.matter.testing import DAY, HOUR, MONDAY, Cast, answered, classified, must
from minsheng.people import queries as people
from minsheng.people import services as people_services
from minsheng.people.rules.vault import protection_of
from minsheng.verify.receipt import verify_receipt

SetClock = Callable[[datetime], None]


@pytest.fixture
def handle(browser: Client) -> str:
    return file_request(browser, phone="13800138000", email="xiuying@example.org")


@pytest.fixture
def matter(browser: Client, handle: str) -> str:
    return matter_of(browser, handle)


def events(matter: str) -> list[str]:
    return [recorded.entry.event for recorded in ledger.chain(matter)]


def part(matter: str, n: int, name: str) -> Any:
    recorded = ledger.recorded(matter, n, parts=True)
    assert recorded is not None
    return recorded.parts[name].value


def replied(matter: str, clock_at: SetClock) -> None:
    classified(matter, MONDAY + HOUR)
    clock_at(MONDAY + 3 * DAY)
    services.tick(MONDAY + 3 * DAY)
    answered(matter, MONDAY + 3 * DAY)


def test_the_page_shows_words_clock_basis_and_what_the_public_sees(
    browser: Client, handle: str, matter: str, assert_valid_html: Callable[[Any], None]
) -> None:
    classified(matter, MONDAY + HOUR)
    page = browser.get(f"/mine/{handle}/")
    assert_valid_html(page.content)
    said = text_of(page)
    assert WORDS.replace("\r\n", "\n") in said.replace("\r\n", "\n")
    assert "市住建局承办" in said
    assert "您，受理室和市住建局。" in said
    assert "看不到原话" in said
    assert "台" in said


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_an_answered_matter_puts_the_three_in_order(
    browser: Client,
    handle: str,
    matter: str,
    clock_at: SetClock,
    language: str,
    assert_valid_html: Callable[[Any], None],
) -> None:
    replied(matter, clock_at)
    browser.cookies["minsheng_language"] = language
    page = browser.get(f"/mine/{handle}/")
    assert_valid_html(page.content)
    said = text_of(page)
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", page.content.decode())
    if language == "zh-hans":
        assert headings[:4] == ["您问的", "市住建局答的", "办好了没有，您说", "经过"]
    else:
        assert headings[:2] == ["What you asked", "What Housing Bureau answered"]
    assert "3月4日换了主板，电梯已恢复。" in said
    if language == "zh-hans":
        assert "您不说，就记为“没有说”，不会记成“满意”。" in said


def test_a_late_answer_stays_on_the_page(
    browser: Client, handle: str, matter: str, clock_at: SetClock
) -> None:
    classified(matter, MONDAY + HOUR)
    late = MONDAY + 12 * DAY
    services.tick(late)
    answered(matter, late)
    clock_at(late + HOUR)
    said = text_of(browser.get(f"/mine/{handle}/"))
    assert "办理晚了4个工作日" in said
    assert "这一条一直公开，补了也不撤。" in said


def test_the_page_costs_the_same_however_much_has_happened(
    browser: Client, handle: str, matter: str, clock_at: SetClock
) -> None:
    browser.get(f"/mine/{handle}/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(f"/mine/{handle}/")
    replied(matter, clock_at)
    for n in range(4):
        browser.post(f"/mine/{handle}/add/", {"words": f"补充{n}"})
    for recorded in ledger.chain(matter):
        letters.note(recorded, MONDAY + 3 * DAY)
    browser.get(f"/mine/{handle}/")
    with CaptureQueriesContext(connection) as many:
        browser.get(f"/mine/{handle}/")
    assert len(many) <= len(few) + 3  # what only a matter with an answer asks: the rating's right, the files
    assert len(many) <= 20


def test_who_looked_at_the_contact_is_told_with_the_reason(browser: Client, handle: str, matter: str) -> None:
    view = matters.get(matter, MONDAY)
    assert view is not None
    protection = protection_of(view.procedure)
    assert "还没有人看过" in text_of(browser.get(f"/mine/{handle}/"))
    given = people_services.read_field(
        matter, "phone", Cast.intake, "转接通话", MONDAY + HOUR, protection=protection
    )
    assert given == "13800138000"
    people_services.read_field(
        matter, "phone", Cast.housing, "想打电话", MONDAY + HOUR, protection=protection
    )
    said = text_of(browser.get(f"/mine/{handle}/"))
    assert "您的联系方式被看过1次" in said
    assert "3月2日，受理室看了您的电话：转接通话" in said
    assert "想看您的电话，没有给看" in said


# saying


def test_a_supplement_is_kept_byte_for_byte_with_its_photographs(
    browser: Client, handle: str, matter: str
) -> None:
    files = [SimpleUploadedFile("门.jpg", picture())]
    answer = browser.post(f"/mine/{handle}/add/", {"words": "又坏了\r\n <b>", "papers": files})
    assert answer["Location"] == f"/mine/{handle}/"
    assert part(matter, 1, "supplement")["words"] == "又坏了\r\n <b>"
    assert ledger.chain(matter)[1].entry.facts["via"] == "code"
    page = browser.get(f"/mine/{handle}/")
    assert "补上了。" in text_of(page)
    assert "门.jpg" in text_of(page)
    assert b"<b>" not in page.content


def test_urging_is_answered_with_the_next_date(browser: Client, handle: str, matter: str) -> None:
    classified(matter, MONDAY + HOUR)
    assert "下一个日期是3月9日（星期一）" in text_of(browser.get(f"/mine/{handle}/urge/"))
    browser.post(f"/mine/{handle}/urge/", {"words": ""})
    assert events(matter)[-1] == "urged"
    assert "催过了，已经记下。下一个日期是3月9日（星期一）。" in text_of(browser.get(f"/mine/{handle}/"))


def test_urging_may_be_done_again_and_again(browser: Client, handle: str, matter: str) -> None:
    for words in ("", "快点", "快点", "第四次了！"):
        assert browser.post(f"/mine/{handle}/urge/", {"words": words}).status_code == 303
    assert events(matter).count("urged") == 4


def test_a_question_is_answered_and_the_clock_runs_on(
    browser: Client, handle: str, matter: str, clock_at: SetClock, assert_valid_html: Callable[[Any], None]
) -> None:
    classified(matter, MONDAY + HOUR)
    services.tick(MONDAY + 2 * DAY)
    question = {"question": {"question": "是几号楼？"}}
    must(services.act(matter, "handle", "ask", documents=question, actor=Cast.housing, at=MONDAY + 2 * DAY))
    clock_at(MONDAY + 2 * DAY + HOUR)
    page = browser.get(f"/mine/{handle}/")
    assert "等您回答一个问题" in text_of(page)
    page = browser.get(f"/mine/{handle}/answer/")
    assert_valid_html(page.content)
    assert "是几号楼？" in text_of(page)
    browser.post(f"/mine/{handle}/answer/", {"words": "6栋"})
    assert ledger.chain(matter)[-1].entry.outcome == "answer"
    again = browser.post(f"/mine/{handle}/answer/", {"words": "6栋"})
    assert again.status_code == 409


def test_withdrawing_asks_whether_somebody_asked_for_it(
    browser: Client, handle: str, matter: str, assert_valid_html: Callable[[Any], None]
) -> None:
    page = browser.get(f"/mine/{handle}/withdraw/")
    assert_valid_html(page.content)
    assert "有人要您撤回吗" in text_of(page)
    assert "只有复核人看得到" in text_of(page)
    browser.post(f"/mine/{handle}/withdraw/", {"words": "修好了", "asked": "yes"})
    assert part(matter, 1, "withdrawal") == {"words": "修好了", "asked": "yes"}
    assert "本人撤回" in text_of(browser.get(f"/mine/{handle}/"))
    answer = browser.post(f"/mine/{handle}/urge/", {})
    assert answer.status_code == 409
    assert "已经结束" in text_of(answer)


def test_withdrawing_needs_no_word(browser: Client, handle: str, matter: str) -> None:
    assert browser.post(f"/mine/{handle}/withdraw/", {}).status_code == 303
    assert events(matter)[-1] == "withdrawn"


def test_an_end_can_be_contested(browser: Client, handle: str, matter: str) -> None:
    guidance = {"guidance": {"reason": "要走法院", "remedy": "可以提出异议"}}
    must(
        services.act(
            matter, "classify", "other_channel", documents=guidance, actor=Cast.intake, at=MONDAY + HOUR
        )
    )
    said = text_of(browser.get(f"/mine/{handle}/"))
    assert "不同意这样办结，可以提出异议" in said
    assert "要走法院" in said
    assert browser.post(f"/mine/{handle}/object/", {"words": ""}).status_code == 422
    assert browser.post(f"/mine/{handle}/object/", {"words": "不对"}).status_code == 303
    assert ledger.chain(matter)[-1].entry.outcome == "contested"


def test_what_is_refused_keeps_the_words_on_the_page(browser: Client, handle: str) -> None:
    answer = browser.post(
        f"/mine/{handle}/add/", {"words": "留住我", "papers": SimpleUploadedFile("a.jpg", b"<html>")}
    )
    assert answer.status_code == 400
    assert "留住我" in answer.content.decode()
    answer = browser.post(f"/mine/{handle}/add/", {"words": " "})
    assert answer.status_code == 422
    assert browser.post(f"/mine/{handle}/add/", {"words": "a" * 10_000_000}).status_code == 413


def test_saying_is_limited_by_matter(browser: Client, handle: str) -> None:
    statuses = [browser.post(f"/mine/{handle}/urge/", {}).status_code for _ in range(41)]
    assert statuses == [303] * 40 + [429]


# who sees


def test_consent_can_be_taken_back_and_the_resident_is_told(
    browser: Client, handle: str, matter: str, assert_valid_html: Callable[[Any], None]
) -> None:
    assert_valid_html(browser.get(f"/mine/{handle}/seeing/").content)
    browser.post(f"/mine/{handle}/seeing/", {"show": "on", "by_unit": "on"})
    assert people.allowed(matter) == {"show_words", "contact_by_unit"}
    assert "遮住号码以后的原话" in text_of(browser.get(f"/mine/{handle}/"))
    browser.post(f"/mine/{handle}/seeing/", {})
    assert people.allowed(matter) == frozenset()
    assert "看不到原话" in text_of(browser.get(f"/mine/{handle}/"))
    assert Letter.objects.filter(matter=matter, kind="consent").count() == 1


def test_saying_the_same_again_changes_nothing(browser: Client, handle: str, matter: str) -> None:
    browser.post(f"/mine/{handle}/seeing/", {})
    assert not Letter.objects.filter(kind="consent").exists()
    assert "没有变化" in text_of(browser.get(f"/mine/{handle}/"))


# receipt and proof


def test_the_receipt_says_five_sentences_and_the_next_date(browser: Client, handle: str, matter: str) -> None:
    said = text_of(browser.get(f"/mine/{handle}/receipt/"))
    for words in ("谁看得到：", "没人答复：", "再问一次：", "办没办好：", "还能去哪：", "五句话说清楚"):
        assert words in said
    assert "谁也不能要求您选“解决了”或“满意”" in said
    assert "3月2日（星期一）13:30前必须看完、定下归谁" in said
    classified(matter, MONDAY + HOUR)
    said = text_of(browser.get(f"/mine/{handle}/receipt/"))
    assert "3月9日（星期一）前必须答复" in said
    assert "自动报到市政府督查室" in said


@pytest.mark.django_db(transaction=True)  # on PostgreSQL the sequencer sees committed entries only
@pytest.mark.usefixtures("log")
def test_the_proof_file_promises_and_later_proves(
    browser: Client, handle: str, matter: str, clock_at: SetClock
) -> None:
    answer = browser.get(f"/mine/{handle}/proof/")
    assert answer["Content-Disposition"].startswith("attachment")
    file = ProofFile.from_bytes(answer.content)
    assert [entry.promise is not None for entry in file.entries] == [True]
    assert file.entries[0].parts["original"].value["words"] == WORDS
    assert verify_receipt(answer.content).state == "promised"
    forged = answer.content.replace("七十八".encode(), "八十七".encode())
    assert forged != answer.content
    assert verify_receipt(forged).state == "forged"
    for n in range(4):
        assert ledger_services.sequence(MONDAY + n * DAY + HOUR / 2) is not None
        if n == 0:
            classified(matter, MONDAY + HOUR)
    services.tick(MONDAY + 3 * DAY + HOUR)
    answered(matter, MONDAY + 3 * DAY + HOUR)
    clock_at(MONDAY + 4 * DAY)
    assert ledger_services.sequence(MONDAY + 4 * DAY) is not None
    data = browser.get(f"/mine/{handle}/proof/").content
    assert verify_receipt(data).state == "included"
    assert verify_receipt(data, log=published.get).state == "included"
    file = ProofFile.from_bytes(data)
    assert all(entry.inclusion is not None for entry in file.entries)
    assert len(file.entries) == len(ledger.chain(matter))
    assert "reply" in file.entries[-1].parts


@pytest.mark.usefixtures("log")
def test_the_proof_file_opens_nothing_that_is_not_the_resident_s(
    browser: Client, handle: str, matter: str
) -> None:
    classified(matter, MONDAY + HOUR)
    note = {"objection": {"reason": "不是我们的", "basis": "职责清单", "instead": "水务"}}
    must(services.act(matter, "accept", "objected", documents=note, actor=Cast.housing, at=MONDAY + 2 * HOUR))
    browser.post(f"/mine/{handle}/withdraw/", {"words": "算了", "asked": "yes"})
    file = ProofFile.from_bytes(browser.get(f"/mine/{handle}/proof/").content)
    opened = {name for entry in file.entries for name in entry.parts}
    view = matters.get(matter, MONDAY + DAY)
    assert view is not None
    closed = {
        name for name, document in view.procedure.documents.items() if "resident" not in document.readers
    }
    assert opened & closed == set()
    assert {"original", "withdrawal", "moment"} <= opened
