"""The pattern pages: every component, alive, in both languages. Shown with DEBUG or in the demo only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from minsheng.ui import samples
from minsheng.ui.components import Link, Pages
from minsheng.ui.forms import Checkboxes, FilesField, Form, Radios, ThreePartDateField
from minsheng.ui.words import lazy_words

T = samples.T
_LANGUAGES = {"zh": "zh-hans", "en": "en"}


class WordsForm(Form):
    """The first question of a request, as a sample."""

    words = forms.CharField(
        label=lazy_words(T("出了什么事？", "What happened?")),
        help_text=lazy_words(
            T(
                "想到哪写到哪，写得急也没关系。不用知道归谁管，那是我们的事。",
                "Write as it comes; haste does no harm. You need not know whose it is: that is our work.",
            )
        ),
        widget=forms.Textarea({"rows": 7}),
        error_messages={
            "required": lazy_words(T("写下发生了什么，一句话也可以", "Say what happened; one line will do"))
        },
    )
    photo = FilesField(
        label=lazy_words(T("照片（可以不传）", "Photographs (you need not)")),
        help_text=lazy_words(
            T(
                "最多5张，每张10 MB以内。照片里的拍摄地点会先去掉。",
                "Five at most, 10 MB each. The place of the shot is taken out first.",
            )
        ),
        required=False,
    )


class EveryField(Form):
    """One field of every kind."""

    name = forms.CharField(
        label=lazy_words(T("怎么称呼您", "What shall we call you?")),
        widget=forms.TextInput({"class": "short"}),
    )
    place = forms.ChoiceField(
        label=lazy_words(T("在哪个街道", "Which subdistrict?")),
        choices=[
            ("", lazy_words(T("选一个", "Choose one"))),
            ("east", lazy_words(T("城东街道", "Chengdong"))),
            ("lake", lazy_words(T("白鹭湖街道", "Bailuhu"))),
        ],
    )
    verdict = forms.ChoiceField(
        label=lazy_words(T("办好了没有？", "Is it solved?")),
        help_text=lazy_words(
            T("四个都可以选，没有哪个是“应该”选的。", "Any of the four is fine; none is expected.")
        ),
        choices=[
            ("solved", lazy_words(T("解决了", "Solved"))),
            ("partly", lazy_words(T("解决了一部分", "Partly"))),
            ("not", lazy_words(T("没有解决", "Not solved"))),
            ("cannot", lazy_words(T("现在说不清", "I cannot tell yet"))),
        ],
        widget=Radios(
            hints={
                "solved": T(
                    "这件事就此结束。以后又坏了，可以接着说，不用重来。",
                    "The matter ends here. If it breaks again, carry on from here.",
                ),
                "partly": T("我们会问您还要不要接着办。", "We ask whether to carry on."),
                "not": T(
                    "换一个人重新办一次，期限重新算。", "Someone else handles it again, with a new date."
                ),
                "cannot": T("再等7天，到时再问您一次。", "We ask once more in 7 days."),
            }
        ),
    )
    unclear = forms.ChoiceField(
        label=lazy_words(T("内容写得不清楚，没法找", "Too unclear to search for")),
        help_text=lazy_words(T("公开，可质疑", "Public, can be contested")),
        choices=[
            ("yes", lazy_words(T("是", "Yes"))),
            ("no", lazy_words(T("不是", "No"))),
            ("unknown", lazy_words(T("还不知道", "Not known yet"))),
        ],
        widget=Radios(row=True),
    )
    readers = forms.MultipleChoiceField(
        label=lazy_words(T("您的原话给谁看", "Who may read your words?")),
        choices=[
            ("body", lazy_words(T("承办单位", "The body in charge"))),
            ("public", lazy_words(T("所有人，先遮住电话和证件号", "Everybody, with numbers masked"))),
        ],
        widget=Checkboxes(),
    )
    since = ThreePartDateField(
        label=lazy_words(T("从哪天开始的", "Since when?")),
        help_text=lazy_words(T("例如2026 9 20", "For example 20 9 2026")),
    )
    agreed = forms.BooleanField(
        label=lazy_words(T("打电话告诉我结果", "Call me with the result")),
        help_text=lazy_words(T("只有回访员看得到号码。", "Only the caller can see the number.")),
        required=False,
    )


_PAGES: dict[str, str] = {
    "components": "ui/patterns/components.html",
    "matter": "ui/patterns/matter.html",
    "figures": "ui/patterns/figures.html",
    "question": "ui/question.html",
    "question-error": "ui/question.html",
    "form": "ui/patterns/form.html",
    "form-error": "ui/patterns/form.html",
    "receipt": "ui/patterns/receipt.html",
    "refusal": "ui/refusal.html",
    **{
        code: f"{code}.html"
        for code in ("400", "403", "403_csrf", "404", "409", "413", "422", "429", "500", "503")
    },
}
NAMES = tuple(_PAGES)


def _samples() -> dict[str, Any]:
    return {name.lower(): value for name, value in vars(samples).items() if name.isupper()}


def _context(name: str) -> dict[str, Any]:
    wrong = {"": ""} if name.endswith("-error") else None
    return {
        **_samples(),
        "names": NAMES,
        "demo": True,
        "persona": samples.PERSONA,
        "no_witness": True,
        "as_of": samples.AS_OF,
        "ledger_url": "#ledger",
        "form": (WordsForm if name.startswith("question") else EveryField)(wrong),
        "heading": T("出了什么事？", "What happened?"),
        "heading_field": "words",
        "kicker": T("我要说一件事　第1步，共4步", "Tell us something, step 1 of 4"),
        "back": Link(T("上一步", "Back"), "#back"),
        "sees": samples.SEES,
        "pages": Pages("#newer", "#older"),
    }


def patterns(request: HttpRequest, language: str = "zh", name: str = "components") -> HttpResponseBase:
    """One pattern page in one language. 404 outside DEBUG and demo, and for an unknown name."""
    if not (settings.DEBUG or getattr(settings, "MINSHENG_DEMO", False)) or name not in _PAGES:
        raise Http404
    with translation.override(_LANGUAGES[language]):
        response: HttpResponse = render(request, _PAGES[name], _context(name))
    return response


patterns.door = "demo"  # type: ignore[attr-defined] # as people.doors.mark would write; ui knows no room
patterns.door_roles = ()  # type: ignore[attr-defined]
