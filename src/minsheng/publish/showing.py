"""Makes the public page of one matter from its disclosed entries; nothing later than the last disclosure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.analysis.text.mask import masked
from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.procedure.status import Status, status
from minsheng.kernel.words import Text
from minsheng.ledger import queries as ledger
from minsheng.matter import procedures
from minsheng.matter.rules import happened
from minsheng.people import queries as people
from minsheng.publish import pages
from minsheng.publish.models import Edition, PublicMatter
from minsheng.ui.components import Basis, Due, Happening, Said
from minsheng.ui.words import Words


def body_name(code: str) -> Words:
    """A body's short name; a code that is no longer known is shown as it is."""
    if not code:
        return _("受理室")
    try:
        found = bodies.body(code)
    except LookupError:
        return code
    return found.short or found.name


def kind_name(code: str) -> Words:
    """A class of the taxonomy by name."""
    try:
        return bodies.taxonomy_class(code).name
    except LookupError:
        return code


def area_name(code: str) -> Words:
    """An area by name."""
    try:
        return bodies.area(code).name
    except LookupError:
        return code


def _text(code: str) -> Text:
    name = body_name(code)
    return name if isinstance(name, Text) else Text(str(name), str(name))


def _basis(ground: happened.Ground | None) -> Basis | None:
    return Basis(ground.basis, ground.text) if ground else None


def matter_page(row: PublicMatter, edition: Edition, today: date) -> pages.MatterPage:
    """The page of a disclosed matter. Two queries for the chain and the town, one for consent."""
    chain = ledger.chain(row.matter)[: row.n]
    entries = [recorded.entry for recorded in chain]
    first = entries[0].facts
    procedure = procedures.of(str(first["procedure_sha256"]), str(first.get("override_sha256", "")))
    now = status(procedure, entries, bodies.calendars())
    lines = list(happened.past(procedure, now, entries, {}, _text))
    return pages.MatterPage(
        number=row.number,
        heading=_heading(row),
        body=body_name(row.body),
        kind=kind_name(row.kind) if row.kind else "",
        area=area_name(row.area) if row.area else "",
        dues=tuple(_dues(lines, procedure, now, today)),
        said=_said(row.matter),
        verdict=pages.verdict_words(row.word) or (pages.end_words(row.end) if row.end else ""),
        timeline=tuple(_timeline(lines, procedure, now, today)),
        as_of=edition.day,
        rule=f"{procedure.id} {procedure.version}",
        rule_url=reverse("publish:procedure", args=[procedure.id]),
    )


def _heading(row: PublicMatter) -> Words:
    if row.kind and row.area:
        kind, area = kind_name(row.kind), area_name(row.area)
        if isinstance(kind, Text) and isinstance(area, Text):
            return Text(f"{area.zh}：{kind.zh}", f"{area.en}: {kind.en}")
    return row.number


def _said(matter: str) -> Said | None:
    """The words, masked, if the resident agrees today; taken back at once when the resident takes it back."""
    if "show_words" not in people.allowed(matter):
        return None
    parts = ledger.open_parts(matter, 0).get(0, {})
    original = parts.get("original")
    if original is None:
        return None
    words = original.value.get("words", "") if isinstance(original.value, dict) else ""
    return Said(masked(words), _("居民同意公开的原话，遮住了能认出人的部分")) if words else None


def _dues(lines: list[happened.Line], procedure: Procedure, now: Status, today: date) -> Iterator[Due]:
    """The clocks that run on the disclosed day, and those that ran out."""
    shown: set[str] = set()
    grounds = {line.n: line.ground for line in lines}
    for breach in reversed(now.late):
        if breach.step in shown or breach.k > 1:
            continue
        shown.add(breach.step)
        done = now.steps[breach.step].done_on
        step = procedure.steps[breach.step]
        yield Due(
            what=step.title,
            limit=breach.due,
            state="late",
            late_by=now.calendar.working_days_between(breach.due, done or today),
            done_on=done,
            basis=_basis(grounds.get(breach.n)),
        )
    for line in happened.coming(procedure, now, lambda clock: None, _text):
        if line.until is None or line.step in shown or line.until < today:
            continue
        yield Due(
            what=line.what,
            limit=line.until,
            days_left=(line.until - today).days,
            then="",
            heading=line.what,
            basis=_basis(line.ground),
        )


def _timeline(
    lines: list[happened.Line], procedure: Procedure, now: Status, today: date
) -> Iterator[Happening]:
    """Newest first, with what is open now on top."""
    if now.end is None:
        for step in now.open_steps:
            title = procedure.steps[step].title
            yield Happening(title=Text(f"现在：{title.zh}", f"Now: {title.en}"), mark="now", when=_("现在"))
    for line in reversed(lines):
        facts = Text(
            "，".join(f"{what.zh}：{value.zh}" for what, value in line.facts),
            ", ".join(f"{what.en}: {value.en}" for what, value in line.facts),
        )
        beside = ""
        if line.on is not None and line.on.weekday() >= 5 and now.calendar.is_working(line.on):
            beside = _("调休上班")
        yield Happening(
            title=line.what,
            mark=line.mark,
            on=line.on,
            beside=beside,
            text=Text(
                "　".join(filter(None, (line.who.zh, facts.zh, line.more.zh))),
                "  ".join(filter(None, (line.who.en, facts.en, line.more.en))),
            ),
            basis=_basis(line.ground),
        )
