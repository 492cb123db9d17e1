"""A real town in a folder of its own: its commands, its processes, and ways to stop them dead.

Nothing here imports Django: a town is used as its keepers and residents use it, by its commands, over HTTP,
and (to look behind the pages) by SQL.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import psycopg

ROOT: Final = Path(__file__).parents[2]
MINSHENG: Final = (sys.executable, "-m", "minsheng.site.cli")
PASSWORD: Final = "white-heron-lake-wind"
STAFF: Final = (
    ("chen", "intake", "hotline"),
    ("zhou", "first_unit", "housing"),
    ("lin", "first_unit", "housing"),
    ("fang", "reviewer", "review_office"),
)
"""Who works there: name, role, body. Two at housing, for a second round needs another person."""

_GROUND: Final = """
import json, sys
from minsheng.site.cli import main
for command in (["init"], ["town", "apply", "yunxi"]):
    if code := main(command):
        sys.exit(code)
from allauth.mfa.totp.internal.auth import TOTP
from minsheng.people.models import Account
said = json.load(sys.stdin)
for name, role, body in said["staff"]:
    email = f"{name}@yunxi.example"
    for command in (["open", email, "--zh", name, "--en", name], ["give", email, role, body]):
        if code := main(["staff", *command]):
            sys.exit(code)
    account = Account.objects.get(email=email)
    account.set_password(said["password"])
    account.save()
    TOTP.activate(account, said["seeds"][name])
"""


class StillRunning(RuntimeError):
    """A process did not end although it was told to."""


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(slots=True)
class Running:
    """A process in a process group of its own, with what it says in a file."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """kill -9 the whole group, wait until it is gone."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, as an operator does; kill it after ten seconds."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        group = self.process.pid
        for one in (number, signal.SIGKILL):
            try:
                os.killpg(group, one)
            except ProcessLookupError:
                break
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                continue
            if self._group_is_gone(group):
                return
        self.process.wait(10)
        if not self._group_is_gone(group):
            raise StillRunning(f"process group {group} lives on")

    @staticmethod
    def _group_is_gone(group: int) -> bool:
        until = time.monotonic() + 5
        while time.monotonic() < until:
            try:
                os.killpg(group, 0)
            except ProcessLookupError:
                return True
            time.sleep(0.01)
        return False

    def said(self) -> str:
        """What it wrote to its standard output and error."""
        return self.log.read_text("utf-8", "replace")


@dataclass(slots=True)
class Town:
    """A town's folder, its environment, its processes. `database_url` empty: SQLite in the data folder."""

    folder: Path
    database_url: str = ""
    more: dict[str, str] = field(default_factory=dict)
    seeds: dict[str, str] = field(default_factory=dict)
    running: list[Running] = field(default_factory=list)
    _n: int = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def is_sqlite(self) -> bool:
        return not self.database_url

    @property
    def environment(self) -> dict[str, str]:
        """The whole environment of the town's processes."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MINSHENG_")}
        kept.pop("DATABASE_URL", None)
        kept.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
        kept |= {
            "MINSHENG_DATA": str(self.data),
            "MINSHENG_KEY_DIR": str(self.keys),
            "MINSHENG_STATE_DIR": str(self.state),
            "MINSHENG_TOWN": "yunxi",
            "MINSHENG_RATE_LIMITS": "no",
            "DJANGO_SETTINGS_MODULE": "minsheng.site.settings",
            "LC_ALL": "C.UTF-8",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.more,
        }
        if self.database_url:
            kept["DATABASE_URL"] = self.database_url
        return kept

    # commands ---------------------------------------------------------------------------------

    def ask(self, *args: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
        """Run `minsheng …` and give how it ended."""
        return self._run([*MINSHENG, *map(str, args)], **more)

    def do(self, *args: str | Path, **more: Any) -> str:
        """Run `minsheng …`, fail unless it ends well, give what it printed."""
        done = self.ask(*args, **more)
        assert done.returncode == 0, f"minsheng {' '.join(map(str, args))}: {done.stdout}\n{done.stderr}"
        return done.stdout

    def inside(self, code: str, said: Any = None, **more: Any) -> Any:
        """Run Python inside the town, Django set up; what it prints last is read as JSON."""
        text = f"import django, json, sys\ndjango.setup()\nsaid = json.load(sys.stdin)\n{code}"
        done = self._run([sys.executable, "-c", text], input=json.dumps(said), **more)
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        return json.loads(lines[-1]) if lines else None

    def _run(self, command: Sequence[str], **more: Any) -> subprocess.CompletedProcess[str]:
        more = {"input": "", "timeout": 300, **more}
        return subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False, **more
        )

    def found(self) -> None:
        """Keys, database, log, the town of Yunxi, and its staff with passwords and second factors."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.seeds = {name: _seed() for name, _, _ in STAFF}
        said = {"staff": STAFF, "password": PASSWORD, "seeds": self.seeds}
        done = self._run([sys.executable, "-c", _GROUND], input=json.dumps(said))
        assert done.returncode == 0, done.stdout + done.stderr

    # processes --------------------------------------------------------------------------------

    def start(self, *args: str, port: int = 0, **more: Any) -> Running:
        """Start `minsheng …` in a process group of its own."""
        self._n += 1
        log = self.folder / f"{self._n:03}-{args[0]}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*MINSHENG, *args],
                env=self.environment,
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                **more,
            )
        running = Running(process, log, port)
        self.running.append(running)
        return running

    def serve(self, port: int, *, workers: int = 1) -> Running:
        """Start the server and wait until it answers."""
        server = self.start("serve", "--port", str(port), "--workers", str(workers), port=port)
        wait_for(server)
        return server

    def work(self) -> Running:
        """Start a worker."""
        return self.start("work")

    def close(self) -> None:
        """Kill whatever runs still."""
        for one in self.running:
            if one.alive:
                one.kill()
        self.running.clear()

    # time -------------------------------------------------------------------------------------

    def shift(self, by: timedelta) -> None:
        """Push the clock of a demo town on."""
        path = self.data / "clock"
        before = int(path.read_text()) if path.exists() else 0
        new = path.with_suffix(".pushed")
        new.write_text(str(before + int(by.total_seconds())))
        new.replace(path)

    # looking behind the pages -----------------------------------------------------------------

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query, `?` standing for values, on either engine."""
        if self.is_sqlite:
            path = f"file:{self.data / 'minsheng.sqlite3'}?mode=ro"
            with closing(sqlite3.connect(path, uri=True, timeout=30)) as database:
                return database.execute(query, values).fetchall()
        with psycopg.connect(self.database_url) as connection:
            return connection.execute(query.replace("?", "%s").encode(), values).fetchall()

    def entries(self) -> list[dict[str, Any]]:
        """Every entry that can be read, as it is hashed, in the order of its chain."""
        found = self.rows("SELECT body FROM ledger_entry WHERE body IS NOT NULL ORDER BY matter, n")
        return [json.loads(bytes(body)) for (body,) in found]

    def places_of(self, *markers: str | bytes) -> list[str]:
        """Where pieces of text or bytes lie: in files of data and state, in tables, as they are or as hex."""
        plain = [one.encode() if isinstance(one, str) else one for one in markers]
        wanted = [*plain, *(one.hex().encode() for one in plain)]
        found = []
        for root in (self.data, self.state):
            files = (path for path in sorted(root.rglob("*")) if path.is_file())
            holding = (path for path in files if any(one in path.read_bytes() for one in wanted))
            found += [str(path.relative_to(self.folder)) for path in holding]
        if not self.is_sqlite:
            found += [name for name, held in self._tables() if any(one in held for one in wanted)]
        return found

    def _tables(self) -> Iterator[tuple[str, bytes]]:
        """Every table of PostgreSQL with all that is in it."""
        with psycopg.connect(self.database_url) as connection:
            names = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            for (name,) in names:
                with connection.cursor().copy(f'COPY "{name}" TO STDOUT'.encode()) as copy:
                    yield name, b"".join(bytes(block) for block in copy)


def wait_for(server: Running, seconds: float = 60) -> None:
    """Wait until a server answers on its port."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        assert server.alive, f"the server ended: {server.said()}"
        try:
            with socket.create_connection(("127.0.0.1", server.port), 1) as line:
                line.settimeout(20)
                line.sendall(b"GET /about/source/ HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                if line.recv(12).endswith(b" 200"):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"no answer within {seconds} seconds: {server.said()}")


def _seed() -> str:
    """A seed for an authenticator: 160 random bits in base32."""
    from base64 import b32encode

    return b32encode(secrets.token_bytes(20)).decode()


def postgres_url() -> str:
    """The URL of a PostgreSQL server on which databases may be made: given, or started throw-away."""
    for name in ("POSTGRES_URL", "DATABASE_URL"):
        if os.environ.get(name, "").startswith("postgres"):
            return os.environ[name]
    done = subprocess.run(
        [ROOT / "script" / "postgres", "start"], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.strip()


@contextmanager
def fresh_database() -> Iterator[str]:
    """A database of its own on that server, dropped at the end; gives its URL."""
    url = postgres_url()
    name = f"minsheng_process_{secrets.token_hex(4)}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
    parts = url.partition("?")
    try:
        yield f"{parts[0].rpartition('/')[0]}/{name}{parts[1]}{parts[2]}"
    finally:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def a_town(folder: Path, engine: str, **more: str) -> Iterator[Town]:
    """A founded town on "sqlite" or "postgresql"; its processes end with the block."""
    if engine == "sqlite":
        town = Town(folder, more=more)
        try:
            town.found()
            yield town
        finally:
            town.close()
        return
    with fresh_database() as url:
        town = Town(folder, url, more=more)
        try:
            town.found()
            yield town
        finally:
            town.close()
