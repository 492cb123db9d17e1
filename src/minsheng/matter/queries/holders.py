"""Which body holds a role that no step assigns, and what is a body called? What the town says."""

from __future__ import annotations

from minsheng.bodies import queries as bodies
from minsheng.kernel.words import Text


def body_of(role: str) -> str | None:
    """The code of the body that town.yaml gives the role to, or None: whoever is a member with the role."""
    body = bodies.body_of_role(role)
    return body.code if body else None


def name_of(code: str) -> Text:
    """The name of a body; the code itself for one that the town does not know."""
    try:
        return bodies.body(code).name
    except KeyError:
        return Text(code, code)
