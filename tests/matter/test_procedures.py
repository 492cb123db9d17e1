"""Which rule files run: the unfit do not load, what was pinned stays, what is attested is asked once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from minsheng.bodies import services as bodies
from minsheng.ledger import queries as ledger
from minsheng.matter import checks, procedures, queries, services
from minsheng.matter.models import ProcedureVersion
from minsheng.matter.testing import HOUR, MONDAY, Cast, classified, must, opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

REQUEST = Path(django_settings.MINSHENG_PROCEDURES) / "resident-request.yaml"
SENT = "{id: sent, assigns: [first_unit], emits: [dispatched]"
OVERRIDE = """
schema: minsheng.override/v1
procedure: resident-request
version: 1
parameters:
  limit_ordinary: {n: %d, source: "云溪市居民诉求办理规定第八条"}
"""


@pytest.fixture
def rulebook(settings: Any, tmp_path: Path) -> Callable[..., None]:
    """Run these texts instead of the rulebook's files."""

    def use(*texts: str) -> None:
        folder = tmp_path / secrets.token_hex(4)
        folder.mkdir()
        for n, text in enumerate(texts):
            (folder / f"{n}.yaml").write_text(text)
        settings.MINSHENG_PROCEDURES = folder

    return use


def test_a_file_with_a_mistake_does_not_load_and_says_where(rulebook: Callable[..., None]) -> None:
    rulebook(REQUEST.read_text().replace("after: [classify]", "after: [classifi]"))
    with pytest.raises(procedures.CannotRun, match=r"0\.yaml:\d+: dispatch"):
        procedures.all_loaded()


def test_a_file_in_which_something_could_rest_without_a_clock_does_not_load(
    rulebook: Callable[..., None],
) -> None:
    text = REQUEST.read_text().replace("    deadline: {within: classify_hours, from: received}\n", "")
    rulebook(text.replace("  classify_hours:", "  # classify_hours:"))
    with pytest.raises(procedures.CannotRun, match="classify"):
        procedures.all_loaded()


def test_a_check_that_nobody_answers_stops_the_file_and_a_provider_is_asked_once(
    rulebook: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    rulebook(REQUEST.read_text().replace(SENT, SENT.replace("assigns", "checks: [unit_is_open], assigns")))
    with pytest.raises(procedures.CannotRun, match="unit_is_open"):
        procedures.all_loaded()
    asked: list[checks.Question] = []

    def provider(question: checks.Question) -> checks.Answer:
        asked.append(question)
        closed = question.facts.get("first_unit") == "water_company"
        return {"ok": not closed, "method": "door", "version": 1, "why": "closed" if closed else None}

    monkeypatch.setitem(checks.PROVIDERS, "unit_is_open", provider)
    procedures._all.cache_clear()
    matter = opened().matter
    facts = {"urgency": "ordinary", "kind": "housing"}
    must(services.act(matter, "classify", "dispatch", facts=facts, actor=Cast.intake, at=MONDAY))
    no = services.act(
        matter, "dispatch", "sent", facts={"first_unit": "water_company"}, actor=Cast.intake, at=MONDAY
    )
    assert getattr(no, "code", "") == "check_failed"
    must(
        services.act(
            matter, "dispatch", "sent", facts={"first_unit": "housing"}, actor=Cast.intake, at=MONDAY
        )
    )
    stored = ledger.chain(matter)[-1].entry.checks["unit_is_open"]
    assert dict(stored) == {"ok": True, "method": "door", "version": 1, "why": None}
    assert len(asked) == 2
    assert asked[1].on.isoformat() == "2026-03-02"
    queries.get(matter, MONDAY)
    services.rebuild_rows(check_only=True, now=MONDAY)
    assert len(asked) == 2, "replay reads the answer and asks nobody"
    procedures._all.cache_clear()


def test_the_newest_version_in_force_is_the_one_that_opens(rulebook: Callable[..., None]) -> None:
    text = REQUEST.read_text()
    rulebook(
        text,
        text.replace("\nversion: 1", "\nversion: 2"),
        text.replace("\nversion: 1\nstatus: in_force", "\nversion: 3\nstatus: draft"),
    )
    assert procedures.all_loaded()["resident-request"].procedure.version == 2


def test_a_matter_ends_under_the_version_under_which_it_began(rulebook: Callable[..., None]) -> None:
    text = REQUEST.read_text()
    rulebook(text)
    old = opened().matter
    newer = text.replace("\nversion: 1", "\nversion: 2").replace("confirm_days: {n: 7", "confirm_days: {n: 9")
    rulebook(newer)
    new = opened().matter
    views = [queries.get(matter, MONDAY) for matter in (old, new)]
    assert [view.procedure.version for view in views if view] == [1, 2]
    assert [view.procedure.parameters["confirm_days"].n for view in views if view] == [7, 9]
    assert ProcedureVersion.objects.count() == 2


def test_a_towns_faster_number_counts_and_is_pinned_with_the_matter(town: Any) -> None:
    before = opened().matter
    bodies.apply_town(replace(town, overrides={"resident-request": (OVERRIDE % 3).encode()}))
    after = opened().matter
    due = []
    for matter in (before, after):
        classified(matter, MONDAY)
        must(services.act(matter, "accept", "accepted", actor=Cast.housing, at=MONDAY))
        row = queries.row(matter)
        assert row is not None
        assert row.due_at is not None
        due.append(row.due_at)
    assert due[1] < due[0]
    facts = ledger.chain(after)[0].entry.facts
    assert (
        facts["override_sha256"] == ProcedureVersion.objects.exclude(override_sha256="").get().override_sha256
    )
    procedures._of.cache_clear()
    view = queries.get(after, MONDAY + HOUR)
    assert view is not None
    assert view.procedure.parameters["limit_ordinary"].n == 3


def test_a_towns_slower_number_does_not_load(town: Any) -> None:
    bodies.apply_town(replace(town, overrides={"resident-request": (OVERRIDE % 9).encode()}))
    with pytest.raises(procedures.CannotRun, match="limit_ordinary"):
        procedures.all_loaded()


def test_a_kept_file_that_was_changed_is_noticed() -> None:
    matter = opened().matter
    kept = ProcedureVersion.objects.get()
    ProcedureVersion.objects.update(source=bytes(kept.source) + b"\n# changed")
    procedures._of.cache_clear()
    with pytest.raises(procedures.CannotRun, match="not the one it was"):
        queries.get(matter, MONDAY)
