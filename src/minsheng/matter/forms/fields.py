"""Form fields made from what a rule file asks for, and the stored values made from what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _

from minsheng.bodies import queries as bodies
from minsheng.kernel.entry import FactValue
from minsheng.kernel.procedure.content import CODE_LENGTH, LONGEST_LINE, LONGEST_TEXT, MOST_ITEMS
from minsheng.kernel.procedure.model import Fact, Field
from minsheng.kernel.words import Text
from minsheng.matter.rules.uploads import MAX_BYTES, MAX_FILES
from minsheng.ui.forms import FilesField, Radios, ThreePartDateField
from minsheng.ui.words import Words, lazy_words, say, together

ACCEPT: Final = "image/jpeg,image/png,image/webp,application/pdf"

Choices = list[tuple[str, Any]]


def _label(title: Text, *, optional: bool) -> str:
    return _("%(label)s（可以不填）") % {"label": say(title)} if optional else say(title)


def fact_field(fact: Fact) -> forms.Field:
    """The question that a fact asks. Nothing is chosen beforehand; "not known yet" where that may be."""
    label = say(fact.title)
    hints = [_("公开") if not fact.closed else _("不公开")]
    if fact.contestable:
        hints.append(_("可质疑"))
    help_text = together(("　" if say(Text("中", "en")) == "中" else ", ").join(hints), say(fact.hint or ""))
    if fact.type == "int":
        return forms.IntegerField(label=label, help_text=help_text, required=False)
    if fact.type == "date":
        return ThreePartDateField(label=label, help_text=help_text, required=False)
    if fact.type == "code":
        return _code_field(fact, label, help_text)
    choices: Choices = [(code, lazy_words(title)) for code, title in fact.values.items()]
    if fact.type == "bool":
        choices = [("yes", _("是")), ("no", _("不是"))]
    if not fact.required:
        choices.append(("unknown", _("还不知道")))
    widget = Radios(row=len(choices) <= 3)
    return forms.ChoiceField(label=label, help_text=help_text, choices=choices, widget=widget, required=False)


def _code_field(fact: Fact, label: str, help_text: str) -> forms.Field:
    """A code that the town's tables explain: a class of matters or an area; else the code itself."""
    tables: Mapping[str, Callable[[], Choices]] = {
        "kind": lambda: [(one.code, lazy_words(one.name)) for one in bodies.taxonomy()],
        "area": lambda: [(one.code, lazy_words(one.name)) for one in bodies.areas()],
    }
    if fact.id in tables:
        choices: Choices = [("", _("选一个")), *tables[fact.id]()]
        return forms.ChoiceField(label=label, help_text=help_text, choices=choices, required=False)
    return forms.CharField(label=label, help_text=help_text, max_length=CODE_LENGTH, required=False)


def fact_value(fact: Fact, cleaned: Any) -> FactValue | None:
    """The answer as an entry keeps it; None where it was left open."""
    if cleaned in (None, "", "unknown"):
        return None
    if fact.type == "bool":
        return bool(cleaned == "yes")
    if isinstance(cleaned, date):
        return cleaned.isoformat()
    return int(cleaned) if fact.type == "int" else str(cleaned)


def body_field(title: Text) -> forms.Field:
    """Which body shall have a role."""
    choices: Choices = [("", _("选一个单位")), *((one.code, lazy_words(one.name)) for one in bodies.bodies())]
    return forms.ChoiceField(label=say(title), choices=choices, required=False)


def document_field(field: Field) -> forms.Field:
    """The input for one field of a document."""
    label = _label(field.title, optional=not field.required)
    hint: Words = field.hint or ""
    common: dict[str, Any] = {"label": label, "help_text": say(hint), "required": False}
    match field.type:
        case "text":
            return forms.CharField(max_length=LONGEST_LINE, strip=False, **common)
        case "long_text":
            area = forms.Textarea(attrs={"rows": 4})
            return forms.CharField(widget=area, max_length=LONGEST_TEXT, strip=False, **common)
        case "date":
            return ThreePartDateField(**common)
        case "int":
            return forms.IntegerField(**common)
        case "money":
            common["help_text"] = together(say(hint), _("元，到分，例如1280.50"))
            return forms.DecimalField(max_digits=14, decimal_places=2, **common)
        case "enum":
            choices: Choices = [(code, lazy_words(title)) for code, title in field.values.items()]
            if not field.required:
                choices.append(("", _("不选")))
            return forms.ChoiceField(choices=choices, widget=Radios(row=len(choices) <= 3), **common)
        case "file":
            limits = _(
                "照片（JPEG、PNG、WebP）或PDF，最多%(n)s个，每个最大%(mb)sMB。照片里的位置信息会去掉。"
            ) % {
                "n": MAX_FILES,
                "mb": MAX_BYTES // 1_000_000,
            }
            common["help_text"] = together(say(hint), limits)
            files = FilesField(max_files=MAX_FILES, max_bytes=MAX_BYTES, **common)
            files.widget.attrs["accept"] = ACCEPT
            return files
    area = forms.Textarea(attrs={"rows": 4})
    common["help_text"] = together(say(hint), _("一行一条"))
    return forms.CharField(widget=area, max_length=LONGEST_TEXT, strip=False, **common)


def document_value(field: Field, cleaned: Any) -> Any:
    """The value as a document keeps it; None where nothing was written. Files go another way."""
    if cleaned in (None, "", []) or field.type == "file":
        return None
    if field.type in ("text", "long_text"):
        return cleaned if str(cleaned).strip() else None
    if isinstance(cleaned, date):
        return cleaned.isoformat()
    if isinstance(cleaned, Decimal):
        return int(cleaned * 100)
    if field.type in ("list", "points"):
        lines = [line.strip() for line in str(cleaned).splitlines() if line.strip()][:MOST_ITEMS]
        if field.type == "points":
            return [{"n": n, "text": line} for n, line in enumerate(lines, 1)] or None
        return lines or None
    return cleaned
