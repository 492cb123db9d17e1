"""What is wrong with a rule file, where, and in words that its author understands."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.kernel.words import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a rule file. `step` may be empty; `rule` is a short code; `line` starts at 1."""

    file: str
    line: int
    step: str
    rule: str
    message: Text

    def __str__(self) -> str:
        where = f" {self.step}:" if self.step else ""
        return f"{self.file}:{self.line}:{where} {self.message.en} [{self.rule}]"
