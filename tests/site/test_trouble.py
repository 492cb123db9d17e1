"""When something goes wrong a person reads what to do next, and never a stack trace."""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from minsheng.site import urls

SECRET = "secret-in-the-message 13800138000"


def raising(error: Exception) -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


class Broken:
    """The site's addresses, with some that break."""

    urlpatterns = [
        path("locked/", raising(OperationalError("database is locked " + SECRET))),
        path("gone/", raising(InterfaceError(SECRET))),
        path("full/", raising(OSError(errno.ENOSPC, "No space left on device " + SECRET))),
        path("quota/", raising(OSError(errno.EDQUOT, SECRET))),
        path("wrong/", raising(RuntimeError(SECRET))),
        path("file/", raising(FileNotFoundError(2, SECRET))),
        path("table/", raising(DatabaseError(SECRET))),
        path("absent/", raising(Http404(SECRET))),
        path("denied/", raising(PermissionDenied(SECRET))),
        path("odd/", raising(SuspiciousOperation(SECRET))),
        *urls.urlpatterns,
    ]
    handler400, handler403, handler404 = urls.handler400, urls.handler403, urls.handler404


@pytest.fixture
def browser(town: object, settings: Any) -> Client:
    settings.ROOT_URLCONF = Broken
    return Client(raise_request_exception=False)


CASES = [
    ("locked", 503),
    ("gone", 503),
    ("full", 503),
    ("quota", 503),
    ("wrong", 500),
    ("file", 500),
    ("table", 500),
    ("absent", 404),
    ("denied", 403),
    ("odd", 400),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("where", "status"), CASES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_trouble_is_said_plainly_and_nothing_leaks(
    browser: Client,
    where: str,
    status: int,
    language: str,
    assert_valid_html: Callable[[bytes], None],
) -> None:
    browser.cookies["minsheng_language"] = language
    answer = browser.get(f"/{where}/")
    assert answer.status_code == status
    page = answer.content.decode()
    for leak in ("Traceback", "secret", "13800138000", "Error", 'File "', "django.", "settings"):
        assert leak not in page, leak
    assert_valid_html(answer.content)
    assert "Content-Security-Policy" in answer.headers
    if status == 503:
        assert answer["Retry-After"] == "30"


@pytest.mark.django_db
def test_the_log_names_the_trouble_and_where_without_its_words(
    browser: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "minsheng.site"):
        browser.get("/wrong/?words=老母亲")
        browser.get("/full/")
    said = [record.getMessage() for record in caplog.records if record.name == "minsheng.site"]
    assert said[0] == "RuntimeError at wrong/"
    assert said[1].startswith("OSError: [Errno 28]")
    assert "老母亲" not in "".join(said)


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_really_locked_answers_in_our_voice(town: object) -> None:
    """Somebody holds the lock; the request waits a little and then says so, and nothing is half written."""
    browser = Client(raise_request_exception=False)
    assert browser.get("/request/").status_code == 200
    holder = connection.copy()
    try:
        with connection.cursor() as ours, holder.cursor() as theirs:
            if connection.vendor == "sqlite":
                ours.execute("PRAGMA busy_timeout = 50")
                theirs.execute("BEGIN IMMEDIATE")
            else:
                ours.execute("SET lock_timeout = '50ms'")
                theirs.execute("BEGIN")
                theirs.execute("LOCK TABLE listen_draft, django_session IN ACCESS EXCLUSIVE MODE")
        answer = browser.post("/request/", {"words": "电梯坏了"})
        assert answer.status_code == 503
        assert "Traceback" not in answer.content.decode() and "locked" not in answer.content.decode()
    finally:
        holder.close()
        connection.close()
    assert browser.post("/request/", {"words": "电梯坏了"}).status_code == 303


@pytest.mark.django_db
def test_a_form_from_elsewhere_is_refused_and_told_how_to_go_on(town: object) -> None:
    answer = Client(enforce_csrf_checks=True).post("/request/", {"words": "x"})
    assert answer.status_code == 403
    assert "退回上一页" in answer.content.decode()
