"""The resident's verdict through a browser, and the whole way from the words to "solved"."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from minsheng.ledger import queries as ledger
from minsheng.listen.services import links
from minsheng.matter import queries, services
from minsheng.matter.testing import DAY, HOUR, MONDAY, Cast, answered, classified, must, opened
from minsheng.resolve.testing import hidden, resident, sign_in, text_of
from minsheng.verdict.handlers import HANDLERS
from minsheng.verdict.models import PressureCheck, RatingBox, RatingRight
from minsheng.verdict.services.boxes import contents_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town", "clock_at")]

SetClock = Callable[[datetime], None]
FULL = {
    "done": "3月4日换了3栋的曳引机控制板，15:20恢复运行。",
    "no_evidence": "检验单在维保公司，3月6日补上。",
    "rule": "《特种设备安全法》第三十九条：使用单位应当及时维修。",
    "outcome": "done",
}


def _answered(clock_at: SetClock) -> services.Opened:
    made = opened()
    classified(made.matter, MONDAY + HOUR)
    must(services.act(made.matter, "accept", "accepted", actor=Cast.housing, at=MONDAY + 2 * HOUR))
    answered(made.matter, MONDAY + DAY)
    clock_at(MONDAY + 2 * DAY)
    return made


def _post(client: Client, url: str, **data: Any) -> Any:
    page = client.get(url)
    assert page.status_code == 200, text_of(page)
    return client.post(url, {**hidden(page), **data})


def _last(matter: str) -> Any:
    head = ledger.head(matter)
    assert head is not None
    return head.entry


def _send_answer(client: Client, number: str, **more: str) -> Any:
    look = _post(client, f"/desk/{number}/reply/", **FULL, **more, preview="1")
    assert look.status_code == 302, text_of(look)
    return _post(client, look.headers["Location"])


def test_the_whole_way_from_words_to_solved(clock_at: SetClock) -> None:
    """File, take in, dispatch, silence accepts, reply, not, another officer, solved."""
    made = opened()
    intake, zhou, lin = sign_in(Cast.intake), sign_in(Cast.housing), sign_in(Cast.housing_too)
    desk = f"/desk/{made.number}/"
    sent = _post(
        intake, desk + "intake/", kind="housing", area="guihuali", urgency="ordinary", other="housing"
    )
    assert sent.status_code == 302
    clock_at(MONDAY + 2 * DAY)
    services.tick(MONDAY + 2 * DAY)
    assert (_last(made.matter).event, _last(made.matter).outcome) == ("lapsed", "accepted")
    assert _send_answer(zhou, made.number).status_code == 302

    me, handle = resident(made.matter)
    clock_at(MONDAY + 3 * DAY)
    said = _post(me, f"/mine/{handle}/verdict/", choice="not", remark="第二天又停了。")
    assert said.status_code == 302
    told = me.get(said.headers["Location"])
    assert "您说：没有解决" in text_of(told)
    assert "换一个人重新办" in text_of(told)

    again = zhou.get(desk + "reply/")
    assert again.status_code == 403
    assert "须换人办" in text_of(again)
    shown = lin.get(desk + "reply/")
    assert "第二天又停了" in text_of(shown)
    clock_at(MONDAY + 4 * DAY)
    assert _send_answer(lin, made.number).status_code == 302

    clock_at(MONDAY + 5 * DAY)
    done = _post(me, f"/mine/{handle}/verdict/", choice="solved")
    assert done.status_code == 302
    view = queries.get(made.matter, MONDAY + 5 * DAY)
    assert view is not None
    assert (view.status.end, view.status.end_outcome) == ("confirmed", "solved")
    assert "这件事就此结束" in text_of(me.get(done.headers["Location"]))


def test_a_second_not_goes_to_another_body_for_review(clock_at: SetClock) -> None:
    made = _answered(clock_at)
    me, handle = resident(made.matter)
    _post(me, f"/mine/{handle}/verdict/", choice="not")
    answered(made.matter, MONDAY + 3 * DAY, Cast.housing_too)
    clock_at(MONDAY + 4 * DAY)
    page = text_of(me.get(f"/mine/{handle}/verdict/"))
    assert "这次由另一个单位复核" in page
    _post(me, f"/mine/{handle}/verdict/", choice="not")
    view = queries.get(made.matter, MONDAY + 4 * DAY)
    assert view is not None
    assert view.status.open_steps == ("review",)
    reviewer = sign_in(Cast.reviewer)
    url = f"/desk/{made.number}/review/"
    shown = reviewer.get(url)
    assert "换了主板" in text_of(shown)
    empty = _post(reviewer, url, do="upheld", finding="已收悉")
    assert empty.status_code == 422
    kept = _post(
        reviewer, url, do="changed", finding="现场看过，电梯仍停。", order="住建局3月20日前修好。", save="1"
    )
    assert "现场看过" in kept.content.decode()
    assert _post(reviewer, url, do="upheld", finding="现场看过，电梯3月6日起没有再停。").status_code == 302
    view = queries.get(made.matter, MONDAY + 4 * DAY)
    assert view is not None
    assert (view.status.end, view.status.end_outcome) == ("concluded", "upheld")
    finding = queries.last(queries.documents(view, (Cast.resident(made.matter),)), "finding")
    assert finding is not None
    assert "行政复议" in finding.values["remedy"]
    assert sign_in(Cast.housing).get(url).status_code == 403


def test_the_four_choices_are_equal_and_none_is_chosen(clock_at: SetClock) -> None:
    made = _answered(clock_at)
    me, handle = resident(made.matter)
    html = me.get(f"/mine/{handle}/verdict/").content.decode()
    assert html.count('type="radio" name="choice"') == 4
    assert "checked" not in html
    for title in ("解决了", "解决了一部分", "没有解决", "现在说不清"):
        assert title in html
    assert "再等7天，到时再问您一次" in html
    assert "按我选的记下来" in html
    empty = _post(me, f"/mine/{handle}/verdict/")
    assert empty.status_code == 400
    assert "四个里选一个" in text_of(empty)


def test_partly_asks_whether_to_go_on_and_is_not_solved(clock_at: SetClock) -> None:
    made = _answered(clock_at)
    me, handle = resident(made.matter)
    url = f"/mine/{handle}/verdict/"
    asked = _post(me, url, choice="partly", remark="灯还没修")
    assert asked.status_code == 200
    assert "还要不要接着办" in text_of(asked)
    assert _last(made.matter).step == "handle"
    nothing = me.post(url, hidden(asked))
    assert nothing.status_code == 400
    done = me.post(url, {**hidden(nothing), "more": "enough"})
    assert done.status_code == 302
    entry = _last(made.matter)
    assert (entry.outcome, entry.facts["via"]) == ("partly_enough", "code")
    view = queries.get(made.matter, MONDAY + 2 * DAY)
    assert view is not None
    remark = queries.last(queries.documents(view, (Cast.housing,)), "remark")
    assert remark is not None
    assert remark.values["words"] == "灯还没修"


def test_cannot_tell_gives_one_more_period_and_then_ends_as_unknown(clock_at: SetClock) -> None:
    made = _answered(clock_at)
    me, handle = resident(made.matter)
    url = f"/mine/{handle}/verdict/"
    _post(me, url, choice="cannot_tell")
    view = queries.get(made.matter, MONDAY + 2 * DAY)
    assert view is not None
    assert view.status.open_steps == ("verdict",)
    clock_at(MONDAY + 3 * DAY)
    assert "这次就记为“不知道”" in text_of(me.get(url))
    _post(me, url, choice="cannot_tell")
    view = queries.get(made.matter, MONDAY + 3 * DAY)
    assert view is not None
    assert view.status.end == "lapsed"


def test_a_link_in_a_letter_opens_the_page_and_only_the_button_records(clock_at: SetClock) -> None:
    made = _answered(clock_at)
    token = links.make(made.matter, links.VERDICT, MONDAY + DAY)
    browser = Client()
    for _ in range(3):
        came = browser.get("/mine/letter/", {"t": token})
        assert came.status_code == 303
    handle = came.headers["Location"].split("/")[2]
    page = browser.get(f"/mine/{handle}/verdict/")
    assert page.status_code == 200
    assert _last(made.matter).step == "handle"
    browser.post(f"/mine/{handle}/verdict/", {**hidden(page), "choice": "solved"})
    assert _last(made.matter).facts["via"] == "link"
    assert browser.get(f"/mine/{handle}/verdict/").status_code == 302


def test_two_browsers_at_once_one_wins_and_the_other_is_told(clock_at: SetClock) -> None:
    made = _answered(clock_at)
    (me, handle), (other, second) = resident(made.matter), resident(made.matter, "link")
    seen = hidden(other.get(f"/mine/{second}/verdict/"))
    _post(me, f"/mine/{handle}/verdict/", choice="cannot_tell")
    stale = other.post(f"/mine/{second}/verdict/", {**seen, "choice": "solved"})
    assert stale.status_code == 409
    assert "您打开这一页以后" in text_of(stale)
    assert 'value="solved" checked' in stale.content.decode().replace('id="id_choice_0" ', "")
    assert _last(made.matter).outcome == "cannot_tell"


def test_the_fragment_on_the_follow_page_holds_the_choices_and_then_what_was_said(
    clock_at: SetClock,
) -> None:
    made = _answered(clock_at)
    me, handle = resident(made.matter)
    follow = me.get(f"/mine/{handle}/")
    assert 'name="choice"' in follow.content.decode()
    assert f"/mine/{handle}/pressed/" in follow.content.decode()
    me.post(f"/mine/{handle}/verdict/", {**hidden(follow), "choice": "solved"})
    after = me.get(f"/mine/{handle}/")
    assert "您说：解决了" in text_of(after)
    assert 'name="choice"' not in after.content.decode()


STAFF = (Cast.intake, Cast.housing, Cast.arbiter, Cast.coordinator, Cast.caller, Cast.reviewer)


@pytest.mark.parametrize("page", ["verdict/", "verdict/said/", "rating/", "pressed/"])
def test_nobody_but_the_resident_reaches_the_verdict(page: str, clock_at: SetClock) -> None:
    made = _answered(clock_at)
    _, handle = resident(made.matter)
    for actor in STAFF:
        client = sign_in(actor)
        assert client.get(f"/mine/{handle}/{page}").status_code == 403
        assert client.post(f"/mine/{handle}/{page}", {"choice": "solved"}).status_code == 403
        generic = client.post(f"/matter/{made.number}/verdict/", {"do": "0", "choice": "solved"})
        assert generic.status_code in (400, 403, 422)
    assert _last(made.matter).step == "handle"


def test_a_matter_that_was_not_answered_has_no_verdict_yet() -> None:
    made = opened()
    me, handle = resident(made.matter)
    answer = me.get(f"/mine/{handle}/verdict/")
    assert answer.status_code == 422
    assert "还没有轮到" in text_of(answer)
    assert me.get(f"/mine/{handle}/rating/").status_code == 422
    assert me.get(f"/mine/{handle}/verdict/said/").status_code == 302


# rating -------------------------------------------------


def _solved(clock_at: SetClock) -> tuple[services.Opened, Client, str]:
    made = _answered(clock_at)
    me, handle = resident(made.matter)
    _post(me, f"/mine/{handle}/verdict/", choice="solved")
    return made, me, handle


def test_a_rating_gives_a_stub_once_and_leaves_no_trace_on_the_matter(clock_at: SetClock) -> None:
    made, me, handle = _solved(clock_at)
    n = _last(made.matter).n
    url = f"/mine/{handle}/rating/"
    page = me.get(url)
    assert "没有人看得到是您说的" in text_of(page)
    assert "checked" not in page.content.decode()
    half = me.post(url, {"treated": "no"})
    assert half.status_code == 400
    done = me.post(url, {"treated": "no", "understood": "partly"})
    assert done.status_code == 200
    assert "这是您的票根" in text_of(done)
    stub = text_of(done).split("我们不留。")[1].split("留着它")[0]
    assert _last(made.matter).n == n
    again = me.post(url, {"treated": "yes", "understood": "yes"})
    assert again.status_code == 409
    assert stub.strip() not in text_of(me.get(url))
    assert "还没有：箱子没有打开" in text_of(me.post(url, {"stub": stub, "look": "1"}))
    assert me.post(url, {"stub": "abc", "look": "1"}).status_code == 400
    out = me.post(url, {"stub": stub, "take_out": "1"})
    assert "票取回来了" in text_of(out)
    assert me.post(url, {"treated": "yes", "understood": "yes"}).status_code == 200
    assert len(contents_of(RatingBox.objects.get())) == 1


def test_no_page_of_the_body_tells_that_anybody_rated_or_reported_pressure(clock_at: SetClock) -> None:
    made, me, handle = _solved(clock_at)
    body = sign_in(Cast.housing)
    pages = (f"/matter/{made.number}/", "/work/", f"/desk/{made.number}/reply/")
    before = [_content(body, page) for page in pages]
    me.post(f"/mine/{handle}/rating/", {"treated": "no", "understood": "no"})
    me.post(f"/mine/{handle}/pressed/", {"words": "MARK-PRESSURE 科长打电话"})
    assert PressureCheck.objects.count() == 1
    assert [_content(body, page) for page in pages] == before
    assert body.get("/checks/").status_code == 403
    check = PressureCheck.objects.get()
    refused = body.get(f"/checks/{check.id}/")
    assert refused.status_code == 403
    assert "MARK-PRESSURE" not in refused.content.decode() + str(dict(refused.headers))


def _content(client: Client, page: str) -> str:
    answer = client.get(page)
    headers = {name: value for name, value in answer.headers.items() if name != "Set-Cookie"}
    html = answer.content.decode()
    token = 'name="csrfmiddlewaretoken" value="'
    while token in html:
        before, _, after = html.partition(token)
        html = before + after[after.index('"') + 1 :]
    return html + str(headers)


def test_the_right_to_rate_follows_the_end_by_itself_and_once(clock_at: SetClock) -> None:
    made, _, _ = _solved(clock_at)
    head = ledger.head(made.matter)
    assert head is not None
    for _ in range(2):
        HANDLERS["verdict.give_right"](head, MONDAY + 2 * DAY)
    right = RatingRight.objects.get()
    assert (right.matter, right.body, right.spent) == (made.matter, "housing", False)


def test_a_matter_that_intake_ended_is_rated_as_intakes(clock_at: SetClock) -> None:
    made = opened()
    guidance = {"reason": "这是债务，要由法院判。", "remedy": "复议"}
    must(
        services.act(
            made.matter, "classify", "other_channel", documents={"guidance": guidance}, actor=Cast.intake,
            at=MONDAY + HOUR,
        )
    )  # fmt: skip
    head = ledger.head(made.matter)
    assert head is not None
    HANDLERS["verdict.give_right"](head, MONDAY + HOUR)
    assert RatingRight.objects.get().body == "hotline"


# pressure -------------------------------------------------


def test_pressure_is_said_in_one_line_and_looked_into_by_the_reviewer_alone(clock_at: SetClock) -> None:
    made = _answered(clock_at)
    me, handle = resident(made.matter)
    url = f"/mine/{handle}/pressed/"
    assert me.post(url, {"words": " "}).status_code == 400
    said = me.post(url, {"words": "科长打电话，让我选“解决了”。"})
    assert said.status_code == 200
    assert "复核员会去查" in text_of(said)
    reviewer = sign_in(Cast.reviewer)
    assert "/checks/" in reviewer.get("/work/").content.decode()
    assert "/checks/" not in sign_in(Cast.housing).get("/work/").content.decode()
    listed = reviewer.get("/checks/")
    assert made.number in text_of(listed)
    check = PressureCheck.objects.get()
    page = reviewer.get(f"/checks/{check.id}/")
    assert "科长打电话，让我选“解决了”。" in text_of(page)
    assert reviewer.post(f"/checks/{check.id}/", {"finding": "shown", "reasons": ""}).status_code == 400
    done = reviewer.post(f"/checks/{check.id}/", {"finding": "shown", "reasons": "问了三个人，通话记录在。"})
    assert done.status_code == 302
    again = reviewer.post(f"/checks/{check.id}/", {"finding": "refuted", "reasons": "又想了想"})
    assert again.status_code == 409
    assert "问了三个人" in text_of(reviewer.get(f"/checks/{check.id}/"))
    for actor in STAFF[:-1]:
        assert sign_in(actor).get(f"/checks/{check.id}/").status_code == 403


# after the end -------------------------------------------------


def test_weeks_later_a_caller_asks_again_without_hearing_what_was_said_before(clock_at: SetClock) -> None:
    made, _, _ = _solved(clock_at)
    caller = sign_in(Cast.caller)
    url = f"/desk/{made.number}/recheck/"
    early = _post(caller, url, do="held")
    assert early.status_code == 422
    clock_at(MONDAY + timedelta(days=35))
    page = caller.get(url)
    assert "不提居民上次选了什么" in text_of(page)
    assert "解决了" not in text_of(page)
    assert _post(caller, url, do="came_back", note="又停了两回").status_code == 302
    view = queries.get(made.matter, MONDAY + timedelta(days=35))
    assert view is not None
    assert view.status.end is None
    assert "handle" in view.status.open_steps
    for actor in (Cast.housing, Cast.intake):
        assert sign_in(actor).get(url).status_code == 403


def test_who_contests_the_end_is_ruled_on_by_the_reviewer(clock_at: SetClock) -> None:
    made = opened()
    guidance = {"reason": "这是债务，要由法院判。", "remedy": "复议"}
    must(
        services.act(
            made.matter, "classify", "other_channel", documents={"guidance": guidance}, actor=Cast.intake,
            at=MONDAY + HOUR,
        )
    )  # fmt: skip
    must(
        services.act(
            made.matter, "contest", "contested", documents={"contest_note": {"words": "不是债，是电梯"}},
            facts={"via": "code"}, actor=Cast.resident(made.matter), at=MONDAY + DAY,
        )
    )  # fmt: skip
    clock_at(MONDAY + 2 * DAY)
    reviewer = sign_in(Cast.reviewer)
    url = f"/desk/{made.number}/contest/"
    assert "不是债，是电梯" in text_of(reviewer.get(url))
    done = _post(reviewer, url, do="wrong", finding="说的确实是电梯，应当派单。")
    assert done.status_code == 302
    view = queries.get(made.matter, MONDAY + 2 * DAY)
    assert view is not None
    assert view.status.end is None
    assert "classify" in view.status.open_steps


def test_too_early_says_what_is_missing_in_words_and_never_in_codes() -> None:
    made = opened()
    me, handle = resident(made.matter)
    answer = me.get(f"/mine/{handle}/verdict/")
    said = text_of(answer)
    assert answer.status_code == 422
    assert "热线受理室" in said
    assert "北京市接诉即办工作条例第23条" in said
    assert not [code for code in ("intake", "first_unit", "BJ#") if code in said]
    assert "3月3日" not in said, "a clock of four hours does not end the day after"
