"""A pytest plugin, loaded before Django's settings: every test run has folders of its own.

A test must not write into a town, nor into the folders of another run beside it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

ROOT = Path(tempfile.mkdtemp(prefix="minsheng-test-"))
atexit.register(shutil.rmtree, ROOT, ignore_errors=True)

for _name, _folder in (
    ("MINSHENG_DATA", "data"),
    ("MINSHENG_KEY_DIR", "keys"),
    ("MINSHENG_STATE_DIR", "state"),
):
    os.environ[_name] = str(ROOT / _folder)
(ROOT / "data").mkdir(mode=0o700)
(ROOT / "data" / "static").mkdir()
(ROOT / "state").mkdir(mode=0o700)
os.environ["MINSHENG_DEMO"] = "no"
os.environ["MINSHENG_WORKER_THREAD"] = "no"
os.environ.setdefault("DATABASE_URL", f"sqlite:///{ROOT / 'test.sqlite3'}")
# Playwright's loop runs in the same thread as Django's client.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
