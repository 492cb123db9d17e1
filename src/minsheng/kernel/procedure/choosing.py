"""Which number holds now, where a fact chooses the limit?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from minsheng.kernel.procedure.model import Parameter, Within

if TYPE_CHECKING:
    from minsheng.kernel.procedure.status import Status


def parameter_of(status: Status, within: Within) -> Parameter:
    """The number that holds now: the parameter named, or the one chosen by a fact."""
    name = within.parameter
    if within.fact:
        answer = status.facts.get(within.fact)
        word = str(answer).lower() if isinstance(answer, bool) else str(answer)
        name = within.values.get(word, within.otherwise)
    return status.procedure.parameters[name]
