"""May this person, for this body, act in this role in this matter? Separation of duties is the kernel's.

Source: DESIGN §2.1 (the answerer never marks its own paper) and §2.3 (a matter is one body's at a time).
"""

from __future__ import annotations

from collections.abc import Callable

from minsheng.kernel.procedure.fold import SCRIBED
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Kind, Refusal, Text

NameOf = Callable[[str], Text]
"""Code of a body → its name."""


def why_not_this_body(holder: str, body: str | None, name: NameOf) -> Refusal | None:
    """None if the role is held by nobody in particular (`holder` empty) or by the actor's own body."""
    if not holder or holder == body:
        return None
    whose = name(holder)
    return Refusal(
        "not_your_body",
        Text(f"这一步现在归{whose.zh}。", f"This step is {whose.en}'s now."),
        Kind.PERSON,
        next=Text("您可以看公开的那一页。", "You can read the public page."),
    )


def why_not_this_resident(
    procedure: Procedure, role: str, actor: str | None, opener: str | None, via: str = ""
) -> Refusal | None:
    """None unless the role is the resident's who opened the matter and the actor is another person.

    `actor` and `opener` are pseudonyms within the matter. A word that came by call, on paper or at a counter
    (`via`) is written down by a member of staff; whether that body may is the kernel's to say.
    """
    if role != procedure.start.role or procedure.roles[role].kind != "resident":
        return None
    if actor == opener or via in SCRIBED:
        return None
    return Refusal(
        "not_your_matter",
        Text("这件事是别人提的，只有本人能这样做。", "Somebody else raised this; only they can do that."),
        Kind.PERSON,
        next=Text("有查询码的话，先用查询码打开。", "If you have the follow code, open it with that first."),
    )


def why_not_this_role(procedure: Procedure, role: str) -> Refusal | None:
    """None if the rule file knows the role."""
    if role in procedure.roles:
        return None
    return Refusal(
        "role_unknown",
        Text("您的身份在这件事的程序里没有位置。", "Your role has no place in the procedure of this matter."),
        Kind.PERSON,
    )
