"""What `doctor` asks of the rooms above the ledger: rule files, people for each step, cached lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Text
from minsheng.ledger.services.examining import Examined
from minsheng.matter import procedures
from minsheng.matter import services as matter
from minsheng.people import queries as people


def examine(now: datetime, *, deep: bool) -> list[Examined]:
    """The lines of the rooms; `deep` also folds every matter anew and compares it with its list row."""
    try:
        bodies.town()
    except bodies.NoTown:
        what = Text("还没有装进哪座城", "no town has been applied yet")
        return [Examined("town", "warn", what, "minsheng town apply FOLDER")]
    try:
        loaded = procedures.all_loaded()
    except procedures.CannotRun as wrong:
        what = Text("有规则文件不能用", f"a rule file cannot run: {str(wrong).splitlines()[0]}")
        return [Examined("rules", "fail", what, "minsheng procedure check FILE")]
    found = [
        Examined("rules", "ok", Text(f"{len(loaded)}份规则文件可用", f"{len(loaded)} rule files may run"))
    ]
    for one in loaded.values():
        found += _staffing(one.procedure, now)
    return found + (_lists(now) if deep else [])


def _staffing(procedure: Procedure, now: datetime) -> Iterator[Examined]:
    """Which steps nobody can take, or nobody else when another person must (constitution, line 12)."""
    held = Counter((actor.role, actor.body or "") for actor in people.members(now))
    for step in procedure.steps.values():
        role = procedure.roles[step.role]
        if role.kind in ("resident", "public"):
            continue
        counts = {body: n for (name, body), n in held.items() if name == role.id}
        if not counts:
            yield _line(procedure, step.title, role.title, Text("没有人", "nobody"), "minsheng staff give")
        elif step.fresh_person:
            alone = sorted(body for body, n in counts.items() if n < 2)
            if alone:
                who = Text(
                    f"重办要换人，只有一个人的单位：{'、'.join(alone)}",
                    f"redone by another person, but only one in: {', '.join(alone)}",
                )
                yield _line(
                    procedure,
                    step.title,
                    role.title,
                    who,
                    "a second person, or a neighbouring body for the role",
                )


def _line(procedure: Procedure, step: Text, role: Text, why: Text, then: str) -> Examined:
    what = Text(
        f"{procedure.title.zh}，{step.zh}（{role.zh}）：{why.zh}",
        f"{procedure.title.en}, {step.en} ({role.en}): {why.en}",
    )
    return Examined("staffing", "warn", what, then)


def _lists(now: datetime) -> list[Examined]:
    wrong = matter.rebuild_rows(check_only=True, now=now)
    if not wrong:
        return [Examined("lists", "ok", Text("列表和账目一致", "the lists agree with the ledger"))]
    what = Text(f"{len(wrong)}件的列表和账目不一致", f"{len(wrong)} list rows differ from the ledger")
    return [Examined("lists", "fail", what, "minsheng work --rebuild")]
