"""The receipt: what a resident takes home, on one sheet of paper."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure.model import Procedure
from minsheng.kernel.words import Text
from minsheng.listen.pages.names import in_charge, listed, roles_of_vault, who
from minsheng.listen.queries.limits import Limit, answer_limit, answering_step, step_limit
from minsheng.listen.rules import follow_code
from minsheng.matter.pages import basis_of
from minsheng.matter.queries import Handed, MatterView
from minsheng.matter.rules import happened
from minsheng.people.rules.vault import CONTACT_BY_UNIT
from minsheng.ui import dates
from minsheng.ui.components import Due, Link, Receipt, Said
from minsheng.ui.words import Words, language

MINE = "/mine/"


def receipt(
    view: MatterView,
    original: Handed | None,
    code: str | None,
    *,
    fields: frozenset[str],
    allowed: frozenset[str],
    handle: str,
) -> Receipt:
    """The receipt of a matter. `code` is None once the session that filed it is over; `fields`: what the
    vault holds; `allowed`: what the resident allows now."""
    answering = answering_step(view.procedure)
    role = view.procedure.steps[answering].role if answering else ""
    limit = answer_limit(view.status, view.moments)
    return Receipt(
        number=view.number,
        received_at=view.chain[0].at,
        code=follow_code.groups(code) if code else (),
        qr=f"{settings.MINSHENG_URL}{MINE}#{code}" if code else "",
        passed_to=who(view, role) if role in view.status.assigned else "",
        where=_where(),
        said=Said(str(original.values.get("words", "")) if original else ""),
        due=_due(view, limit, handle),
        sentences=_sentences(view, limit, role, _contact(view, fields, allowed)),
    )


def _where() -> Words:
    """The address without its scheme, and the telephone."""
    parts = urlsplit(settings.MINSHENG_URL)
    address = f"{parts.netloc}{parts.path}{MINE}".rstrip("/")
    contacts = bodies.town().contacts
    if not contacts:
        return address
    return _("%(address)s，或者打%(number)s报查询码") % {"address": address, "number": contacts[0].number}


def _due(view: MatterView, limit: Limit | None, handle: str) -> Due | None:
    """By when it must be answered; before it was passed on, by when it must be taken in."""
    if limit is not None:
        return _line(view, limit, _("答复"), "", handle)
    for step in view.status.open_steps:
        if view.procedure.roles[view.procedure.steps[step].role].kind == "resident":
            continue
        found = step_limit(view.status, step, view.moments)
        if found is not None:
            then = _ordinary(view.procedure)
            return _line(view, found, _("看完、定下归谁"), then, handle)
    return None


def _line(view: MatterView, limit: Limit, what: str, then: Words, handle: str) -> Due:
    grounds = filter(None, (happened.ground_of(view.procedure, name) for name in limit.parameters))
    last = limit.until if not isinstance(limit.until, datetime) else view.status.calendar.day_of(limit.until)
    late = last < view.today
    why = Link(_("这一天怎么算的"), reverse("matter:mine-why", kwargs={"handle": handle, "step": limit.step}))
    return Due(
        what=what,
        limit=limit.until,
        state="late" if late else "open",
        late_by=max(1, view.status.calendar.working_days_between(last, view.today)) if late else None,
        then=then,
        basis=basis_of(next(grounds, None), why),
    )


def _ordinary(procedure: Procedure) -> Words:
    """What comes after: the limit that holds where nothing special does."""
    step = answering_step(procedure)
    deadline = procedure.steps[step].deadline if step else None
    name = (deadline.within.otherwise or deadline.within.parameter) if deadline else ""
    if name not in procedure.parameters:
        return ""
    n = procedure.parameters[name].n
    return Text(
        f"之后派给负责的单位，一般的事派出后{n}天内答复，哪天到期会写在您的页面上。",
        f"Then it goes to the body in charge, which has {n} days in ordinary matters; your page will say "
        "the day.",
    )


def _sentences(
    view: MatterView, limit: Limit | None, role: str, contact: Text
) -> tuple[tuple[Words, Words], ...]:
    return (
        (Text("谁看得到：", "Who sees it: "), _seen_by(view, role, contact)),
        (Text("没人答复：", "If nobody answers: "), _if_nobody(view, limit, role)),
        (
            Text("再问一次：", "Asking again: "),
            Text(
                "再问、再催、再说同一件事，都不影响办理，也不会记在您头上。",
                "asking, urging or saying it again never harms, and is not held against you.",
            ),
        ),
        (
            Text("办没办好：", "Solved or not: "),
            Text(
                "由您说。谁也不能要求您选“解决了”或“满意”；有人要求，请告诉我们，承办单位看不到是您说的。",
                "you say. Nobody may ask you for “solved” or “satisfied”; if somebody does, tell us: "
                "the body in charge cannot see that it was you.",
            ),
        ),
        (Text("还能去哪：", "Where else: "), bodies.town().text("remedies") or _NO_REMEDIES),
    )


_NO_REMEDIES = Text(
    "对答复不服，可以要求换人重办、要求复核；也可以不等我们，直接申请行政复议或者信访。",
    "ask for another officer or for a review; or, without waiting for us, apply for administrative "
    "reconsideration or petition.",
)


def _seen_by(view: MatterView, role: str, contact: Text) -> Text:
    readers = view.procedure.documents["original"].readers
    reading = [who(view, "intake")] if "intake" in readers else []
    reading += [in_charge(view, role)] if role in readers else []
    names = listed(reading)
    return Text(
        f"您的原话，{names.zh}看得到，有异议、要复核时，审核和复核的人也看得到；{contact.zh}",
        f"your words: {names.en}, and whoever rules or reviews if it comes to that; {contact.en}",
    )


def _contact(view: MatterView, fields: frozenset[str], allowed: frozenset[str]) -> Text:
    """Who may see how to reach the resident, as it stands now."""
    if not fields & {"name", "phone", "email"}:
        return Text("您没有留姓名和电话，谁都看不到。", "you left neither name nor number: nobody sees any.")
    roles = [view.procedure.roles[name].title for name in roles_of_vault(view.procedure)]
    if CONTACT_BY_UNIT in allowed:
        roles.append(Text("承办单位", "the body in charge"))
    vault = listed(roles)
    return Text(
        f"您留的联系方式，只有{vault.zh}看得到，谁看过都有记录，您可以查。",
        f"how to reach you: {vault.en} only; each look is recorded and you can see it.",
    )


def _if_nobody(view: MatterView, limit: Limit | None, role: str) -> Text:
    day = _day_text(limit.until, view) if limit else Text("期限", "the limit")
    body = view.status.assigned.get(role, "")
    above = bodies.up_from(body) if body else ()
    up = above[0].name if above else Text("上一级", "the level above")
    return Text(
        f"过了{day.zh}，就公开记为超期，自动报到{up.zh}，不用您去催。",
        f"after {day.en} it is late, publicly, and reported to {up.en} without your asking.",
    )


def _day_text(until: date | datetime, view: MatterView) -> Text:
    last = view.status.calendar.day_of(until) if isinstance(until, datetime) else until
    return Text(dates.day_short(last, view.today, "zh"), dates.day_short(last, view.today, "en"))


def number_of(view: MatterView) -> str:
    """The title of the page."""
    between = "　" if language() == "zh" else " · "
    return between.join((view.number, _("回执")))
