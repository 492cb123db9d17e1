"""The same filing, with the chain and without: what canonical bytes, salts, hashes and the chain cost.

Whole filings at the level of services, one after the other, a transaction each: rules, sealing, list row,
number, contact. Without the chain the entry goes into the same table as plain JSON, with no canonical form,
salts, part hashes or commitment. The two take turns in slices, so that both meet the same machine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.bench.measures import Measure
from tests.process.towns import a_town

_RUN = """
from tests.bench import chained
print(json.dumps(chained.take_turns(said)))
"""

SLICE = 50


def run(scratch: Path, *, quick: bool) -> list[Measure]:
    """Both engines."""
    found = []
    for engine in ("sqlite", "postgresql"):
        with a_town(scratch / f"chained-{engine}", engine) as town:
            took: dict[str, float] = town.inside(_RUN, 10 if quick else 40, timeout=1800)
        chained, plain = took["n"] / took["chained"], took["n"] / took["plain"]
        found += [
            Measure(f"filing service without chain, {engine}", plain, "/s"),
            Measure(f"filing service with chain, {engine}", chained, "/s"),
            Measure(f"chained ÷ unchained, {engine}", chained / plain, "×", bar=0.85),
        ]
    return found


def take_turns(n_slices: int) -> dict[str, float]:
    """Inside a town: seconds for the same number of filings of each kind."""
    import time

    from minsheng.ledger import services as ledger
    from minsheng.listen.rules.contact import Contact
    from minsheng.listen.rules.written import Written
    from minsheng.listen.services import filing
    from minsheng.site import clock

    written = Written(
        words="三栋的电梯坏了三天，老人下不了楼，物业说在等配件，打电话也没人接。" * 4,
        place="桂花里3栋",
        area="guihuali",
        contact=Contact(name="梅", phone="13800138000"),
        show=True,
    )
    ways = {"chained": ledger.append, "plain": _plain}
    took = dict.fromkeys(ways, 0.0)
    now = clock.now()
    for turn in range(n_slices + 1):
        for name, append in ways.items():
            ledger.append = append  # type: ignore[assignment]
            began = time.perf_counter()
            for _ in range(SLICE):
                receipt = filing.submit_request(written, at=now, language="zh-hans")
                assert isinstance(receipt, filing.Receipt), receipt
            if turn:  # the first is for warming up
                took[name] += time.perf_counter() - began
    return took | {"n": float(n_slices * SLICE)}


def _plain(entry: Any, parts: Any, at: Any, *, before: Any = None) -> Any:
    """`ledger.append` without the chain: the same rows in the same tables."""
    import json
    import secrets
    from types import MappingProxyType

    from django.db import connection

    from minsheng.ledger import horizon, sealing
    from minsheng.ledger.models import Part
    from minsheng.ledger.records import Recorded
    from minsheng.ledger.services import writing

    wire = {name: getattr(entry, name) for name in ("matter", "n", "event", "step", "round", "outcome")}
    wire |= {"on": entry.on.isoformat(), "facts": dict(entry.facts), "checks": dict(entry.checks)}
    wire |= {"role": entry.role, "body": entry.body, "actor": entry.actor, "closed": {}}
    body = json.dumps(wire, ensure_ascii=False).encode()
    moment = connection.ops.adapt_datetimefield_value(at)
    row = [entry.matter, entry.n, secrets.token_bytes(32), body, b"", b"", moment]
    assert horizon.insert(row, entry.matter, entry.n)
    if parts:
        key = sealing.key_of(entry.matter, make=True)
        Part.objects.bulk_create(
            Part(
                matter=entry.matter,
                n=entry.n,
                name=one.name,
                box=writing.boxed(key, entry.n, one.name, one.value, bytes(32), keep=one.keep),
                disclose=one.disclose,
                guarded=one.guarded,
            )
            for one in parts
        )
    return Recorded(entry, at, "", b"", b"", MappingProxyType({}))
