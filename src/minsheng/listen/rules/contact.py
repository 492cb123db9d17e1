"""How may we reach somebody? Three answers, each of which may be left out.

Nothing is asked twice and nothing is verified: a wrong address costs the letters, never the matter, for every
message stands on the follow page too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from minsheng.kernel.words import Kind, Refusal, Text

_MAIL: Final = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,24}")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()（）转ext.#*-]{4,30}", re.IGNORECASE)
MAX_NAME: Final = 60


@dataclass(frozen=True, slots=True)
class Contact:
    """What somebody left; empty means: left out. `name` is what they want to be called."""

    name: str = ""
    phone: str = ""
    email: str = ""

    def fields(self) -> dict[str, str]:
        """The answers that were given, by name."""
        given = {"name": self.name, "phone": self.phone, "email": self.email}
        return {name: value for name, value in given.items() if value}


def tidied(name: str, phone: str, email: str) -> Contact:
    """The answers without blanks around them."""
    return Contact(" ".join(name.split()), " ".join(phone.split()), email.strip())


def why_not_reach(contact: Contact) -> tuple[Refusal, ...]:
    """What has to be mended before it can be used; nothing for what was left out."""
    found = []
    if len(contact.name) > MAX_NAME:
        found.append(
            _no(
                "name",
                Text(f"称呼最多{MAX_NAME}个字", f"At most {MAX_NAME} characters for what we call you"),
            )
        )
    if contact.phone and not _PHONE.fullmatch(contact.phone):
        found.append(
            _no(
                "phone",
                Text(
                    "看一下电话号码，只写数字就行；不想留就空着",
                    "Look at the number again, digits are enough; or leave it empty",
                ),
            )
        )
    if contact.email and (len(contact.email) > 254 or not _MAIL.fullmatch(contact.email)):
        found.append(
            _no(
                "email",
                Text(
                    "看一下邮箱，要像 name@example.com 这样；不想留就空着",
                    "Look at the address again, it is like name@example.com; or leave it empty",
                ),
            )
        )
    return tuple(found)


def _no(field: str, reason: Text) -> Refusal:
    return Refusal(f"{field}_not_usable", reason, Kind.SHAPE, field=field)
