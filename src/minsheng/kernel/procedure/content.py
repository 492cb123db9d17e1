"""Are the documents and answers complete and of the right form?

What can be decided from the documents alone is a structural check; everything else that a file names is
attested by a provider and read from the entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from minsheng.kernel.entry import FactValue
from minsheng.kernel.procedure.cells import SLUG
from minsheng.kernel.procedure.model import Document, Fact, Field
from minsheng.kernel.procedure.refusals import no
from minsheng.kernel.words import Kind, Refusal, Text

Documents = Mapping[str, Mapping[str, Any]]

LONGEST_LINE: Final = 500  # characters of a text field
LONGEST_TEXT: Final = 20_000  # characters of a long text
MOST_ITEMS: Final = 200  # of a list, of points, of files
CODE_LENGTH: Final = 64


def why_not_content(declared: Mapping[str, Document], documents: Documents) -> Refusal | None:
    """None if every field is known, of its type, and the required ones are there."""
    for name, values in documents.items():
        document = declared[name]
        fields = {field.id: field for field in document.fields}
        if unknown := next((key for key in values if key not in fields), None):
            zh, en = (
                f"“{document.title.zh}”没有“{unknown}”一栏",
                f"{document.title.en} has no field {unknown!r}",
            )
            return no("unknown_field", zh, en, Kind.SHAPE, field=f"{name}.{unknown}")
        for key, field in fields.items():
            if refusal := _why_not_field(name, field, values.get(key)):
                return refusal
    return None


def is_blank(value: object) -> bool:
    """Nothing, only blanks, or an empty list."""
    return value is None or (isinstance(value, str) and not value.strip()) or value in ([], ())


def _why_not_field(document: str, field: Field, value: object) -> Refusal | None:
    where, title = f"{document}.{field.id}", field.title
    if is_blank(value):
        if not field.required:
            return None
        return no("field_missing", f"请填写“{title.zh}”", f"“{title.en}” is missing", Kind.SHAPE, field=where)
    if not _FORMS[field.type](field, value):
        return no(
            "field_shape",
            f"“{title.zh}”的格式不对",
            f"“{title.en}” has not the right form",
            Kind.SHAPE,
            field=where,
        )
    return None


def why_not_fact(fact: Fact, value: FactValue) -> Refusal | None:
    """None if the answer is one that the fact admits."""
    if fact.type == "bool":
        fits = isinstance(value, bool)
    elif fact.type == "int":
        fits = type(value) is int
    elif fact.type == "enum":
        fits = value in fact.values
    elif fact.type == "date":
        fits = is_date(value)
    else:
        fits = isinstance(value, str) and len(value) <= CODE_LENGTH and bool(SLUG.fullmatch(value))
    if fits:
        return None
    zh, en = f"“{fact.title.zh}”没有这个答案", f"“{fact.title.en}” has no such answer"
    return no("fact_value", zh, en, Kind.SHAPE, field=fact.id)


def is_date(value: object) -> bool:
    """A day as 2026-10-01."""
    if not isinstance(value, str):
        return False
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple)) and len(value) <= MOST_ITEMS


_FORMS: Final[Mapping[str, Callable[[Field, Any], bool]]] = {
    "text": lambda _, value: isinstance(value, str) and len(value) <= LONGEST_LINE,
    "long_text": lambda _, value: isinstance(value, str) and len(value) <= LONGEST_TEXT,
    "date": lambda _, value: is_date(value),
    "int": lambda _, value: type(value) is int,
    "money": lambda _, value: type(value) is int,  # in the smallest coin
    "enum": lambda field, value: isinstance(value, str) and value in field.values,
    "file": lambda _, value: _is_list(value) and all(isinstance(one, str) for one in value),
    "list": lambda _, value: _is_list(value) and all(isinstance(one, str) for one in value),
    "points": lambda _, value: _is_list(value) and all(isinstance(one, Mapping) for one in value),
}


def _any_field(documents: Documents, *names: str) -> bool:
    return any(not is_blank(values.get(name)) for values in documents.values() for name in names)


STRUCTURAL: Final[Mapping[str, tuple[Callable[[Documents], bool], Text]]] = {
    "evidence_of_result": (
        lambda documents: _any_field(documents, "evidence", "no_evidence"),
        Text(
            "请附上办理结果的凭据，或说明为什么没有", "add evidence of the result, or say why there is none"
        ),
    ),
    "remedy_stated": (
        lambda documents: _any_field(documents, "remedy"),
        Text("请写明对方不同意时可以怎么办", "say what the person can do who does not agree"),
    ),
}
"""Check → how the kernel decides it from the documents of the act, and what to say if it fails."""


def structural(names: Iterable[str], documents: Documents) -> dict[str, dict[str, Any]]:
    """The outcome of each structural check among the names, as the entry keeps it."""
    found = {}
    for name in names:
        if name in STRUCTURAL:
            ok = STRUCTURAL[name][0](documents)
            found[name] = {"ok": ok, "method": "structural", "version": 1, "why": None}
    return found
