"""What each page of this room shows: typed contexts, filled from a matter, formatted by `ui`.

A template of this room gets `page`, one of these dataclasses, and nothing else of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from django.forms import BoundField
from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.kernel.words import Text
from minsheng.matter import pages as matter_pages
from minsheng.matter.pages import Way, Written
from minsheng.matter.queries import File, Handed, MatterView, documents, last
from minsheng.people.rules.actor import Actor
from minsheng.people.services import Resident
from minsheng.resolve.pages import DeskPage
from minsheng.ui.components import Due, Happening, Link, RefusalPage, Reply, Sees, State
from minsheng.ui.forms import Form
from minsheng.ui.words import Words, language, say
from minsheng.verdict.rules import choices

OWN: Final = ("original", "supplement", "answer")


@dataclass(frozen=True, slots=True)
class Mine:
    """A resident's own matter: the view, who they are, where its pages lie, what they may read."""

    view: MatterView
    resident: Resident
    actor: Actor
    way: Way
    handed: tuple[Handed, ...]

    def url(self, name: str) -> str:
        """One of this room's pages for the resident."""
        return reverse(f"verdict:{name}", args=[self.resident.handle])


def mine(view: MatterView, resident: Resident) -> Mine:
    """The matter as its resident has it."""
    actor = Actor(resident.person, view.procedure.start.role)
    way = Way(view.number, view.procedure.id, (actor,), resident.handle, resident.via)
    return Mine(view, resident, actor, way, documents(view, (actor,)))


@dataclass(frozen=True, slots=True, kw_only=True)
class SayPage:
    """The answer, and the four choices; or, for "partly", the two that follow."""

    kicker: Words
    title: Words
    back: Link
    dues: tuple[Due, ...]
    words: tuple[Written, ...]
    reply: Reply | None
    form: Form
    fields: tuple[BoundField, ...]
    partly: bool
    pressed: Link
    action: str
    refusal: RefusalPage | None
    since: tuple[Happening, ...]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidPage:
    """What was recorded and what follows now."""

    kicker: Words
    title: Words
    state: State
    sentences: tuple[Words, ...]
    dues: tuple[Due, ...]
    rate: Link | None
    pressed: Link
    back: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePage:
    """Two questions for the box; or the stub, shown once; or what one may do with the stub.

    `counted`: whether the stub's slip is in an opened box; None if that was not asked.
    """

    kicker: Words
    back: Link
    form: Form
    stub: tuple[str, ...]
    taken_out: bool
    counted: bool | None
    spent: bool
    stub_form: Form
    refusal: RefusalPage | None
    sees: Sees


@dataclass(frozen=True, slots=True, kw_only=True)
class OnePage:
    """One question to the resident: what is pressed, why it is contested."""

    kicker: Words
    title: Words
    back: Link
    intro: tuple[Words, ...]
    dues: tuple[Due, ...]
    papers: tuple[Written, ...]
    form: Form
    button: Words
    refusal: RefusalPage | None
    done: Words
    sees: Sees | None
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPage:
    """The fragment on the follow page: the four choices while they are open, afterwards what was said."""

    say: SayPage | None
    said: State | None
    sentences: tuple[Words, ...]
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPage:
    """A desk page with the answer that is looked at again."""

    desk: DeskPage
    reply: Reply | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check into pressure on its reviewer's list."""

    url: str
    title: Words
    due_on: date
    late: bool
    finding: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecksPage:
    """Checks into pressure: those that run, by due date, and those with a finding."""

    back: Link
    running: tuple[CheckRow, ...]
    done: tuple[CheckRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage:
    """One check: what was said, and the finding."""

    back: Link
    kicker: Words
    due_on: date
    late: bool
    words: tuple[tuple[date, str], ...]
    finding: Words
    reasons: str
    form: Form | None
    refusal: RefusalPage | None


def kicker_of(view: MatterView) -> str:
    """Number, and kind and place once they are known."""
    between = "　" if language() == "zh" else " · "
    return between.join(filter(None, (view.number, say(view.row.subject))))


def words_of(me: Mine) -> tuple[Written, ...]:
    """What the resident wrote."""
    return matter_pages.written_of(me.view, me.way, [one for one in me.handed if one.id in OWN])


def reply_of(way: Way, handed: Sequence[Handed]) -> Reply | None:
    """The latest answer in its slots, with its files."""
    found = last(handed, "reply")
    if found is None:
        return None
    files = [file for filled in found.fields for file in filled.files]
    said = {name: str(value) for name, value in found.values.items() if isinstance(value, str)}
    return Reply(
        done=said.get("done", ""),
        not_done=said.get("not_done", ""),
        rule=said.get("rule", ""),
        why_late=said.get("why_late", ""),
        next=said.get("next", ""),
        remedy=said.get("remedy", ""),
        attachments=tuple(_file(way, file) for file in files),
        at=found.at,
        by=found.who,
    )


def _file(way: Way, file: File) -> Link:
    size = f"{file.size / 1_000_000:.1f} MB" if file.size >= 100_000 else f"{-(-file.size // 1000)} kB"
    return Link(file.name, way.file(file.id), note=size)


def four(me: Mine) -> list[tuple[str, Words, Words]]:
    """The four choices with what follows each, as the rules stand for this matter."""
    offered: list[tuple[str, Words, Words]] = []
    for choice in choices.CHOICES:
        follows: Text = (
            choices.follows_partly() if choice == "partly" else choices.follows(me.view.status, choice)
        )
        offered.append((choice, choices.TITLES[choice], follows))
    return offered


def two(me: Mine) -> list[tuple[str, Words, Words]]:
    """What "partly" asks further."""
    status = me.view.status
    return [
        (more, choices.TITLES[outcome], choices.follows(status, outcome))
        for more, outcome in (("go_on", "partly_go_on"), ("enough", "partly_enough"))
    ]


def say_page(
    me: Mine,
    form: Form,
    *,
    partly: bool = False,
    refusal: RefusalPage | None = None,
    since: tuple[Happening, ...] = (),
) -> SayPage:
    """The page of the verdict."""
    return SayPage(
        kicker=kicker_of(me.view),
        title=_("还要不要接着办？") if partly else _("办好了没有，您说"),
        back=Link(me.view.number, me.way.matter()),
        dues=_your_turn(me),
        words=words_of(me),
        reply=reply_of(me.way, me.handed),
        form=form,
        fields=tuple(form.visible_fields()),
        partly=partly,
        pressed=Link(_("去说"), me.url("pressed")),
        action=me.url("say"),
        refusal=refusal,
        since=since,
        rule=matter_pages.rule_of(me.view, choices.STEP),
    )


def _your_turn(me: Mine) -> tuple[Due, ...]:
    """The resident's own clock: until when, and what their silence means."""
    found = matter_pages.dues_of(me.view, me.way, (choices.STEP,), choices.STEP)
    silence = _("您不说，就记为“不知道”，不会记成“满意”。")
    return tuple(replace(due, what=_("等您说：办好了没有"), then=silence) for due in found)


def state_of(outcome: str) -> State:
    """What the resident said, as a state."""
    kinds: dict[str, Any] = {
        "solved": "confirmed",
        "partly_enough": "said",
        "partly_go_on": "said",
        "not": "not",
        "cannot_tell": "unknown",
        "no_word": "unknown",
    }
    words: dict[str, Words] = {
        "solved": _("您说：解决了"),
        "partly_enough": _("您说：解决了一部分，就到这里"),
        "partly_go_on": _("您说：解决了一部分，接着办"),
        "not": _("您说：没有解决"),
        "cannot_tell": _("您说：现在说不清"),
        "no_word": _("没有回音，算不知道"),
    }
    return State(words[outcome], kinds[outcome])


def last_verdict(view: MatterView) -> str:
    """What was said last, as the outcome's id; "" if nothing was said yet."""
    for recorded in reversed(view.chain):
        entry = recorded.entry
        if entry.step == choices.STEP and entry.event in ("done", "lapsed") and entry.outcome:
            return entry.outcome
    return ""


def what_now(me: Mine) -> tuple[Words, ...]:
    """What follows from what was said last, read from where the matter stands."""
    view = me.view
    if view.status.end is not None:
        if view.status.end.value == "lapsed":
            return (_("这件事到此为止，记为“不知道”，不算解决，也不算没解决。"),)
        return (_("这件事就此结束。以后又坏了，可以接着说，不用重来。"),)
    steps = [say(view.procedure.steps[step].title) for step in view.status.open_steps]
    now = ("、" if language() == "zh" else ", ").join(steps)
    found: list[Words] = [_("现在到了：%(steps)s。") % {"steps": now}] if now else []
    if "handle" in view.status.open_steps:
        found.insert(0, _("换一个人重新办，您不用再写一遍。"))
    elif "review" in view.status.open_steps:
        found.insert(0, _("由另一个单位复核，您不用再写一遍。"))
    elif choices.STEP in view.status.open_steps:
        found = [_("再等几天，到时再问您一次。")]
    return tuple(found)


def lines(*words: Iterable[Words]) -> tuple[Words, ...]:
    """Sentences that are not empty."""
    return tuple(one for group in words for one in group if say(one))
