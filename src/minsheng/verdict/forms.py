"""What residents, reviewers and callers fill in here. Nothing is ever chosen beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minsheng.kernel.words import Refusal
from minsheng.resolve.forms import LINE, LONG, DeskForm, capital
from minsheng.ui.forms import Form, Radios
from minsheng.ui.words import Words, lazy_words, say
from minsheng.verdict.rules import rating


class Verbatim(forms.CharField):
    """A person's own words, kept byte for byte."""

    def __init__(self, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea({"rows": rows}))
        super().__init__(strip=False, required=False, max_length=LONG, **kwargs)


class _Seen(Form):
    seen_n = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def take(self, refusal: Refusal) -> bool:
        """Put a refusal to the field that it is about; False if it is about none of them."""
        name = (refusal.field or "").rpartition(".")[2]
        if name not in self.fields:
            return False
        self.add_error(name, say(refusal.reason))
        return True


def _choices(offered: Sequence[tuple[str, Words, Words]]) -> tuple[list[tuple[str, Any]], Radios]:
    """Choices and their widget, from (value, title, what follows)."""
    hints = {value: capital(follows) for value, _title, follows in offered}
    return [(value, lazy_words(capital(title))) for value, title, _follows in offered], Radios(hints=hints)


class VerdictForm(_Seen):
    """The four, equal; what is still missing, if one wants to say."""

    choice = forms.ChoiceField(
        label=_("办好了没有？"),
        help_text=_("四个都可以选，没有哪个是“应该”选的。您选的会写进这件事的公开记录，不带姓名和电话。"),
        error_messages={"required": _("四个里选一个")},
    )
    remark = Verbatim(label=_("还差什么（可以不写）"), help_text=_("承办单位看得到这句话。"))

    def __init__(self, *args: Any, offered: Sequence[tuple[str, Words, Words]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)
        named, field.widget = _choices(offered)
        field.choices = named


class PartlyForm(_Seen):
    """Partly: go on, or is that enough?"""

    choice = forms.CharField(widget=forms.HiddenInput)
    remark = Verbatim(widget=forms.HiddenInput)
    more = forms.ChoiceField(label=_("还要不要接着办？"), error_messages={"required": _("两个里选一个")})

    def __init__(self, *args: Any, offered: Sequence[tuple[str, Words, Words]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["more"]
        assert isinstance(field, forms.ChoiceField)
        named, field.widget = _choices(offered)
        field.choices = named


class RatingForm(Form):
    """How one was treated: two questions, coded answers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = [(code, lazy_words(text)) for code, text in rating.ANSWERS.items()]
        for name, text in rating.QUESTIONS.items():
            self.fields[name] = forms.ChoiceField(
                label=lazy_words(text),
                choices=answers,
                widget=Radios(row=True),
                error_messages={"required": _("选一个，也可以选“不想说”")},
            )


class StubForm(Form):
    """The stub that one kept of a rating."""

    stub = forms.CharField(
        label=_("票根上的字"),
        help_text=_("空格、大小写都不要紧。"),
        max_length=LINE,
        error_messages={"required": _("写上票根上的字")},
    )


class PressedForm(Form):
    """Somebody tells me what to choose: nothing but the words."""

    words = Verbatim(
        rows=5,
        label=_("谁、怎么说的"),
        help_text=_("一句话也可以。不用写自己是谁，不用证据。"),
    )


class FindingForm(DeskForm):
    """What a review found, and what follows."""

    do = forms.ChoiceField(label=_("结论"), error_messages={"required": _("选一个结论")})
    finding = forms.CharField(
        label=_("查明了什么，为什么这么定"),
        help_text=_("写给居民和承办单位看：看了什么、问了谁、根据什么。"),
        max_length=LONG,
        widget=forms.Textarea({"rows": 6}),
    )
    order = forms.CharField(
        label=_("要求谁做什么，哪一天前（没有就空着）"),
        required=False,
        max_length=LONG,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, outcomes: Sequence[tuple[str, Words, Words]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["do"]
        assert isinstance(field, forms.ChoiceField)
        named, field.widget = _choices(outcomes)
        field.choices = named


class RecheckForm(DeskForm):
    """What the resident said on the telephone, weeks later."""

    do = forms.ChoiceField(label=_("居民怎么说"), error_messages={"required": _("选一个：居民怎么说")})
    note = forms.CharField(
        label=_("记一句（可以不写）"),
        help_text=_("只有复核人和居民看得到，承办单位看不到。"),
        required=False,
        max_length=LONG,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, outcomes: Sequence[tuple[str, Words, Words]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["do"]
        assert isinstance(field, forms.ChoiceField)
        named, field.widget = _choices(outcomes)
        field.choices = named


class PressureForm(Form):
    """The finding of a check into pressure."""

    finding = forms.ChoiceField(label=_("查下来"), error_messages={"required": _("选一个结论")})
    reasons = forms.CharField(
        label=_("查了什么，问了谁，为什么这么认定"),
        help_text=_("只有复核人看得到，承办单位看不到。"),
        required=False,
        max_length=LONG,
        widget=forms.Textarea({"rows": 5}),
    )

    def __init__(self, *args: Any, offered: Sequence[tuple[str, Words, Words]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["finding"]
        assert isinstance(field, forms.ChoiceField)
        named, field.widget = _choices(offered)
        field.choices = named
