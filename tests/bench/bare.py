"""The baseline: a Django site with one view that inserts one row. Same engine settings, same server.

It has no middleware, no session, no token, no template: as little as Django can do.
"""

from __future__ import annotations

import os
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

TABLE = "bare_row"


def _set_up() -> None:
    from minsheng.site import environment

    settings.configure(
        DATABASES={"default": environment.database(os.environ["DATABASE_URL"])},
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        SECRET_KEY="bare",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        LOGGING_CONFIG=None,
    )
    django.setup()


if not settings.configured:
    _set_up()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - Django must be set up
from django.db import connection, models  # noqa: E402


class Row(models.Model):
    """One row: some text and when."""

    words = models.TextField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "bare"
        db_table = TABLE


def insert(request: HttpRequest) -> HttpResponse:
    """Insert the row, send the browser on."""
    Row.objects.create(words=request.POST["words"])
    answer = HttpResponse(status=303)
    answer["Location"] = "/done/"
    answer["Content-Length"] = "0"
    return answer


urlpatterns = [path("insert/", insert)]
application: Any = get_wsgi_application()


def main(port: int) -> None:
    """Make the table and serve."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    with connection.schema_editor() as editor:
        editor.create_model(Row)
    connection.close()
    Server(
        "tests.bench.bare:application",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        backlog=1024,
        log_level=LogLevels.error,
    ).serve()
