"""What the four question pages show: typed, from what is written so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.analysis.text import mask
from minsheng.bodies import queries as bodies
from minsheng.kernel.words import Text
from minsheng.listen.queries.showing import hidden_in
from minsheng.listen.rules.written import Photo, Written
from minsheng.ui.components import Link, Sees
from minsheng.ui.words import Words, language


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the preview: as others would read it; `hidden`: a mark stands there instead."""

    text: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer on the last page: what was asked, what was said, and the way back to change it."""

    asked: Words
    said: Words
    change: Link


@dataclass(frozen=True, slots=True)
class Question:
    """One question page. `heading_field` is the field whose label is the heading, else `heading` is."""

    template: str
    n: int
    form: BaseForm
    sees: Sees
    button: Words
    action: str
    back: Link
    heading_field: str = ""
    heading: Words = ""
    hint: Words = ""
    photos: tuple[Photo, ...] = ()
    preview: tuple[Piece, ...] = ()
    n_hidden: int = 0
    answers: tuple[Answer, ...] = ()
    by_phone: Words = ""
    emergency: tuple[tuple[str, Words], ...] = ()
    kept: bool = False

    def context(self) -> dict[str, Any]:
        """What ui/question.html reads."""
        return {
            "form": self.form,
            "sees": self.sees,
            "button": self.button,
            "action": self.action,
            "back": self.back,
            "heading_field": self.heading_field,
            "heading": self.heading,
            "kicker": _("我要说一件事　第%(n)s步，共4步") % {"n": self.n},
        }

    def rendered(self) -> tuple[str, dict[str, Any]]:
        """Template and context."""
        return self.template, {"page": self, **self.context()}


def _back(name: str) -> Link:
    return Link(_("上一步"), reverse(name))


def words(form: BaseForm, written: Written) -> Question:
    """Question 1."""
    town = bodies.town()
    return Question(
        template="listen/words.html",
        n=1,
        form=form,
        heading_field="words",
        sees=Sees(
            _(
                "您的原话一个字都不会改。现在只有热线受理室看得到；要不要给别人看，后面由您决定。"
                "写到了电话、证件号也不要紧，给别人看之前会先遮住，让您过目。"
            )
        ),
        button=_("继续"),
        action=reverse("listen:start"),
        back=Link(_("首页"), "/"),
        photos=written.photos,
        by_phone=town.text("by_phone") or "",
        emergency=tuple((one.number, one.what) for one in town.emergency),
        kept=bool(written.words or written.photos),
    )


def place(form: BaseForm, written: Written) -> Question:
    """Question 2."""
    return Question(
        template="listen/place.html",
        n=2,
        form=form,
        heading=_("在哪里？"),
        hint=_("说得出多少写多少。不写也行，受理员会从您的话里找。"),
        sees=Sees(_("受理室和承办单位看得到。公众最多看到一千人以上的大范围，而且同样的事满五件才显示。")),
        button=_("继续"),
        action=reverse("listen:place"),
        back=_back("listen:start"),
    )


def contact(form: BaseForm, written: Written) -> Question:
    """Question 3."""
    return Question(
        template="listen/contact.html",
        n=3,
        form=form,
        heading=_("怎么找到您？都可以不填"),
        hint=_("一样都不留，也照样办，一样快。交上去以后给您一个查询码，凭它随时看、随时接着说。"),
        sees=Sees(
            _(
                "姓名、电话、邮箱单独锁着。只有受理室和回访员能打开，每打开一次都写明理由，您看得到。"
                "被反映的人和单位看不到。"
            )
        ),
        button=_("继续"),
        action=reverse("listen:contact"),
        back=_back("listen:place"),
    )


def check(form: BaseForm, written: Written) -> Question:
    """Question 4."""
    preview, n_hidden = preview_of(written.words)
    return Question(
        template="listen/check.html",
        n=4,
        form=form,
        heading=_("您的话，给不给别人看？"),
        hint=_("别人看到的会是下面这样。虚线框里的已经遮住，名字和地址要您自己看一眼。"),
        sees=Sees(
            _(
                "不管选哪个，受理室、承办单位和复核员都看得到没有遮的原话，因为他们要办。"
                "姓名、电话、邮箱哪种情况都不公开。"
            )
        ),
        button=_("交上去"),
        action=reverse("listen:check"),
        back=_back("listen:contact"),
        preview=preview,
        n_hidden=n_hidden,
        answers=_answers(written),
    )


def preview_of(words: str) -> tuple[tuple[Piece, ...], int]:
    """The words as others would read them, and how many stretches are hidden."""
    spans = hidden_in(words)
    pieces = tuple(
        Piece(part if span is None else mask.mark_of(part, span.kind), span is not None)
        for part, span in mask.pieces(words, spans)
    )
    return pieces, len(spans)


def _answers(written: Written) -> tuple[Answer, ...]:
    def change(name: str) -> Link:
        return Link(_("改"), reverse(name))

    nothing = Text("没有填", "Left empty")
    where: list[str] = []
    if written.area:
        where.append(bodies.area(written.area).name.in_(language()))
    if written.place:
        where.append(written.place)
    reach: Sequence[str] = list(written.contact.fields().values())
    between = ", " if language() == "en" else "，"
    n = len(written.photos)
    photos = (
        Text(f"{n}张照片", f"{n} photograph{'' if n == 1 else 's'}")
        if n
        else Text("没有照片", "No photographs")
    )
    return (
        Answer(_("照片"), photos, change("listen:start")),
        Answer(_("在哪里"), between.join(where) or nothing, change("listen:place")),
        Answer(_("怎么找到您"), between.join(reach) or nothing, change("listen:contact")),
    )
