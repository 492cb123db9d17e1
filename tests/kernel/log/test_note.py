"""Signed notes, checkpoints and cosignatures: published examples, round trips, any byte changed."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.kernel.log.note import (
    Algorithm,
    Checkpoint,
    NoteError,
    Signer,
    Verifier,
    add_signature,
    open_checkpoint,
    open_note,
    sign_checkpoint,
    sign_note,
    split_note,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "notes.json").read_text())
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LOG = Signer("yunxi.example/log", b"\x01" * 32)
WITNESS = Signer("witness.example/w1", b"\x02" * 32, Algorithm.COSIGNATURE)
STRANGER = Signer("stranger.example", b"\x03" * 32)
KEYS = (LOG.verifier, LOG.timed().verifier)
CHECKPOINT = Checkpoint("yunxi.example/log", 12, b"\x07" * 32)

lines = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
note_texts = st.lists(lines, min_size=1, max_size=5).map("\n".join).filter(bool).map(lambda t: t + "\n")


@pytest.mark.parametrize("case", VECTORS["opens"])
def test_published_notes_open(case: dict[str, str]) -> None:
    verifier = Verifier.parse(case["vkey"])
    assert verifier.vkey == case["vkey"]
    assert case["note"].startswith(open_note(case["note"], [verifier]).text + "\n")


@pytest.mark.parametrize("case", [case for case in VECTORS["opens"] if "skey" in case])
def test_a_published_private_key_signs_the_published_note(case: dict[str, str]) -> None:
    signer = Signer.parse(case["skey"])
    assert signer.skey == case["skey"]
    assert signer.verifier.vkey == case["vkey"]
    assert sign_note(split_note(case["note"])[0], signer) == case["note"]


@pytest.mark.parametrize("vkey", VECTORS["good_vkeys"])
def test_published_verifier_keys_are_read_and_written(vkey: str) -> None:
    assert Verifier.parse(vkey).vkey == vkey


@pytest.mark.parametrize("vkey", [*VECTORS["bad_vkeys"], "", "a b+530d903a+AQ==", "+530d903a+AQ=="])
def test_wrong_verifier_keys_are_refused(vkey: str) -> None:
    with pytest.raises(NoteError):
        Verifier.parse(vkey)


@given(note_texts, st.binary(min_size=32, max_size=32))
def test_what_was_signed_is_opened(text: str, seed: bytes) -> None:
    signer = Signer("a.example", seed)
    assert Signer.parse(signer.skey) == signer
    note = sign_note(text, STRANGER, signer, WITNESS, at=AT)
    opened = open_note(note, [signer.verifier, WITNESS.verifier])
    assert opened.text == text
    assert opened.signed_by(signer.verifier)
    assert opened.signed_by(WITNESS.verifier)
    assert not opened.signed_by(STRANGER.verifier)
    assert [signature.time for signature in opened.signatures] == [0, int(AT.timestamp())]


@settings(max_examples=300)
@given(st.data())
def test_no_byte_of_a_checkpoint_can_be_changed(data: st.DataObject) -> None:
    note = sign_checkpoint(CHECKPOINT, LOG, AT).encode()
    at = data.draw(st.integers(0, len(note) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != note[at]))
    changed = note[:at] + bytes([byte]) + note[at + 1 :]
    with pytest.raises((NoteError, UnicodeDecodeError)):
        open_checkpoint(changed.decode(), KEYS)


def test_a_checkpoint_says_who_when_and_what() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG, AT)
    signed = open_checkpoint(note, KEYS)
    assert signed.checkpoint == CHECKPOINT
    assert signed.at == AT
    cosigned = open_checkpoint(add_signature(note, WITNESS, AT), [*KEYS, WITNESS.verifier])
    assert cosigned.checkpoint == CHECKPOINT
    assert len(cosigned.signatures) == 3


def test_the_same_key_has_another_id_for_each_kind_of_signature() -> None:
    assert LOG.verifier.key == LOG.timed().verifier.key
    assert LOG.verifier.key_id != LOG.timed().verifier.key_id


def test_a_checkpoint_needs_both_signatures_of_its_own_log() -> None:
    plain = sign_note(CHECKPOINT.text, LOG)
    timed = sign_note(CHECKPOINT.text, LOG.timed(), at=AT)
    other = sign_note(replace(CHECKPOINT, origin="elsewhere.example").text, LOG, LOG.timed(), at=AT)
    for note in (plain, timed, other, sign_note(CHECKPOINT.text, STRANGER)):
        with pytest.raises(NoteError):
            open_checkpoint(note, KEYS)


def test_a_wrong_line_of_a_known_key_spoils_the_note_and_an_unknown_key_does_not() -> None:
    note = sign_note("a\n", LOG, STRANGER)
    forged = note.replace("a\n\n", "b\n\n")
    assert open_note(note, [LOG.verifier]).text == "a\n"
    with pytest.raises(NoteError, match="wrong"):
        open_note(forged, [LOG.verifier])
    with pytest.raises(NoteError, match="no key we know"):
        open_note(note, [WITNESS.verifier])
    assert open_note(note + "— yunxi.example/log AAAAAAAA\n", [LOG.verifier]).text == "a\n"


def test_sixteen_signatures_are_still_read() -> None:
    signers = [Signer(f"s{i}.example", bytes([i]) * 32) for i in range(16)]
    assert len(open_note(sign_note("a\n", *signers), [s.verifier for s in signers]).signatures) == 16


@pytest.mark.parametrize(
    "note",
    [
        "",
        "a\n",
        "a\n\n",
        "a\n\n— yunxi.example/log AAAAAAAA",
        "a\n\n- yunxi.example/log AAAAAAAA\n",
        "a\n\n— yunxi.example/log  AAAAAAAA\n",
        "a\n\n— yunxi.example/log AAAA\n",
        "a\n\n— yunxi.example/log AAAAAAA\n",
        "a\n\n— yunxi.example/log AAAAAAB=\n",
        "a\r\n\n— yunxi.example/log AAAAAAAA\n",
        "a\n\n— a+b AAAAAAAA\n",
        "a\n\n" + "— yunxi.example/log AAAAAAAA\n" * 65,
        "a" * 200_000 + "\n\n— yunxi.example/log AAAAAAAA\n",
    ],
)
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(NoteError):
        open_note(note, KEYS)


@pytest.mark.parametrize("text", ["", "\n", "a", "a\tb\n", "a\x00\n", "a\ud800\n"])
def test_a_text_that_cannot_stand_in_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(NoteError):
        sign_note(text, LOG)


@pytest.mark.parametrize(
    "text",
    [
        "o\n01\n" + "A" * 43 + "=\n",
        "o\n-1\n" + "A" * 43 + "=\n",
        "o\n１\n" + "A" * 43 + "=\n",
        "o\n1\n" + "A" * 44 + "\n",
        "o\n1\n" + "A" * 42 + "B=\n",
        "\n1\n" + "A" * 43 + "=\n",
        "o\n1\n" + "A" * 43 + "=\nextension\n",
        "o\n1\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


@given(st.integers(0, 2**62), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_back(size: int, root: bytes) -> None:
    checkpoint = Checkpoint("yunxi.example/log", size, root)
    assert Checkpoint.parse(checkpoint.text) == checkpoint


def test_a_private_key_does_not_show_itself() -> None:
    assert LOG.seed.hex() not in repr(LOG)
    assert "AQEB" not in repr(LOG)
