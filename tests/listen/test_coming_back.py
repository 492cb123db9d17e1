"""Back to one's own matter: by code, by letter; forged, guessed, replayed and stolen keys open nothing."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client

from minsheng.ledger import keys
from minsheng.listen.models import Filing, MailLink
from minsheng.listen.rules import follow_code
from minsheng.listen.services import codes, links
from minsheng.listen.testing import code_on, file_request, handle_of, matter_of, text_of
from minsheng.matter import queries as matters
from minsheng.matter.testing import DAY, MONDAY

SetClock = Callable[[datetime], None]


@pytest.fixture
def handle(browser: Client) -> str:
    return file_request(browser)


@pytest.fixture
def code(browser: Client, handle: str) -> str:
    return code_on(browser.get(f"/mine/{handle}/receipt/"))


def test_the_code_opens_the_page_in_any_browser(browser: Client, handle: str, code: str) -> None:
    elsewhere = Client()
    typed = " ".join(follow_code.groups(code)).lower().replace("0", "o")
    answer = elsewhere.post("/mine/", {"code": typed})
    assert answer.status_code == 303
    other = handle_of(answer["Location"])
    assert other != handle
    page = elsewhere.get(answer["Location"])
    assert page.status_code == 200
    assert "电梯坏到今天" in text_of(page)


def test_the_code_never_stands_in_an_address(browser: Client, code: str) -> None:
    elsewhere = Client()
    answer = elsewhere.post("/mine/", {"code": code})
    assert code not in answer["Location"]
    page = elsewhere.get(answer["Location"])
    assert code not in page.content.decode()
    assert page["Referrer-Policy"] in ("no-referrer", "same-origin")
    assert page["Cache-Control"] == "no-store"


def test_a_code_in_the_query_opens_nothing(browser: Client, code: str) -> None:
    page = Client().get("/mine/", {"code": code})
    assert page.status_code == 200
    assert f'value="{code}"' not in page.content.decode()
    assert "电梯坏到今天" not in text_of(page)


def test_the_qr_holds_the_code_in_the_fragment(browser: Client, handle: str, code: str) -> None:
    from minsheng.listen.pages.receipt import receipt

    view = matters.get(matter_of(browser, handle), MONDAY)
    assert view is not None
    page = receipt(view, None, code, fields=frozenset(), allowed=frozenset(), handle=handle)
    assert page.qr == f"{django_settings.MINSHENG_URL}/mine/#{code}"


def test_a_handle_opens_nothing_in_another_browser(browser: Client, handle: str) -> None:
    for page in ("", "receipt/", "proof/", "seeing/", "add/", "urge/", "withdraw/", "answer/", "object/"):
        answer = Client().get(f"/mine/{handle}/{page}")
        assert answer.status_code == 403, page
        assert "查询码" in text_of(answer)


def test_a_handle_of_one_matter_opens_no_other(browser: Client, handle: str) -> None:
    stranger = Client()
    file_request(stranger, "别人的事")
    assert stranger.get(f"/mine/{handle}/").status_code == 403
    assert browser.get(f"/mine/{handle[:-1]}x/").status_code == 403


def test_a_slip_of_the_pen_is_told_calmly_and_does_not_count(browser: Client, code: str) -> None:
    wrong = code[:3] + ("A" if code[3] != "A" else "B") + code[4:]
    for _ in range(15):
        answer = browser.post("/mine/", {"code": wrong})
        assert answer.status_code == 422
        assert "对一下有没有抄错" in text_of(answer)
    assert browser.post("/mine/", {"code": code}).status_code == 303


@pytest.mark.parametrize("typed", ["", " "])
def test_no_code_says_what_to_do(browser: Client, typed: str) -> None:
    answer = browser.post("/mine/", {"code": typed})
    assert answer.status_code == 400
    assert "把回执上的查询码写在这里" in text_of(answer)


def test_ten_guesses_an_hour_and_then_a_pause(browser: Client, code: str, clock_at: SetClock) -> None:
    guesser = Client()
    statuses = [guesser.post("/mine/", {"code": follow_code.code_of(n)}).status_code for n in range(12)]
    assert statuses == [422] * 10 + [429] * 2
    assert guesser.post("/mine/", {"code": code}).status_code == 429
    clock_at(MONDAY + timedelta(hours=1))
    assert guesser.post("/mine/", {"code": code}).status_code == 303


def test_guesses_from_many_addresses_are_limited_together(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minsheng.listen.views.coming_back.TRIES_EVERYWHERE", 20)
    statuses = [
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/mine/", {"code": follow_code.code_of(n)}).status_code
        for n in range(25)
    ]
    assert statuses == [422] * 20 + [429] * 5


def test_the_right_code_opens_while_others_guess(
    browser: Client, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minsheng.listen.views.coming_back.TRIES_EVERYWHERE", 1)
    for n in range(5):
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/mine/", {"code": follow_code.code_of(n)})
    assert Client(REMOTE_ADDR="10.9.9.9").post("/mine/", {"code": code}).status_code == 303


def test_a_forged_address_header_does_not_give_more_guesses(browser: Client) -> None:
    statuses = [
        Client(HTTP_X_FORWARDED_FOR=f"1.2.3.{n}").post("/mine/", {"code": follow_code.code_of(n)}).status_code
        for n in range(11)
    ]
    assert statuses[-1] == 429


def test_an_old_pepper_still_opens_and_is_replaced(browser: Client, code: str) -> None:
    before = Filing.objects.get()
    keys.add_version(django_settings.MINSHENG_KEY_DIR, "receipt_pepper")
    try:
        assert codes.find(code) == before.matter
        after = Filing.objects.get()
        assert after.pepper == before.pepper + 1
        assert after.code_hash != before.code_hash
        assert codes.find(code) == before.matter
    finally:
        (django_settings.MINSHENG_KEY_DIR / f"receipt_pepper.{before.pepper + 1}").unlink()
        keys.forget()


def test_a_session_laid_ready_by_somebody_else_does_not_come_in(browser: Client, code: str) -> None:
    victim = Client()
    victim.get("/mine/")
    session = victim.session
    session["x"] = 1
    session.save()
    laid = session.session_key
    victim.cookies[django_settings.SESSION_COOKIE_NAME] = laid
    victim.post("/mine/", {"code": code})
    assert victim.cookies[django_settings.SESSION_COOKIE_NAME].value != laid
    assert not Session.objects.filter(session_key=laid).exists()


def test_the_receipt_can_be_printed_again_until_it_is_closed(browser: Client, handle: str, code: str) -> None:
    assert code_on(browser.get(f"/mine/{handle}/receipt/")) == code
    assert browser.post(f"/mine/{handle}/leave/").status_code == 303
    assert browser.get(f"/mine/{handle}/receipt/").status_code == 403
    again = handle_of(browser.post("/mine/", {"code": code})["Location"])
    page = browser.get(f"/mine/{again}/receipt/")
    assert page.status_code == 200
    assert code not in page.content.decode()
    assert "再也印不出来" in text_of(page)


def test_codes_and_tokens_reach_no_log(
    browser: Client, code: str, handle: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = links.make(matter_of(browser, handle), links.FOLLOW, MONDAY)
    Client().post("/mine/", {"code": code})
    Client().get("/mine/letter/", {"t": token})
    Client().get("/mine/letter/", {"t": token + "x"})
    for record in caplog.records:
        assert code not in record.getMessage()
        assert token not in record.getMessage()


# letters' links


@pytest.fixture
def token(browser: Client, handle: str) -> str:
    return links.make(matter_of(browser, handle), links.VERDICT, MONDAY)


def test_a_link_in_a_letter_opens_its_matter_and_records_nothing(
    browser: Client, handle: str, token: str
) -> None:
    matter = matter_of(browser, handle)
    before = matters.get(matter, MONDAY)
    reader = Client()
    answer = reader.get("/mine/letter/", {"t": token})
    assert answer.status_code == 303
    assert token not in answer["Location"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Location"].endswith("/#say")
    assert reader.get(answer["Location"]).status_code == 200
    after = matters.get(matter, MONDAY)
    assert before is not None
    assert after is not None
    assert len(after.chain) == len(before.chain)


def test_a_mail_scanner_that_fetches_every_link_breaks_nothing(token: str) -> None:
    assert [Client().get("/mine/letter/", {"t": token}).status_code for _ in range(3)] == [303] * 3


def test_a_link_posted_to_does_nothing(token: str) -> None:
    assert Client().post("/mine/letter/", {"t": token}).status_code == 405


@pytest.mark.parametrize("change", ["", "x", "longer"])
def test_a_forged_link_opens_nothing(token: str, change: str) -> None:
    forged = {"": "", "x": token[:-1] + ("x" if token[-1] != "x" else "y"), "longer": token * 9}[change]
    answer = Client().get("/mine/letter/", {"t": forged})
    assert answer.status_code == 403
    assert "这个链接不能用了" in text_of(answer)


def test_a_link_replayed_after_thirty_days_opens_nothing(token: str, clock_at: SetClock) -> None:
    clock_at(MONDAY + 29 * DAY)
    assert Client().get("/mine/letter/", {"t": token}).status_code == 303
    clock_at(MONDAY + 30 * DAY)
    assert Client().get("/mine/letter/", {"t": token}).status_code == 403
    assert links.sweep(MONDAY + 30 * DAY) == 1


def test_the_resident_can_end_every_link_that_was_ever_sent(browser: Client, handle: str, token: str) -> None:
    assert browser.post(f"/mine/{handle}/leave/", {"links": "1"}).status_code == 303
    assert Client().get("/mine/letter/", {"t": token}).status_code == 403


def test_only_a_hash_of_the_token_is_stored(token: str) -> None:
    assert token not in repr(MailLink.objects.get().__dict__)
    assert re.fullmatch("[0-9a-f]{64}", MailLink.objects.get().token_hash)


def test_an_erased_matter_says_so(browser: Client, handle: str, token: str, code: str) -> None:
    from minsheng.site import wiring

    matter = matter_of(browser, handle)
    assert wiring.erase(matter) > 0
    answer = browser.get(f"/mine/{handle}/")
    assert answer.status_code == 404
    assert "已经删除" in text_of(answer)
    assert Client().get("/mine/letter/", {"t": token}).status_code == 403
    assert Client().post("/mine/", {"code": code}).status_code == 422


def test_the_page_for_the_code_stands_in_both_languages(
    browser: Client, assert_valid_html: Callable[[Any], None]
) -> None:
    assert_valid_html(browser.get("/mine/").content)
    browser.cookies["minsheng_language"] = "en"
    page = browser.get("/mine/")
    assert_valid_html(page.content)
    assert "Follow code" in text_of(page)
    main = page.content.decode().split("<main")[1].split("</main>")[0]
    assert not re.search("[一-鿿]", main)
