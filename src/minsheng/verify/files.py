"""The small files of an export: keys, opaque.json, datapackage.json; what each says and its one form.

Source: docs/formats.md §5; datapackage.json is a Frictionless Data Package (v1) whose resources carry hashes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from minsheng.kernel.log.canonical import NotCanonical, canonical, parse_canonical
from minsheng.kernel.log.note import NoteError, Verifier
from minsheng.kernel.log.promise import write_moment
from minsheng.kernel.log.proof import keys_from_wire, keys_to_wire
from minsheng.verify.export import (
    CHECKPOINT,
    CHECKPOINTS,
    DATAPACKAGE,
    ENTRIES,
    FIGURES,
    HEADS,
    KEYS,
    MANIFEST,
    OPAQUE,
    Source,
)
from minsheng.verify.findings import Findings
from minsheng.verify.manifest import Manifest, open_manifest

REASONS: Final = ("withheld", "sealed", "erased", "lost", "not_yet_due", "box", "log")
"""Why a leaf is shown without an entry. Not entries: `box` closes a rating box, `log` is the last
checkpoint of an earlier log that could not be continued."""

REQUIRED: Final = (ENTRIES, HEADS, OPAQUE, CHECKPOINT, CHECKPOINTS, KEYS, FIGURES)

_NOT_IN_A_NAME = re.compile(r"[^a-z0-9._-]+")
_TYPES = {
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".zst": "application/zstd",
    ".yaml": "application/yaml",
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv",
    ".jsonld": "application/ld+json",
}


def write_keys(keys: Mapping[str, Sequence[Verifier]]) -> bytes:
    """The file `keys`: purpose → vkeys, newest first."""
    return canonical(keys_to_wire(keys)) + b"\n"


def read_keys(data: bytes) -> Mapping[str, tuple[Verifier, ...]]:
    """Read the file `keys`. Raises NoteError."""
    try:
        return keys_from_wire(parse_canonical(data.removesuffix(b"\n")))
    except NotCanonical as error:
        raise NoteError(str(error)) from None


def write_opaque_counts(counts: Mapping[str, int]) -> bytes:
    """The file opaque.json: how many leaves are shown as commitments only, by reason."""
    unknown = set(counts) - set(REASONS)
    if unknown:
        raise ValueError(f"no such reason: {', '.join(sorted(unknown))}")
    return canonical({reason: counts.get(reason, 0) for reason in REASONS}) + b"\n"


def read_opaque_counts(source: Source, findings: Findings) -> Mapping[str, int]:
    """Read opaque.json; every reason 0 if it cannot be read, which is noted."""
    data = source.read(OPAQUE)
    try:
        wire = parse_canonical((data or b"").removesuffix(b"\n"))
        if wire.keys() == set(REASONS) and all(type(n) is int and n >= 0 for n in wire.values()):
            return MappingProxyType(wire)
    except (NotCanonical, AttributeError):
        pass
    findings.add("opaque_form", "文件缺失或不是规范格式", "missing or not in its one form", file=OPAQUE)
    return MappingProxyType(dict.fromkeys(REASONS, 0))


def check_opaque(counts: Mapping[str, int], n_opaque: int, n_lost: int, findings: Findings) -> None:
    """Everything that is not shown is counted, with its reason; bare leaf hashes as lost."""
    if sum(counts.values()) != n_opaque or counts["lost"] < n_lost:
        findings.add(
            "opaque_count",
            f"不公开的有 {n_opaque} 条，说明了原因的只有 {sum(counts.values())} 条",
            f"{n_opaque} leaves are not shown, and reasons are given for {sum(counts.values())}",
            file=OPAQUE,
        )


def write_datapackage(
    origin: str, title: Mapping[str, str], made_at: datetime, files: Mapping[str, tuple[int, str]]
) -> bytes:
    """datapackage.json. `files`: path → (bytes, SHA-256 in hex), of every file but the manifest and tiles."""
    resources = [
        {
            "name": _NOT_IN_A_NAME.sub("-", path.lower()).strip("-"),
            "path": path,
            "bytes": size,
            "hash": f"sha256:{digest}",
            "mediatype": next((t for end, t in _TYPES.items() if path.endswith(end)), "text/plain"),
        }
        for path, (size, digest) in sorted(files.items())
    ]
    return (
        canonical(
            {
                "profile": "data-package",
                "name": _NOT_IN_A_NAME.sub("-", origin.lower()).strip("-"),
                "id": origin,
                "title": title["zh"],
                "title_en": title["en"],
                "created": write_moment(made_at),
                "resources": resources,
            }
        )
        + b"\n"
    )


def read_datapackage(data: bytes) -> Mapping[str, str]:
    """Path → SHA-256 in hex of every listed file. Raises NoteError."""
    try:
        wire: Any = parse_canonical(data.removesuffix(b"\n"))
        found = {item["path"]: item["hash"].removeprefix("sha256:") for item in wire["resources"]}
    except (NotCanonical, KeyError, TypeError, AttributeError):
        raise NoteError("not a data package in its one form") from None
    if not all(isinstance(path, str) and isinstance(digest, str) for path, digest in found.items()):
        raise NoteError("paths and hashes are text")
    return MappingProxyType(found)


def check_manifest(
    source: Source, keys: Sequence[Verifier], findings: Findings
) -> tuple[Manifest | None, Mapping[str, str]]:
    """The signed manifest, and what it lists: path → hash. Every listed file must be as it was signed."""
    note, package = source.read(MANIFEST), source.read(DATAPACKAGE)
    nothing: Mapping[str, str] = MappingProxyType({})
    if note is None or package is None:
        missing = MANIFEST if note is None else DATAPACKAGE
        findings.add("file_missing", f"缺少 {missing}", f"{missing} is missing", file=missing)
        return None, nothing
    try:
        manifest = open_manifest(note.decode(), keys)
    except (NoteError, UnicodeDecodeError) as error:
        findings.add(
            "manifest_signature",
            f"发布者的签名不对：{error}",
            f"the publisher's signature is wrong: {error}",
            file=MANIFEST,
        )
        return None, nothing
    if source.digest(DATAPACKAGE) != manifest.datapackage:
        findings.add("file_changed", "文件清单被改过", "the list of files has been changed", file=DATAPACKAGE)
        return manifest, nothing
    try:
        listed = read_datapackage(package)
    except NoteError as error:
        findings.add("datapackage_form", "文件清单不能读", str(error), file=DATAPACKAGE)
        return manifest, nothing
    for path in (*REQUIRED, *(path for path in listed if path not in REQUIRED)):
        digest = source.digest(path)
        if digest is None:
            findings.add("file_missing", f"缺少 {path}", f"{path} is missing", file=path)
        elif digest != listed.get(path):
            findings.add(
                "file_changed", "文件与签过的不同", "the file is not the one that was signed", file=path
            )
    return manifest, listed
