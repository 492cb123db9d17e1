"""Read a .po catalogue and write the .mo that gettext reads, byte for byte the same each time.

Source: the formats described in the GNU gettext manual, "The Format of PO Files" and "The Format of GNU MO
Files". Contexts (msgctxt) and plural forms are read; fuzzy entries count as not translated.
"""

from __future__ import annotations

import ast
import struct
from dataclasses import dataclass
from pathlib import Path


class BrokenCatalogue(ValueError):
    """A line of a .po file that cannot be read; the message has file and line."""


@dataclass(frozen=True, slots=True)
class Message:
    """One entry. `plural` is None where there is none; `strings` are the translations, one per form."""

    id: str
    strings: tuple[str, ...]
    line: int
    context: str | None = None
    plural: str | None = None
    fuzzy: bool = False

    @property
    def translated(self) -> bool:
        """Every form has words and nobody doubts them."""
        return not self.fuzzy and all(self.strings)


class _Draft:
    """An entry while its lines are being read."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.parts: dict[str, str] = {}
        self.fuzzy = False

    def message(self) -> Message:
        forms = {key: text for key, text in self.parts.items() if key.startswith("msgstr")}
        return Message(
            id=self.parts["msgid"],
            strings=tuple(forms[key] for key in sorted(forms)),
            line=self.line,
            context=self.parts.get("msgctxt"),
            plural=self.parts.get("msgid_plural"),
            fuzzy=self.fuzzy,
        )


def parse(source: str, name: str) -> list[Message]:
    """All entries in file order, the header (empty id) included. Obsolete ones (#~) are left out.

    Raises BrokenCatalogue with `name` and line.
    """
    messages: list[Message] = []
    draft: _Draft | None = None
    fuzzy = False
    current = ""
    for number, raw in enumerate(source.splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            if draft is not None and "msgid" in draft.parts:
                messages.append(draft.message())
                draft = None
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if line.startswith('"'):
            if draft is None or not current:
                raise BrokenCatalogue(f"{name}:{number}: a string without a keyword before it")
            draft.parts[current] += _unquote(line, name, number)
            continue
        keyword, _, rest = line.partition(" ")
        if keyword not in ("msgctxt", "msgid", "msgid_plural") and not keyword.startswith("msgstr"):
            raise BrokenCatalogue(f"{name}:{number}: unknown keyword {keyword}")
        starts = keyword == "msgctxt" or (keyword == "msgid" and (draft is None or "msgid" in draft.parts))
        if starts:
            if draft is not None:
                messages.append(draft.message())
            draft = _Draft(number)
            draft.fuzzy, fuzzy = fuzzy, False
        if draft is None:
            raise BrokenCatalogue(f"{name}:{number}: {keyword} without msgid")
        current = keyword
        draft.parts[keyword] = _unquote(rest.strip(), name, number)
    if draft is not None:
        messages.append(draft.message())
    return messages


def _unquote(text: str, name: str, number: int) -> str:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError):
        value = None
    if not text.startswith('"') or not isinstance(value, str):
        raise BrokenCatalogue(f"{name}:{number}: not a quoted string")
    return value


def read(path: Path) -> list[Message]:
    """The entries of a file."""
    return parse(path.read_text(encoding="utf-8"), str(path))


def compiled(messages: list[Message]) -> bytes:
    """The .mo file of the translated entries: sorted by key, without a hash table."""
    table: dict[bytes, bytes] = {}
    for message in messages:
        if message.id and not message.translated:
            continue
        key = message.id if message.plural is None else f"{message.id}\0{message.plural}"
        if message.context is not None:
            key = f"{message.context}\4{key}"
        table[key.encode()] = "\0".join(message.strings).encode()
    keys = sorted(table)
    texts = [table[key] for key in keys]
    start_keys = 28
    start_texts = start_keys + 8 * len(keys)
    offset = start_texts + 8 * len(keys)
    index = b""
    for strings in (keys, texts):
        for string in strings:
            index += struct.pack("<II", len(string), offset)
            offset += len(string) + 1
    head = struct.pack("<IIIIIII", 0x950412DE, 0, len(keys), start_keys, start_texts, 0, offset)
    return head + index + b"".join(string + b"\0" for string in (*keys, *texts))
