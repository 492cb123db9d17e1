"""Keys and boxes: made once, never in the clear, gone for good when destroyed."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.ledger import keys, sealing
from minsheng.ledger.models import DataKey
from minsheng.ledger.testing import NOON


def test_keys_are_for_the_owner_alone_and_never_made_twice(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    made = keys.make(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len({path.read_bytes() for path in folder.iterdir()}) == len(keys.NAMES)
    with pytest.raises(keys.KeysExist):
        keys.make(folder)
    assert keys.read(folder) == made
    assert keys.problems(folder) == []


def test_one_key_that_is_there_stops_the_making_of_all(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    (folder / "vault_key.2").write_bytes(bytes(32))
    with pytest.raises(keys.KeysExist):
        keys.make(folder)
    assert [path.name for path in folder.iterdir()] == ["vault_key.2"]


def test_keys_do_not_show_when_printed(settings: Any) -> None:
    made = keys.load()
    for name in keys.NAMES:
        key = (settings.MINSHENG_KEY_DIR / name).read_bytes()
        assert repr(key) not in repr(made)
        assert key.hex() not in repr(made) + repr(made.fingerprints())


@pytest.mark.parametrize("name", [name for name in keys.NAMES if name != "log_key"])
def test_a_missing_or_damaged_key_is_named(name: str, settings: Any) -> None:
    path = settings.MINSHENG_KEY_DIR / name
    path.write_bytes(b"short")
    with pytest.raises(keys.NoKeys, match=name):
        keys.load()
    path.unlink()
    with pytest.raises(keys.NoKeys, match=name):
        keys.load()


def test_a_web_machine_may_do_without_the_log_key(settings: Any) -> None:
    (settings.MINSHENG_KEY_DIR / "log_key").unlink()
    assert keys.load().log_key == b""


def test_problems_say_what_to_do(settings: Any, tmp_path: Path) -> None:
    folder, data = settings.MINSHENG_KEY_DIR, settings.MINSHENG_DATA
    assert keys.problems(folder, outside={"data": data}) == []
    (folder / "vault_key").chmod(0o644)
    (data / "backup").mkdir()
    (data / "backup" / "innocent").write_bytes((folder / "actor_key").read_bytes())
    (data / "backup" / "photo").write_bytes(b"x" * 32)
    found = keys.problems(folder, outside={"data": data})
    assert [problem.what.en.split()[0] for problem in found] == [str(folder / "vault_key"), "a"]
    assert found[0].next == f"chmod 600 {folder / 'vault_key'}"
    assert "innocent" in found[1].what.en
    assert keys.problems(tmp_path / "nowhere")[0].next == "minsheng init"


@pytest.mark.django_db
@given(plaintext=st.binary(max_size=300), purpose=st.text(max_size=20))
def test_what_is_sealed_opens_for_its_matter_and_purpose_only(plaintext: bytes, purpose: str) -> None:
    box = sealing.seal("a" * 16, plaintext, purpose)
    assert sealing.unseal("a" * 16, box, purpose) == plaintext
    assert plaintext not in box or len(plaintext) < 4
    assert sealing.seal("a" * 16, plaintext, purpose) != box
    sealing.seal("b" * 16, b"", "x")
    for matter, other in (("b" * 16, purpose), ("a" * 16, purpose + "2")):
        with pytest.raises(sealing.CannotOpen):
            sealing.unseal(matter, box, other)
    for damaged in (box[:-1], b"\x02" + box[1:], box[:5], b"", box[:-1] + bytes([box[-1] ^ 1])):
        with pytest.raises(sealing.CannotOpen):
            sealing.unseal("a" * 16, damaged, purpose)


@pytest.mark.django_db
def test_a_destroyed_key_stays_destroyed() -> None:
    box = sealing.seal("a" * 16, b"words", "x")
    sealing.destroy("a" * 16, NOON)
    with pytest.raises(sealing.Erased):
        sealing.unseal("a" * 16, box, "x")
    with pytest.raises(sealing.Erased):
        sealing.seal("a" * 16, b"new words", "x")
    sealing.destroy("b" * 16, NOON)
    with pytest.raises(sealing.Erased):
        sealing.seal("b" * 16, b"never had a key", "x")
    with pytest.raises(LookupError):
        sealing.unseal("c" * 16, box, "x")


@pytest.mark.django_db
def test_rotation_can_stop_and_go_on(settings: Any) -> None:
    boxes = {f"{i:016x}": sealing.seal(f"{i:016x}", b"%d" % i, "x") for i in range(7)}
    sealing.destroy("0" * 16, NOON)
    assert keys.add_version(settings.MINSHENG_KEY_DIR, "vault_key") == 2
    boxes["f" * 16] = sealing.seal("f" * 16, b"new", "x")
    assert sealing.versions_in_use() == {1, 2}
    assert sealing.rewrap(4) == 4
    keys.forget()
    assert sealing.rewrap(4) == 2
    assert sealing.rewrap(4) == 0
    assert sealing.versions_in_use() == {2}
    (settings.MINSHENG_KEY_DIR / "vault_key").unlink()
    keys.forget()
    for matter, box in boxes.items():
        if matter != "0" * 16:
            assert sealing.unseal(matter, box, "x") == (
                b"new" if matter[0] == "f" else b"%d" % int(matter, 16)
            )
    with pytest.raises(ValueError, match="log_key"):
        keys.add_version(settings.MINSHENG_KEY_DIR, "log_key")


@pytest.mark.django_db
def test_without_its_vault_key_nothing_opens(settings: Any) -> None:
    box = sealing.seal("a" * 16, b"words", "x")
    (settings.MINSHENG_KEY_DIR / "vault_key").write_bytes(bytes(32))
    keys.forget()
    with pytest.raises(sealing.CannotOpen, match="another key"):
        sealing.unseal("a" * 16, box, "x")
    DataKey.objects.update(version=9)
    with pytest.raises(sealing.CannotOpen, match="9"):
        sealing.unseal("a" * 16, box, "x")
