"""What every answer carries: nothing from another host, no inline script, nothing kept by a cache."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("town")]

PATHS = [
    "/",
    "/matters/",
    "/figures/",
    "/log/",
    "/request/",
    "/mine/",
    "/accounts/login/",
    "/nothing/",
    "/work/",
]


def directives(policy: str) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in policy.split(";"))


@pytest.mark.parametrize("path", PATHS)
def test_every_page_forbids_other_hosts_and_inline_script(path: str) -> None:
    answer = Client().get(path)
    policy = directives(answer["Content-Security-Policy"])
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    allowed = {word for value in policy.values() for word in value.split()}
    assert allowed == {"'none'", "'self'", "data:"}, "no host, no unsafe-inline, no unsafe-eval"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert answer["Cache-Control"] in ("no-store", "max-age=0, no-cache, no-store, must-revalidate, private")


@pytest.mark.parametrize("path", PATHS)
def test_no_page_loads_anything_from_elsewhere(path: str) -> None:
    page = Client().get(path, follow=True).content.decode()
    assert not re.findall(r'(?:src|srcset|action)="(?:https?:)?//[^"]*"', page)
    assert not re.findall(r'<link[^>]+href="(?:https?:)?//[^"]*"', page)
    assert not re.findall(r"\son[a-z]+=", page) and "javascript:" not in page


def test_a_passer_by_gets_no_session_and_no_more_cookies_than_the_forms_need() -> None:
    answer = Client().get("/")
    assert set(answer.cookies) <= {"csrftoken"}
    assert answer.cookies["csrftoken"]["httponly"] and answer.cookies["csrftoken"]["samesite"] == "Lax"


def own_files(page: str) -> list[Path]:
    """The files that a page loads, all of them from here."""
    found = [finders.find(path) for path in re.findall(r'(?:href|src)="/static/([^"]+)"', page)]
    assert len(found) >= 3 and all(isinstance(path, str) for path in found)
    return [Path(str(path)) for path in found]


def test_a_first_page_is_light() -> None:
    """At most 60 kB compressed without pictures, with everything it loads."""
    answer = Client(headers={"accept-encoding": "gzip"}).get("/")
    loaded = [
        len(gzip.compress(path.read_bytes(), 6)) for path in own_files(Client().get("/").content.decode())
    ]
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) + sum(loaded) <= 60_000
