"""Is every message there in English, used, with its placeholders, and compiled?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from minsheng.site.messages import po
from minsheng.site.messages.extract import HAN, Bare, Use, from_room

PACKAGE = Path(__file__).parents[2]
BILINGUAL = frozenset({"500.html", "503.html"})
"""Templates that say everything in both languages at once, because nothing else can be relied on there."""

_PLACEHOLDER = re.compile(r"%\(([^)]*)\)[sd]")
_HEADER = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n"MIME-Version: 1.0\\n"\n' + (
    '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
)
Key = tuple[str | None, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend, and where."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(slots=True)
class Room:
    """One room's uses and its English catalogue."""

    folder: Path
    uses: list[Use] = field(default_factory=list)
    bare: list[Bare] = field(default_factory=list)
    messages: list[po.Message] = field(default_factory=list)

    @property
    def catalogue(self) -> Path:
        """Where its English stands."""
        return self.folder / "locale" / "en" / "LC_MESSAGES" / "django.po"


def rooms(package: Path = PACKAGE) -> list[Room]:
    """Every room that has words, read from disk. Raises BrokenCatalogue."""
    found = []
    for folder in sorted(path for path in package.iterdir() if path.is_dir()):
        room = Room(folder)
        for one in from_room(folder):
            if isinstance(one, Use):
                room.uses.append(one)
            elif one.path.name not in BILINGUAL:
                room.bare.append(one)
        if room.catalogue.exists():
            room.messages = po.read(room.catalogue)
        if room.uses or room.bare or room.messages:
            found.append(room)
    return found


def findings(all_rooms: Iterable[Room]) -> list[Finding]:
    """Everything to mend in the words of these rooms, in the order of the rooms."""
    known: dict[Key, tuple[po.Message, Path]] = {}
    found: list[Finding] = []
    listed = list(all_rooms)
    for room in listed:
        for message in room.messages:
            if message.id:
                found += _against_known(message, room.catalogue, known)
    used = {(use.context, use.id) for room in listed for use in room.uses}
    for room in listed:
        for use in room.uses:
            entry = known.get((use.context, use.id))
            if HAN.search(use.id) and (entry is None or not entry[0].translated):
                found.append(Finding(use.path, use.line, f"no English for “{use.id}”"))
            elif entry is not None and entry[0].plural != use.plural:
                found.append(Finding(use.path, use.line, f"plural differs from the catalogue: “{use.id}”"))
        found += [
            Finding(one.path, one.line, f"Chinese outside of translate: “{one.text}”") for one in room.bare
        ]
        found += [
            Finding(room.catalogue, message.line, f"used nowhere: “{message.id}”")
            for message in room.messages
            if message.id and (message.context, message.id) not in used
        ]
        found += _stale(room)
    return found


def _against_known(
    message: po.Message, path: Path, known: dict[Key, tuple[po.Message, Path]]
) -> list[Finding]:
    """Enter a message; say where it clashes with one entered before, or with itself."""
    found = []
    key = (message.context, message.id)
    before = known.setdefault(key, (message, path))
    if before[0] is not message and (before[1] == path or before[0].strings != message.strings):
        where = f"{before[1]}:{before[0].line}"
        found.append(Finding(path, message.line, f"said twice, also at {where}: “{message.id}”"))
    wanted = set(_PLACEHOLDER.findall(message.id)) | set(_PLACEHOLDER.findall(message.plural or ""))
    for number, text in enumerate(message.strings, 1):
        has = set(_PLACEHOLDER.findall(text))
        enough = has == wanted or (
            number < len(message.strings) and has < wanted
        )  # "One thing" needs no %(n)s
        if message.translated and not enough:
            found.append(Finding(path, message.line, f"placeholders differ: “{message.id}”"))
    return found


def _stale(room: Room) -> list[Finding]:
    if not room.messages:
        return []
    path = room.catalogue.with_suffix(".mo")
    if path.exists() and path.read_bytes() == po.compiled(room.messages):
        return []
    return [Finding(path, 0, "not compiled from its .po; run script/messages")]


def write(all_rooms: Iterable[Room]) -> list[Path]:
    """Compile each catalogue; the paths of the files that changed."""
    changed = []
    for room in all_rooms:
        path = room.catalogue.with_suffix(".mo")
        data = po.compiled(room.messages)
        if room.messages and (not path.exists() or path.read_bytes() != data):
            path.write_bytes(data)
            changed.append(path)
    return changed


def extend(all_rooms: Iterable[Room]) -> list[Path]:
    """Append an empty entry to a room's catalogue for each Chinese message that has none anywhere."""
    listed = list(all_rooms)
    known = {(message.context, message.id) for room in listed for message in room.messages}
    changed = []
    for room in listed:
        entries = []
        for use in room.uses:
            key = (use.context, use.id)
            if key not in known and HAN.search(use.id):
                known.add(key)
                entries.append(_empty_entry(use, room.folder))
        if entries:
            room.catalogue.parent.mkdir(parents=True, exist_ok=True)
            old = room.catalogue.read_text(encoding="utf-8") if room.catalogue.exists() else _HEADER
            room.catalogue.write_text(old.rstrip("\n") + "\n\n" + "\n".join(entries), encoding="utf-8")
            changed.append(room.catalogue)
    return changed


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _empty_entry(use: Use, folder: Path) -> str:
    lines = [f"#: {use.path.relative_to(folder)}"]
    if use.context is not None:
        lines.append(f"msgctxt {_quoted(use.context)}")
    lines.append(f"msgid {_quoted(use.id)}")
    if use.plural is None:
        lines.append('msgstr ""')
    else:
        lines += [f"msgid_plural {_quoted(use.plural)}", 'msgstr[0] ""', 'msgstr[1] ""']
    return "\n".join(lines) + "\n"
