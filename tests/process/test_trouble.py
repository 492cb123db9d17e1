"""Trouble with the machine and with clients: a clear page, nothing lost, tried again, never a stack trace."""

from __future__ import annotations

import os
import resource
import shutil
import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.process import auditing
from tests.process.browsing import Answer, Browser, dispatch, file_request, handle_of, write_draft
from tests.process.letterbox import Letterbox
from tests.process.towns import Running, Town, a_town, free_port

pytestmark = pytest.mark.process

TRACES = ("Traceback", "site-packages", ".py", "OperationalError", "sqlite3", "psycopg", "django.")


def says_no_trace(answer: Answer) -> None:
    """Nothing of the machine's inside is in the body."""
    found = [trace for trace in TRACES if trace in answer.text]
    assert not found, (found, answer.said[:500])


def until(what: Callable[[], Any], seconds: float, why: str) -> Any:
    """Wait until something is true, and give it."""
    ends = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < ends, why
        time.sleep(0.2)
    return found


# the disk ---------------------------------------------------------------------------------------


class SmallDisk:
    """A disk that can be filled: a small file system as root, else a limit on what processes may write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)]
        self.mounted = os.geteuid() == 0 and subprocess.run(command, check=False).returncode == 0
        print("a full file system" if self.mounted else "a limit on the size of files")

    def fill(self, server: Running) -> None:
        """From now on nothing more can be written."""
        if not self.mounted:
            self._limit(server, 1)
            return
        with (self.folder / "filler").open("wb", buffering=0) as filler:
            size = 2**20
            while size >= 512:
                try:
                    filler.write(bytes(size))
                except OSError:
                    size //= 2

    def free(self, server: Running) -> None:
        """There is room again."""
        if self.mounted:
            (self.folder / "filler").unlink()
        else:
            self._limit(server, resource.RLIM_INFINITY)

    def _limit(self, server: Running, size: int) -> None:
        for pid in _group(server.process.pid):
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))

    def close(self) -> None:
        if self.mounted:
            subprocess.run(["umount", "-l", str(self.folder)], check=True)


def _group(leader: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getpgid(int(path.name)) == leader:
                found.append(int(path.name))
        except ProcessLookupError:
            continue
    return found


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    found = SmallDisk(tmp_path / "small")
    yield found
    found.close()


def test_on_a_full_disk_people_are_told_and_nothing_is_half_done(disk: SmallDisk) -> None:
    with a_town(disk.folder / "town", "sqlite", MINSHENG_DEMO="yes") as town:
        port = free_port()
        server = town.serve(port)
        clerk = Browser((port,))
        clerk.sign_in("chen", town.seeds["chen"], time.time())
        browser = Browser((port,))
        handle = file_request(browser, "满盘之前的一件。")
        number = browser.get(f"/mine/{handle}/receipt/").number
        drafting = Browser((port,))
        write_draft(drafting, "满盘的时候交的一件。")
        desk = clerk.get(f"/desk/{number}/intake/")

        disk.fill(server)
        town_was = len(town.entries())
        refused = until(lambda: _troubled(drafting, "/request/check/"), 20, "the disk does not get full")
        assert refused.status == 503
        assert refused.headers["Retry-After"] == "30"
        assert "刚才那一步没有记下" in refused.said
        assert "Your last step was not recorded" in refused.said
        says_no_trace(refused)
        form = {"kind": "housing", "area": "guihuali", "urgency": "ordinary", "other": "housing"}
        act = clerk.post(f"/desk/{number}/intake/", {**desk.hidden, **form})
        assert act.status == 503
        says_no_trace(act)
        assert len(town.entries()) == town_was
        time.sleep(3)  # the worker meets the full disk too

        disk.free(server)
        again = drafting.post("/request/check/", {})
        assert again.status == 303, (again.status, again.said)
        receipt = drafting.get(f"/mine/{handle_of(again.location)}/receipt/")
        assert dispatch(clerk, number).status == 302
        until(
            lambda: len(town.rows("SELECT matter FROM listen_letter WHERE kind = 'received'")) == 2,
            90,
            f"the worker did not come back: {server.said()}",
        )
        assert receipt.number != number
        for one in (clerk, browser, drafting):
            one.hang_up()
        server.stop()
        auditing.settle(town)
        auditing.chains_hold(town)
        auditing.rows_agree(town)
        auditing.verified(auditing.published(town))
        assert len(town.rows("SELECT id FROM matter_matterrow")) == 2


def _troubled(browser: Browser, url: str) -> Answer | None:
    answer = browser.post(url, {})
    return answer if answer.status == 503 else None


# the database -----------------------------------------------------------------------------------


def test_while_the_database_is_locked_pages_are_read_and_who_writes_waits_or_is_told(tmp_path: Path) -> None:
    with a_town(tmp_path / "town", "sqlite") as town:
        port = free_port()
        server = town.serve(port)
        patient, hasty, reader = Browser((port,), 60), Browser((port,), 60), Browser((port,), 10)
        handle = file_request(reader, "锁住之前的一件。")
        for one in (patient, hasty):
            write_draft(one, "锁住的时候交的一件。")
        answers: dict[str, Answer] = {}

        def file(name: str, browser: Browser) -> None:
            answers[name] = browser.post("/request/check/", {})

        with closing(sqlite3.connect(town.data / "minsheng.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            first = threading.Thread(target=file, args=("hasty", hasty))
            first.start()
            time.sleep(12)
            second = threading.Thread(target=file, args=("patient", patient))
            second.start()
            began = time.monotonic()
            assert reader.get(f"/mine/{handle}/").status == 200
            assert reader.get("/").status == 200
            assert time.monotonic() - began < 5, "reading waits for the lock"
            first.join(30)
            other.execute("ROLLBACK")
        second.join(30)
        assert answers["hasty"].status == 503
        says_no_trace(answers["hasty"])
        assert "过半分钟" in answers["hasty"].said
        assert answers["patient"].status == 303
        assert hasty.post("/request/check/", {}).status == 303
        assert len(town.rows("SELECT id FROM matter_matterrow")) == 3
        until(
            lambda: len(town.rows("SELECT matter FROM listen_letter WHERE kind = 'received'")) == 3,
            90,
            f"the worker did not come back: {server.said()}",
        )
        for one in (patient, hasty, reader):
            one.hang_up()


# mail -------------------------------------------------------------------------------------------


def test_a_letter_waits_for_a_dead_mail_server_and_then_arrives_once(tmp_path: Path) -> None:
    mail_port = free_port()
    with a_town(
        tmp_path / "town",
        "sqlite",
        MINSHENG_DEMO="yes",
        MINSHENG_MAIL_URL=f"smtp://127.0.0.1:{mail_port}",
        MINSHENG_MAIL_FROM="letters@yunxi.example",
    ) as town:
        port = free_port()
        server = town.serve(port)
        browser = Browser((port,))
        handle = file_request(browser, "要写信的一件。", email="mei@example.org")
        number = browser.get(f"/mine/{handle}/receipt/").number

        def letter() -> tuple[Any, ...]:
            return town.rows("SELECT n_tries, trouble, sent_at FROM listen_letter")[0]

        until(lambda: town.rows("SELECT n_tries FROM listen_letter WHERE n_tries > 0"), 30, "nobody tried")
        assert letter()[1:] == ("mail_server", None)

        # It is busy; then it says nothing for longer than we wait: the letter stays, pages are served.
        with Letterbox(mail_port, refuse="451 try later") as busy:
            town.shift(timedelta(minutes=3))
            until(lambda: busy.n_visits and letter()[0] >= 2, 30, "nobody tried again")
        with Letterbox(mail_port, slow_seconds=15) as slow:
            town.shift(timedelta(minutes=9))
            until(lambda: slow.n_visits, 30, "nobody tried again")
            began = time.monotonic()
            file_request(Browser((port,)), "信寄得慢，事照样记。")
            assert time.monotonic() - began < 8, "a slow mail server holds the pages up"
            until(lambda: letter()[0] >= 3, 40, "nobody gave up waiting")
        assert letter()[2] is None

        with Letterbox(mail_port) as alive:
            town.shift(timedelta(hours=1))
            until(lambda: alive.to("mei@example.org"), 60, f"the letter does not come: {server.said()}")
            time.sleep(3)
            (arrived,) = alive.to("mei@example.org")
            assert number in str(arrived["Subject"])
            assert arrived["Auto-Submitted"] == "auto-generated"
            link = next(
                word for word in arrived.get_content().split() if word.startswith("http") and "?t=" in word
            )
            opened = Browser((port,)).get(link)
            assert opened.status == 303
            assert letter()[1] == ""
            assert letter()[2] is not None
        assert number in browser.get(f"/mine/{handle}/").said
        browser.hang_up()


# clients ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["sqlite"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with a_town(tmp_path_factory.mktemp("town") / "town", request.param) as town:
        town.serve(free_port())
        yield town


def _port(town: Town) -> int:
    return town.running[0].port


HEAD = b"Host: 127.0.0.1\r\nConnection: close\r\n"
FORM = (
    HEAD
    + b"Content-Type: application/x-www-form-urlencoded\r\nCookie: csrftoken="
    + b"a" * 32
    + b"\r\nContent-Length: %d\r\n\r\n"
)
TOKEN = b"csrfmiddlewaretoken=" + b"a" * 32 + b"&"


@contextmanager
def _line(town: Town, wait: float = 20) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", _port(town)), wait) as line:
        yield line


def _say(town: Town, data: bytes, wait: float = 20) -> bytes:
    """Send raw bytes; everything that comes back."""
    found = b""
    with _line(town, wait) as line:
        try:
            line.sendall(data)
            while piece := line.recv(65_536):
                found += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
    return found


def _status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


def _filled(path: str, fields: bytes) -> bytes:
    body = TOKEN + fields
    return f"POST {path} HTTP/1.1\r\n".encode() + FORM % len(body) + body


MEGABYTES = b"a" * 10_000_000

BOMBS = {
    "five thousand headers": (
        b"GET / HTTP/1.1\r\n" + HEAD + b"".join(b"X-%d: a\r\n" % i for i in range(5_000)) + b"\r\n",
        (431,),
    ),
    "a header of two megabytes": (
        b"GET / HTTP/1.1\r\n" + HEAD + b"X-A: " + b"a" * 2_000_000 + b"\r\n\r\n",
        (431,),
    ),
    "twelve thousand cookies": (
        b"GET / HTTP/1.1\r\n" + HEAD + b"Cookie: " + b"a=b; " * 12_000 + b"\r\n\r\n",
        (200, 431),
    ),
    "an address without end": (b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n", (404, 414)),
    "ten megabytes of words": (_filled("/request/", b"words=" + MEGABYTES), (413,)),
    "ten megabytes of code": (_filled("/mine/", b"code=" + MEGABYTES), (400, 413)),
    "ten megabytes of name": (_filled("/accounts/login/", b"login=" + MEGABYTES), (400, 413)),
    "five thousand fields": (_filled("/request/", b"a=b&" * 5_000), (400, 413)),
    "a field that is no text": (_filled("/request/", b"words=%00%ff%fe%ed%a0%80"), (303, 400, 422)),
    "an area that is no text": (_filled("/request/place/", b"area=%00&place=%00"), (303, 400, 422)),
    "a code that is no text": (_filled("/mine/", b"code=%00%00"), (400, 422)),
    "an account that is no text": (_filled("/accounts/login/", b"login=%00&password=%00"), (200, 400)),
    "a language that is none": (
        _filled("/language/", b"language=%00&next=//evil.example"),
        (302, 303, 400, 204),
    ),
    "a length below zero": (b"POST /request/ HTTP/1.1\r\n" + HEAD + b"Content-Length: -5\r\n\r\n", (400,)),
    "a length without end": (
        b"POST /request/ HTTP/1.1\r\n" + FORM.replace(b"%d", b"99999999999999") + b"words=a",
        (400, 413),
    ),
    "two lengths": (
        b"POST /request/ HTTP/1.1\r\n" + HEAD + b"Content-Length: 5\r\nContent-Length: 50\r\n\r\nabcde",
        (400,),
    ),
    "a form without its edges": (
        b"POST /request/ HTTP/1.1\r\n"
        + FORM.replace(b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=\xff") % 5
        + b"abcde",
        (400, 403),
    ),
    "no request at all": (b"\x00\xff\xfe\r\n\r\n", (400, 0)),
    "no host": (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n", (400,)),
    "another host": (b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", (400,)),
    "a way out of the folder": (
        b"GET /static/../../../../etc/passwd HTTP/1.1\r\n" + HEAD + b"\r\n",
        (404, 400),
    ),
    "a hidden way out": (
        b"GET /static/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + HEAD + b"\r\n",
        (404, 400),
    ),
    "a tile that is none": (b"GET /log/tile/0/..%2f..%2f..%2fkeys HTTP/1.1\r\n" + HEAD + b"\r\n", (404, 400)),
    "broken percent signs": (b"GET /matter/%zz%ff%00/ HTTP/1.1\r\n" + HEAD + b"\r\n", (302, 404, 400)),
    "a page that is none": (
        b"GET /matters/?before=%00%ff&body=%00 HTTP/1.1\r\n" + HEAD + b"\r\n",
        (200, 400, 404),
    ),
    "an unknown verb": (b"BREW /request/ HTTP/1.1\r\n" + HEAD + b"\r\n", (400, 403, 405)),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_no_browser_sends_is_refused_without_a_trace(served: Town, name: str) -> None:
    data, expected = BOMBS[name]
    answer = _say(served, data)
    assert _status(answer) in expected, answer[:300]
    for trace in TRACES:
        assert trace.encode() not in answer, answer[:2000]
    assert b"root:" not in answer
    assert Browser((_port(served),)).get("/").status == 200


def test_ten_megabytes_of_words_leave_the_draft_as_it_was(served: Town) -> None:
    browser = Browser((_port(served),))
    write_draft(browser, "先写的一句。")
    answer = browser.post("/request/", {"words": "长" * 3_400_000})
    assert answer.status == 413
    assert "没有收下" in answer.said
    assert "先写的一句。" in answer.text
    says_no_trace(answer)
    assert browser.post("/request/check/", {}).status == 303


def test_slow_lines_do_not_keep_others_waiting(served: Town) -> None:
    """Two hundred that do not finish their head, forty that do not finish their body."""
    lines = []
    try:
        for i in range(240):
            line = socket.create_connection(("127.0.0.1", _port(served)), 10)
            lines.append(line)
            if i % 6:
                line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: a")
            else:
                line.sendall(b"POST /request/ HTTP/1.1\r\n" + FORM % 100_000 + TOKEN + b"words=a")
        time.sleep(0.5)
        browser = Browser((_port(served),), 10)
        began = time.monotonic()
        assert browser.get("/").status == 200
        file_request(browser, "别人慢，我不慢。")
        assert time.monotonic() - began < 5, "slow lines hold everybody up"
        browser.hang_up()
    finally:
        for line in lines:
            line.close()


def test_what_did_not_arrive_in_whole_is_not_acted_upon(served: Town) -> None:
    browser = Browser((_port(served),))
    write_draft(browser, "完整的一句。")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items()).encode()
    body = b"csrfmiddlewaretoken=" + browser.cookies["csrftoken"].encode() + b"&words=" + b"halved" * 1000
    head = (
        b"POST /request/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        + b"Cookie: "
        + cookies
        + b"\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    with _line(served) as line:
        line.sendall(head + body[:-3000])
        line.shutdown(socket.SHUT_WR)
        line.settimeout(10)
        try:
            answer = line.recv(65_536)
        except OSError:
            answer = b""
    assert not answer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 3")), answer[:200]
    time.sleep(0.5)
    page = browser.get("/request/")
    assert "完整的一句。" in page.text
    assert "halved" not in page.text


def test_a_broken_database_is_told_in_our_voice(tmp_path: Path) -> None:
    """The file is no database any more while the town is served."""
    with a_town(tmp_path / "town", "sqlite", MINSHENG_WORKER_THREAD="no") as town:
        server = town.serve(free_port())
        for path in town.data.glob("minsheng.sqlite3*"):
            shutil.copyfile(__file__, path)
        browser = Browser((server.port,))
        answers = [
            browser.get(url) for url in ("/", "/matters/", "/request/", "/work/", "/log/", "/figures/")
        ]
        answers.append(browser.post("/request/", {"words": "坏了的时候写的。"}))
        for answer in answers:
            says_no_trace(answer)
        print([answer.status for answer in answers])
        assert {answer.status for answer in answers} & {500, 503}
        assert all("民声" in answer.said for answer in answers if answer.status >= 500)
        browser.hang_up()
