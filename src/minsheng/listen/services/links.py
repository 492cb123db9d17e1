"""Links in letters: one token opens one page of one matter for thirty days. Only its hash is stored."""

from __future__ import annotations

from datetime import datetime, timedelta

from minsheng.listen.models import MailLink
from minsheng.listen.rules.letters import LINK_DAYS
from minsheng.listen.services import sealed

FOLLOW = "follow"
VERDICT = "verdict"
PURPOSES = (FOLLOW, VERDICT)


def make(matter: str, purpose: str, now: datetime) -> str:
    """A fresh token for a letter."""
    token = sealed.fresh_token()
    MailLink.objects.create(
        token_hash=sealed.token_hash(token),
        matter=matter,
        purpose=purpose,
        expires_at=now + timedelta(days=LINK_DAYS),
    )
    return token


def find(token: str, now: datetime) -> MailLink | None:
    """What a token opens. Records nothing: whatever fetches links out of mails changes nothing by it."""
    if not token or len(token) > 100:
        return None
    return MailLink.objects.filter(token_hash=sealed.token_hash(token), expires_at__gt=now).first()


def revoke(matter: str) -> int:
    """End every link to a matter that was ever sent; how many."""
    return MailLink.objects.filter(matter=matter).delete()[0]


def sweep(now: datetime) -> int:
    """Remove links whose days are over; how many."""
    over = MailLink.objects.filter(expires_at__lte=now)
    return over.delete()[0] if over.exists() else 0
