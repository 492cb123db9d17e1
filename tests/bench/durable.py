"""A throw-away PostgreSQL that keeps its promises: what it has acknowledged is on the disk, as in a town.

The cluster of the tests syncs nothing; a rate of writes measured on it would say nothing of a town.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.process.towns import ROOT

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
}


@contextmanager
def postgres() -> Iterator[str]:
    """A cluster of its own for the length of the block; POSTGRES_URL names it. One that is given is used."""
    if os.environ.get("POSTGRES_URL"):
        yield os.environ["POSTGRES_URL"]
        return
    name = f"bench-{os.getpid()}"
    script = str(ROOT / "script" / "postgres")
    url = subprocess.run([script, "start", name], capture_output=True, text=True, check=True).stdout.strip()
    os.environ["POSTGRES_URL"] = url
    try:
        with psycopg.connect(url, autocommit=True) as server:
            for setting, value in SETTINGS.items():
                server.execute(f"ALTER SYSTEM SET {setting} = '{value}'".encode())
            server.execute("SELECT pg_reload_conf()")
        yield url
    finally:
        del os.environ["POSTGRES_URL"]
        subprocess.run([script, "stop", name], check=False)
