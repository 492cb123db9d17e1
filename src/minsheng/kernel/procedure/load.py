"""What does a rule file say? YAML in, a Procedure or a list of findings out."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Text


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong with a rule file. `step` may be empty; `rule` is a short code; `line` starts at 1."""

    file: str
    line: int
    step: str
    rule: str
    message: Text


def load(source: bytes, *, name: str = "procedure.yaml") -> Procedure | list[Finding]:
    """Read a rule file; shape, references and provenance only. `check.check` explores it."""
    raise NotImplementedError
