"""Where the pages of a matter lie for whoever looks: staff by its number, a resident by a session handle.

A number in an address tells nobody anything; a resident's pages carry a handle instead, which only the
browser that showed the follow code can use.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from minsheng.matter import special
from minsheng.people.rules.actor import Actor


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody came to a matter. `handle` is empty for staff; `via` is how a resident's word came in."""

    number: str
    procedure: str
    actors: tuple[Actor, ...]
    handle: str = ""
    via: str = ""

    @property
    def is_resident(self) -> bool:
        return bool(self.handle)

    def matter(self) -> str:
        """The matter's page: for a resident a room's special one, where there is one."""
        made = special.MINE_PAGES.get(self.procedure)
        return made(self.handle) if made and self.handle else self._to("matter")

    def step(self, step: str) -> str:
        """The page of a step: a room's special one, where there is one."""
        pages = special.MINE_STEPS if self.handle else special.STEP_PAGES
        made = pages.get((self.procedure, step))
        return made(self.handle or self.number) if made else self._to("step", step)

    def also(self, event: str) -> str:
        """The page of an act that is open beside the steps."""
        return self._to("also", event)

    def why(self, step: str) -> str:
        """The page that says why a step stands as it does."""
        return self._to("why", step)

    def file(self, id: str) -> str:
        """A file to download."""
        return self._to("file", id)

    def back(self) -> str:
        """Where one came from: the worklist, or one's own matter."""
        return self.matter() if self.handle else reverse("matter:work")

    def _to(self, name: str, *more: str) -> str:
        if self.handle:
            return reverse(f"matter:mine-{name}", kwargs={"handle": self.handle, **_named(name, more)})
        return reverse(f"matter:{name}", kwargs={"number": self.number, **_named(name, more)})


def _named(name: str, more: Sequence[str]) -> dict[str, str]:
    key = {"step": "step", "why": "step", "also": "event", "file": "id"}.get(name)
    return {key: more[0]} if key else {}
