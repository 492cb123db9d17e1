"""Forms: the structure that a screen reader needs, and errors that say what to do."""

from __future__ import annotations

from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.utils import translation
from django.utils.datastructures import MultiValueDict
from hypothesis import given
from hypothesis import strategies as st

from minsheng.ui.components import Sees
from minsheng.ui.forms import FilesField, Form, Radios, ThreePartDateField, error_lines
from minsheng.ui.views import EveryField


def parsed(html: str) -> Element:
    """The HTML as a tree."""
    tree: Element = html5lib.parseFragment(html, namespaceHTMLElements=False)
    return tree


def rendered(source: str, **context: Any) -> Element:
    """A template as a tree."""
    return parsed(Template("{% load minsheng %}" + source).render(Context(context)))


def by_id(tree: Element, identifier: str) -> Element:
    """The one element with the id."""
    found = [one for one in tree.iter() if one.get("id") == identifier]
    assert len(found) == 1, f"{identifier}: {len(found)}"
    return found[0]


class Asking(Form):
    words = forms.CharField(label="出了什么事？", help_text="想到哪写到哪", widget=forms.Textarea)
    when = ThreePartDateField(label="从哪天开始")
    verdict = forms.ChoiceField(
        label="办好了没有",
        choices=[("yes", "解决了"), ("no", "没有")],
        widget=Radios(hints={"yes": "到此结束"}),
    )


def test_hint_error_and_readers_describe_the_field_in_this_order() -> None:
    form = Asking({"words": ""})
    tree = rendered("{% field form.words heading=True sees=who %}", form=form, who=Sees("受理室"))
    area = by_id(tree, "id_words")
    assert area.get("aria-describedby") == "id_words_helptext id_words_error id_words_sees"
    assert area.get("aria-invalid") == "true"
    for identifier in (area.get("aria-describedby") or "").split():
        by_id(tree, identifier)
    label = tree.find(".//h1/label")
    assert label is not None
    assert label.get("for") == "id_words"


def test_a_group_is_a_fieldset_whose_legend_is_its_label() -> None:
    tree = rendered("{% field form.verdict %}", form=Asking({}))
    fieldset = tree.find(".//fieldset")
    assert fieldset is not None
    assert fieldset.get("aria-describedby") == "id_verdict_error"
    assert "".join(fieldset[0].itertext()) == "办好了没有"
    assert fieldset[0].tag == "legend"


def test_the_hint_of_a_choice_describes_it_and_is_no_part_of_its_name() -> None:
    tree = rendered("{% field form.verdict %}", form=Asking())
    choice = by_id(tree, "id_verdict_0")
    assert choice.get("aria-describedby") == "id_verdict_0_hint"
    assert by_id(tree, "id_verdict_0_hint").text == "到此结束"
    names = [one.text for one in tree.iter("label")]
    assert names == ["解决了", "没有"]
    assert by_id(tree, "id_verdict_1").get("aria-describedby") is None


def test_the_error_summary_leads_to_an_element_that_is_there() -> None:
    form = EveryField({})
    page = rendered("{% errors form %}{{ form }}", form=form)
    links = [one for one in page.iter("a") if (one.get("href") or "").startswith("#")]
    assert len(links) == len(error_lines(form)) == 6
    for link in links:
        assert by_id(page, (link.get("href") or "")[1:]).tag in ("input", "textarea", "select")


def test_the_summary_says_what_remains_and_that_nothing_is_lost() -> None:
    tree = rendered("{% errors form %}", form=Asking({"words": "灯坏了", "verdict": "yes"}))
    said = "".join(tree.itertext())
    assert "还差一处，改了就能继续" in said
    assert "写上是哪一天：年、月、日都要" in said
    assert "您填过的都还在。" in said
    with translation.override("en"):
        tree = rendered("{% errors form %}", form=Asking({"words": "x"}))
    assert "2 things left to mend, then you can go on" in "".join(tree.itertext())


def test_a_form_without_errors_has_no_summary() -> None:
    assert "".join(rendered("{% errors form %}", form=Asking()).itertext()).strip() == ""


def test_errors_say_what_to_do_in_both_languages() -> None:
    assert Asking({}).errors["words"] == ["填上“出了什么事？”"]
    with translation.override("en"):
        assert EveryField({}).errors["place"] == ["Choose one: Which subdistrict?"]


def test_no_stock_message_reaches_the_reader() -> None:
    for errors in EveryField({}).errors.values():
        for error in errors:
            assert "必填" not in error


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_date_typed_in_three_parts_is_that_date(day: date) -> None:
    form = Asking({"when_year": f" {day.year} ", "when_month": f"{day.month:02}", "when_day": str(day.day)})
    form.is_valid()
    assert "when" not in form.errors
    assert form.cleaned_data["when"] == day


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        (("", "", ""), "写上是哪一天"),
        (("2026", "", "20"), "还要写上月"),
        (("2026", "", ""), "还要写上月、日"),
        (("2026", "2", "30"), "没有这一天"),
        (("26", "2", "3"), "没有这一天"),
        (("二〇二六", "2", "3"), "没有这一天"),
        (("9" * 400, "1", "1"), "没有这一天"),
        (("2026", "-1", "1"), "没有这一天"),
    ],
)
def test_a_date_that_is_none_is_told_what_to_look_at(typed: tuple[str, str, str], says: str) -> None:
    form = Asking(dict(zip(("when_year", "when_month", "when_day"), typed, strict=True)))
    assert form.errors["when"][0].startswith(says)


def test_the_parts_of_a_date_are_in_the_order_of_the_language() -> None:
    def names(tree: Element) -> list[str]:
        return [one.get("name") or "" for one in tree.iter("input")]

    assert names(rendered("{% field form.when %}", form=Asking())) == ["when_year", "when_month", "when_day"]
    with translation.override("en"):
        form = Asking({})
        assert names(rendered("{% field form.when %}", form=form)) == ["when_day", "when_month", "when_year"]
        assert error_lines(form)[1].target == "id_when_2"


class Sending(Form):
    photos = FilesField(label="照片", required=False, max_files=2, max_bytes=2_000_000)


def send(*files: SimpleUploadedFile) -> Sending:
    """The form with these files."""
    return Sending({}, MultiValueDict({"photos": list(files)}))


def test_several_files_are_a_list_and_none_are_an_empty_one() -> None:
    form = send(SimpleUploadedFile("a.jpg", b"a"), SimpleUploadedFile("b.jpg", b"b"))
    assert form.is_valid()
    assert [one.name for one in form.cleaned_data["photos"]] == ["a.jpg", "b.jpg"]
    none = send()
    assert none.is_valid()
    assert none.cleaned_data["photos"] == []


def test_files_too_large_too_many_or_empty_are_named() -> None:
    large = send(SimpleUploadedFile("IMG.MOV", b"x" * 2_000_001)).errors["photos"]
    assert large == ["“IMG.MOV”有3 MB。换一个2 MB以内的，或者不传"]
    many = send(*[SimpleUploadedFile(f"{n}.jpg", b"x") for n in range(3)]).errors["photos"]
    assert many == ["选了3个，最多2个，去掉几个再传"]
    empty = send(SimpleUploadedFile("a.jpg", b"")).errors["photos"]
    assert empty == ["“a.jpg”是空的，换一个再传"]


@given(st.text(st.characters(exclude_characters="\r\0", exclude_categories=["Cs", "Cc"]) | st.just("\n")))
def test_a_text_area_gives_back_what_was_typed(typed: str) -> None:
    form = Asking(initial={"words": typed})
    area = by_id(rendered("{{ form.words }}", form=form), "id_words")
    assert (area.text or "") == typed


def test_stock_widgets_take_our_shape_too() -> None:
    class Stock(forms.Form):
        one = forms.ChoiceField(choices=[("a", "甲")], widget=forms.RadioSelect)
        many = forms.MultipleChoiceField(choices=[("a", "甲")], widget=forms.CheckboxSelectMultiple)

    tree = parsed(Stock().as_div())
    assert len([one for one in tree.iter("div") if one.get("class") == "choice"]) == 2


def test_what_is_wrong_with_the_whole_form_is_shown_where_the_form_is() -> None:
    class Together(Form):
        one = forms.CharField(required=False)

        def clean(self) -> dict[str, Any]:
            raise forms.ValidationError("两样写一样就行")

    assert "两样写一样就行" in str(Together({}))
    assert error_lines(Together({})) == [("两样写一样就行", "")]


def test_a_placeholder_never_stands_in_for_a_label() -> None:
    class Stock(forms.Form):
        login = forms.CharField(label="电子邮箱", widget=forms.TextInput({"placeholder": "Email"}))

    html = str(Stock())
    assert "placeholder" not in html
    assert "电子邮箱" in html
