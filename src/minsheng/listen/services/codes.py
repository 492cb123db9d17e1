"""Follow codes: made once, shown once, found again by their keyed hash."""

from __future__ import annotations

import secrets

from minsheng.ledger import keys
from minsheng.listen.models import Filing
from minsheng.listen.rules import follow_code


def fresh() -> str:
    """A new code; whoever gets it is the only one who has it."""
    return follow_code.code_of(secrets.randbits(follow_code.N_BITS))


def stored(code: str) -> tuple[str, int]:
    """Its keyed hash and the version of the pepper, to be stored."""
    found = keys.load()
    return follow_code.keyed_hash(code, found.receipt_pepper), found.pepper_version


def find(code: str) -> str | None:
    """The matter of a code as `follow_code.parse` gives it; None if there is none.

    One look-up by hash whatever is asked, so that the time says nothing. A code found under an old pepper is
    stored anew under the newest.
    """
    peppers = keys.load().receipt_peppers
    hashes = {follow_code.keyed_hash(code, pepper): version for version, pepper in peppers.items()}
    row = Filing.objects.filter(code_hash__in=hashes).values_list("matter", "code_hash").first()
    if row is None:
        return None
    matter, used = row
    if hashes[used] != max(peppers):
        code_hash, pepper = stored(code)
        Filing.objects.filter(matter=matter, code_hash=used).update(code_hash=code_hash, pepper=pepper)
    return matter
