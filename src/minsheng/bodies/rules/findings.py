"""What is wrong in a town folder: where, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.kernel.words import Text


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    rule: str
    message: Text
    do: Text

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message.en} {self.do.en} [{self.rule}]"
