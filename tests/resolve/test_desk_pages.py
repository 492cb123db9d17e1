"""The desk's pages through a browser: what each role may do, what is refused and why; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from minsheng.ledger import queries as ledger
from minsheng.matter import queries, services
from minsheng.matter.testing import DAY, HOUR, MONDAY, PNG, Cast, classified, must, opened
from minsheng.people import queries as people
from minsheng.people import services as vault
from minsheng.resolve.models import Draft
from minsheng.resolve.testing import hidden, resident, sign_in, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town", "clock_at")]

SetClock = Callable[[datetime], None]
FULL = {
    "done": "3月4日换了3栋的曳引机控制板，15:20恢复运行。",
    "no_evidence": "检验单在维保公司，3月6日补上。",
    "rule": "《特种设备安全法》第三十九条：使用单位应当及时维修。",
    "not_done": "",
    "next": "",
    "outcome": "done",
}


def _url(number: str, page: str) -> str:
    return f"/desk/{number}/{page}/"


def _post(client: Client, url: str, **data: Any) -> Any:
    """Fill in what the page holds already, then what is typed."""
    page = client.get(url)
    assert page.status_code == 200, text_of(page)
    return client.post(url, {**hidden(page), **data})


def _last(matter: str) -> Any:
    head = ledger.head(matter)
    assert head is not None
    return head.entry


def _dispatched() -> services.Opened:
    made = opened()
    classified(made.matter, MONDAY + HOUR)
    return made


def _in_hand(clock_at: SetClock) -> services.Opened:
    """Dispatched to housing, accepted, on Tuesday morning."""
    made = _dispatched()
    must(services.act(made.matter, "accept", "accepted", actor=Cast.housing, at=MONDAY + 2 * HOUR))
    clock_at(MONDAY + DAY)
    return made


# intake -------------------------------------------------


def test_taking_in_and_dispatching_are_one_page_and_two_entries() -> None:
    made = opened()
    desk = sign_in(Cast.intake)
    answer = _post(
        desk,
        _url(made.number, "intake"),
        kind="housing",
        area="guihuali",
        urgency="ordinary",
        other="housing",
    )
    assert answer.status_code == 302
    view = queries.get(made.matter, MONDAY)
    assert view is not None
    assert [r.entry.step for r in view.chain] == [None, "classify", "dispatch"]
    assert view.status.assigned == {"first_unit": "housing"}
    assert view.row.kind == "housing"


def test_looking_whose_it_is_records_nothing_and_names_the_ground() -> None:
    made = opened()
    desk = sign_in(Cast.intake)
    answer = _post(desk, _url(made.number, "intake"), kind="urban_management", area="guihuali", look="1")
    assert answer.status_code == 200
    text = text_of(answer)
    assert "城东街道办事处" in text
    assert "《云溪市街道职责清单》第6条" in text
    assert _last(made.matter).n == 0
    assert "checked" not in answer.content.decode()


def test_the_intake_page_shows_the_words_what_each_urgency_means_and_places_named_in_the_words() -> None:
    made = opened()
    text = text_of(sign_in(Cast.intake).get(_url(made.number, "intake")))
    assert "三栋的电梯坏了三天" in text
    assert "期限7天" in text
    assert "3月9日" in text
    assert "期限2小时" in text
    assert "原话里提到“桂花里”" in text


@pytest.mark.parametrize("missing", ["kind", "urgency", "other"])
def test_what_is_missing_on_the_intake_page_is_said_at_its_field(missing: str) -> None:
    made = opened()
    data = {"kind": "housing", "area": "guihuali", "urgency": "ordinary", "other": "housing"}
    del data[missing]
    answer = _post(sign_in(Cast.intake), _url(made.number, "intake"), **data)
    assert answer.status_code in (400, 422)
    assert _last(made.matter).n == 0
    assert "还差一处" in text_of(answer)


def test_leading_elsewhere_needs_where_and_how_and_adds_the_remedy() -> None:
    made = opened()
    desk = sign_in(Cast.intake)
    url = _url(made.number, "intake/guide/other_channel")
    refused = _post(desk, url, reason="这是两家人之间的债，要由法院判。")
    assert refused.status_code == 400
    assert "不能只说这里不办" in text_of(refused)
    kept = desk.get(url)
    assert "这是两家人之间的债" in text_of(kept)
    done = _post(
        desk,
        url,
        reason="这是两家人之间的债，要由法院判。",
        channel="云溪市人民法院立案庭",
        how="带欠条和身份证。",
    )
    assert done.status_code == 302
    view = queries.get(made.matter, MONDAY)
    assert view is not None
    assert view.status.end == "concluded"
    guidance = queries.last(queries.documents(view, (Cast.intake,)), "guidance")
    assert guidance is not None
    assert "行政复议" in guidance.values["remedy"]


def test_an_answer_at_once_goes_the_same_way_as_any_answer() -> None:
    made = opened()
    desk = sign_in(Cast.intake)
    data = {**FULL, "kind": "housing", "area": "guihuali", "preview": "1"}
    data.pop("outcome")
    look = _post(desk, _url(made.number, "intake/answer"), **data)
    assert look.status_code == 302
    sent = _post(desk, look.headers["Location"])
    assert sent.status_code == 302
    entry = _last(made.matter)
    assert (entry.step, entry.outcome) == ("classify", "answered_now")


# the body -------------------------------------------------


def test_the_body_is_told_that_silence_means_yes_and_by_when() -> None:
    made = _dispatched()
    text = text_of(sign_in(Cast.housing).get(_url(made.number, "accept")))
    assert "3月3日（星期二）没有提出异议，就是接下" in text
    assert "最多改派2次，已用0次" in text


def test_an_objection_names_the_right_body_and_goes_to_the_arbiter() -> None:
    made = _dispatched()
    body = sign_in(Cast.housing)
    url = _url(made.number, "accept")
    refused = _post(
        body, url, do="objected", reason="不属于我单位职责范围", basis="规定第8条", instead="water"
    )
    assert refused.status_code == 422
    assert "写下为什么不归你们" in text_of(refused)
    assert Draft.objects.count() == 1
    done = _post(
        body, url, do="objected", reason="水管在红线外。", basis="《供水办法》第8条", instead="water"
    )
    assert done.status_code == 302
    assert Draft.objects.count() == 0
    arbiter = sign_in(Cast.arbiter)
    page = arbiter.get(_url(made.number, "ruling"))
    assert "水管在红线外" in text_of(page)
    assert "市水务局" in text_of(page)


def test_a_reassigned_matter_goes_back_to_intake_with_the_ruling_and_not_to_the_same_body() -> None:
    made = _dispatched()
    _post(
        sign_in(Cast.housing),
        _url(made.number, "accept"),
        do="objected",
        reason="水管在红线外。",
        basis="第8条",
        instead="water",
    )
    ruled = _post(
        sign_in(Cast.arbiter), _url(made.number, "ruling"), do="reassigned", reason="红线外的管归水务局。",
        body="water",
    )  # fmt: skip
    assert ruled.status_code == 302
    desk = sign_in(Cast.intake)
    page = desk.get(_url(made.number, "intake"))
    assert "重新派单" in text_of(page)
    assert "审核意见写的是它" in text_of(page)
    assert 'value="housing"' not in page.content.decode()
    again = _post(desk, _url(made.number, "intake"), body="water")
    assert again.status_code == 302
    view = queries.get(made.matter, MONDAY)
    assert view is not None
    assert view.status.assigned["first_unit"] == "water"


def test_an_acknowledgement_is_not_sent_and_the_draft_is_kept(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    body = sign_in(Cast.housing)
    url = _url(made.number, "reply")
    answer = _post(body, url, **{**FULL, "done": "已收悉，正在处理。", "preview": "1"})
    assert answer.status_code == 422
    text = text_of(answer)
    assert "不是答复" in text
    assert "归您" in text
    assert _last(made.matter).step == "accept"
    assert "已收悉，正在处理。" in body.get(url).content.decode()


def test_a_reply_is_seen_beside_the_question_before_it_is_sent(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    body = sign_in(Cast.housing)
    look = _post(body, _url(made.number, "reply"), **FULL, preview="1")
    assert look.headers["Location"].endswith("/reply/preview/")
    preview = body.get(look.headers["Location"])
    text = text_of(preview)
    assert "三栋的电梯坏了三天" in text
    assert "曳引机控制板" in text
    assert "行政复议" in text
    assert _last(made.matter).step == "accept"
    assert _post(body, look.headers["Location"]).status_code == 302
    entry = _last(made.matter)
    assert (entry.step, entry.outcome) == ("handle", "done")
    assert Draft.objects.count() == 0


def test_evidence_survives_from_draft_to_answer(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    body = sign_in(Cast.housing)
    url = _url(made.number, "reply")
    file = SimpleUploadedFile("检验单.png", PNG, "image/png")
    saved = _post(body, url, **{**FULL, "no_evidence": ""}, evidence=file, save="1")
    assert saved.status_code == 200
    assert "检验单.png" in text_of(saved)
    look = _post(body, url, **{**FULL, "no_evidence": ""}, preview="1")
    assert look.status_code == 302
    _post(body, look.headers["Location"])
    view = queries.get(made.matter, MONDAY + DAY)
    assert view is not None
    reply = queries.last(queries.documents(view, (Cast.resident(made.matter),)), "reply")
    assert reply is not None
    assert [file.name for filled in reply.fields for file in filled.files] == ["检验单.png"]


def test_a_file_that_is_none_is_refused_and_no_word_is_lost(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    body = sign_in(Cast.housing)
    file = SimpleUploadedFile("a.png", b"MZ not a picture", "image/png")
    answer = _post(body, _url(made.number, "reply"), **FULL, evidence=file, preview="1")
    assert answer.status_code == 400
    assert "曳引机控制板" in body.get(_url(made.number, "reply")).content.decode()


def test_a_late_answer_must_say_why(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    clock_at(MONDAY + 10 * DAY)
    body = sign_in(Cast.housing)
    url = _url(made.number, "reply")
    assert "为什么晚了" in text_of(body.get(url))
    refused = _post(body, url, **FULL, why_late="", preview="1")
    assert refused.status_code == 422
    look = _post(body, url, **FULL, why_late="配件3月9日才到，我们没有早说，是我们的错。", preview="1")
    assert look.status_code == 302
    assert _post(body, look.headers["Location"]).status_code == 302


def test_half_a_reply_may_be_put_aside_without_being_judged(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    body = sign_in(Cast.housing)
    answer = _post(body, _url(made.number, "reply"), done="10月", save="1")
    assert answer.status_code == 200
    assert "草稿存于" in text_of(answer)
    assert "wrong" not in answer.content.decode().split("<form")[-1]
    assert "10月" in body.get(_url(made.number, "reply")).content.decode()
    assert "10月" not in sign_in(Cast.housing_too).get(_url(made.number, "reply")).content.decode()


def test_somebody_who_was_slower_is_told_what_happened_and_keeps_the_draft(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    body = sign_in(Cast.housing)
    look = _post(body, _url(made.number, "reply"), **FULL, preview="1")
    seen = hidden(body.get(look.headers["Location"]))
    must(
        services.act(
            made.matter, None, None, event="supplemented", documents={"supplement": {"words": "又停了一次"}},
            actor=Cast.resident(made.matter), facts={"via": "code"}, at=MONDAY + DAY + HOUR,
        )
    )  # fmt: skip
    clock_at(MONDAY + DAY + 2 * HOUR)
    stale = body.post(look.headers["Location"], seen)
    assert stale.status_code == 409
    assert "又停了一次" in text_of(stale)
    assert "您打开这一页以后" in text_of(stale)
    assert Draft.objects.count() == 1
    assert body.post(look.headers["Location"], hidden(stale)).status_code == 302
    assert _last(made.matter).step == "handle"


def test_asking_stops_the_clock_and_the_same_question_is_not_asked_twice(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    body = sign_in(Cast.housing)
    assert _post(body, _url(made.number, "question"), question="坏的是左边还是右边那部？").status_code == 302
    view = queries.get(made.matter, MONDAY + DAY)
    assert view is not None
    assert any(clock.stopped for clock in view.status.clocks)
    must(
        services.act(
            made.matter, "handle", "answer", documents={"answer": {"words": "左边"}}, facts={"via": "code"},
            actor=Cast.resident(made.matter), at=MONDAY + DAY + HOUR,
        )
    )  # fmt: skip
    clock_at(MONDAY + DAY + 2 * HOUR)
    again = _post(body, _url(made.number, "question"), question="坏的是左边 还是右边那部")
    assert again.status_code == 422
    assert "问过了" in text_of(again)


def test_a_message_says_something_or_is_not_sent(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    body = sign_in(Cast.housing)
    url = _url(made.number, "progress")
    refused = _post(body, url, did="正在办理中")
    assert refused.status_code == 422
    assert "到日子系统会照实说" in text_of(refused)
    assert _post(body, url, blocks="控制板要从外地调，3月6日到。").status_code == 302
    assert _last(made.matter).outcome == "tell"


def test_more_time_is_asked_for_here_and_granted_by_somebody_else(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    body, above = sign_in(Cast.housing), sign_in(Cast.coordinator)
    early = above.get(_url(made.number, "extension/approval"))
    assert early.status_code == 409
    page = body.get(_url(made.number, "extension"))
    assert "最晚到" in text_of(page)
    asked = _post(
        body, _url(made.number, "extension"), reason="控制板要从外地调。", done_so_far="3月3日检测完。",
        new_date_year="2026", new_date_month="3", new_date_day="16",
    )  # fmt: skip
    assert asked.status_code == 302, text_of(asked)
    assert body.get(_url(made.number, "extension/approval")).status_code == 403
    shown = above.get(_url(made.number, "extension/approval"))
    assert "控制板要从外地调" in text_of(shown)
    assert _post(above, _url(made.number, "extension/approval"), do="approved").status_code == 302
    assert _last(made.matter).event == "approved"
    assert body.get(_url(made.number, "extension")).status_code == 422


def test_the_worklist_leads_each_role_to_its_own_page(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    assert sign_in(Cast.housing).get(_url(made.number, "handle")).headers["Location"].endswith("/reply/")
    assert (
        sign_in(Cast.coordinator).get(_url(made.number, "handle")).headers["Location"].endswith("/approval/")
    )


# who may not -------------------------------------------------

PAGES = {
    "intake": "intake",
    "intake/answer": "intake",
    "intake/guide/other_channel": "intake",
    "accept": "first_unit",
    "ruling": "arbiter",
    "handle": "first_unit coordinator",
    "reply": "first_unit",
    "reply/preview": "first_unit",
    "question": "first_unit",
    "progress": "first_unit reviewer",
    "extension": "first_unit",
    "extension/approval": "coordinator",
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_for_its_role_and_says_why_to_others(page: str) -> None:
    made = _dispatched()
    cast = (Cast.intake, Cast.housing, Cast.water, Cast.arbiter, Cast.coordinator, Cast.caller, Cast.reviewer)
    for actor in cast:
        answer = sign_in(actor).get(_url(made.number, page))
        mine = actor.role in PAGES[page].split() and actor is not Cast.water
        assert (answer.status_code == 403) != mine, (page, actor)
        if not mine:
            assert "公开" in text_of(answer)
            assert "三栋的电梯" not in answer.content.decode()
    assert Client().get(_url(made.number, page)).status_code == 302


def test_a_step_that_is_not_open_says_why_instead_of_a_form() -> None:
    made = opened()
    answer = sign_in(Cast.arbiter).get(_url(made.number, "ruling"))
    assert answer.status_code == 422
    assert "还没有轮到" in text_of(answer)
    assert sign_in(Cast.intake).get(_url("云溪2026-999999", "intake")).status_code == 404


def test_contact_is_read_one_field_at_a_time_with_a_reason_shown_once_and_logged() -> None:
    made = _dispatched()
    vault.keep(made.matter, {"phone": "138-0000-1111", "name": "秀英"})
    desk = sign_in(Cast.intake)
    url = _url(made.number, "contact")
    page = desk.get(url)
    assert "138-0000-1111" not in page.content.decode()
    bare = _post(desk, url, field="phone", reason="")
    assert bare.status_code == 400
    shown = _post(desk, url, field="phone", reason="给承办单位转接通话")
    assert "138-0000-1111" in text_of(shown)
    assert "秀英" not in text_of(shown)
    assert "138-0000-1111" not in desk.get(url).content.decode()
    (read,) = people.reads(made.matter)
    assert (read.field, read.reason, read.refused) == ("phone", "给承办单位转接通话", "")


def test_the_body_reads_no_contact_without_the_residents_consent_and_the_try_is_logged(
    clock_at: SetClock,
) -> None:
    made = _in_hand(clock_at)
    vault.keep(made.matter, {"phone": "138-0000-1111"})
    refused = _post(sign_in(Cast.housing), _url(made.number, "contact"), field="phone", reason="想打电话")
    assert refused.status_code == 422
    assert "138-0000-1111" not in refused.content.decode()
    assert people.reads(made.matter)[0].refused == "vault_closed"
    vault.give_consent(made.matter, "contact_by_unit", MONDAY + DAY)
    allowed = _post(sign_in(Cast.housing), _url(made.number, "contact"), field="phone", reason="约上门时间")
    assert "138-0000-1111" in text_of(allowed)


def test_no_page_of_the_body_holds_identity_in_body_or_headers(clock_at: SetClock) -> None:
    made = _in_hand(clock_at)
    vault.keep(made.matter, {"phone": "138-0000-1111", "name": "MARK-NAME", "email": "mark@example.com"})
    body = sign_in(Cast.housing)
    for page in ("reply", "question", "progress", "extension", "contact"):
        answer = body.get(_url(made.number, page))
        everything = answer.content.decode() + str(dict(answer.headers))
        for marker in ("138-0000-1111", "MARK-NAME", "mark@example.com"):
            assert marker not in everything, page


def test_a_resident_is_no_officer() -> None:
    made = _dispatched()
    client, _ = resident(made.matter)
    assert client.get(_url(made.number, "reply")).status_code == 302
