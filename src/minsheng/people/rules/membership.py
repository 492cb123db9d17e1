"""May this person hold this role here? Only if no procedure's separation of duties would break.

Source: the `separation` section of each procedure file. What can be seen from memberships alone is refused
when a role is given; what depends on one matter (interest, earlier acts) is judged when somebody acts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from minsheng.kernel.procedure.model import Separation
from minsheng.kernel.words import Refusal, Text


@dataclass(frozen=True, slots=True)
class Held:
    """A person holds a role for a body from `since` to before `until` (None: without an end)."""

    person: str
    role: str
    body: str | None
    since: datetime
    until: datetime | None = None

    def meets(self, other: Held) -> bool:
        """True if there is a moment at which both are held."""
        return (self.until is None or other.since < self.until) and (
            other.until is None or self.since < other.until
        )


def why_not_hold(
    wanted: Held,
    held: Iterable[Held],
    separations: Iterable[Separation],
    above: Callable[[str], Collection[str]],
) -> Refusal | None:
    """None if the role may be given.

    `held` are the memberships of everybody, `separations` those of every procedure in use, `above` the codes
    of the bodies that a body belongs to, the nearest first. Two roles that must not meet are never in one
    person's hands; `not_same_unit` also keeps them out of one body, `not_subordinate` out of two bodies of
    which one belongs to the other.
    """
    if wanted.until is not None and wanted.until <= wanted.since:
        return Refusal(
            "empty_period", Text("结束不能早于开始。", "A role cannot end before it begins."), field="until"
        )
    others = [other for other in held if other.meets(wanted)]
    if any((o.person, o.role, o.body) == (wanted.person, wanted.role, wanted.body) for o in others):
        return Refusal(
            "already_held",
            Text("这个人已经是这个角色了。", "This person holds this role already."),
            field="role",
        )
    for separation in separations:
        if separation.a == separation.b or wanted.role not in (separation.a, separation.b):
            continue
        opposite = separation.b if wanted.role == separation.a else separation.a
        for other in others:
            if other.role == opposite and (reason := _clash(separation, wanted, other, above)):
                return Refusal("separation", reason, source=separation.id, field="role")
    return None


def clashes(
    held: Iterable[Held], separations: Iterable[Separation], above: Callable[[str], Collection[str]]
) -> list[tuple[Held, Refusal]]:
    """The memberships that would be refused today because of those given before them, for `doctor`.

    There are none unless a procedure changed after the roles were given.
    """
    separations, found = list(separations), []
    given: list[Held] = []
    for each in sorted(held, key=lambda h: (h.since, h.person, h.role, h.body or "")):
        if refusal := why_not_hold(each, given, separations, above):
            found.append((each, refusal))
        given.append(each)
    return found


def _clash(
    separation: Separation, wanted: Held, other: Held, above: Callable[[str], Collection[str]]
) -> Text | None:
    if (
        separation.rule in ("not_same_person", "not_same_unit", "not_subordinate")
        and other.person == wanted.person
    ):
        return Text(
            f"一个人不能又是{wanted.role}又是{other.role}。",
            f"One person cannot be both {wanted.role} and {other.role}.",
        )
    if not wanted.body or not other.body:
        return None
    if separation.rule in ("not_same_unit", "not_subordinate") and wanted.body == other.body:
        return Text(
            f"{wanted.role}和{other.role}不能在同一个单位（{wanted.body}）。",
            f"{wanted.role} and {other.role} cannot be in the same body ({wanted.body}).",
        )
    if separation.rule == "not_subordinate" and (
        wanted.body in above(other.body) or other.body in above(wanted.body)
    ):
        return Text(
            f"{wanted.role}和{other.role}不能有上下级关系（{wanted.body}、{other.body}）。",
            f"{wanted.role} and {other.role} cannot be in bodies of which one is above the other "
            f"({wanted.body}, {other.body}).",
        )
    return None
