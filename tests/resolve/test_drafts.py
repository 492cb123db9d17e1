"""What an officer has begun to write stays, sealed, for that officer alone, until it is sent."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image

from minsheng.kernel.words import Refusal
from minsheng.ledger import sealing
from minsheng.matter.rules.uploads import Upload
from minsheng.resolve import privacy, services
from minsheng.resolve.models import Draft, DraftFile
from minsheng.resolve.queries import drafts

pytestmark = pytest.mark.django_db

MATTER, ZHOU, LIN = "a" * 16, "1" * 16, "2" * 16
NOW = datetime(2026, 10, 14, 2, 0, tzinfo=UTC)
WORDS = {"done": "10月12日换了控制板", "next": ""}


def _picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8), "navy").save(out, "PNG")
    return out.getvalue()


def _keep(
    values: dict[str, str] = WORDS, person: str = ZHOU, round: int = 1, **more: object
) -> Refusal | None:
    return services.keep(MATTER, "reply", person, values, round=round, at=NOW, **more)  # type: ignore[arg-type]


def _files(*names: str) -> list[Upload]:
    return [Upload("reply", "evidence", name, _picture()) for name in names]


def test_a_draft_comes_back_as_it_was_written() -> None:
    assert _keep() is None
    begun = drafts.begun(MATTER, "reply", ZHOU, round=1)
    assert begun is not None
    assert (begun.values, begun.files, begun.saved_at) == (WORDS, (), NOW)


def test_a_draft_is_its_writers_alone() -> None:
    _keep()
    assert drafts.begun(MATTER, "reply", LIN, round=1) is None
    assert drafts.begun(MATTER, "tell", ZHOU, round=1) is None


def test_a_draft_of_an_earlier_round_is_not_offered_again() -> None:
    _keep(files=_files("a.png"))
    assert drafts.begun(MATTER, "reply", ZHOU, round=2) is None
    _keep({"done": "second"}, round=2)
    begun = drafts.begun(MATTER, "reply", ZHOU, round=2)
    assert begun is not None
    assert begun.files == ()


def test_words_names_and_files_rest_sealed() -> None:
    _keep(files=_files("检验单.png"))
    row, file = Draft.objects.get(), DraftFile.objects.get()
    assert "控制板".encode() not in bytes(row.sealed)
    assert "检验单".encode() not in bytes(file.name_sealed)
    assert b"PNG" not in bytes(file.sealed)


def test_files_stay_with_the_draft_and_go_when_they_are_dropped() -> None:
    _keep(files=_files("one.png", "two.png"))
    _keep({"done": "more"})
    begun = drafts.begun(MATTER, "reply", ZHOU, round=1)
    assert begun is not None
    assert sorted(file.name for file in begun.files) == ["one.png", "two.png"]
    _keep({"done": "more"}, drop=[begun.files[0].id])
    ((kept, data),) = drafts.bytes_of(MATTER, "reply", ZHOU, round=1)
    assert kept.name == begun.files[1].name
    assert data.startswith(b"\x89PNG")


def test_a_refused_file_loses_no_word() -> None:
    refusal = _keep(files=[Upload("reply", "evidence", "a.exe", b"MZ...")])
    assert isinstance(refusal, Refusal)
    begun = drafts.begun(MATTER, "reply", ZHOU, round=1)
    assert begun is not None
    assert begun.values == WORDS


def test_more_files_than_an_act_takes_are_refused_before_it_is_sent() -> None:
    _keep(files=_files("1.png", "2.png", "3.png"))
    refusal = _keep(files=_files("4.png", "5.png", "6.png"))
    assert refusal is not None
    assert refusal.code == "too_many_files"
    assert DraftFile.objects.count() == 3


def test_sending_erasing_and_destroying_the_key_leave_nothing() -> None:
    _keep(files=_files("1.png"))
    services.drop_draft(MATTER, "reply", ZHOU)
    assert (Draft.objects.count(), DraftFile.objects.count()) == (0, 0)
    _keep()
    _keep(person=LIN)
    assert privacy.erase(MATTER) == 2
    sealing.destroy(MATTER, NOW)
    with pytest.raises(sealing.Erased):
        _keep()
