"""May a body say that a matter is not its own?

Once, within the objection days, by naming the right body, with a reason and the legal ground. "Not ours"
alone passes a matter on for ever, so it is refused; silence until the limit means responsible. How many
days and how often a matter may be sent on stands in the rule file.

Source: 《北京市接诉即办工作条例》 art. 12 (objection to a dispatch and its review).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.resolve.rules.acknowledgement import only_acknowledges

SOURCE: Final = "《北京市接诉即办工作条例》第十二条：提出异议应当说明理由和依据"


def why_not_object(
    *,
    reason: str,
    basis: str,
    instead: str,
    own: str,
    known: Collection[str],
    asked_before: Collection[str],
) -> Refusal | None:
    """None if the objection may go to the arbiter.

    `instead`: the code of the body that is to take the matter; `own`: the objecting body; `known`: the
    codes of all bodies of the town; `asked_before`: the bodies that had this matter already, by order or by
    ruling.
    """
    if only_acknowledges(reason):
        return _refuse("objection_reason", "reason", "写下为什么不归你们", "Say why it is not yours")
    if not basis.strip():
        return _refuse(
            "objection_basis",
            "basis",
            "写下依据：哪个规定、哪一条",
            "Name the ground: which rule, which article",
        )
    if not instead:
        return _refuse("objection_who", "instead", "写下该归谁", "Name the body whose it is")
    if instead == own:
        return _refuse(
            "objection_self",
            "instead",
            "写的就是你们自己；不接，要写另一个单位",
            "That is your own body; name another one",
        )
    if instead not in known:
        return _refuse(
            "objection_unknown",
            "instead",
            "这个市没有这个单位，选一个",
            "There is no such body in this town; choose one",
            Kind.SHAPE,
        )
    if instead in asked_before:
        return _refuse(
            "objection_again",
            "instead",
            "这件事派给过这个单位了，不能来回推",
            "That body had this matter before; it does not go back and forth",
        )
    return None


def _refuse(code: str, field: str, zh: str, en: str, kind: Kind = Kind.POLICY) -> Refusal:
    return Refusal(
        code,
        Text(zh + "。", en + "."),
        kind,
        source=SOURCE,
        field=field,
        next=Text("到期不写，就是接了。", "If nothing is written by the limit, it is yours."),
    )
