"""The WSGI door. On SQLite the worker is a thread of this one process."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minsheng.site.settings")
application = get_wsgi_application()


def _start_worker() -> None:
    from django.conf import settings
    from django.db import connection

    from minsheng.site import worker

    if settings.MINSHENG_WORKER_THREAD and connection.vendor == "sqlite":
        worker.start_thread()


_start_worker()
