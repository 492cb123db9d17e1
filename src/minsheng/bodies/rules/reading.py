"""Reading YAML with line numbers: every value knows where it stands, every complaint is collected.

All scalars are read as strings, so that a code `no` stays `no` and a number `0112` keeps its nought.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import yaml

from minsheng.bodies.rules.findings import Finding
from minsheng.kernel.words import Text

CODE = re.compile(r"[a-z][a-z0-9_]{0,47}")
T = TypeVar("T")


@dataclass
class Findings:
    """The complaints about one folder, in the order they were found."""

    found: list[Finding] = field(default_factory=list)

    def add(self, file: str, line: int, rule: str, message: Text, do: Text) -> None:
        self.found.append(Finding(file, line, rule, message, do))


class Value:
    """A node of a YAML file with its place. What cannot be read adds a finding and gives a stand-in."""

    def __init__(self, node: yaml.Node, file: str, findings: Findings, name: str) -> None:
        self.node, self.file, self.findings, self.name = node, file, findings, name
        self.line: int = node.start_mark.line + 1

    def wrong(self, rule: str, message: Text, do: Text) -> None:
        """Complain about this place."""
        self.findings.add(self.file, self.line, rule, message, do)

    def text(self) -> str:
        """A string without blanks around it; must not be empty."""
        if not isinstance(self.node, yaml.ScalarNode) or not str(self.node.value).strip():
            self.wrong(
                "shape",
                Text(f"“{self.name}”要写一句话。", f"'{self.name}' must be a text."),
                Text("写上文字。", "Write it as plain text on this line."),
            )
            return ""
        return str(self.node.value).strip()

    def code(self) -> str:
        """A code: lower-case letters, digits and underscores, beginning with a letter, 48 at most."""
        value = self.text()
        if value and not CODE.fullmatch(value):
            self.wrong(
                "code",
                Text(f"“{value}”不能作代码。", f"'{value}' cannot be a code."),
                Text(
                    "用小写字母开头，只用小写字母、数字和下划线，不超过48个。",
                    "Use lower-case letters, digits and underscores, beginning with a letter, at most 48.",
                ),
            )
        return value

    def whole(self, least: int = 0) -> int:
        """A whole number of at least `least`."""
        value = self.text()
        if not re.fullmatch(r"\d{1,12}", value) or int(value) < least:
            self.wrong(
                "number",
                Text(
                    f"“{self.name}”要写不小于{least}的整数。",
                    f"'{self.name}' must be a whole number ≥ {least}.",
                ),
                Text("只写数字，不加单位和逗号。", "Write digits only, no unit and no comma."),
            )
            return least
        return int(value)

    def degrees(self, most: int) -> float:
        """A number of degrees between -most and most."""
        value = self.text()
        if not re.fullmatch(r"-?\d{1,3}(\.\d{1,7})?", value) or abs(float(value)) > most:
            self.wrong(
                "number",
                Text(
                    f"“{self.name}”要写-{most}到{most}之间的度数。",
                    f"'{self.name}' must be degrees, -{most} to {most}.",
                ),
                Text("写成30.25这样。", "Write it like 30.25."),
            )
            return 0.0
        return float(value)

    def choice(self, choices: Iterable[str]) -> str:
        """One of the given words; the first of them stands in for a wrong one."""
        words, value = list(choices), self.text()
        if value in words:
            return value
        if value:
            self.wrong(
                "choice",
                Text(f"“{self.name}”不能是“{value}”。", f"'{self.name}' cannot be '{value}'."),
                Text(f"从这些里选：{'、'.join(words)}。", f"Choose one of: {', '.join(words)}."),
            )
        return words[0]

    def both(self) -> Text:
        """A text in two languages: {zh: …, en: …}."""
        fields = self.fields(["zh", "en"])
        return Text(*(fields[k].text() if k in fields else "" for k in ("zh", "en")))

    def items(self) -> Iterator[Value]:
        """The members of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.wrong(
                "shape",
                Text(f"“{self.name}”要写成列表。", f"'{self.name}' must be a list."),
                Text("每项一行，前面加短横。", "Write one item a line, each with a dash before it."),
            )
            return
        for node in self.node.value:
            yield Value(node, self.file, self.findings, self.name)

    def entries(self) -> Mapping[str, Value]:
        """The members of a mapping with free keys; a key that comes twice is a finding."""
        if not isinstance(self.node, yaml.MappingNode):
            self.wrong(
                "shape",
                Text(f"“{self.name}”要写成“名: 值”。", f"'{self.name}' must be made of 'name: value'."),
                Text("每个名一行，或写在花括号里。", "Write each name on its own line, or all in braces."),
            )
            return {}
        found: dict[str, Value] = {}
        for key, node in self.node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            value = Value(node, self.file, self.findings, name)
            if not name or name in found:
                value.wrong(
                    "shape",
                    Text(f"“{name}”写了两次，或者没有名。", f"'{name}' is written twice, or has no name."),
                    Text("只留一个。", "Keep one of them."),
                )
            found[name] = value
        return found

    def fields(self, needed: Iterable[str], allowed: Iterable[str] = ()) -> Mapping[str, Value]:
        """The members of a mapping with known keys; missing and unknown ones are findings."""
        needed = list(needed)
        found = self.entries()
        if not isinstance(self.node, yaml.MappingNode):
            return {}
        for name in needed:
            if name not in found:
                self.wrong(
                    "missing",
                    Text(f"缺“{name}”。", f"'{name}' is missing."),
                    Text(f"补上“{name}”。", f"Add '{name}' here."),
                )
        known = {*needed, *allowed}
        for name, value in found.items():
            if name not in known:
                value.wrong(
                    "unknown",
                    Text(f"不认识“{name}”。", f"'{name}' is not known here."),
                    Text(
                        f"去掉它，或改成：{'、'.join(sorted(known))}。",
                        f"Remove it, or use: {', '.join(sorted(known))}.",
                    ),
                )
        return {name: value for name, value in found.items() if name in known}


def read_yaml(file: str, source: bytes, findings: Findings) -> Value | None:
    """The file's root, or None with a finding if the file is no YAML."""
    try:
        node = yaml.compose(source.decode("utf-8"), Loader=yaml.BaseLoader)
    except UnicodeDecodeError:
        findings.add(
            file, 0, "encoding",
            Text("这个文件不是UTF-8编码。", "This file is not UTF-8."),
            Text("另存为UTF-8。", "Save it again as UTF-8."),
        )  # fmt: skip
        return None
    except (yaml.YAMLError, RecursionError) as error:
        began = "flow" in str(getattr(error, "context", None))  # a bracket that never closes: where it opened
        mark = getattr(error, "context_mark" if began else "problem_mark", None)
        problem = str(getattr(error, "problem", None) or "nested too deeply")
        findings.add(
            file, mark.line + 1 if mark else 0, "yaml",
            Text("这里的写法读不懂。", f"This cannot be read: {problem}."),
            Text("看看缩进、引号和冒号后的空格。", "Check indentation, quotes, blanks after colons."),
        )  # fmt: skip
        return None
    if node is None:
        findings.add(
            file, 0, "empty",
            Text("这个文件是空的。", "This file is empty."),
            Text("照说明填写。", "Fill it in as docs/town-folder.md shows."),
        )  # fmt: skip
        return None
    return Value(node, file, findings, file)


def known_codes(values: Iterable[tuple[str, Value]], what: Text) -> dict[str, Value]:
    """Index by code; a code that comes twice is a finding at its second place."""
    found: dict[str, Value] = {}
    for code, value in values:
        if code in found:
            value.wrong(
                "twice",
                Text(f"{what.zh}代码“{code}”用了两次。", f"The {what.en} code '{code}' is used twice."),
                Text(
                    f"第一次在第{found[code].line}行，改掉一个。",
                    f"It is also on line {found[code].line}; change one.",
                ),
            )
        found.setdefault(code, value)
    return found


def check_no_circle(above: Mapping[str, str | None], at: Callable[[str], Value]) -> bool:
    """True if going up from every code comes to an end; else one finding for each circle."""
    seen_in_circle: set[str] = set()
    for start in above:
        path: list[str] = []
        code: str | None = start
        while code is not None and code not in path:
            path.append(code)
            code = above.get(code)
        if code is not None and code not in seen_in_circle:
            circle = path[path.index(code) :]
            seen_in_circle.update(circle)
            at(code).wrong(
                "circle",
                Text(
                    f"往上走绕成了圈：{'→'.join([*circle, code])}。",
                    f"Going up leads in a circle: {' → '.join([*circle, code])}.",
                ),
                Text("断开一处。", "Break it at one place."),
            )
    return not seen_in_circle
