"""A resident allows something, or takes it back; both stay on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from minsheng.people import queries
from minsheng.people.models import ConsentChange


def give(matter: str, what: str, at: datetime) -> bool:
    """Record that the resident allows this; False if it was allowed already."""
    return _change(matter, what, True, at)


def give_first(matter: str, whats: Iterable[str], at: datetime) -> None:
    """Record what the resident of a matter that begins now allows: nothing was said about it before."""
    changes = [ConsentChange(matter=matter, what=what, given=True, at=at) for what in whats]
    if changes:
        ConsentChange.objects.bulk_create(changes)


def withdraw(matter: str, what: str, at: datetime) -> bool:
    """Record that the resident no longer allows this; False if it was not allowed."""
    return _change(matter, what, False, at)


def _change(matter: str, what: str, given: bool, at: datetime) -> bool:
    with transaction.atomic(savepoint=False):
        if (what in queries.allowed(matter)) == given:
            return False
        ConsentChange.objects.create(matter=matter, what=what, given=given, at=at)
    return True
