"""For tests: a resident's browser that files, page by page, as a person does."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any, Final

from django.test import Client
from PIL import Image

WORDS: Final = "我妈七十八了，住桂花里 6 栋 5 楼，电梯坏到今天。\r\n打我电话13800138000，没人接。"


def text_of(answer: Any) -> str:
    """What a page says, without its mark-up."""
    page = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", answer.content.decode(), flags=re.S)
    return unescape(re.sub(r"<[^>]+>", "", page))


def handle_of(url: str) -> str:
    """The session handle in an address."""
    match = re.fullmatch(r"/mine/([^/]+)/.*", url)
    assert match is not None, url
    return match[1]


def picture(width: int = 40, form: str = "JPEG") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (width, 30), (120, 140, 130)).save(out, form)
    return out.getvalue()


def begin(browser: Client, words: str = WORDS) -> Any:
    """Answer the first question."""
    return browser.post("/request/", {"words": words})


def file_request(browser: Client, words: str = WORDS, **more: Any) -> str:
    """All four questions and the button; the handle of the new matter in this browser."""
    assert begin(browser, words).status_code == 303
    place = {"area": more.get("area", "guihuali"), "place": more.get("place", "")}
    assert browser.post("/request/place/", place).status_code == 303
    contact = {name: more[name] for name in ("name", "phone", "email", "by_unit") if name in more}
    assert browser.post("/request/contact/", contact).status_code == 303
    answer = browser.post("/request/check/", {"show": "on"} if more.get("show") else {})
    assert answer.status_code == 303, text_of(answer)
    return handle_of(answer["Location"])


def matter_of(browser: Client, handle: str) -> str:
    """The id of the matter behind a handle: what no page tells."""
    from minsheng.matter.queries import id_of

    number = re.search(r"云溪\d{4}-\d+", text_of(browser.get(f"/mine/{handle}/receipt/")))
    assert number is not None
    found = id_of(number[0])
    assert found is not None
    return found


def code_on(answer: Any) -> str:
    """The follow code that is printed on a receipt."""
    spans = re.search(r'<p class="code"[^>]*>(.*?)</p>', answer.content.decode(), re.S)
    assert spans is not None, "no code on this page"
    return re.sub(r"<[^>]+>|\s", "", spans[1])
