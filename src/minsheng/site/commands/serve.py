"""`minsheng serve`, `work` and `demo`: the processes of a town."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import sys
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from minsheng.site.environment import WrongSetting


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register serve, work and demo."""
    serve = subparsers.add_parser(
        "serve",
        help="serve the town's pages",
        epilog="Example: minsheng serve --host 127.0.0.1 --port 8000",
    )
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1, help="processes; on SQLite always one")
    serve.set_defaults(run=run_serve)

    work = subparsers.add_parser(
        "work",
        help="the night shift: what falls due, the log, letters",
        epilog="Examples: minsheng work          minsheng work --once --json",
    )
    work.add_argument("--once", action="store_true", help="one round, then stop")
    work.add_argument("--json", action="store_true")
    work.add_argument(
        "--resume", metavar="DATE", type=date.fromisoformat, help="the clock was right after all"
    )
    work.add_argument("--rebuild", action="store_true", help="make the lists anew from the ledger, then stop")
    work.set_defaults(run=run_work)

    demo = subparsers.add_parser(
        "demo",
        help="a made-up town with everything in it, on this machine only",
        epilog="Examples: minsheng demo          minsheng demo --at 2026-10-14 --port 8123 --fresh",
    )
    demo.add_argument("--host", default="127.0.0.1", help="127.0.0.1, nothing else")
    demo.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    demo.add_argument(
        "--at", type=date.fromisoformat, metavar="DATE", help="start on this day (default 2026-10-14)"
    )
    demo.add_argument("--fresh", action="store_true", help="throw the old demo town away first")
    demo.add_argument("--folder", type=Path, default=Path("var/demo"), help="where the demo town lives")
    demo.add_argument("--build-only", action="store_true", help="make the town, do not serve it")
    demo.set_defaults(run=run_demo, prepare=prepare_demo)


def _serve(host: str, port: int, workers: int) -> int:
    from django.core.management import call_command
    from django.db import connection
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    from minsheng.ledger import locks
    from minsheng.site.patience import CHAIRS

    alone = connection.vendor == "sqlite"
    connection.close()
    call_command("collectstatic", interactive=False, verbosity=0)
    server = Server(
        "minsheng.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=CHAIRS,
        backlog=1024,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
    )
    try:
        # Whoever restores a backup takes the same lock, so never under a running server.
        with locks.held("server", everywhere=False) if alone else nullcontext():
            server.serve()
    except locks.Busy as busy:
        sys.stderr.write(f"minsheng: {busy}\n")
        return 1
    return 0


def _port_is_free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _stands() -> None:
    """Raise what `guarded` knows how to say unless there are keys, tables and a town."""
    from django.db import connection

    from minsheng.bodies import queries as bodies
    from minsheng.ledger import keys

    keys.load()
    bodies.town()
    connection.close()


def run_serve(args: argparse.Namespace) -> int:
    """Serve; on SQLite one process that also works, elsewhere any number and `minsheng work` beside."""
    from django.conf import settings
    from django.db import connection

    if settings.MINSHENG_DEMO and args.host != "127.0.0.1":
        sys.stderr.write("The demo town signs anybody in with one click; it is served on 127.0.0.1 only.\n")
        return 2
    if not _port_is_free(args.host, args.port):
        sys.stderr.write(f"Port {args.port} is taken. Try: minsheng serve --port {args.port + 1}\n")
        return 1
    _stands()
    workers = 1 if connection.vendor == "sqlite" else args.workers
    return _serve(args.host, args.port, workers)


def run_work(args: argparse.Namespace) -> int:
    """Work until told to stop, or one round."""
    from minsheng.site import clock, worker

    _stands()
    if args.resume:
        worker.resume(args.resume)
    if args.rebuild:
        from minsheng.matter import services as matter

        mended = matter.rebuild_rows(check_only=False, now=clock.now())
        sys.stdout.write(f"{len(mended)} list rows were made anew\n")
        return 0
    if args.once:
        done = worker.once(clock.now())
        sys.stdout.write(done.as_json() if args.json else str(done))
        sys.stdout.write("\n")
        return 1 if done.stopped else 0
    return worker.forever()


def prepare_demo(args: argparse.Namespace) -> None:
    """Point the environment at the demo's own folders, before Django reads it."""
    if args.host != "127.0.0.1":
        raise WrongSetting("the demo town signs anybody in with one click; it is served on 127.0.0.1 only")
    folder = args.folder.absolute()
    if args.fresh and folder.exists():
        if not (folder / "demo-town").exists() and any(folder.iterdir()):
            raise WrongSetting(f"{folder} does not look like a demo town; not thrown away")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "demo-town").touch()
    values: dict[str, Any] = {
        "MINSHENG_DATA": folder / "data",
        "MINSHENG_KEY_DIR": folder / "keys",
        "MINSHENG_STATE_DIR": folder / "state",
        "MINSHENG_DEMO": "yes",
        "MINSHENG_URL": f"http://127.0.0.1:{args.port}",
    }
    os.environ.update({name: str(value) for name, value in values.items()})
    os.environ.pop("DATABASE_URL", None)


def run_demo(args: argparse.Namespace) -> int:
    """Build the town unless it stands, then serve it."""
    from minsheng.site.demo import build

    if not _port_is_free("127.0.0.1", args.port):
        sys.stderr.write(f"Port {args.port} is taken. Try: script/server --port {args.port + 1}\n")
        return 1
    build.town(at=args.at)
    if args.build_only:
        return 0
    sys.stderr.write(f"\n  The town is open: http://127.0.0.1:{args.port}   (stop with Ctrl+C)\n\n")
    return _serve("127.0.0.1", args.port, 1)
