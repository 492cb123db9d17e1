"""What a resident takes home: the promise, the inclusion proof, the whole file."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.kernel.entry import Entry
from minsheng.kernel.log import tree
from minsheng.kernel.log.entries import seal
from minsheng.kernel.log.note import Checkpoint, NoteError, Signer, sign_checkpoint
from minsheng.kernel.log.promise import Promise, open_promise, read_moment, sign_promise, write_moment
from minsheng.kernel.log.proof import BadProofFile, Inclusion, Part, ProofFile, Proven
from minsheng.kernel.words import Text

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LOG = Signer("yunxi.example/log", b"\x01" * 32)
PROMISER = Signer("yunxi.example/promise", b"\x02" * 32)
PROMISE = Promise("yunxi.example/log", "ab" * 32, AT + timedelta(days=1))


def test_a_promise_is_opened_by_its_own_key_only() -> None:
    note = sign_promise(PROMISE, PROMISER)
    assert open_promise(note, [PROMISER.verifier]) == PROMISE
    with pytest.raises(NoteError):
        open_promise(note, [LOG.verifier])


@settings(max_examples=200)
@given(st.data())
def test_no_byte_of_a_promise_can_be_changed(data: st.DataObject) -> None:
    note = sign_promise(PROMISE, PROMISER).encode()
    at = data.draw(st.integers(0, len(note) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != note[at]))
    with pytest.raises((NoteError, UnicodeDecodeError)):
        open_promise((note[:at] + bytes([byte]) + note[at + 1 :]).decode(), [PROMISER.verifier])


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9999, 1, 1)), st.integers(-14, 14))  # noqa: DTZ001
def test_moments_are_kept_to_the_second(naive: datetime, hours: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(hours=hours)))
    try:
        text = write_moment(moment)
    except OverflowError:
        return
    assert read_moment(text) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text", ["2026-03-02", "2026-03-02T09:30:00", "2026-03-02T09:30:00+00:00", "2026-02-30T00:00:00Z", "now"]
)
def test_other_spellings_of_a_moment_are_refused(text: str) -> None:
    with pytest.raises(NoteError):
        read_moment(text)


def test_a_text_that_only_looks_like_a_promise_is_refused() -> None:
    for text in (
        "minsheng.promise/v2\no\n" + "ab" * 32 + "\n2026-03-02T09:30:00Z\n",
        "minsheng.promise/v1\no\nab\n2026-03-02T09:30:00Z\n",
        "minsheng.promise/v1\no\n" + "ab" * 32 + "\n",
    ):
        with pytest.raises(NoteError):
            Promise.parse(text)


HASHES = [tree.leaf_hash(i.to_bytes(32, "big")) for i in range(20)]


@given(st.integers(1, 20), st.data())
def test_an_inclusion_proof_is_read_back(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    checkpoint = sign_checkpoint(Checkpoint(LOG.name, size, tree.root_of(HASHES[:size])), LOG, AT)
    proof = Inclusion(index, tuple(tree.inclusion_proof(HASHES, index, size)), checkpoint)
    assert Inclusion.parse(proof.text) == proof


def test_the_form_of_an_inclusion_proof_is_that_of_c2sp() -> None:
    proof = Inclusion(73894, (bytes(32), b"\xff" * 32), "example.com/log\n1\nx\n\n— a b\n")
    assert proof.text == (
        "c2sp.org/tlog-proof@v1\nindex 73894\n" + "A" * 43 + "=\n" + "/" * 42 + "8=\n\n"
        "example.com/log\n1\nx\n\n— a b\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c2sp.org/tlog-proof@v2\nindex 1\n\nc",
        "c2sp.org/tlog-proof@v1\nindex 01\n\nc",
        "c2sp.org/tlog-proof@v1\nextra AAAA\n\nc",
        "c2sp.org/tlog-proof@v1\nindex 1\nAAAA\n\nc",
        "c2sp.org/tlog-proof@v1\nindex 1\n" + "A" * 42 + "B=\n\nc",
        "c2sp.org/tlog-proof@v1\nindex 1\n" + ("A" * 43 + "=\n") * 65 + "\nc",
        "c2sp.org/tlog-proof@v1\n\nc",
        "c2sp.org/tlog-proof@v1\nindex 1\n",
    ],
)
def test_what_is_no_inclusion_proof_is_refused(text: str) -> None:
    with pytest.raises(BadProofFile):
        Inclusion.parse(text)


def proof_file() -> ProofFile:
    words = {"text": "楼下的路灯坏了三个月。"}
    salt = b"\x05" * 32
    entry = Entry(
        matter="00ff00ff00ff00ff",
        n=0,
        on=date(2026, 3, 2),
        event="opened",
        role="resident",
        actor="0123456789abcdef",
        closed={"words": seal(words, salt), "photo": seal(b"\x89PNG", salt)},
    )
    proven = Proven(entry, b"\x06" * 32, {"words": Part(words, salt), "photo": Part(b"\x89PNG", salt)})
    promise = sign_promise(replace(PROMISE, commitment=proven.commitment), PROMISER)
    return ProofFile(
        origin=LOG.name,
        town=Text("云溪市", "Yunxi"),
        number="20260302-0007",
        matter=entry.matter,
        issued_at=AT,
        entries=(replace(proven, promise=promise),),
        keys={"log": (LOG.verifier, LOG.timed().verifier), "promise": (PROMISER.verifier,), "export": ()},
    )


def test_a_proof_file_is_read_back_however_it_is_spaced() -> None:
    made = proof_file()
    assert ProofFile.from_bytes(made.to_bytes()) == made
    assert ProofFile.from_bytes(json.dumps(json.loads(made.to_bytes()), indent=2).encode()) == made


def change(path: str, value: Any) -> bytes:
    wire = json.loads(proof_file().to_bytes())
    *way, last = path.split(".")
    here = wire
    for step in way:
        here = here[int(step)] if isinstance(here, list) else here[step]
    if value is KeyError:
        del here[last]
    else:
        here[last] = value
    return json.dumps(wire).encode()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "minsheng.proof/v2"),
        ("more", 1),
        ("town", KeyError),
        ("town.zh", 3),
        ("town.de", "Yunxi"),
        ("number", None),
        ("issued_at", "yesterday"),
        ("entries", []),
        ("entries", {}),
        ("entries.0.more", 1),
        ("entries.0.salt", "AB" * 32),
        ("entries.0.salt", "ab"),
        ("entries.0.promise", None),
        ("entries.0.promise", 3),
        ("entries.0.parts", []),
        ("entries.0.parts.words", {"value": 1}),
        ("entries.0.parts.photo.base64", "iVBORx=="),
        ("entries.0.parts.photo.base64", "!"),
        ("entries.0.parts.photo.base64", 7),
        ("entries.0.entry.n", "0"),
        ("keys.log", "vkey"),
        ("keys.log", ["vkey"]),
        ("keys.other", []),
        ("keys", []),
    ],
)
def test_a_proof_file_in_another_form_is_refused(path: str, value: Any) -> None:
    with pytest.raises(BadProofFile):
        ProofFile.from_bytes(change(path, value))


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b'{"a":1,"a":2}', b"[" * 100_000])
def test_what_is_no_proof_file_at_all_is_refused(data: bytes) -> None:
    with pytest.raises(BadProofFile):
        ProofFile.from_bytes(data)
