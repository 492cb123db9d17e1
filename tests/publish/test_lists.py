"""Lists turn their pages by keys, ask the database a fixed number of times, and refuse forged keys."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from minsheng.publish import queries
from minsheng.publish.models import Edition, FigureCell, PublicMatter

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

DAY = date(2026, 10, 13)


def rows(n: int, *, late: bool = False, each_day: int = 3) -> None:
    """Matters as an edition shows them: three a day, the last of them on the disclosed day."""
    Edition.objects.create(day=DAY, made_at=datetime(2026, 10, 14, tzinfo=UTC), size=n, n_disclosed=n)
    PublicMatter.objects.bulk_create(
        PublicMatter(
            matter=f"{i:016x}",
            number=f"云溪2026-{i}",
            procedure="resident-request",
            n=4,
            opened_on=DAY - timedelta(days=i // each_day),
            still_since=DAY - timedelta(days=3 + i // each_day),
            body="housing" if i % 2 else "water",
            kind="housing",
            area="guihuali",
            step="handle",
            due_on=DAY - timedelta(days=i // each_day) + timedelta(days=0 if late else 7),
            n_late=1 if late else 0,
            told_body="supervision" if late else "",
        )
        for i in range(n)
    )


def numbers(answer: Any) -> list[str]:
    """The numbers on a page of the list, from the addresses."""
    return [row.url for row in answer.context["page"].rows]


@pytest.mark.parametrize("path", ["/matters/", "/late/"])
@pytest.mark.parametrize("n", [0, 1, 49, 50, 51, 120])
def test_turning_the_pages_shows_each_matter_once_and_back_again(path: str, n: int) -> None:
    rows(n, late=True)
    client, url, seen, pages = Client(), path, [], []
    while True:
        answer = client.get(url)
        assert answer.status_code == 200
        pages.append(numbers(answer))
        seen += pages[-1]
        older = answer.context["page"].pages.older
        if older is None:
            break
        url = older
    assert len(seen) == len(set(seen)) == n
    assert all(len(page) == queries.PER_PAGE for page in pages[:-1])
    back = [numbers(answer)]
    while (newer := answer.context["page"].pages.newer) is not None:
        answer = client.get(newer)
        back.append(numbers(answer))
    assert [one for page in reversed(back) if page for one in page] == seen


def test_the_order_of_the_late_is_by_due_date_and_no_address_changes_it() -> None:
    rows(20, late=True)
    due = [row.due_on for row in queries.late().rows if row.due_on]
    assert len(due) == 20 and due == sorted(due)
    plain = numbers(Client().get("/late/"))
    assert numbers(Client().get("/late/?order=body&sort=-due_on")) == plain


def test_a_list_of_one_body_stays_with_it_over_the_pages() -> None:
    rows(130)
    client = Client()
    first = client.get("/matters/?body=water").context["page"]
    assert "body=water" in first.pages.older
    second = client.get(first.pages.older).context["page"]
    assert len(first.rows) + len(second.rows) == 65
    assert "body=water" in second.pages.newer


@pytest.mark.parametrize(
    ("path", "n_queries"),
    [
        ("/", 8),
        ("/matters/", 4),
        ("/matters/?body=housing", 4),
        ("/late/", 4),
        ("/figures/", 6),
        ("/log/", 3),
    ],
)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_asks_the_database_as_often_for_fifty_rows_as_for_five(
    path: str, n_queries: int, language: str, django_assert_num_queries: Any
) -> None:
    rows(120, late=True)
    for body in ("housing", "water"):
        counts = {"due": 12, "solved": 7}
        FigureCell.objects.create(procedure="resident-request", month="2026-09", body=body, counts=counts)
    client = Client()
    client.cookies["minsheng_language"] = language
    client.get(path)  # the town is read once per process
    with django_assert_num_queries(n_queries):
        client.get(path)
    PublicMatter.objects.exclude(number__in=[f"云溪2026-{i}" for i in range(5)]).delete()
    with django_assert_num_queries(n_queries):
        client.get(path)


FORGED = [
    "x",
    "2026-10-13",
    "2026-10-13.",
    ".云溪2026-1",
    "2026-13-99.云溪2026-1",
    "2026-10-13." + "1" * 41,
    "2026-10-13.\x00",
    "' OR 1=1 --.x",
    "\x00.x",
]


@pytest.mark.parametrize("key", FORGED)
@pytest.mark.parametrize("name", ["before", "after"])
@pytest.mark.parametrize("path", ["/matters/", "/late/"])
def test_a_forged_key_is_a_shape_that_is_refused(path: str, name: str, key: str) -> None:
    rows(3, late=True)
    answer = Client().get(path, {name: key})
    assert answer.status_code == 400
    assert "Traceback" not in answer.content.decode()


@given(st.text(max_size=60))
def test_no_key_at_all_breaks_a_list(key: str) -> None:
    try:
        found = queries.matters(before=key)
    except ValueError:
        return
    assert isinstance(found, queries.PageOf)


@pytest.mark.parametrize("body", ["nobody", "\x00", "x" * 5000, "housing' --"])
def test_a_body_that_is_none_is_refused(body: str) -> None:
    assert Client().get("/matters/", {"body": body}).status_code == 400


@pytest.mark.parametrize("number", ["云溪2026-9999", "x" * 200, "%00", "..", "<script>"])
def test_a_number_that_is_none_is_not_found(number: str) -> None:
    rows(3)
    assert Client().get(f"/matters/{number}/").status_code == 404


def test_a_matter_under_a_rule_file_that_is_gone_still_has_its_line() -> None:
    rows(2, late=True)
    PublicMatter.objects.update(procedure="gone")
    for path in ("/", "/matters/", "/late/"):
        assert Client().get(path).status_code == 200


def test_nobody_can_fill_a_slot_of_the_front_page_by_an_address() -> None:
    rows(3)
    marker = "praise-for-the-bureau"
    for name in ("title", "lead", "q", "order", "sort", "body_name", "heading", "month"):
        for path in ("/", "/matters/", "/late/", "/figures/", "/log/"):
            page = Client().get(path, {name: marker}).content.decode()
            assert marker not in page[page.index("<main") : page.index("</main>")]


def test_a_month_that_has_no_figures_is_not_found() -> None:
    rows(1)
    cell = {"procedure": "resident-request", "body": "housing", "counts": {"due": 1}}
    FigureCell.objects.create(month="2026-09", **cell)
    client = Client()
    assert client.get(reverse("publish:figures", args=["2026-09"])).status_code == 200
    for month in ("2026-10", "2026-13", "9999-99", "0000-00"):
        assert client.get(f"/figures/{month}/").status_code == 404
    assert client.get("/figures/2026-9/").status_code == 404
