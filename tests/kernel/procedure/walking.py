"""Random walks through a procedure: people act, wait, and forget; in the end somebody does what is left."""

from __future__ import annotations

from hypothesis import strategies as st

from minsheng.kernel.entry import Entry
from minsheng.kernel.procedure import acts
from minsheng.kernel.procedure.acts import Option, Proposal
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Refusal
from tests.attested import attested
from tests.kernel.procedure.driving import BODIES, Drive, pseudonym
from tests.kernel.procedure.strategies import TOWN_BODIES, Draw, fill

HOURS = st.sampled_from([0, 0, 1, 5, 23, 30, 72, 24 * 9, 24 * 25])


def begin(draw: Draw, procedure: Procedure) -> Drive:
    """A matter that has just been opened."""
    option = Option(
        "opened", None, None, procedure.start.role, procedure.title,
        procedure.start.documents, facts=procedure.start.facts,
    )  # fmt: skip
    facts, documents = fill(draw, procedure, option)
    return Drive(procedure).open(documents, **facts)


def options(drive: Drive) -> list[Option]:
    """What anybody could do now."""
    return [
        option
        for role in drive.procedure.roles
        for option in acts.possible(drive.procedure, drive.status, role)
    ]


def propose(draw: Draw, drive: Drive, option: Option, person: str) -> Proposal:
    """The option, filled in, by a person of that role or by somebody who has several."""
    facts, documents = fill(draw, drive.procedure, option)
    if option.event == "ruled":
        facts["of"] = draw(st.sampled_from([contest.n for contest in drive.status.contests.values()]))
    if option.event == "contested":
        contestable = [name for name, fact in drive.procedure.facts.items() if fact.contestable]
        facts["about"] = draw(st.sampled_from(contestable))
    if option.event == "corrected":
        facts["of"] = draw(st.integers(0, drive.status.n - 1))
    for document in documents.values():
        if option.event == "done":
            document |= {key: "有" for key in ("remedy", "no_evidence") if key in _fields(drive, documents)}
    kind = drive.procedure.roles[option.role].kind
    body = None
    if kind != "resident":
        home = {**BODIES, **TOWN_BODIES}.get(option.role, "north")
        body = drive.status.assigned.get(option.role, home)
    name = "resident" if kind == "resident" else person
    return Proposal(
        option.event, option.role, pseudonym(name), body, option.step, option.outcome, facts, documents,
        attested(drive.procedure, option.event, option.step, option.outcome),
    )  # fmt: skip


def _fields(drive: Drive, documents: dict[str, dict[str, object]]) -> set[str]:
    return {one.id for name in documents for one in drive.procedure.documents[name].fields}


def wander(draw: Draw, drive: Drive, most: int = 12, hours: st.SearchStrategy[int] = HOURS) -> list[Proposal]:
    """Some acts with waits between them; refusals leave nothing behind. Returns what was recorded."""
    recorded = []
    for _ in range(draw(st.integers(0, most))):
        drive.wait(hours=draw(hours))
        drive.tick()
        found = options(drive)
        if not found:
            break
        option = draw(st.sampled_from(found))
        person = draw(st.sampled_from(["x", f"{option.role[:6]}1", f"{option.role[:6]}2"]))
        proposal = propose(draw, drive, option, person)
        if isinstance(drive.propose(proposal), Entry):
            recorded.append(proposal)
    return recorded


def finish(draw: Draw, drive: Drive, most: int = 150) -> None:
    """Somebody does what is left, waiting where only time helps."""
    for turn in range(most):
        drive.tick()
        left = [option for option in options(drive) if option.event == "done"]
        if not drive.status.open_steps:
            assert drive.status.end is not None
            return
        refusals: list[Refusal] = []
        for option in draw(st.permutations(left)):
            found = drive.propose(propose(draw, drive, option, f"{option.role[:6]}{turn % 7 + 3}"))
            if isinstance(found, Entry):
                break
            refusals.append(found)
        else:
            assert {one.code for one in refusals} <= {
                "too_early",
                "fresh_person",
                "same_person",
                "assigned_before",
            }
            drive.wait(days=4)
    raise AssertionError(f"no end after {most} turns: {drive.story()[-20:]}")
