"""The form of an act, made from the rule file: facts, outcomes with what follows, documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minsheng.kernel.entry import FactValue
from minsheng.kernel.procedure.model import Document, Procedure
from minsheng.kernel.procedure.possible import Option
from minsheng.kernel.words import Refusal, Text
from minsheng.matter.forms import fields as made
from minsheng.matter.rules import follows
from minsheng.matter.rules.uploads import Upload
from minsheng.matter.sections import Section
from minsheng.ui.forms import Form, Radios
from minsheng.ui.words import Words, lazy_words, say

FINDINGS: Final = gettext_lazy("认定会公开，写明是谁、哪天认定的。可以质疑的，质疑必须答复。")

DO: Final = "do"
"""Name of the choice among outcomes and acts."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a filled-in form says, as `services.act` takes it."""

    option: Option
    facts: Mapping[str, FactValue]
    documents: Mapping[str, Mapping[str, Any]]
    attachments: tuple[Upload, ...] = ()
    seen_n: int | None = None


@dataclass(slots=True)
class _Need:
    """Which options take something along, and which demand it."""

    takes: list[int] = field(default_factory=list)
    demands: list[int] = field(default_factory=list)


class ActForm(Form):
    """One page for everything that may be done in one place.

    `options`: what may be done, in the order of the rule file; `extra`: for each option, facts of the engine
    that go with it (the number of the contest that a ruling is about). With one option there is nothing to
    choose and its words stand on the button's page.
    """

    seen_n = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        procedure: Procedure,
        options: Sequence[Option],
        *args: Any,
        extra: Sequence[Mapping[str, FactValue]] = (),
        choices: Mapping[str, Sequence[tuple[str, Text]]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.procedure = procedure
        self.options = list(options)
        self.extra = list(extra) or [{} for _option in options]
        self.asked = dict(choices or {})
        self.fact_needs = _needs(options, lambda o: [*o.facts], lambda o: [*o.facts])
        self.role_needs = _needs(options, lambda o: [*o.assigns], lambda o: [*o.assigns])
        self.document_needs = _needs(options, lambda o: [*o.requires, *o.allows], lambda o: [*o.requires])
        for name, offered in self.asked.items():
            self.fields[f"engine:{name}"] = _engine_field(name, offered)
        for name in self.fact_needs:
            self.fields[f"fact:{name}"] = made.fact_field(procedure.facts[name])
        if len(self.options) > 1:
            self.fields[DO] = self._choice()
        for role in self.role_needs:
            self.fields[f"assign:{role}"] = made.body_field(procedure.roles[role].title)
        for document in self._documents():
            for one in document.fields:
                self.fields[f"doc:{document.id}:{one.id}"] = made.document_field(one)

    def _documents(self) -> list[Document]:
        return [self.procedure.documents[name] for name in self.document_needs]

    def _choice(self) -> forms.Field:
        choices = [(str(i), lazy_words(option.title)) for i, option in enumerate(self.options)]
        hints = {str(i): _hint(self.procedure, option) for i, option in enumerate(self.options)}
        return forms.ChoiceField(
            label=_("这一步的结果"),
            choices=choices,
            widget=Radios(hints={key: hint for key, hint in hints.items() if hint.zh}),
            error_messages={"required": _("选一个结果")},
        )

    def sections(self) -> tuple[Section, ...]:
        """The fields in the order of the page: what is always asked, the outcomes, what some of them need."""
        found = []
        always = [name for name, need in self.fact_needs.items() if self._for_all(need)]
        names = [*(f"engine:{name}" for name in self.asked), *(f"fact:{name}" for name in always)]
        if names:
            heading = _("先认定几件事") if always else ""
            found.append(Section(heading, FINDINGS if always else "", self._bound(names)))
        if DO in self.fields:
            found.append(Section("", "", self._bound([DO])))
        for kind, needs in (("fact", self.fact_needs), ("assign", self.role_needs)):
            for name, need in needs.items():
                if kind == "assign" or name not in always:
                    found.append(self._section("", need, [f"{kind}:{name}"]))
        for document in self._documents():
            names = [f"doc:{document.id}:{one.id}" for one in document.fields]
            if names:
                found.append(self._section(document.title, self.document_needs[document.id], names))
        return tuple(found)

    def _for_all(self, need: _Need) -> bool:
        return len(need.takes) == len(self.options)

    def _section(self, heading: Words, need: _Need, names: Iterable[str]) -> Section:
        """A part that only some choices need says which, and is marked so that it can be shown then."""
        only = () if self._for_all(need) else tuple(need.takes)
        return Section(heading, self._when(need), self._bound(names), panel=True, only=only)

    def _bound(self, names: Iterable[str]) -> tuple[forms.BoundField, ...]:
        return tuple(self[name] for name in names)

    def _when(self, need: _Need) -> str:
        """Which choice makes this necessary."""
        if len(need.demands) == len(self.options):
            return ""
        if not need.demands:
            return _("可以不填")
        titles = say(follows.listed([self.options[i].title for i in need.demands]))
        return _("只有选了“%(title)s”才要填") % {"title": titles}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        chosen = self._chosen(data)
        if chosen is None:
            return data
        option = self.options[chosen]
        for name in self.fact_needs:
            fact = self.procedure.facts[name]
            demanded = name in option.facts and fact.required and option.event != "corrected"
            if demanded and made.fact_value(fact, data.get(f"fact:{name}")) is None:
                self._demand(f"fact:{name}", _("回答“%(title)s”") % {"title": say(fact.title)})
        for role in option.assigns:
            if not data.get(f"assign:{role}"):
                self._demand(
                    f"assign:{role}",
                    _("选一个单位：%(title)s") % {"title": say(self.procedure.roles[role].title)},
                )
        for name in self.document_needs:
            if name in option.requires or self._is_begun(name, data):
                self._check_document(self.procedure.documents[name], data)
        return data

    def _chosen(self, data: Mapping[str, Any]) -> int | None:
        if len(self.options) == 1:
            return 0
        value = str(data.get(DO) or "")
        return int(value) if value.isdigit() and int(value) < len(self.options) else None

    def _demand(self, name: str, message: str) -> None:
        if name not in self.errors:
            self.add_error(name, message)

    def _is_begun(self, document: str, data: Mapping[str, Any]) -> bool:
        declared = self.procedure.documents[document]
        return any(data.get(f"doc:{document}:{one.id}") not in (None, "", []) for one in declared.fields)

    def _check_document(self, document: Document, data: Mapping[str, Any]) -> None:
        for one in document.fields:
            name = f"doc:{document.id}:{one.id}"
            empty = made.document_value(one, data.get(name)) is None and not (
                one.type == "file" and data.get(name)
            )
            if one.required and empty:
                self._demand(name, _("填上“%(label)s”") % {"label": say(one.title)})
        if document.fields and not self._is_begun(document.id, data):
            first = document.fields[0]
            self._demand(
                f"doc:{document.id}:{first.id}", _("写上“%(title)s”") % {"title": say(document.title)}
            )

    def said(self) -> Said:
        """What was filled in, for the chosen option alone. Only after `is_valid()`."""
        data = self.cleaned_data
        chosen = self._chosen(data) or 0
        option = self.options[chosen]
        facts: dict[str, FactValue] = dict(self.extra[chosen])
        for name in self.asked:
            typed = str(data[f"engine:{name}"])
            facts[name] = int(typed) if name == "of" else typed
        for name in option.facts:
            value = made.fact_value(self.procedure.facts[name], data.get(f"fact:{name}"))
            if value is not None:
                facts[name] = value
        facts |= {role: str(data[f"assign:{role}"]) for role in option.assigns}
        documents: dict[str, dict[str, Any]] = {}
        files: list[Upload] = []
        for name in dict.fromkeys((*option.requires, *option.allows)):
            if name in option.requires or self._is_begun(name, data):
                documents[name], came = self._document(self.procedure.documents[name], data)
                files += came
        return Said(option, facts, documents, tuple(files), data.get("seen_n"))

    def _document(self, document: Document, data: Mapping[str, Any]) -> tuple[dict[str, Any], list[Upload]]:
        values: dict[str, Any] = {}
        files: list[Upload] = []
        for one in document.fields:
            cleaned = data.get(f"doc:{document.id}:{one.id}")
            if one.type == "file":
                files += [_upload(document.id, one.id, file) for file in cleaned or ()]
            elif (value := made.document_value(one, cleaned)) is not None:
                values[one.id] = value
        return values, files

    def take(self, refusal: Refusal) -> None:
        """Show a refusal of shape at the field that it is about, where the form has that field."""
        about = refusal.field or ""
        document, _dot, key = about.partition(".")
        for name in (f"fact:{about}", f"assign:{about}", f"engine:{about}", f"doc:{document}:{key}"):
            if name in self.fields:
                self.add_error(name, say(refusal.reason))
                return


def _needs(options: Sequence[Option], takes: Any, demands: Any) -> dict[str, _Need]:
    found: dict[str, _Need] = {}
    for i, option in enumerate(options):
        for name in takes(option):
            found.setdefault(name, _Need()).takes.append(i)
        for name in demands(option):
            found[name].demands.append(i)
    return found


def _hint(procedure: Procedure, option: Option) -> Text:
    """What follows under a choice."""
    step = procedure.steps.get(option.step or "")
    outcome = step.outcomes.get(option.outcome or "") if step else None
    if option.event == "done" and step is not None and outcome is not None:
        return follows.after_outcome(procedure, step, outcome)
    parts = [text] if (text := follows.must_write(procedure, option.requires)) else []
    if option.approve_by:
        who = procedure.roles[option.approve_by].title
        parts.append(Text(f"要由{who.zh}批准才算。", f"It counts once the {who.en} has approved it."))
    if option.event == "acted":
        parts.append(Text("这一步还没有做完。", "The step goes on."))
    return follows.joined(parts)


_ENGINE_LABELS: Final = {
    "about": Text("对哪一项认定有异议", "Which finding you contest"),
    "of": Text("更正哪一条记录", "Which record to correct"),
    "disclosure": Text("让别人看到多少", "How much others see"),
}


def _engine_field(name: str, offered: Sequence[tuple[str, Text]]) -> forms.Field:
    choices = [(value, lazy_words(title)) for value, title in offered]
    label = say(_ENGINE_LABELS.get(name, Text(name, name)))
    return forms.ChoiceField(label=label, choices=choices, widget=Radios())


def _upload(document: str, name: str, file: UploadedFile[bytes]) -> Upload:
    file.seek(0)
    return Upload(document, name, file.name or "", file.read())
