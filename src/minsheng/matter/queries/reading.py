"""Who may read what of a matter? The one gate: every page, file and interface asks here.

Source: DESIGN §2.7 (what can hurt a complainant is never shown to those complained about) and the `readers`
of each document in the rule file. Whoever wrote a document may read that document; a role that is held by
one body in a matter is held by no other; a role complained about reads nothing that it has not written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from minsheng.kernel.procedure import acts
from minsheng.kernel.procedure.model import Document, Field
from minsheng.kernel.words import Text
from minsheng.ledger import queries as ledger
from minsheng.matter.queries.files import File, files_of
from minsheng.matter.queries.holders import body_of, name_of
from minsheng.matter.queries.views import MatterView
from minsheng.matter.rules import entitlement, happened, standing
from minsheng.people.pseudonyms import pseudonym
from minsheng.people.rules.actor import Actor


def holds(view: MatterView, actor: Actor) -> bool:
    """Whether the actor's role is a role of this matter that the actor's body (or person) holds now."""
    role = view.procedure.roles.get(actor.role)
    if role is None:
        return False
    if role.kind == "resident":
        mine = pseudonym(view.id, actor.person)
        return entitlement.why_not_this_resident(view.procedure, actor.role, mine, view.opener) is None
    holder = standing.body_for(view.status, actor.role, body_of)
    return not holder or holder == actor.body


def may_see(view: MatterView, actor: Actor) -> bool:
    """Whether the actor may open the matter's staff page: holds a role in it, or has acted in it."""
    role = view.procedure.roles.get(actor.role)
    if role is None or role.is_subject:
        return False
    if holds(view, actor):
        return True
    mine = pseudonym(view.id, actor.person)
    return any(recorded.entry.actor == mine for recorded in view.chain)


def readable(view: MatterView, actor: Actor, document: str, n: int | None = None) -> bool:
    """Whether the actor may read a document: of entry `n`, or (n None) of any entry."""
    mine = pseudonym(view.id, actor.person)
    if n is not None and 0 <= n < len(view.chain):
        entry = view.chain[n].entry
        if entry.actor == mine and document in entry.closed:
            return True
    role = view.procedure.roles.get(actor.role)
    if role is None or role.is_subject or document not in view.procedure.documents:
        return False
    return holds(view, actor) and acts.may_read(view.procedure, view.status, document, actor.role, actor.body)


@dataclass(frozen=True, slots=True)
class Filled:
    """One field of a document with its value as stored; `shown` in words, where a word stands for a code."""

    field: Field
    value: Any
    shown: Text | None
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Handed:
    """A document as somebody handed it in with entry `n`. `values`: all fields; `fields`: the filled ones."""

    document: Document
    n: int
    on: date
    at: datetime
    step: str | None
    outcome: str | None
    round: int
    who: Text
    role: str
    values: Mapping[str, Any]
    fields: tuple[Filled, ...]

    @property
    def id(self) -> str:
        return self.document.id


def documents(view: MatterView, actors: Iterable[Actor]) -> tuple[Handed, ...]:
    """Every document of the matter that one of the actors may read, first to last. Two or three queries."""
    readers = list(actors)
    wanted = [
        (recorded, name)
        for recorded in view.chain
        for name in recorded.entry.closed
        if name in view.procedure.documents
        if any(readable(view, actor, name, recorded.entry.n) for actor in readers)
    ]
    if not wanted:
        return ()
    parts = ledger.open_parts(view.id)
    files = files_of(view.id)
    found = []
    for recorded, name in wanted:
        entry, declared = recorded.entry, view.procedure.documents[name]
        part = parts.get(entry.n, {}).get(name)
        if part is None or not isinstance(part.value, Mapping):
            continue
        filled = tuple(
            _filled(field, part.value[field.id], files)
            for field in declared.fields
            if part.value.get(field.id) not in (None, "", [])
        )
        who = happened.who_of(view.procedure, entry, name_of)
        found.append(
            Handed(
                declared, entry.n, entry.on, recorded.at, entry.step, entry.outcome, entry.round, who,
                entry.role, dict(part.value), filled,
            )
        )  # fmt: skip
    return tuple(found)


def last(handed: Iterable[Handed], document: str) -> Handed | None:
    """The latest of a document."""
    return next((one for one in reversed(list(handed)) if one.id == document), None)


def _filled(field: Field, value: Any, files: Mapping[str, File]) -> Filled:
    if field.type == "file":
        return Filled(field, value, None, tuple(files[str(id)] for id in value if str(id) in files))
    return Filled(field, value, field.values.get(str(value)) if field.type == "enum" else None)


def file_for(view: MatterView, actors: Iterable[Actor], id: str) -> File | None:
    """An attachment, if one of the actors may read the document that it came with."""
    file = files_of(view.id).get(id)
    if file is None or not any(readable(view, actor, file.document, file.n) for actor in actors):
        return None
    return file
