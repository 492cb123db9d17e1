"""Lists are paged by key, and the cached rows are what the entries say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.matter import queries, services
from minsheng.matter.models import Attachment, Duty, MatterRow
from minsheng.matter.queries.files import folder_of
from minsheng.matter.rules.uploads import Upload
from minsheng.matter.testing import DAY, HOUR, MONDAY, PNG, WORDS, Cast, classified, must, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]


def test_a_worklist_is_paged_without_missing_or_repeating_anything() -> None:
    for minutes in range(13):
        opened(MONDAY + minutes * HOUR / 4)
    seen: list[str] = []
    cursor = ""
    for _page in range(10):
        found = queries.worklist([Cast.intake], MONDAY + 4 * HOUR, cursor=cursor, limit=4)
        seen += [item.row.number for item in found.yours.items]
        cursor = found.yours.next or ""
        if not cursor:
            break
    assert seen == [f"云溪2026-{n}" for n in range(1, 14)]
    assert found.n_yours == 13


def test_of_equal_dates_each_comes_once() -> None:
    for _i in range(7):
        opened(MONDAY)
    first = queries.worklist([Cast.intake], MONDAY, limit=4)
    second = queries.worklist([Cast.intake], MONDAY, cursor=first.yours.next or "", limit=4)
    numbers = [item.row.number for page in (first, second) for item in page.yours.items]
    assert len(set(numbers)) == 7


@given(st.one_of(st.text(max_size=50), st.from_regex(r"\d{1,45}\.\d{1,45}", fullmatch=True)))
def test_a_cursor_that_is_none_begins_at_the_beginning(cursor: str) -> None:
    queries.worklist([Cast.intake], MONDAY, cursor=cursor)
    queries.public_list(cursor=cursor)


def test_nobody_sees_the_duties_of_another_body() -> None:
    matter = opened().matter
    classified(matter, MONDAY)
    assert queries.worklist([Cast.water], MONDAY).n_yours == 0
    assert queries.worklist([Cast.housing], MONDAY).n_yours == 1
    assert queries.worklist([Cast.housing], MONDAY).yours.items[0].step == "accept"
    assert queries.worklist([], MONDAY).n_yours == 0


def test_late_and_due_today_are_counted_by_the_moment_asked() -> None:
    opened()
    just = queries.worklist([Cast.intake], MONDAY + HOUR)
    assert (just.n_late, just.n_due_today) == (0, 1)
    after = queries.worklist([Cast.intake], MONDAY + 5 * HOUR)
    assert (after.n_late, after.n_due_today) == (1, 0)


def test_the_public_list_has_no_kind_place_or_words_and_nothing_withheld() -> None:
    shown = opened(MONDAY)
    classified(shown.matter, MONDAY)
    withheld = opened(MONDAY + DAY, disclosure="withheld")
    newest = opened(MONDAY + 2 * DAY)
    first = queries.public_list(limit=1)
    assert [item.number for item in first.items] == [newest.number]
    rest = queries.public_list(cursor=first.next or "")
    assert [item.number for item in rest.items] == [shown.number]
    said = repr(rest) + repr(first)
    for secret in (withheld.number, "guihuali", "住房", "桂花里", WORDS[:4]):
        assert secret not in said


def test_lists_take_a_fixed_number_of_queries(django_assert_num_queries: Any) -> None:
    for _n in range(3):
        opened()
    with django_assert_num_queries(4):  # three, and one that asks whether the town has changed
        queries.worklist([Cast.intake, Cast.reviewer], MONDAY)
    with django_assert_num_queries(1):
        queries.public_list()
    for _n in range(20):
        opened()
    with django_assert_num_queries(4):
        queries.worklist([Cast.intake, Cast.reviewer], MONDAY)
    with django_assert_num_queries(1):
        queries.public_list()


@pytest.mark.parametrize("column,value", [("open_steps", []), ("level", 7), ("kind", "x"), ("due_at", None)])
def test_a_row_that_is_wrong_is_found_named_and_mended(column: str, value: Any) -> None:
    right, wrong = opened(), opened()
    classified(wrong.matter, MONDAY)
    MatterRow.objects.filter(id=wrong.matter).update(**{column: value})
    assert services.rebuild_rows(check_only=True, now=MONDAY) == [wrong.number]
    assert services.rebuild_rows(check_only=True, now=MONDAY) == [wrong.number], "looking mends nothing"
    assert services.rebuild_rows(check_only=False, now=MONDAY) == [wrong.number]
    assert services.rebuild_rows(check_only=False, now=MONDAY) == []
    assert MatterRow.objects.get(id=right.matter).open_steps == ["classify"]


def test_a_duty_that_is_wrong_is_found_too() -> None:
    matter = opened()
    Duty.objects.filter(matter_id=matter.matter).update(body="water")
    assert services.rebuild_rows(check_only=False, now=MONDAY) == [matter.number]
    assert Duty.objects.get(matter_id=matter.matter).body == "hotline"


def test_erasing_leaves_the_number_and_nothing_else() -> None:
    matter = services.fresh_id()
    opened_ = services.open_matter(
        procedure="resident-request",
        actor=Cast.resident(matter),
        at=MONDAY,
        documents={"original": {"words": WORDS}},
        attachments=[Upload("original", "media", "PLANTED.png", PNG)],
        matter=matter,
    )
    assert isinstance(opened_, services.Opened)
    classified(matter, MONDAY)
    assert list(folder_of(matter).iterdir())
    assert services.erase(matter) > 0
    assert not folder_of(matter).exists()
    assert not Attachment.objects.exists()
    assert not Duty.objects.exists()
    row = MatterRow.objects.get()
    assert (row.number, row.erased) == (opened_.number, True)
    assert (row.kind, row.area, row.subject_zh, row.open_steps, row.next_change_at) == ("", "", "", [], None)
    assert queries.get(matter, MONDAY) is None
    assert queries.by_number(opened_.number, MONDAY) is None
    assert queries.public_list().items == ()
    assert services.tick(MONDAY + 30 * DAY) == 0
    assert opened().number != opened_.number


def test_six_files_with_one_act_are_refused_and_nothing_is_written() -> None:
    matter = opened().matter
    files = [Upload("supplement", "media", f"{n}.png", PNG) for n in range(6)]
    answer = services.act(
        matter,
        None,
        None,
        event="supplemented",
        documents={"supplement": {"words": "看照片"}},
        attachments=files,
        actor=Cast.resident(matter),
        at=MONDAY,
    )
    assert getattr(answer, "code", "") == "too_many_files"
    must(
        services.act(
            matter,
            None,
            None,
            event="supplemented",
            documents={"supplement": {"words": "看照片"}},
            attachments=files[:5],
            actor=Cast.resident(matter),
            at=MONDAY,
        )
    )
    assert len(list(folder_of(matter).iterdir())) == Attachment.objects.count() == 5


def test_a_file_for_a_field_that_asks_for_none_is_refused() -> None:
    matter = opened().matter
    answer = services.act(
        matter,
        "classify",
        "other_channel",
        documents={"guidance": {"reason": "一", "remedy": "二"}},
        attachments=[Upload("guidance", "reason", "a.png", PNG)],
        actor=Cast.intake,
        at=MONDAY,
    )
    assert getattr(answer, "code", "") == "file_not_asked"


def test_ids_of_files_that_nobody_sent_are_not_believed() -> None:
    matter = opened().matter
    must(
        services.act(
            matter,
            None,
            None,
            event="supplemented",
            documents={"supplement": {"words": "x", "media": ["0123456789abcdef"]}},
            actor=Cast.resident(matter),
            at=MONDAY,
        )
    )
    view = queries.get(matter, MONDAY)
    assert view is not None
    (handed,) = [one for one in queries.documents(view, [Cast.intake]) if one.id == "supplement"]
    assert "media" not in handed.values
