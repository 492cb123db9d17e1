"""What is never given up, lines 7 to 12 (DESIGN §2). Each test names its line.

More of the same lines, in the rooms that carry them:
line 7: tests/separation (every route, every role, every document), tests/people/test_vault.py.
line 8: tests/contracts/test_columns.py (every column declared, none that could hold a score).
line 9: tests/bodies/test_folder.py (a class of matters about opinion is refused).
line 11: tests/publish (order by fixed rules, months at the same size, no slot an address could fill).
line 12: tests/kernel/procedure (separation), tests/site/test_health.py (doctor names what wants a person).
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

import minsheng
from minsheng.bodies import services as bodies
from minsheng.kernel.words import Refusal
from minsheng.ledger import queries as ledger
from minsheng.listen.rules.contact import Contact
from minsheng.matter import procedures, services
from minsheng.matter.testing import Cast
from minsheng.people import queries as people
from minsheng.people.pseudonyms import pseudonym
from minsheng.people.rules.actor import Actor
from minsheng.people.rules.vault import FIELDS, protection_of
from minsheng.people.services import vault
from minsheng.publish import pages
from minsheng.publish.models import PublicMatter
from minsheng.publish.testing import Days, number
from minsheng.site import wiring

pytestmark = pytest.mark.django_db(transaction=True)

PACKAGE = Path(minsheng.__path__[0])
PHONE = "13912345678"


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE), ast.parse(path.read_text("utf-8"))


def imports() -> Iterator[tuple[Path, str]]:
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((path, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield path, node.module or ""


def routes(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path


# line 7: what can hurt a complainant is never shown to those complained about


def test_line_7_whoever_is_complained_about_reads_nothing_in_any_rule_file(days: Days) -> None:
    for loaded in procedures.all_loaded().values():
        procedure = loaded.procedure
        subjects = {role.id for role in procedure.roles.values() if role.is_subject}
        assert subjects, f"{procedure.id} names nobody who is complained about"
        for document in procedure.documents.values():
            assert not subjects & set(document.readers), document.id
        protection = protection_of(procedure)
        assert subjects <= protection.never and not subjects & protection.visible_to


def test_line_7_every_look_at_an_identity_is_on_record_for_the_person_concerned(days: Days) -> None:
    matter = days.file(contact=Contact(name="吴小梅", phone=PHONE))
    protection = protection_of(procedures.all_loaded()["resident-request"].procedure)
    seen = vault.read_field(matter, "phone", Cast.intake, "转接通话", days.now, protection=protection)
    assert seen == PHONE
    for actor in (Cast.housing, Cast.reviewer, Cast.arbiter, Actor("1" * 16, "complained_about", "housing")):
        for field in FIELDS:
            refused = vault.read_field(matter, field, actor, "想知道是谁", days.now, protection=protection)
            assert isinstance(refused, Refusal)
    reads = people.reads(matter)
    assert len(reads) == 1 + 4 * len(FIELDS), "also those that were refused"


def test_line_7_nothing_of_an_identity_is_on_the_ledger_or_on_a_public_page(
    days: Days, html: Callable[[str], str]
) -> None:
    matter = days.file(contact=Contact(name="吴小梅", phone=PHONE, email="wu@yunxi.example"))
    days.dispatch(matter)
    days.to(1)
    days.publish()
    everything = html("/") + html("/matters/") + html(f"/matters/{number(matter)}/")
    everything += "".join(str(recorded) for recorded in ledger.chain(matter, parts=True))
    for part in (PHONE, "吴小梅", "wu@yunxi"):
        assert part not in everything


# line 8: no resident is scored, ranked, profiled or labelled


def test_line_8_two_matters_of_one_person_cannot_be_joined(days: Days) -> None:
    first, second = days.file(), days.file()
    assert pseudonym(first, "same person") != pseudonym(second, "same person")
    actors = [{recorded.entry.actor for recorded in ledger.chain(one)} for one in (first, second)]
    assert not actors[0] & actors[1]


def test_line_8_no_table_counts_by_resident() -> None:
    for room in settings.ROOMS:
        for model in apps.get_app_config(room).get_models(include_auto_created=True):
            named = {field.name for field in model._meta.fields}
            assert not named & {
                "resident",
                "resident_id",
                "citizen",
                "complainant",
                "n_requests",
                "repeat",
            }, model


# line 9: no hidden eye


def test_line_9_no_route_and_no_handler_watches_residents() -> None:
    watching = re.compile(r"alert|watch|subscrib|cluster|trend|saved|sensitiv|stabilit|opinion|monitor")
    assert [path for path in routes() if watching.search(path)] == []
    assert [name for name in (*wiring.HANDLERS, *wiring.JOBS) if watching.search(name)] == []


def test_line_9_no_role_of_police_censorship_or_personnel_is_in_a_rule_file(days: Days) -> None:
    eye = re.compile(r"police|censor|personnel|security|propaganda|公安|网信|维稳|组织部|人事|舆情")
    for loaded in procedures.all_loaded().values():
        for role in loaded.procedure.roles.values():
            assert not eye.search(f"{role.id} {role.title.zh} {role.title.en}"), role.id


@pytest.mark.parametrize("name", ["yunxi", "harbour"])
def test_line_9_no_class_of_matters_is_about_opinion(name: str) -> None:
    folder = bodies.read_town(Path(settings.MINSHENG_TOWNS) / name)
    assert not isinstance(folder, list), "and a folder with such a class does not even load"
    assert any(one.code == "other" for one in folder.taxonomy)


# line 10: models suggest, rules and people decide


def test_line_10_no_text_can_leave_the_machine() -> None:
    outside = {
        "http", "httpx", "requests", "aiohttp", "urllib3", "socket", "ftplib", "websockets", "grpc",
    }  # fmt: skip
    found = {
        (str(path), name)
        for path, name in imports()
        if name.split(".")[0] in outside or name in ("urllib.request", "smtplib")
    }
    assert found == {
        ("site/commands/verify.py", "urllib.request"),  # reads the log that its user names
        ("site/commands/serve.py", "socket"),  # looks whether a port is free
        ("listen/services/letters.py", "smtplib"),  # names what a mail server may answer
    }


def test_line_10_no_model_is_there_that_could_write_a_reply() -> None:
    models = {
        "torch",
        "transformers",
        "openai",
        "anthropic",
        "tensorflow",
        "llama_cpp",
        "vllm",
        "onnxruntime",
    }
    assert [(path, name) for path, name in imports() if name.split(".")[0] in models] == []


# line 11: no stage for praise


def test_line_11_what_officers_write_reaches_no_public_page_unless_the_rules_say_so(
    days: Days, html: Callable[[str], str]
) -> None:
    """Marked praise in every text that an officer can write; only what a rule file discloses is shown."""
    matter = days.file()
    days.dispatch(matter)
    tell = {"progress": {"did": "PRAISE-progress", "next": "PRAISE-progress"}}
    days.act(matter, "handle", "tell", Cast.housing, documents=tell)
    reply = {"reply": {"done": "PRAISE-reply", "no_evidence": "PRAISE-reply", "remedy": "PRAISE-reply"}}
    days.act(matter, "handle", "done", Cast.housing, documents=reply)
    days.act(
        matter, "verdict", "not", Cast.resident(matter), documents={"remark": {"words": "PRAISE-remark"}}
    )
    days.to(1)
    days.publish()
    procedure = procedures.all_loaded()["resident-request"].procedure
    disclosed = {name for name, one in procedure.documents.items() if one.disclose != "never"}
    paths = ["/", "/matters/", "/late/", "/figures/", "/log/", f"/matters/{number(matter)}/"]
    shown = {found for path in paths for found in re.findall(r"PRAISE-(\w+)", html(path))}
    assert shown <= disclosed and "reply" not in shown and "remark" not in shown
    everywhere = {found for path in paths[:-1] for found in re.findall(r"PRAISE-(\w+)", html(path))}
    assert everywhere == set(), "and never on a page that is not the matter's own"


def test_line_11_no_public_page_has_a_picture_of_anybody(days: Days, html: Callable[[str], str]) -> None:
    days.file()
    days.to(1)
    days.publish()
    for path in ("/", "/matters/", "/late/", "/figures/", "/log/", "/about/seeing/"):
        page = html(path)
        assert "<img" not in page and "<video" not in page and "background" not in page


def test_line_11_nothing_in_the_interface_gives_points_or_asks_for_stars() -> None:
    praise = re.compile(
        r"积分|徽章|打卡|排行|点赞|表扬|锦旗|红黑榜|五星|好评|进步奖|leaderboard|badge|streak|kudos"
    )
    found = []
    for path in PACKAGE.rglob("*.html"):
        found += [(path.name, word) for word in praise.findall(path.read_text("utf-8"))]
    for path in PACKAGE.rglob("django.po"):
        found += [(str(path), word) for word in praise.findall(path.read_text("utf-8"))]
    assert found == []


def test_line_11_the_rows_of_public_lists_have_no_column_that_a_person_fills() -> None:
    kept = {field.name for field in PublicMatter._meta.fields}
    assert kept == {
        "matter", "number", "procedure", "n", "opened_on", "still_since", "body", "kind", "area", "step",
        "due_on", "stopped", "n_late", "told_body", "withheld", "end", "word",
    }  # fmt: skip
    codes = {"body", "kind", "area", "step", "told_body", "end", "word", "procedure", "number", "matter"}
    texts = {field.name for field in PublicMatter._meta.fields if field.get_internal_type() == "CharField"}
    assert texts == codes, "codes of the town and the rule file, no text of anybody"
    assert "lead" in inspect.signature(pages.ListPage).parameters, "leads are our own sentences"


# line 12: no override


def test_line_12_nothing_that_writes_takes_a_word_of_force() -> None:
    force = re.compile(r"^(force|override_?rules?|skip_checks?|bypass|unsafe|as_admin|sudo|ignore_)")
    found = []
    for path, tree in sources():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                names = [one.arg for one in (*node.args.args, *node.args.kwonlyargs)]
                found += [(str(path), node.name, name) for name in names if force.search(name)]
    assert found == []


def test_line_12_there_is_no_administrators_back_door() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    account = apps.get_model("people", "Account")
    assert not {"is_superuser", "is_staff"} & {field.name for field in account._meta.get_fields()}
    assert [path for path in routes() if re.search(r"admin|root|super", path)] == []


def test_line_12_whoever_holds_every_role_still_meets_the_separation_of_duties(days: Days) -> None:
    """One person with all roles: each act alone would be theirs, together they are refused."""
    almighty = "a" * 16
    matter = days.file()
    days.dispatch(matter)
    unit = Actor(almighty, "first_unit", "housing")
    note = {"extension_note": {"reason": "要登高车", "done_so_far": "看过现场"}}
    days.act(matter, "handle", "extend", unit, documents=note)
    own = Actor(almighty, "coordinator", "supervision")
    answer = services.act(matter, "handle", "extend", actor=own, at=days.now, event="approved")
    assert isinstance(answer, Refusal) and answer.code == "own_approval"
    days.answer(matter, unit)
    days.say(matter, "not")
    again = services.act(
        matter,
        "handle",
        "done",
        actor=unit,
        at=days.now,
        documents={"reply": {"done": "又办了", "no_evidence": "没有", "remedy": "可以复核"}},
    )
    assert isinstance(again, Refusal), "another person has to do it the second time"
    days.answer(matter, Cast.housing_too)
    days.say(matter, "not")
    finding = {"finding": {"finding": "没有问题", "remedy": "可以复议"}}
    for body in ("housing", "review_office"):
        judge = Actor(almighty, "reviewer", body)
        refused = services.act(matter, "review", "upheld", actor=judge, at=days.now, documents=finding)
        assert isinstance(refused, Refusal), f"nobody reviews their own answer, not even from {body}"
