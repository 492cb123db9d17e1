"""The WSGI door. On SQLite the worker is a thread of this one process."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from minsheng.site.patience import patient

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "minsheng.site.settings")
application = patient(get_wsgi_application())


def _start_worker() -> None:
    from django.conf import settings
    from django.db import connection

    from minsheng.site import worker

    if settings.MINSHENG_WORKER_THREAD and connection.vendor == "sqlite":
        worker.start_thread()


_start_worker()
