"""Every public page is valid in both languages, without a word of the other; months and titles are right."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from minsheng.ledger import locks
from minsheng.matter.testing import Cast
from minsheng.publish import services
from minsheng.publish.pages import names
from minsheng.publish.testing import Days, number

Read = Callable[..., str]
HAN = re.compile("[\u4e00-\u9fff]+")
PAGES = ("/", "/matters/", "/matters/?body=housing", "/late/", "/figures/", "/log/")
ABOUT = tuple(f"/about/{topic}/" for topic in ("seeing", "machine", "accessibility", "source", "phone"))


def busy(days: Days) -> list[str]:
    """A town with something in every state; the numbers of its matters."""
    solved, silent, told, refused = (days.file(show=i % 2 == 0) for i in range(4))
    for matter in (solved, silent, told):
        days.dispatch(matter)
    for matter in (solved, silent):
        days.answer(matter)
    days.say(solved, "solved")
    note = {"extension_note": {"reason": "要登高车", "done_so_far": "看过现场", "new_date": "2026-03-20"}}
    days.act(told, "handle", "extend", Cast.housing, documents=note)
    guidance = {"guidance": {"reason": "归法院", "channel": "人民法院", "remedy": "可以申请复议"}}
    days.act(refused, "classify", "other_channel", Cast.intake, documents=guidance)
    late = days.file()
    days.dispatch(late)
    days.to(12)
    days.answered()
    stopped, running = days.file(), days.file()
    days.dispatch(stopped)
    days.dispatch(running)
    question = {"question": {"question": "几号坏的"}}
    days.act(stopped, "handle", "ask", Cast.housing, documents=question)
    days.level(days.file(), "withheld")
    days.to(13)
    days.publish()
    return [number(one) for one in (solved, silent, stopped, told, refused, late)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_public_page_is_valid_html(
    days: Days, html: Read, assert_valid_html: Callable[[str], None], language: str
) -> None:
    matters = [f"/matters/{one}/" for one in busy(days)]
    for path in (*PAGES, *ABOUT, *matters, "/figures/2026-03/"):
        assert_valid_html(html(path, language))


@pytest.mark.django_db(transaction=True)
def test_an_english_page_has_chinese_only_in_numbers_and_in_what_people_wrote(days: Days, html: Read) -> None:
    for path in (*PAGES, *ABOUT, *(f"/matters/{one}/" for one in busy(days))):
        page = html(path, "en")
        main = page[page.index("<main") : page.index("</main>")]
        main = re.sub(r"(?s)<(blockquote|dd)[^>]* lang=\"zh-Hans\".*?</\1>", "", main)
        main = re.sub(r"(?s)<p class=\"basis\">.*?</p>", "", main)  # the names of rules are as they are
        left = set(HAN.findall(re.sub(r"<[^>]+>", " ", main))) - {"云溪"}
        assert not left, (path, left)


@pytest.mark.django_db(transaction=True)
def test_no_line_of_an_english_page_begins_with_a_small_letter(days: Days, html: Read) -> None:
    for path in (*PAGES, *(f"/matters/{one}/" for one in busy(days))):
        page = html(path, "en")
        main = page[page.index("<main") : page.index("</main>")]
        for tag in ("h1", "h2", "h3", "dt"):
            for words in re.findall(rf"(?s)<{tag}[^>]*>(.*?)</{tag}>", main):
                plain = re.sub(r"<span class=\"only-heard\">.*?</span>|<[^>]+>", "", words).strip()
                assert not plain[:1].islower(), (path, plain)


@pytest.mark.django_db(transaction=True)
def test_states_in_the_list_say_where_each_matter_stands(days: Days, read: Read) -> None:
    busy(days)
    page = read("/matters/")
    for state in (
        "解决了",
        "等居民说",
        "停表",
        "正在办",
        "依规办结，不算解决",
        "晚4个工作日",
        "后来不再公开",
    ):
        assert state in page, state
    assert "办理停表，等居民回答。" in page
    assert "居民评价，到3月23日（星期一）。" in page


@pytest.mark.django_db(transaction=True)
def test_a_matter_that_only_the_desk_touched_is_the_desks(days: Days, read: Read) -> None:
    matter = days.file()
    days.to(1)
    days.publish()
    assert f"{number(matter)}　受理室" in read("/matters/?body=hotline")


@pytest.mark.django_db
@pytest.mark.usefixtures("town")
def test_standing_texts_have_a_page_each_and_no_others() -> None:
    client = Client()
    assert client.get("/about/nothing/").status_code == 404
    phone = client.get("/about/phone/").content.decode()
    assert "5550-0112" in phone and "110" in phone
    assert "云溪市数据资源中心" in client.get("/about/machine/").content.decode()


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.integers(2000, 2099))
def test_a_month_is_said_with_its_year_unless_it_is_this_one(day: date, year: int) -> None:
    month = f"{day:%Y-%m}"
    with translation.override("zh-hans"):
        zh = names.month_words(month, year)
        assert zh == (f"{day.month}月" if day.year == year else f"{day.year}年{day.month}月")
        assert names.month_short(month, year) == zh
    with translation.override("en"):
        en = names.month_words(month, year)
        assert (str(day.year) in en) == (day.year != year)
        assert names.month_short(month, year) == en[:3] + (f" {day.year}" if day.year != year else "")


def test_what_somebody_wrote_is_marked_with_its_language() -> None:
    assert names.lang_of("The lift is broken") == "en"
    assert names.lang_of("Lift 坏了") == "zh-Hans"


@pytest.mark.django_db(transaction=True)
def test_a_busy_sequencer_puts_the_edition_off_and_loses_nothing(days: Days) -> None:
    days.file()
    days.to(1)
    with locks.held("sequencer"):
        assert services.publish_if_due(days.now) == 0
        assert services.is_due(days.now)
    assert services.publish_if_due(days.now) == 1
    assert not services.is_due(days.now)
