"""When does word of pressure make a body's month unusable?

Somebody told a resident what to choose. One report opens one check by a reviewer. The month's verdicts and
ratings of the body are marked unusable when a check finds it so, or when reports come from three separate
matters, unless their checks have refuted them: what cannot be shown still counts towards the three, for
pressure rarely leaves a trace. A mark is never taken back by the platform; that a check refuted a report is
published beside it.

Source: DESIGN §2.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from minsheng.kernel.words import Kind, Refusal, Text

MATTERS: Final = 3
"""Separate matters whose reports mark a body's month, without a finding."""

CHECK_WITHIN: Final = 15
"""Working days for a check. This platform's own limit (design): that of a review in the request procedure."""

Finding = Literal["", "shown", "not_shown", "refuted"]
FINDINGS: Final = ("shown", "not_shown", "refuted")


@dataclass(frozen=True, slots=True)
class Report:
    """A report as far as the rule looks: which matter, and what its check found ("" while it runs)."""

    matter: str
    finding: Finding = ""


def mark(reports: Iterable[Report]) -> str:
    """Why a body's month is unusable, from all reports on it: "shown", "three", or "" if it is usable."""
    held = list(reports)
    if any(report.finding == "shown" for report in held):
        return "shown"
    if len({report.matter for report in held if report.finding != "refuted"}) >= MATTERS:
        return "three"
    return ""


def why_not_report(words: str) -> Refusal | None:
    """None if there is anything in it. Nothing else is asked: no name, no proof, no form."""
    if words.strip():
        return None
    return Refusal(
        "pressure_empty",
        Text("写下谁、怎么说的，一句话也可以。", "Say who, and what they said; one line will do."),
        Kind.SHAPE,
        field="words",
    )


def why_not_find(finding: str, reasons: str) -> Refusal | None:
    """None if a check may be closed with this finding."""
    if finding not in FINDINGS:
        return Refusal(
            "finding_shape", Text("选一个结论。", "Choose a finding."), Kind.SHAPE, field="finding"
        )
    if not reasons.strip():
        return Refusal(
            "finding_reasons",
            Text(
                "写下查了什么、问了谁、为什么这么认定。",
                "Say what was looked at, who was asked, and why you find so.",
            ),
            Kind.SHAPE,
            field="reasons",
        )
    return None
