"""The engine's own words in plain language: units, ends, grounds, conditions."""

from __future__ import annotations

from typing import Final

from minsheng.kernel.procedure.model import Condition, End, Parameter, Procedure, Unit
from minsheng.kernel.procedure.records import Because
from minsheng.kernel.words import Text

UNITS: Final = {
    Unit.MINUTE: Text("分钟", "minute"),
    Unit.HOUR: Text("小时", "hour"),
    Unit.CALENDAR_DAY: Text("天", "day"),
    Unit.WORKING_DAY: Text("个工作日", "working day"),
    Unit.MONTH: Text("个月", "month"),
    Unit.YEAR: Text("年", "year"),
    Unit.COUNT: Text("", ""),
    Unit.SHARE: Text("", ""),
}
ENDS: Final = {
    End.CONFIRMED: Text("结束，本人确认", "it ends, confirmed by the person"),
    End.LAPSED: Text("结束，没有回音，记为不知道", "it ends, no word: unknown"),
    End.CONCLUDED: Text("办结，不算已解决", "it is concluded, not counted as solved"),
    End.WITHDRAWN: Text("本人撤回", "withdrawn by the person"),
    End.COMPLETED: Text("完成", "it is completed"),
}
BASES: Final = {
    "law": Text("法律规定", "set by law"),
    "local": Text("本地规定", "set by local rule"),
    "design": Text("本平台自定", "set by this platform"),
}


def grounds(procedure: Procedure, parameter: Parameter) -> Text:
    """Who set a number, and where: "set by law: 信访工作条例 #22"."""
    basis = BASES[parameter.basis]
    if not parameter.source:
        return basis
    key, _, article = parameter.source.partition("#")
    source = procedure.sources.get(key)
    where = f"{source.title if source else key}{f' 第{article}条' if article else ''}"
    where_en = f"{source.title if source else key}{f', art. {article}' if article else ''}"
    return Text(f"{basis.zh}：{where}", f"{basis.en}: {where_en}")


def condition_text(procedure: Procedure, condition: Condition) -> Text:
    """A condition as a sentence."""
    if condition.op in ("all", "any"):
        parts = [condition_text(procedure, part) for part in condition.of]
        zh, en = ("并且", "and") if condition.op == "all" else ("或者", "or")
        return Text(f"，{zh}".join(part.zh for part in parts), f", {en} ".join(part.en for part in parts))
    if condition.op == "not":
        part = condition_text(procedure, condition.of[0])
        return Text(f"不是“{part.zh}”", f"not “{part.en}”")
    name, value = _named(procedure, condition.op, condition.name, condition.value)
    return Text(f"{name.zh}为“{value.zh}”", f"{name.en} is “{value.en}”")


def because_text(procedure: Procedure, test: Because) -> Text:
    """One test and how it came out: "urgency: ordinary, not danger to life"."""
    name, wanted = _named(procedure, test.kind, test.name, test.wanted)
    if test.found == test.wanted:
        return Text(f"{name.zh}为“{wanted.zh}”", f"{name.en} is “{wanted.en}”")
    if test.found is None:
        return Text(f"{name.zh}没有“{wanted.zh}”", f"{name.en} is not “{wanted.en}”")
    _, found = _named(procedure, test.kind, test.name, test.found)
    return Text(
        f"{name.zh}为“{found.zh}”，不是“{wanted.zh}”", f"{name.en} is “{found.en}”, not “{wanted.en}”"
    )


def _named(procedure: Procedure, op: str, name: str, value: object) -> tuple[Text, Text]:
    """What a test is about, and the titles of an answer."""
    plain = Text(str(value), str(value))
    if isinstance(value, bool):
        plain = Text("是", "yes") if value else Text("否", "no")
    if op == "outcome":
        step = procedure.steps[name]
        outcome = step.outcomes.get(str(value))
        return step.title, outcome.title if outcome else plain
    if op == "fact":
        fact = procedure.facts[name]
        return fact.title, fact.values.get(str(value), plain)
    if op == "doc":
        return procedure.documents[name].title, Text("有", "there") if value else Text("没有", "missing")
    return Text("结局", "the end"), ENDS[End(str(value))] if value in set(End) else ENDS[End(name)]
