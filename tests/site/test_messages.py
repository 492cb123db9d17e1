"""The compiler and the checker of interface messages."""

from __future__ import annotations

import gettext
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.site.commands.messages import main
from minsheng.site.messages import check, po
from minsheng.site.messages.extract import Bare, BrokenSource, Use, from_python, from_template

HEADER = po.Message(
    "", ("Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",), 1
)
words = st.text(st.characters(exclude_characters="\0\4", exclude_categories=["Cs"]), min_size=1)
HERE = Path("x.html")


def catalogue(*messages: po.Message) -> gettext.GNUTranslations:
    """What Python's gettext reads out of our file."""
    return gettext.GNUTranslations(io.BytesIO(po.compiled([HEADER, *messages])))


@given(st.dictionaries(words, words, max_size=8))
def test_pythons_gettext_reads_what_we_compile(pairs: dict[str, str]) -> None:
    read = catalogue(*[po.Message(key, (text,), 1) for key, text in pairs.items()])
    assert {key: read.gettext(key) for key in pairs} == pairs


@given(words, words)
def test_what_is_written_into_a_catalogue_is_read_back(key: str, text: str) -> None:
    source = f"msgid {check._quoted(key)}\nmsgstr {check._quoted(text)}\n"
    if any(mark in key + text for mark in "\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"):
        return
    (message,) = po.parse(source, "x.po")
    assert (message.id, message.strings) == (key, (text,))


def test_plurals_and_contexts_are_compiled() -> None:
    read = catalogue(
        po.Message("%(n)s件", ("One matter", "%(n)s matters"), 1, plural="%(n)s件"),
        po.Message("收到", ("Received",), 2, context="state"),
    )
    assert read.ngettext("%(n)s件", "%(n)s件", 1) == "One matter"
    assert read.ngettext("%(n)s件", "%(n)s件", 5) == "%(n)s matters"
    assert read.pgettext("state", "收到") == "Received"


def test_a_doubtful_or_empty_entry_is_not_compiled() -> None:
    messages = po.parse('#, fuzzy\nmsgid "甲"\nmsgstr "A"\n\nmsgid "乙"\nmsgstr ""\n', "x.po")
    assert [one.translated for one in messages] == [False, False]
    assert catalogue(*messages).gettext("甲") == "甲"


def test_strings_over_several_lines_are_one() -> None:
    (message,) = po.parse('msgid ""\n"一"\n"二\\n"\nmsgstr ""\n"one "\n"two\\n"\n#~ msgid "old"\n', "x.po")
    assert (message.id, message.strings, message.line) == ("一二\n", ("one two\n",), 1)


@pytest.mark.parametrize(
    ("source", "line"),
    [('msgid "a"\nmsgstr b\n', 2), ('"alone"\n', 1), ('msgid "a"\n\nnonsense "x"\n', 3), ('msgstr "a"\n', 1)],
)
def test_a_broken_catalogue_is_named_with_its_line(source: str, line: int) -> None:
    with pytest.raises(po.BrokenCatalogue, match=f"x.po:{line}:"):
        po.parse(source, "x.po")


def test_templates_are_read_as_django_reads_them() -> None:
    source = (
        '{% translate "甲" %}{% trans "乙" as x %}{% translate "丙" context "c" %}\n'
        "{% blocktranslate trimmed with a=b %}\n  共{{ a }}件，\n  100%  \n{% endblocktranslate %}"
        "{% blocktranslate count n=n %}{{ n }}天{% plural %}{{ n }}日{% endblocktranslate %}"
        '{% comment %}{% translate "不算" %}汉字{% endcomment %}{# 汉字 #}{% include "x" with t=_("丁") %}'
    )
    found = from_template(source, HERE)
    assert found == [
        Use("甲", HERE, 1),
        Use("乙", HERE, 1),
        Use("丙", HERE, 1, context="c"),
        Use("共%(a)s件， 100%%", HERE, 2),
        Use("%(n)s天", HERE, 5, plural="%(n)s日"),
        Use("丁", HERE, 5),
    ]


def test_chinese_outside_of_a_translation_is_found() -> None:
    assert from_template("<p>\n\n汉字，</p>", HERE) == [Bare("汉字，</p>", HERE, 1)]
    assert from_template('<button lang="zh-Hans">中文</button>', HERE) == []
    assert from_template("a　b", HERE) == []


def test_python_is_read_as_it_is_called() -> None:
    source = (
        '_("甲")\ngettext_lazy("乙" "丙")\nngettext("丁", "戊", n)\npgettext("c", "己")\n'
        '_(name)\nother("庚")\ntranslation.gettext("辛")\n'
    )
    here = Path("x.py")
    assert from_python(source, here) == [
        Use("甲", here, 1),
        Use("乙丙", here, 2),
        Use("丁", here, 3, plural="戊"),
        Use("己", here, 4, context="c"),
        Use("辛", here, 7),
    ]
    with pytest.raises(BrokenSource, match=r"x\.py:1"):
        from_python("def (", here)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A package of two rooms."""
    for room, template in (
        ("one", '{% translate "甲" %}{% translate "乙" %}'),
        ("two", '{% translate "甲" %}'),
    ):
        (tmp_path / room / "templates").mkdir(parents=True)
        (tmp_path / room / "templates" / "a.html").write_text(template)
    return tmp_path


def say(house: Path, room: str, text: str) -> None:
    """Write a room's catalogue."""
    path = house / room / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(check._HEADER + "\n" + text)


def what(house: Path) -> list[str]:
    """The findings of the package, without their paths."""
    return [f"{one.path.name}:{one.line}: {one.what}" for one in check.findings(check.rooms(house))]


def test_what_has_no_english_is_found_once_for_each_place(house: Path) -> None:
    assert what(house) == [
        "a.html:1: no English for “甲”",
        "a.html:1: no English for “乙”",
        "a.html:1: no English for “甲”",
    ]


def test_one_catalogue_speaks_for_every_room(house: Path) -> None:
    say(house, "one", 'msgid "甲"\nmsgstr "A"\n\nmsgid "乙"\nmsgstr "B"\n')
    check.write(check.rooms(house))
    assert what(house) == []


def test_two_rooms_that_say_it_differently_are_found(house: Path) -> None:
    say(house, "one", 'msgid "甲"\nmsgstr "A"\n\nmsgid "乙"\nmsgstr "B"\n')
    say(house, "two", 'msgid "甲"\nmsgstr "Another"\n')
    check.write(check.rooms(house))
    assert [one.split(",")[0] for one in what(house)] == ["django.po:9: said twice"]


def test_unused_unlike_and_uncompiled_entries_are_found(house: Path) -> None:
    (house / "two" / "templates" / "a.html").write_text(
        "{% blocktranslate %}{{ n }}件{% endblocktranslate %}"
    )
    say(
        house,
        "one",
        'msgid "甲"\nmsgstr "A"\n\nmsgid "乙"\nmsgstr "B"\n\nmsgid "丙"\nmsgstr "C"\n\n'
        'msgid "%(n)s件"\nmsgstr "%(m)s matters"\n',
    )
    assert what(house) == [
        "django.po:18: placeholders differ: “%(n)s件”",
        "django.po:15: used nowhere: “丙”",
        "django.mo:0: not compiled from its .po; run script/messages",
    ]


def test_missing_entries_are_added_empty_and_once(house: Path) -> None:
    assert len(check.extend(check.rooms(house))) == 1
    assert check.extend(check.rooms(house)) == []
    (room,) = [one for one in check.rooms(house) if one.messages]
    assert [one.id for one in room.messages] == ["", "甲", "乙"]
    assert len(what(house)) == 4  # three places without English, and nothing compiled


def test_the_command_exits_one_with_file_and_line(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    read = check.rooms
    monkeypatch.setattr(check, "rooms", lambda: read(house))
    assert main(["--check"]) == 1
    shown = capsys.readouterr()
    assert "a.html:1: no English for “甲”" in shown.out
    assert "3 to mend" in shown.err
    say(house, "one", 'msgid "甲"\nmsgstr "A"\n\nmsgid "乙"\nmsgstr "B"\n')
    assert main([]) == 0
    assert main(["--check", "--json"]) == 0
