"""The kernel alone: folding a finished request, and checking the rule file of requests."""

from __future__ import annotations

import time
from pathlib import Path

from minsheng.kernel.procedure.check import _checked, check
from minsheng.kernel.procedure.status import status
from tests.bench.measures import Measure
from tests.kernel.procedure.driving import CALENDARS, REQUEST, Drive, request


def run(scratch: Path, *, quick: bool) -> list[Measure]:
    """Medians of many."""
    driven = finished()
    entries = driven.entries
    assert driven.status.end is not None
    took = []
    for _ in range(200 if quick else 2_000):
        began = time.perf_counter()
        status(REQUEST, entries, CALENDARS)
        took.append(time.perf_counter() - began)
    checks = []
    for _ in range(5 if quick else 15):
        _checked.cache_clear()
        began = time.perf_counter()
        assert check(REQUEST) == []
        checks.append(time.perf_counter() - began)
    began = time.perf_counter()
    check(REQUEST)
    again = time.perf_counter() - began
    return [
        Measure(
            "status of a finished request", sorted(took)[len(took) // 2] * 1e6, "µs", 150, most=True,
            note=f"{len(entries)} entries, best {min(took) * 1e6:.0f} µs",
        ),
        Measure(
            "procedure check", sorted(checks)[len(checks) // 2], "s", 0.3, most=True,
            note=f"best {min(checks):.3f} s",
        ),
        Measure("procedure check, cached", again * 1e6, "µs"),
    ]  # fmt: skip


def finished() -> Drive:
    """A request of about twenty-five entries: asked, extended, told, answered, "not", answered, "solved"."""
    words = {"words": "楼道里贴了通知"}
    walk = request().classify().dispatch().accept()
    walk.do("supplemented", "resident", documents={"supplement": words})
    walk.wait(1).do("acted", "first_unit", "handle", "ask", documents={"question": {"question": "哪一部？"}})
    walk.wait(1).do("acted", "resident", "handle", "answer", documents={"answer": words})
    note = {"extension_note": {"reason": "等配件", "done_so_far": "拆开看过"}}
    walk.wait(1).do("acted", "first_unit", "handle", "extend", documents=note)
    walk.do("approved", "coordinator", "handle", "extend")
    for _ in range(3):
        walk.wait(2).do("acted", "first_unit", "handle", "tell", documents={"progress": {"did": "催了厂家"}})
    walk.wait(1).do("urged", "resident")
    walk.wait(1).reply()
    walk.wait(1).say("not")
    for _ in range(3):
        walk.wait(2).do("urged", "resident")
    walk.do(
        "acted", "first_unit", "handle", "tell", by="another", documents={"progress": {"did": "换了人办"}}
    )
    walk.wait(1).do("supplemented", "resident", documents={"supplement": words})
    walk.wait(1).reply(by="another")
    walk.wait(1).say("solved")
    return walk
