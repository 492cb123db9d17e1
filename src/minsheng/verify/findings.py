"""What a check has found: values that name the line or the matter, in two languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from minsheng.kernel.words import Text

T = TypeVar("T")


class Progress(Protocol):
    """Wraps long work so that somebody may watch it; gives the same items."""

    def __call__(self, items: Iterable[T], label: str, total: int | None) -> Iterable[T]: ...


def unwatched(items: Iterable[T], label: str, total: int | None) -> Iterable[T]:
    """The progress that shows nothing."""
    return items


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, and where: the index of a leaf, a matter, a file, or several of them."""

    code: str
    message: Text
    index: int | None = None
    matter: str | None = None
    file: str | None = None

    @property
    def where(self) -> str:
        """The place in words that need no translation."""
        parts = (
            f"index {self.index}" if self.index is not None else "",
            f"matter {self.matter}" if self.matter else "",
            self.file or "",
        )
        return ", ".join(part for part in parts if part) or "export"

    def to_json(self) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "code": self.code,
            "where": self.where,
            "index": self.index,
            "matter": self.matter,
            "file": self.file,
            "zh": self.message.zh,
            "en": self.message.en,
        }


@dataclass(slots=True)
class Findings:
    """Findings in the order in which they were found; past `most` they are only counted."""

    most: int = 10_000
    n: int = 0
    _kept: list[Finding] = field(default_factory=list)

    def add(
        self,
        code: str,
        zh: str,
        en: str,
        *,
        index: int | None = None,
        matter: str | None = None,
        file: str | None = None,
    ) -> None:
        """Note a finding."""
        self.n += 1
        if len(self._kept) < self.most:
            self._kept.append(Finding(code, Text(zh, en), index, matter, file))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._kept)

    def __len__(self) -> int:
        return self.n
