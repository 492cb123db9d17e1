"""The desk's questions as forms. Only shape is checked here; whether it may be done, the rules say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from minsheng.bodies import queries as bodies
from minsheng.bodies.rules.town import Area, Body
from minsheng.kernel.words import Refusal, Text
from minsheng.matter.rules.uploads import MAX_BYTES, MAX_FILES
from minsheng.ui.forms import FilesField, Form, Radios, ThreePartDateField
from minsheng.ui.words import Words, lazy_words, say

LONG: Final = 20_000
LINE: Final = 500
"""Characters, as the engine takes them; beyond these it refuses the whole act."""

DATE_PARTS: Final = ("year", "month", "day")
NOTHING: Final = ("", _("选一个"))


class DeskForm(Form):
    """What every form here has: the entry that the officer looked at, and a way to take a refusal in."""

    seen_n = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @classmethod
    def typed(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a draft holds, as the form starts with it. Half a date is left out; the words stay."""
        found: dict[str, Any] = {}
        for name, field in cls.base_fields.items():
            if isinstance(field, ThreePartDateField):
                parts = [str(values.get(f"{name}_{part}") or "") for part in DATE_PARTS]
                with suppress(ValidationError):
                    found[name] = field.clean(parts)
            elif name in values:
                found[name] = values[name]
        return found

    def take(self, refusal: Refusal) -> bool:
        """Put a refusal to the field that it is about; False if it is about none of them."""
        name = (refusal.field or "").rpartition(".")[2]
        if name not in self.fields:
            return False
        if name not in self.errors:
            self.add_error(name, say(refusal.reason))
        return True


def long_text(label: Any, hint: Any = "", rows: int = 3, required: bool = False) -> forms.CharField:
    """Some lines of one's own."""
    return forms.CharField(
        label=label,
        help_text=hint,
        required=required,
        max_length=LONG,
        widget=forms.Textarea({"rows": rows}),
    )


def line(label: Any, hint: Any = "", required: bool = False) -> forms.CharField:
    """One line of one's own."""
    return forms.CharField(label=label, help_text=hint, required=required, max_length=LINE)


def capital(words: Words) -> Words:
    """A title from a rule file as a choice or a link begins with it: its English with a capital."""
    return Text(words.zh, words.en[:1].upper() + words.en[1:]) if isinstance(words, Text) else words


def body_choices(found: Iterable[Body]) -> list[tuple[Any, Any]]:
    """Bodies to choose from, nothing chosen beforehand."""
    return [NOTHING, *((body.code, lazy_words(body.name)) for body in found)]


def area_choices(areas: Sequence[Area]) -> list[tuple[Any, Any]]:
    """Places to choose from; a community is indented under its street."""
    depth: dict[str, int] = {}
    for area in areas:
        depth[area.code] = depth.get(area.parent or "", -1) + 1
    names = [(area.code, lazy_words(_indented(area.name, depth[area.code]))) for area in areas]
    return [("", _("还不知道")), *names]


def _indented(name: Text, depth: int) -> Text:
    blank = "　" * depth
    return Text(blank + name.zh, blank + name.en)


class IntakeForm(DeskForm):
    """What it is, where, how urgent, and whose: take in and dispatch on one page."""

    kind = forms.ChoiceField(label=_("是哪一类事"), widget=forms.Select())
    area = forms.ChoiceField(label=_("在哪里"), required=False, widget=forms.Select())
    urgency = forms.ChoiceField(label=_("多急"), error_messages={"required": _("选一个：多急，决定期限")})
    body = forms.ChoiceField(label=_("派给谁"), required=False)
    other = forms.ChoiceField(label=_("派给别的单位"), required=False, widget=forms.Select())

    def __init__(
        self,
        *args: Any,
        urgencies: Mapping[str, tuple[Words, Words]],
        suggested: Sequence[tuple[str, Words, Words]],
        others: Sequence[Body],
        classified: bool = False,
        **kwargs: Any,
    ) -> None:
        """`urgencies`: value → (title, what it means); `suggested`: (code, name, why); `classified`: only
        the body is still to be chosen."""
        super().__init__(*args, **kwargs)
        if classified:
            for name in ("kind", "area", "urgency"):
                del self.fields[name]
        else:
            kinds = [(one.code, lazy_words(one.name)) for one in bodies.taxonomy()]
            self._choose("kind", [NOTHING, *kinds])
            self._choose("area", area_choices(bodies.areas()))
            titles = [(value, lazy_words(capital(title))) for value, (title, _hint) in urgencies.items()]
            hints = {value: hint for value, (_title, hint) in urgencies.items()}
            self.fields["urgency"].widget = Radios(hints=hints)
            self._choose("urgency", titles)
        self.fields["body"].widget = Radios(hints={code: why for code, _name, why in suggested})
        self._choose("body", [(code, lazy_words(name)) for code, name, _why in suggested])
        self._choose("other", body_choices(others))
        if not suggested:
            del self.fields["body"]
            self.fields["other"].label = _("派给谁")

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    @property
    def chosen(self) -> str:
        """The body that was chosen, from the list of all before the suggestions."""
        return str(self.cleaned_data.get("other") or self.cleaned_data.get("body") or "")


class GuideForm(DeskForm):
    """Led to another channel, nothing new, or not a request: why, where and how."""

    reason = long_text(
        _("为什么"), _("对本人说清楚：为什么这里办不了，或者为什么不再派单。"), rows=4, required=True
    )
    channel = line(_("该去哪里"), _("写到具体的地方，例如：云溪市人民法院立案庭，人民路8号。"))
    how = long_text(_("怎么去，要带什么"))
    handed_over = line(_("已经替本人转过去了吗（没有就空着）"))

    def __init__(self, *args: Any, elsewhere: bool = True, **kwargs: Any) -> None:
        """`elsewhere`: somewhere else is the right place, so where and how are needed."""
        super().__init__(*args, **kwargs)
        if elsewhere:
            for name in ("channel", "how"):
                self.fields[name].required = True
            self.fields["channel"].error_messages["required"] = _("写上该去哪里，不能只说这里不办")
            self.fields["how"].error_messages["required"] = _("写上怎么去")
        else:
            del self.fields["channel"], self.fields["how"], self.fields["handed_over"]


class AcceptForm(DeskForm):
    """Ours, or not; if not: whose, why, on what ground."""

    do = forms.ChoiceField(label=_("归不归你们"), error_messages={"required": _("选一个：接，还是不接")})
    instead = forms.ChoiceField(label=_("该归谁"), required=False, widget=forms.Select())
    reason = long_text(_("为什么不归本单位"), _("“不属于我单位职责”不算理由，写到这件事上。"))
    basis = line(_("依据"), _("哪个规定，哪一条"))

    def __init__(
        self, *args: Any, choices: Sequence[Body], hints: Mapping[str, Words], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        do, instead = self.fields["do"], self.fields["instead"]
        assert isinstance(do, forms.ChoiceField)
        assert isinstance(instead, forms.ChoiceField)
        do.widget = Radios(hints=hints)
        do.choices = [("accepted", _("归我们，接下")), ("objected", _("不归我们，提出异议"))]
        instead.choices = body_choices(choices)


class RulingForm(DeskForm):
    """It stays, goes to another body, or is given to one for good."""

    do = forms.ChoiceField(label=_("怎么定"), error_messages={"required": _("选一个结论")})
    body = forms.ChoiceField(
        label=_("该归谁（仍由原单位办的，不用选）"), required=False, widget=forms.Select()
    )
    reason = long_text(_("理由"), _("写给居民和两个单位看：根据什么，为什么归它。"), rows=4, required=True)

    def __init__(
        self,
        *args: Any,
        outcomes: Sequence[tuple[str, Words, Words]],
        choices: Sequence[Body],
        **kwargs: Any,
    ) -> None:
        """`outcomes`: (id, title, what follows)."""
        super().__init__(*args, **kwargs)
        do, body = self.fields["do"], self.fields["body"]
        assert isinstance(do, forms.ChoiceField)
        assert isinstance(body, forms.ChoiceField)
        do.widget = Radios(hints={id: capital(follows) for id, _title, follows in outcomes})
        do.choices = [(id, lazy_words(capital(title))) for id, title, _follows in outcomes]
        body.choices = body_choices(choices)


class ReplyForm(DeskForm):
    """The answer in its slots."""

    done = long_text(_("做了什么"), _("写到地点、东西、日期。"), rows=6)
    evidence = FilesField(
        label=_("凭据"),
        help_text=_("照片、文书、单据，至少一件；每件10 MB以内。没有就在下面写明为什么没有。"),
        required=False,
        max_files=MAX_FILES,
        max_bytes=MAX_BYTES,
    )
    no_evidence = line(_("没有凭据的原因（有凭据就空着）"))
    rule = long_text(_("规定是什么，为什么这么定"))
    not_done = long_text(_("没做到的，和原因（没有就空着）"), rows=2)
    next = long_text(_("接下来，哪一天"), _("还有没做到的，写明哪一天做什么；都做完了可以空着。"), rows=2)
    why_late = long_text(_("为什么晚了"), _("晚了就写明为什么，是谁的错。"), rows=2)
    outcome = forms.ChoiceField(
        label=_("这是什么答复"),
        choices=[("done", _("办了")), ("cannot", _("办不了"))],
        widget=Radios(
            hints={
                "done": Text(
                    "全部或一部分办了，写在“做了什么”里。",
                    "All or part was done; it stands in “what was done”.",
                ),
                "cannot": Text(
                    "没有办成，原因写在“没做到的”里。",
                    "It could not be done; the reason stands in “not done”.",
                ),
            }
        ),
        error_messages={"required": _("选一个：办了，还是办不了")},
    )

    def __init__(
        self, *args: Any, late: bool = False, by_desk: bool = False, kept: int = 0, **kwargs: Any
    ) -> None:
        """`late`: the limit has passed; `by_desk`: the intake desk answers at once and says what it is."""
        super().__init__(*args, **kwargs)
        self.fields["evidence"].widget.attrs["accept"] = "image/jpeg,image/png,image/webp,application/pdf"
        if not late:
            del self.fields["why_late"]
        if by_desk:
            del self.fields["outcome"]
        if kept:
            self.fields["evidence"].label = _("再加凭据")


class AnswerAtOnceForm(ReplyForm):
    """The intake desk's answer: the slots, and what the matter is."""

    kind = forms.ChoiceField(label=_("是哪一类事"), widget=forms.Select())
    area = forms.ChoiceField(label=_("在哪里"), required=False, widget=forms.Select())
    field_order = ("seen_n", "kind", "area")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, by_desk=True, **kwargs)
        kind, area = self.fields["kind"], self.fields["area"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(area, forms.ChoiceField)
        kind.choices = [NOTHING, *((one.code, lazy_words(one.name)) for one in bodies.taxonomy())]
        area.choices = area_choices(bodies.areas())


class AskForm(DeskForm):
    """One question to the resident."""

    question = long_text(_("想问什么"), _("一次只问一件还不知道的事，居民一看就会答。"), rows=4)


class TellForm(DeskForm):
    """Word to the resident between order and answer."""

    did = long_text(_("做了什么"))
    blocks = long_text(_("卡在哪里"))
    next = long_text(_("接下来"), rows=2)
    new_date = ThreePartDateField(label=_("新的日期（没有就空着）"), required=False)


class ExtendForm(DeskForm):
    """Why more time is needed, what was done, until when."""

    reason = long_text(_("为什么要延期"))
    done_so_far = long_text(_("到今天做了什么"))
    new_date = ThreePartDateField(label=_("哪一天能答复"), required=False)


class ApproveForm(DeskForm):
    """More time, or not."""

    do = forms.ChoiceField(
        label=_("批不批"),
        choices=[("approved", _("批准延期")), ("refused", _("不批准"))],
        error_messages={"required": _("选一个：批准，还是不批准")},
    )

    def __init__(self, *args: Any, hints: Mapping[str, Words], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["do"].widget = Radios(hints=hints, attrs=None)
        do = self.fields["do"]
        assert isinstance(do, forms.ChoiceField)
        do.choices = [("approved", _("批准延期")), ("refused", _("不批准"))]


class ContactForm(DeskForm):
    """One field of the vault, with the reason that the resident will see."""

    field = forms.ChoiceField(label=_("要看哪一项"), error_messages={"required": _("选一项，一次只看一项")})
    reason = line(_("为什么要看"), _("居民看得到这句话。"), required=True)

    def __init__(self, *args: Any, fields: Sequence[tuple[str, Words]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["field"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.widget = Radios()
        chosen.choices = [(name, lazy_words(title)) for name, title in fields]
