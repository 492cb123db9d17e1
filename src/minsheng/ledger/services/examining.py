"""`minsheng doctor` for keys, database, log, handlers and disk: what is well, what is not, what to do next.

Nothing is changed here and nothing is signed.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from minsheng.kernel.log.entries import commit
from minsheng.kernel.log.note import split_note
from minsheng.kernel.words import Text
from minsheng.ledger import append_only, horizon, keys, published, queries, state
from minsheng.ledger.models import Entry, Erased
from minsheng.ledger.records import Inconsistent
from minsheng.ledger.services.sequencing import check_all, refuse_older_state

Level = Literal["ok", "warn", "fail"]

_HORIZON_WARN: Final = 60
_HORIZON_FAIL: Final = 600
"""Seconds: write transactions should end within one."""

_BACKUP_WITHIN: Final = timedelta(days=2)
_LAG_WARN: Final = timedelta(minutes=5)
_FREE_WARN: Final = 2 * 2**30
_FREE_FAIL: Final = 200 * 2**20


@dataclass(frozen=True, slots=True)
class Examined:
    """One line of the doctor: what it is about, how it stands, and what to do next ("" for nothing)."""

    name: str
    level: Level
    what: Text
    next: str = ""


def examine(
    now: datetime, *, handlers: Sequence[str] = (), deep: bool = False, backup: Path | None = None
) -> list[Examined]:
    """Examine everything of this room. `handlers` are those that should run; `deep` reads every entry;
    `backup` is a folder that must hold no key."""
    found = [*_keys(backup), *_folders(), *_disk()]
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        what = Text("数据库连不上", f"the database cannot be reached: {type(error).__name__}")
        return [
            *found,
            Examined("database", "fail", what, "look at DATABASE_URL and at the database's own log"),
        ]
    found += _tables()
    if found[-1].name == "tables" and found[-1].level == "fail":
        return found
    found += [*_engine(), *_log(now), *_erased(), *_readers(now, handlers), *_backups(now)]
    return found + (list(_deep()) if deep else [])


def _ok(name: str, zh: str, en: str) -> Examined:
    return Examined(name, "ok", Text(zh, en))


def _keys(backup: Path | None) -> list[Examined]:
    outside = {"data": Path(settings.MINSHENG_DATA), "state": Path(settings.MINSHENG_STATE_DIR)}
    if backup is not None:
        outside["backup"] = backup
    problems = keys.problems(Path(settings.MINSHENG_KEY_DIR), outside=outside)
    found = [Examined("keys", "fail", problem.what, problem.next) for problem in problems]
    return found or [_ok("keys", "密钥齐全，只有本人能读", "all keys are there, for the owner alone")]


def _folders() -> list[Examined]:
    found = []
    for name in ("MINSHENG_DATA", "MINSHENG_STATE_DIR"):
        path = Path(getattr(settings, name))
        if path.is_dir() and stat.S_IMODE(path.stat().st_mode) & 0o007:
            what = Text(f"{path} 任何人都能读", f"{path} can be read by everybody on this machine")
            found.append(Examined("folders", "warn", what, f"chmod o= {path}"))
    return found or [_ok("folders", "数据文件夹不对外", "the data folders are closed to others")]


def _disk() -> list[Examined]:
    found = []
    for path in (Path(settings.MINSHENG_DATA), Path(settings.MINSHENG_STATE_DIR)):
        if not path.is_dir():
            continue
        free = shutil.disk_usage(path).free
        if free < _FREE_WARN:
            what = Text(
                f"{path} 所在的盘只剩 {free // 2**20} MiB",
                f"only {free // 2**20} MiB are free where {path} lies",
            )
            level: Level = "fail" if free < _FREE_FAIL else "warn"
            found.append(Examined("disk", level, what, "make room, or move the data folder to a larger disk"))
    return found or [_ok("disk", "磁盘空间够用", "there is room on the disk")]


def _tables() -> list[Examined]:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        what = Text("数据库还没有升级到这个版本", "the database has not the form of this version yet")
        return [Examined("tables", "fail", what, "minsheng init")]
    missing = append_only.missing(connection)
    if missing:
        what = Text(
            f"只增不改的触发器缺了：{', '.join(missing)}",
            f"append-only triggers are missing: {', '.join(missing)}",
        )
        return [Examined("append_only", "fail", what, "find out who took them away; then: minsheng init")]
    return [_ok("tables", "表和触发器都在", "tables and triggers are all there")]


def _engine() -> list[Examined]:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            pragmas = {}
            for pragma in ("journal_mode", "synchronous", "secure_delete"):
                cursor.execute(f"PRAGMA {pragma}")
                row = cursor.fetchone()
                pragmas[pragma] = str(row[0]) if row else ""
        if pragmas != {"journal_mode": "wal", "synchronous": "2", "secure_delete": "1"}:
            what = Text(f"SQLite 的设置不对：{pragmas}", f"SQLite is not set up as it should be: {pragmas}")
            return [
                Examined("database", "fail", what, "use this platform's settings; a power cut loses acts")
            ]
        return [_ok("database", "SQLite，每次确认都落盘", "SQLite, every acknowledged act is on disk")]
    return _postgresql()


def _postgresql() -> list[Examined]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        row = cursor.fetchone()
    found = []
    if row is None or row[0] != "on" or row[1] == "off":
        what = Text(
            "PostgreSQL 没有保证落盘", "PostgreSQL does not wait for the disk: a power cut loses acts"
        )
        found.append(Examined("database", "warn", what, "set fsync and synchronous_commit to on"))
    age = horizon.age()
    if horizon.is_stale():
        what = Text(
            "这个数据库不是用 minsheng restore 恢复的",
            "the database was put in place without `minsheng restore`: readers and the log stand still",
        )
        found.append(Examined("horizon", "fail", what, "minsheng restore BACKUP --replace"))
    elif age > _HORIZON_WARN:
        what = Text(f"有一个事务已经开了 {age} 秒", f"a writing transaction has been open for {age} seconds")
        level: Level = "fail" if age > _HORIZON_FAIL else "warn"
        found.append(Examined("horizon", level, what, "look at pg_stat_activity; nobody reads past it"))
    return found or [_ok("database", f"PostgreSQL，视界 {age} 秒", f"PostgreSQL, horizon {age} s old")]


def _log(now: datetime) -> Iterator[Examined]:
    try:
        last = state.read_log()
        if last is None:
            what = Text("还没有公开账", "there is no log yet")
            yield Examined("log", "fail", what, "minsheng init (or bring the state folder back)")
            return
        refuse_older_state(last)
        if queries.n_leaves() < last.size:
            raise Inconsistent(f"the database has {queries.n_leaves()} leaves, {last.size} were signed")
        if last.size <= 100_000:
            check_all(last)
    except Inconsistent as error:
        what = Text(f"账对不上，不再签名：{error}", f"the log does not agree, nothing is signed: {error}")
        yield Examined("log", "fail", what, "minsheng restore BACKUP, or ask for help before anything else")
        return
    behind = now - last.at
    if behind > timedelta(days=2):
        what = Text(f"上次签名是 {last.at:%Y-%m-%d %H:%M} UTC", f"last signed {last.at:%Y-%m-%d %H:%M} UTC")
        yield Examined(
            "sequencer", "fail", what, f"minsheng work --resume {now:%Y-%m-%d}, if the clock is right"
        )
    elif behind > timedelta(hours=26):
        what = Text(f"上次签名是 {last.at:%Y-%m-%d %H:%M} UTC", f"last signed {last.at:%Y-%m-%d %H:%M} UTC")
        yield Examined("sequencer", "warn", what, "minsheng work")
    else:
        yield _ok("log", f"{last.size} 条，与签过的一致", f"{last.size} leaves, as they were signed")
    if lost := queries.n_lost():
        what = Text(
            f"恢复以后有 {lost} 条找不回来", f"{lost} entries were lost in a restore, and are counted so"
        )
        yield Examined("lost", "warn", what, "minsheng restore --proof FILE, for each file a resident brings")
    yield _witness(last)


def _witness(last: state.LogState) -> Examined:
    note = published.checkpoint_note() or last.note
    names = {name for name, _, _ in split_note(note)[1]} - {last.origin}
    if names:
        return _ok(
            "witness", f"外部见证：{', '.join(sorted(names))}", f"witnessed by {', '.join(sorted(names))}"
        )
    what = Text("没有外部见证，首页会这样写", "no outside witness signs with us; the front page says so")
    return Examined(
        "witness", "warn", what, "ask a neighbouring town or an association to cosign checkpoints"
    )


def _erased() -> list[Examined]:
    done = set(Erased.objects.values_list("matter", flat=True))
    left = {matter for matter, _ in state.erased()} - done
    if left:
        what = Text(f"{len(left)} 件删除过的事又回来了", f"{len(left)} erased matters have come back")
        return [Examined("erased", "fail", what, "minsheng restore --erased")]
    return [_ok("erased", f"删除过 {len(done)} 件，都已删净", f"{len(done)} matters erased, none came back")]


def _readers(now: datetime, handlers: Sequence[str]) -> list[Examined]:
    found = []
    for lag in queries.lag(now, handlers):
        if lag.stopped_at is not None:
            what = Text(
                f"{lag.handler} 停在 {lag.stopped_matter}/{lag.stopped_n}：{lag.error}",
                f"{lag.handler} stands at {lag.stopped_matter}/{lag.stopped_n} since "
                f"{lag.stopped_at:%Y-%m-%d %H:%M} UTC ({lag.n_failures} tries): {lag.error}",
            )
            found.append(Examined("handlers", "fail", what, "mend the cause; it is tried again by itself"))
        elif lag.behind > _LAG_WARN:
            what = Text(
                f"{lag.handler} 落后 {lag.n_behind} 笔", f"{lag.handler} is {lag.n_behind} entries behind"
            )
            found.append(Examined("handlers", "warn", what, "minsheng work"))
    return found or [_ok("handlers", "都跟上了", "all handlers follow closely")]


def _backups(now: datetime) -> list[Examined]:
    at = state.last_backup()
    if at is None or now - at > _BACKUP_WITHIN:
        when = Text("从来没有", "never") if at is None else Text(f"{at:%Y-%m-%d}", f"{at:%Y-%m-%d}")
        what = Text(f"上次备份：{when.zh}", f"last backup: {when.en}")
        return [Examined("backup", "warn", what, "minsheng backup FOLDER, every night, to another machine")]
    return [_ok("backup", f"上次备份 {at:%Y-%m-%d}", f"last backup {at:%Y-%m-%d}")]


def _deep() -> Iterator[Examined]:
    """Compare every entry with its commitment."""
    wrong = []
    rows = Entry.objects.filter(body__isnull=False).values_list("matter", "n", "commitment", "body", "salt")
    n = 0
    for matter, place, commitment, body, salt in rows.iterator(chunk_size=2_000):
        n += 1
        if commit(bytes(body or b""), bytes(salt or b"")) != bytes(commitment).hex():
            wrong.append(f"{matter}/{place}")
    if wrong:
        some = ", ".join(wrong[:5])
        what = Text(f"{len(wrong)} 笔被改过：{some}", f"{len(wrong)} entries were changed: {some}")
        yield Examined("entries", "fail", what, "minsheng restore BACKUP; find out who changed them")
    else:
        yield _ok("entries", f"{n} 笔都与承诺一致", f"all {n} entries are what was committed to")
