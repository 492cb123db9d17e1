"""The public page of one matter, made from its disclosed entries; nothing later than the last disclosure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.bodies import queries as bodies
from minsheng.kernel.entry import Entry
from minsheng.kernel.procedure.limits import Clock
from minsheng.kernel.procedure.model import Field, Procedure
from minsheng.kernel.procedure.records import Breach
from minsheng.kernel.procedure.status import Status, status
from minsheng.ledger import queries as ledger
from minsheng.ledger.records import OpenPart
from minsheng.listen.queries.showing import as_others_read
from minsheng.matter import procedures
from minsheng.matter.rules import happened
from minsheng.people import queries as people
from minsheng.publish import queries
from minsheng.publish.models import Edition, PublicMatter
from minsheng.publish.pages import names
from minsheng.ui import dates
from minsheng.ui.components import Basis, Due, Happening, Said
from minsheng.ui.words import Words, capital, language, say, together

SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class Shown:
    """A document that its rule file shows to everybody: title, who wrote it, when, in which language.

    `fields` are (label, text) in the order of the rule file.
    """

    title: str
    by: str
    on: date
    lang: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One matter, as the public sees it."""

    number: str
    heading: str
    body: str
    kind: str
    area: str
    dues: tuple[Due, ...]
    said: Said | None
    shown: tuple[Shown, ...]
    verdict: str
    withheld: bool
    timeline: tuple[Happening, ...]
    as_of: date
    rule: str
    rule_url: str


def matter_page(row: PublicMatter, edition: Edition) -> MatterPage:
    """The page of a disclosed matter: one query for the chain, one for what opened, one for consent."""
    chain = ledger.chain(row.matter)[: row.n]
    entries = [recorded.entry for recorded in chain]
    first = entries[0].facts
    procedure = procedures.of(str(first["procedure_sha256"]), str(first.get("override_sha256", "")))
    now = status(procedure, entries, bodies.calendars())
    lines = list(happened.past(procedure, now, entries, {}, names.body_text))
    parts = ledger.open_parts(row.matter)
    kind, area = names.kind_name(row.kind), names.area_name(row.area)
    return MatterPage(
        number=row.number,
        heading=names.colon(area, kind) if kind and area else kind or row.number,
        body=names.body_name(row.body),
        kind=kind,
        area=area,
        dues=() if row.withheld else tuple(_dues(lines, entries, now, edition.day)),
        said=None if row.withheld else _said(row, parts.get(0, {})),
        shown=tuple(_shown(procedure, now, lines, parts, edition.day)),
        verdict=names.verdict_words(row.word) or (names.end_words(row.end) if row.end else ""),
        withheld=row.withheld,
        timeline=tuple(_timeline(lines, now, open_too=not row.withheld)),
        as_of=edition.day,
        rule=f"{procedure.id} {procedure.version}",
        rule_url=reverse("publish:procedure", args=[procedure.id]),
    )


def _said(row: PublicMatter, parts: Mapping[str, OpenPart]) -> Said | None:
    """The words, masked, if the resident agrees today; taken back at once when the resident takes it back."""
    original = parts.get("original")
    if original is None or "show_words" not in people.allowed(row.matter):
        return None
    words = original.value.get("words", "") if isinstance(original.value, dict) else ""
    label = _("居民同意公开的原话，遮住了能认出人的部分")
    shown = as_others_read(words)
    return Said(shown, label, row.opened_on, names.lang_of(words)) if shown else None


def _shown(
    procedure: Procedure,
    now: Status,
    lines: Sequence[happened.Line],
    parts: Mapping[int, Mapping[str, OpenPart]],
    day: date,
) -> Iterator[Shown]:
    """What the export opens of the documents, newest first: what the rule file says everybody may read."""
    for line in reversed(lines):
        for name, part in parts.get(line.n if line.n is not None else -1, {}).items():
            document = procedure.documents.get(name)
            opened = part.opened_on is not None and part.opened_on <= day
            if document is None or not opened or not isinstance(part.value, dict) or line.on is None:
                continue
            fields = tuple(
                (capital(say(field.title)), text)
                for field in document.fields
                if field.type != "file" and (text := _value(field, part.value.get(field.id)))
            )
            if fields:
                lang = names.lang_of("".join(text for _label, text in fields))
                yield Shown(capital(say(document.title)), say(line.who), line.on, lang, fields)


def _value(field: Field, value: Any) -> str:
    if value in (None, ""):
        return ""
    if field.type == "date":
        return dates.day(date.fromisoformat(str(value)), None, language())
    if field.type == "enum" and str(value) in field.values:
        return say(field.values[str(value)])
    if isinstance(value, (list, tuple)):
        return "\n".join(str(one.get("text", "")) if isinstance(one, Mapping) else str(one) for one in value)
    return str(value)


def _basis(ground: happened.Ground | None) -> Basis | None:
    return Basis(ground.basis, ground.text) if ground else None


def _dues(lines: Sequence[happened.Line], entries: Sequence[Entry], now: Status, day: date) -> Iterator[Due]:
    """The clocks that ran out, the latest first, then those that run on the disclosed day."""
    grounds = {line.n: line.ground for line in lines}
    seen: set[tuple[str, int]] = set()
    for breach in reversed(now.late):
        if breach.k == 1 and (breach.step, breach.round) not in seen:
            seen.add((breach.step, breach.round))
            yield _late(breach, entries, now, day, grounds.get(breach.n))
    for clock in sorted(now.clocks, key=lambda one: one.until or date.max):
        due = _running(clock, now, day)
        if due is not None:
            yield due


def _late(
    breach: Breach, entries: Sequence[Entry], now: Status, day: date, ground: happened.Ground | None
) -> Due:
    """A limit that was missed; it stays on the page when the step is done after all."""
    after = (e.on for e in entries if e.n > breach.n and e.step == breach.step and e.event == "done")
    done = next(after, None)
    return Due(
        what=capital(say(now.procedure.steps[breach.step].title)),
        limit=breach.due,
        state="late",
        late_by=max(1, now.calendar.working_days_between(breach.due, done or now.ended_on or day)),
        done_on=done,
        then=_("这一条一直公开，补做了也不撤。"),
        basis=_basis(ground),
    )


def _running(clock: Clock, now: Status, day: date) -> Due | None:
    """A clock that runs; None for one that has been shown as late, and for promised messages."""
    step = now.procedure.steps.get(clock.step)
    if step is None or clock.kind not in ("deadline", "lapse") or clock.missed is not None:
        return None
    what = capital(say(step.title))
    ground = next(filter(None, (happened.ground_of(now.procedure, one) for one in clock.parameters)), None)
    if clock.stopped:
        return Due(heading=_("%(what)s停表，等居民回答。") % {"what": what}, basis=_basis(ground))
    if clock.until is None or clock.until < day:
        return None
    if clock.kind == "deadline":
        return Due(what=what, limit=clock.until, basis=_basis(ground))
    outcome = step.outcomes.get(clock.outcome or (step.lapse.outcome if step.lapse else ""))
    until = dates.day(clock.until, day, language())
    return Due(
        heading=names.colon(what, _("到%(day)s") % {"day": until}),
        then=_("到期没有回音，就记为：%(outcome)s。") % {"outcome": say(outcome.title)} if outcome else "",
        basis=_basis(ground),
    )


def _timeline(lines: Sequence[happened.Line], now: Status, open_too: bool) -> Iterator[Happening]:
    """Newest first, with what is open on the disclosed day on top."""
    if now.end is None and open_too:
        for step in now.open_steps:
            yield Happening(title=capital(say(now.procedure.steps[step].title)), mark="now", when=_("现在"))
    for line in reversed(lines):
        beside = ""
        if line.on is not None and line.on.weekday() >= SATURDAY and now.calendar.is_working(line.on):
            beside = _("调休上班")
        yield Happening(
            title=line.what,
            mark=line.mark,
            on=line.on,
            beside=beside,
            text=_text(line, now),
            basis=_basis(line.ground),
        )


def _text(line: happened.Line, now: Status) -> Words:
    """Who did it and what was chosen; of the clock, that it needs nobody's leave."""
    if line.mark in ("clock", "late"):
        breach = next((one for one in now.late if one.n == line.n), None)
        if breach is None:
            return _("到期自动发生，不用谁批准。")
        above = queries.told(breach.body or "", breach.k)
        to = _("已报到%(body)s。") % {"body": names.body_name(above)} if above else ""
        return together(to, _("到期自动发生，不用谁批准。"))
    facts = [names.colon(say(what), say(value)) for what, value in line.facts]
    stop = "." if language() == "en" else "。"
    said = [capital(part) + stop for part in (say(line.who), *facts, say(line.more)) if part]
    return together(*said)
