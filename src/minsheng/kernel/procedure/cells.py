"""YAML with line numbers: each value asked for by its shape, each wrong one told with its line.

Anchors, aliases and tags are refused: a rule file reads from top to bottom and says what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeVar

import yaml

from minsheng.kernel.procedure.finding import Finding
from minsheng.kernel.words import Text

SLUG: Final = re.compile(r"[a-z][a-z0-9]*(?:[_.-][a-z0-9]+)*")
LARGEST: Final = 1_000_000  # characters in a file, and the largest number in it
DEEPEST: Final = 24

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,8})")
T = TypeVar("T", bound=str)


class Report:
    """Collects findings of one file; `step` is the step being read, `lines` remembers where things stand."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.step = ""
        self.findings: list[Finding] = []
        self.lines: dict[str, int] = {}

    def add(self, line: int, rule: str, zh: str, en: str) -> None:
        self.findings.append(Finding(self.file, line, self.step, rule, Text(zh, en)))


class Cell:
    """One value of the file. Asking for the wrong shape reports and returns an empty value."""

    def __init__(self, node: yaml.Node, report: Report) -> None:
        self.node = node
        self.report = report
        self.line: int = node.start_mark.line + 1 if node.start_mark else 1

    def refuse(self, rule: str, zh: str, en: str) -> None:
        self.report.add(self.line, rule, zh, en)

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, yaml.MappingNode)

    def mapping(self, required: str = "", optional: str = "") -> dict[str, Cell]:
        """The pairs under the named keys (blank-separated); reports missing, unknown and repeated ones."""
        need, may = required.split(), optional.split()
        found = self.table()
        for key, cell in found.items():
            if key not in need and key not in may:
                close = ", ".join(sorted(need + may))
                cell.refuse(
                    "unknown_word",
                    f"这里不认识“{key}”；可用：{close}",
                    f"{key!r} is unknown here; known: {close}",
                )
        for key in need:
            if key not in found:
                self.refuse("missing_word", f"缺少“{key}”", f"{key!r} is missing")
        return found

    def table(self) -> dict[str, Cell]:
        """All pairs, whatever the keys are called."""
        if not isinstance(self.node, yaml.MappingNode):
            self.refuse("shape", "这里应是 键: 值", "expected key: value pairs")
            return {}
        found: dict[str, Cell] = {}
        for key_node, value_node in self.node.value:
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else ""
            cell = Cell(value_node, self.report)
            cell.line = Cell(key_node, self.report).line
            if not key or key in found:
                cell.refuse("repeated", f"“{key}”写了两次", f"{key!r} stands twice")
                continue
            found[key] = cell
        return found

    def named(self) -> Iterator[tuple[str, Cell]]:
        """Pairs whose keys are slugs."""
        for key, cell in self.table().items():
            if SLUG.fullmatch(key):
                yield key, cell
            else:
                cell.refuse("slug", f"“{key}”不是合格的标识", f"{key!r} is no identifier")

    def cells(self) -> list[Cell]:
        """The members of a list; a single value counts as a list of one."""
        if isinstance(self.node, yaml.SequenceNode):
            return [Cell(node, self.report) for node in self.node.value]
        return [self]

    def string(self) -> str:
        if isinstance(self.node, yaml.ScalarNode) and self.node.value.strip():
            return str(self.node.value)
        self.refuse("shape", "这里应是文字", "expected text")
        return ""

    def slug(self) -> str:
        text = str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""
        if not SLUG.fullmatch(text):
            self.refuse("slug", f"“{text}”不是合格的标识", f"{text!r} is no identifier")
            return ""
        return text

    def slugs(self) -> tuple[str, ...]:
        """A list of identifiers, or one."""
        found = [slug for cell in self.cells() if (slug := cell.slug())]
        if len(set(found)) < len(found):
            self.refuse("repeated", "列表中有重复", "something stands twice in the list")
        return tuple(dict.fromkeys(found))

    def integer(self) -> int:
        text = str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""
        if _INT.fullmatch(text) and abs(int(text)) <= LARGEST:
            return int(text)
        self.refuse("shape", "这里应是整数", "expected a whole number")
        return 0

    def truth(self) -> bool:
        text = self.node.value if isinstance(self.node, yaml.ScalarNode) else None
        if text not in ("true", "false"):
            self.refuse("shape", "这里应是 true 或 false", "expected true or false")
        return bool(text == "true")

    def choice(self, options: Mapping[str, T] | tuple[T, ...]) -> T | None:
        """One of the words."""
        text = str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""
        table = options if isinstance(options, Mapping) else {str(option): option for option in options}
        if text in table:
            return table[text]
        known = ", ".join(table)
        self.refuse("choice", f"“{text}”不在可选之列：{known}", f"{text!r} is none of: {known}")
        return None

    def value(self) -> bool | int | str:
        """true, false, a whole number, or an identifier."""
        text = str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""
        if text in ("true", "false"):
            return text == "true"
        if _INT.fullmatch(text):
            return self.integer()
        return self.slug()

    def text(self) -> Text:
        """The same in Chinese and in English: {zh: …, en: …}."""
        pair = self.mapping("zh en")
        return Text(
            pair["zh"].string() if "zh" in pair else "",
            pair["en"].string() if "en" in pair else "",
        )

    def plain(self) -> Any:
        """The value as it stands: dicts, lists, text, numbers, truth values."""
        if isinstance(self.node, yaml.MappingNode):
            return {key: cell.plain() for key, cell in self.table().items()}
        if isinstance(self.node, yaml.SequenceNode):
            return [cell.plain() for cell in self.cells()]
        text = str(self.node.value)
        if text in ("true", "false"):
            return text == "true"
        return int(text) if _INT.fullmatch(text) else text


def read(source: bytes, report: Report) -> Cell | None:
    """The document in a file; None, with findings, if it is no plain YAML mapping."""
    try:
        text = source.decode("utf-8")
        if len(text) > LARGEST:
            report.add(1, "yaml", "文件过大", "the file is too large")
            return None
        if trouble := _trouble(text):
            report.add(*trouble)
            return None
        node = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        problem = getattr(error, "problem", None) or "not UTF-8 text"
        report.add(line, "yaml", f"不是合格的 YAML：{problem}", f"not valid YAML: {problem}")
        return None
    if not isinstance(node, yaml.MappingNode):
        report.add(1, "yaml", "文件应是一组 键: 值", "expected key: value pairs")
        return None
    return Cell(node, report)


def _trouble(text: str) -> tuple[int, str, str, str] | None:
    """Aliases and deep nesting, found before anything is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return line, "yaml", "不支持锚点与引用", "anchors and aliases are not part of the language"
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            return line, "yaml", "嵌套过深", "nested too deeply"
    return None


def slug_of(cell: Cell | None) -> str:
    """The identifier, or "" where the key is absent."""
    return cell.slug() if cell else ""


def slugs_of(cell: Cell | None) -> tuple[str, ...]:
    return cell.slugs() if cell else ()


def text_of(cell: Cell | None) -> Text:
    return cell.text() if cell else Text("", "")


def hint_of(cell: Cell | None) -> Text | None:
    return cell.text() if cell else None


def string_of(cell: Cell | None) -> str:
    return cell.string() if cell else ""


def truth_of(cell: Cell | None, default: bool = False) -> bool:
    return cell.truth() if cell else default


def cells_of(cell: Cell | None) -> list[Cell]:
    return cell.cells() if cell else []
