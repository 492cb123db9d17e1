"""The shape of a procedure: what a rule file says, once it has been read.

Source: minsheng.procedure/v1 as described in docs/rule-language.md. Numbers live in the rule file only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Literal

from minsheng.kernel.words import Text


class Unit(StrEnum):
    """Units of a parameter. COUNT and SHARE are thresholds, not durations."""

    MINUTE = "minute"
    HOUR = "hour"
    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"
    COUNT = "count"
    SHARE = "share"


class End(StrEnum):
    """How a matter ends."""

    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


Basis = Literal["law", "local", "design"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number with its unit, its safe side and its ground. A share is written "2/3" in the file."""

    id: str
    n: int
    unit: Unit
    basis: Basis
    source: str = ""
    note: Text | None = None
    title: Text | None = None
    minimum: int | None = None
    maximum: int | None = None
    of: int = 1  # the denominator of a share


@dataclass(frozen=True, slots=True)
class Role:
    id: str
    title: Text
    kind: Literal["resident", "unit", "person", "body", "independent", "public"]
    is_subject: bool = False


@dataclass(frozen=True, slots=True)
class Separation:
    """Which roles may not meet in one person, unit or interest."""

    id: str
    a: str
    b: str
    rule: Literal["not_same_person", "not_same_unit", "not_subordinate", "no_interest", "not_prior_actor"]
    basis: Basis = "design"
    source: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A coded answer. Public ones stand in the entry and may switch steps.

    Those that are not public, or guarded (shown only once enough matters share them), are closed parts of the
    entry: no condition and no limit reads them. `code` is a slug that the town's tables explain (a kind, an
    area). Who answers must give it unless `required` is false.
    """

    id: str
    title: Text
    type: Literal["bool", "enum", "int", "date", "code"]
    values: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    public: bool = True
    guarded: bool = False
    contestable: bool = False
    required: bool = True
    hint: Text | None = None

    @property
    def closed(self) -> bool:
        """Whether the answer is a closed part of its entry."""
        return self.guarded or not self.public


@dataclass(frozen=True, slots=True)
class Field:
    id: str
    title: Text
    type: Literal["text", "long_text", "date", "int", "money", "enum", "file", "list", "points"]
    required: bool = False
    disclose: bool = False
    hint: Text | None = None
    values: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Document:
    """`readers`: the roles who may read it (default nobody but its author); `disclose`: when its salted
    hash may be opened to everybody: "never", "with_entry", or "after EVENT"."""

    id: str
    title: Text
    fields: tuple[Field, ...] = ()
    readers: frozenset[str] = frozenset()
    disclose: str = "never"
    masked_by: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """One of all/any/not over conditions, or a fact, outcome, doc, end or tally test."""

    op: Literal["all", "any", "not", "fact", "outcome", "doc", "end", "tally"]
    of: tuple[Condition, ...] = ()
    name: str = ""  # fact, step, document or end kind
    value: Any = True  # value of the fact, id of the outcome, answer of the tally
    at_least: str = ""  # parameter
    more_than: str = ""  # parameter
    base: Literal["roll", "answered", "valid", ""] = ""


@dataclass(frozen=True, slots=True)
class Within:
    """A limit: a parameter, or one chosen by a fact's value."""

    parameter: str = ""
    fact: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    otherwise: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    start: str  # event
    until: str  # event
    at_most: str  # parameter


@dataclass(frozen=True, slots=True)
class Deadline:
    within: Within
    start: str  # event, or "opened"
    pauses: tuple[Pause, ...] = ()
    extend_act: str = ""
    extend_by: str = ""


@dataclass(frozen=True, slots=True)
class Lapse:
    within: Within
    start: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Every:
    """A message is due at least this often; `restart`: events that count as one."""

    within: str
    restart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Each:
    """Several people on one step (a roll, a ballot)."""

    of: str
    ballot: str = "recorded"
    last: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    id: str
    title: Text
    requires: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()  # documents that may come along
    facts: tuple[str, ...] = ()
    assigns: tuple[str, ...] = ()
    emits: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    end: End | None = None
    back: tuple[str, ...] = ()
    max_times: int = 0
    then_on: str = ""
    then_end: End | None = None
    by_clock: bool = False  # silence only: nobody may choose it
    hint: Text | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """Something that may be done within an open step without ending it."""

    id: str
    title: Text
    role: str
    requires: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    emits: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    max_times: int = 0
    approve_by: str = ""
    needs_pause: bool | None = None


@dataclass(frozen=True, slots=True)
class Step:
    id: str
    title: Text
    role: str
    outcomes: Mapping[str, Outcome]
    acts: Mapping[str, Act] = field(default_factory=lambda: MappingProxyType({}))
    after: tuple[str, ...] = ()
    when: Condition | None = None
    facts: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    fresh_person: bool = False
    once_per: str = ""
    after_end: bool = False
    minimum: Within | None = None
    minimum_from: str = ""
    deadline: Deadline | None = None
    lapse: Lapse | None = None
    every: Every | None = None
    each: Each | None = None
    mandatory: frozenset[End] = frozenset()
    why: Text | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """How a matter begins: who brings it, with what."""

    role: str
    documents: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    emits: tuple[str, ...] = ()
    title: Text | None = None


@dataclass(frozen=True, slots=True)
class Universal:
    """An act that is open beside the steps: supplement, urge, withdraw, correct, contest.

    `event` is the entry's event. `ruled_by`, `within` and `ruling` belong to `contest`: who rules, by when,
    with which documents.
    """

    act: str
    event: str
    roles: tuple[str, ...]
    title: Text
    requires: tuple[str, ...] = ()
    allows: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    ruled_by: str = ""
    within: str = ""
    ruling: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    id: str
    title: str
    in_force: str = ""
    verified: str = "no"
    where: str = ""


@dataclass(frozen=True, slots=True, eq=False, repr=False, weakref_slot=True)
class Procedure:
    """A rule file that has been read. `sha256` is that of the file's bytes, in lower-case hex.

    Compared by identity, so that tables made from it can be kept beside it.
    """

    id: str
    version: int
    title: Text
    subject: str
    sha256: str
    calendar: str
    start: Start
    parameters: Mapping[str, Parameter]
    roles: Mapping[str, Role]
    facts: Mapping[str, Fact]
    documents: Mapping[str, Document]
    steps: Mapping[str, Step]
    separation: tuple[Separation, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=lambda: MappingProxyType({}))
    universal: Mapping[str, Universal] = field(default_factory=lambda: MappingProxyType({}))
    late_again: str = ""  # parameter
    protections: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    invariants: tuple[Text, ...] = ()
    status: str = "in_force"
    override_sha256: str | None = None
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Where things stand in the file: "handle" (a step), "handle.done" (outcome or act), "parameters.x"."""

    def __repr__(self) -> str:
        return f"<Procedure {self.id} version {self.version} {self.sha256[:12]}>"
