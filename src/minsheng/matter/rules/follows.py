"""What follows when a step ends like this? One sentence for the choice, before it is made.

Pure, from the rule file alone. Conditions are read as far as this outcome decides them; what depends on other
facts is named as possible.
"""

from __future__ import annotations

from typing import Final

from minsheng.kernel.procedure.model import Condition, End, Outcome, Procedure, Step
from minsheng.kernel.words import Text

ENDS: Final = {
    End.CONFIRMED: Text("这件事到此结束：本人确认。", "The matter ends: confirmed by the person."),
    End.LAPSED: Text(
        "这件事到此结束：没有回音，记为不知道。", "The matter ends: no word, counted as unknown."
    ),
    End.CONCLUDED: Text(
        "这件事到此结束，不算已解决；本人可以提出异议。",
        "The matter ends, not counted as solved; the person may contest it.",
    ),
    End.WITHDRAWN: Text("这件事到此结束：本人撤回。", "The matter ends: withdrawn by the person."),
    End.COMPLETED: Text("这件事到此结束。", "The matter ends."),
}

END_NAMES: Final = {
    End.CONFIRMED: Text("本人确认已解决", "Confirmed by the person"),
    End.LAPSED: Text("没有回音，记为不知道", "No word: unknown"),
    End.CONCLUDED: Text("已办结，不算已解决", "Concluded, not counted as solved"),
    End.WITHDRAWN: Text("本人撤回", "Withdrawn by the person"),
    End.COMPLETED: Text("已完成", "Completed"),
}


def joined(parts: list[Text]) -> Text:
    """Sentences one after the other."""
    return Text("".join(part.zh for part in parts), " ".join(part.en for part in parts))


def listed(parts: list[Text]) -> Text:
    """Names in a row."""
    return Text("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def must_write(procedure: Procedure, requires: tuple[str, ...]) -> Text | None:
    """须写：… for the documents that are required."""
    names = [procedure.documents[name].title for name in requires if name in procedure.documents]
    if not names:
        return None
    all_of_them = listed(names)
    return Text(f"须写：{all_of_them.zh}。", f"To be written: {all_of_them.en}.")


def after_outcome(procedure: Procedure, step: Step, outcome: Outcome) -> Text:
    """What has to be written for an outcome, and what it leads to."""
    parts = [outcome.hint] if outcome.hint else []
    if written := must_write(procedure, (*step.requires, *outcome.requires)):
        parts.append(written)
    if outcome.end is not None:
        parts.append(ENDS[outcome.end])
    elif outcome.back:
        parts.append(_back(procedure, outcome))
    else:
        following = [one.title for one in procedure.steps.values() if _may_follow(one, step, outcome)]
        if following:
            names = listed(following)
            parts.append(Text(f"下一步：{names.zh}。", f"Next: {names.en}."))
    return joined(parts)


def _back(procedure: Procedure, outcome: Outcome) -> Text:
    targets = listed([procedure.steps[name].title for name in outcome.back if name in procedure.steps])
    if len(outcome.back) > 1:
        targets = Text(targets.zh.replace("、", "或"), targets.en.replace(", ", " or "))
    zh, en = f"回到：{targets.zh}", f"Back to: {targets.en}"
    if outcome.max_times:
        zh += f"，最多{outcome.max_times}次"
        en += f", {outcome.max_times} time{'s' if outcome.max_times > 1 else ''} at most"
    return Text(zh + "。", en + ".")


def _may_follow(candidate: Step, step: Step, outcome: Outcome) -> bool:
    if step.id not in candidate.after:
        return False
    return candidate.when is None or _could_hold(candidate.when, step.id, outcome) is not False


def _could_hold(condition: Condition, step: str, outcome: Outcome) -> bool | None:
    """Whether the condition holds once the step ended so; None where other things decide."""
    match condition.op:
        case "outcome" if condition.name == step:
            return bool(condition.value == outcome.id)
        case "end":
            return None if outcome.end is None else condition.name == outcome.end.value
        case "not":
            inner = _could_hold(condition.of[0], step, outcome)
            return None if inner is None else not inner
        case "all" | "any":
            inner_values = [_could_hold(one, step, outcome) for one in condition.of]
            decisive = condition.op == "any"
            if decisive in inner_values:
                return decisive
            return None if None in inner_values else not decisive
    return None
