"""What happened in a matter, line by line, in words: who, what, on whose ground, late or by the clock?

Pure: entries and a rule file in, sentences in both languages out. Nothing of what a document says is here;
a line only names the documents that came with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from minsheng.kernel.entry import CLOCK, Entry, FactValue
from minsheng.kernel.procedure.model import End, Procedure, Within
from minsheng.kernel.procedure.records import Because
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Text
from minsheng.matter.rules.follows import END_NAMES

NameOf = Callable[[str], Text]
"""Code of a body → its name."""

Mark = Literal["done", "clock", "late", "now", "later", "skipped"]

NOTHING: Final = Text("", "")


@dataclass(frozen=True, slots=True)
class Ground:
    """Whose number it is: law, local rule or this platform; the parameter and what the file says of it."""

    basis: Literal["law", "local", "design"]
    text: Text
    parameter: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `n` is the entry's number, None for what is to come or was skipped."""

    what: Text
    who: Text = NOTHING
    mark: Mark = "done"
    on: date | None = None
    n: int | None = None
    step: str | None = None
    more: Text = NOTHING
    ground: Ground | None = None
    documents: tuple[str, ...] = ()
    facts: tuple[tuple[Text, Text], ...] = ()
    until: date | None = None
    limit_at: datetime | None = None
    to_the_minute: bool = False
    at: datetime | None = field(default=None, compare=False)


def ground_of(procedure: Procedure, parameter: str) -> Ground | None:
    """The ground of a parameter, from the rule file; its title where the file cites nothing."""
    found = procedure.parameters.get(parameter)
    if found is None:
        return None
    source = found.source
    code, _, article = source.partition("#")
    if code in procedure.sources:
        title = procedure.sources[code].title
        source = f"{title} {article}".strip()
    text = Text(source, source)
    if found.note is not None:
        text = Text(
            " ".join(filter(None, (source, _spelt(procedure, found.note.zh, "zh")))),
            " ".join(filter(None, (source, _spelt(procedure, found.note.en, "en")))),
        )
    if not text.zh and found.title is not None:
        text = found.title
    return Ground(found.basis, text, parameter)


CLOCK_IN_WORDS: Final = Text("时钟", "the clock")
"""Who does what happens by itself."""

_ARTICLE: Final = re.compile(r"^[0-9]+$")
_CODE: Final = re.compile(r"\b[A-Z][A-Z0-9]*#[0-9]+\b")


def source_in_words(procedure: Procedure, source: str) -> Text:
    """The grounds that a step or a refusal names by code, "BJ#12, BJ#14", as a person reads them."""
    found = [_cited(procedure, one.strip()) for one in re.split(r"[,;]", source) if one.strip()]
    return Text("；".join(one.zh for one in found), "; ".join(one.en for one in found))


def _spelt(procedure: Procedure, note: str, language: str) -> str:
    return _CODE.sub(lambda found: _cited(procedure, found[0]).in_(language), note)


def _cited(procedure: Procedure, one: str) -> Text:
    basis, _, parameter = one.partition(": ")
    if basis == "design" and parameter in procedure.parameters:
        number = procedure.parameters[parameter].title or Text(parameter, parameter)
        return Text(f"本平台自定的{number.zh}", f"this platform's own {number.en}")
    code, _, article = one.partition("#")
    if code not in procedure.sources:
        return Text(one, one)
    title = procedure.sources[code].title
    if not _ARTICLE.match(article):
        return Text(f"{title} {article}".strip(), f"{title} {article}".strip())
    return Text(f"{title}第{article}条", f"{title}, art. {article}")


def limits_of(within: Within) -> tuple[str, ...]:
    """Every parameter that a limit may take."""
    return tuple(dict.fromkeys(filter(None, (within.parameter, *within.values.values(), within.otherwise))))


def title_of(procedure: Procedure, step: str | None) -> Text:
    """The name of a step; nothing for None."""
    found = procedure.steps.get(step or "")
    return found.title if found else NOTHING


_UNIVERSAL: Final[Mapping[str, Text]] = {
    "opened": Text("收到", "Received"),
    "supplemented": Text("补充了情况", "Added something"),
    "urged": Text("催办", "Urged"),
    "withdrawn": Text("本人撤回", "Withdrawn by the person"),
    "corrected": Text("更正了本人的记录", "Corrected an own record"),
    "contested": Text("对一项认定提出异议", "Contested a finding"),
    "ruled": Text("对异议作出认定", "Ruled on what was contested"),
    "level": Text("改变公开程度", "Changed what the public sees"),
    "told": Text("发出消息", "A message went out"),
    "followed": Text("随主件一起变动", "Moved along with its parent"),
    "restored": Text("从公开账目找回", "Restored from the published log"),
    "calendar": Text("工作日历更新，期限重算", "The calendar changed; dates were counted anew"),
    "unsealed": Text("封存的内容到期打开", "What was sealed was opened"),
    "drawn": Text("抽签", "Lots were drawn"),
    "lapse_undone": Text(
        "期限内收到的回复补记进来，到期的结果作废",
        "A reply that came in time was keyed in; the lapse is undone",
    ),
}


def what_of(procedure: Procedure, entry: Entry) -> Text:
    """One entry in words."""
    step = procedure.steps.get(entry.step or "")
    name, outcome = title_of(procedure, entry.step), entry.outcome or ""
    act = step.acts.get(outcome) if step else None
    ended = step.outcomes.get(outcome) if step else None
    match entry.event:
        case "done" if ended:
            return _of(name, ended.title)
        case "acted" if act:
            return _of(name, act.title)
        case "approved" if act:
            return Text(f"批准：{act.title.zh}", f"Approved: {act.title.en}")
        case "refused" if act:
            return Text(f"不批准：{act.title.zh}", f"Not approved: {act.title.en}")
        case "late" | "hour_missed":
            k = int(entry.facts.get("k", 1))
            if k <= 1:
                return Text(f"{name.zh}晚了", f"{name.en} is late")
            return Text(
                f"{name.zh}仍然没有做，第{k}次记下",
                f"{name.en} is still not done, recorded for the {k}th time",
            )
        case "lapsed" if ended:
            return Text(f"到期没有回音：{ended.title.zh}", f"No word in time: {ended.title.en}")
        case "resumed":
            return Text(
                f"停表到了最长期限，{name.zh}接着计时", f"The longest pause is over: {name.en} runs on"
            )
        case "silent":
            return Text("到期没有任何进展可以告诉", "Nothing had happened that could have been told")
    return _UNIVERSAL.get(entry.event, Text(entry.event, entry.event))


def _of(step: Text, outcome: Text) -> Text:
    return Text(f"{step.zh}：{outcome.zh}", f"{step.en}: {outcome.en}")


def who_of(procedure: Procedure, entry: Entry, name: NameOf) -> Text:
    """Who did it: the clock, a body by its name with the role, or the role alone."""
    if entry.role == CLOCK:
        return CLOCK_IN_WORDS
    role = procedure.roles.get(entry.role)
    title = role.title if role else Text(entry.role, entry.role)
    if entry.body is None:
        return title
    body = name(entry.body)
    return body if body == title else Text(f"{body.zh}（{title.zh}）", f"{body.en} ({title.en})")


def _chosen(within: Within, facts: Mapping[str, FactValue]) -> str:
    if within.parameter:
        return within.parameter
    return within.values.get(str(facts.get(within.fact, "")), within.otherwise)


def facts_of(procedure: Procedure, entry: Entry, name: NameOf) -> tuple[tuple[Text, Text], ...]:
    """The open facts of an entry in words: what, and how it was answered; assigned bodies by name."""
    shown: list[tuple[Text, Text]] = []
    for key, value in entry.facts.items():
        if key in procedure.roles:
            shown.append((procedure.roles[key].title, name(str(value))))
        elif key in procedure.facts:
            shown.append((procedure.facts[key].title, value_in_words(procedure, key, value)))
    return tuple(shown)


def value_in_words(procedure: Procedure, fact: str, value: FactValue | None) -> Text:
    """How a fact was answered."""
    if isinstance(value, bool):
        return Text("是", "yes") if value else Text("不是", "no")
    declared = procedure.facts.get(fact)
    if declared is not None and str(value) in declared.values:
        return declared.values[str(value)]
    return Text(str(value), str(value)) if value is not None else Text("还不知道", "not known yet")


def past(
    procedure: Procedure,
    status: Status,
    entries: Sequence[Entry],
    moments: Mapping[int, datetime],
    name: NameOf,
) -> Iterator[Line]:
    """What was recorded, first to last."""
    for entry in entries:
        mark: Mark = "done"
        if entry.role == CLOCK:
            mark = "late" if entry.event in ("late", "hour_missed", "silent") else "clock"
        declared = [part for part in entry.closed if part in procedure.documents]
        yield Line(
            what=what_of(procedure, entry),
            who=who_of(procedure, entry, name),
            mark=mark,
            on=entry.on,
            n=entry.n,
            step=entry.step,
            ground=ground_of(procedure, _limit_used(procedure, status, entry)),
            documents=tuple(declared),
            facts=facts_of(procedure, entry, name),
            at=moments.get(entry.n),
        )


def _limit_used(procedure: Procedure, status: Status, entry: Entry) -> str:
    """The parameter behind an entry of the clock, "" for anything else."""
    step = procedure.steps.get(entry.step or "")
    if step is None:
        return ""
    if entry.event in ("late", "hour_missed") and step.deadline:
        return _chosen(step.deadline.within, status.facts)
    if entry.event == "lapsed" and step.lapse:
        return _chosen(step.lapse.within, status.facts)
    return step.every.within if entry.event == "silent" and step.every else ""


def skipped(procedure: Procedure, status: Status) -> Iterator[Line]:
    """The steps that were skipped, each with what caused it."""
    for step, state in status.steps.items():
        if state.state == "skipped":
            because = [because_in_words(procedure, one) for one in state.skipped_because]
            yield Line(
                what=Text(
                    f"跳过：{title_of(procedure, step).zh}", f"Skipped: {title_of(procedure, step).en}"
                ),
                mark="skipped",
                step=step,
                more=Text("，".join(one.zh for one in because), ", ".join(one.en for one in because)),
            )


def because_in_words(procedure: Procedure, because: Because) -> Text:
    """One reason why a step was skipped."""
    match because.kind:
        case "fact" if because.name in procedure.facts:
            title, found = (
                procedure.facts[because.name].title,
                value_in_words(procedure, because.name, because.found),
            )
            return Text(f"{title.zh}：{found.zh}", f"{title.en}: {found.en}")
        case "outcome" if because.name in procedure.steps:
            step = procedure.steps[because.name]
            outcome = step.outcomes.get(str(because.found))
            found = outcome.title if outcome else Text("没有结果", "no outcome")
            return _of(step.title, found)
        case "doc" if because.name in procedure.documents:
            title = procedure.documents[because.name].title
            return Text(f"没有{title.zh}", f"no {title.en}")
        case "end":
            end = because.found
            how = END_NAMES[End(str(end))] if end else Text("还没有结束", "it has not ended")
            return Text(f"这件事的结局：{how.zh}", f"how the matter ended: {how.en}")
    return Text(f"{because.name}：{because.found}", f"{because.name}: {because.found}")
