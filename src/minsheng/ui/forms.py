"""Forms in the structure of GOV.UK Frontend, element for element, in our words and under our style sheet.

`Renderer` is the site's FORM_RENDERER, so that every form of the site looks the same, the accounts' included.
`Form` gives each field error messages that say what to do. In templates: `{% errors form %}`,
`{% field form.words heading=True %}`. Structure: GOV.UK Frontend (MIT), see NOTICE.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import DjangoTemplates
from django.template.backends.django import DjangoTemplates as Backend
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minsheng.ui.components import Sees
from minsheng.ui.words import Words, language, say

_HERE = Path(__file__).parent


class Bound(forms.BoundField):
    """A field with its data, which knows where an error should lead and what else describes it."""

    sees: Sees | None = None

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        field.widget.attrs.pop("placeholder", None)  # a label says it, and stays

    @property
    def aria_describedby(self) -> str | None:
        """Hint, error, then "who can see this", by id."""
        ids = super().aria_describedby
        if ids is not None and self.sees is not None and self.auto_id:
            ids = f"{ids} {self.auto_id}_sees".strip()
        return ids or None

    @property
    def first_id(self) -> str:
        """The id of the element that a click on the error leads to."""
        widget = self.field.widget
        if isinstance(widget, ThreePartDateInput):
            return f"{self.auto_id}_{widget.first_index()}"
        if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
            return f"{self.auto_id}_0"
        return self.auto_id


class Renderer(DjangoTemplates):
    """Our templates before Django's, for every form and widget."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = Bound

    @cached_property
    def engine(self) -> Backend:
        """Ours first, then Django's own, then the apps'."""
        return Backend(
            {
                "APP_DIRS": True,
                "DIRS": [_HERE / "templates", Path(forms.__file__).parent / "templates"],
                "NAME": "minsheng-forms",
                "OPTIONS": {},
            }
        )


class ErrorLine(NamedTuple):
    """One line of the error summary. `target` is empty where the error belongs to no single field."""

    text: str
    target: str


def error_lines(form: forms.BaseForm) -> list[ErrorLine]:
    """What remains to do, in the order of the fields; errors of the whole form first."""
    if not form.is_bound:
        return []
    lines = [ErrorLine(say(text), "") for text in form.non_field_errors()]
    for bound in form:
        target = bound.first_id if isinstance(bound, Bound) else bound.auto_id
        lines += [ErrorLine(say(text), target) for text in bound.errors]
    return lines


def _what_to_do(field: forms.Field, label: str) -> str:
    """The message for an empty required field."""
    if isinstance(field, forms.FileField):
        return _("选一个文件：%(label)s") % {"label": label}
    if isinstance(field, (forms.ChoiceField, forms.BooleanField)):
        return _("选一个：%(label)s") % {"label": label}
    return _("填上“%(label)s”") % {"label": label}


class Form(forms.Form):
    """A form whose errors say what to do, whose labels carry no colon, and that lets the server check."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        stock = forms.Field.default_error_messages["required"]
        for name, field in self.fields.items():
            if field.error_messages.get("required") == stock:
                label = say(field.label) if field.label is not None else name
                field.error_messages["required"] = _what_to_do(field, label)


class _Choices:
    """What radios and checkboxes share: a hint for each choice, and choices side by side."""

    def take(self, hints: Mapping[Any, Words] | None, row: bool) -> None:
        self.hints = {str(value): hint for value, hint in (hints or {}).items()}
        self.row = row

    def add_hint(self, option: dict[str, Any], attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        hint = self.hints.get(str(option["value"]))
        option["hint"] = hint
        identifier = option["attrs"].get("id") or (attrs or {}).get("id")
        if hint is not None and identifier:
            option["attrs"]["aria-describedby"] = f"{identifier}_hint"
        return option


class Radios(_Choices, forms.RadioSelect):
    """One of several; nothing is chosen beforehand. `hints`: what follows, by value. `row`: side by side."""

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        hints: Mapping[Any, Words] | None = None,
        row: bool = False,
    ) -> None:
        super().__init__(attrs)
        self.take(hints, row)

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return self.add_hint(super().create_option(*args, **kwargs), kwargs.get("attrs"))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["row"] = self.row
        return context


class Checkboxes(_Choices, forms.CheckboxSelectMultiple):
    """Any of several. `hints` and `row` as with `Radios`."""

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        hints: Mapping[Any, Words] | None = None,
        row: bool = False,
    ) -> None:
        super().__init__(attrs)
        self.take(hints, row)

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return self.add_hint(super().create_option(*args, **kwargs), kwargs.get("attrs"))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["row"] = self.row
        return context


_PARTS = ("year", "month", "day")
_PART_LABELS = {"year": gettext_lazy("年"), "month": gettext_lazy("月"), "day": gettext_lazy("日")}


class ThreePartDateInput(forms.MultiWidget):
    """A date as three short fields: year, month, day; in English day, month, year."""

    template_name = "ui/forms/date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        numeric = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__({part: forms.TextInput({**numeric, "class": part}) for part in _PARTS}, attrs)

    @staticmethod
    def first_index() -> int:
        """The number of the part that comes first on the page."""
        return 2 if language() == "en" else 0

    def decompress(self, value: Any) -> list[Any]:
        return [value.year, value.month, value.day] if isinstance(value, date) else [None, None, None]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        parts = list(zip(_PARTS, context["widget"]["subwidgets"], strict=True))
        for part, widget in parts:
            widget["label"] = _PART_LABELS[part]
        context["widget"]["ordered"] = [
            widget for _, widget in (reversed(parts) if language() == "en" else parts)
        ]
        return context


class ThreePartDateField(forms.MultiValueField):
    """A date typed as year, month and day. Cleans to a `date`, or None where it may be empty and is."""

    widget = ThreePartDateInput

    def __init__(self, **kwargs: Any) -> None:
        parts = tuple(forms.CharField(required=False) for _ in _PARTS)
        super().__init__(fields=parts, require_all_fields=False, **kwargs)

    def clean(self, value: Any) -> date | None:
        if self.disabled and isinstance(value, date):
            return value
        typed = [str(part or "").strip() for part in (value or ("", "", ""))]
        if not any(typed):
            if self.required:
                raise ValidationError(_("写上是哪一天：年、月、日都要"), code="required")
            return None
        lacking = [str(_PART_LABELS[part]) for part, text in zip(_PARTS, typed, strict=True) if not text]
        if lacking:
            between = ", " if language() == "en" else "、"
            raise ValidationError(
                _("还要写上%(parts)s") % {"parts": between.join(lacking)}, code="incomplete"
            )
        day = self.compress(typed)
        self.validate(day)
        self.run_validators(day)
        return day

    def compress(self, data_list: Sequence[Any]) -> date:
        try:
            year, month, day = (int(text) for text in data_list)
            if year < 1000:
                raise ValueError
            return date(year, month, day)
        except (ValueError, OverflowError):
            raise ValidationError(
                _("没有这一天，看一下年、月、日；年要写四位，例如2026"), code="invalid"
            ) from None


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class FilesField(forms.FileField):
    """Several files. Cleans to a list, empty where none is needed and none came.

    max_files, max_bytes: how many, and how large each may be (MB of 1,000,000 bytes in the messages).
    What a file really holds is for the room that keeps it.
    """

    widget = FilesInput

    def __init__(self, *, max_files: int = 5, max_bytes: int = 10_000_000, **kwargs: Any) -> None:
        self.max_files = max_files
        self.max_bytes = max_bytes
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> Any:
        came = [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]
        if len(came) > self.max_files:
            raise ValidationError(
                _("选了%(n)s个，最多%(most)s个，去掉几个再传") % {"n": len(came), "most": self.max_files},
                code="too_many",
            )
        if not came:
            super().clean(None, initial)
            return []
        return [self._one(one) for one in came]

    def _one(self, file: UploadedFile[bytes]) -> UploadedFile[bytes]:
        size, most = file.size or 0, self.max_bytes // 1_000_000
        if size > self.max_bytes:
            raise ValidationError(
                _("“%(name)s”有%(size)s MB。换一个%(most)s MB以内的，或者不传")
                % {"name": file.name, "size": -(-size // 1_000_000), "most": most},
                code="too_large",
            )
        if not size:
            raise ValidationError(_("“%(name)s”是空的，换一个再传") % {"name": file.name}, code="empty")
        return file
