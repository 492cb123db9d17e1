"""Every number on the page is that of figures.json, and what nobody said is never a "solved"."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.publish import services
from minsheng.publish.models import Edition, FigureCell, PublicMatter, RatingCell
from minsheng.publish.rules import counts as rule
from minsheng.publish.testing import Days, number
from minsheng.verify.check import verify
from minsheng.verify.export import open_export

Read = Callable[..., str]


def cell(month: str, body: str = "housing", unusable: str = "", **counts: int) -> FigureCell:
    due = sum(counts.get(word, 0) for word in rule.WORDS)
    return FigureCell.objects.create(
        procedure="resident-request", body=body, month=month, unusable=unusable, counts={"due": due, **counts}
    )


def edition(day: date = date(2026, 10, 13)) -> Edition:
    return Edition.objects.create(day=day, made_at=datetime(2026, 10, 14, tzinfo=UTC), size=1, n_disclosed=1)


@pytest.mark.django_db(transaction=True)
class TestLivedThrough:
    """A town in which something of every sort was said."""

    @pytest.fixture(autouse=True)
    def lived(self, days: Days) -> None:
        solved, partly, silent, withdrawn = (days.answered() for _ in range(4))
        days.say(solved, "solved")
        days.say(partly, "partly_enough")
        days.act(withdrawn, None, None, self._resident(withdrawn), event="withdrawn")
        late = days.file()
        days.dispatch(late)
        days.to(13)
        days.publish()
        self.silent = silent

    @staticmethod
    def _resident(matter: str) -> Any:
        from minsheng.matter.testing import Cast

        return Cast.resident(matter)

    def test_the_page_has_the_numbers_of_the_file(self, read: Read) -> None:
        cells = json.loads((services.folder() / "figures.json").read_bytes())["cells"]
        assert len(cells) == FigureCell.objects.count() == 1
        kept = FigureCell.objects.get()
        assert {**kept.counts, "procedure": kept.procedure, "body": kept.body, "month": kept.month} == cells[
            0
        ]
        page = read("/figures/")
        assert f"{cells[0]['due']}件到期，{cells[0]['solved']}件居民说解决了" in page
        assert cells[0]["late"] == 1 and cells[0]["withdrawn"] == 1

    def test_silence_is_unknown_and_never_solved(self, read: Read) -> None:
        row = PublicMatter.objects.get(matter=self.silent)
        assert (row.end, row.word) == ("lapsed", "unknown")
        counts = FigureCell.objects.get().counts
        assert (counts["solved"], counts["partly"], counts["unknown"], counts["due"]) == (1, 1, 1, 3)
        page = read(f"/matters/{number(self.silent)}/")
        assert "居民的结论：没有回音，算不知道" in page and "解决了" not in page

    def test_a_stranger_recomputes_all_of_it(self) -> None:
        report = verify(open_export(services.folder()))
        assert report.holds, [str(finding) for finding in report.findings]

    def test_a_figure_that_was_touched_up_is_found(self) -> None:
        path = services.folder() / "figures.json"
        path.write_bytes(path.read_bytes().replace(b'"solved":1', b'"solved":2'))
        report = verify(open_export(services.folder()))
        assert not report.holds

    def test_lists_and_figures_name_the_same_body(self) -> None:
        assert set(PublicMatter.objects.values_list("body", flat=True)) == {"housing"}
        assert FigureCell.objects.get().body == "housing"


pages = pytest.mark.usefixtures("town")


@pages
@pytest.mark.django_db
def test_a_bad_month_has_the_same_size_as_a_good_one(html: Read) -> None:
    edition()
    cell("2026-07", solved=12)
    cell("2026-08", solved=40, unknown=2)
    cell("2026-09", **{"not": 38}, unknown=4)
    good, bad = html("/figures/2026-08/"), html("/figures/2026-09/")
    main = [page[page.index("<main") : page.index("<h2>几个月来")] for page in (good, bad)]
    shapes = [[part.split(">", 1)[0].split()[0] for part in one.split("<")[1:]] for one in main]
    drawn = [[tag for tag in shape if tag not in ("rect",)] for shape in shapes]
    assert drawn[0] == drawn[1], "the same elements in the same order"
    assert "42件到期，0件居民说解决了" in bad


@pages
@pytest.mark.django_db
def test_the_front_page_shows_the_last_month_that_is_over_however_it_went(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minsheng.site.clock.now", lambda: datetime(2026, 10, 14, 2, tzinfo=UTC))
    edition()
    cell("2026-08", solved=40)
    cell("2026-09", **{"not": 40})
    cell("2026-10", solved=3)
    page = read("/")
    assert "9月到期的事，居民怎么说" in page
    assert "40件到期，0件居民说解决了" in page


@pages
@pytest.mark.django_db
def test_under_ten_no_share_is_shown(read: Read) -> None:
    edition()
    cell("2026-09", solved=9)
    page = read("/figures/")
    assert "太少，不比" in page and "太少，不算占比（不到10件）。" in page
    assert "9件到期，9件居民说解决了" in page
    assert "占" + "100%" not in page
    cell("2026-09", body="water", solved=1)
    page = read("/figures/")
    assert "95%区间" in page, "together they are ten"
    assert page.count("太少，不比") == 2, "each of the two bodies still has too few"


@pages
@pytest.mark.django_db
def test_bodies_stand_in_the_order_of_their_codes_whatever_their_figures(html: Read) -> None:
    edition()
    cell("2026-09", body="water", solved=30)
    cell("2026-09", body="education", **{"not": 30})
    cell("2026-09", body="housing", solved=15, unknown=15)
    page = html("/figures/")
    table = page[page.index("<caption>分单位") : page.index("几个月来") if "几个月来" in page else None]
    assert table.index("市教育局") < table.index("市住建局") < table.index("市水务局")


@pages
@pytest.mark.django_db
def test_what_no_body_had_taken_up_is_the_desks(read: Read) -> None:
    edition()
    cell("2026-09", body="", late=2)
    cell("2026-09", body="hotline", solved=1, late=1)
    page = read("/figures/")
    table = page[page.index("晚了几次") :]
    assert table.count("受理室") == 1
    assert "受理室3" in table.replace(" ", "")


@pages
@pytest.mark.django_db
def test_a_month_under_pressure_is_marked_and_not_used(read: Read) -> None:
    edition()
    cell("2026-09", solved=30, unusable="shown")
    cell("2026-09", body="water", solved=20, unusable="three")
    page = read("/figures/")
    assert page.count("作废，不用") == 2
    assert "查实有人要居民选某一个" in page and "三件不同的事都有人说被要求选某一个" in page
    assert "其中50件出自作废的单位和月份" in page
    assert read("/figures/", "en").count("Unusable") == 2


@pages
@pytest.mark.django_db
def test_a_closed_box_is_not_even_named(read: Read) -> None:
    edition()
    cell("2026-09", solved=30)
    counts = {
        "treated": {"yes": 8, "partly": 1, "no": 1, "none": 1},
        "understood": {"yes": 2, "partly": 3, "no": 6, "none": 0},
    }
    RatingCell.objects.create(
        body="housing", first_month="2026-08", last_month="2026-09", n=11, counts=counts
    )
    RatingCell.objects.create(body="water", first_month="2025-08", last_month="2026-08")
    page = read("/figures/")
    table = page[page.index("打开了的评价箱") :]
    assert "市住建局8月–9月他们待您客气、当回事吗811111" in table.replace(" ", "")
    assert "市住建局8月–9月答复您看得懂吗236011" in table.replace(" ", "")
    assert "市水务局2025年8月–8月太少，不比" in table.replace(" ", "")


@pytest.mark.django_db(transaction=True)
def test_publishing_names_opened_boxes_and_those_with_too_few_only(days: Days) -> None:
    from minsheng.verdict.models import RatingBox

    months = {"first_month": date(2026, 2, 1), "last_month": date(2026, 2, 1)}
    said = [{"treated": "yes", "understood": "no"}] * 10
    RatingBox.objects.create(body="housing", state="collecting", **months)
    RatingBox.objects.create(body="water", state="too_few", opened_on=date(2026, 3, 2), **months)
    RatingBox.objects.create(
        body="education",
        state="opened",
        opened_on=date(2026, 3, 2),
        published={"nonces": ["0" * 64] * 10, "answers": said},
        **months,
    )
    days.file()
    days.to(1)
    days.publish()
    assert set(RatingCell.objects.values_list("body", "n")) == {("water", 0), ("education", 10)}
    counts = RatingCell.objects.get(body="education").counts
    assert counts["treated"]["yes"] == 10 and counts["understood"]["no"] == 10


@pytest.mark.django_db(transaction=True)
def test_a_mark_of_pressure_reaches_the_published_cell(days: Days) -> None:
    from minsheng.verdict.models import PeriodMark

    matter = days.answered()
    days.say(matter, "solved")
    PeriodMark.objects.create(body="housing", month=date(2026, 3, 1), why="shown", marked_on=date(2026, 3, 2))
    days.to(1)
    days.publish()
    assert FigureCell.objects.get().unusable == "shown"


cells = st.lists(
    st.tuples(
        st.sampled_from(["", "hotline", "housing", "water"]),
        st.dictionaries(st.sampled_from(["due", "late", *rule.WORDS]), st.integers(0, 50)),
    ),
    max_size=8,
)


@given(cells)
def test_nothing_is_lost_between_the_bodies_and_the_total(cells: list[tuple[str, dict[str, int]]]) -> None:
    bodies = rule.by_body(cells, "hotline")
    assert rule.together(bodies.values()) == rule.together(counts for _, counts in cells)
    assert list(bodies) == sorted(bodies) and "" not in bodies


shares = st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(
    lambda three: (sorted(three)[1], sorted(three)[0], sorted(three)[2])
)


@given(st.lists(shares, max_size=6))
def test_a_change_is_claimed_only_where_two_intervals_lie_apart(found: list[rule.Share]) -> None:
    claimed = rule.change_shown(found)
    if len(found) < 2:
        assert claimed is None
    elif max(low for _, low, _ in found) <= min(high for *_, high in found):
        assert claimed is False
    else:
        assert claimed is True


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_share_is_of_all_that_fell_due_and_lies_in_its_interval(solved: int, others: int) -> None:
    share = rule.solved_share({"due": solved + others, "solved": solved})
    if solved + others < rule.FEWEST:
        assert share is None
    else:
        assert share is not None
        assert share[0] == solved / (solved + others)
        assert 0 <= share[1] <= share[0] <= share[2] <= 1


def test_the_archive_is_beside_the_export_and_not_in_it(settings: Any, tmp_path: Path) -> None:
    settings.MINSHENG_DATA = tmp_path
    assert services.archive().parent == services.folder().parent
    assert services.folder() not in services.archive().parents
