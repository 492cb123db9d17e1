"""The log for everyone: files that can be had, files that cannot, an archive that a stranger can check."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from minsheng.ledger.services import exporting
from minsheng.publish import pages, services
from minsheng.publish.models import Edition
from minsheng.publish.testing import Days
from minsheng.verify.check import verify
from minsheng.verify.export import open_export
from minsheng.verify.files import REASONS

Read = Callable[..., str]
pytestmark = pytest.mark.django_db(transaction=True)


def body(answer: object) -> bytes:
    streamed = getattr(answer, "streaming_content", None)
    return b"".join(streamed) if streamed is not None else answer.content  # type: ignore[attr-defined]


@pytest.fixture
def published(days: Days) -> Days:
    days.say(days.answered(), "solved")
    days.to(1)
    days.publish()
    return days


@pytest.mark.usefixtures("published")
def test_the_logs_own_files_are_served_as_they_are() -> None:
    client = Client()
    note = client.get("/log/checkpoint")
    assert note.status_code == 200 and note["Content-Type"].startswith("text/plain")
    size = note.content.decode().splitlines()[1]
    for path in ("keys", "checkpoints.jsonl", f"tile/0/000.p/{size}"):
        assert client.get(f"/log/{path}").status_code == 200, path
    assert "no-cache" in note["Cache-Control"]


@pytest.mark.parametrize(
    "path",
    [
        "../keys/log",
        "..%2f..%2fkeys%2flog_key",
        "%2e%2e/minsheng.sqlite3",
        "tile/../../keys/vault",
        "tile/0/../../../secret.p/1",
        "/etc/passwd",
        "checkpoint%00",
        "checkpoint/",
        "tile/0/000.p/999",
        "tile/999/000",
        ".lock",
    ],
)
@pytest.mark.usefixtures("published")
def test_nothing_else_can_be_had_under_the_log_or_the_export(path: str, settings: object) -> None:
    data = Path(settings.MINSHENG_DATA)  # type: ignore[attr-defined]
    (data / "secret.p").mkdir()
    (data / "secret.p" / "1").write_text("secret")
    client = Client()
    for start in ("/log/", "/export/"):
        answer = client.get(start + path)
        assert answer.status_code in (301, 404), (start + path, answer.status_code)
        if answer.status_code == 301:
            assert client.get(answer["Location"]).status_code == 404


@pytest.mark.usefixtures("published")
def test_every_file_that_is_listed_can_be_had_byte_for_byte() -> None:
    client = Client()
    page = client.get("/log/").context["page"]
    assert {link.text for link, _ in page.files} >= {"entries.jsonl.zst", "figures.json", "manifest"}
    for link, what in page.files:
        answer = client.get(link.url)
        path = link.url.removeprefix("/export/")
        assert answer.status_code == 200 and what, path
        assert body(answer) == (services.folder() / path).read_bytes()
        assert "attachment" in answer["Content-Disposition"]


@pytest.mark.usefixtures("published")
def test_a_stranger_unpacks_the_archive_and_it_verifies(tmp_path: Path) -> None:
    client = Client()
    archive = client.get("/log/").context["page"].archive
    answer = client.get(archive.url)
    assert 'filename="minsheng-2026-03-02.zip"' in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(body(answer))) as packed:
        packed.extractall(tmp_path / "unpacked")
    report = verify(open_export(tmp_path / "unpacked"))
    assert report.holds, [str(finding) for finding in report.findings]


def test_the_archive_is_renewed_with_the_export(published: Days) -> None:
    before = hashlib.sha256(services.archive().read_bytes()).digest()
    published.file()
    published.to(2)
    published.publish()
    assert hashlib.sha256(services.archive().read_bytes()).digest() != before
    assert not services.archive().with_suffix(".new").exists()


def test_a_full_disk_leaves_the_pages_as_they_were(published: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(Edition.objects.values_list("day", "size"))
    published.file()
    published.to(2)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(exporting, "write_export", full)
    with pytest.raises(OSError, match="No space"):
        published.publish()
    assert list(Edition.objects.values_list("day", "size")) == before
    assert verify(open_export(services.folder())).holds
    monkeypatch.undo()
    monkeypatch.setattr("minsheng.site.clock.now", lambda: published.now)
    published.publish()
    assert Edition.objects.count() == 2


@pytest.mark.usefixtures("published")
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_reason_for_staying_opaque_is_said_in_words(language: str, read: Read) -> None:
    Edition.objects.update(opaque={name: 10 + i for i, name in enumerate(REASONS)})
    page = read("/log/", language)
    assert all(str(10 + i) in page for i in range(len(REASONS)))
    assert "not_yet_due" not in page
    shown = Client().get("/log/").context["page"].opaque
    assert len(shown) == len(REASONS)
    assert all(title and meaning for title, meaning, _ in shown)


@pytest.mark.usefixtures("published")
def test_a_reason_that_is_new_to_the_page_is_shown_by_its_name() -> None:
    Edition.objects.update(opaque={"something_new": 3})
    shown = Client().get("/log/").context["page"].opaque
    assert shown == (("something_new", "", 3),)


@pytest.mark.usefixtures("published")
def test_the_rule_file_can_be_read_as_it_is_in_force(read: Read) -> None:
    answer = Client().get("/procedures/resident-request.yaml")
    assert answer.status_code == 200
    assert answer.content.startswith(b"# ")
    assert Client().get("/procedures/none.yaml").status_code == 404
    assert Client().get("/procedures/..%2fx.yaml").status_code == 404
    assert "resident-request.yaml" in read("/about/source/")


def test_sizes_are_written_in_round_numbers() -> None:
    from minsheng.publish.pages.log import size_words

    assert [size_words(n) for n in (0, 999, 1_000, 59_400, 1_250_000)] == [
        "0 B",
        "999 B",
        "1 kB",
        "59 kB",
        "1.2 MB",
    ]
    assert pages.LogPage.__doc__
