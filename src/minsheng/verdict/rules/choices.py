"""What can a resident say about an answer, and what follows from each?

Four choices of one weight, in one order, none chosen beforehand: solved, in part, not, cannot tell. "In
part" asks one thing more: enough, or go on. What follows depends on how often the matter went back already,
and is read from the rule file, so that the page never promises what the rules do not.

Source: DESIGN §2.1 and §2.2; the bounds stand in the rule file (`max_times`, `then_on`, `then_end`).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from minsheng.kernel.procedure.fold import back_target
from minsheng.kernel.procedure.model import End, Outcome, Procedure
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Text

STEP: Final = "verdict"
CHOICES: Final = ("solved", "partly", "not", "cannot_tell")

TITLES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "solved": Text("解决了", "Solved"),
        "partly": Text("解决了一部分", "Partly solved"),
        "not": Text("没有解决", "Not solved"),
        "cannot_tell": Text("现在说不清", "I cannot tell yet"),
        "partly_enough": Text("就到这里", "That is enough"),
        "partly_go_on": Text("接着办", "Go on"),
    }
)


def outcome_of(choice: str, more: str = "") -> str | None:
    """The outcome of the verdict step, or None while "partly" has not been asked further.

    `more`: "enough" or "go_on". Raises KeyError for a choice that there is not.
    """
    if choice == "partly":
        return {"": None, "enough": "partly_enough", "go_on": "partly_go_on"}[more]
    return {one: one for one in CHOICES}[choice]


def will_go_back(status: Status, outcome: Outcome) -> bool:
    """Whether this outcome would still open a new round, its bound not being used up."""
    return bool(back_target(status, STEP, outcome))


def follows(status: Status, outcome_id: str) -> Text:
    """What follows if the resident says this, in one or two sentences."""
    outcome = status.procedure.steps[STEP].outcomes[outcome_id]
    if outcome_id == "solved":
        return Text(
            "这件事就此结束。以后又坏了，可以接着说，不用重来。",
            "The matter ends here. If it comes back, you can go on from here; no need to start again.",
        )
    if outcome_id == "partly_enough":
        return Text(
            "这件事就此结束，记为“解决了一部分”，不算“解决了”。",
            "The matter ends here as partly solved. It is not counted as solved.",
        )
    if outcome_id == "cannot_tell":
        if will_go_back(status, outcome):
            days = _days(status.procedure)
            return Text(f"再等{days[0]}，到时再问您一次。", f"We wait {days[1]} more and ask you again.")
        return Text(
            "已经等过一次了，这次就记为“不知道”，这件事到此为止。",
            "We waited once already; this time it is recorded as unknown and the matter ends.",
        )
    if will_go_back(status, outcome):
        return Text(
            "换一个人重新办一次，期限重新算，您不用再写一遍。",
            "Another officer does it again, with a new time limit. You need not write it again.",
        )
    return Text(
        "已经重办过了，这次由另一个单位复核，您不用再写一遍。",
        "It was done again already; now another body reviews it. You need not write it again.",
    )


def follows_partly() -> Text:
    """What follows the choice "partly", before it is asked further."""
    return Text(
        "我们会问您还要不要接着办。不算“解决了”。", "We ask whether to go on. It is not counted as solved."
    )


def end_of(status: Status, outcome_id: str) -> End | None:
    """How the matter would end by this outcome now; None if it goes on."""
    outcome = status.procedure.steps[STEP].outcomes[outcome_id]
    if outcome.back and not will_go_back(status, outcome):
        return outcome.then_end
    return outcome.end


def _days(procedure: Procedure) -> tuple[str, str]:
    lapse = procedure.steps[STEP].lapse
    n = procedure.parameters[lapse.within.parameter].n if lapse else 0
    return f"{n}天", f"{n} day{'' if n == 1 else 's'}"
