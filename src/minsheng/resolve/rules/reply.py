"""May this reply be sent to the resident?

An answer says what was done or what was not and why, what proves it, which rule it follows, what comes next
and by which day, why it is late if it is late, and where else one can go. Whether it is a good answer the
resident says.

Source: 《信访工作条例》 art. 23 (facts, grounds, reasons); 《行政复议法》 art. 20 and the like (say where
else to go); ISO 10002:2018, 8.8. Where its limits come from stands in the rule file; there is no number
here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from minsheng.kernel.words import Missing, Refusal, Text
from minsheng.resolve.rules.acknowledgement import only_acknowledges

SOURCE: Final = "《信访工作条例》第二十三条：写明事实、依据和理由"

YOURS: Final = "yours"
"""The owner of whatever is missing in a draft: whoever writes it."""

_MONTHS: Final = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WEEKDAYS: Final = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_DAY: Final = re.compile(
    r"\d{1,2}\s*月\s*(?:\d{1,2}\s*[日号]|上旬|中旬|下旬|底)|\d{4}-\d{1,2}-\d{1,2}|月底|年底"
    r"|(?:本|这|下个?)(?:周|星期|月|季度|年)|(?:周|星期)[一二三四五六日天]|今天|明天|后天|当天"
    r"|(?<!\d)\d+\s*个?(?:工作日|天|日|小时|周|星期|月)[之以]?内|每个?(?:天|日|周|月|季度|年|星期)"
    rf"|\b\d{{1,2}} {_MONTHS}|\b{_MONTHS} \d{{1,2}}\b|\b(?:today|tomorrow|{_WEEKDAYS})\b"
    r"|\bwithin \d+ (?:working |calendar )?(?:day|hour|week|month)|\b(?:every|each) (?:day|week|month|year)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply in its slots. `evidence` counts the files; `late` says whether the answer's limit has passed.

    `rule`: the rule, and why it says what it says. `no_evidence`: why there is no file.
    """

    done: str = ""
    not_done: str = ""
    rule: str = ""
    next: str = ""
    why_late: str = ""
    no_evidence: str = ""
    evidence: int = 0
    late: bool = False

    @classmethod
    def of(cls, document: Mapping[str, Any], *, late: bool) -> Draft:
        """The draft that a reply document holds; absent fields are empty."""
        said = {name: str(document.get(name) or "").strip() for name in TEXT_SLOTS}
        files = document.get("evidence") or ()
        return cls(**said, evidence=len(files), late=late)


TEXT_SLOTS: Final = ("done", "not_done", "rule", "next", "why_late", "no_evidence")
"""The slots that an officer writes, in the order of the page, files and remedy aside."""

_EMPTY: Final = Text("写下做了什么，或者没做到什么、为什么", "Say what was done, or what was not and why")
_NOTHING: Final = Text(
    "“已收悉”“正在处理”“已转有关部门”“已处理”不是答复。写下在哪里、对什么、哪一天做了什么；没做就写没做，和为什么",
    "“Received”, “in progress”, “passed on” and “handled” are not answers. Say what was done, to what, "
    "where and when; if nothing was, say so and why",
)
_EVIDENCE: Final = Text("凭据一件；没有就写明为什么没有", "One piece of evidence, or why there is none")
_RULE: Final = Text("规定是什么，为什么这么定", "The rule, and why it says so")
_NEXT: Final = Text(
    "没做到的，接下来哪一天做什么", "For what was not done: what comes next, and on which day"
)
_NO_DAY: Final = Text("“接下来”里写上哪一天", "A day in “what comes next”")
_WHY_LATE: Final = Text("为什么晚了", "Why it is late")


def has_day(text: str) -> bool:
    """Whether a text names a day or a span of days.

    >>> has_day("10月30日前退费"), has_day("尽快安排")
    (True, False)
    """
    return _DAY.search(text) is not None


def is_answer(draft: Draft) -> bool:
    """Whether the draft says anything about what was done or not done."""
    return not only_acknowledges(f"{draft.done}\n{draft.not_done}")


def lacks(draft: Draft, *, cannot: bool) -> tuple[tuple[str, Text], ...]:
    """What the draft still lacks before it may be sent, each with its slot, in the page's order.

    `cannot`: the outcome says that it could not be done, so the reason stands in `not_done`.
    """
    found: list[tuple[str, Text]] = []
    slot = "not_done" if cannot else "done"
    if not (draft.done or draft.not_done):
        found.append((slot, _EMPTY))
    elif not is_answer(draft):
        found.append((slot, _NOTHING))
    elif cannot and not draft.not_done:
        found.append(("not_done", Text("没做到的，和原因", "What was not done, and why")))
    elif not cannot and not draft.done:
        found.append(
            (
                "done",
                Text("做了什么；什么都没做，就选“做不到”", "What was done; if nothing was, choose “cannot”"),
            )
        )
    if not draft.evidence and only_acknowledges(draft.no_evidence):
        found.append(("evidence", _EVIDENCE))
    if not draft.rule:
        found.append(("rule", _RULE))
    if draft.not_done and not draft.next:
        found.append(("next", _NEXT))
    elif draft.next and not has_day(draft.next):
        found.append(("next", _NO_DAY))
    if draft.late and only_acknowledges(draft.why_late):
        found.append(("why_late", _WHY_LATE))
    return tuple(found)


def why_not_reply(draft: Draft, *, cannot: bool) -> Refusal | None:
    """None if the reply may be sent to the resident.

    Being short, unwelcome or disagreed with is no ground: only saying nothing is.
    """
    found = lacks(draft, cannot=cannot)
    if not found:
        return None
    empty = any(what in (_EMPTY, _NOTHING) for _, what in found)
    return Refusal(
        "reply_not_acknowledgement" if empty else "reply_incomplete",
        Text("这还不是答复，期限不停。", "This is not an answer yet; the clock runs on.")
        if empty
        else Text(
            f"发出之前还缺{len(found)}样。",
            f"{len(found)} thing{'s' if len(found) > 1 else ''} missing before it is sent.",
        ),
        source=SOURCE,
        missing=tuple(Missing(what, YOURS) for _, what in found),
        next=Text("补上再发，您写的都存着。", "Add them and send; what you wrote is kept."),
        field=found[0][0],
    )
