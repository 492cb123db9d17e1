"""What this room keeps goes when the matter has ended or was erased."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from minsheng.kernel.procedure.load import load
from minsheng.ledger import queries as ledger
from minsheng.matter import services
from minsheng.matter.rules.uploads import Upload
from minsheng.matter.testing import HOUR, MONDAY, PNG, Cast, must, opened
from minsheng.resolve import privacy
from minsheng.resolve.handlers import HANDLERS
from minsheng.resolve.models import Draft, DraftFile
from minsheng.resolve.services import keep
from minsheng.resolve.special import STEP_PAGES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

MARK = "MARKER-OF-A-DRAFT"


def _begun() -> services.Opened:
    made = opened()
    files = [Upload("reply", "evidence", f"{MARK}.png", PNG)]
    person = Cast.intake.person
    assert keep(made.matter, "reply", person, {"done": MARK}, round=1, at=MONDAY, files=files) is None
    return made


def test_an_ended_matter_keeps_no_draft() -> None:
    made = _begun()
    head = ledger.head(made.matter)
    assert head is not None
    HANDLERS["resolve.drop_drafts"](head, MONDAY)
    assert Draft.objects.count() == 1
    guidance = {"guidance": {"reason": "这是债务，要由法院判。", "remedy": "复议"}}
    ended = must(
        services.act(
            made.matter, "classify", "other_channel", documents=guidance, actor=Cast.intake, at=MONDAY + HOUR
        )
    )
    HANDLERS["resolve.drop_drafts"](ended, MONDAY + HOUR)
    assert (Draft.objects.count(), DraftFile.objects.count()) == (0, 0)


def test_what_rests_here_is_sealed_and_erasing_removes_it() -> None:
    made = _begun()
    assert MARK not in _everything()
    assert privacy.erase(made.matter) == 1
    assert _everything() == ""
    assert privacy.erase(made.matter) == 0


def _everything() -> str:
    """All that the room's tables hold, as text."""
    found: list[Any] = []
    with connection.cursor() as cursor:
        for table in privacy.places():
            cursor.execute(f"SELECT * FROM {table}")
            found += [bytes(v) if isinstance(v, memoryview) else v for row in cursor.fetchall() for v in row]
    return "".join(str(value) for value in found)


def test_every_step_of_staff_has_its_page_and_every_page_its_step() -> None:
    procedure = load(
        (Path(settings.MINSHENG_PROCEDURES) / "resident-request.yaml").read_bytes(), name="request"
    )
    steps = getattr(procedure, "steps", {})
    assert {step for _, step in STEP_PAGES} <= set(steps)
    for page in STEP_PAGES.values():
        assert page("云溪2026-1").startswith("/desk/")
