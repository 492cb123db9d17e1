"""Does this message tell the resident anything? And does this note explain an extension?

A message between order and answer says what was done, what stands in the way, or a new date. When a body has
nothing to say it says nothing, and the clock tells the resident that nothing has happened; that is counted.

Source: DESIGN §2.3; 《北京市接诉即办工作条例》 art. 15(2) (explain an extension to the resident).
"""

from __future__ import annotations

from datetime import date

from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.resolve.rules.acknowledgement import only_acknowledges
from minsheng.ui import dates


def why_not_tell(*, did: str, blocks: str, next: str, new_date: date | None, today: date) -> Refusal | None:
    """None if the message may go out; one of the slots is enough, a date must lie ahead."""
    if new_date is not None and new_date < today:
        return _past("new_date")
    if new_date is None and only_acknowledges(f"{did}\n{blocks}\n{next}"):
        return Refusal(
            "nothing_told",
            Text(
                "写下做了什么、卡在哪里，或者新的日期，一样就行。“正在办理”不算。",
                "Say what was done, what blocks, or a new date: one will do, “in progress” will not.",
            ),
            field="did",
            next=Text(
                "真没有进展，就不用写：到日子系统会照实说。",
                "If nothing has happened, leave it: on the day the clock says so.",
            ),
        )
    return None


def why_not_extend(
    *, reason: str, done_so_far: str, new_date: date | None, today: date, until: date | None
) -> Refusal | None:
    """None if the wish may go to whoever approves it.

    `until`: the last day that the extension would give, where it is known; the promised day may not lie
    behind it.
    """
    if only_acknowledges(reason):
        return Refusal(
            "extension_reason", Text("写下为什么要延期。", "Say why more time is needed."), field="reason"
        )
    if only_acknowledges(done_so_far):
        return Refusal(
            "extension_done",
            Text("写下到今天做了什么。", "Say what has been done so far."),
            field="done_so_far",
        )
    if new_date is None:
        return Refusal(
            "extension_date",
            Text("写上哪一天能答复。", "Give the day of the answer."),
            Kind.SHAPE,
            field="new_date",
        )
    if new_date < today:
        return _past("new_date")
    if until is not None and new_date > until:
        return Refusal(
            "extension_too_long",
            Text(
                f"最多延到{dates.day(until, today, 'zh')}，写这天或者更早的一天。",
                f"The extension ends on {dates.day(until, today, 'en')}; give that day or an earlier one.",
            ),
            field="new_date",
        )
    return None


def _past(field: str) -> Refusal:
    passed = Text("这一天已经过了，写今天或以后的一天。", "That day has passed; give today or a later day.")
    return Refusal("date_past", passed, Kind.SHAPE, field=field)
