"""What rests on the disk, goes out by mail or is written into logs: nothing of it can be read."""

from __future__ import annotations

import email
import json
import re
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from minsheng.listen.models import MailLink
from minsheng.listen.services import links
from minsheng.listen.services.sealed import token_hash
from tests.separation import storage
from tests.separation.cast import everybody
from tests.separation.conftest import Planted

pytestmark = pytest.mark.django_db
LINK = re.compile(r"/mine/letter/\?t=([\w-]+)")


def letters(folder: Path) -> list[EmailMessage]:
    """Every mail in the outbox."""
    found = []
    for path in sorted((folder / "data" / "outbox").glob("*.log")):
        for text in path.read_text("utf-8").split("-" * 79 + "\n"):
            if text.strip():
                message = email.message_from_string(text, policy=default)
                assert isinstance(message, EmailMessage)
                found.append(message)
    return found


def test_no_table_no_file_and_no_log_holds_anything_in_the_clear(planted: Planted) -> None:
    town, folder = planted.town, planted.folder
    everybody(town)
    places = [
        *storage.database(),
        *storage.files(folder / "data" / "media", folder / "data" / "log", folder / "state"),
        *(("a line of the log", line.encode()) for line in planted.logged),
    ]
    assert len(places) > 50
    found = [f"{mark} in {name}" for name, data in places for mark in town.marks.in_(data)]
    found += [
        f"{town.marks.secrets[text]} in {name}"
        for name, data in places
        for text in town.marks.secrets
        if text.encode() in data and not town.marks.secrets[text].startswith("session of")
    ]
    assert not found, "\n".join(found[:40])


def test_a_town_that_was_never_written_to_would_fail_these_searches(planted: Planted) -> None:
    """The searches look where things are: the numbers of all matters are found in the database."""
    stored = b"".join(data for _, data in storage.database())
    assert all(matter.number.encode() in stored for matter in planted.town.matters.values())
    attachments = list(storage.files(planted.folder / "data" / "media" / "attachments"))
    assert len(attachments) > 30


def test_a_letter_carries_no_word_no_name_and_no_code(planted: Planted) -> None:
    town = planted.town
    found = letters(planted.folder)
    assert len(found) >= 20
    addresses = {f"{matter.mail}@home.example": matter for matter in town.matters.values()}
    for letter in found:
        matter = addresses[str(letter["To"])]
        assert letter["Cc"] is None
        assert letter["Bcc"] is None
        assert matter.number in str(letter["Subject"])
        del letter["To"]
        said = f"{letter.as_string()}\n{letter['Subject']}\n{letter.get_content()}".encode()
        assert list(town.marks.in_(said)) == []
        assert town.marks.secrets_in(said) == []
        assert len(set(LINK.findall(said.decode()))) == 1
        for other in town.matters.values():
            assert other is matter or not re.search(rf"{other.number}(?!\d)", said.decode())


def test_a_link_in_a_letter_opens_one_matter_and_records_nothing(planted: Planted) -> None:
    town = planted.town
    letter = next(one for one in letters(planted.folder) if town.matters["replied"].number in one["Subject"])
    (token,) = set(LINK.findall(letter.get_content()))
    stored = b"".join(data for _, data in storage.database())
    assert token.encode() not in stored
    before = storage.n_rows()
    client = Client()
    answer = client.get(f"/mine/letter/?t={token}")
    assert answer.status_code == 303
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert token not in answer["Location"]
    assert storage.n_rows() == before
    page = client.get(answer["Location"])
    assert town.matters["replied"].number in page.content.decode()
    assert not [one for one in town.matters.values() if f">{one.number}<" in page.content.decode()][1:]
    for other in ("/mine/", "/request/", f"/mine/{token}/"):
        assert town.matters["replied"].number not in Client().get(other).content.decode()
    assert Client().post("/mine/", {"code": token}).status_code in (400, 422)
    assert Client().post(f"/mine/letter/?t={token}").status_code == 405
    assert Client().get(f"/mine/letter/?t={token[:-1]}").status_code == 403


def test_a_link_ends_after_thirty_days_or_when_its_resident_says_so(planted: Planted) -> None:
    town = planted.town
    matter = town.matters["replied"]
    token = links.make(matter.id, links.VERDICT, town.now)
    assert MailLink.objects.get(token_hash=token_hash(token)).purpose == links.VERDICT
    assert links.find(token, town.now + timedelta(days=29)) is not None
    assert links.find(token, town.now + timedelta(days=30)) is None
    own = next(one for one in everybody(town) if one.mine is matter)
    assert own.client.post(f"/mine/{own.handle}/leave/", {"links": "on"}).status_code == 303
    assert links.find(token, town.now) is None
    assert own.client.get(f"/mine/{own.handle}/").status_code == 403


def test_a_session_names_no_matter_and_nobody_s_contact(planted: Planted) -> None:
    town = planted.town
    people = everybody(town)
    for one in people:
        if one.mine is not None:
            assert one.client.get(f"/mine/{one.handle}/").status_code == 200
    client = Client()
    client.post("/request/", {"words": f"还没写完 {town.marks.word()}"})
    sessions = [json.dumps(session.get_decoded(), default=str) for session in Session.objects.all()]
    assert len(sessions) >= len(people) - 1
    for said in sessions:
        assert list(town.marks.in_(said.encode())) == []
        for matter in town.matters.values():
            assert matter.id not in said
            assert matter.number not in said
            assert json.dumps(matter.number)[1:-1] not in said
            assert matter.code not in said
        for one in people:
            assert not one.handle or one.handle not in said


def test_an_unfinished_letter_belongs_to_one_browser(planted: Planted, settings: Any) -> None:
    """A draft of a resident: its own browser reads it, nobody else, and no table, file or log holds it."""
    town = planted.town
    words, name, phone = town.marks.word(), town.marks.word(), "13900179999"
    client = Client()
    assert client.post("/request/", {"words": f"写了一半 {words}"}).status_code == 303
    client.post("/request/place/", {"area": "guihuali", "place": f"6栋 {words}"})
    client.post("/request/contact/", {"name": name[:20], "phone": phone, "email": f"{name}@home.example"})
    mine = client.get("/request/check/").content.decode()
    assert words in mine
    assert phone in mine
    cookie = client.cookies["minsheng_draft"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    for one in everybody(town):
        for page in ("", "place/", "contact/", "check/"):
            said = one.client.get(f"/request/{page}").content.decode()
            assert words not in said
            assert name not in said
            assert phone not in said
    for place, data in [*storage.database(), *storage.files(Path(settings.MEDIA_ROOT))]:
        for text in (words, name, phone, cookie.value):
            assert text.encode() not in data, place


def test_what_breaks_is_logged_without_what_was_being_read(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A page that breaks while it holds everything: one line says where, none says what."""
    from minsheng.site.logs import NoPersonalData

    town = planted.town
    own = next(one for one in everybody(town) if one.mine is town.matters["replied"])
    said = next(mark.text for mark in town.marks.planted.values() if mark.kind == "spoken")
    code = own.mine.code if own.mine else ""

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError(f"cannot read {said} of {own.mine and own.mine.mail}@home.example, {code}")

    monkeypatch.setattr("minsheng.listen.views.following.pages.follow", broken)
    own.client.raise_request_exception = False
    caplog.handler.addFilter(NoPersonalData())
    with caplog.at_level("INFO"):
        answer = own.client.get(f"/mine/{own.handle}/?t=zzzz")
    assert answer.status_code == 500
    assert "RuntimeError" in caplog.text
    for text in (said, "home.example", code, own.handle, "zzzz"):
        assert text not in caplog.text
        assert text not in answer.content.decode()


def test_every_answer_says_where_it_may_not_be_carried(planted: Planted) -> None:
    """No address of a page goes to another site, no page of a matter rests in a cache."""
    town = planted.town
    own = next(one for one in everybody(town) if one.mine is town.matters["replied"])
    number = town.matters["replied"].number
    for url in (
        f"/mine/{own.handle}/",
        f"/mine/{own.handle}/receipt/",
        f"/matters/{number}/",
        "/work/",
        "/mine/",
    ):
        answer = own.client.get(url)
        assert answer["Referrer-Policy"] in ("same-origin", "no-referrer")
        assert "no-store" in answer["Cache-Control"], url
        assert "default-src 'none'" in answer["Content-Security-Policy"]
        for morsel in answer.cookies.values():
            assert morsel["httponly"]
            assert morsel["samesite"] == "Lax"
