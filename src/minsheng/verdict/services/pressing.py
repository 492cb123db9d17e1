"""Hear that somebody was told what to choose; let a reviewer look into it; mark the body's month."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from minsheng.bodies import queries as bodies
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger import sealing
from minsheng.people.pseudonyms import pseudonym
from minsheng.people.rules.actor import Actor
from minsheng.verdict.models import PeriodMark, PressureCheck, PressureReport
from minsheng.verdict.queries.pressing import REASONS, WORDS
from minsheng.verdict.rules import pressure, rating
from minsheng.verdict.rules.pressure import Report


def report(matter: str, body: str, words: str, at: datetime) -> Refusal | None:
    """Seal the words for the reviewer and open a check, or join the one that runs. `body`: who answers it."""
    if refusal := pressure.why_not_report(words):
        return refusal
    calendar = bodies.current_calendar()
    today = calendar.day_of(at)
    with transaction.atomic():
        check, _ = PressureCheck.objects.get_or_create(
            matter=matter,
            finding="",
            defaults={
                "body": body,
                "month": rating.month_of(today),
                "opened_on": today,
                "due_on": calendar.after(today, pressure.CHECK_WITHIN),
            },
        )
        sealed = sealing.seal(matter, words.strip().encode(), WORDS)
        PressureReport.objects.create(of=check, said_on=today, words_sealed=sealed)
        _mark(check.body, check.month, today)
    return None


def find(check: UUID, finding: str, reasons: str, *, actor: Actor, at: datetime) -> Refusal | None:
    """Close a check with a finding; what follows for the body's month follows by the rule alone."""
    if refusal := pressure.why_not_find(finding, reasons):
        return refusal
    today = bodies.current_calendar().day_of(at)
    with transaction.atomic():
        row = PressureCheck.objects.select_for_update().filter(id=check).first()
        if row is None:
            return Refusal("no_such_check", Text("没有这件核查。", "There is no such check."), Kind.ABSENT)
        if row.finding:
            return Refusal(
                "found_already",
                Text("这件核查已经有结论了。", "This check has its finding already."),
                Kind.CONFLICT,
            )
        row.finding, row.closed_on = finding, today
        row.closed_by = pseudonym(row.matter, actor.person)
        row.reasons_sealed = sealing.seal(row.matter, reasons.strip().encode(), REASONS)
        row.save()
        _mark(row.body, row.month, today)
    return None


def _mark(body: str, month: date, today: date) -> None:
    rows = PressureCheck.objects.filter(body=body, month=month)
    why = pressure.mark(Report(row.matter, row.finding) for row in rows)  # type: ignore[arg-type]
    if why:
        PeriodMark.objects.get_or_create(body=body, month=month, defaults={"why": why, "marked_on": today})


def erase(matter: str) -> int:
    """Remove the words and reasons of a matter; how many boxes there were. That a check ran stays."""
    n = PressureReport.objects.filter(of__matter=matter, words_sealed__isnull=False).update(words_sealed=None)
    checks = PressureCheck.objects.filter(matter=matter, reasons_sealed__isnull=False)
    return n + checks.update(reasons_sealed=None)
