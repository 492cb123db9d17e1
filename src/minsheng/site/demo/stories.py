"""Reads the story of the made-up town: what happened to each matter, as acts with their moments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

REPLY = frozenset({"done", "not_done", "rule", "why_late", "next", "no_evidence"})


@dataclass(frozen=True, slots=True)
class Deed:
    """One act of a story, ready for `matter.services.act`."""

    at: datetime
    key: str
    who: str
    step: str | None
    outcome: str | None
    event: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """One matter: how it was filed and what was done."""

    key: str
    at: datetime
    language: str
    words: str
    place: str
    area: str
    show: bool
    contact: Mapping[str, str]
    kind: str
    deeds: tuple[Deed, ...]


def stories(script: Mapping[str, Any], zone: ZoneInfo, remedy: str) -> Iterator[Story]:
    """Every matter of demo.yaml. Raises KeyError or ValueError where the file is wrong."""
    for row in script["matters"]:
        filed = _moment(date.fromisoformat(row["filed"][0]), row["filed"][1], zone)
        yield Story(
            key=row["key"],
            at=filed,
            language="en" if row.get("language") == "en" else "zh-hans",
            words=row["words"],
            place=row.get("place", ""),
            area="" if row["area"] == "yunxi" else row["area"],
            show=bool(row.get("show_words")),
            contact=row.get("contact", {}),
            kind=row["kind"],
            deeds=tuple(_deeds(row, filed, zone, remedy)),
        )


def _moment(day: date, clock: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), zone)


def _deeds(row: Mapping[str, Any], filed: datetime, zone: ZoneInfo, remedy: str) -> Iterator[Deed]:
    """The intake desk's two acts, unless the story says otherwise, then what the story says."""
    key, told = row["key"], row["then"]
    at_intake = told and told[0][2] in ("other_channel", "answered_now", "not_a_request", "withdraw")
    if not at_intake and row.get("intake") != "none":
        facts = {"kind": row["kind"], "urgency": row.get("urgency", "ordinary")}
        if row["area"] != "yunxi":
            facts["area"] = row["area"]
        soon = timedelta(minutes=4 if row.get("urgency") == "life_safety" else 18)
        yield Deed(filed + soon, key, "chen", "classify", "dispatch", facts=facts)
        yield Deed(filed + 2 * soon, key, "chen", "dispatch", "sent", facts={"first_unit": row["body"]})
    for days, clock, what, who, *rest in told:
        at = _moment(filed.date() + timedelta(days=days), clock, zone)
        yield _deed(at, row, what, who, rest, remedy)


def _deed(at: datetime, row: Mapping[str, Any], what: str, who: str, rest: list[Any], remedy: str) -> Deed:
    key = row["key"]
    said: Any = rest[-1] if rest else {}
    match what:
        case "accept":
            return Deed(at, key, who, "accept", "accepted")
        case "object":
            return Deed(at, key, who, "accept", "objected", documents={"objection": said})
        case "rule":
            return Deed(at, key, who, "arbitrate", rest[0], documents={"ruling": said})
        case "dispatch":
            return Deed(at, key, who, "dispatch", "sent", facts={"first_unit": said["body"]})
        case "ask":
            return Deed(at, key, who, "handle", "ask", documents={"question": said})
        case "answer":
            return Deed(at, key, who, "handle", "answer", documents={"answer": {"words": said}})
        case "tell":
            return Deed(at, key, who, "handle", "tell", documents={"progress": said})
        case "extend":
            return Deed(at, key, who, "handle", "extend", documents={"extension_note": said})
        case "approve":
            return Deed(at, key, who, "handle", "extend", event="approved")
        case "reply" | "cannot":
            outcome = "done" if what == "reply" else "cannot"
            return Deed(at, key, who, "handle", outcome, documents={"reply": {**said, "remedy": remedy}})
        case "say":
            return Deed(at, key, who, "verdict", said)
        case "review":
            return Deed(at, key, who, "review", rest[0], documents={"finding": said})
        case "recheck":
            return Deed(at, key, who, "recheck", said)
        case "supplement":
            return Deed(
                at, key, who, None, None, event="supplemented", documents={"supplement": {"words": said}}
            )
        case "urge":
            return Deed(at, key, who, None, None, event="urged", documents={"urge_note": said})
        case "withdraw":
            return Deed(at, key, who, None, None, event="withdrawn", documents={"withdrawal": said})
        case "answered_now":
            facts = {"kind": row["kind"], "area": row["area"]}
            return Deed(
                at, key, who, "classify", what, facts=facts, documents={"reply": {**said, "remedy": remedy}}
            )
        case "other_channel" | "not_a_request":
            return Deed(at, key, who, "classify", what, documents={"guidance": {**said, "remedy": remedy}})
    raise ValueError(f"the story {key} says {what!r}, which is no act")
