"""Letters: noted when an entry is committed, sent when the mail server lives, never lost.

A letter is a row without text. It is rendered when it is sent, so what is said is what stands on the ledger.
Between taking a letter in hand and having sent it no transaction is open: a slow mail server blocks nobody.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import translation

from minsheng.bodies import queries as bodies
from minsheng.kernel.procedure import status as statuses
from minsheng.ledger.records import Recorded
from minsheng.listen.models import Filing, Letter
from minsheng.listen.queries import messages
from minsheng.listen.rules import letters as rules
from minsheng.listen.rules import wording
from minsheng.listen.rules.wording import Message, Told
from minsheng.listen.services import links
from minsheng.matter import queries as matters
from minsheng.matter.queries import MatterView
from minsheng.people import services as people
from minsheng.people.pseudonyms import pseudonym

log = logging.getLogger("minsheng.listen")

IN_HAND: Final = timedelta(minutes=5)
"""How long a letter is in the hands of one worker; after that another may try."""

GIVE_UP_AFTER: Final = 5
"""Tries after which an address that the mail server refuses for good is not written to again."""

PAGE: Final = 200


def note(recorded: Recorded, now: datetime) -> None:
    """Note what an entry makes us say, and until when the resident is awaited. Twice does no harm."""
    entry = recorded.entry
    filing = Filing.objects.filter(matter=entry.matter).first()
    if filing is None:
        return
    if entry.n == 0:
        _put(filing, 0, "received", recorded, now)
        return
    view = matters.get(entry.matter, now)
    if view is None:
        return
    entries = [one.entry for one in view.chain[: entry.n]]
    before = statuses.status(view.procedure, entries, bodies.calendars())
    after = statuses.advance(before, entry, bodies.calendars())
    for kind in rules.kinds(view.procedure, before, entry, after):
        _put(filing, entry.n, kind, recorded, now)
    until, n = rules.awaited(view.procedure, after) or (None, 0)
    if (filing.waits_until, filing.waits_n) != (until, n):
        Filing.objects.filter(matter=filing.matter).update(waits_until=until, waits_n=n)


def _put(filing: Filing, n: int, kind: str, recorded: Recorded, now: datetime) -> None:
    Letter.objects.get_or_create(
        matter=filing.matter,
        n=n,
        kind=kind,
        defaults={"on": recorded.entry.on, "try_at": now if filing.has_mail else None},
    )


def note_consent(matter: str, now: datetime) -> None:
    """Tell the resident that who can see it has changed; once for several changes that nobody was told of."""
    filing, view = Filing.objects.filter(matter=matter).first(), matters.get(matter, now)
    if filing is None or view is None:
        return
    Letter.objects.update_or_create(
        matter=matter,
        n=view.chain[-1].entry.n,
        kind="consent",
        defaults={
            "on": view.today,
            "try_at": now if filing.has_mail else None,
            "sent_at": None,
            "n_tries": 0,
        },
    )


def remind(now: datetime) -> int:
    """Note the reminders that are due on this day; how many were new. Costs two queries when none is."""
    today = bodies.current_calendar().day_of(now)
    first, n_new = today, 0
    for days, kind in rules.REMINDERS:
        last = today + timedelta(days=days)
        told = Letter.objects.filter(matter=OuterRef("matter"), n=OuterRef("waits_n"), kind=kind)
        due = Filing.objects.filter(waits_until__gte=first, waits_until__lte=last).exclude(Exists(told))
        for filing in due[:PAGE]:
            letter = Letter(matter=filing.matter, n=filing.waits_n, kind=kind, on=today)
            letter.try_at = now if filing.has_mail else None
            n_new += len(Letter.objects.bulk_create([letter], ignore_conflicts=True))
        first = last + timedelta(days=1)
    return n_new


def send_due(now: datetime, *, limit: int = PAGE) -> int:
    """Send what is due, several letters of one matter as one; how many letters went out."""
    n_sent = 0
    matters_due = list(
        Letter.objects.filter(try_at__lte=now)
        .order_by("try_at", "id")
        .values_list("matter", flat=True)[:limit]
    )
    for matter in dict.fromkeys(matters_due):
        taken = _take(matter, now)
        if taken:
            n_sent += _send(matter, taken, now)
    return n_sent


def _take(matter: str, now: datetime) -> list[Letter]:
    """Take all unsent letters of a matter in hand, for a while."""
    with transaction.atomic():
        due = Letter.objects.filter(matter=matter, try_at__lte=now)
        taken = list(due.select_for_update(skip_locked=True).order_by("n", "id"))
        Letter.objects.filter(pk__in=[letter.pk for letter in taken]).update(try_at=now + IN_HAND)
    return taken


def _send(matter: str, taken: Sequence[Letter], now: datetime) -> int:
    filing, view = Filing.objects.filter(matter=matter).first(), matters.get(matter, now)
    address = people.open_to_send(matter, "email")
    if filing is None or view is None or address is None:
        _settle(taken, trouble="no_address")
        return 0
    told = messages.told(view, taken)
    live = [letter for letter in taken if not _is_stale(letter, filing)]
    _settle([letter for letter in taken if letter not in live], trouble="too_late")
    if not live:
        return 0
    try:
        write(filing, view, [told[letter.pk] for letter in live], address, now).send()
    except smtplib.SMTPRecipientsRefused as refused:
        _again(live, now, "address_refused", for_good=_is_for_good(refused))
        return 0
    except Exception as error:  # noqa: BLE001 - whatever a mail backend raises, the letter stays and is tried again
        log.warning("a letter could not be sent: %s", type(error).__name__)
        _again(live, now, "mail_server")
        return 0
    sent = [letter.pk for letter in live]
    Letter.objects.filter(pk__in=sent).update(try_at=None, sent_at=now, trouble="")
    return len(sent)


def _is_stale(letter: Letter, filing: Filing) -> bool:
    """A reminder of something that is no longer awaited."""
    return letter.kind.startswith("reminder") and letter.n != filing.waits_n


def _settle(letters: Sequence[Letter], *, trouble: str) -> None:
    Letter.objects.filter(pk__in=[letter.pk for letter in letters]).update(try_at=None, trouble=trouble)


def _again(letters: Sequence[Letter], now: datetime, trouble: str, *, for_good: bool = False) -> None:
    """Try again later, each time after a longer pause; a refused address is given up after some tries."""
    for letter in letters:
        letter.n_tries += 1
        letter.trouble = trouble
        over = for_good and letter.n_tries >= GIVE_UP_AFTER
        letter.try_at = None if over else now + rules.next_try(letter.n_tries)
    Letter.objects.bulk_update(letters, ["n_tries", "trouble", "try_at"])


def _is_for_good(refused: smtplib.SMTPRecipientsRefused) -> bool:
    return all(code >= 500 for code, _ in refused.recipients.values())


def write(
    filing: Filing, view: MatterView, told: Sequence[Told], address: str, now: datetime
) -> EmailMessage:
    """The mail: one or several messages of one matter, and one link. Plain text in the language of filing."""
    verdict = any(one.kind == "replied" or (one.kind.startswith("reminder") and one.yours) for one in told)
    token = links.make(view.id, links.VERDICT if verdict else links.FOLLOW, now)
    with translation.override(filing.language):
        said = [wording.message(one) for one in told]
        return EmailMessage(
            subject=_subject(view, said),
            body=_body(view, said, f"{settings.MINSHENG_URL}{reverse('listen:letter')}?t={token}"),
            to=[address],
            headers={"Auto-Submitted": "auto-generated", REFERENCE: reference(view.id)},
            connection=get_connection(),
        )


REFERENCE: Final = "X-Minsheng-Reference"
"""The header by which mails that rest in a folder of files are found when a matter is erased."""


def reference(matter: str) -> str:
    """What stands in that header: keyed, so that it tells nobody which matter."""
    return pseudonym(matter, "letters")


def _language() -> str:
    return "en" if (translation.get_language() or "zh").startswith("en") else "zh"


def _subject(view: MatterView, said: Sequence[Message]) -> str:
    language = _language()
    more = len(said) - 1
    rest = (
        ("" if not more else f" (+{more})") if language == "en" else ("" if not more else f"（另有{more}条）")
    )
    return f"{said[-1].subject.in_(language)}{rest} · {view.number}"


def _body(view: MatterView, said: Sequence[Message], link: str) -> str:
    language = _language()
    between = " " if language == "en" else ""
    parts = []
    for one in said:
        sentences = between.join(sentence.in_(language) for sentence in one.sentences)
        parts.append(f"{one.subject.in_(language)}\n{sentences}".strip())
    town = bodies.town().name.in_(language)
    if language == "en":
        parts += [
            f"Read it and go on from there ({view.number}):\n{link}",
            f"The link opens this one matter for {rules.LINK_DAYS} days. We never ask for a password, a code "
            "or money in a letter. Nobody reads answers to this address; write on the page instead.",
            f"{town.strip()} Minsheng",
        ]
    else:
        parts += [
            f"看这件事、接着说（{view.number}）：\n{link}",
            f"链接{rules.LINK_DAYS}天内有效，只打开这一件事。我们不会在信里要您的密码、验证码，也不会要您付钱。"
            "回这封信没有人看，有话写在页面上。",
            f"{town}民声",
        ]
    return "\n\n".join(parts) + "\n"
