"""The generic pages: made from the rule file alone, without JavaScript, in both languages."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import quote

import html5lib
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from minsheng.ledger import queries as ledger
from minsheng.matter import queries, services, special
from minsheng.matter.models import Attachment
from minsheng.matter.queries.files import folder_of
from minsheng.matter.testing import DAY, HOUR, MONDAY, REPLY, WORDS, Cast, answered, classified, must, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

SignIn = Callable[..., Client]
SetClock = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def no_special_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested here are the generic pages; other rooms make nicer ones for some steps."""
    for table in ("STEP_PAGES", "START_PAGES", "MINE_PAGES"):
        monkeypatch.setattr(special, table, {})


def text_of(answer: Any) -> str:
    return unescape(re.sub(r"<[^>]+>", "", answer.content.decode()))


def text_of_main(answer: Any) -> str:
    """Without head and foot, which are the site's."""
    return unescape(re.sub(r"<[^>]+>", "", answer.content.decode().split("<main")[1].split("</main>")[0]))


def form_of(answer: Any) -> dict[str, list[str]]:
    """Names of the inputs of the page's own form, with the values that are offered."""
    tree = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    found: dict[str, list[str]] = {}
    for form in tree.iter("form"):
        if "language" in (form.get("action") or ""):
            continue
        for one in form.iter():
            if one.tag in ("input", "textarea", "select") and one.get("name"):
                options = [option.get("value") or "" for option in one.iter("option")]
                found.setdefault(one.get("name"), []).extend(options or [one.get("value") or ""])
    return found


def option_of(answer: Any, label: str) -> str:
    """The value of the choice with this label."""
    tree = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    ids = {one.get("id"): one.get("value") for one in tree.iter("input") if one.get("name") == "do"}
    for one in tree.iter("label"):
        if one.get("for") in ids and "".join(one.itertext()) == label:
            return str(ids[one.get("for")])
    raise AssertionError(f"there is no choice {label!r}")


def test_a_matter_shows_its_clock_its_words_and_what_may_be_done(
    signed_in: SignIn, clock_at: SetClock, assert_valid_html: Callable[[Any], None]
) -> None:
    new = opened()
    clock_at(MONDAY + HOUR)
    answer = signed_in(Cast.intake).get(f"/matter/{new.number}/")
    assert answer.status_code == 200
    assert_valid_html(answer.content)
    page = text_of(answer)
    assert new.number in page
    assert "原话，一字未改" in page
    assert WORDS.split("\r\n")[0] in page
    assert "受理分类" in page
    assert "本平台自定" in page
    assert "收到" in page
    assert quote(f"/matter/{new.number}/classify/").encode() in answer.content
    assert "resident-request" in page


def test_a_step_is_filled_in_and_recorded(signed_in: SignIn, clock_at: SetClock) -> None:
    new = opened()
    clock_at(MONDAY + HOUR)
    browser = signed_in(Cast.intake)
    url = f"/matter/{new.number}/classify/"
    page = browser.get(url)
    assert page.status_code == 200
    offered = form_of(page)
    assert set(offered["fact:urgency"]) == {"life_safety", "utility", "ordinary", "complex"}
    assert "下一步：派单" in text_of(page)
    typed = {
        "do": option_of(page, "派给单位办"),
        "fact:urgency": "ordinary",
        "fact:kind": "housing",
        "fact:area": "guihuali",
        "seen_n": offered["seen_n"][0],
    }
    answer = browser.post(url, typed)
    assert answer.status_code == 302
    assert [r.entry.outcome for r in ledger.chain(new.matter)] == [None, "dispatch"]
    assert "记下了" in text_of(browser.get(answer["Location"]))


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_stays(
    signed_in: SignIn, clock_at: SetClock, assert_valid_html: Callable[[Any], None]
) -> None:
    new = opened()
    clock_at(MONDAY + HOUR)
    browser = signed_in(Cast.intake)
    url = f"/matter/{new.number}/classify/"
    page = browser.get(url)
    typed = {
        "do": option_of(page, "引导到别的渠道"),
        "doc:guidance:channel": "市法院 <script>alert(1)</script>",
    }
    answer = browser.post(url, typed)
    assert answer.status_code == 400
    assert_valid_html(answer.content)
    assert "为什么" in text_of(answer)
    assert "市法院 <script>alert(1)</script>" in unescape(answer.content.decode())
    assert b"<script>alert" not in answer.content
    assert len(ledger.chain(new.matter)) == 1


def test_against_a_rule_is_422_with_the_reason_and_the_draft(signed_in: SignIn, clock_at: SetClock) -> None:
    new = opened()
    clock_at(MONDAY + HOUR)
    browser = signed_in(Cast.intake)
    url = f"/matter/{new.number}/classify/"
    page = browser.get(url)
    typed = {"do": option_of(page, "引导到别的渠道"), "doc:guidance:reason": "这件事要走法院"}
    answer = browser.post(url, typed)
    assert answer.status_code == 422
    assert "不同意时可以怎么办" in text_of(answer)
    assert "这件事要走法院" in text_of(answer)
    assert "强制" in text_of(answer), "there is no override"
    assert len(ledger.chain(new.matter)) == 1


def test_a_stale_page_is_409_says_what_is_new_and_can_be_sent_again(
    signed_in: SignIn, clock_at: SetClock, assert_valid_html: Callable[[Any], None]
) -> None:
    new = opened()
    clock_at(MONDAY + HOUR)
    browser = signed_in(Cast.intake)
    url = f"/matter/{new.number}/classify/"
    page = browser.get(url)
    more = {"supplement": {"words": "今天又停了"}}
    resident = Cast.resident(new.matter)
    must(
        services.act(new.matter, None, None, event="supplemented", documents=more, actor=resident, at=MONDAY)
    )
    typed = {
        "do": option_of(page, "派给单位办"),
        "fact:urgency": "ordinary",
        "fact:kind": "housing",
        "seen_n": form_of(page)["seen_n"][0],
    }
    answer = browser.post(url, typed)
    assert answer.status_code == 409
    assert_valid_html(answer.content)
    assert "补充了情况" in text_of(answer)
    typed["seen_n"] = form_of(answer)["seen_n"][0]
    assert browser.post(url, typed).status_code == 302


def test_a_page_of_another_body_is_403_and_says_whose_it_is(signed_in: SignIn, clock_at: SetClock) -> None:
    new = opened()
    classified(new.matter, MONDAY)
    clock_at(MONDAY + HOUR)
    browser = signed_in(Cast.water)
    for path in ("", "accept/", "why/accept/"):
        answer = browser.get(f"/matter/{new.number}/{path}")
        assert answer.status_code == 403
        assert WORDS[:6] not in text_of(answer)
    assert browser.post(f"/matter/{new.number}/accept/", {"do": "0"}).status_code == 403


def test_a_step_that_is_not_open_says_why(signed_in: SignIn, clock_at: SetClock) -> None:
    new = opened()
    clock_at(MONDAY + HOUR)
    browser = signed_in(Cast.intake)
    answer = browser.get(f"/matter/{new.number}/dispatch/")
    assert answer.status_code == 409
    assert "还没有轮到" in text_of(answer)
    assert browser.get(f"/matter/{new.number}/nothing/").status_code == 404
    assert browser.get("/matter/云溪1999-1/").status_code == 404


def test_why_says_the_purpose_what_is_waited_for_and_whose_number_it_is(
    signed_in: SignIn, clock_at: SetClock, assert_valid_html: Callable[[Any], None]
) -> None:
    new = opened()
    clock_at(MONDAY + HOUR)
    browser = signed_in(Cast.intake)
    answer = browser.get(f"/matter/{new.number}/why/classify/")
    assert_valid_html(answer.content)
    assert "先看清是什么事" in text_of(answer)
    assert "4小时" in text_of(answer)
    assert "即时派单" in text_of(answer)
    assert "从2026年3月2日（星期一）起轮到热线受理室" in text_of(answer)
    english = text_of(browser.get(f"/matter/{new.number}/why/classify/", HTTP_ACCEPT_LANGUAGE="en"))
    assert "since Mon 2 Mar 2026" in english
    assert "北京市接诉即办工作条例, art. 11 asks for immediate dispatch" in english
    assert "BJ#" not in english
    waits = text_of(browser.get(f"/matter/{new.number}/why/handle/"))
    assert "要先做完“接单”" in waits


def test_the_worklist_is_by_due_date_with_what_waits_apart(
    signed_in: SignIn,
    clock_at: SetClock,
    assert_valid_html: Callable[[Any], None],
    django_assert_num_queries: Any,
) -> None:
    browser = signed_in(Cast.housing)
    ordinary, urgent, waits = opened().matter, opened().matter, opened().matter
    for matter, urgency in ((ordinary, "ordinary"), (urgent, "utility"), (waits, "ordinary")):
        classified(matter, MONDAY, urgency)
        must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    question = {"question": {"question": "哪一部？"}}
    must(services.act(waits, "handle", "ask", documents=question, actor=Cast.housing, at=MONDAY))
    clock_at(MONDAY + 2 * DAY)
    services.tick(MONDAY + 2 * DAY)
    answer = browser.get("/work/")
    assert answer.status_code == 200
    assert_valid_html(answer.content)
    page = text_of(answer)
    numbers = [queries.row(matter).number for matter in (urgent, ordinary, waits)]  # type: ignore[union-attr]
    assert [page.index(number) for number in numbers] == sorted(page.index(number) for number in numbers)
    assert page.index(numbers[1]) < page.index("在等别人的") < page.index(numbers[2])
    assert "已超期1件" in page
    assert "停表" in page
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get("/work/")
    for _i in range(5):
        classified(opened().matter, MONDAY)
    with CaptureQueriesContext(connection) as many:
        browser.get("/work/")
    assert len(few) == len(many)


def photo() -> bytes:
    out = io.BytesIO()
    tags = Image.Exif()
    tags[0x010E] = "PLANTED-GPS"
    Image.new("RGB", (60, 40), (9, 90, 94)).save(out, "JPEG", exif=tags)
    return out.getvalue()


def test_a_photo_goes_in_bare_rests_sealed_and_comes_out_as_a_download(
    signed_in: SignIn, clock_at: SetClock
) -> None:
    new = opened()
    classified(new.matter, MONDAY)
    must(services.act(new.matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    clock_at(MONDAY + HOUR)
    browser = signed_in(Cast.housing)
    url = f"/matter/{new.number}/handle/"
    page = browser.get(url)
    typed = {
        "do": option_of(page, "办了，答复"),
        "doc:reply:done": "换了主板",
        "doc:reply:remedy": "可以要求复核",
        "doc:reply:evidence": SimpleUploadedFile("../住户 王某.jpg", photo(), "text/html"),
        "seen_n": form_of(page)["seen_n"][0],
    }
    assert browser.post(url, typed).status_code == 302
    attachment = Attachment.objects.get()
    entry = ledger.chain(new.matter)[-1].entry
    assert f"reply/{attachment.id}" in entry.closed
    (sealed,) = folder_of(new.matter).iterdir()
    assert b"JFIF" not in sealed.read_bytes()
    assert b"\xff\xd8\xff" not in sealed.read_bytes()
    shown = browser.get(f"/matter/{new.number}/")
    assert "住户 王某.jpg" in text_of(shown)
    answer = browser.get(f"/matter/{new.number}/file/{attachment.id}/")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "image/jpeg"
    assert b"PLANTED" not in answer.content
    with Image.open(io.BytesIO(answer.content)) as image:
        assert image.size == (60, 40)
    arbiter = signed_in(Cast.arbiter)
    assert arbiter.get(f"/matter/{new.number}/file/{attachment.id}/").status_code == 403
    assert browser.get(f"/matter/{new.number}/file/{'0' * 16}/").status_code == 403


@pytest.mark.parametrize(
    "data,says",
    [(b"<html>", "文件内容"), (b"\xff\xd8\xff broken", "打不开"), (b"", "空的")],
)
def test_a_lying_or_broken_upload_is_400_with_the_reason_at_the_field(
    data: bytes, says: str, signed_in: SignIn, clock_at: SetClock
) -> None:
    new = opened()
    classified(new.matter, MONDAY)
    must(services.act(new.matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    clock_at(MONDAY + HOUR)
    browser = signed_in(Cast.housing)
    url = f"/matter/{new.number}/handle/"
    page = browser.get(url)
    typed = {
        "do": option_of(page, "办了，答复"),
        "doc:reply:done": "换了主板",
        "doc:reply:remedy": "可以要求复核",
        "doc:reply:evidence": SimpleUploadedFile("photo.jpg", data, "image/jpeg"),
    }
    answer = browser.post(url, typed)
    assert answer.status_code == 400
    assert says in text_of(answer)
    assert "换了主板" in text_of(answer)
    assert not Attachment.objects.exists()
    assert not folder_of(new.matter).exists()


def test_an_extension_is_asked_for_on_one_page_and_approved_on_another(
    signed_in: SignIn, clock_at: SetClock
) -> None:
    new = opened()
    classified(new.matter, MONDAY)
    must(services.act(new.matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    note = {"extension_note": {"reason": "要等配件", "done_so_far": "已经拆下检查"}}
    must(services.act(new.matter, "handle", "extend", documents=note, actor=Cast.housing, at=MONDAY))
    clock_at(MONDAY + HOUR)
    browser = signed_in(Cast.coordinator)
    url = f"/matter/{new.number}/handle/"
    page = browser.get(url)
    assert "要等配件" in text_of(page)
    typed = {"do": option_of(page, "批准：申请延期"), "seen_n": form_of(page)["seen_n"][0]}
    assert browser.post(url, typed).status_code == 302
    assert ledger.chain(new.matter)[-1].entry.event == "approved"


def test_every_page_is_complete_in_english(
    signed_in: SignIn, clock_at: SetClock, assert_valid_html: Callable[[Any], None]
) -> None:
    new = opened()
    classified(new.matter, MONDAY)
    must(services.act(new.matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
    answered(new.matter, MONDAY + HOUR)
    clock_at(MONDAY + 2 * HOUR)
    browser = signed_in(Cast.intake, Cast.reviewer)
    browser.cookies["minsheng_language"] = "en"
    for path in (f"/matter/{new.number}/", f"/matter/{new.number}/why/verdict/", "/work/", "/work/start/"):
        answer = browser.get(path)
        assert_valid_html(answer.content)
        page = text_of_main(answer)
        for said in (WORDS, *REPLY["reply"].values(), new.number, "中文", "云溪", "桂花里3栋", "年", "照片"):
            page = page.replace(said, "")
        page = page.replace(WORDS.replace("\r\n", "\n"), "")
        left = re.findall(r"[\u4e00-\u9fff]+", page)
        assert not left, (path, left)


def test_anybody_may_begin_what_residents_begin_and_comes_back_with_a_handle(
    client: Client,
    clock_at: SetClock,
    assert_valid_html: Callable[[Any], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock_at(MONDAY)
    page = client.get("/matter/start/resident-request/")
    assert page.status_code == 200
    assert_valid_html(page.content)
    answer = client.post("/matter/start/resident-request/", {"doc:original:words": WORDS})
    assert answer.status_code == 302
    assert re.fullmatch(r"/mine/[\w-]+/matter/", answer["Location"])
    mine = client.get(answer["Location"])
    assert_valid_html(mine.content)
    assert "催一催" in text_of(mine)
    assert "原话" in text_of(mine)
    urge = client.get(answer["Location"] + "also/urged/")
    assert urge.status_code == 200
    assert client.post(answer["Location"] + "also/urged/", {"seen_n": "0"}).status_code == 302
    stranger = Client()
    assert stranger.get(answer["Location"]).status_code == 403
    assert stranger.get(answer["Location"] + "also/urged/").status_code == 403
    assert client.get("/matter/start/nothing/").status_code == 404


def test_nobody_comes_in_without_signing_in(client: Client) -> None:
    new = opened()
    for path in ("/work/", "/work/start/", f"/matter/{new.number}/", f"/matter/{new.number}/classify/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert "login" in answer["Location"]
