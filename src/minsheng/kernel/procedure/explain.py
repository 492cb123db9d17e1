"""Who does what, until when, on which ground? A rule file in plain words, and why a step stands as it does.

Everything is read from the file; nothing is added. Residents read this page, so numbers come with their
source and every silence with what it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from minsheng.kernel.procedure.choosing import parameter_of
from minsheng.kernel.procedure.model import Outcome, Parameter, Procedure, Step, Unit, Within
from minsheng.kernel.procedure.plain import ENDS, UNITS, because_text, condition_text, grounds
from minsheng.kernel.procedure.refusals import waits_for
from minsheng.kernel.procedure.status import Status, because, missing_for
from minsheng.kernel.words import Language, Text

__all__ = ["explain", "why"]


def explain(procedure: Procedure, language: Language = "zh") -> str:
    """The whole file as Markdown, in one language: steps, numbers, papers and who reads them, guarantees."""
    lines = [f"# {procedure.title.in_(language)}", "", _line(language, _edition(procedure)), ""]
    lines += [f"## {_line(language, Text('一步一步', 'Step by step'))}", ""]
    for number, step in enumerate(procedure.steps.values(), start=1):
        lines.append(f"### {number}. {step.title.in_(language)}")
        lines.append("")
        lines += [f"- {_line(language, text)}" for text in _step(procedure, step)]
        lines.append("")
    lines += _section(language, Text("随时可以", "At any time"), _universal(procedure))
    lines += _section(language, Text("数字从哪里来", "Where the numbers come from"), _numbers(procedure))
    lines += _section(language, Text("谁看得到什么", "Who reads what"), _readers(procedure))
    lines += _section(language, Text("谁不能兼任", "Who may not be the same"), _separations(procedure))
    lines += _section(language, Text("保证", "Guarantees"), procedure.invariants)
    return "\n".join(lines).rstrip() + "\n"


def why(procedure: Procedure, status: Status, step: str) -> Text:
    """Why a step stands as it does: what it waits for, what made it needless, who ended it and when."""
    one, run = procedure.steps[step], status.runs[step]
    if run.state == "done":
        return _why_done(procedure, status, step)
    if run.state == "skipped":
        tests = [because_text(procedure, test) for test in because(status, step)]
        return Text(
            f"不需要：{'，'.join(text.zh for text in tests)}",
            f"not needed: {', '.join(text.en for text in tests)}",
        )
    if run.state == "closed":
        end = ENDS[status.end] if status.end else Text("", "")
        return Text(f"本件已结束（{end.zh}），没有用到", f"the matter ended ({end.en}) before it was needed")
    if run.state == "waiting":
        missing = waits_for(status, one)
        return Text(
            f"在等：{'、'.join(item.what.zh for item in missing)}",
            f"waiting for: {', '.join(item.what.en for item in missing)}",
        )
    if missing := missing_for(status, step):
        return Text(
            f"还缺：{'、'.join(item.what.zh for item in missing)}",
            f"still missing: {', '.join(item.what.en for item in missing)}",
        )
    return _why_open(procedure, status, step)


def _why_done(procedure: Procedure, status: Status, step: str) -> Text:
    one, run = procedure.steps[step], status.runs[step]
    outcome = one.outcomes[run.outcome or ""].title
    if run.lapsed_due and one.lapse:
        parameter = parameter_of(status, one.lapse.within)
        ground = grounds(procedure, parameter)
        return Text(
            f"到{run.lapsed_due}没有人说话，记为“{outcome.zh}”（{ground.zh}）",
            f"nobody spoke by {run.lapsed_due}; recorded as “{outcome.en}” ({ground.en})",
        )
    return Text(f"{run.done_on}：{outcome.zh}", f"{run.done_on}: {outcome.en}")


def _why_open(procedure: Procedure, status: Status, step: str) -> Text:
    """Whose turn it is and until when, with the ground of the limit."""
    role = procedure.roles[procedure.steps[step].role].title
    for clock in status.clocks:
        if clock.step != step or clock.kind not in ("deadline", "lapse"):
            continue
        ground = grounds(procedure, procedure.parameters[clock.parameters[0]])
        if clock.stopped:
            return Text(
                f"由{role.zh}办理，在等回答，停表",
                f"the {role.en} waits for an answer; the clock stands still",
            )
        if clock.missed:
            return Text(
                f"应由{role.zh}在{clock.missed}前办，已超期（{ground.zh}）",
                f"due from the {role.en} by {clock.missed}, and late ({ground.en})",
            )
        if clock.until:
            return Text(
                f"由{role.zh}在{clock.until}前办（{ground.zh}）",
                f"for the {role.en}, by {clock.until} ({ground.en})",
            )
    return Text(f"由{role.zh}办理", f"for the {role.en}")


def _line(language: Language, text: Text) -> str:
    return text.in_(language)


def _section(language: Language, heading: Text, texts: Iterable[Text]) -> list[str]:
    lines = [f"- {text.in_(language)}" for text in texts]
    return [f"## {heading.in_(language)}", "", *lines, ""] if lines else []


def _edition(procedure: Procedure) -> Text:
    short = procedure.sha256[:16]
    zh, en = (
        f"{procedure.id}，第{procedure.version}版，{short}",
        f"{procedure.id}, version {procedure.version}, {short}",
    )
    if procedure.override_sha256:
        zh, en = f"{zh}，含本地调整", f"{en}, with local numbers"
    return Text(zh, en)


def _step(procedure: Procedure, step: Step) -> Iterator[Text]:
    role = procedure.roles[step.role].title
    yield Text(f"由{role.zh}办", f"for the {role.en}")
    if step.why:
        yield step.why
    if step.when:
        text = condition_text(procedure, step.when)
        yield Text(f"只有在：{text.zh}", f"only if {text.en}")
    if step.deadline:
        text = _limit(procedure, step.deadline.within)
        yield Text(
            f"期限：{text.zh}；过了就公开记为超期，并逐级上报",
            f"limit: {text.en}; missed, it is publicly late and goes up",
        )
        for pause in step.deadline.pauses:
            most = _number(procedure.parameters[pause.at_most])
            yield Text(
                f"问居民一个问题，表停到回答为止，最多{most.zh}",
                f"a question to the resident stops the clock, for {most.en} at most",
            )
        if step.deadline.extend_by:
            more = _number(procedure.parameters[step.deadline.extend_by])
            yield Text(
                f"可以延期一次，最多{more.zh}，须写明理由、由另一人批准",
                f"one extension by {more.en} at most, reasoned and approved by another person",
            )
    if step.every:
        often = _number(procedure.parameters[step.every.within])
        yield Text(
            f"至少每{often.zh}有一次消息；没有就照实记下",
            f"a message at least every {often.en}; where there is none, that is recorded",
        )
    if step.minimum:
        least = _limit(procedure, step.minimum)
        yield Text(f"至少等{least.zh}", f"not before {least.en}")
    if step.lapse:
        text = _limit(procedure, step.lapse.within)
        silent = step.outcomes[step.lapse.outcome].title
        yield Text(
            f"{text.zh}没有人说话，记为“{silent.zh}”",
            f"if nobody speaks within {text.en}, it is recorded as “{silent.en}”",
        )
    if step.fresh_person:
        yield Text("退回重办须换人", "sent back, another person does it")
    for outcome in step.outcomes.values():
        yield _outcome(procedure, outcome)


def _outcome(procedure: Procedure, outcome: Outcome) -> Text:
    zh, en = f"结果“{outcome.title.zh}”", f"outcome “{outcome.title.en}”"
    if outcome.end:
        zh, en = f"{zh}：{ENDS[outcome.end].zh}", f"{en}: {ENDS[outcome.end].en}"
    if outcome.back:
        names = [procedure.steps[key].title for key in outcome.back]
        zh += f"：回到{'或'.join(name.zh for name in names)}，最多{outcome.max_times}次"
        times = "once" if outcome.max_times == 1 else f"{outcome.max_times} times"
        en += f": back to {' or '.join(name.en for name in names)}, {times} at most"
        if outcome.then_end:
            zh, en = f"{zh}，之后{ENDS[outcome.then_end].zh}", f"{en}, then {ENDS[outcome.then_end].en}"
    if outcome.requires:
        papers = [procedure.documents[name].title for name in outcome.requires]
        zh += f"；须写：{'、'.join(paper.zh for paper in papers)}"
        en += f"; with: {', '.join(paper.en for paper in papers)}"
    return Text(zh, en)


def _universal(procedure: Procedure) -> Iterator[Text]:
    for one in procedure.universal.values():
        roles = [procedure.roles[role].title for role in one.roles]
        yield Text(
            f"{one.title.zh}（{'、'.join(role.zh for role in roles)}）",
            f"{one.title.en} ({', '.join(role.en for role in roles)})",
        )


def _numbers(procedure: Procedure) -> Iterator[Text]:
    for parameter in procedure.parameters.values():
        number, ground = _number(parameter), grounds(procedure, parameter)
        title = parameter.title or Text(parameter.id, parameter.id)
        note = parameter.note or Text("", "")
        yield Text(
            f"{title.zh}：{number.zh}。{ground.zh}{'。' + note.zh if note.zh else ''}",
            f"{title.en}: {number.en}. {ground.en}{'. ' + note.en if note.en else ''}",
        )


def _readers(procedure: Procedure) -> Iterator[Text]:
    for document in procedure.documents.values():
        roles = [procedure.roles[role].title for role in sorted(document.readers)]
        zh = "、".join(role.zh for role in roles) or "只有写的人"
        en = ", ".join(role.en for role in roles) or "its author only"
        yield Text(f"{document.title.zh}：{zh}", f"{document.title.en}: {en}")


def _separations(procedure: Procedure) -> Iterator[Text]:
    rules = {
        "not_same_person": Text("不能是同一人", "may not be the same person"),
        "not_same_unit": Text("不能是同一单位", "may not be the same body"),
        "not_subordinate": Text("不能有隶属关系", "may not be in one reporting line"),
        "no_interest": Text("不能有利害关系", "may have no interest in it"),
        "not_prior_actor": Text("不能先后都经手", "may not both have acted"),
    }
    for one in procedure.separation:
        a, b, rule = procedure.roles[one.a].title, procedure.roles[one.b].title, rules[one.rule]
        yield Text(f"{a.zh}与{b.zh}{rule.zh}", f"{a.en} and {b.en} {rule.en}")


def _limit(procedure: Procedure, within: Within) -> Text:
    if not within.fact:
        return _number(procedure.parameters[within.parameter])
    fact = procedure.facts[within.fact]
    parts = [
        (fact.values.get(key, Text(key, key)), _number(procedure.parameters[name]))
        for key, name in within.values.items()
    ]
    other = _number(procedure.parameters[within.otherwise])
    zh = "，".join(f"{value.zh}{number.zh}" for value, number in parts)
    en = ", ".join(f"{number.en} for {value.en}" for value, number in parts)
    return Text(f"{zh}，其余{other.zh}", f"{en}, otherwise {other.en}")


def _number(parameter: Parameter) -> Text:
    if parameter.unit is Unit.SHARE:
        return Text(f"{parameter.n}/{parameter.of}", f"{parameter.n}/{parameter.of}")
    unit = UNITS[parameter.unit]
    plural = "s" if parameter.n > 1 and unit.en else ""
    return Text(f"{parameter.n}{unit.zh}", f"{parameter.n} {unit.en}{plural}".strip())
