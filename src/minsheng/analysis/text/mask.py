"""Which stretches of a text tell who somebody is, and how does the text read without them?

Masks telephone numbers, identity and bank cards, number plates, e-mail addresses, WeChat and QQ names and
other long numbers in running Chinese (and English). What everybody may know stays: emergency and service
numbers (110, 12345, 95598), 400 and 800 numbers, the numbers passed as `official`, dates, amounts with their
unit, and numbers of documents and orders.

Sources: GB 11643-1999 (identity number, check digit after ISO 7064 MOD 11-2), ISO/IEC 7812-1 Annex B (Luhn),
GA 36-2018 (number plates), the numbering plan of mainland China. Names and addresses in words are not found:
no rule finds them reliably, so a person looks at the preview before anything is shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

Kind = Literal["mail", "wechat", "qq", "identity", "card", "phone", "plate", "digits"]

MARKS: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        "mail": "〔邮箱〕",
        "wechat": "〔微信号〕",
        "qq": "〔QQ号〕",
        "identity": "〔证件号〕",
        "card": "〔银行卡号〕",
        "phone": "〔电话〕",
        "plate": "〔车牌〕",
        "digits": "〔{n}位数字〕",
    }
)
"""What stands in the place of each kind. `{n}` is the number of digits that stood there."""


class Span(NamedTuple):
    """A stretch `text[start:end]`, counted in code points, and what it is."""

    start: int
    end: int
    kind: Kind


def find(text: str, *, official: Collection[str] = ()) -> tuple[Span, ...]:
    """The stretches to mask, in order and disjoint.

    `official`: telephone numbers that may stay, such as those of public bodies; their digits are compared.

    >>> find("我的电话13800138000，打12345没人接")
    (Span(start=4, end=15, kind='phone'),)
    """
    known = frozenset(digits for number in official if (digits := _digits(_plain(number))))
    spans: list[Span] = []
    while fresh := list(_fresh(text, spans, known)):
        spans = sorted([*spans, *fresh])
    return tuple(spans)


def masked(text: str, *, official: Collection[str] = (), marks: Mapping[Kind, str] = MARKS) -> str:
    """The text with a mark in the place of each stretch; all else stays. Masking twice changes nothing.

    >>> masked("车牌浙A12345，身份证11010519491231002X，卡号6222 0212 3456 7894")
    '车牌〔车牌〕，身份证〔证件号〕，卡号〔银行卡号〕'
    """
    return "".join(
        part if span is None else mark_of(part, span.kind, marks)
        for part, span in pieces(text, find(text, official=official))
    )


def pieces(text: str, spans: tuple[Span, ...]) -> Iterator[tuple[str, Span | None]]:
    """The text cut at the spans: each piece with its span, None for what stays. Joined they are the text."""
    at = 0
    for span in spans:
        if at < span.start:
            yield text[at : span.start], None
        yield text[span.start : span.end], span
        at = span.end
    if at < len(text):
        yield text[at:], None


def mark_of(part: str, kind: Kind, marks: Mapping[Kind, str] = MARKS) -> str:
    """The mark for one stretch."""
    return marks[kind].replace("{n}", str(len(_digits(_plain(part)))))


# how it is written --------------------------------------------------------------------------------

_HAN_DIGITS: Final = {char: str(value) for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": "0",
    "幺": "1",
}
_HAN_RUN: Final = re.compile("[" + "".join(_HAN_DIGITS) + "]{7,}")


@lru_cache(maxsize=4096)
def _plain_char(char: str) -> str:
    """One character for one: digits and letters of any width or ornament as ASCII, else the same."""
    folded = unicodedata.normalize("NFKC", char)
    if len(folded) != 1:
        return char
    digit = unicodedata.digit(folded, None)
    return folded if digit is None else str(digit)


def _plain(text: str) -> str:
    """The text with as many characters, its digits in ASCII, also 七 and more Chinese ones in a row."""
    if not text.isascii():
        text = "".join(map(_plain_char, text))
        text = _HAN_RUN.sub(lambda run: "".join(_HAN_DIGITS[char] for char in run.group()), text)
    return text


def _digits(plain: str) -> str:
    return "".join(char for char in plain if char.isascii() and char.isdigit())


# what it is ---------------------------------------------------------------------------------------

_B: Final = r"[ \t\-‐‑‒–—.·\u200b-\u200d\u2060]{0,3}"  # what people put between groups of digits
_END: Final = r"(?![0-9])"

_MAIL: Final = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}"
)
_WECHAT: Final = re.compile(
    r"(?:微信|威信|[vV]信|(?<![A-Za-z])(?:wechat|weixin|vx|wx))(?:\s?(?:号码?|账号|帐号|ID))?(?:就?是|为|叫|\s?is\s)?[\s:,]{0,3}"
    r"((?:[A-Za-z][A-Za-z0-9_-]{5,19}|[0-9]{5,11})(?![A-Za-z0-9_@-]))",
    re.IGNORECASE,
)
_QQ: Final = re.compile(
    r"(?<![A-Za-z])QQ(?:群|号码?|账号|帐号)?(?:是|为)?[\s:,]{0,3}([1-9][0-9]{4,10})(?![0-9@])", re.I
)
_IDENTITY: Final = re.compile(
    rf"(?<![0-9])[1-9][0-9]{{5}}{_B}(?:18|19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01]){_B}[0-9]{{3}}"
    r"[0-9Xx](?![0-9A-Za-z])"
)
_IDENTITY_OLD: Final = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}(?![0-9A-Za-z])"
)
_TRAVEL: Final = re.compile(r"(?<![A-Za-z0-9])[A-Z]{1,2}[0-9]{7,10}(?![A-Za-z0-9])", re.IGNORECASE)
_SAID_TO_BE_A_PASS: Final = re.compile(
    r"(?:护照|通行证|证件|passport|permit)(?:号码?|no)?(?:是|为|is)?[\s:.,(]{0,3}$", re.I
)
_CARD: Final = re.compile(
    rf"(?<![0-9])[2-9][0-9]{{3}}(?:{_B}[0-9]{{4}}){{2}}{_B}[0-9]{{3,4}}(?:{_B}[0-9]{{1,3}})?{_END}"
)
_MOBILE: Final = re.compile(
    rf"(?<![0-9])(?:(?:\+|00)?86{_B})?"
    rf"(?:1[3-9][0-9]{_B}[0-9]{{4}}{_B}[0-9]{{4}}|1[3-9][0-9]{_B}[0-9]{{3}}{_B}[0-9]{{5}}"
    rf"|1[3-9][0-9]{{2}}{_B}[0-9]{{3}}{_B}[0-9]{{4}}|1(?:[ .-][0-9]){{10}}){_END}"
)
_LANDLINE: Final = re.compile(
    rf"(?<![0-9])(?:(?:\+|00)86{_B}[1-9]|\(?0[1-9])[0-9]{{1,2}}\)?{_B}[2-9][0-9]{{2,3}}{_B}[0-9]{{4}}"
    rf"(?:(?:转|-|ext\.?){_B}[0-9]{{1,5}})?{_END}"
)
_LOCAL: Final = re.compile(r"(?<![0-9A-Za-z.-])[2-9][0-9]{2,3}[ -]?[0-9]{4}(?![0-9A-Za-z]|-[0-9])")
_SAID_TO_BE_A_PHONE: Final = re.compile(
    r"(?:电话|座机|固话|传真|手机|号码|联系方式|拨打|打|拨|tel|phone|call|fax)(?:号码|号|是|为)?[\s:.,(]{0,3}$",
    re.I,
)
_PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领][A-HJ-Z][ ·.•-]?"
    r"(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳领]|[A-HJ-NP-Z0-9]{6})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_LONG: Final = re.compile(r"(?<![0-9A-Za-z])(?<![0-9][.,])[0-9]{7,}(?![0-9A-Za-z]|[.,][0-9])")

_DATE: Final = re.compile(r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_A_NUMBER_OF_SOMETHING: Final = re.compile(
    r"(?:编号|编码|工单|单号|文号|案号|受理号|订单|流水号?|回执号?|合同号?|发票号?码?|许可证号?|执照号?|信用代码|批号|条码"
    r"|标准号?|(?<![A-Za-z])(?:no|order|ticket|case|invoice|ref))"
    r"(?:\s?(?:号码?|number|no))?(?:是|为|is)?[\s:.#,]{0,3}$",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(
    r"\s?(?:元|块|万|亿|千|百|个|人|户|件|次|吨|度|米|平方|公里|斤|毫升|号文?(?![码0-9])|%|yuan|RMB|people)",
    re.IGNORECASE,
)


def _is_wechat(plain: str, start: int, end: int) -> bool:
    """After 微信 any name; after "WeChat" not the next English word."""
    before = plain[:start].rstrip()
    return (
        not before[-1:].isascii()
        or before.endswith((":", "ID", "id", "is"))
        or not plain[start:end].isalpha()
    )


def _is_identity(plain: str, start: int, end: int) -> bool:
    """Whether the check character is right (ISO 7064 MOD 11-2)."""
    number = "".join(char for char in plain[start:end].upper() if char.isalnum())
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, number, strict=False))
    return number[17] == "10X98765432"[total % 11]


def _is_card(plain: str, start: int, end: int) -> bool:
    """15 to 19 digits whose last one is right (Luhn), unless they are said to be the number of something."""
    digits = [int(char) for char in _digits(plain[start:end])]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    right = (sum(digits[::-2]) + sum(doubled)) % 10 == 0
    return 15 <= len(digits) <= 19 and right and not _numbered(plain, start, end)


def _is_grouped(plain: str, start: int, end: int) -> bool:
    """A card number with a slip of the pen: groups, no round amounts, not the number of something."""
    groups = re.findall(r"[0-9]+", plain[start:end])
    return (
        len(groups) > 1
        and not all(group.endswith("00") for group in groups)
        and not _numbered(plain, start, end)
    )


def _is_travel(plain: str, start: int, end: int) -> bool:
    """A passport of mainland China by its form, or what is said to be a pass."""
    if _SAID_TO_BE_A_PASS.search(plain[max(0, start - 16) : start]):
        return True
    number = plain[start:end].upper()
    is_passport = re.fullmatch(r"(?:E[0-9A-HJ-NP-Z]|G[0-9])[0-9]{7}", number) is not None
    return is_passport and not _DATE.fullmatch(number[1:]) and not _numbered(plain, start, end)


def _is_local(plain: str, start: int, end: int) -> bool:
    """A number without area code: said to be a phone, or two fours that are no years and no round amounts."""
    if _SAID_TO_BE_A_PHONE.search(plain[max(0, start - 16) : start]):
        return True
    first, _, second = plain[start:end].partition("-")
    in_fours = len(first) == len(second) == 4 and not first.startswith("20")
    return in_fours and not (first.endswith("00") and second.endswith("00")) and not _UNIT.match(plain, end)


def _is_plate(plain: str, start: int, end: int) -> bool:
    return len(_digits(plain[start:end])) >= 2


def _is_long(plain: str, start: int, end: int) -> bool:
    """Neither a date written in eight digits, nor an amount with its unit, nor the number of something."""
    is_date = _DATE.fullmatch(plain[start:end]) is not None
    return not (is_date or _UNIT.match(plain, end) or _numbered(plain, start, end))


def _numbered(plain: str, start: int, _end: int) -> bool:
    """Whether the words before say that this is the number of a document, an order, a case."""
    return _A_NUMBER_OF_SOMETHING.search(plain[max(0, start - 24) : start]) is not None


def _not_numbered(plain: str, start: int, end: int) -> bool:
    return not _numbered(plain, start, end)


def _always(_text: str, _start: int, _end: int) -> bool:
    return True


_RULES: Final[tuple[tuple[Kind, re.Pattern[str], Callable[[str, int, int], bool]], ...]] = (
    ("mail", _MAIL, _always),
    ("wechat", _WECHAT, _is_wechat),
    ("qq", _QQ, _always),
    ("identity", _IDENTITY, _is_identity),
    ("identity", _IDENTITY_OLD, _not_numbered),
    ("identity", _TRAVEL, _is_travel),
    ("card", _CARD, _is_card),
    ("digits", _CARD, _is_grouped),
    ("phone", _MOBILE, _always),
    ("phone", _LANDLINE, _not_numbered),
    ("phone", _LOCAL, _is_local),
    ("plate", _PLATE, _is_plate),
    ("digits", _LONG, _is_long),
)
"""In this order; what an earlier rule took, a later one leaves."""

_FREE: Final = re.compile(r"[48]00[ -]?[0-9]{3,4}[ -]?[0-9]{3,4}")


def _fresh(text: str, spans: list[Span], known: frozenset[str]) -> Iterator[Span]:
    """What is still found once the spans so far are marked: the marked text itself is searched again."""
    marked, back = _shown(text, spans)
    plain = _plain(marked)
    taken = [False] * len(plain)
    for kind, pattern, is_one in _RULES:
        for match in pattern.finditer(plain):
            start, end = match.span(pattern.groups)
            if any(taken[start:end]) or not is_one(plain, start, end):
                continue
            taken[start:end] = [True] * (end - start)
            if not (kind in ("phone", "digits") and _may_stay(plain[start:end], known)):
                yield Span(back[start], back[end - 1] + 1, kind)


def _may_stay(number: str, known: frozenset[str]) -> bool:
    return _digits(number) in known or _FREE.fullmatch(number) is not None


def _shown(text: str, spans: list[Span]) -> tuple[str, list[int]]:
    """The text with marks, and for each of its characters the place in `text` that it stands for."""
    shown: list[str] = []
    back: list[int] = []
    at = 0
    for span in spans:
        mark = mark_of(text[span.start : span.end], span.kind)
        shown += [text[at : span.start], mark]
        back += [*range(at, span.start), *([span.start] * len(mark))]
        at = span.end
    return "".join([*shown, text[at:]]), [*back, *range(at, len(text))]
