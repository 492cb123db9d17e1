"""A town's colours reach every page, and only its colours."""

from __future__ import annotations

import pytest

from minsheng.bodies import queries, services

pytestmark = pytest.mark.django_db


def test_a_town_with_colours_of_its_own_shows_them_on_its_pages(client, harbour):
    services.apply_town(harbour)
    page = client.get("/accounts/login/").content.decode()
    address = f"/town/{queries.edition()}.css"
    assert f'<link rel="stylesheet" href="{address}">' in page
    assert page.index("ui/base.css") < page.index(address)
    sheet = client.get(address)
    assert sheet["Content-Type"].startswith("text/css")
    assert "immutable" in sheet["Cache-Control"]
    assert "--act: #1b4f8a" in sheet.content.decode()
    assert "--act: #9cc3f0" in sheet.content.decode()


def test_a_town_without_loads_nothing_more(client, yunxi):
    services.apply_town(yunxi)
    assert "/town/" not in client.get("/accounts/login/").content.decode()


def test_an_older_address_is_answered_but_not_kept(client, harbour):
    services.apply_town(harbour)
    answer = client.get("/town/0000000000000000.css")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
