"""May this person, for this body, do that? Separation of duties, assigned bodies, a resident's own words.

Source: engine notes §2 and §3; the file's `separation`. Persons are pseudonyms within the matter, so what
lies outside it (kinship, reporting lines) is an attested check.
"""

from __future__ import annotations

from typing import Final

from minsheng.kernel.procedure.fold import SCRIBED
from minsheng.kernel.procedure.model import Procedure, Separation, Step
from minsheng.kernel.procedure.refusals import no
from minsheng.kernel.procedure.status import Status
from minsheng.kernel.words import Kind, Refusal

VIA: Final = frozenset({"link", "code"}) | SCRIBED
"""How a resident's act came in."""

_BESIDE_BODIES: Final = frozenset({"resident", "public"})
_ATTESTED: Final = frozenset({"not_subordinate", "no_interest"})


def attested_by_separation(procedure: Procedure, role: str) -> tuple[str, ...]:
    """Checks that a separation asks of whoever acts in the role, because entries cannot show it."""
    return tuple(
        dict.fromkeys(
            one.rule for one in procedure.separation if one.rule in _ATTESTED and role in (one.a, one.b)
        )
    )


def why_not_body(
    procedure: Procedure, status: Status | None, role: str, body: str | None, via: str
) -> Refusal | None:
    """Whether the body fits the role: none for a resident, the assigned one where one was assigned."""
    if procedure.roles[role].kind in _BESIDE_BODIES:
        if via in SCRIBED and not body:
            return no(
                "scribe_unnamed",
                "代录须注明代录机构",
                "who writes it down must say for which body",
                Kind.SHAPE,
            )
        if via not in SCRIBED and body:
            return no(
                "not_for_a_body",
                f"“{procedure.roles[role].title.zh}”不代表任何机构",
                f"a {procedure.roles[role].title.en} acts for no body",
                Kind.PERSON,
            )
        return None
    if via:
        return no(
            "via_of_staff", "只有居民的行为注明途径", "only residents' acts say how they came", Kind.SHAPE
        )
    if not body:
        return no("body_missing", "缺少办理机构", "the acting body is missing", Kind.SHAPE)
    if status and role in status.index.assignable and (assigned := status.assigned.get(role)) != body:
        title = procedure.roles[role].title
        if assigned is None:
            return no("nobody_assigned", f"尚未指定{title.zh}", f"no {title.en} has been named yet")
        return no(
            "other_body",
            f"本件由另一机构作为{title.zh}办理",
            f"another body is the {title.en} of this matter",
            Kind.PERSON,
        )
    return None


def why_not_person(
    procedure: Procedure, status: Status, role: str, actor: str | None, body: str | None, via: str
) -> Refusal | None:
    """Whether the person or the body has acted on the other side of a separation in this matter."""
    if via not in SCRIBED:
        mine = procedure.roles[role].kind == "resident"
        for other, one, _, scribed in status.people:
            if one == actor and not scribed and (procedure.roles[other].kind == "resident") is not mine:
                return no(
                    "own_matter",
                    "同一人不能既提出诉求又办理它",
                    "nobody handles a matter of their own",
                    Kind.PERSON,
                )
    for separation, other in status.index.separations[role]:
        if refusal := _why_not_both(procedure, status, separation, other, actor, body):
            return refusal
    return None


def _why_not_both(
    procedure: Procedure, status: Status, rule: Separation, other: str, actor: str | None, body: str | None
) -> Refusal | None:
    title = procedure.roles[other].title
    acted = [(one, unit) for role, one, unit, scribed in status.people if role == other and not scribed]
    apart = rule.rule in ("not_same_person", "not_prior_actor", "not_same_unit", "not_subordinate")
    if apart and any(one == actor for one, _ in acted):
        return no(
            "same_person",
            f"本人已在本件中担任“{title.zh}”，须由他人办理",
            f"you acted as {title.en} in this matter; somebody else must do this",
            Kind.PERSON,
            source=rule.source or rule.id,
        )
    if rule.rule == "not_same_unit" and body:
        units = {unit for _, unit in acted} | {status.assigned.get(other)}
        if body in units:
            return no(
                "same_unit",
                f"本机构是本件的“{title.zh}”，须由其他机构办理",
                f"your body is the {title.en} of this matter; another body must do this",
                Kind.PERSON,
                source=rule.source or rule.id,
            )
    return None


def why_not_assign(procedure: Procedure, status: Status, step: Step, role: str, body: str) -> Refusal | None:
    """Whether this body may get the role: not where it acted on the other side, not twice if `once_per`."""
    if step.once_per == role and body in status.once.get(step.id, frozenset()):
        return no(
            "assigned_before",
            "已经派给过该机构，不能再派",
            "this body has had the matter before",
            source=step.source,
            field=role,
        )
    for rule, other in status.index.separations[role]:
        acted = any(one == other and unit == body for one, _, unit, _ in status.people)
        if rule.rule == "not_same_unit" and acted:
            title = procedure.roles[other].title
            return no(
                "same_unit",
                f"该机构已是本件的“{title.zh}”",
                f"that body already acted as {title.en} in this matter",
                source=rule.source or rule.id,
                field=role,
            )
    return None


def why_not_scribe_beside(status: Status, body: str | None) -> Refusal | None:
    """What takes a matter away or out of sight is not written down by a body that handles or answered it."""
    if body in status.assigned.values():
        return no(
            "handler_writes",
            "承办机构不能代录居民撤回或改变公开程度",
            "the body that handles it may not write down that the resident withdraws or hides it",
            Kind.PERSON,
        )
    roles = status.procedure.roles
    for step in status.procedure.steps.values():
        if roles[step.role].kind == "resident" and (refusal := why_not_scribe(status, step, body)):
            return refusal
    return None


def why_not_scribe(status: Status, step: Step, body: str | None) -> Refusal | None:
    """A verdict by call, on paper or at the counter is written down by a body that did not answer."""
    starts = {clock.start for clock in (step.lapse, step.deadline) if clock}
    for key, run in status.runs.items():
        outcome = status.procedure.steps[key].outcomes.get(run.outcome or "")
        if outcome and starts.intersection(outcome.emits) and run.body == body:
            return no(
                "answerer_writes",
                "答复机构不能代录居民的评价",
                "the body that answered may not write down what the resident says of it",
                Kind.PERSON,
                source=step.source,
            )
    return None
