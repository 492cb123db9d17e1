"""The keys of a town: made once, kept in a folder of their own, never in the data and never in a backup.

One file of 32 random bytes per key. A rotated key gets a second file (`vault_key.2`): the highest number
is in use, the lower ones stay as long as anything still needs them. What is lost here is lost for good:
without the vault key nobody reads a resident's words again, without the log key a new log must begin.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from minsheng.kernel.words import Text

NAMES: Final = (
    "log_key", "promise_key", "export_key", "vault_key", "receipt_pepper", "actor_key", "django_secret",
)  # fmt: skip
"""What each is for: signs checkpoints; signs promises; signs exports; wraps the data keys of matters; keys
the hashes of follow codes; keys the pseudonyms of actors; Django's own. See docs/keys-and-backup.md."""

ROTATED: Final = ("vault_key", "receipt_pepper")
"""Those that may have several versions at once."""

N_BYTES: Final = 32
_VERSIONED: Final = re.compile(r"^(?P<name>[a-z_]+)\.(?P<version>[1-9][0-9]*)$")


class NoKeys(RuntimeError):
    """The key folder, or a file in it, is not there or cannot be used."""


class KeysExist(RuntimeError):
    """There are keys already: making new ones would make everything sealed with the old ones unreadable."""


@dataclass(frozen=True, slots=True)
class Keys:
    """All keys of 32 bytes each. `log_key` is empty where the sequencer does not run.

    `vault_keys` and `receipt_peppers` hold every version that is still here; `vault_key` and
    `receipt_pepper` are the newest.
    """

    log_key: bytes = field(repr=False)
    promise_key: bytes = field(repr=False)
    export_key: bytes = field(repr=False)
    vault_key: bytes = field(repr=False)
    receipt_pepper: bytes = field(repr=False)
    actor_key: bytes = field(repr=False)
    django_secret: bytes = field(repr=False)
    vault_keys: Mapping[int, bytes] = field(repr=False)
    receipt_peppers: Mapping[int, bytes] = field(repr=False)

    @property
    def vault_version(self) -> int:
        """The number of the vault key in use, written beside each data key that it wraps."""
        return max(self.vault_keys)

    @property
    def pepper_version(self) -> int:
        """The number of the pepper in use, written beside each hash that it keys."""
        return max(self.receipt_peppers)

    def fingerprints(self) -> dict[str, str]:
        """Name (with version) to 16 hex digits that say which key it is and nothing of what it is."""
        keys = {name: getattr(self, name) for name in NAMES if name not in ROTATED}
        keys |= {f"vault_key.{version}": key for version, key in self.vault_keys.items()}
        keys |= {f"receipt_pepper.{version}": key for version, key in self.receipt_peppers.items()}
        return {
            name: hashlib.sha256(b"minsheng key fingerprint\n" + name.encode() + b"\n" + key).hexdigest()[:16]
            for name, key in sorted(keys.items())
            if key
        }


def make(directory: Path) -> Keys:
    """Make all keys. Raises KeysExist when one of them is there, before it has written anything."""
    there = [name for name in NAMES if _versions(directory, name)]
    if there:
        raise KeysExist(f"{directory} holds keys already ({', '.join(there)})")
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    for name in NAMES:
        _write(directory / name, secrets.token_bytes(N_BYTES))
    _sync(directory)
    return read(directory)


def add_version(directory: Path, name: str) -> int:
    """Add the next version of a key that may be rotated and return its number; nothing is removed.

    Whoever holds the old keys in memory keeps using them until `forget()` or a restart.
    """
    if name not in ROTATED:
        raise ValueError(f"{name} is not rotated this way")
    version = max(_versions(directory, name), default=0) + 1
    _write(directory / f"{name}.{version}", secrets.token_bytes(N_BYTES))
    _sync(directory)
    forget()
    return version


def read(directory: Path) -> Keys:
    """Read the folder. Raises NoKeys with the file's name; only `log_key` may be absent."""
    if not directory.is_dir():
        raise NoKeys(f"there is no key folder at {directory}; make one with: minsheng init")
    plain = {}
    for name in NAMES:
        if name not in ROTATED:
            plain[name] = _read(directory / name, optional=name == "log_key")
    rotated = {}
    for name in ROTATED:
        files = _versions(directory, name)
        if not files:
            raise NoKeys(f"{directory / name} is missing; without it what it sealed stays closed")
        rotated[name] = {version: _read(path) for version, path in files.items()}
    vault, peppers = rotated["vault_key"], rotated["receipt_pepper"]
    return Keys(
        **plain,
        vault_key=vault[max(vault)],
        receipt_pepper=peppers[max(peppers)],
        vault_keys=vault,
        receipt_peppers=peppers,
    )


@lru_cache(maxsize=4)
def _load(directory: Path) -> Keys:
    return read(directory)


def load(directory: Path | None = None) -> Keys:
    """The keys of the settings' folder (or of another), read once per process. Raises NoKeys."""
    return _load(Path(settings.MINSHENG_KEY_DIR) if directory is None else directory)


def forget() -> None:
    """Forget what was read, so that the next `load` sees new files."""
    _load.cache_clear()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the keys, and what to do about it."""

    what: Text
    next: str


def problems(directory: Path, *, outside: Mapping[str, Path] | None = None) -> list[Problem]:
    """What is wrong with the key folder: missing files, wrong modes, keys below one of the `outside` folders.

    `outside` maps a name ("data", "backup") to a folder that must not hold the keys.
    """
    found: list[Problem] = []
    try:
        read(directory)
    except NoKeys as error:
        found.append(Problem(Text(f"密钥不全：{error}", f"keys are incomplete: {error}"), "minsheng init"))
        if not directory.is_dir():
            return found
    for path in [directory, *sorted(directory.iterdir())]:
        mode, allowed = stat.S_IMODE(path.stat().st_mode), 0o700 if path.is_dir() else 0o600
        if mode & ~allowed:
            text = Text(
                f"{path} 的权限是 {mode:o}，别人可以读", f"{path} has mode {mode:o}: others can read it"
            )
            found.append(Problem(text, f"chmod {allowed:o} {path}"))
    for name, folder in (outside or {}).items():
        for path in keys_below(folder, read_bytes_of(directory)):
            text = Text(f"密钥在{name}文件夹里：{path}", f"a key lies in the {name} folder: {path}")
            found.append(Problem(text, f"mv {path} …  and treat the key as known to others"))
    return found


def read_bytes_of(directory: Path) -> frozenset[bytes]:
    """The bytes of every key in the folder, to look for elsewhere."""
    paths = [path for name in NAMES for path in _versions(directory, name).values()]
    return frozenset(path.read_bytes() for path in paths)


def keys_below(folder: Path, known: frozenset[bytes]) -> list[Path]:
    """Files below `folder` that are named like a key or are one."""
    if not folder.is_dir():
        return []
    files = (path for path in folder.rglob("*") if path.is_file() and path.stat().st_size == N_BYTES)
    return [path for path in files if path.name.split(".")[0] in NAMES or path.read_bytes() in known]


def _versions(directory: Path, name: str) -> dict[int, Path]:
    files = {1: directory / name} if (directory / name).exists() else {}
    if directory.is_dir():
        for path in directory.iterdir():
            match = _VERSIONED.match(path.name)
            if match and match["name"] == name:
                files[int(match["version"])] = path
    return files


def _read(path: Path, *, optional: bool = False) -> bytes:
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        if optional:
            return b""
        raise NoKeys(
            f"{path} is missing; bring the key folder back, or make one with: minsheng init"
        ) from None
    except OSError as error:
        raise NoKeys(f"{path} cannot be read: {error.strerror}") from None
    if len(key) != N_BYTES:
        raise NoKeys(f"{path} has {len(key)} bytes instead of {N_BYTES}: it is damaged")
    return key


def _write(path: Path, key: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
