"""How is each letter worded? Facts in, sentences in both languages out.

House rules: who does what, until when, and what happens then. No thanks, no apologies for inconvenience, no
word of the resident's or of an officer's. Source: docs/design-system.md, "How we say it".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from minsheng.kernel.procedure.model import End
from minsheng.kernel.words import Text
from minsheng.listen.rules.letters import Kind

NOTHING: Final = Text("", "")

Day = Callable[[date | datetime | None], Text]
"""A day or a moment in words, in both languages."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter is about, as of its entry.

    `body`: who did it, or whose it is; `up`: who hears of the delay; `limit`: until when, `over`: it was;
    `was_due`: when it should have been; `since`: the last day on which anything happened; `step`, `outcome`:
    their titles; `lapses_as`: how silence is recorded; `yours`: the resident's own word is awaited.
    """

    kind: Kind
    number: str
    day: Day
    body: Text = NOTHING
    up: Text = NOTHING
    limit: date | datetime | None = None
    over: bool = False
    was_due: date | None = None
    since: date | None = None
    days_left: int | None = None
    step: Text = NOTHING
    outcome: Text = NOTHING
    lapses_as: Text = NOTHING
    end: End | None = None
    yours: bool = False
    shows: bool = False
    by_unit: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A letter in words: its subject and its sentences."""

    subject: Text
    sentences: tuple[Text, ...]


def message(told: Told) -> Message:
    """The letter."""
    subject, sentences = _WORDING[told.kind](told)
    return Message(subject, tuple(one for one in sentences if one.zh))


Said = tuple[Text, list[Text]]


def _until(told: Told, zh: str, en: str) -> Text:
    """A sentence with the limit in the place of {day}; nothing where there is no limit."""
    if told.limit is None:
        return NOTHING
    day = told.day(told.limit)
    return Text(zh.format(day=day.zh), en.format(day=day.en))


def _answer_due(told: Told) -> Text:
    """When the answer is, or was, due."""
    if told.over:
        return _until(told, "答复应于{day}前，已经晚了。", "The answer was due by {day} and is late.")
    return _until(told, "答复的日期是{day}。", "The answer is due by {day}.")


def _received(told: Told) -> Said:
    return Text("收到您说的事了", "We have what you told us"), [
        Text(f"编号{told.number}。", f"Its number is {told.number}."),
        _until(
            told, "最晚{day}看完、定下归谁。", "By {day} at the latest it is read and settled whose it is."
        ),
        Text(
            "每走一步都写信告诉您；不想等信，凭回执上的查询码随时看。",
            "You are written to at every step; or look at any time with the follow code on your receipt.",
        ),
    ]


def _dispatched(told: Told) -> Said:
    return Text(f"派给了{told.body.zh}", f"Passed to {told.body.en}"), [
        Text(f"您的事由{told.body.zh}办。", f"It is for {told.body.en} to deal with."),
        _until(told, "{day}前必须答复您。", "They have to answer you by {day}."),
        Text(
            "过了这天就公开记为超期，报上一级，不用您去催。",
            "After that it is late, publicly, and goes one level up.",
        ),
    ]


def _accepted_by_silence(told: Told) -> Said:
    return Text(f"由{told.body.zh}负责", f"{told.body.en} is responsible"), [
        Text("到期没有提出异议，由它负责。", "It raised no objection in time, so it is theirs."),
        _until(told, "{day}前必须答复您。", "They have to answer you by {day}."),
    ]


def _asked(told: Told) -> Said:
    return Text(f"{told.body.zh}问您一件事", f"{told.body.en} asks you something"), [
        Text("问的是什么，在页面上。", "The question is on the page."),
        _until(
            told,
            "您回答之前，办理的期限停着；最多停到{day}，之后接着算。",
            "Until you answer their clock stands still; on {day} at the latest it runs on.",
        ),
        Text("不答也可以，不会算您放弃。", "You need not answer; nothing is taken as given up."),
    ]


def _extended(told: Told) -> Said:
    return Text(f"{told.body.zh}要多些时间", f"{told.body.en} needs more time"), [
        Text(
            "理由写在页面上，由上一级批准，只能延一次。",
            "The reason is on the page; the level above allowed it, once.",
        ),
        _until(told, "新的日期是{day}。", "The new date is {day}."),
    ]


def _told(told: Told) -> Said:
    return Text(f"{told.body.zh}写了进展", f"News from {told.body.en}"), [
        Text("写了什么，在页面上。", "It is on the page."),
        _answer_due(told),
    ]


def _silent(told: Told) -> Said:
    since = told.day(told.since)
    return Text(f"自{since.zh}以来没有任何进展", f"Nothing has happened since {since.en}"), [
        Text(
            f"到了该告诉您的日子，{told.body.zh}没有写，我们照实告诉您。这种情况会计数公开。",
            f"A message was due and {told.body.en} wrote none, so we say so. This is counted in public.",
        ),
        _answer_due(told),
    ]


def _late(told: Told) -> Said:
    due = told.day(told.was_due)
    up = (
        Text(f"并报到{told.up.zh}", f" and reported to {told.up.en}")
        if told.up.zh
        else Text("并报上一级", " and reported one level up")
    )
    return Text(f"{told.step.zh}晚了", f"Late: “{told.step.en}”"), [
        Text(
            f"{told.body.zh}应于{due.zh}前做完“{told.step.zh}”，没有做到。",
            f"{told.body.en} had until {due.en} for “{told.step.en}” and has not done it.",
        ),
        Text(f"这已经公开记为超期，{up.zh}，不用您去催。", f"It is recorded as late, publicly,{up.en}."),
    ]


def _replied(told: Told) -> Said:
    return Text(f"{told.body.zh}答复了：办好了没有，您说", f"{told.body.en} has answered: is it solved?"), [
        Text(
            "答复在页面上。办好了没有，由您来说。",
            "The answer is on the page. Whether it is solved is for you to say.",
        ),
        _until(told, "到{day}。", "Until {day}."),
        _if_not(told),
        Text("谁也不能要求您选“解决了”或“满意”。", "Nobody may ask you for “solved” or “satisfied”."),
    ]


def _if_not(told: Told) -> Text:
    if not told.lapses_as.zh:
        return NOTHING
    return Text(
        f"您不说，就记为“{told.lapses_as.zh}”。", f"If you say nothing, it counts as “{told.lapses_as.en}”."
    )


def _reminder(told: Told) -> Said:
    left = told.days_left or 0
    head = (
        Text("今天是最后一天", "Today is the last day")
        if left <= 0
        else Text(f"还有{left}天", f"{left} day{'' if left == 1 else 's'} left")
    )
    if told.yours:
        return Text(f"{head.zh}：办好了没有，您说", f"{head.en}: is it solved?"), [
            _until(told, "等您说到{day}。", "Your word is awaited until {day}."),
            _if_not(told),
        ]
    return Text(f"{head.zh}：{told.body.zh}问您的事", f"{head.en}: {told.body.en} asked you something"), [
        _until(
            told,
            "到{day}还没有您的回答，办理的期限就接着算。",
            "Without your answer by {day} their clock runs on.",
        ),
        Text("不答也可以，不会算您放弃。", "You need not answer; nothing is taken as given up."),
    ]


def _reopened(told: Told) -> Said:
    return Text("重新办", "It is dealt with again"), [
        Text(
            f"这件事回到“{told.step.zh}”，换人重新办，期限重新算。",
            f"It goes back to “{told.step.en}”, to another person, with a new limit.",
        ),
        _until(told, "新的日期是{day}。", "The new date is {day}."),
        Text("您不用再写一遍。", "You need not write it again."),
    ]


_ENDED: Final[Mapping[End, Text]] = {
    End.CONFIRMED: Text(
        "您说了，这件事就此结束。以后又坏了，可以接着说，不用重来。",
        "You have said so, and it ends here. If it breaks again, go on from here.",
    ),
    End.LAPSED: Text(
        "没有等到您的话，记为“不知道”：不算解决，也不算满意。",
        "No word came from you; it counts as unknown: neither solved nor satisfied.",
    ),
    End.WITHDRAWN: Text("您撤回了，这件事就此结束。", "You withdrew it, and it ends here."),
    End.CONCLUDED: Text("这件事办结了，但不算“解决了”。", "It is concluded, but does not count as solved."),
    End.COMPLETED: Text("这件事办完了。", "It is completed."),
}


def _ended(told: Told) -> Said:
    end = told.end or End.COMPLETED
    head = {
        End.CONFIRMED: Text("按您说的结束", "Ended as you said"),
        End.LAPSED: Text("没有回音，记为不知道", "No word: counted as unknown"),
        End.WITHDRAWN: Text("已经撤回", "Withdrawn"),
    }.get(end, Text("这件事办结了", "It is concluded"))
    how = NOTHING
    if end is End.CONCLUDED and told.step.zh:
        how = Text(f"{told.step.zh}：{told.outcome.zh}。", f"{told.step.en}: {told.outcome.en}.")
    return head, [_ENDED[end], how]


def _contest(told: Told) -> Said:
    return Text("不同意，可以提出异议", "You may contest it"), [
        _until(told, "到{day}，在页面上写一句为什么就行。", "Until {day}: one line on the page is enough."),
        Text(
            "异议由复核单位看，不由原来的承办人看。",
            "It is read by the reviewing body, not by those who dealt with it.",
        ),
    ]


def _ruled(told: Told) -> Said:
    return Text("您的异议有了认定", "There is a ruling on what you contested"), [
        Text("怎么认定的、为什么，在页面上。", "How and why is on the page.")
    ]


def _consent(told: Told) -> Said:
    shows = (
        Text(
            "您的原话：遮住电话、证件号以后，别人可以看。",
            "Your words: others may read them, with numbers masked.",
        )
        if told.shows
        else Text("您的原话：不给公众看。", "Your words: not shown to the public.")
    )
    by_unit = (
        Text("您的联系方式：承办单位也可以看。", "How to reach you: the body in charge may see it.")
        if told.by_unit
        else Text("您的联系方式：不给承办单位看。", "How to reach you: not shown to the body in charge.")
    )
    again = Text(
        "不是您改的，马上在页面上改回来，并告诉受理室。",
        "If it was not you, change it back on the page and tell the intake office.",
    )
    return Text("谁看得到，改好了", "Who can see it has been changed"), [shows, by_unit, again]


_WORDING: Final[Mapping[Kind, Callable[[Told], Said]]] = {
    "received": _received,
    "dispatched": _dispatched,
    "accepted_by_silence": _accepted_by_silence,
    "asked": _asked,
    "extended": _extended,
    "told": _told,
    "silent": _silent,
    "late": _late,
    "replied": _replied,
    "reminder_3": _reminder,
    "reminder_1": _reminder,
    "reopened": _reopened,
    "ended": _ended,
    "contest": _contest,
    "ruled": _ruled,
    "consent": _consent,
}
