"""Boxes in the database: no table links a rating to a matter; a box opens for all or for nobody."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from minsheng.kernel.log.canonical import canonical
from minsheng.kernel.words import Refusal
from minsheng.ledger import queries as ledger
from minsheng.ledger import sealing
from minsheng.ledger.models import DataKey
from minsheng.verdict import queries, services
from minsheng.verdict.models import RatingBox, RatingRight
from minsheng.verdict.rules import rating
from minsheng.verdict.services.boxes import contents_of
from minsheng.verify.boxes import Box

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("town")]

TODAY = date(2026, 10, 14)
NEXT = date(2026, 11, 1)
YES = {"treated": "yes", "understood": "yes"}
NO = {"treated": "no", "understood": "none"}


def _open(day: date) -> list[Box]:
    """What the disclosure of a day opens."""
    before = {box.i for box in queries.boxes()}
    services.open_boxes(datetime.combine(day, time(4), UTC))
    return [box for box in queries.boxes() if box.i not in before]


def _matter(i: int) -> str:
    return f"{i:016x}"


def _rate(i: int, answers: dict[str, str] = YES, body: str = "housing", today: date = TODAY) -> bytes:
    services.give_right(_matter(i), body)
    nonce = services.rate(_matter(i), answers, today)
    assert isinstance(nonce, bytes)
    return nonce


def test_an_ended_matter_is_rated_once() -> None:
    assert queries.may_rate(_matter(1)) is None
    _rate(1)
    assert queries.may_rate(_matter(1)) is False
    again = services.rate(_matter(1), NO, TODAY)
    assert isinstance(again, Refusal)
    assert again.code == "rated_already"
    services.give_right(_matter(1), "housing")
    assert queries.may_rate(_matter(1)) is False


def test_a_matter_that_runs_cannot_be_rated() -> None:
    refusal = services.rate(_matter(1), YES, TODAY)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "not_ended"
    assert RatingBox.objects.count() == 0


def test_a_box_opens_after_its_month_with_two_lists_that_nothing_joins() -> None:
    nonces = [_rate(i, NO if i == 3 else YES) for i in range(10)]
    assert _open(date(2026, 10, 31)) == []
    (opened,) = _open(NEXT)
    assert (opened.body, opened.month) == ("housing", "2026-10")
    assert ledger.leaf_index(opened.commitment.hex()) == opened.i
    again = Box.from_bytes(opened.to_bytes())
    assert again.commitment == opened.commitment
    assert list(again.nonces) == sorted(rating.receipt(nonce) for nonce in nonces)
    assert sorted(again.answers, key=canonical) == list(again.answers)
    assert list(again.answers).count(NO) == 1
    assert _open(NEXT) == []
    assert RatingBox.objects.get().contents is None
    (counts,) = queries.opened()
    assert counts.counts["treated"] == {"yes": 9, "partly": 0, "no": 1, "none": 0}
    assert queries.counted(" ".join(rating.spoken(nonces[3]))) is True
    assert queries.counted(" ".join(rating.spoken(bytes(16)))) is False
    assert queries.counted("hello") is None


def test_nine_answers_wait_and_after_twelve_months_nobody_reads_them() -> None:
    for i in range(9):
        _rate(i)
    for month in (NEXT, date(2026, 12, 1), date(2027, 9, 1)):
        assert _open(month) == []
        assert RatingBox.objects.get().state == "collecting"
    assert _open(date(2027, 10, 1)) == []
    box = RatingBox.objects.get()
    assert (box.state, box.contents, box.published) == ("too_few", None, {})
    assert [standing.too_few for standing in queries.where_boxes_stand()] == [True]


def test_a_late_answer_goes_into_the_next_box() -> None:
    for i in range(10):
        _rate(i)
    _open(NEXT)
    _rate(11, today=NEXT)
    late = RatingBox.objects.get(state="collecting")
    assert late.first_month == NEXT
    assert len(contents_of(late)) == 1


def test_a_run_that_was_killed_between_opening_and_log_is_taken_up_again() -> None:
    for i in range(10):
        _rate(i)
    (opened,) = _open(NEXT)
    RatingBox.objects.update(i=None)
    (again,) = _open(NEXT)
    assert (again.i, again.commitment) == (opened.i, opened.commitment)
    assert ledger.n_leaves() == 1


def test_boxes_of_two_bodies_do_not_mix() -> None:
    for i in range(10):
        _rate(i)
    _rate(10, NO, body="water")
    (opened,) = _open(NEXT)
    assert opened.body == "housing"
    assert list(opened.answers) == [YES] * 10


def test_with_the_stub_and_only_with_it_an_answer_is_taken_out() -> None:
    nonce = _rate(1, NO)
    _rate(2, YES)
    for wrong in ("", "abc", " ".join(rating.spoken(bytes(16)))):
        refusal = services.take_out(_matter(1), wrong)
        assert isinstance(refusal, Refusal)
        assert refusal.field == "stub"
    assert services.take_out(_matter(1), " ".join(rating.spoken(nonce)).lower()) is None
    assert queries.may_rate(_matter(1)) is True
    assert len(contents_of(RatingBox.objects.get())) == 1
    assert isinstance(services.take_out(_matter(1), " ".join(rating.spoken(nonce))), Refusal)


def test_an_opened_box_gives_nothing_back() -> None:
    nonces = [_rate(i) for i in range(10)]
    _open(NEXT)
    assert isinstance(services.take_out(_matter(0), " ".join(rating.spoken(nonces[0]))), Refusal)
    assert queries.may_rate(_matter(0)) is False


def test_the_database_does_not_know_who_rated_how() -> None:
    """Swap two people's answers: but for their own secret stubs, every stored byte stays the same."""
    secrets_told = [_rate(i, NO if i == 1 else YES) for i in range(3)]
    stored = json.dumps([_rows(model) for model in _tables()], default=str)
    for i, nonce in enumerate(secrets_told):
        assert nonce.hex() not in stored
        assert "".join(rating.spoken(nonce)) not in stored
        assert rating.receipt(nonce) not in stored, "sealed until the box opens"
        in_box = json.dumps(_rows(RatingBox), default=str)
        assert _matter(i) not in in_box
    rights = _rows(RatingRight)
    assert {tuple(sorted(row)) for row in rights} == {("body", "matter", "spent")}
    assert {(row["body"], row["spent"]) for row in rights} == {("housing", True)}


def test_no_table_of_the_house_holds_a_moment_or_a_link_of_a_rating() -> None:
    fields = {field.name: field for field in RatingBox._meta.concrete_fields}
    assert not any(isinstance(field, models.DateTimeField) for field in fields.values())
    assert not any(isinstance(field, models.DateTimeField) for field in RatingRight._meta.concrete_fields)
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            assert getattr(field, "related_model", None) not in (RatingBox, RatingRight), model


def test_a_box_is_one_row_so_that_no_row_order_tells_who_came_when() -> None:
    for i in range(7):
        _rate(i)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM verdict_ratingbox")
        assert cursor.fetchone()[0] == 1
    contents = contents_of(RatingBox.objects.get()).as_json()
    assert contents["receipts"] == sorted(contents["receipts"])
    assert contents["slips"] == sorted(contents["slips"], key=lambda slip: slip[0])


def test_what_lies_in_a_box_is_sealed_and_its_key_goes_when_it_opens() -> None:
    """With a single rated matter, whoever reads the tables would else know its answer."""
    _rate(1, NO)
    box = RatingBox.objects.get()
    first = bytes(box.contents or b"")
    for word in (b"slips", b"receipts", b"treated", b"understood", b"none"):
        assert word not in first
    assert contents_of(box).answers == (NO,)
    for i in range(2, 11):
        _rate(i)
    _open(NEXT)
    assert not DataKey.objects.exclude(matter__startswith="0").filter(wrapped__isnull=False).exists()
    with pytest.raises(sealing.Erased):
        sealing.unseal(f"box {box.pk}", first, "rating box")


def _tables() -> list[type[models.Model]]:
    return list(apps.get_app_config("verdict").get_models())


def _rows(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.values())
