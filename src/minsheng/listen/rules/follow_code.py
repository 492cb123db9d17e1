"""How is a follow code made, said, typed back, and recognised without being kept?

Eighty random bits in Crockford's base 32 (no I, L, O, U), and a check character: seventeen characters, spoken
as `7QK4 M2XD 9VHT 3RPC W`. The check is a polynomial over GF(32): it notices every single wrong character and
every two that changed places. Only a keyed hash of the code is stored, and which pepper keyed it.

Source: https://www.crockford.com/base32.html for the alphabet; docs/formats.md for the rest.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
N_BITS: Final = 80
N_CHARACTERS: Final = 17

_VALUE: Final = {char: value for value, char in enumerate(ALPHABET)}
_HEARD_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_DROPPED: Final = frozenset(" \t\r\n\v\f-‐‑‒–—_.·,，。、:：#/")


def code_of(bits: int) -> str:
    """The code of 80 random bits (0 ≤ bits < 2^80), in one piece.

    >>> code_of(0x0123456789ABCDEF0123)
    '04HMASW9NF6YY093X'
    """
    if not 0 <= bits < 1 << N_BITS:
        raise ValueError("a follow code has 80 bits")
    body = "".join(ALPHABET[bits >> shift & 31] for shift in range(N_BITS - 5, -1, -5))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that makes the whole code come out even.

    Read as a polynomial over GF(32) with x = 2, the code is 0: sum of c_i · 2^(16 - i).
    """
    return ALPHABET[_doubled(_folded(body))]


def parse(typed: str) -> str | None:
    """The code that was meant by what was typed or said, None if it cannot be one.

    Blanks and dashes are passed over; lower case, full width, O for 0, I and L for 1 are understood.

    >>> parse("o4hm-asw9 nf6y yo93 x")
    '04HMASW9NF6YY093X'
    >>> parse("04HM ASW9 NF6Y Y039 X") is None
    True
    """
    if len(typed) > 200:
        return None
    plain = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(char for char in plain if char not in _DROPPED).translate(_HEARD_AS)
    if len(code) != N_CHARACTERS or any(char not in _VALUE for char in code):
        return None
    return code if _folded(code) == 0 else None


def groups(code: str) -> tuple[str, ...]:
    """The code as it is printed and spoken: four groups of four, and the check character.

    >>> groups("04HMASW9NF6YY093X")
    ('04HM', 'ASW9', 'NF6Y', 'Y093', 'X')
    """
    return tuple(code[start : start + 4] for start in range(0, len(code), 4))


def keyed_hash(code: str, pepper: bytes) -> str:
    """What is stored of a code: HMAC-SHA256 under a pepper of 32 bytes, 64 hex digits."""
    return hmac.new(pepper, b"minsheng follow code\n" + code.encode("ascii"), hashlib.sha256).hexdigest()


def _folded(code: str) -> int:
    value = 0
    for char in code:
        value = _doubled(value) ^ _VALUE[char]
    return value


def _doubled(value: int) -> int:
    """Twice the value in GF(32) = GF(2)[x] / (x^5 + x^2 + 1)."""
    value <<= 1
    return value ^ 0b100101 if value & 0b100000 else value
