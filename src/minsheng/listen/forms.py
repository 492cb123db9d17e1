"""The questions a resident is asked, as forms. Only shape is checked here; the rest is for the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from minsheng.bodies import queries as bodies
from minsheng.listen.rules.intake import TERMS
from minsheng.ui.forms import FilesField, Form, Radios
from minsheng.ui.words import Words, lazy_words

PICTURES = "image/jpeg,image/png,image/webp"


class Verbatim(forms.CharField):
    """A person's own words: kept byte for byte, blanks and line ends included."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea({"rows": 7}))
        super().__init__(strip=False, required=False, **kwargs)
        self.validators = []


class WordsForm(Form):
    """Question 1: what happened, and photographs."""

    words = Verbatim(
        label=_("出了什么事？"), help_text=_("想到哪写到哪，写得急也没关系。不用知道归谁管，那是我们的事。")
    )
    photos = FilesField(
        label=_("照片（可以不传）"),
        help_text=_("最多5张，每张10 MB以内。照片里的拍摄地点会先去掉。"),
        required=False,
        max_files=2
        * TERMS.max_photos,  # how many there may be with those kept before is for the draft to say
        max_bytes=TERMS.max_photo_bytes,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget.attrs["accept"] = PICTURES


class PlaceForm(Form):
    """Question 2: where."""

    area = forms.ChoiceField(label=_("在哪个街道、社区（可以不选）"), required=False, widget=forms.Select())
    place = forms.CharField(
        label=_("具体在哪（可以不写）"),
        help_text=_("例如：桂花里6栋5楼，或者公交站边上。前面写过的，不用再写。"),
        required=False,
        strip=True,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        area = self.fields["area"]
        assert isinstance(area, forms.ChoiceField)
        area.choices = [("", _("不知道，或者不在里面")), *_areas()]
        area.error_messages["invalid_choice"] = _("从列出来的里面选一个，或者不选")
        self.fields["place"].widget.attrs["autocomplete"] = "off"


def _areas() -> list[tuple[Any, Any]]:
    """The areas of today, grouped by the one around them; a group's own name means all of it."""
    everything = bodies.areas()
    tops = [area for area in everything if area.parent is None]
    under = {area.code: [one for one in everything if one.parent == area.code] for area in everything}
    choices: list[tuple[Any, Any]] = []
    for top in tops:
        for middle in under[top.code]:
            inside = [(one.code, lazy_words(one.name)) for one in under[middle.code]]
            whole = (middle.code, lazy_words(middle.name))
            choices.append((lazy_words(middle.name), [*inside, whole]) if inside else whole)
        choices.append((top.code, lazy_words(top.name)))
    return choices


class ContactForm(Form):
    """Question 3: how to reach you. Everything may be left out."""

    name = forms.CharField(label=_("怎么称呼您（可以不写）"), required=False)
    phone = forms.CharField(
        label=_("电话（可以不留）"), help_text=_("受理室和回访员看得到，谁看过都有记录。"), required=False
    )
    email = forms.CharField(
        label=_("邮箱（可以不留）"),
        help_text=_("每走一步写信告诉您；信里不写您说的内容。"),
        required=False,
    )
    by_unit = forms.BooleanField(
        label=_("承办单位也可以看我的电话和邮箱"),
        help_text=_("不勾，就由受理室替他们转接。以后随时可以改。"),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widgets = {name: self.fields[name].widget.attrs for name in ("name", "phone", "email")}
        widgets["name"] |= {"autocomplete": "name", "class": "short"}
        widgets["phone"] |= {"autocomplete": "tel", "inputmode": "tel", "class": "short"}
        widgets["email"] |= {"autocomplete": "email", "inputmode": "email"}


class CheckForm(Form):
    """Question 4: may others read the words? Not ticked means no."""

    show = forms.BooleanField(
        label=_("别人可以看我的话，遮住上面这些以后"),
        help_text=_("不勾就是不给看，照样办，一样快。以后随时可以改。"),
        required=False,
    )


class CodeForm(Form):
    """The follow code, as it was read out or typed."""

    code = forms.CharField(
        label=_("查询码"),
        help_text=_("在回执上，17位，例如7QK4 M2XD 9VHT 3RPC W。大小写、空格都不要紧。"),
        required=True,
        max_length=200,
        error_messages={"required": _("把回执上的查询码写在这里")},
        widget=forms.TextInput(
            {
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "short mono",
            }
        ),
    )


class SayForm(Form):
    """Own words and files for one of the things that a resident may do at any time."""

    words = Verbatim()
    asked = forms.ChoiceField(required=False, widget=Radios())
    papers = FilesField(
        label=_("照片或者PDF（可以不传）"),
        help_text=_("最多5个，每个10 MB以内。照片里的拍摄地点会先去掉。"),
        required=False,
        max_files=TERMS.max_photos,
        max_bytes=TERMS.max_photo_bytes,
    )

    def __init__(
        self, *args: Any, label: Words, hint: Words = "", with_files: bool, asked: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = lazy_words(label)
        self.fields["words"].help_text = lazy_words(hint) if hint else ""
        if with_files:
            self.fields["papers"].widget.attrs["accept"] = f"{PICTURES},application/pdf"
        else:
            del self.fields["papers"]
        if asked is None:
            del self.fields["asked"]
        else:
            field = self.fields["asked"]
            assert isinstance(field, forms.ChoiceField)
            field.label = lazy_words(asked.title)
            field.help_text = lazy_words(asked.hint) if asked.hint else ""
            field.choices = [(value, lazy_words(words)) for value, words in asked.values.items()]


class SeeingForm(Form):
    """Who may see what; every tick may be taken back."""

    show = forms.BooleanField(
        label=_("别人可以看我的原话，遮住电话、证件号这些以后"),
        help_text=_("收回以后，公开页面上就没有了。已经被人抄走、下载走的，收不回来。"),
        required=False,
    )
    by_unit = forms.BooleanField(
        label=_("承办单位也可以看我的电话和邮箱"),
        help_text=_("收回以后他们看不到了；已经看过的，记录里有。"),
        required=False,
    )
