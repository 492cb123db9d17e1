"""Real input: the first 300 messages of a city's letter box become acts with their dates in a town.

    script/accept --data DIR [--rows 300]

Reads DIR/text/replies.parquet (columns time, title, detail, reply, reply_time). Each message is filed at its
time, dispatched, answered at its reply's time; nobody says whether it is solved. Then the
pages must show them, the worklist list them, and `minsheng verify` accept the export. Exit code 1 if not.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
KINDS = ("housing", "urban_management", "transport", "education", "environment", "employment", "other")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="the folder of data outside the clone")
    parser.add_argument("--rows", type=int, default=300)
    args = parser.parse_args()
    file = args.data / "text" / "replies.parquet"
    if not file.is_file():
        print(f"there is no {file}: this check needs it and fails without it", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="minsheng-accept-") as scratch:
        return accept(file, args.rows, Path(scratch))


def accept(file: Path, n_rows: int, scratch: Path) -> int:
    """Build, look, verify. Prints what was seen."""
    import duckdb

    rows = duckdb.sql(
        f"select time, title, detail, reply, reply_time from '{file}' limit {n_rows}"
    ).fetchall()
    os.environ |= {
        "MINSHENG_DATA": str(scratch / "data"),
        "MINSHENG_KEY_DIR": str(scratch / "keys"),
        "MINSHENG_STATE_DIR": str(scratch / "state"),
        "MINSHENG_TOWN": str(scratch / "town"),
        "MINSHENG_WORKER_THREAD": "no",
        "DJANGO_SETTINGS_MODULE": "minsheng.site.settings",
    }
    for name in ("data", "state"):
        (scratch / name).mkdir(mode=0o700)
    first, last = min(row[0] for row in rows), max(max(row[0], row[4]) for row in rows)
    town_with_calendar(scratch / "town", first.year - 1, last.year + 2)
    import django

    django.setup()
    begin(scratch, at(first) - timedelta(days=1))
    matters = live(rows)
    return look(matters, at(last) + timedelta(days=40), scratch)


def at(local: datetime) -> datetime:
    return local.replace(tzinfo=ZONE).astimezone(UTC)


def town_with_calendar(target: Path, first: int, last: int) -> None:
    """The made-up town with a calendar of these years: weekends only, for their holidays are not known."""
    import minsheng.rulebook

    shutil.copytree(Path(minsheng.rulebook.__file__).parent / "towns" / "yunxi", target)
    calendar = json.loads((target / "calendar.json").read_text())
    calendar |= {"covers": [first, last], "holidays": [], "makeup": []}
    (target / "calendar.json").write_text(json.dumps(calendar))


def begin(scratch: Path, start: datetime) -> None:
    from django.core.management import call_command

    from minsheng.bodies import queries as bodies
    from minsheng.bodies import services as town
    from minsheng.ledger import keys, services

    keys.make(scratch / "keys")
    call_command("migrate", verbosity=0)
    folder = town.read_town(scratch / "town")
    assert not isinstance(folder, list), "\n".join(map(str, folder))
    town.apply_town(folder)
    services.begin_log(bodies.town().origin, start)


def live(rows: list[tuple[datetime, str, str, str, datetime]]) -> list[str]:
    """Every act in the order of its moment, and each night between them."""
    from tqdm import tqdm

    from minsheng.bodies import queries as bodies
    from minsheng.kernel.words import Refusal
    from minsheng.listen.rules.written import Written
    from minsheng.listen.services import filing
    from minsheng.matter import services as matter
    from minsheng.people.rules.actor import Actor
    from minsheng.site import worker

    remedy = bodies.town().text("remedies")
    matters: dict[int, str] = {}
    acknowledged: list[int] = []
    officers = {body.code: Actor("1" * 16, "first_unit", body.code) for body in bodies.bodies()}
    intake = Actor("2" * 16, "intake", "hotline")
    todo: list[tuple[datetime, int, str]] = []
    for i, (asked, _title, _words, _reply, replied) in enumerate(rows):
        todo += [
            (at(asked), i, "file"),
            (at(asked) + timedelta(minutes=20), i, "classify"),
            (at(asked) + timedelta(minutes=40), i, "dispatch"),
            (max(at(replied), at(asked) + timedelta(hours=1)), i, "reply"),
        ]
    todo.sort()
    night = todo[0][0]
    for moment, i, what in tqdm(todo, desc="acts", file=sys.stderr):
        while night + timedelta(days=1) < moment:
            night += timedelta(days=1)
            worker.once(night, but=frozenset({"publish"}))
        _, title, words, reply, _ = rows[i]
        kind = KINDS[i % len(KINDS)]
        body = bodies.competent(kind, None)[0].code
        done: object = None
        if what == "file":
            receipt = filing.submit_request(Written(words=f"{title}\n{words}"), at=moment, language="zh-hans")
            assert not isinstance(receipt, Refusal), receipt.reason.en
            matters[i] = receipt.matter
        elif what == "classify":
            facts = {"kind": kind, "urgency": "ordinary"}
            done = matter.act(matters[i], "classify", "dispatch", facts=facts, actor=intake, at=moment)
        elif what == "dispatch":
            done = matter.act(
                matters[i], "dispatch", "sent", facts={"first_unit": body}, actor=intake, at=moment
            )
        else:
            document = {
                "done": reply,
                "no_evidence": "原信没有附件",
                "remedy": remedy.zh if remedy else "复核",
            }
            officer = officers[body]
            accepted = matter.act(matters[i], "accept", "accepted", actor=officer, at=moment)
            assert accepted is not None
            done = matter.act(
                matters[i], "handle", "done", documents={"reply": document}, actor=officer, at=moment
            )
            if isinstance(done, Refusal) and done.code == "check_failed":
                told = {"progress": {"did": reply}}  # an acknowledgement is no answer, it only tells
                done = matter.act(matters[i], "handle", "tell", documents=told, actor=officer, at=moment)
                acknowledged.append(i)
        if isinstance(done, Refusal):
            raise SystemExit(f"row {i}, {what}: {done.reason.en}")
    print(f"{len(acknowledged)} of {len(rows)} replies are acknowledgements: told, not answered")
    return list(matters.values())


def look(matters: list[str], end: datetime, scratch: Path) -> int:
    """The pages and the check that a stranger would make."""
    from django.test import Client

    from minsheng.matter import queries
    from minsheng.publish import services as publish
    from minsheng.publish.models import PublicMatter
    from minsheng.site import clock, worker
    from minsheng.verify.check import verify
    from minsheng.verify.export import open_export

    for day in range(45, 0, -1):
        worker.once(end - timedelta(days=day), but=frozenset({"publish"}))
    publish.publish(end)
    clock.now = lambda: end  # type: ignore[assignment]  # the pages are looked at on that day
    ends = Counter(
        view.status.end.value for one in matters if (view := queries.get(one, end)) and view.status.end
    )
    open_ones = len(matters) - sum(ends.values())
    print(f"{len(matters)} matters; ends: {dict(ends)}; still unanswered, and publicly late: {open_ones}")
    client, bad = Client(), 0
    numbers = list(PublicMatter.objects.order_by("number").values_list("number", flat=True))
    for path in [
        "/",
        "/matters/",
        "/late/",
        "/figures/",
        "/log/",
        *(f"/matters/{number}/" for number in numbers),
    ]:
        answer = client.get(path)
        if answer.status_code != 200:
            print(f"{path}: {answer.status_code}")
            bad += 1
    print(f"{len(numbers)} public pages looked at, {bad} bad")
    report = verify(open_export(publish.folder()))
    for finding in report.findings:
        print(finding)
    print(f"verify: {report.counts}, {len(report.findings)} findings")
    wrong = bad or len(numbers) != len(matters) or set(ends) != {"lapsed"} or len(report.findings)
    print("accepted" if not wrong else "not accepted")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
