"""How does one entry move a matter? The only place where a status changes.

Source: engine notes §2 and §3. `after` and `when` decide what opens; an outcome only ends or goes back; going
back opens a round in which the target and all that follows are clean.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from minsheng.kernel.calendar import WorkCalendar
from minsheng.kernel.entry import CLOCK, Entry
from minsheng.kernel.procedure.choosing import parameter_of
from minsheng.kernel.procedure.model import End, Outcome, Unit
from minsheng.kernel.procedure.records import Breach, Contest, Pending, Round
from minsheng.kernel.procedure.run import Question, Run

if TYPE_CHECKING:
    from minsheng.kernel.procedure.index import Plan
    from minsheng.kernel.procedure.status import Status

SCRIBED = frozenset({"call", "paper", "counter"})
"""Ways in which somebody else writes down what a resident says."""


def open_matter(status: Status, entry: Entry) -> None:
    """Entry 0: what the start brings, and the first steps."""
    _remember(status, entry)
    _take(status, entry, "")
    for event in status.procedure.start.emits:
        status.happened[event] = (0, entry.on)
    settle(status)
    status.n = 1


def apply(status: Status, entry: Entry, calendars: Mapping[str, WorkCalendar]) -> None:
    """Move the status by one entry, in place."""
    status.on = entry.on
    status.clocks_kept = None
    event = entry.event
    if entry.role != CLOCK:
        _remember(status, entry)
        if event != "told":
            status.seen_n = status.n
    if event in ("done", "lapsed"):
        end_step(status, entry)
    elif event == "acted":
        _acted(status, entry)
    elif event in ("approved", "refused"):
        _ruled_on_act(status, entry)
    elif event in ("late", "hour_missed"):
        _missed(status, entry)
    elif event == "silent":
        _silent(status, entry)
    elif event == "resumed":
        _resumed(status, entry)
    elif event == "withdrawn":
        _take(status, entry, "")
        conclude(status, End.WITHDRAWN, "", "withdrawn")
    elif event in ("supplemented", "urged"):
        _take(status, entry, "")
    else:
        _rarely(status, entry, calendars)
    status.n += 1


def end_step(status: Status, entry: Entry, spent: bool | None = None) -> None:
    """End a step with the entry's outcome.

    `spent` is the explorer's: whether a way back counts as used up, whatever the counts say.
    """
    _take(status, entry, entry.step or "")
    _finish(status, entry, spent)


def _rarely(status: Status, entry: Entry, calendars: Mapping[str, WorkCalendar]) -> None:
    event, facts = entry.event, entry.facts
    if event == "corrected":
        owner = status.by_entry[int(facts["of"])][0]
        _take(status, entry, owner)
    elif event == "contested":
        fact = str(facts["about"])
        status.contests[fact] = Contest(fact, status.fact_owner[fact], status.n, entry.on)
        _take(status, entry, "")
    elif event == "ruled":
        contest = next(one for one in status.contests.values() if one.n == facts["of"])
        del status.contests[contest.fact]
        status.counts["contest", contest.fact] = 1
        _take(status, entry, "")
        if entry.outcome == "upheld":
            go_back(status, contest.step, "", "upheld")
    elif event == "lapse_undone":
        go_back(status, entry.step or "", "", "lapse_undone")
    elif event == "calendar":
        status.calendar = calendars[str(facts["calendar"])]
        status.calendar_on = entry.on
    elif event == "level":
        status.disclosure = str(facts["disclosure"])


def _finish(status: Status, entry: Entry, spent: bool | None) -> None:
    key = entry.step or ""
    outcome = status.procedure.steps[key].outcomes[entry.outcome or ""]
    run = own(status, key)
    run.state, run.outcome = "done", outcome.id
    run.done_n, run.done_on = status.n, entry.on
    run.role, run.body, run.actor = entry.role, entry.body, entry.actor
    run.lapsed_due = date.fromisoformat(str(entry.facts["due"])) if entry.event == "lapsed" else None
    status.outcomes[key] = outcome.id
    if status.pending:
        status.pending = [one for one in status.pending if one.step != key]
    for role in outcome.assigns:
        body = str(entry.facts.get(role, ""))
        status.assigned[role], status.assigned_by[role] = body, key
        status.once[key] = status.once.get(key, frozenset()) | {body}
    for event in outcome.emits:
        _happen(status, event)
    target = back_target(status, key, outcome, spent)
    end = outcome.then_end if outcome.back else outcome.end
    if target:
        go_back(status, target, key, outcome.id)
    elif end:
        conclude(status, end, key, outcome.id)
    else:
        index = status.index
        _settle(status, index.after_the_end if status.end else index.following[key])


def back_target(status: Status, key: str, outcome: Outcome, spent: bool | None = None) -> str:
    """Where the outcome leads back to: the first named step that was done; "" once the bound is reached."""
    for target in outcome.back:
        if target in status.outcomes or target == key:
            if spent is None:
                spent = status.counts.get((key, target), 0) >= outcome.max_times
            return "" if spent else target
    return ""


def go_back(status: Status, target: str, key: str, outcome: str) -> None:
    """Open a round: the target and all that follows are clean.

    The end falls too, unless the target is a step for after the end.
    """
    status.counts[key, target] = status.counts.get((key, target), 0) + 1
    status.rounds.append(Round(status.n, status.on, key, outcome, target))
    status.round += 1
    dirty = status.index.followers[target]
    undo = status.end is not None and not status.procedure.steps[target].after_end
    if undo:
        dirty = dirty.union(
            step.id for step in status.index.order if step.after_end or status.runs[step.id].state == "closed"
        )
    for one in dirty:
        _clean(status, one)
        if one != target:
            status.once.pop(one, None)
    status.fact_owner = {name: owner for name, owner in status.fact_owner.items() if owner not in dirty}
    status.facts = {name: value for name, value in status.facts.items() if name in status.fact_owner}
    status.live_documents = {name: own for name, own in status.live_documents.items() if own not in dirty}
    status.assigned_by = {role: own for role, own in status.assigned_by.items() if own not in dirty}
    status.assigned = {role: body for role, body in status.assigned.items() if role in status.assigned_by}
    if status.contests:
        status.contests = {fact: one for fact, one in status.contests.items() if one.step not in dirty}
    if status.pending:
        status.pending = [one for one in status.pending if one.step not in dirty]
    if undo:
        status.end = status.ended_on = status.ended_n = status.end_step = status.end_outcome = None
    settle(status)


def conclude(status: Status, end: End, key: str, outcome: str) -> None:
    """End the matter: what has not begun is closed, steps for after the end are asked (again)."""
    status.end, status.ended_on, status.ended_n = end, status.on, status.n
    status.end_step, status.end_outcome = key, outcome
    status.happened["ended"] = (status.n, status.on)
    status.contests, status.pending = {}, []
    for step in status.index.order:
        state = status.runs[step.id].state
        if step.after_end and state != "done":
            _clean(status, step.id)
        elif state in ("waiting", "open"):
            own(status, step.id).state = "closed"
    settle(status)


def settle(status: Status) -> None:
    """Open or skip what has been waiting for nothing but steps that are settled now."""
    _settle(status, status.index.after_the_end if status.end else status.index.plan)


def _settle(status: Status, plan: Plan) -> None:
    runs = status.runs
    for key, after, test in plan:
        if runs[key].state != "waiting":
            continue
        for before in after:
            state = runs[before].state
            if state == "waiting" or state == "open":
                break
        else:
            run = own(status, key)
            if test is None or test(status):
                run.state = "open"
                run.opened_n, run.opened_on = status.n, status.on
            else:
                run.state = "skipped"


def own(status: Status, key: str) -> Run:
    """The step's run, made this status' own before it is changed."""
    if status.owned is not None and key not in status.owned:
        status.runs[key] = status.runs[key].copy()
        status.owned.add(key)
    return status.runs[key]


def _clean(status: Status, key: str) -> None:
    run = own(status, key)
    if run.state == "done" and run.actor:
        run.before = run.actor
    run.clean()
    run.cleaned_n, run.cleaned_on = status.n, status.on
    status.outcomes.pop(key, None)


def _remember(status: Status, entry: Entry) -> None:
    """Who acted in which role; one who only wrote down a resident's words did not act as the resident."""
    via = str(entry.facts.get("via", ""))
    status.people[entry.role, entry.actor, entry.body, via if via in SCRIBED else ""] = None
    status.by_entry[entry.n] = (entry.step or "", entry.role, entry.actor, entry.body)


def _take(status: Status, entry: Entry, key: str) -> None:
    """Facts and documents that the entry brings, as belonging to a step of this round."""
    for name, value in entry.facts.items():
        if name in status.procedure.facts:
            status.facts[name] = value
            status.fact_owner[name] = key
    for name in entry.closed:
        document = name.partition("/")[0]
        if document in status.procedure.documents:
            status.documents[document] = status.n
            status.live_documents[document] = key
        elif name in status.procedure.facts:
            status.fact_owner[name] = key


def _happen(status: Status, event: str) -> None:
    """An event of the file: remembered, and a question or an answer if a deadline says so."""
    status.happened[event] = (status.n, status.on)
    for key, which in status.index.pause_starts.get(event, ()):
        if status.runs[key].state == "open" and not status.runs[key].is_stopped(which):
            run = own(status, key)
            question = Question(which, status.n, status.on, stops=_can_stop(status, key))
            run.questions = (*run.questions, question)
    for key, which in status.index.pause_ends.get(event, ()):
        if status.runs[key].state == "open":
            run = own(status, key)
            run.questions = tuple(
                one.after_answer(status.n, status.on) if one.which == which else one for one in run.questions
            )


def _can_stop(status: Status, key: str) -> bool:
    """Neither a limit in hours nor one that was missed is stopped."""
    deadline = status.procedure.steps[key].deadline
    assert deadline is not None
    return not status.runs[key].n_late and parameter_of(status, deadline.within).unit is not Unit.HOUR


def _acted(status: Status, entry: Entry) -> None:
    key, name = entry.step or "", entry.outcome or ""
    act = status.procedure.steps[key].acts[name]
    run = own(status, key)
    run.acts = (*run.acts, name)
    _take(status, entry, key)
    if act.approve_by:
        status.pending.append(Pending(key, name, status.n, entry.on, entry.actor))
        return
    for event in act.emits:
        _happen(status, event)


def _ruled_on_act(status: Status, entry: Entry) -> None:
    key, name = entry.step or "", entry.outcome or ""
    step = status.procedure.steps[key]
    status.pending = [one for one in status.pending if (one.step, one.act) != (key, name)]
    _take(status, entry, key)
    if entry.event == "approved":
        if step.deadline and step.deadline.extend_act == name:
            run = own(status, key)
            run.extended = (*run.extended, entry.on)
        for event in step.acts[name].emits:
            _happen(status, event)


def _missed(status: Status, entry: Entry) -> None:
    key, k = entry.step or "", int(entry.facts["k"])
    clock, due = str(entry.facts["clock"]), date.fromisoformat(str(entry.facts["due"]))
    role = status.procedure.steps[key].role
    if clock == "contest":
        fact = str(entry.facts["about"])
        contest = status.contests[fact]
        status.contests[fact] = replace(contest, n_late=k, due=due, missed=contest.missed or due)
    else:
        run = own(status, key)
        run.n_late, run.late_due = k, due
        run.missed_due = run.missed_due or due
    body = status.assigned.get(role)
    status.late.append(Breach(key, status.round, clock, k, due, entry.on, status.n, body))


def _silent(status: Status, entry: Entry) -> None:
    run = own(status, entry.step or "")
    run.n_silent, run.silent_n = int(entry.facts["k"]), status.n
    run.silent_due = date.fromisoformat(str(entry.facts["due"]))
    status.silences.append(status.n)


def _resumed(status: Status, entry: Entry) -> None:
    """The k-th question stops the clock no longer."""
    run = own(status, entry.step or "")
    questions = list(run.questions)
    k = int(entry.facts["k"]) - 1
    until = date.fromisoformat(str(entry.facts["due"]))
    questions[k] = questions[k]._replace(until=until, until_n=status.n)
    run.questions = tuple(questions)
