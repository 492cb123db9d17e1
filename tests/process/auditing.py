"""What must be true of a town after everything: nothing is missing, nothing is doubled, all verifies."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from minsheng.verify.check import Report, verify
from minsheng.verify.export import open_export
from minsheng.verify.receipt import verify_receipt
from tests.process.load import Noted
from tests.process.towns import Town

_PARTS = """
from minsheng.ledger import queries
from minsheng.matter import queries as matters
found = {}
for number in said:
    id = matters.id_of(number)
    parts = queries.open_parts(id) if id else {}
    found[number] = [
        str(part.value) for by_name in parts.values() for name, part in by_name.items() if name != "moment"
    ]
print(json.dumps(found))
"""

_REBUILT = """
from minsheng.matter import services
from minsheng.site import clock
print(json.dumps(services.rebuild_rows(check_only=True, now=clock.now())))
"""


def nothing_acknowledged_is_missing(town: Town, noted: Noted) -> None:
    """Every filing and act that somebody was told of is on the ledger, words and all; no filing twice."""
    ids = dict(town.rows("SELECT number, id FROM matter_matterrow"))
    assert set(noted.filed) <= set(ids), "a receipt was given for a matter that is not there"
    assert len(ids) == len(noted.filed), "a filing that was tried again became two matters"
    done = Counter((e["matter"], e["event"], e["step"], e["outcome"]) for e in town.entries())
    told = Counter(
        (ids[d.number], d.event, d.step, d.outcome) for d in noted.deeds if d.event != "supplemented"
    )
    missing = {deed: n for deed, n in told.items() if done[deed] < n}
    assert not missing, f"acknowledged and not there: {missing}"
    words = town.inside(_PARTS, sorted(noted.filed))
    for number, marker in noted.filed.items():
        assert any(marker in text for text in words[number]), f"{number} lost its words"
    for deed in noted.deeds:
        if deed.marker:
            assert any(deed.marker in text for text in words[deed.number]), f"{deed} lost its words"


def nothing_is_doubled(town: Town) -> int:
    """No tick is written twice, no letter noted twice, no leaf made twice; how many ticks there are."""
    ticks = Counter(
        (e["matter"], e["round"], e["step"], e["facts"].get("clock"), e["facts"].get("k"))
        for e in town.entries()
        if e["role"] == "clock" and "k" in e["facts"]
    )
    assert not {tick: n for tick, n in ticks.items() if n > 1}
    doubled = town.rows("SELECT matter, n, kind FROM listen_letter GROUP BY 1, 2, 3 HAVING count(*) > 1")
    assert not doubled
    doubled = town.rows(
        "SELECT commitment FROM ledger_leaf WHERE commitment IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    )
    assert not doubled
    return len(ticks)


def chains_hold(town: Town) -> None:
    """Every chain is whole: numbered from 0, each entry hashed as it says, each naming the one before."""
    rows = town.rows("SELECT matter, n, commitment, body, salt FROM ledger_entry ORDER BY matter, n")
    before: dict[str, tuple[int, str]] = {}
    for matter, n, commitment, body, salt in rows:
        last_n, last = before.get(matter, (-1, None))
        assert n == last_n + 1, f"{matter} has no entry {last_n + 1}"
        if body is not None:
            entry = json.loads(bytes(body))
            assert sha256(bytes(salt) + bytes(body)).digest() == bytes(commitment)
            assert entry["n"] == n
            assert entry["matter"] == matter
            assert entry["prev"] == last, f"{matter} breaks at {n}"
        before[matter] = (n, bytes(commitment).hex())


def everybody_was_told(town: Town) -> None:
    """The handlers have read everything: each matter has its first letter noted, no handler stands."""
    cursors = town.rows("SELECT handler, entry, error FROM ledger_cursor")
    assert cursors
    assert all(not error for _, _, error in cursors), cursors
    missing = town.rows(
        "SELECT f.matter FROM listen_filing f WHERE NOT EXISTS "
        "(SELECT 1 FROM listen_letter l WHERE l.matter = f.matter AND l.kind = 'received')"
    )
    assert not missing, f"{len(missing)} residents were not told that their words arrived"


def settle(town: Town) -> None:
    """The next morning, and one round after the other until nothing more is due: all is disclosed."""
    town.shift(timedelta(days=1, hours=1))
    for _ in range(20):
        done = json.loads(town.do("work", "--once", "--json"))
        assert not done["stopped"], done
        if not any(done["done"][name] for name in ("clock", "handlers", "log", "publish")):
            return
        town.shift(timedelta(minutes=2))
    raise AssertionError(f"the work does not come to an end: {done}")


def rows_agree(town: Town) -> None:
    """The list rows are those of the entries."""
    assert town.inside(_REBUILT) == []


def doctor_is_content(town: Town) -> None:
    """`doctor --deep` finds nothing that fails."""
    answer = town.ask("doctor", "--deep", "--json")
    lines = json.loads(answer.stdout)["lines"]
    assert answer.returncode == 0, [line for line in lines if line["level"] == "fail"]


def published(town: Town) -> Path:
    """Where the last daily export lies."""
    return town.data / "public" / "export"


def verified(export: Path, **more: Any) -> Report:
    """What `minsheng verify` finds; fails unless the export holds."""
    report = verify(open_export(export), **more)
    assert report.holds, [finding.to_json() for finding in report.findings][:10]
    return report


def proofs_hold(town: Town, noted: Noted) -> int:
    """Every proof file that a resident took home holds, against the export and against its log; how many."""
    export = open_export(published(town))
    for number, file in noted.proofs:
        report = verify_receipt(file, log=export.read)
        assert report.state == "included", (number, report.state, [f.to_json() for f in report.findings])
    verified(published(town), receipts=[file for _, file in noted.proofs])
    return len(noted.proofs)
