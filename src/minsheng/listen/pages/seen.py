"""Who sees what of a matter, who has looked, and what its resident was told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from minsheng.kernel.words import Text
from minsheng.listen.pages.names import in_charge, listed, who
from minsheng.listen.queries import messages
from minsheng.listen.services.filing import SHOW_WORDS
from minsheng.matter.queries import MatterView
from minsheng.people.queries import Read
from minsheng.ui import dates
from minsheng.ui.components import Link, Sees
from minsheng.ui.words import Words


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to the resident: in words, when, and whether it was also sent by mail."""

    subject: Words
    sentences: tuple[Words, ...]
    on: date
    how: Words


def letter(one: messages.Shown) -> Letter:
    if one.sent_at is not None:
        how: Words = _("也发到了您的邮箱")
    elif one.trouble == "address_refused":
        how = _("邮箱退回来了，送不到")
    elif one.waits:
        how = _("邮件还没发出去，会一直重试")
    else:
        how = ""
    return Letter(one.message.subject, one.message.sentences, one.on, how)


def mail(kept: frozenset[str], letters: Sequence[messages.Shown]) -> Words:
    """What became of the address."""
    n = sum(one.sent_at is not None for one in letters)
    if "email" not in kept:
        return _("您没有留邮箱，每条消息都在这里。")
    return Text(
        f"发信的机器用您的邮箱发了{n}条。",
        f"The machine sent {n} message{'' if n == 1 else 's'} to your address.",
    )


def sees(view: MatterView, role: str, allowed: frozenset[str], change: str) -> Sees:
    readers = view.procedure.documents["original"].readers
    reading = [who(view, "intake")] if "intake" in readers else []
    reading += [in_charge(view, role)] if role in readers else []
    names = listed(reading)
    if SHOW_WORDS in allowed:
        public = Text(
            "公众看得到日期、单位、步骤、结果，和遮住号码以后的原话。",
            "The public sees days, bodies, steps, the outcome, and your words with numbers masked.",
        )
    else:
        public = Text(
            "公众只看得到日期、单位、步骤和结果，看不到原话。",
            "The public sees days, bodies, steps and the outcome, not your words.",
        )
    text = Text(f"您，{names.zh}。{public.zh}", f"you, {names.en}. {public.en}")
    return Sees(text, _("谁看得到这一页："), Link(_("改一改"), change))


_FIELDS = {
    "name": Text("姓名", "name"),
    "phone": Text("电话", "telephone number"),
    "email": Text("邮箱", "e-mail address"),
    "address": Text("地址", "address"),
}


def read(view: MatterView, one: Read) -> Words:
    """One look into the vault, or the try that was refused."""
    day = view.status.calendar.day_of(one.at)
    zh, en = dates.day_short(day, view.today, "zh"), dates.day_short(day, view.today, "en")
    field, body = _FIELDS.get(one.field, Text(one.field, one.field)), who(view, one.role)
    if one.refused:
        zh = f"{zh}，{body.zh}想看您的{field.zh}，没有给看"
        en = f"{en}: {body.en} wanted to see your {field.en} and was refused"
    else:
        zh, en = f"{zh}，{body.zh}看了您的{field.zh}", f"{en}: {body.en} looked at your {field.en}"
    return Text(f"{zh}：{one.reason}", f"{en}: {one.reason}") if one.reason else Text(f"{zh}。", f"{en}.")


def reads_lead(kept: frozenset[str], reads: Sequence[Read]) -> Words:
    if not kept & set(_FIELDS):
        return _("您没有留联系方式，没有什么可看的。")
    n = sum(not one.refused for one in reads)
    if n == 0:
        return _("还没有人看过您的联系方式。")
    return Text(
        f"您的联系方式被看过{n}次。", f"How to reach you was looked at {n} time{'' if n == 1 else 's'}."
    )
