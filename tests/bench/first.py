"""What a first visit weighs, and how long a newcomer waits for the town."""

from __future__ import annotations

import os
import re
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

from tests.bench.measures import Measure
from tests.process.towns import ROOT, Running, Town, free_port

_LINKED = re.compile(r'<(?:link[^>]+rel="stylesheet"[^>]+href|script[^>]+src)="([^"]+)"')


def weigh(town: Town, port: int) -> list[Measure]:
    """Bytes on the line for the front page with its styles and scripts, pictures left out."""
    base = f"http://127.0.0.1:{port}/"
    page, body = _fetch(base)
    total, parts = page, [f"page {page / 1000:.1f}"]
    for url in dict.fromkeys(_LINKED.findall(body)):
        size, _ = _fetch(urljoin(base, url))
        total += size
        parts.append(f"{Path(url).name} {size / 1000:.1f}")
    return [Measure("first page, compressed", total / 1000, "kB", 60, most=True, note=", ".join(parts))]


def _fetch(url: str) -> tuple[int, str]:
    import gzip

    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        data = answer.read()
        packed = answer.headers.get("Content-Encoding") == "gzip"
    return len(data), (gzip.decompress(data) if packed else data).decode()


def newcomer(scratch: Path) -> list[Measure]:
    """`script/server` in a fresh clone with an empty home, until a page is served, the package cache warm."""
    clone, home = scratch / "clone", scratch / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    port = free_port()
    cache = subprocess.run(
        ["pip", "cache", "dir"], capture_output=True, text=True, check=False
    ).stdout.strip()
    environment = {"PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8"}
    if cache:
        environment["PIP_CACHE_DIR"] = cache
    began = time.perf_counter()
    with (scratch / "server.log").open("wb") as out:
        process = subprocess.Popen(
            ["script/server", "--port", str(port)],
            cwd=clone, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    server = Running(process, scratch / "server.log", port)
    try:
        while time.perf_counter() - began < 600:
            assert server.alive, server.said()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                    if answer.status == 200:
                        break
            except (OSError, urllib.error.URLError):
                time.sleep(0.2)
        took = time.perf_counter() - began
    finally:
        server.kill()
    return [Measure("script/server to a served page", took, "s", 120, most=True, note="warm package cache")]
