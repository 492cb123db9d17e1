"""The attested checks that this room answers: `PROVIDERS` goes into the table check → provider.

A rule file names them on an outcome; `act` asks, and keeps the answer in the entry, where everybody can
read it.
"""

from __future__ import annotations

from collections.abc import Mapping

from minsheng.kernel.entry import CheckValue
from minsheng.matter.checks import Provider, Question
from minsheng.resolve.rules import acknowledgement
from minsheng.resolve.rules.reply import Draft, is_answer


def reply_not_acknowledgement(question: Question) -> Mapping[str, CheckValue]:
    """Whether the reply says anything about what was done or not done."""
    draft = Draft.of(question.documents.get("reply", {}), late=False)
    ok = is_answer(draft)
    return {
        "ok": ok,
        "method": acknowledgement.METHOD,
        "version": acknowledgement.VERSION,
        "why": None if ok else "acknowledgement_only",
    }


PROVIDERS: Mapping[str, Provider] = {"reply_not_acknowledgement": reply_not_acknowledgement}
