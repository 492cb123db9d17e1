"""The follow page: what you asked, what they answered, you say; and everything else about one matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.kernel.procedure.model import End
from minsheng.kernel.words import Text
from minsheng.listen.pages.names import capital, who
from minsheng.listen.pages.seen import Letter, letter, mail, read, reads_lead, sees
from minsheng.listen.queries import messages
from minsheng.listen.queries.limits import answering_step
from minsheng.listen.rules.letters import is_residents
from minsheng.matter.pages import Way, basis_of, dues_of, happenings, title_of, why_link, written_of
from minsheng.matter.queries import Handed, MatterView
from minsheng.matter.queries.options import Choice
from minsheng.matter.rules import follows, happened
from minsheng.people.queries import Read
from minsheng.ui.components import Due, Happening, Link, Reply, Said, Sees, State
from minsheng.ui.words import Words, language, say


@dataclass(frozen=True, slots=True)
class Shown:
    """Something that somebody wrote, in its place: own words, an answer in its slots, or another document."""

    title: Words
    by: Words
    on: date
    said: tuple[Said, ...] = ()
    pairs: tuple[tuple[Words, Words], ...] = ()
    files: tuple[Link, ...] = ()
    reply: Reply | None = None


@dataclass(frozen=True, slots=True)
class FollowPage:
    """One's own request. `verdict` and `pressed` are ready fragments of another room, or empty; `letter` is
    the newest one."""

    number: str
    kicker: Words
    title: Words
    state: State | None
    dues: tuple[Due, ...]
    asked: tuple[Shown, ...]
    answered: tuple[Shown, ...]
    answered_by: Words
    question: Link | None
    verdict: str
    pressed: str
    object: Link | None
    lines: tuple[Happening, ...]
    letter: Letter | None
    letters: tuple[Letter, ...]
    mail: Words
    sees: Sees
    reads: tuple[Words, ...]
    reads_lead: Words
    always: tuple[Link, ...]
    keep: tuple[Link, ...]
    leave: str


_OWN = ("original", "supplement", "answer", "urge_note", "remark", "withdrawal", "contest_note")


def url(name: str, way: Way, **more: str) -> str:
    """An address of this room below the handle."""
    return reverse(f"listen:{name}", kwargs={"handle": way.handle, **more})


def follow(
    view: MatterView,
    way: Way,
    handed: Sequence[Handed],
    choices: Sequence[Choice],
    *,
    allowed: frozenset[str],
    kept: frozenset[str],
    reads: Sequence[Read],
    letters: Sequence[messages.Shown],
    verdict: str,
    pressed: str,
) -> FollowPage:
    """The whole page. `choices`: what the resident may do now; `kept`: what the vault holds."""
    options = {(choice.option.event, choice.option.step, choice.option.outcome) for choice in choices}
    answering = answering_step(view.procedure) or ""
    role = view.procedure.steps[answering].role if answering else ""
    body = who(view, role) if role in view.status.assigned else None
    asks = ("acted", answering, "answer") in options
    yours = [step for step in view.status.open_steps if is_residents(view.procedure, step)]
    return FollowPage(
        number=view.number,
        kicker=_kicker(view, body),
        title=_title(view, handed),
        state=_state(view),
        dues=_in_order((*_question(view, way, asks), *_dues(view, way, yours, asks), *_missed(view, way))),
        asked=shown(view, way, handed, own=True),
        answered=shown(view, way, handed, own=False),
        answered_by=Text(f"{body.zh}答的", f"What {body.en} answered") if body else _("他们答的"),
        question=Link(_("回答他们"), url("answer", way)) if asks else None,
        verdict=verdict,
        pressed=pressed,
        object=Link(_("提出异议"), url("object", way))
        if ("done", "contest", "contested") in options
        else None,
        lines=(*_now(view, yours, asks), *happenings(view)),
        letter=letter(letters[0]) if letters else None,
        letters=tuple(map(letter, letters[1:])),
        mail=mail(kept, letters),
        sees=sees(view, role, allowed, url("seeing", way)),
        reads=tuple(read(view, one) for one in reads),
        reads_lead=reads_lead(kept, reads),
        always=_always(view, way, options),
        keep=(
            Link(_("再看回执"), url("receipt", way)),
            Link(_("下载凭证文件"), url("proof", way), note=_("离线也能验")),
        ),
        leave=url("leave", way),
    )


def _kicker(view: MatterView, body: Text | None) -> Words:
    if body is None:
        return view.number
    return Text(f"{view.number}　{body.zh}承办", f"{view.number} · handled by {body.en}")


def _title(view: MatterView, handed: Sequence[Handed]) -> Words:
    """Kind and place once it was classified; before that the place as the resident named it."""
    if view.row.subject_zh:
        return title_of(view)
    return _("您说的事")


def _state(view: MatterView) -> State | None:
    end = view.status.end
    if end is None:
        return None
    kinds = {End.CONFIRMED: "confirmed", End.LAPSED: "unknown"}
    return State(follows.END_NAMES[end], kinds.get(end, "said"))  # type: ignore[arg-type]


def _in_order(dues: Sequence[Due]) -> tuple[Due, ...]:
    """The reader's own clock first, then what is late, then the rest."""
    return tuple(sorted(dues, key=lambda due: ("yours", "late", "open").index(due.state)))


def _question(view: MatterView, way: Way, asks: bool) -> tuple[Due, ...]:
    """A body asked something: until when its clock stands still for the answer."""
    clock = next((one for one in view.status.clocks if one.kind == "pause"), None) if asks else None
    if clock is None or clock.until is None:
        return ()
    grounds = filter(None, (happened.ground_of(view.procedure, name) for name in clock.parameters))
    return (
        Due(
            heading=_("等您回答他们的问题"),
            limit=clock.until,
            state="yours",
            days_left=max(0, (clock.until - view.today).days),
            then=_("您回答之前，办理的期限停着；到了这天就接着算。不答也可以。"),
            basis=basis_of(next(grounds, None), why_link(way, clock.step)),
        ),
    )


def _dues(view: MatterView, way: Way, yours: Sequence[str], asks: bool) -> tuple[Due, ...]:
    """The clocks that run, the resident's own in words that fit them. One that stands still for an answer is
    left out: the question's own line says so."""
    stopped = {clock.step for clock in view.status.clocks if clock.stopped} if asks else set()
    return tuple(
        _yours(view, step, due) if step in yours else due
        for step in view.status.open_steps
        if step not in stopped
        for due in dues_of(view, way, yours, only=step)
    )


def _yours(view: MatterView, step: str, due: Due) -> Due:
    """Until when one's own word is awaited, and how silence would count."""
    if view.procedure.steps[step].after_end:
        heading, then = _("不同意这样办结，可以提出异议"), _("不提也可以。")
    else:
        outcome = next((one.outcome for one in view.status.clocks if one.step == step and one.outcome), "")
        found = view.procedure.steps[step].outcomes.get(outcome or "")
        heading = _("等您说：办好了没有")
        then = (
            _("您不说，就记为“%(outcome)s”，不会记成“满意”。") % {"outcome": say(found.title)}
            if found
            else ""
        )
    return Due(
        what=due.what,
        limit=due.limit,
        state="yours",
        days_left=due.days_left,
        then=then,
        basis=due.basis,
        heading=heading,
    )


def _missed(view: MatterView, way: Way) -> tuple[Due, ...]:
    """Limits that were missed and met after all, in this round: that stays on the page."""
    found = []
    for breach in view.status.late:
        state = view.status.steps[breach.step]
        if breach.k > 1 or breach.round != view.status.round or state.state != "done" or not state.done_on:
            continue
        step = view.procedure.steps[breach.step]
        names = happened.limits_of(step.deadline.within) if step.deadline else ()
        grounds = filter(None, (happened.ground_of(view.procedure, name) for name in names))
        found.append(
            Due(
                what=step.title,
                limit=breach.due,
                state="late",
                late_by=max(1, view.status.calendar.working_days_between(breach.due, state.done_on)),
                done_on=state.done_on,
                then=_("这一条一直公开，补了也不撤。"),
                basis=basis_of(next(grounds, None), why_link(way, breach.step)),
            )
        )
    return tuple(found)


def shown(view: MatterView, way: Way, handed: Sequence[Handed], *, own: bool) -> tuple[Shown, ...]:
    """Documents of the resident, or those of the bodies, first to last."""
    wanted = [one for one in handed if (one.id in _OWN) == own and one.fields]
    found = []
    for one, written in zip(wanted, written_of(view, way, wanted), strict=True):
        if one.id == "reply":
            reply = _reply(one, written.files)
            found.append(Shown(one.document.title, one.who, one.on, reply=reply))
            continue
        said = tuple(Said(item.text, _own_label(one, n), one.on) for n, item in enumerate(written.said))
        pairs = () if one.id == "withdrawal" else written.pairs  # whether somebody asked for it stays unseen
        found.append(Shown(one.document.title, one.who, one.on, said, pairs, written.files))
    return tuple(found)


def _reply(one: Handed, files: tuple[Link, ...]) -> Reply:
    """An answer in its fixed slots."""

    def slot(name: str) -> str:
        return str(one.values.get(name) or "")

    return Reply(
        done=slot("done"),
        not_done=slot("not_done"),
        rule=slot("rule"),
        why_late=slot("why_late"),
        next=slot("next"),
        remedy=slot("remedy"),
        attachments=files,
        at=one.at,
        by=one.who,
    )


def _own_label(one: Handed, n: int) -> Words:
    """What stands above one's own words: their first part by what it is, further parts by their field."""
    if n == 0 and one.id == "original":
        return _("您的原话，一字未改")
    texts = [filled.field.title for filled in one.fields if filled.field.type in ("text", "long_text")]
    title = one.document.title if n == 0 else texts[n]
    return Text(f"{title.zh}，您的原话，一字未改", f"{capital(title.en)}: your words, unaltered")


def _now(view: MatterView, yours: Sequence[str], asks: bool) -> tuple[Happening, ...]:
    if asks:
        return (Happening(_("等您回答一个问题"), "now", when=_("现在")),)
    if any(not view.procedure.steps[step].after_end for step in yours):
        return (Happening(_("等您说办好了没有"), "now", when=_("现在")),)
    return ()


def _always(view: MatterView, way: Way, options: set[tuple[str, str | None, str | None]]) -> tuple[Link, ...]:
    """What a resident may do at any time, as far as the rule file lets them now."""
    events = {event for event, _, _ in options}
    links = []
    if "supplemented" in events:
        links.append(Link(_("补充情况或照片"), url("add", way)))
    if "urged" in events:
        links.append(Link(_("催一下，会告诉您下一个日期"), url("urge", way)))
    if "contested" in events:
        links.append(Link(_("有一项认定不对"), way.also("contested")))
    if view.status.open_steps:
        links.append(Link(_("问为什么"), way.why(view.status.open_steps[0])))
    if "withdrawn" in events:
        links.append(Link(_("撤回"), url("withdraw", way)))
    return tuple(links)


def page_title(view: MatterView) -> str:
    """The title in the browser's head."""
    return (
        f"{view.number} · {say(title_of(view))}"
        if language() == "en"
        else f"{view.number}　{say(title_of(view))}"
    )
