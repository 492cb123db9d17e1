"""From a resident's words to the resident's verdict, at 375 px, with JavaScript and without."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.town import Somebody, Town

pytestmark = pytest.mark.browser

WORDS = "朝晖里3栋单元门坏了，关不上，晚上老有陌生人进来。\n我电话13800001111，<script>alert(1)</script>"


def file_a_request(me: Somebody) -> tuple[str, str]:
    """Four short pages; the follow code and the number from the receipt."""
    me.go("/")
    me.page.get_by_role("link", name="我要说一件事").first.click()
    me.page.locator("textarea[name=words]").fill(WORDS)
    me.press("继续")
    me.page.locator("input[name=place]").fill("朝晖里3栋")
    me.press("继续")
    me.press("继续")
    assert me.says("〔电话〕"), "the preview masks the number"
    me.press("交上去")
    assert me.says("收到了，这是您的回执")
    assert me.says(WORDS), "the words stand there byte for byte, script and all"
    code = " ".join(me.page.locator(".code span").all_inner_texts())
    number = me.page.locator("dl.pairs dd").first.inner_text().strip()
    return code, number


def come_back(me: Somebody, code: str) -> None:
    """With the follow code, as somebody would type it."""
    me.go("/mine/")
    me.page.locator("main input[type=text]").first.fill(code.lower().replace(" ", "-"))
    with me.page.expect_navigation():
        me.page.locator("main form button").first.click()
    assert me.says("您问的"), me.page.url


def dispatch(me: Somebody, number: str) -> None:
    me.be("chen")
    me.go(f"/desk/{number}/intake/")
    me.page.get_by_label("是哪一类事").select_option("housing")
    me.page.get_by_label("在哪里").select_option("guihuali")
    me.choose("urgency", "ordinary")
    me.page.locator("select[name=other]").select_option("housing")
    me.press("派出")
    assert me.says("市住房和城乡建设局")


def accept(me: Somebody, number: str) -> None:
    me.be("zhou")
    me.go(f"/desk/{number}/accept/")
    me.choose("do", "accepted")
    me.press("记下来")


def reply(me: Somebody, number: str, who: str, done: str) -> None:
    me.be(who)
    me.go(f"/desk/{number}/reply/")
    me.page.locator("textarea[name=done]").fill("您反映的情况已收悉，正在处理。")
    me.page.locator("input[name=no_evidence]").fill("照片在物业科，可以看")
    me.page.locator("textarea[name=rule]").fill("《民法典》第二百八十二条，共有部分由物业维护。")
    me.choose("outcome", "done")
    me.press("对照原话看一遍")
    assert me.page.locator("textarea[name=done]").count() == 1, "an acknowledgement is not an answer"
    me.page.locator("textarea[name=done]").fill(done)
    me.press("对照原话看一遍")
    assert me.says(WORDS), "the question stands beside the answer before it goes out"
    me.press("发给居民")


def say(me: Somebody, code: str, verdict: str) -> None:
    come_back(me, code)
    me.choose("choice", verdict)
    me.press("按我选的记下来")


def the_whole_way(me: Somebody, scratch: Path) -> None:
    code, number = file_a_request(me)
    dispatch(me, number)
    accept(me, number)
    reply(me, number, "zhou", "10月14日下午到朝晖里3栋换了闭门器，试了二十次都能关上。")
    say(me, code, "not")
    me.be("zhou")
    answer = me.page.goto(f"{me.town.url}/desk/{number}/reply/")
    assert answer is not None
    body = me.page.locator("main").inner_text()
    assert answer.status == 403 or "换一个人" in body or "另一个人" in body, (
        "the same officer may not answer again"
    )
    reply(me, number, "he", "10月14日傍晚换了整扇门的门锁和合页，晚上八点又去看过，能关严。")
    say(me, code, "solved")
    come_back(me, code)
    assert me.says("解决了")
    verify_the_proof(me, scratch)


def verify_the_proof(me: Somebody, scratch: Path) -> None:
    """Download the proof file from the resident's page and check it without the site."""
    proof = me.page.locator("a[href$='/proof/']").first.get_attribute("href")
    answer = me.page.request.get(me.town.url + str(proof))
    assert answer.status == 200
    file = scratch / "proof.json"
    file.write_bytes(answer.body())
    command = [sys.executable, "-m", "minsheng.site.cli", "verify-receipt", str(file)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    log = me.town.folder / "data" / "log"
    checked = subprocess.run([*command, "--log", str(log)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    tampered = file.read_text().replace("朝晖里3栋", "朝晖里4栋")
    assert tampered != file.read_text()
    file.write_text(tampered)
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 1, "a changed word must not pass"


@pytest.mark.parametrize("javascript", [False, True], ids=["no-script", "script"])
def test_from_words_to_verdict_on_a_phone(
    open_context: Callable[..., Any],
    town: Town,
    tmp_path: Path,
    javascript: bool,
    assert_axe_finds_nothing: Callable[[Page], None],
) -> None:
    context = open_context(375, javascript=javascript, locale="zh-CN")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: message.type == "error" and troubles.append(message.text))
    foreign: list[str] = []
    page.on("request", lambda request: request.url.startswith(town.url) or foreign.append(request.url))
    me = Somebody(page, town, assert_axe_finds_nothing) if javascript else Somebody(page, town)
    the_whole_way(me, tmp_path)
    assert foreign == [], "nothing is loaded from another host"
    assert [one for one in troubles if "403" not in one and "422" not in one] == []
