"""A large town, quickly: matters of the made-up town, copied with ids, chains, keys and seals of their own.

Every copy is as real as a filed matter: entries that chain and verify, parts that open under the matter's own
data key, list rows, duties, letters. Only files are left out. `templates` runs inside the made-up town and
gives its matters; `load` runs inside an empty town on PostgreSQL and writes the copies day by day, with the
log cut and signed every night, as if the town had lived through them.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

PLAIN: Final = {
    "matter_matterrow": "id",
    "matter_duty": "matter_id",
    "listen_filing": "matter",
    "listen_letter": "matter",
    "people_consentchange": "matter",
    "publish_publicmatter": "matter",
}
"""Tables whose rows are copied as they are, but for ids and numbers; and the column of the matter."""

OWN: Final = ("id",)
"""Columns that the database numbers itself, in all of these but `matter_matterrow`."""


def templates(file: str) -> int:
    """Write every matter of this town that has no files to `file`; how many."""
    from django.db import connection

    from minsheng.ledger import queries, sealing
    from minsheng.ledger.models import Entry, Part
    from minsheng.matter.models import Attachment, MatterRow
    from minsheng.people.models import VaultField
    from minsheng.people.pseudonyms import pseudonym

    with_files = set(Attachment.objects.values_list("matter", flat=True))
    found = []
    for row in MatterRow.objects.filter(erased=False).exclude(id__in=with_files).order_by("opened_on", "id"):
        key = sealing.key_of(row.id)
        entries = [
            {"n": one.n, "body": bytes(one.body or b"").decode(), "at": one.at.isoformat(),
             "prev": bytes(one.commitment).hex()}
            for one in Entry.objects.filter(matter=row.id).order_by("n")
            if one.at is not None
        ]  # fmt: skip
        parts = [
            {"n": one.n, "name": one.name, "disclose": one.disclose, "guarded": one.guarded,
             "plain": key.unseal(bytes(one.box or b""), queries.part_purpose(one.n, one.name)).hex()}
            for one in Part.objects.filter(matter=row.id).order_by("id")
        ]  # fmt: skip
        vault = [
            {"name": one.name, "plain": key.unseal(bytes(one.sealed), f"people.vault.{one.name}").hex()}
            for one in VaultField.objects.filter(matter=row.id)
        ]
        rows = {}
        with connection.cursor() as cursor:
            for table, column in PLAIN.items():
                cursor.execute(f"SELECT * FROM {table} WHERE {column} = %s", [row.id])
                names = [one[0] for one in cursor.description]
                rows[table] = [dict(zip(names, one, strict=True)) for one in cursor.fetchall()]
        found.append(
            {"id": row.id, "resident": pseudonym(row.id, f"resident:{row.id}"), "entries": entries,
             "parts": parts, "vault": vault, "rows": rows}
        )  # fmt: skip
    Path(file).write_text(json.dumps(found, default=str))
    return len(found)


@dataclass(slots=True)
class _Copy:
    """One matter to be: its ids, its key, and the commitment of its last entry so far."""

    template: dict[str, Any]
    id: str
    key: bytes
    resident: str
    number: str
    head: str = ""


@dataclass(slots=True)
class Loaded:
    """How much was written, and how long the parts of it took (seconds)."""

    n_matters: int = 0
    n_entries: int = 0
    writing: float = 0.0
    sequencing: float = 0.0
    n_nights: int = 0
    copies: list[tuple[str, str]] = field(default_factory=list)


def load(file: str, n_matters: int) -> dict[str, Any]:
    """Write `n_matters` copies. Gives counts, seconds, and (id, number) of every copy."""
    from django.db import connection, transaction

    from minsheng.bodies import queries as bodies
    from minsheng.ledger import services as ledger

    zone = ZoneInfo(bodies.town().zone)
    found = json.loads(Path(file).read_text())
    copies = list(_copies(found, n_matters, bodies.town().number_prefix))
    _keep_procedures()
    began = min(_moment(one["at"]) for template in found for one in template["entries"])
    ledger.begin_log(bodies.town().origin, began - timedelta(days=1))
    loaded = Loaded(n_matters=len(copies), copies=[(one.id, one.number) for one in copies])
    by_template: dict[str, list[_Copy]] = defaultdict(list)
    for one in copies:
        by_template[one.template["id"]].append(one)
    for day, steps in _days(found, zone):
        mark = time.perf_counter()
        for template, entries in steps:
            group = by_template[template["id"]]
            for first in range(0, len(group), 2_000):
                with transaction.atomic():
                    loaded.n_entries += _write(connection, group[first : first + 2_000], entries)
        loaded.writing += time.perf_counter() - mark
        mark = time.perf_counter()
        night = datetime.combine(day + timedelta(days=1), clock_time(0, 5), zone).astimezone(UTC)
        ledger.sequence(night, zone=zone, cut=True)
        loaded.sequencing += time.perf_counter() - mark
        loaded.n_nights += 1
    mark = time.perf_counter()
    _write_plain(connection, copies)
    loaded.writing += time.perf_counter() - mark
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "n_matters": loaded.n_matters, "n_entries": loaded.n_entries, "writing": loaded.writing,
        "sequencing": loaded.sequencing, "n_nights": loaded.n_nights, "copies": loaded.copies,
        "last_day": str(day),
    }  # fmt: skip


def _copies(found: list[dict[str, Any]], n_matters: int, prefix: str) -> Iterator[_Copy]:
    from minsheng.people.pseudonyms import pseudonym

    for n in range(n_matters):
        template = found[n % len(found)]
        new = secrets.token_hex(8)
        resident = pseudonym(new, f"resident:{new}")
        yield _Copy(template, new, os.urandom(32), resident, f"{prefix}2026-{n + 1}")


def _keep_procedures() -> None:
    from minsheng.matter import procedures
    from minsheng.site import clock

    for loaded in procedures.all_loaded().values():
        procedures.keep(loaded, clock.now())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _days(found: list[dict[str, Any]], zone: ZoneInfo) -> Iterator[tuple[Any, list[tuple[Any, list[Any]]]]]:
    """Every day on which something was written: which entries of which templates."""
    days: dict[Any, dict[str, tuple[Any, list[Any]]]] = defaultdict(dict)
    for template in found:
        # A tick may carry an earlier moment than the entry before it: it was written when that was.
        written = datetime.min.replace(tzinfo=UTC)
        for entry in template["entries"]:
            written = max(written, _moment(entry["at"]))
            day = written.astimezone(zone).date()
            days[day].setdefault(template["id"], (template, []))[1].append(entry)
    for day in sorted(days):
        yield day, list(days[day].values())


def _write(connection: Any, group: list[_Copy], entries: list[dict[str, Any]]) -> int:
    """These entries for each of these copies, with their parts; keys too if they begin."""
    from minsheng.ledger import queries, sealing

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        ((tx,),) = cursor.fetchall()
    rows, parts, data_keys = [], [], []
    wanted = {entry["n"] for entry in entries}
    for copy in group:
        old = copy.template
        sealer = sealing.MatterKey(copy.id, copy.key)
        for entry in entries:
            before = old["entries"][entry["n"] - 1]["prev"] if entry["n"] else ""
            text = entry["body"].replace(old["id"], copy.id).replace(old["resident"], copy.resident)
            body = (text.replace(before, copy.head) if before else text).encode()
            salt = os.urandom(32)
            commitment = sha256(salt + body).digest()
            copy.head = commitment.hex()
            at = _moment(entry["at"])
            rows.append((copy.id, entry["n"], commitment, body, salt, os.urandom(32), at, 0, tx))
        for part in old["parts"]:
            if part["n"] in wanted:
                box = sealer.seal(bytes.fromhex(part["plain"]), queries.part_purpose(part["n"], part["name"]))
                parts.append((copy.id, part["n"], part["name"], box, part["disclose"], part["guarded"]))
        if 0 in wanted:
            data_keys.append((copy.id, sealing._wrap(copy.id, copy.key, 1), 1))
    _copy_in(connection, "ledger_entry", "matter,n,commitment,body,salt,moment_salt,at,epoch,tx", rows)
    _copy_in(connection, "ledger_part", "matter,n,name,box,disclose,guarded", parts)
    _copy_in(connection, "ledger_datakey", "matter,wrapped,version", data_keys)
    return len(rows)


def _copy_in(connection: Any, table: str, columns: str, rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    raw = connection.connection
    with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _write_plain(connection: Any, copies: list[_Copy]) -> None:
    """List rows, duties, filings, letters, consents, vault and public rows of every copy."""
    from django.db import transaction

    from minsheng.ledger import sealing

    for table, column in PLAIN.items():
        for first in range(0, len(copies), 5_000):
            rows, names = [], []
            for copy in copies[first : first + 5_000]:
                for row in copy.template["rows"][table]:
                    new = row | {column: copy.id}
                    if table != "matter_matterrow":
                        new = {name: value for name, value in new.items() if name not in OWN}
                    if "number" in new:
                        new["number"] = copy.number
                    if "code_hash" in new:
                        new["code_hash"] = secrets.token_hex(32)
                    names = list(new)
                    rows.append(tuple(_value(name, value) for name, value in new.items()))
            with transaction.atomic():
                _copy_in(connection, table, ",".join(f'"{name}"' for name in names), rows)
    for first in range(0, len(copies), 5_000):
        vault = []
        for copy in copies[first : first + 5_000]:
            sealer = sealing.MatterKey(copy.id, copy.key)
            for one in copy.template["vault"]:
                sealed = sealer.seal(bytes.fromhex(one["plain"]), f"people.vault.{one['name']}")
                vault.append((copy.id, one["name"], sealed))
        with transaction.atomic():
            _copy_in(connection, "people_vaultfield", "matter,name,sealed", vault)


_BOOLEAN: Final = frozenset({"waiting", "erased", "has_mail", "given", "stopped", "withheld"})


def _value(name: str, value: Any) -> Any:
    return bool(value) if name in _BOOLEAN else value
