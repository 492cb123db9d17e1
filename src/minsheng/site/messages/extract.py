"""What do templates and Python ask gettext for, and where is Chinese that nobody can translate?

Templates: translate/trans, blocktranslate/blocktrans (with plural and trimmed), the `_()` of arguments.
Python: `_`, gettext, ngettext, pgettext, npgettext and their lazy forms, with literal arguments.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

HAN = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uff60]")
"""A Chinese character or mark; the full-width blank alone is no message."""

_STRING = r"(\"[^\"]*\"|'[^']*')"
_TRANSLATE = re.compile(rf"^(?:translate|trans)\s+{_STRING}(.*)$", re.DOTALL)
_CONTEXT = re.compile(rf"\bcontext\s+{_STRING}")
_ARGUMENT = re.compile(rf"\b_\({_STRING}\)")


class BrokenSource(ValueError):
    """A Python file that cannot be read; the message has file and line."""


@dataclass(frozen=True, slots=True)
class Use:
    """A place that asks for a message."""

    id: str
    path: Path
    line: int
    context: str | None = None
    plural: str | None = None


@dataclass(frozen=True, slots=True)
class Bare:
    """Chinese in a template outside of any translation: an English page would show it."""

    text: str
    path: Path
    line: int


def from_template(source: str, path: Path) -> list[Use | Bare]:
    """Uses and bare Chinese of one template.

    Not bare: comments, and text in or directly behind a tag that says lang="zh-Hans".
    """
    found: list[Use | Bare] = []
    tokens = iter(Lexer(source).tokenize())
    silent = False
    for token in tokens:
        words = token.contents.split()
        if token.token_type == TokenType.BLOCK and words[:1] == ["comment"]:
            silent = True
        elif token.token_type == TokenType.BLOCK and words[:1] == ["endcomment"]:
            silent = False
        elif silent:
            continue
        elif token.token_type == TokenType.TEXT:
            found += _bare(token, path)
        elif token.token_type == TokenType.BLOCK and words[0] in ("blocktranslate", "blocktrans"):
            found.append(_block(token, tokens, path))
        elif token.token_type in (TokenType.BLOCK, TokenType.VAR):
            found += _inline(token, path)
    return found


def _bare(token: Token, path: Path) -> Iterator[Bare]:
    if not HAN.search(token.contents):
        return
    text = re.sub(r'lang="zh-Hans"[^>]*>[^<]*', "", token.contents)
    for match in HAN.finditer(text):
        yield Bare(text[match.start() : match.start() + 20].split("\n")[0], path, token.lineno or 0)
        return


def _inline(token: Token, path: Path) -> Iterator[Use]:
    line = token.lineno or 0
    if token.token_type == TokenType.BLOCK and (match := _TRANSLATE.match(token.contents)):
        context = _CONTEXT.search(match[2])
        text = match[1][1:-1].replace("%", "%%")
        yield Use(text, path, line, context=context[1][1:-1] if context else None)
        return
    for argument in _ARGUMENT.finditer(token.contents):
        yield Use(argument[1][1:-1].replace("%", "%%"), path, line)


def _block(opening: Token, tokens: Iterator[Token], path: Path) -> Use:
    context = _CONTEXT.search(opening.contents)
    trimmed = "trimmed" in opening.contents.split()
    singular: list[str] = []
    plural: list[str] | None = None
    for token in tokens:
        words = token.contents.split()
        if token.token_type == TokenType.TEXT:
            (singular if plural is None else plural).append(token.contents.replace("%", "%%"))
        elif token.token_type == TokenType.VAR:
            (singular if plural is None else plural).append(f"%({token.contents})s")
        elif words[:1] == ["plural"]:
            plural = []
        elif words[:1] in (["endblocktranslate"], ["endblocktrans"]):
            break

    def whole(parts: list[str]) -> str:
        return trim_whitespace("".join(parts)) if trimmed else "".join(parts)

    return Use(
        whole(singular),
        path,
        opening.lineno or 0,
        context=context[1][1:-1] if context else None,
        plural=None if plural is None else whole(plural),
    )


_PYTHON = {
    "_": 0,
    "gettext": 0,
    "gettext_lazy": 0,
    "gettext_noop": 0,
    "ngettext": 1,
    "ngettext_lazy": 1,
    "pgettext": 2,
    "pgettext_lazy": 2,
    "npgettext": 3,
    "npgettext_lazy": 3,
}


def from_python(source: str, path: Path) -> list[Use]:
    """Uses in one Python file. A call without literal arguments is no use. Raises BrokenSource."""
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise BrokenSource(f"{path}:{error.lineno}: not Python: {error.msg}") from None
    found: list[Use] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        kind = _PYTHON.get(name)
        literals = [
            argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None
            for argument in node.args
        ]
        if kind is None or not literals or literals[0] is None:
            continue
        context = literals.pop(0) if kind in (2, 3) else None
        if not literals or literals[0] is None:
            continue
        plural = literals[1] if kind in (1, 3) and len(literals) > 1 else None
        found.append(Use(literals[0], path, node.lineno, context=context, plural=plural))
    return found


def from_room(room: Path) -> list[Use | Bare]:
    """Everything below one room's folder, in the order of the paths."""
    found: list[Use | Bare] = []
    for path in sorted((room / "templates").rglob("*")) if (room / "templates").is_dir() else []:
        if path.suffix in (".html", ".txt"):
            found += from_template(path.read_text(encoding="utf-8"), path)
    for path in sorted(room.rglob("*.py")):
        if "migrations" not in path.parts:
            found += from_python(path.read_text(encoding="utf-8"), path)
    return found
