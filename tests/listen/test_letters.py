"""Every step is told, on the page and by mail; a dead mail server loses nothing, nothing is said twice."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from minsheng.kernel.procedure.model import End
from minsheng.kernel.words import Text
from minsheng.ledger import queries as ledger
from minsheng.listen import handlers, privacy
from minsheng.listen.models import Filing, Letter, MailLink
from minsheng.listen.rules import wording
from minsheng.listen.rules.contact import Contact
from minsheng.listen.rules.wording import Told
from minsheng.listen.rules.written import Written
from minsheng.listen.services import letters
from minsheng.listen.services.filing import Receipt, submit_request
from minsheng.listen.testing import text_of
from minsheng.matter import services
from minsheng.matter.testing import DAY, HOUR, MONDAY, Cast, answered, classified, must

SetClock = Callable[[datetime], None]
ADDRESS = "xiuying@example.org"


class DeadServer(BaseEmailBackend):
    """A mail server that is not there."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError("connection refused")


class RefusingServer(BaseEmailBackend):
    """A mail server that knows nobody of that name."""

    def send_messages(self, email_messages: Any) -> int:
        raise smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user")})


def filed(
    at: datetime = MONDAY, *, email: str = ADDRESS, language: str = "zh-hans", words: str = "电梯坏了"
) -> str:
    answer = submit_request(Written(words=words, contact=Contact(email=email)), at=at, language=language)
    assert isinstance(answer, Receipt), answer
    return answer.matter


def hand_on(matter: str, now: datetime) -> None:
    """What the worker does: every entry to the handler, twice, for it must not matter."""
    for recorded in ledger.chain(matter) * 2:
        handlers.note_letters(recorded, now)


def kinds(matter: str) -> list[str]:
    return list(Letter.objects.filter(matter=matter).order_by("n", "id").values_list("kind", flat=True))


def subjects() -> list[str]:
    return [message.subject for message in mail.outbox]


@pytest.fixture
def matter(town: Any) -> str:
    return filed()


def test_the_filing_is_acknowledged_by_mail_in_its_language(matter: str) -> None:
    hand_on(matter, MONDAY)
    assert letters.send_due(MONDAY) == 1
    (message,) = mail.outbox
    assert message.to == [ADDRESS]
    assert message.subject.startswith("收到您说的事了 · 云溪2026-")
    assert "最晚3月2日（星期一）13:30看完、定下归谁" in message.body
    assert letters.send_due(MONDAY) == 0


def test_who_filed_in_english_is_written_to_in_english(town: Any) -> None:
    matter = filed(language="en")
    classified(matter, MONDAY + HOUR)
    hand_on(matter, MONDAY + HOUR)
    letters.send_due(MONDAY + HOUR)
    (message,) = mail.outbox
    assert not re.search("[一-鿿]", message.body.replace("云溪", ""))
    assert "They have to answer you by Mon 9 Mar." in message.body


def test_several_letters_due_at_once_go_as_one(matter: str) -> None:
    classified(matter, MONDAY + HOUR)
    hand_on(matter, MONDAY + HOUR)
    assert kinds(matter) == ["received", "dispatched"]
    assert letters.send_due(MONDAY + HOUR) == 2
    (message,) = mail.outbox
    assert message.subject.startswith("派给了市住房和城乡建设局（另有1条） · ")
    assert message.body.count("/mine/letter/?t=") == 1
    assert "您的事由市住房和城乡建设局办。3月9日（星期一）前必须答复您。" in message.body


def test_a_letter_carries_no_word_of_the_resident_s_nor_of_an_officer_s(town: Any) -> None:
    matter = filed(words="标记一二三")
    classified(matter, MONDAY + HOUR)
    services.tick(MONDAY + 3 * DAY)
    answered(matter, MONDAY + 3 * DAY)
    hand_on(matter, MONDAY + 3 * DAY)
    letters.send_due(MONDAY + 3 * DAY)
    (message,) = mail.outbox
    assert "标记一二三" not in message.body
    assert "主板" not in message.body


def test_the_link_in_a_letter_opens_the_matter_and_nothing_else(matter: str, clock_at: SetClock) -> None:
    hand_on(matter, MONDAY)
    letters.send_due(MONDAY)
    link = re.search(r"https?://[^/]+(/mine/letter/\?t=\S+)", str(mail.outbox[0].body))
    assert link is not None
    answer = Client().get(link[1])
    assert answer.status_code == 303
    assert MailLink.objects.get().matter == matter
    assert MailLink.objects.get().expires_at == MONDAY + timedelta(days=30)


def test_without_an_address_every_letter_stands_on_the_page_alone(town: Any) -> None:
    matter = filed(email="")
    hand_on(matter, MONDAY)
    assert kinds(matter) == ["received"]
    assert letters.send_due(MONDAY + DAY) == 0
    assert mail.outbox == []


def test_the_whole_walk_is_told(matter: str) -> None:
    at = MONDAY + HOUR
    classified(matter, at)
    at = MONDAY + 2 * DAY
    services.tick(at)  # silence: accepted
    must(
        services.act(
            matter,
            "handle",
            "ask",
            documents={"question": {"question": "几号楼？"}},
            actor=Cast.housing,
            at=at,
        )
    )
    resident = Cast.resident(matter)
    must(
        services.act(
            matter, "handle", "answer", documents={"answer": {"words": "6栋"}}, actor=resident, at=at + HOUR
        )
    )
    note = {"extension_note": {"reason": "配件没到", "done_so_far": "拆下来了"}}
    must(services.act(matter, "handle", "extend", documents=note, actor=Cast.housing, at=at + HOUR))
    must(services.act(matter, "handle", "extend", event="approved", actor=Cast.coordinator, at=at + 2 * HOUR))
    must(
        services.act(
            matter, "handle", "tell", documents={"progress": {"did": "在修"}}, actor=Cast.housing, at=at + DAY
        )
    )
    late = MONDAY + 40 * DAY
    services.tick(late)
    answered(matter, late)
    must(services.act(matter, "verdict", "not", actor=resident, at=late + HOUR))
    services.tick(late + 3 * DAY)
    answered(matter, late + 3 * DAY, actor=Cast.housing_too)
    must(services.act(matter, "verdict", "solved", actor=resident, at=late + 4 * DAY))
    hand_on(matter, late + 4 * DAY)
    told = kinds(matter)
    wanted = [
        "received",
        "dispatched",
        "accepted_by_silence",
        "asked",
        "extended",
        "told",
        "silent",
        "late",
        "replied",
        "reopened",
        "replied",
        "ended",
    ]
    assert _in_order(wanted, told), told
    assert letters.send_due(late + 4 * DAY) == len(told)
    assert len(mail.outbox) == 1


def _in_order(wanted: Iterable[str], found: Iterable[str]) -> bool:
    rest = iter(found)
    return all(any(one == here for here in rest) for one in wanted)


def test_an_extension_is_told_when_it_is_approved_and_not_before(matter: str) -> None:
    classified(matter, MONDAY + HOUR)
    at = MONDAY + 2 * DAY
    services.tick(at)
    note = {"extension_note": {"reason": "配件没到", "done_so_far": "拆下来了"}}
    must(services.act(matter, "handle", "extend", documents=note, actor=Cast.housing, at=at))
    hand_on(matter, at)
    assert "extended" not in kinds(matter)
    must(services.act(matter, "handle", "extend", event="approved", actor=Cast.coordinator, at=at + HOUR))
    hand_on(matter, at + HOUR)
    assert "extended" in kinds(matter)
    letters.send_due(at + HOUR)
    assert "新的日期是3月23日（星期一）" in mail.outbox[0].body


def test_silence_is_said_as_it_is(matter: str) -> None:
    classified(matter, MONDAY + HOUR)
    services.tick(MONDAY + 10 * DAY)
    hand_on(matter, MONDAY + 10 * DAY)
    assert {"silent", "late"} <= set(kinds(matter))
    letters.send_due(MONDAY + 10 * DAY)
    body = mail.outbox[0].body
    assert "自3月2日（星期一）以来没有任何进展" in body
    assert "应于3月9日（星期一）前做完“办理”，没有做到" in body
    assert "报到市政府督查室" in body


def test_the_end_names_its_kind_and_the_window_to_contest(matter: str) -> None:
    guidance = {"guidance": {"reason": "要走法院", "remedy": "可以提出异议"}}
    must(
        services.act(
            matter, "classify", "other_channel", documents=guidance, actor=Cast.intake, at=MONDAY + HOUR
        )
    )
    hand_on(matter, MONDAY + HOUR)
    assert kinds(matter) == ["received", "ended", "contest"]
    letters.send_due(MONDAY + HOUR)
    assert "不算“解决了”" in mail.outbox[0].body
    assert "到4月1日（星期三），在页面上写一句为什么就行" in mail.outbox[0].body


def test_silence_of_the_resident_is_told_as_unknown(matter: str) -> None:
    classified(matter, MONDAY + HOUR)
    services.tick(MONDAY + 2 * DAY)
    answered(matter, MONDAY + 2 * DAY)
    end = MONDAY + 12 * DAY
    services.tick(end)
    hand_on(matter, end)
    letters.send_due(end)
    assert "记为“不知道”：不算解决，也不算满意" in mail.outbox[0].body


# reminders


@pytest.fixture
def waiting(matter: str) -> str:
    """Answered on Wednesday 4 March; the resident has until Wednesday 11 March."""
    classified(matter, MONDAY + HOUR)
    services.tick(MONDAY + 2 * DAY)
    answered(matter, MONDAY + 2 * DAY)
    hand_on(matter, MONDAY + 2 * DAY)
    letters.send_due(MONDAY + 2 * DAY)
    mail.outbox.clear()
    return matter


def test_reminders_go_three_days_and_one_day_before(waiting: str) -> None:
    assert str(Filing.objects.get().waits_until) == "2026-03-11"
    sent = {}
    for n in range(3, 12):
        for hour in (0, 5):
            sent[n] = sent.get(n, 0) + handlers.send_letters(MONDAY + n * DAY + hour * HOUR)
    assert {n for n, count in sent.items() if count} == {6, 8}
    assert [subject.split(" · ")[0] for subject in subjects()] == [
        "还有3天：办好了没有，您说",
        "还有1天：办好了没有，您说",
    ]
    assert "您不说，就记为“没有说”" in mail.outbox[0].body


def test_a_worker_that_stood_still_sends_the_nearest_reminder_only(waiting: str) -> None:
    assert handlers.send_letters(MONDAY + 8 * DAY) == 1
    assert kinds(waiting)[-1] == "reminder_1"
    assert "reminder_3" not in kinds(waiting)


def test_who_has_spoken_is_not_reminded(waiting: str) -> None:
    must(services.act(waiting, "verdict", "solved", actor=Cast.resident(waiting), at=MONDAY + 3 * DAY))
    hand_on(waiting, MONDAY + 3 * DAY)
    assert Filing.objects.get().waits_until is None
    assert letters.remind(MONDAY + 6 * DAY) == 0


def test_a_reminder_that_waited_in_a_dead_server_is_dropped_when_it_is_pointless(
    waiting: str,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("minsheng.listen.services.letters.get_connection", DeadServer)
        handlers.send_letters(MONDAY + 6 * DAY)
    must(services.act(waiting, "verdict", "solved", actor=Cast.resident(waiting), at=MONDAY + 6 * DAY + HOUR))
    hand_on(waiting, MONDAY + 6 * DAY + HOUR)
    letters.send_due(MONDAY + 7 * DAY)
    assert "还有" not in mail.outbox[0].subject
    assert Letter.objects.get(kind="reminder_3").trouble == "too_late"


@pytest.mark.parametrize(
    ("left", "kind"),
    [(-1, None), (0, "reminder_1"), (1, "reminder_1"), (2, "reminder_3"), (3, "reminder_3"), (4, None)],
)
def test_a_reminder_is_due_in_the_last_days_only(waiting: str, left: int, kind: str | None) -> None:
    Filing.objects.update(waits_until=MONDAY.date() + timedelta(days=left))
    assert letters.remind(MONDAY) == (kind is not None)
    assert letters.remind(MONDAY) == 0
    assert list(Letter.objects.filter(kind__startswith="reminder").values_list("kind", flat=True)) == [
        kind
    ] * (kind is not None)


def test_a_round_of_the_worker_costs_nothing_when_nothing_is_due(
    waiting: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        assert handlers.send_letters(MONDAY + 3 * DAY) == 0
        assert handlers.sweep(MONDAY + 3 * DAY) == 0


# trouble


def test_a_dead_mail_server_loses_nothing_and_is_tried_again_later_and_later(
    matter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_on(matter, MONDAY)
    tries = []
    at = MONDAY
    with monkeypatch.context() as dead:
        dead.setattr("minsheng.listen.services.letters.get_connection", DeadServer)
        for _ in range(12):
            assert letters.send_due(at) == 0
            letter = Letter.objects.get()
            assert letter.trouble == "mail_server"
            assert letter.try_at is not None
            assert letters.send_due(letter.try_at - timedelta(seconds=1)) == 0
            tries.append(letter.try_at - at)
            at = letter.try_at
    assert tries[:4] == [timedelta(minutes=n) for n in (1, 2, 4, 8)]
    assert max(tries) == timedelta(hours=6)
    assert letters.send_due(at) == 1
    assert len(mail.outbox) == 1


def test_an_address_that_is_refused_for_good_is_given_up_and_said_so(
    matter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_on(matter, MONDAY)
    monkeypatch.setattr("minsheng.listen.services.letters.get_connection", RefusingServer)
    for n in range(8):
        letters.send_due(MONDAY + n * DAY)
    letter = Letter.objects.get()
    assert letter.try_at is None
    assert letter.n_tries == letters.GIVE_UP_AFTER
    assert letter.trouble == "address_refused"


def test_a_worker_that_dies_while_sending_leaves_the_letter_to_the_next(
    matter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_on(matter, MONDAY)

    class Dies(BaseEmailBackend):
        def send_messages(self, email_messages: Any) -> int:
            raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr("minsheng.listen.services.letters.get_connection", Dies)
        with pytest.raises(SystemExit):
            letters.send_due(MONDAY)
    assert letters.send_due(MONDAY + timedelta(minutes=1)) == 0  # still in the dead one's hands
    assert letters.send_due(MONDAY + letters.IN_HAND) == 1


def test_the_page_says_what_was_sent_and_what_was_not(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from minsheng.listen.testing import file_request, matter_of

    handle = file_request(browser, email=ADDRESS)
    matter = matter_of(browser, handle)
    hand_on(matter, MONDAY)
    assert "邮件还没发出去" in text_of(browser.get(f"/mine/{handle}/"))
    letters.send_due(MONDAY)
    said = text_of(browser.get(f"/mine/{handle}/"))
    assert "也发到了您的邮箱" in said
    assert "收到您说的事了" in said
    assert "发信的机器用您的邮箱发了1条" in said


def test_a_staff_matter_without_a_filing_is_told_to_nobody(town: Any) -> None:
    from minsheng.matter.testing import opened

    other = opened().matter
    hand_on(other, MONDAY)
    assert not Letter.objects.exists()


def test_erasing_removes_letters_links_and_mails_in_a_folder(
    matter: str, settings: Any, tmp_path: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "outbox")
    other = filed(words="另一件", email="other@example.org")
    for one in (matter, other):
        hand_on(one, MONDAY)
    assert letters.send_due(MONDAY) == 2
    assert len(list((tmp_path / "outbox").iterdir())) == 2
    assert privacy.erase(matter) == 4
    (left,) = (tmp_path / "outbox").iterdir()
    assert "other@example.org" in left.read_text()
    assert [letter.matter for letter in Letter.objects.all()] == [other]
    assert privacy.erase(matter) == 0


# wording


@pytest.mark.parametrize("kind", sorted(wording._WORDING))
@pytest.mark.parametrize("end", list(End))
def test_every_letter_has_words_in_both_languages(kind: Any, end: End) -> None:
    told = Told(
        kind,
        "云溪2026-1",
        lambda value: Text("某日", "some day"),
        body=Text("市住建局", "Housing"),
        limit=MONDAY.date(),
        was_due=MONDAY.date(),
        since=MONDAY.date(),
        days_left=3,
        step=Text("办理", "handle"),
        outcome=Text("完成", "done"),
        lapses_as=Text("没有说", "no word"),
        end=end,
    )
    for variant in (told, Told(kind, "云溪2026-1", lambda value: Text("某日", "some day"), end=end)):
        message = wording.message(variant)
        for text in (message.subject, *message.sentences):
            assert text.zh
            assert text.en
            assert not re.search("[一-鿿]", text.en.replace("云溪", ""))
            assert not re.search("请|感谢|！", text.zh)
