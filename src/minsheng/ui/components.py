"""What each component of the design system is given. A room fills one of these and formats nothing itself.

A dataclass in, a template out: `{% due item %}` takes a `Due`, and so on (`templatetags/minsheng.py`).
`Words` is a plain string or a text in two languages (`kernel.words.Text`). Dates come in as dates. Dates that
a room writes into running words are kept on one line by the templates. The list with arguments and
examples: docs/design-system.md; seen alive: /patterns/ in the demo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from minsheng.ui.words import Words

Ground = Literal["law", "local", "design"]
Clock = Literal["open", "yours", "late"]
Mark = Literal["done", "clock", "late", "now", "later", "skipped"]
Fill = Literal["solid", "hatch", "dark", "empty", "unknown"]
StateKind = Literal["", "late", "yours", "said", "confirmed", "not", "unknown"]


@dataclass(frozen=True, slots=True)
class Link:
    """A way to go. `current`: this is the page we are on. `note`: quiet words behind it, such as a size."""

    text: Words
    url: str
    current: bool = False
    note: Words = ""


@dataclass(frozen=True, slots=True)
class Basis:
    """Whose date it is: 法 (law), 地 (local rule), 台 (this platform); then words and article.

    `kind` has the words of the rule file. `why` leads to the page that shows how the day was counted.
    """

    kind: Ground
    text: Words
    why: Link | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """One clock. It writes its own sentences from the dates, or takes `heading` and `text` as they are.

    what       the act that is awaited: 答复 / Answer
    limit      the last day on which it is in time
    state      open: somebody's; yours: the reader's own (put first); late: run out
    days_left  calendar days from today to `limit`; None: not said
    late_by    working days after `limit`, for state "late"
    done_on    the day on which it was done after all
    then       what happens then, one or two sentences
    heading    instead of the heading made from the above
    """

    what: Words = ""
    limit: date | None = None
    state: Clock = "open"
    days_left: int | None = None
    late_by: int | None = None
    done_on: date | None = None
    then: Words = ""
    basis: Basis | None = None
    heading: Words = ""


@dataclass(frozen=True, slots=True)
class Said:
    """The unaltered words of a person. `by`: the label above, without date. `lang`: of the words."""

    text: str
    label: Words = ""
    on: date | None = None
    lang: str = "zh-Hans"


@dataclass(frozen=True, slots=True)
class Reply:
    """A body's answer in its fixed slots. An empty slot is left out, except "where else".

    The texts are an officer's own words in `lang`; `attachments` are links, `points` answers to the numbered
    questions of the resident.
    """

    done: str = ""
    not_done: str = ""
    rule: str = ""
    why_late: str = ""
    next: str = ""
    remedy: Words = ""
    points: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Link, ...] = ()
    at: datetime | None = None
    by: Words = ""
    lang: str = "zh-Hans"


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of a timeline.

    mark   done: somebody did it; clock: the clock did it; late; now; later: to come; skipped (`text` says by
           which fact)
    on     the day; `when` stands in its place (现在, 然后, 最晚…), `beside` under it (调休上班)
    """

    title: Words
    mark: Mark = "done"
    on: date | None = None
    when: Words = ""
    beside: Words = ""
    text: Words = ""
    basis: Basis | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """One line of "what is missing, and whose it is". `have`: it is there; `whose` then says since when."""

    what: Words
    whose: Words
    have: bool = False
    until: date | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """A state pill. The word says it; the fill, frame or dash say it again without colour."""

    text: Words
    kind: StateKind = ""


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One line of a worklist; the order is by due date and no reader can change it.

    on / head    the due day, or words in its place (停表 / Clock stopped)
    last_word    when the resident last heard from us, or what happens otherwise
    """

    title: Words
    url: str
    state: State | None = None
    on: date | None = None
    head: Words = ""
    text: Words = ""
    last_word: Words = ""


@dataclass(frozen=True, slots=True)
class PublicRow:
    """One fact and one date. With `state` alone on the right, or `until` and `left`."""

    title: Words
    url: str = ""
    text: Words = ""
    state: State | None = None
    until: Words = ""
    left: Words = ""
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a whole: its words, its count, its fill (solid, hatch, dark, empty, unknown)."""

    label: Words
    n: int
    fill: Fill


@dataclass(frozen=True, slots=True)
class Figure:
    """Counts before shares: what, out of how many, the parts, the interval (0..1), the table underneath.

    id        a slug, unique on the page
    headline  the sentence with the counts; share, low, high are numbers 0..1 of the first part
    recompute the link to how it is computed
    """

    id: str
    caption: Words
    parts: tuple[Part, ...]
    headline: Words = ""
    share: float | None = None
    low: float | None = None
    high: float | None = None
    unit: Words = ""
    note: Words = ""
    recompute: Link | None = None

    @property
    def total(self) -> int:
        """All of it, the unknown included."""
        return sum(part.n for part in self.parts)


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """One body's share with its interval. `rate` None: too few to compare, said in the number's place.

    unusable   why nothing may be read out of this row, whatever it says; stands in the number's place
    """

    label: Words
    n: int
    n_solved: int = 0
    n_unknown: int = 0
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    link: Link | None = None
    unusable: Words = ""


@dataclass(frozen=True, slots=True)
class Intervals:
    """A table of shares with interval lines, in the order of the bodies' codes, never of the values."""

    caption: Words
    rows: tuple[IntervalRow, ...]
    first_column: Words = ""


@dataclass(frozen=True, slots=True)
class Month:
    """One point of a row of months. `rate` None: too few."""

    label: Words
    n: int
    n_solved: int
    rate: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """Some months with their intervals as a picture, with the table under it. `label` is read aloud."""

    caption: Words
    label: Words
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class Sees:
    """Who can see this: who exactly, never "authorised personnel"."""

    text: Words
    lead: Words = ""
    link: Link | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The page that a resident takes home, one A4 side.

    code        the follow code as spoken groups, ("7QK4", "M2XD", …)
    qr          the address that the picture holds; the code is in its fragment
    sentences   the five of them as (lead, sentence)
    where       where to look: the address without scheme, and the telephone
    actions     print and proof file, hidden on paper
    """

    number: str
    received_at: datetime
    code: tuple[str, ...]
    qr: str
    sentences: tuple[tuple[Words, Words], ...]
    said: Said
    due: Due | None = None
    passed_to: Words = ""
    where: Words = ""
    actions: tuple[Link, ...] = ()
    heading: Words = ""


@dataclass(frozen=True, slots=True)
class Pages:
    """Newer and older, by key; None where there is nothing more that way."""

    newer: str | None = None
    older: str | None = None


@dataclass(frozen=True, slots=True)
class Persona:
    """The demo bar: who you are, where to change it, and the clock that can be pushed on."""

    name: Words
    switch: str
    today: date
    advance: str


@dataclass(frozen=True, slots=True)
class RefusalPage:
    """A no that helps. `lead` explains the reason; `kept`: what was filled in is still there.

    foot: code, moment, rule and step, as last line.
    """

    reason: Words
    code: str
    lead: Words = ""
    basis: Basis | None = None
    source: str = ""
    missing: tuple[Lack, ...] = ()
    ways: tuple[Link, ...] = ()
    next: Words = ""
    kept: bool = False
    no_override: bool = False
    back: Link | None = None
    at: datetime | None = None
    rule: str = ""


def n_missing(items: Sequence[Lack]) -> int:
    """How many are not there yet."""
    return sum(1 for item in items if not item.have)
