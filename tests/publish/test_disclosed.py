"""The public pages show the last disclosure, of each matter what its level allows, and never the present."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from minsheng.ledger import queries as ledger
from minsheng.people import services as people
from minsheng.publish import queries
from minsheng.publish.models import Edition, PublicMatter
from minsheng.publish.services import publish_if_due
from minsheng.publish.testing import PHONE, WORDS, Days, number

pytestmark = pytest.mark.django_db(transaction=True)

Read = Callable[..., str]
KIND = "住房"


def page_of(matter: str) -> str:
    return f"/matters/{number(matter)}/"


def test_before_the_first_disclosure_nothing_is_shown(days: Days, read: Read) -> None:
    matter = days.answered()
    assert number(matter) not in read("/") + read("/matters/")
    assert Client().get(page_of(matter)).status_code == 404
    assert "还没有公开过" in read("/log/")
    assert "还没有公开过" in read("/figures/")


def test_what_is_done_today_shows_tomorrow_and_not_before(days: Days, read: Read) -> None:
    matter = days.file()
    days.dispatch(matter)
    days.to(1)
    days.publish()
    paths = ["/", "/matters/", "/late/", "/figures/", page_of(matter)]
    before = [read(path) for path in paths]
    days.answer(matter)
    days.say(matter, "solved")
    assert [read(path) for path in paths] == before
    days.to(2)
    assert publish_if_due(days.now) == 1
    assert "居民的结论：解决了" in read(page_of(matter))
    assert "解决了" in read("/matters/")


def test_lateness_is_counted_to_the_disclosed_day_and_not_to_now(days: Days, read: Read) -> None:
    matter = days.file()
    days.dispatch(matter)
    days.to(11)
    days.publish()
    assert number(matter) in read("/matters/") and "晚3个工作日" in read("/late/")
    days.to(14)
    assert "晚3个工作日" in read("/late/")
    days.publish()
    assert "晚4个工作日" in read("/late/")


def test_the_same_day_is_published_once(days: Days) -> None:
    days.file()
    days.to(1)
    assert publish_if_due(days.now) == 1
    assert publish_if_due(days.now) == 0
    days.publish()
    assert Edition.objects.count() == 1


def test_what_the_clock_alone_did_is_shown(days: Days, read: Read) -> None:
    """An entry of the clock does not move the matter's own day, and is on the public page all the same."""
    matter = days.file()
    days.dispatch(matter)
    days.to(1)
    days.publish()
    days.to(9)
    days.publish()
    row = PublicMatter.objects.get(matter=matter)
    assert (row.n_late, row.told_body) == (1, "supervision")
    late = read("/late/")
    assert "市住建局　办理" in late and "已报到督查室。" in late and "自3月2日以来没有任何进展。" in late
    assert "办理晚了1个工作日" in read(page_of(matter))
    assert "过了期限还没做的，1件" in read("/")


def test_lateness_of_an_earlier_round_is_over_and_stays_on_the_page(days: Days, read: Read) -> None:
    from minsheng.matter.testing import Cast

    matter = days.file()
    days.dispatch(matter)
    days.to(9)
    days.answer(matter)
    days.say(matter, "not")
    days.to(10)
    days.publish()
    assert queries.n_late() == 0
    page = read(page_of(matter))
    assert "办理晚了2个工作日应于3月9日（星期一）前，实际3月11日（星期三）。" in page
    days.answer(matter, Cast.housing_too)
    days.to(11)
    days.publish()
    assert "办理晚了2个工作日" in read(page_of(matter))


def test_a_coded_matter_shows_no_word_of_the_resident(days: Days, html: Read) -> None:
    matter = days.answered()
    days.to(1)
    days.publish()
    for path in ("/", "/matters/", "/figures/", page_of(matter)):
        for language in ("zh-hans", "en"):
            page = html(path, language)
            assert PHONE not in page and WORDS[:6] not in page and "桂花里6栋" not in page


def test_the_kind_is_shown_from_five_on(days: Days, read: Read) -> None:
    matters = [days.file() for _ in range(4)]
    for matter in matters:
        days.dispatch(matter)
    days.to(1)
    days.publish()
    assert {row.kind for row in PublicMatter.objects.all()} == {""}
    assert KIND not in read("/matters/") and "类别和地点暂不显示" in read(page_of(matters[0]))
    fifth = days.file()
    days.dispatch(fifth)
    days.to(2)
    days.publish()
    assert {row.kind for row in PublicMatter.objects.all()} == {"housing"}
    assert read("/matters/").count(KIND) == 5


def test_the_place_is_shown_coarsely(days: Days, read: Read) -> None:
    from minsheng.bodies import queries as bodies

    for matter in [days.file() for _ in range(5)]:
        days.dispatch(matter)
    days.to(1)
    days.publish()
    shown = {row.area for row in PublicMatter.objects.all()}
    assert shown == {bodies.coarse_area("guihuali").code}


def test_a_withheld_matter_is_nowhere(days: Days, read: Read) -> None:
    open_to_all, hidden = days.file(), days.file()
    days.level(hidden, "withheld")
    days.dispatch(hidden)
    days.to(1)
    edition = days.publish()
    page = read("/matters/")
    assert number(open_to_all) in page
    assert "后来不再公开" in page, "what was shown before the level changed stays, with the change"
    assert edition.opaque["withheld"] == 3
    assert "这件事不公开" in read("/log/")


def test_what_was_withheld_from_the_first_day_is_nowhere(days: Days, read: Read) -> None:
    from minsheng.matter import services as matter_services
    from minsheng.matter.testing import opened

    days.file()
    hidden = opened(days.now, disclosure="withheld")
    assert isinstance(hidden, matter_services.Opened)
    days.to(1)
    edition = days.publish()
    assert edition.n_disclosed == 1
    assert not PublicMatter.objects.filter(matter=hidden.matter).exists()
    assert Client().get(page_of(hidden.matter)).status_code == 404
    assert edition.opaque["withheld"] == 2, "its opening, and that nobody took it in within four hours"


def test_nothing_is_said_of_what_came_after_a_matter_was_withheld(days: Days, read: Read) -> None:
    matter = days.file(show=True)
    days.dispatch(matter)
    days.level(matter, "withheld")
    days.answer(matter)
    days.to(20)
    days.publish()
    page = read(page_of(matter))
    assert "后来不再公开" in page and "办了，答复" not in page and "现在" not in page
    assert "桂花里" not in page, "its words are withheld too, whatever was agreed before"
    assert queries.n_late() == 0


def test_words_are_shown_masked_and_hidden_at_once_when_the_resident_says_so(days: Days, read: Read) -> None:
    matter = days.file(show=True)
    days.to(1)
    days.publish()
    page = read(page_of(matter))
    assert "我妈七十八了" in page and PHONE not in page
    people.consents.withdraw(matter, "show_words", days.now)
    assert "我妈七十八了" not in read(page_of(matter))
    people.consents.give(matter, "show_words", days.now)
    assert "我妈七十八了" in read(page_of(matter))


def test_english_words_are_marked_as_english(days: Days, html: Read) -> None:
    matter = days.file("The lift has been broken since Monday.", show=True)
    days.to(1)
    days.publish()
    assert '<blockquote lang="en">The lift' in html(page_of(matter))


def test_script_in_words_stays_text(days: Days, html: Read) -> None:
    matter = days.file("<script>alert(1)</script><b onclick=x>电梯</b>", show=True)
    days.to(1)
    days.publish()
    page = html(page_of(matter))
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_what_the_rules_make_a_body_state_is_shown_and_nothing_else(days: Days, read: Read) -> None:
    from minsheng.matter.testing import Cast

    matter = days.file()
    days.dispatch(matter)
    note = {"reason": "要夜里采样", "done_so_far": "装了采样机"}
    days.act(matter, "handle", "extend", Cast.housing, documents={"extension_note": note})
    days.act(matter, "handle", "ask", Cast.housing, documents={"question": {"question": "几号坏的"}})
    days.to(1)
    days.publish()
    page = read(page_of(matter))
    assert "要夜里采样" in page and "装了采样机" in page
    assert "几号坏的" not in page
    opened = ledger.open_parts(matter)
    assert any("question" in parts for parts in opened.values()), "it is there, and stays closed"


def test_an_erased_matter_is_gone_from_the_pages(days: Days, read: Read) -> None:
    from minsheng.publish import privacy

    matter = days.answered()
    days.to(1)
    days.publish()
    path = page_of(matter)
    assert privacy.erase(matter) == 1
    assert privacy.places() == ["publish_publicmatter"]
    assert Client().get(path).status_code == 404
