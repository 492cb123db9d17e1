"""Which bytes are the one form of this value? The JSON Canonicalization Scheme, written and read strictly.

Source: RFC 8785 (JCS) and RFC 7493 (I-JSON). On the ledger there are no fractions: a float is refused
unless the caller asks for it, and whole numbers stay within ±(2^53 − 1), where every reader agrees.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

JSON = Any
"""None, bool, int, str, list of these, dict from str to these."""

LARGEST: Final = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly (RFC 7493 §2.2)."""

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class NotCanonical(ValueError):
    """The value has no canonical form here, or the bytes are not it."""


def canonical(value: JSON, *, floats: bool = False) -> bytes:
    """The RFC 8785 bytes of `value`.

    Tuples count as lists and any Mapping as an object. Raises NotCanonical for a key that is no string, a
    number out of range, a lone surrogate, or (unless `floats`) a fraction.

    >>> canonical({"b": [1, True, None], "a": "人"}).decode()
    '{"a":"人","b":[1,true,null]}'
    """
    try:
        return _text(value, floats).encode()
    except UnicodeEncodeError:
        raise NotCanonical("a lone surrogate has no UTF-8 form") from None
    except RecursionError:
        raise NotCanonical("nested too deeply") from None


def parse_canonical(data: bytes) -> JSON:
    """The value whose canonical form is exactly `data`.

    Raises NotCanonical for anything else: other spacing, order or escapes, a key twice, a fraction, a
    number out of range, bytes that are not UTF-8.
    """
    try:
        return parse_canonical_text(data.decode())
    except UnicodeDecodeError:
        raise NotCanonical("not UTF-8") from None


def parse_canonical_text(text: str) -> JSON:
    """As parse_canonical, for text that has already been decoded from UTF-8."""
    try:
        value = _DECODER.decode(text)
        same = canonical_again(value) == text
    except NotCanonical:
        raise
    except RecursionError:
        raise NotCanonical("nested too deeply") from None
    except ValueError as error:
        raise NotCanonical(f"not JSON: {error}") from None
    if not same:
        raise NotCanonical("not in canonical form (RFC 8785)")
    return value


def read_again(data: bytes) -> JSON:
    """The value of bytes that parse_canonical has accepted before: in half of the time."""
    value, _ = _AGAIN.raw_decode(data.decode())
    return value


def canonical_again(value: JSON) -> str:
    """The canonical text of a value, or a part of one, that parse_canonical gave: in a third of the time.

    For a value that comes from JSON text without fractions, the standard encoder differs from RFC 8785 in
    one place only: how it orders keys beyond U+FFFF.
    """
    text: str = _encode_fast(value)
    return text if text.isascii() or not _ASTRAL.search(text) else _text(value, False)


def parse_strict(data: bytes) -> JSON:
    """A JSON value in any spacing and key order, but with no key twice, no fraction, no number out of range.

    For files that people pass on by hand (proof files). Raises NotCanonical.
    """
    try:
        value = _STRICT.decode(data.decode())
        _text(value, False).encode()
    except NotCanonical:
        raise
    except RecursionError:
        raise NotCanonical("nested too deeply") from None
    except ValueError as error:  # JSONDecodeError and both Unicode errors are ValueErrors
        raise NotCanonical(f"not JSON: {error}") from None
    return value


def _whole_number(text: str) -> int:
    number = int(text) if len(text) <= 17 else LARGEST + 1
    if not -LARGEST <= number <= LARGEST:
        raise NotCanonical("a whole number beyond 2^53 - 1")
    return number


def _refuse_number(text: str) -> NoReturn:
    raise NotCanonical(f"{text[:40]} is not a whole number")


def _once(pairs: list[tuple[str, JSON]]) -> dict[str, JSON]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("a key stands twice in one object")
    return found


_DECODER = json.JSONDecoder(
    parse_int=_whole_number, parse_float=_refuse_number, parse_constant=_refuse_number
)
_AGAIN = json.JSONDecoder()
_STRICT = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number, object_pairs_hook=_once)
_encode_fast: Final = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False, allow_nan=False
).encode
_encode_string = json.JSONEncoder(ensure_ascii=False).encode


def _text(value: JSON, floats: bool) -> str:
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return _encode_string(str(value))
    if isinstance(value, int):
        if not -LARGEST <= value <= LARGEST:
            raise NotCanonical("a whole number beyond 2^53 - 1")
        return str(int(value))
    if isinstance(value, float):
        if not floats:
            raise NotCanonical(f"{value!r} is not a whole number")
        return _number(value)
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise NotCanonical(f"the key {key!r} is not a string")
        keys = sorted(value, key=_utf16) if any(map(_ASTRAL.search, value)) else sorted(value)
        return "{" + ",".join(f"{_encode_string(str(k))}:{_text(value[k], floats)}" for k in keys) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([_text(item, floats) for item in value]) + "]"
    raise NotCanonical(f"{type(value).__name__} is not a JSON value")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _number(value: float) -> str:
    """A double as ECMAScript writes it (ECMA-262 Number::toString, RFC 8785 §3.2.2.3)."""
    if value != value or value in (float("inf"), float("-inf")):
        raise NotCanonical("not a finite number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"
