"""A town and its rule files; people who are signed in; attachments in a folder of each test."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.http import HttpRequest
from django.test import Client

from minsheng.bodies import services as bodies
from minsheng.bodies.rules.town import TownFolder
from minsheng.people.models import Account, Membership
from minsheng.people.rules.actor import Actor
from minsheng.people.services.signing_in import count_as_shown

SINCE = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def yunxi() -> TownFolder:
    folder = bodies.read_town(Path(django_settings.MINSHENG_TOWNS) / "yunxi")
    assert isinstance(folder, TownFolder), [str(finding) for finding in folder]
    return folder


@pytest.fixture
def town(yunxi: TownFolder, tmp_path: Path, settings: Any) -> TownFolder:
    """Yunxi, applied."""
    settings.MEDIA_ROOT = tmp_path / "media"
    bodies.apply_town(yunxi)
    return yunxi


@pytest.fixture
def clock_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set what the site's clock says."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr("minsheng.site.clock.now", lambda: moment)

    return set_to


@pytest.fixture
def signed_in() -> Callable[..., Client]:
    """A browser of somebody who has shown a second factor and holds these roles."""

    def browser(*actors: Actor) -> Client:
        person = actors[0].person
        account = Account.objects.create(
            person=person,
            email=f"{person}@yunxi.example",
            name_zh="周敏",
            name_en="Zhou Min",
            created_at=SINCE,
        )
        Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={})
        for actor in actors:
            Membership.objects.create(person=person, role=actor.role, body=actor.body or "", since=SINCE)
        client = Client()
        client.force_login(account)
        request = HttpRequest()
        request.session, request.user = client.session, account
        count_as_shown(request, account, "totp")
        request.session.save()
        return client

    return browser
