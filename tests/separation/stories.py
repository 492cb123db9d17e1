"""What happens in the planted town: together these matters hold every document of the rule file."""

from __future__ import annotations

from typing import Final

from minsheng.matter.testing import Cast
from tests.separation.oracle import LEVELS
from tests.separation.town import Matter, Town

REMEDY: Final = {"remedy": "可以要求复核，也可以申请行政复议。"}


def classified(town: Town, matter: Matter, body: str = "housing", urgency: str = "complex") -> None:
    """Taken in and sent to a body."""
    facts = {"urgency": urgency, "kind": "housing", "area": "guihuali"}
    town.act(matter, "classify", "dispatch", Cast.intake, facts=facts)
    town.act(matter, "dispatch", "sent", Cast.intake, facts={"first_unit": body})


def begin_long(town: Town, matter: Matter) -> None:
    """The first day: taken in, added to, urged, a finding contested, the dispatch objected to."""
    resident = Cast.resident(matter.id)
    classified(town, matter)
    town.act(
        matter,
        None,
        None,
        resident,
        event="supplemented",
        papers=["supplement"],
        files={"supplement": "media"},
    )
    town.act(matter, None, None, resident, event="urged", papers=["urge_note"])
    contest = town.act(
        matter, None, None, resident, event="contested", papers=["contest_note"], facts={"about": "urgency"}
    )
    town.act(
        matter, None, "stands", Cast.arbiter, event="ruled", papers=["ruling"], facts={"of": contest.entry.n}
    )
    town.act(matter, "accept", "objected", Cast.housing, papers=["objection"])


def work_long(town: Town, matter: Matter) -> None:
    """The next day: it stays; asked, answered, told, extended, done."""
    resident = Cast.resident(matter.id)
    town.act(matter, "arbitrate", "stays", Cast.arbiter, papers=["ruling"])
    town.act(matter, "handle", "ask", Cast.housing, papers=["question"])
    town.act(matter, "handle", "answer", resident, papers=["answer"], files={"answer": "media"})
    town.act(matter, "handle", "tell", Cast.housing, papers=["progress"])
    town.act(matter, "handle", "extend", Cast.housing, papers=["extension_note"])
    town.act(matter, "handle", "extend", Cast.coordinator, event="approved")
    town.look(matter, "phone", Cast.intake)
    town.act(
        matter, "handle", "done", Cast.housing, papers=["reply"], files={"reply": "evidence"}, fixed=REMEDY
    )


def end_long(town: Town, matter: Matter) -> None:
    """Not solved, done again by another, not solved, reviewed, done once more, solved."""
    resident = Cast.resident(matter.id)
    town.act(matter, "verdict", "not", resident, papers=["remark"], files={"remark": "media"})
    town.act(
        matter,
        "handle",
        "done",
        Cast.housing_too,
        papers=["reply"],
        files={"reply": "evidence"},
        fixed=REMEDY,
    )
    town.act(matter, "verdict", "not", resident, papers=["remark"])
    town.act(matter, "review", "tell", Cast.reviewer, papers=["progress"])
    town.act(matter, "review", "changed", Cast.reviewer, papers=["finding"], fixed=REMEDY)
    town.act(
        matter, "handle", "done", Cast.housing, papers=["reply"], files={"reply": "evidence"}, fixed=REMEDY
    )
    town.act(matter, "verdict", "solved", resident, papers=["remark"])


def guided(town: Town, matter: Matter) -> None:
    """Led elsewhere, which its resident contests; the reviewer finds it wrong, and it goes to a body."""
    town.act(matter, "classify", "other_channel", Cast.intake, papers=["guidance"], fixed=REMEDY)
    town.act(matter, "contest", "contested", Cast.resident(matter.id), papers=["contest_note"])
    town.act(matter, "rule_contest", "tell", Cast.reviewer, papers=["progress"])
    town.act(matter, "rule_contest", "wrong", Cast.reviewer, papers=["finding"])
    classified(town, matter)


def withdrawn(town: Town, matter: Matter) -> None:
    """Taken back, and somebody had asked for it."""
    classified(town, matter)
    town.act(matter, None, None, Cast.resident(matter.id), event="withdrawn", papers=["withdrawal"])


def standing(town: Town) -> None:
    """Matters that stand in the middle of it on the day of the crawl."""
    fresh = town.file_request("fresh")
    town.draft(fresh, "guide-other_channel", Cast.intake, ["reason", "channel"])

    running = town.file_request("running", agreed=True, shows=True, language="en")
    classified(town, running, "water_company")
    town.act(running, "accept", "accepted", Cast.water)
    town.act(running, "handle", "ask", Cast.water, papers=["question"])
    town.look(running, "phone", Cast.water)
    town.look(running, "email", Cast.reviewer)
    town.draft(running, "reply", Cast.water, ["done", "rule"])

    moved = town.file_request("moved", shows=True)
    classified(town, moved)
    town.act(moved, "accept", "objected", Cast.housing, papers=["objection"])
    town.act(moved, "arbitrate", "reassigned", Cast.arbiter, papers=["ruling"])
    town.act(moved, "dispatch", "sent", Cast.intake, facts={"first_unit": "water_company"})

    replied = town.file_request("replied", agreed=True)
    classified(town, replied)
    town.act(replied, "accept", "accepted", Cast.housing)
    town.act(
        replied, "handle", "done", Cast.housing, papers=["reply"], files={"reply": "evidence"}, fixed=REMEDY
    )
    town.press(replied)

    looked_at = town.file_request("looked at")
    classified(town, looked_at)
    town.act(looked_at, "accept", "accepted", Cast.housing)
    for actor in (Cast.housing, Cast.housing_too):
        town.act(looked_at, "handle", "cannot", actor, papers=["reply"], fixed=REMEDY)
        town.act(looked_at, "verdict", "not", Cast.resident(looked_at.id), papers=["remark"])
    town.draft(looked_at, "review", Cast.reviewer, ["finding", "order"])
    town.press(looked_at, found="not_shown")


def tell(town: Town) -> None:
    """All of it."""
    for level in LEVELS:
        begin_long(town, town.file_request(f"long, {level}", level=level, shows=level != "withheld"))
    town.pass_days(1)
    for level in LEVELS:
        work_long(town, town.matters[f"long, {level}"])
    town.pass_days(1)
    for level in LEVELS:
        end_long(town, town.matters[f"long, {level}"])
    town.pass_days(1)
    for level in LEVELS:
        town.rate(town.matters[f"long, {level}"])
    town.pass_days(29)
    for level in LEVELS:
        town.act(town.matters[f"long, {level}"], "recheck", "held", Cast.caller, papers=["call_note"])
        guided(town, town.file_request(f"guided, {level}", level=level))
        withdrawn(town, town.file_request(f"withdrawn, {level}", level=level, from_the_first=True))
    town.pass_days(1)
    standing(town)
