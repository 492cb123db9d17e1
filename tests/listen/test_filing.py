"""A tired person files on a phone: four pages, no JavaScript, nothing lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from PIL import Image

from minsheng.ledger import queries as ledger
from minsheng.listen.models import Draft, Filing
from minsheng.listen.queries.showing import as_others_read
from minsheng.listen.rules import intake
from minsheng.listen.rules.written import Written
from minsheng.listen.services import drafts
from minsheng.listen.services.filing import Receipt, submit_request
from minsheng.listen.testing import WORDS, begin, code_on, file_request, matter_of, picture, text_of
from minsheng.matter import queries as matters
from minsheng.matter.testing import DAY, HOUR, MONDAY, Cast
from minsheng.people import queries as people

SetClock = Callable[[datetime], None]
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def original(matter: str) -> dict[str, Any]:
    recorded = ledger.recorded(matter, 0, parts=True)
    assert recorded is not None
    value: dict[str, Any] = recorded.parts["original"].value
    return value


def test_four_pages_lead_to_a_receipt(browser: Client, assert_valid_html: Callable[[Any], None]) -> None:
    assert_valid_html(browser.get("/request/").content)
    answer = begin(browser)
    assert answer["Location"] == "/request/place/"
    assert_valid_html(browser.get("/request/place/").content)
    answer = browser.post("/request/place/", {"area": "guihuali", "place": "6栋5楼"})
    assert answer["Location"] == "/request/contact/"
    assert_valid_html(browser.get("/request/contact/").content)
    answer = browser.post("/request/contact/", {"name": "秀英的女儿", "phone": "13800138000"})
    assert answer["Location"] == "/request/check/"
    check = browser.get("/request/check/")
    assert_valid_html(check.content)
    assert "秀英的女儿，13800138000" in text_of(check)
    answer = browser.post("/request/check/", {})
    assert answer.status_code == 303
    receipt = browser.get(answer["Location"])
    assert_valid_html(receipt.content)
    assert len(code_on(receipt)) == 17
    assert "云溪2026-" in text_of(receipt)


def test_everything_but_the_words_may_be_left_out(browser: Client) -> None:
    handle = file_request(browser, "停水", area="")
    matter = matter_of(browser, handle)
    assert original(matter) == {"words": "停水"}
    assert people.fields_kept(matter) == frozenset()
    assert people.allowed(matter) == frozenset()


def test_the_words_are_kept_byte_for_byte(browser: Client) -> None:
    words = "  第一行\r\n\r\n\t制表　全角 e\u0301 é 👩‍👩‍👧 ﷽ \u202eabc\u202c 𠮷 \u200b“”'\"&<>  \r\n"
    matter = matter_of(browser, file_request(browser, words))
    assert original(matter)["words"] == words
    assert original(matter)["words"].encode() == words.encode()


def test_what_was_typed_in_the_box_comes_back_unchanged(browser: Client) -> None:
    begin(browser, "\r\n先空一行\r\n</textarea>")
    page = browser.get("/request/").content.decode()
    assert "\n\r\n先空一行\r\n&lt;/textarea&gt;</textarea>" in page


@pytest.mark.parametrize("words", ["", " \r\n　", "\u200b"])
def test_empty_words_are_sent_back_with_what_to_do(browser: Client, words: str) -> None:
    answer = begin(browser, words)
    assert answer.status_code == 422
    assert "写下发生了什么，一句话也可以" in text_of(answer)
    assert "您填过的都还在" in text_of(answer)


def test_an_angry_request_is_heard(browser: Client) -> None:
    assert begin(browser, "你们都是饭桶！！！").status_code == 303


def test_too_many_words_are_kept_and_sent_back_with_the_numbers(browser: Client) -> None:
    answer = begin(browser, "字" * 20_001)
    assert answer.status_code == 422
    assert "写了20001个字，一次最多收20000个" in text_of(answer)
    assert "字" * 20_001 in browser.get("/request/").content.decode()


def test_ten_megabytes_of_text_are_refused_with_the_reason_and_the_draft_stays(browser: Client) -> None:
    begin(browser, "先写好的")
    answer = begin(browser, "a" * 10_000_000)
    assert answer.status_code == 413
    assert "太大，没有收下" in text_of(answer)
    assert "先写好的" in browser.get("/request/").content.decode()


def test_a_nul_is_no_text(browser: Client) -> None:
    answer = begin(browser, "停水\0了")
    assert answer.status_code == 400
    assert "存不下来的符号" in text_of(answer)


def test_script_is_shown_as_text_in_every_field(browser: Client) -> None:
    handle = file_request(
        browser, SCRIPT, place=SCRIPT, name=SCRIPT[:40], phone="13800138000", email="a@b.example"
    )
    pages = [
        browser.get(url)
        for url in (f"/mine/{handle}/", f"/mine/{handle}/receipt/", f"/mine/{handle}/seeing/")
    ]
    begin(browser, SCRIPT)
    browser.post("/request/place/", {"place": SCRIPT})
    browser.post("/request/contact/", {"name": SCRIPT[:40]})
    pages += [browser.get(f"/request/{page}") for page in ("", "place/", "contact/", "check/")]
    for page in pages:
        assert page.status_code == 200
        assert b"<script>alert" not in page.content
        assert b"<img src=x" not in page.content
    assert SCRIPT in text_of(pages[0])


def test_an_unknown_area_is_a_wrong_shape(browser: Client) -> None:
    begin(browser)
    answer = browser.post("/request/place/", {"area": "atlantis", "place": "6栋"})
    assert answer.status_code == 400
    assert "从列出来的里面选一个" in text_of(answer)
    assert "6栋" in browser.get("/request/place/").content.decode()


def test_a_novel_for_the_place_is_sent_back(browser: Client) -> None:
    begin(browser)
    answer = browser.post("/request/place/", {"place": "桂" * 301})
    assert answer.status_code == 422
    assert "最多300个字" in text_of(answer)


def test_a_wrong_address_is_named_and_the_rest_is_kept(browser: Client) -> None:
    begin(browser)
    browser.post("/request/place/", {})
    answer = browser.post("/request/contact/", {"name": "小王", "email": "xiuying"})
    assert answer.status_code == 400
    assert "要像 name@example.com 这样" in text_of(answer)
    assert "小王" in browser.get("/request/contact/").content.decode()


def test_each_page_leads_back_and_keeps_what_was_said(browser: Client) -> None:
    file_from = ("/request/", "/request/place/", "/request/contact/", "/request/check/")
    begin(browser)
    browser.post("/request/place/", {"area": "guihuali", "place": "6栋"})
    browser.post("/request/contact/", {"phone": "13800138000"})
    for before, here in pairwise(file_from):
        assert f'class="back" href="{before}"' in browser.get(here).content.decode()
    assert 'value="guihuali" selected' in browser.get("/request/place/").content.decode()
    assert begin(browser, "改过的话")["Location"] == "/request/check/"
    assert "改过的话" in text_of(browser.get("/request/check/"))


def test_a_later_page_without_words_leads_to_the_first(browser: Client) -> None:
    for page in ("place", "contact", "check"):
        assert browser.get(f"/request/{page}/")["Location"] == "/request/"
        assert browser.post(f"/request/{page}/", {})["Location"] == "/request/"


def test_the_draft_is_another_browser_s_business_to_nobody(browser: Client) -> None:
    begin(browser, "只有我看得到")
    assert "只有我看得到" not in Client().get("/request/").content.decode()
    stranger = Client()
    stranger.cookies["minsheng_draft"] = "x" * 43
    assert "只有我看得到" not in stranger.get("/request/").content.decode()


def test_a_draft_rests_sealed(browser: Client) -> None:
    begin(browser, "标记MARKER")
    draft = Draft.objects.get()
    assert b"MARKER" not in bytes(draft.box)
    assert browser.cookies["minsheng_draft"].value not in (draft.token_hash, str(draft.box))
    assert browser.cookies["minsheng_draft"]["httponly"]


def test_a_draft_outlives_a_closed_browser_and_a_dead_session(browser: Client, clock_at: SetClock) -> None:
    begin(browser, "明天接着写")
    clock_at(MONDAY + 6 * DAY)
    browser.cookies.pop("minsheng_session", None)
    assert "明天接着写" in browser.get("/request/").content.decode()


def test_a_draft_is_swept_after_seven_days_with_its_photographs(
    browser: Client, clock_at: SetClock, settings: Any
) -> None:
    browser.post("/request/", {"words": "放着", "photos": SimpleUploadedFile("a.jpg", picture())})
    folder = Path(settings.MEDIA_ROOT) / "drafts" / str(Draft.objects.get().pk)
    assert len(list(folder.iterdir())) == 1
    clock_at(MONDAY + 8 * DAY)
    assert "放着" not in browser.get("/request/").content.decode()
    assert drafts.sweep(MONDAY + 8 * DAY) == 1
    assert not folder.exists()


def test_a_draft_can_be_thrown_away_at_once(browser: Client, settings: Any) -> None:
    browser.post("/request/", {"words": "公用的电脑", "photos": SimpleUploadedFile("a.jpg", picture())})
    assert browser.post("/request/drop/").status_code == 303
    assert not Draft.objects.exists()
    assert list((Path(settings.MEDIA_ROOT) / "drafts").iterdir()) == []


def test_photographs_are_kept_bared_and_sealed_and_come_with_the_words(
    browser: Client, settings: Any
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "MARKERPHONE"
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "red").save(out, "JPEG", exif=exif)
    answer = browser.post(
        "/request/", {"words": "看照片", "photos": SimpleUploadedFile("楼道.jpg", out.getvalue())}
    )
    assert answer.status_code == 303
    for file in (Path(settings.MEDIA_ROOT) / "drafts").rglob("*"):
        assert file.is_dir() or (b"JFIF" not in file.read_bytes() and b"MARKER" not in file.read_bytes())
    assert "楼道.jpg" in text_of(browser.get("/request/"))
    handle = file_request(browser, "看照片")
    view = matters.get(matter_of(browser, handle), MONDAY)
    assert view is not None
    (handed,) = matters.documents(view, [Cast.resident(view.id)])
    (photo,) = [file for field in handed.fields for file in field.files]
    assert photo.name == "楼道.jpg"
    assert b"MARKER" not in matters.bytes_of(view.id, photo.id)
    download = browser.get(f"/mine/{handle}/matter/file/{photo.id}/")
    assert download["Content-Disposition"].startswith("attachment")


def test_a_photograph_can_be_taken_out_without_losing_a_word(browser: Client) -> None:
    files = [SimpleUploadedFile("一.jpg", picture()), SimpleUploadedFile("二.jpg", picture(50))]
    browser.post("/request/", {"words": "两张", "photos": files})
    page = browser.get("/request/").content.decode()
    drop = page.split('name="drop" value="')[1].split('"')[0]
    answer = browser.post("/request/", {"words": "两张，去掉一张", "drop": drop})
    assert answer["Location"] == "/request/"
    page = text_of(browser.get("/request/"))
    assert "一.jpg" not in page
    assert "二.jpg" in page
    assert "两张，去掉一张" in page


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.jpg", b"<html>", "只收照片"),
        ("a.jpg", b"", "是空的"),
        ("a.jpg", b"\xff\xd8\xff" + b"0" * 200, "打不开"),
        ("a.pdf", b"%PDF-1.7\n%%EOF", "只收照片"),
    ],
)
def test_a_lying_upload_is_refused_and_the_words_stay(
    browser: Client, name: str, data: bytes, said: str
) -> None:
    answer = browser.post("/request/", {"words": "写好的话", "photos": SimpleUploadedFile(name, data)})
    assert answer.status_code == 400
    assert said in text_of(answer)
    assert "写好的话" in browser.get("/request/").content.decode()


def test_of_two_photographs_the_good_one_is_kept(browser: Client) -> None:
    big = SimpleUploadedFile("IMG_2081.MOV", b"0" * 10_000_001)
    answer = browser.post(
        "/request/", {"words": "", "photos": [SimpleUploadedFile("好.jpg", picture()), big]}
    )
    assert answer.status_code == 422
    said = text_of(answer)
    assert "还差两处" in said
    assert "“IMG_2081.MOV”有11 MB" in said
    assert "好.jpg" in said


def test_a_sixth_photograph_is_refused(browser: Client) -> None:
    photos = [SimpleUploadedFile(f"{n}.jpg", picture(40 + n)) for n in range(5)]
    assert browser.post("/request/", {"words": "五张", "photos": photos}).status_code == 303
    answer = browser.post("/request/", {"words": "五张", "photos": SimpleUploadedFile("6.jpg", picture())})
    assert answer.status_code == 400
    assert "一共6张，最多5张" in text_of(answer)


def test_eleven_files_at_once_are_refused_in_our_voice(browser: Client) -> None:
    photos = [SimpleUploadedFile(f"{n}.jpg", picture()) for n in range(11)]
    answer = browser.post("/request/", {"words": "多", "photos": photos})
    assert answer.status_code == 413
    assert "一次最多5张" in text_of(answer)


def test_the_preview_masks_what_tells_who_somebody_is(browser: Client) -> None:
    begin(browser, "我13800138000，身份证11010519491231002X，受理室5550-0112打过")
    page = browser.get("/request/check/").content.decode()
    assert "<mark>〔电话〕</mark>" in page
    assert "<mark>〔证件号〕</mark>" in page
    assert "13800138000" not in page
    assert "5550-0112打过" in page
    assert "遮住了2处" in page
    assert "checked" not in page


def test_others_may_read_only_if_it_was_ticked(browser: Client) -> None:
    shown = matter_of(browser, file_request(browser, show=True))
    hidden = matter_of(browser, file_request(browser, "另一件"))
    assert people.allowed(shown) == {"show_words"}
    assert people.allowed(hidden) == frozenset()


def test_the_unit_may_see_the_contact_only_if_it_was_ticked_and_there_is_any(browser: Client) -> None:
    one = matter_of(browser, file_request(browser, phone="13800138000", by_unit="on"))
    other = matter_of(browser, file_request(browser, "另一件", name="小王", by_unit="on"))
    assert people.allowed(one) == {"contact_by_unit"}
    assert people.allowed(other) == frozenset()


def test_contact_goes_into_the_vault_and_nowhere_else(browser: Client) -> None:
    matter = matter_of(browser, file_request(browser, name="秀英", phone="13900139000", email="x@y.example"))
    assert people.fields_kept(matter) == {"name", "phone", "email"}
    view = matters.get(matter, MONDAY)
    assert view is not None
    assert "13900139000" not in repr(original(matter))
    assert Filing.objects.get(matter=matter).has_mail


def test_a_form_sent_twice_files_once_and_shows_the_same_receipt(browser: Client) -> None:
    begin(browser)
    first = browser.post("/request/check/", {})
    again = browser.post("/request/check/", {})
    assert Filing.objects.count() == 1
    assert code_on(browser.get(first["Location"])) == code_on(browser.get(again["Location"]))


def test_a_receipt_whose_answer_was_lost_on_the_line_is_found_again(browser: Client) -> None:
    begin(browser)
    code = code_on(browser.get(browser.post("/request/check/", {})["Location"]))
    after_the_tunnel = Client()
    after_the_tunnel.cookies["minsheng_draft"] = browser.cookies["minsheng_draft"].value
    answer = after_the_tunnel.post("/request/check/", {})
    assert code_on(after_the_tunnel.get(answer["Location"])) == code
    assert Filing.objects.count() == 1


def test_after_filing_the_next_request_begins_empty(browser: Client) -> None:
    file_request(browser, "第一件")
    assert "第一件" not in browser.get("/request/").content.decode()
    file_request(browser, "第二件")
    assert Filing.objects.count() == 2


def test_nothing_is_half_filed_when_the_machine_fails(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(browser, "坏的时候交的")

    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("minsheng.listen.services.filing.people.keep", full)
        assert browser.post("/request/check/", {}).status_code == 503
    assert not Filing.objects.exists()
    assert matters.public_list().items == ()
    assert browser.post("/request/check/", {}).status_code == 303
    assert Filing.objects.count() == 1


def test_a_rule_that_refuses_at_the_end_leads_back_with_everything_written(browser: Client) -> None:
    begin(browser, "先写短的")
    begin(browser, "写" * 20_001)
    answer = browser.post("/request/check/", {})
    assert answer.status_code == 422
    assert "写了20001个字" in text_of(answer)
    assert "写" * 20_001 in answer.content.decode()
    assert not Filing.objects.exists()


def test_filing_is_limited_by_address_and_keeps_the_draft(browser: Client) -> None:
    statuses = []
    for n in range(31):
        begin(browser, f"第{n}件")
        statuses.append(browser.post("/request/check/", {}).status_code)
    assert statuses == [303] * 30 + [429]
    assert "第30件" in browser.get("/request/").content.decode()


def test_without_a_token_nothing_is_filed(town: Any, clock_at: SetClock) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/request/", {"words": "别的网站替我写的"}).status_code == 403
    assert not Draft.objects.exists()


def test_the_code_is_stored_as_a_keyed_hash_alone(browser: Client) -> None:
    handle = file_request(browser)
    code = code_on(browser.get(f"/mine/{handle}/receipt/"))
    filing = Filing.objects.get()
    assert code not in repr(filing.__dict__)
    assert filing.pepper == 1
    session = repr(dict(browser.session.items()))
    assert code not in session
    assert filing.matter not in session
    assert handle not in session


class WordsAreKept(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        from minsheng.bodies import services as bodies
        from minsheng.bodies.rules.town import TownFolder

        folder = bodies.read_town(Path(django_settings.MINSHENG_TOWNS) / "yunxi")
        assert isinstance(folder, TownFolder)
        bodies.apply_town(folder)

    @given(
        st.text(min_size=1, max_size=300).filter(
            lambda words: not intake.is_empty(words) and "\0" not in words
        )
    )
    def test_whatever_is_written_is_kept_byte_for_byte(self, words: str) -> None:
        receipt = submit_request(Written(words=words), at=MONDAY + HOUR, language="en")
        assert not hasattr(receipt, "reason"), receipt
        assert original(receipt.matter)["words"].encode() == words.encode()  # type: ignore[union-attr]


def test_a_day_has_passed_between_question_and_question(browser: Client, clock_at: SetClock) -> None:
    begin(browser)
    clock_at(MONDAY + DAY)
    answer = browser.post("/request/check/", {})
    view = matters.get(matter_of(browser, answer["Location"].split("/")[2]), MONDAY + DAY)
    assert view is not None
    assert view.chain[0].at == MONDAY + timedelta(days=1)


def test_the_words_of_a_filing_do_not_depend_on_the_language_of_the_page(browser: Client) -> None:
    browser.cookies["minsheng_language"] = "en"
    assert "What happened?" in text_of(browser.get("/request/"))
    handle = file_request(browser, WORDS)
    matter = matter_of(browser, handle)
    assert original(matter)["words"] == WORDS
    assert Filing.objects.get(matter=matter).language == "en"


def test_the_preview_is_what_the_public_page_shows(browser: Client) -> None:
    words = "打13800138000，也打过受理室5550-0112和400-810-1234，车牌浙A12345"
    begin(browser, words)
    page = browser.get("/request/check/").content.decode()
    preview = (
        page.split("<blockquote>")[1].split("</blockquote>")[0].replace("<mark>", "").replace("</mark>", "")
    )
    assert preview == as_others_read(words) == "打〔电话〕，也打过受理室5550-0112和400-810-1234，车牌〔车牌〕"


@pytest.mark.usefixtures("town")
def test_what_staff_key_in_says_how_it_came() -> None:
    came: dict[str, Any] = {"via": "paper", "received_on": "2026-02-27"}
    letter = Written(words="信上写的")
    receipt = submit_request(letter, at=MONDAY, language="zh-hans", facts=came, scribe="hotline")
    assert isinstance(receipt, Receipt), receipt
    recorded = ledger.recorded(receipt.matter, 0)
    assert recorded is not None
    assert recorded.entry.facts["via"] == "paper"
    assert recorded.entry.facts["received_on"] == "2026-02-27"
    assert recorded.entry.body == "hotline"
    assert recorded.entry.role == "resident"
