"""The log for everyone: how large, what stays opaque and why, what to copy, how to check."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.urls import reverse
from django.utils.translation import gettext as _

from minsheng.publish.models import Edition
from minsheng.ui.components import Link


@dataclass(frozen=True, slots=True)
class LogPage:
    """What the page of the log shows. `opaque`: name, what it means, how many."""

    edition: Edition | None
    note: str
    archive: Link | None
    files: tuple[tuple[Link, str], ...]
    opaque: tuple[tuple[str, str, int], ...]
    n_opaque: int


def log_page(
    edition: Edition | None, note: str, archive: Path | None, files: Sequence[str], size: Callable[[str], int]
) -> LogPage:
    """The page. `files` are paths within the export, `size` gives bytes of one of them."""
    opaque = dict(edition.opaque) if edition else {}
    reasons = _reasons()
    return LogPage(
        edition=edition,
        note=note,
        archive=Link(
            _("整本账，一个文件"),
            reverse("publish:export-file", args=[archive.name]),
            note=size_words(archive.stat().st_size),
        )
        if archive
        else None,
        files=tuple(
            (
                Link(_short(path), reverse("publish:export-file", args=[path]), note=size_words(size(path))),
                _what(path),
            )
            for path in files
        ),
        opaque=tuple(
            (*reasons.get(name, (name, "")), opaque[name])
            for name in sorted(opaque, key=lambda name: [*reasons, name].index(name))
        ),
        n_opaque=sum(opaque.values()),
    )


def _reasons() -> dict[str, tuple[str, str]]:
    """Why an entry stays opaque, in words: name and meaning, in the order in which they are shown."""
    return {
        "not_yet_due": (_("今天的，还没到公开的时候"), _("每天公开到前一天。明天这里就看得到。")),
        "withheld": (
            _("这件事不公开"),
            _("提出的人要求不公开。条数照样算在里面，藏不掉。"),
        ),
        "sealed": (_("封着，到日子才打开"), _("哪天打开，写在规则文件里，谁也不能提前或推后。")),
        "erased": (_("已经依法抹去"), _("内容和钥匙都销毁了，位置留着：抹掉过几条，谁都数得出来。")),
        "lost": (_("丢了"), _("机器坏过，从备份找回时缺了这几条。居民手里的凭证文件能把它们补回来。")),
        "box": (_("评价箱的封条"), _("证明打开的箱子没有被换过。箱子本身另外公开。")),
        "log": (_("账本自己的记号"), _("换过账本或钥匙时留下的，不是哪件事的。")),
    }


def _short(path: str) -> str:
    """A path as it is shown: of a hash its first eight digits."""
    return re.sub(r"([0-9a-f]{8})[0-9a-f]{56}", r"\1…", path)


def _what(path: str) -> str:
    """What a file of the export is."""
    first = path.split("/", 1)[0]
    return {
        "entries.jsonl.zst": _("每一条账，一行一条"),
        "heads.jsonl": _("每件公开的事最后一条是哪条"),
        "opaque.json": _("看不到的有几条，按原因"),
        "figures.json": _("公布的数字，分单位、分月"),
        "checkpoint": _("签了名的检查点"),
        "checkpoints.jsonl": _("从头到现在的全部检查点"),
        "keys": _("验签名用的公钥"),
        "manifest": _("整本账的签名"),
        "datapackage.json": _("每个文件多大、校验值是多少"),
        "procedures": _("办事的规则文件"),
        "overrides": _("本地改过的期限"),
        "calendars": _("工作日历：放假和调休"),
        "boxes": _("打开了的评价箱"),
    }.get(first, "")


def size_words(size: int) -> str:
    """12 kB."""
    if size < 1_000:
        return f"{size} B"
    return f"{size / 1e3:.0f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"
