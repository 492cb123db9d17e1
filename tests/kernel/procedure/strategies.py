"""Whole procedures, made by chance and fit to run: what holds for them holds for more than one file.

`procedures()` gives the YAML text of a rule file that loads and that the check lets run; `fill` answers what
an option asks. Both are used by the matter room, which drives such matters through its own door.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import yaml
from hypothesis import strategies as st

from minsheng.kernel.entry import FactValue
from minsheng.kernel.procedure.acts import Option
from minsheng.kernel.procedure.check import check
from minsheng.kernel.procedure.load import load
from minsheng.kernel.procedure.model import Document, Fact, Field, Procedure

T = TypeVar("T")


class Draw(Protocol):
    """What `st.composite` and `data.draw` have in common."""

    def __call__(self, strategy: st.SearchStrategy[T], label: Any = None) -> T: ...


BODIES = ("north", "south", "east", "west")
TOWN_BODIES: Mapping[str, str] = {"desk": "hotline", "judge": "court", "board": "council"}
"""The body of each role that no outcome assigns."""

FIELD_TYPES = ("text", "long_text", "date", "int", "money", "list", "file", "enum")


def title(name: str) -> dict[str, str]:
    return {"zh": f"{name}（中）", "en": f"{name} (en)"}


@dataclass
class Sketch:
    """What a procedure under construction has so far."""

    parameters: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    asked: dict[str, list[str]] = field(default_factory=dict)  # step → open facts it asks
    before: dict[str, set[str]] = field(default_factory=dict)  # step → all its predecessors
    steps: list[dict[str, Any]] = field(default_factory=list)

    def parameter(self, draw: st.DrawFn, units: tuple[str, ...], most: int = 12) -> str:
        unit = draw(st.sampled_from(units))
        n = 1 if unit == "month" else draw(st.integers(1, most))
        name = f"p{len(self.parameters)}"
        side = draw(st.sampled_from(["min", "max"]))
        self.parameters[name] = {
            "title": title(name), "n": n, "unit": unit, "bound": {side: n}, "basis": "design",
        }  # fmt: skip
        return name

    def document(self, draw: st.DrawFn) -> str:
        name = f"d{len(self.documents)}"
        fields = []
        for number in range(draw(st.integers(0, 3))):
            kind = draw(st.sampled_from(FIELD_TYPES))
            one: dict[str, Any] = {"id": f"f{number}", "title": title(f"f{number}"), "type": kind}
            one["required"] = draw(st.booleans())
            if kind == "enum":
                one["values"] = {"one": title("one"), "two": title("two")}
            fields.append(one)
        self.documents[name] = {
            "title": title(name),
            "fields": fields,
            "readers": draw(st.lists(st.sampled_from(["desk", "unit", "judge", "person"]), unique=True)),
            "disclose": draw(st.sampled_from(["never", "with_entry", "after ended"])),
        }
        return name

    def fact(self, draw: st.DrawFn, *, open_: bool) -> str:
        name = f"q{len(self.facts)}"
        kind = draw(st.sampled_from(["bool", "enum"] if open_ else ["bool", "enum", "int", "date", "code"]))
        one: dict[str, Any] = {"title": title(name), "type": kind}
        if kind == "enum":
            one["values"] = {"red": title("red"), "blue": title("blue"), "green": title("green")}
        if not open_:
            one |= {"guarded": True} if draw(st.booleans()) else {"public": False}
            one["required"] = draw(st.booleans())
        self.facts[name] = one
        return name


def procedures(most_steps: int = 4) -> st.SearchStrategy[str]:
    """The YAML text of a procedure with a claimant, some steps of bodies, and a verdict."""
    return _drafts(most_steps).filter(may_run)


def may_run(text: str) -> bool:
    """A draft may contradict itself in a condition, so that a step never opens; the check finds that."""
    found = load(text.encode(), name="chance.yaml")
    assert isinstance(found, Procedure), [str(finding) for finding in found]
    return not check(found)


@st.composite
def _drafts(draw: st.DrawFn, most_steps: int) -> str:
    sketch = Sketch()
    again = sketch.parameter(draw, ("working_day", "calendar_day"))
    names = [f"s{number}" for number in range(draw(st.integers(1, most_steps - 1)))]
    for name in names:
        _step(draw, sketch, name)
    _verdict(draw, sketch, names)
    if draw(st.booleans()):
        _aftermath(draw, sketch)
    original = sketch.document(draw)
    universal = {"supplement": "person", "withdraw": "person", "urge": "person"}
    acting = {"person", *(step["role"] for step in sketch.steps)}
    acting |= {"board" for step in sketch.steps for act in step.get("acts", ()) if act["id"] == "extend"}
    if "unit" not in acting:
        for outcome in sketch.steps[0]["outcomes"]:
            del outcome["assigns"]
    for document in sketch.documents.values():
        document["readers"] = [role for role in document["readers"] if role in acting]
    kinds = {"person": "resident", "desk": "unit", "unit": "unit", "judge": "independent", "board": "body"}
    return yaml.safe_dump(
        {
            "schema": "minsheng.procedure/v1", "id": "made-by-chance", "version": 1, "status": "in_force",
            "title": title("chance"), "subject": "request", "calendar": "yunxi",
            "parameters": sketch.parameters,
            "roles": {role: {"title": title(role), "kind": kinds[role]} for role in kinds if role in acting},
            "separation": [one for one in draw(_separations()) if {one["a"], one["b"]} <= acting],
            "facts": sketch.facts,
            "documents": sketch.documents,
            "start": {"role": "person", "documents": [original], "emits": ["received"]},
            "late_again": again,
            "universal": universal,
            "steps": sketch.steps,
        },
        allow_unicode=True, sort_keys=False,
    )  # fmt: skip


def _separations() -> st.SearchStrategy[list[dict[str, str]]]:
    rules = st.sampled_from(["not_same_person", "not_same_unit"])
    pairs = st.sampled_from([("judge", "unit"), ("board", "unit"), ("desk", "judge")])
    return st.lists(st.tuples(pairs, rules), max_size=2, unique=True).map(
        lambda found: [
            {"id": f"sod{number}", "a": pair[0], "b": pair[1], "rule": rule}
            for number, (pair, rule) in enumerate(found)
        ]
    )


def _step(draw: st.DrawFn, sketch: Sketch, name: str) -> None:
    """A step of a body. The first has no condition, asks, and names the unit; all others follow it."""
    earlier = [step["id"] for step in sketch.steps]
    after = draw(st.lists(st.sampled_from(earlier), min_size=1, unique=True)) if earlier else []
    sketch.before[name] = set(after).union(*(sketch.before[one] for one in after))
    role = draw(st.sampled_from(["desk", "unit", "judge", "board"])) if earlier else "desk"
    step: dict[str, Any] = {"id": name, "title": title(name), "role": role}
    asks = draw(st.integers(0, 2))
    sketch.asked[name] = [sketch.fact(draw, open_=True) for _ in range(asks)]
    step["facts"] = [*sketch.asked[name], *([sketch.fact(draw, open_=False)] if draw(st.booleans()) else [])]
    step["outcomes"] = [_outcome(draw, sketch, name, number) for number in range(draw(st.integers(1, 3)))]
    if not earlier:
        for outcome in step["outcomes"]:
            outcome["assigns"] = ["unit"]
    else:
        step["after"] = after
        if draw(st.booleans()):
            step["when"] = draw(_conditions(sketch, name))
        step["fresh_person"] = draw(st.booleans())
    _clocks(draw, sketch, step)
    sketch.steps.append(step)


def _outcome(draw: st.DrawFn, sketch: Sketch, name: str, number: int) -> dict[str, Any]:
    """The first outcome of a step leads forward; others may go back to the first step, or to one before."""
    outcome: dict[str, Any] = {"id": f"o{number}", "title": title(f"o{number}")}
    if draw(st.booleans()):
        outcome["requires"] = [sketch.document(draw)]
    if number and sketch.before[name] and draw(st.booleans()):
        perhaps = draw(st.sampled_from(sorted(sketch.before[name])))
        outcome["back"] = list(dict.fromkeys([perhaps, "s0"]))
        outcome["max_times"] = draw(st.integers(1, 2))
        if draw(st.booleans()):
            outcome["then_on"] = name
        else:
            outcome["then_end"] = draw(st.sampled_from(["lapsed", "completed"]))
    elif number and draw(st.integers(0, 4)) == 0:
        outcome["end"] = "completed"
    return outcome


@st.composite
def _conditions(draw: st.DrawFn, sketch: Sketch, name: str, deep: int = 2) -> dict[str, Any]:
    """A condition on what the steps before settle."""
    before = sorted(sketch.before[name])
    facts = [fact for one in before for fact in sketch.asked[one]]
    forms = ["outcome", *(["fact"] if facts else []), *(["all", "any", "not"] if deep else [])]
    form = draw(st.sampled_from(forms))
    if form == "outcome":
        chosen = draw(st.sampled_from(before))
        step = next(one for one in sketch.steps if one["id"] == chosen)
        return {"outcome": step["id"], "is": draw(st.sampled_from([one["id"] for one in step["outcomes"]]))}
    if form == "fact":
        fact = draw(st.sampled_from(facts))
        values = ["red", "blue", "green"] if sketch.facts[fact]["type"] == "enum" else [True, False]
        return {"fact": fact, "is": draw(st.sampled_from(values))}
    if form == "not":
        return {"not": draw(_conditions(sketch, name, deep - 1))}
    return {form: draw(st.lists(_conditions(sketch, name, deep - 1), min_size=1, max_size=2))}


def _clocks(draw: st.DrawFn, sketch: Sketch, step: dict[str, Any]) -> None:
    """A lapse into an outcome that leads forward, or a deadline with all that may hang on one."""
    days = ("working_day", "calendar_day", "month")
    start = draw(st.sampled_from(["opened", "received"]))
    if draw(st.integers(0, 3)) == 0 and step["id"] != "s0":
        step["lapse"] = {"within": sketch.parameter(draw, days), "from": start, "outcome": "o0"}
        return
    hours = draw(st.integers(0, 3)) == 0
    within: Any = sketch.parameter(draw, ("hour",) if hours else days, 60 if hours else 12)
    asked = [fact for one in sketch.before[step["id"]] for fact in sketch.asked[one]]
    switches = [fact for fact in sorted(asked) if sketch.facts[fact]["type"] == "enum"]
    if switches and not hours and draw(st.booleans()):
        other = sketch.parameter(draw, days)
        within = {"fact": draw(st.sampled_from(switches)), "values": {"red": other}, "else": within}
    step["deadline"] = {"within": within, "from": start}
    if hours or step["role"] == "person":
        return
    acts = []
    name = step["id"]
    if draw(st.booleans()):
        acts += _question(draw, sketch, step)
    if draw(st.booleans()):
        note = sketch.document(draw)
        step["deadline"]["extend"] = {"act": "extend", "by": sketch.parameter(draw, days)}
        acts.append({"id": "extend", "title": title("extend"), "requires": [note], "approve_by": "board",
                     "emits": [f"extended_{name}"], "max_times": 1})  # fmt: skip
    if draw(st.booleans()):
        step["every"] = {"within": sketch.parameter(draw, ("working_day",)), "restart": [f"told_{name}"]}
        acts.append({"id": "tell", "title": title("tell"), "emits": [f"told_{name}"]})
    if draw(st.integers(0, 3)) == 0:
        step["minimum"] = {"at_least": sketch.parameter(draw, days, 3), "from": "opened"}
    if acts:
        step["acts"] = acts


def _question(draw: st.DrawFn, sketch: Sketch, step: dict[str, Any]) -> list[dict[str, Any]]:
    asked, said = f"asked_{step['id']}", f"said_{step['id']}"
    most = sketch.parameter(draw, ("working_day", "calendar_day"))
    step["deadline"]["pause"] = [{"from": asked, "until": said, "at_most": most}]
    return [
        {"id": "ask", "title": title("ask"), "emits": [asked], "max_times": 2, "needs_pause": False},
        {"id": "say", "title": title("say"), "role": "person", "requires": [sketch.document(draw)],
         "emits": [said], "needs_pause": True},
    ]  # fmt: skip


def _verdict(draw: st.DrawFn, sketch: Sketch, names: list[str]) -> None:
    """The claimant's own step after all others; silence is unknown."""
    week = sketch.parameter(draw, ("calendar_day",))
    back = [draw(st.sampled_from(names)), "s0"]
    outcomes: list[dict[str, Any]] = [
        {"id": "solved", "end": "confirmed"},
        {
            "id": "again",
            "back": list(dict.fromkeys(back)),
            "max_times": draw(st.integers(1, 2)),
            "then_end": "lapsed",
        },
        {"id": "no_word", "by_clock": True, "end": "lapsed"},
    ]
    sketch.steps.append(
        {
            "id": "verdict",
            "title": title("verdict"),
            "role": "person",
            "after": names,
            "lapse": {"within": week, "from": "opened", "outcome": "no_word"},
            "outcomes": [one | {"title": title(one["id"])} for one in outcomes],
        }
    )


def _aftermath(draw: st.DrawFn, sketch: Sketch) -> None:
    """A step for after the end, which may cancel it once."""
    month = sketch.parameter(draw, ("calendar_day",))
    outcomes: list[dict[str, Any]] = [
        {"id": "held"},
        {"id": "came_back", "back": ["s0"], "max_times": 1, "then_end": "completed"},
    ]
    sketch.steps.append(
        {
            "id": "recheck",
            "title": title("recheck"),
            "role": "judge",
            "after": ["verdict"],
            "when": {"any": [{"end": "confirmed"}, {"end": "lapsed"}]},
            "after_end": True,
            "lapse": {"within": month, "from": "ended", "outcome": "held"},
            "outcomes": [one | {"title": title(one["id"])} for one in outcomes],
        }
    )


def fill(
    draw: Draw, procedure: Procedure, option: Option
) -> tuple[dict[str, FactValue], dict[str, dict[str, Any]]]:
    """Answers and documents for an option, as a person might give them."""
    facts: dict[str, FactValue] = {}
    for name in option.facts:
        fact = procedure.facts[name]
        if fact.required or draw(st.booleans()):
            facts[name] = draw(_answer(fact))
    for role in option.assigns:
        facts[role] = draw(st.sampled_from(BODIES))
    extra = draw(st.lists(st.sampled_from(option.allows), unique=True)) if option.allows else []
    documents = {name: draw(_content(procedure.documents[name])) for name in (*option.requires, *extra)}
    return facts, documents


def _answer(fact: Fact) -> st.SearchStrategy[FactValue]:
    if fact.type == "bool":
        return st.booleans()
    if fact.type == "enum":
        return st.sampled_from(sorted(fact.values))
    if fact.type == "int":
        return st.integers(-5, 5)
    return (
        st.just("2026-10-01") if fact.type == "date" else st.sampled_from(["housing", "water.pipes", "a-1"])
    )


@st.composite
def _content(draw: st.DrawFn, document: Document) -> dict[str, Any]:
    return {one.id: draw(_value(one)) for one in document.fields if one.required or draw(st.booleans())}


def _value(one: Field) -> st.SearchStrategy[Any]:
    if one.type == "enum":
        return st.sampled_from(sorted(one.values))
    if one.type in ("int", "money"):
        return st.integers(0, 9)
    if one.type in ("list", "file"):
        return st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=2)
    if one.type == "points":
        return st.just([{"point": "a"}])
    return st.just("2026-10-01") if one.type == "date" else st.sampled_from(["电梯坏了", "a word", "日\n月"])
