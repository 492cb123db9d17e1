"""Dataclass in, template out: what the components say, in both languages, and what they never do."""

from __future__ import annotations

import dataclasses
import inspect
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import html5lib
import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.words import Kind, Missing, Refusal, Text
from minsheng.ui import components as c
from minsheng.ui import pictures, samples
from minsheng.ui.respond import STATUS, refusal_page
from minsheng.ui.templatetags import minsheng as tags

NOW = datetime(2026, 10, 14, 1, 20, tzinfo=UTC)
TAGS: dict[str, tuple[str, Any]] = {
    "due": ("item", samples.YOURS),
    "basis": ("item", samples.LOCAL),
    "words": ("item", samples.SAID),
    "reply": ("item", samples.REPLY),
    "timeline": ("item", samples.TIMELINE),
    "missing": ("item", samples.MISSING),
    "worklist": ("item", samples.WORKLIST),
    "public_rows": ("item", samples.PUBLIC_ROWS),
    "state": ("item", samples.STATES[0]),
    "sees": ("item", samples.SEES),
    "figure": ("item", samples.FIGURE),
    "intervals": ("item", samples.INTERVALS),
    "trend": ("item", samples.TREND),
    "receipt": ("item", samples.RECEIPT),
    "refusal": ("item", samples.REFUSAL),
    "pages": ("item", c.Pages("#n", "#o")),
    "back": ("item", c.Link("上一步", "#b")),
    "persona_bar": ("item", samples.PERSONA),
}


def shown(tag: str, item: object, language: str = "zh-hans", **more: Any) -> str:
    """The HTML of one tag in one language."""
    context = {"item": item, "now": NOW, "town": samples.TOWN, **more}
    with translation.override(language):
        return Template("{% load minsheng %}{% " + tag + " item %}").render(Context(context))


def text_of(html: str) -> str:
    """What is left for the ear."""
    parsed = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return re.sub(r"\s+", " ", "".join(parsed.itertext())).strip()


@pytest.mark.parametrize(
    ("due", "zh", "en"),
    [
        (
            samples.YOURS,
            "等您说：办好了没有到10月19日（星期一），还有5天。您不说，就记为“不知道”，不会记成“满意”。",
            "Your turn: is it solved?Until Mon 19 Oct, 5 days from now. If you say nothing,",
        ),
        (
            samples.LATE_DONE,
            "答复晚了3个工作日应于10月8日（星期四）前，实际10月12日（星期一）。这一条一直公开",
            "Answer: 3 working days lateDue by Thu 8 Oct, done on Mon 12 Oct. This stays public.",
        ),
        (
            samples.LATE,
            "答复晚了4个工作日应于10月8日（星期四）前。已经报到",
            "4 working days lateDue by Thu 8 Oct. Reported",
        ),
        (
            samples.OPEN,
            "10月20日（星期二）前必须登记审核还有6天。",
            "Registration check due by Tue 20 Oct6 days left.",
        ),
        (c.Due(what=Text("答复", "Answer"), state="late"), "答复过期了", "Answer: late"),
        (
            c.Due(what="答复", limit=date(2026, 10, 14), days_left=0),
            "10月14日（星期三）前必须答复今天24:00到期。",
            "Due today, until midnight.",
        ),
        (
            c.Due(what="回电", limit=datetime(2026, 10, 14, 8, 30, tzinfo=UTC)),
            "10月14日（星期三）16:30前必须回电",
            "due by Wed 14 Oct, 16:30",
        ),
    ],
)
def test_a_clock_line_writes_its_own_sentences(due: c.Due, zh: str, en: str) -> None:
    assert zh in text_of(shown("due", due))
    assert en in text_of(shown("due", due, "en"))


def test_the_source_of_a_date_is_one_character_and_one_letter() -> None:
    for kind, zh, en in (
        ("law", "法法律规定：", "LSet by law:"),
        ("local", "地本地规定：", "RLocal rule:"),
        ("design", "台本平台自定：", "PSet by this platform:"),
    ):
        basis = c.Basis(kind, "第九条")  # type: ignore[arg-type]
        assert text_of(shown("basis", basis)) == f"{zh}第九条"
        assert text_of(shown("basis", basis, "en")).startswith(en)


@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs", "Cc"]) | st.just("\n")))
def test_words_of_a_person_are_never_altered(said: str) -> None:
    html = shown("words", c.Said(said))
    parsed = html5lib.parseFragment(html, namespaceHTMLElements=False)
    quote = parsed.find(".//blockquote")
    assert "".join(quote.itertext()) == said


def test_an_empty_slot_of_a_reply_is_left_out_except_where_else_to_go() -> None:
    said = text_of(shown("reply", c.Reply(done="修好了。")))
    assert "做了什么" in said
    assert "为什么晚了" not in said
    assert "还能找谁" in said
    assert "复核" in said


def test_a_figure_says_the_unknown_as_loud_as_the_rest() -> None:
    html = shown("figure", samples.FIGURE)
    assert "没有回音，算不知道 78" in html
    assert "19%" in html
    assert samples.FIGURE.total == 412


def test_a_figure_of_nothing_draws_no_bar() -> None:
    empty = c.Figure("none", "九月", (c.Part("解决了", 0, "solid"),))
    assert "<rect x=" not in shown("figure", empty)


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=6))
def test_the_parts_of_a_bar_fill_it_exactly(counts: list[int]) -> None:
    parts = [c.Part(str(n), n, "solid") for n in counts]
    drawn = pictures.stacked_bar(parts, figure="f", label="x")
    widths = [float(width) for width in re.findall(r'width="([\d.]+)" height="38" class="frame"', drawn)]
    assert len(widths) == sum(1 for n in counts if n)
    assert not widths or abs(sum(widths) - 640) < 0.1 * len(widths)


def test_a_picture_takes_no_id_that_could_break_out() -> None:
    with pytest.raises(ValueError, match="not a slug"):
        pictures.stacked_bar([c.Part("a", 1, "hatch")], figure='"><script>', label="x")


def test_too_few_are_not_compared() -> None:
    said = text_of(shown("intervals", samples.INTERVALS))
    assert "市民政局9太少，不比" in said
    assert "市民政局9市" not in said


def _poisoned(value: Any, poison: str) -> Any:
    """The same component with the poison in every text of it."""
    if isinstance(value, Text | samples.T):
        return Text(poison, poison)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        keep = {"id", "kind", "state", "mark", "fill", "lang"}
        new = {
            field.name: getattr(value, field.name)
            if field.name in keep and isinstance(getattr(value, field.name), str)
            else _poisoned(getattr(value, field.name), poison)
            for field in dataclasses.fields(value)
        }
        return type(value)(**new)
    if isinstance(value, tuple):
        return tuple(_poisoned(one, poison) for one in value)
    return poison if isinstance(value, str) and value else value


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_no_text_of_a_component_can_become_markup(tag: str) -> None:
    html = shown(tag, _poisoned(TAGS[tag][1], '"><script>alert(1)</script>'))
    assert "alert(1)" in html
    assert "<script" not in html


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_every_component_is_another_in_english(tag: str) -> None:
    zh, en = text_of(shown(tag, TAGS[tag][1])), text_of(shown(tag, TAGS[tag][1], "en"))
    if tag == "back":
        return
    assert zh != en
    own = en
    for kept in (samples.WORDS, "云溪2026-1038", *dataclasses.astuple(samples.REPLY)[:5], "检验单.jpg"):
        own = own.replace(kept, "")
    assert not re.search("[\u4e00-\u9fff]", own), own


def test_every_tag_and_every_component_is_in_the_documentation() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "design-system.md").read_text()
    for tag in tags.register.tags:
        assert f"{{% {tag}" in guide, tag
    for name in tags.register.filters:
        assert f"|{name}" in guide.replace("\\|", "|"), name
    made = [name for name, one in vars(c).items() if inspect.isclass(one) and dataclasses.is_dataclass(one)]
    for name in made:
        assert f"{name}(" in guide or f"`{name}`" in guide, name


def test_every_component_is_shown_on_a_pattern_page() -> None:
    folder = Path(tags.__file__).parents[1] / "templates" / "ui"
    pages = [
        *folder.glob("patterns/*.html"),
        folder / "refusal.html",
        folder / "question.html",
        folder / "base.html",
    ]
    source = "".join(page.read_text() for page in pages)
    assert [tag for tag in TAGS if f"{{% {tag} " not in source] == ["basis"]  # inside of due


REFUSAL = Refusal(
    "too_early",
    Text("现在还不能", "Not yet"),
    source="《规定》第九条",
    missing=(Missing(Text("审查意见", "Review"), "court", date(2026, 12, 4)),),
    next=Text("等齐了再来", "Come back then"),
)


def test_a_refusal_of_the_kernel_becomes_a_page_with_owner_and_day() -> None:
    page = refusal_page(REFUSAL, at=NOW, owners={"court": Text("市司法局", "Justice Bureau")})
    said = text_of(shown("refusal", page))
    for words in (
        "现在还不能",
        "依据：《规定》第九条",
        "审查意见",
        "市司法局，到12月4日（星期五）",
        "等齐了再来",
    ):
        assert words in said
    assert "这里没有“强制提交”" in said
    assert said.endswith("代号 too_early10月14日（星期三）09:20")


def test_every_kind_of_refusal_has_its_status() -> None:
    assert {str(kind) for kind in Kind} == set(STATUS)
    assert STATUS[Kind.CONFLICT] == 409
