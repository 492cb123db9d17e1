"""Who a resident is: sealed, read field by field with a reason, each try on record for the resident."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from minsheng.kernel.words import Kind, Refusal
from minsheng.ledger import sealing
from minsheng.people import append_only, privacy, queries, services
from minsheng.people.models import ConsentChange, VaultField, VaultRead
from minsheng.people.pseudonyms import pseudonym
from minsheng.people.rules.actor import Actor
from minsheng.people.rules.vault import CONTACT_BY_UNIT, FIELDS, Protection, why_not_read

PROTECTION = Protection(
    visible_to=frozenset({"intake", "caller"}),
    with_consent={"first_unit": CONTACT_BY_UNIT},
    never=frozenset({"accused"}),
)
PHONE = "139-0000-0186"


@pytest.fixture
def kept(db, matter):
    services.keep(matter, {"name": "吴小梅", "phone": PHONE, "email": "  "})
    return matter


def read(matter, actor, now, field="phone", reason="转接通话", **more):
    return services.read_field(matter, field, actor, reason, now, protection=PROTECTION, **more)


def test_what_is_kept_comes_back_to_those_who_may_read_it(kept, clerk, now):
    assert queries.fields_kept(kept) == {"name", "phone"}
    assert read(kept, clerk, now) == PHONE
    assert read(kept, clerk, now, field="name") == "吴小梅"


def test_nothing_in_the_tables_tells_the_number_or_the_reason(kept, clerk, now):
    read(kept, clerk, now, reason="问几号楼，王阿姨家")
    stored = b"".join(bytes(row.sealed) for row in VaultField.objects.all())
    stored += b"".join(bytes(row.reason_sealed) for row in VaultRead.objects.all())
    assert PHONE.encode() not in stored
    assert "王阿姨".encode() not in stored


def test_a_field_is_written_once(kept):
    with pytest.raises(IntegrityError), transaction.atomic():
        services.keep(kept, {"phone": "1"})
    with pytest.raises(ValueError, match="identity_number"):
        services.keep(kept, {"identity_number": "1"})


def test_a_box_moved_to_another_matter_does_not_open(kept, clerk, now):
    other = "00000000000000b2"
    services.keep(other, {"name": "别人"})
    box = VaultField.objects.get(matter=kept, name="phone")
    VaultField.objects.create(matter=other, name="phone", sealed=bytes(box.sealed))
    with pytest.raises(sealing.CannotOpen):
        read(other, clerk, now)


def test_each_read_is_on_record_with_who_when_what_and_why_newest_first(kept, clerk, now):
    read(kept, clerk, now)
    read(kept, clerk, now + timedelta(hours=1), field="name", reason="核对\n 姓名")
    (second, first) = queries.reads(kept)
    assert (first.field, first.at, first.body, first.role) == ("phone", now, "hotline", "intake")
    assert first.reason == "转接通话"
    assert first.refused == ""
    assert first.pseudonym == pseudonym(kept, clerk.person) != clerk.person
    assert (second.field, second.reason) == ("name", "核对 姓名")


REFUSALS = [
    ("first_unit", "phone", "要联系", "vault_closed"),
    ("accused", "phone", "想知道", "vault_closed"),
    ("reviewer", "phone", "要联系", "vault_closed"),
    ("intake", "phone", "", "no_reason"),
    ("intake", "phone", " .\n\t ", "no_reason"),
    ("intake", "email", "寄回执", "not_given"),
    ("intake", "identity_number", "核对", "no_such_field"),
]


@pytest.mark.parametrize(("role", "field", "reason", "code"), REFUSALS)
def test_a_refused_try_gives_nothing_and_is_on_record_too(kept, now, role, field, reason, code):
    actor = Actor("00000000000000c9", role, "housing")
    refused = read(kept, actor, now, field=field, reason=reason, in_charge="housing")
    assert isinstance(refused, Refusal)
    assert refused.code == code
    (tried,) = queries.reads(kept)
    assert (tried.refused, tried.role) == (code, role)


def test_the_unit_in_charge_reads_only_after_the_resident_agreed_and_until_it_is_taken_back(
    kept, officer, now
):
    def try_it(in_charge="housing"):
        return read(kept, officer, now, in_charge=in_charge)

    assert isinstance(try_it(), Refusal)
    assert services.give_consent(kept, CONTACT_BY_UNIT, now)
    assert try_it() == PHONE
    assert isinstance(try_it("water"), Refusal)
    assert isinstance(try_it(None), Refusal)
    assert services.withdraw_consent(kept, CONTACT_BY_UNIT, now)
    assert isinstance(try_it(), Refusal)
    assert len(queries.reads(kept)) == 5


@given(
    st.sampled_from(["intake", "caller", "first_unit", "accused", "reviewer"]),
    st.none() | st.sampled_from(["housing", "water"]),
    st.sampled_from([*FIELDS, "rating"]),
    st.text(max_size=5),
    st.frozensets(st.sampled_from([CONTACT_BY_UNIT, "show_words"])),
    st.none() | st.sampled_from(["housing", "water"]),
)
def test_whatever_is_tried_the_accused_and_the_unnamed_never_read(
    role, body, field, reason, consents, in_charge
):
    allowed = why_not_read(Actor("p", role, body), field, reason, PROTECTION, consents, in_charge) is None
    if allowed:
        assert role in ("intake", "caller", "first_unit")
        assert field in FIELDS
        assert reason.strip()
    if allowed and role == "first_unit":
        assert CONTACT_BY_UNIT in consents
        assert body == in_charge
        assert body is not None


def test_a_procedure_that_says_nothing_lets_nobody_read(kept, clerk, now):
    refused = services.read_field(kept, "phone", clerk, "转接", now, protection=Protection())
    assert isinstance(refused, Refusal)


def test_when_the_try_cannot_be_recorded_nothing_is_shown(kept, clerk, now, monkeypatch):
    def fail(**_):
        raise DatabaseError("disk full")

    monkeypatch.setattr(VaultRead.objects, "create", fail)
    with pytest.raises(DatabaseError):
        read(kept, clerk, now)


def test_after_erasing_neither_the_field_nor_the_reasons_can_be_read(kept, clerk, now):
    read(kept, clerk, now, reason="记下：住桂花里")
    assert privacy.erase(kept) == 2
    sealing.destroy(kept, now)
    assert queries.fields_kept(kept) == frozenset()
    (tried,) = queries.reads(kept)
    assert tried.reason is None
    assert (tried.field, tried.body) == ("phone", "hotline")
    refused = read(kept, clerk, now)
    assert isinstance(refused, Refusal)
    assert refused.kind is Kind.ABSENT
    with pytest.raises(sealing.Erased):
        services.keep(kept, {"address": "新的"})


def test_a_row_left_over_after_the_key_is_gone_tells_nothing(kept, clerk, now):
    sealing.destroy(kept, now)
    refused = read(kept, clerk, now)
    assert isinstance(refused, Refusal)
    assert refused.code == "erased"
    assert services.open_to_send(kept, "phone") is None


def test_the_machine_may_open_an_address_to_write_to_it(kept):
    assert services.open_to_send(kept, "phone") == PHONE
    assert services.open_to_send(kept, "email") is None
    assert queries.reads(kept) == ()


CHANGES = [
    "UPDATE people_vaultread SET refused = 'x'",
    "DELETE FROM people_vaultread",
    "UPDATE people_consentchange SET given = NOT given",
    "DELETE FROM people_consentchange",
    "UPDATE people_vaultfield SET name = 'email' WHERE name = 'phone'",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_the_database_itself_refuses_to_rewrite_what_happened(kept, clerk, now, statement):
    read(kept, clerk, now)
    services.give_consent(kept, "show_words", now)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert len(queries.reads(kept)) == 1
    assert queries.allowed(kept) == {"show_words"}


@pytest.mark.django_db
def test_a_missing_trigger_is_noticed():
    assert append_only.missing(connection) == []
    with connection.cursor() as cursor:
        cursor.execute(append_only.dropping(connection.vendor)[0])
    assert len(append_only.missing(connection)) == 1
    append_only.create(connection)
    assert append_only.missing(connection) == []


@pytest.mark.django_db
@given(
    changes=st.lists(st.tuples(st.sampled_from(["show_words", CONTACT_BY_UNIT]), st.booleans()), max_size=12)
)
def test_a_consent_stands_as_it_was_last_said_and_its_history_is_whole(changes, matter, now):
    with transaction.atomic():
        expected: set[str] = set()
        n_changes = 0
        for what, given_now in changes:
            changed = (services.give_consent if given_now else services.withdraw_consent)(matter, what, now)
            assert changed == ((what in expected) != given_now)
            n_changes += changed
            (expected.add if given_now else expected.discard)(what)
        assert queries.allowed(matter) == expected
        assert ConsentChange.objects.count() == n_changes
        for what in ("show_words", CONTACT_BY_UNIT):
            assert (matter in queries.allowing(what, [matter, "00000000000000ff"])) == (what in expected)
        transaction.set_rollback(True)


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_pseudonym_is_the_same_within_a_matter_and_another_in_the_next(person, other):
    mine = pseudonym("00000000000000a1", person)
    assert mine == pseudonym("00000000000000a1", person)
    assert len(mine) == 16
    assert mine != pseudonym("00000000000000b2", person)
    assert (person == other) == (mine == pseudonym("00000000000000a1", other))
