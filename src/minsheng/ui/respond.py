"""Answers that are not the page that was asked for: a refusal and the errors, each with its status."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from minsheng.ui.components import Basis, Lack, Link, RefusalPage
from minsheng.ui.words import Bilingual, Words

STATUS = {"shape": 400, "policy": 422, "person": 403, "conflict": 409, "absent": 404}
"""HTTP status by the kind of a refusal."""


class _Missing(Protocol):
    @property
    def what(self) -> Bilingual: ...
    @property
    def owner(self) -> str: ...
    @property
    def until(self) -> object: ...


class RefusalLike(Protocol):
    """The shape of `kernel.words.Refusal`."""

    @property
    def code(self) -> str: ...
    @property
    def reason(self) -> Bilingual: ...
    @property
    def kind(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def missing(self) -> Iterable[_Missing]: ...
    @property
    def next(self) -> Bilingual | None: ...


def lacks(refusal: RefusalLike, owners: dict[str, Words] | None = None) -> tuple[Lack, ...]:
    """What a refusal says is missing. `owners`: names of bodies or roles by their code, where known."""
    names = owners or {}
    return tuple(
        Lack(
            what=one.what,
            whose=names.get(one.owner, one.owner),
            until=one.until if isinstance(one.until, date) else None,
        )
        for one in refusal.missing
    )


def refusal_page(
    refusal: RefusalLike,
    *,
    at: datetime | None,
    back: Link | None = None,
    ways: Iterable[Link] = (),
    kept: bool = False,
    basis: Basis | None = None,
    rule: str = "",
    owners: dict[str, Words] | None = None,
) -> RefusalPage:
    """The page of a refusal: reason as heading, ground, what is missing and whose, ways on, code last."""
    return RefusalPage(
        reason=refusal.reason,
        code=refusal.code,
        basis=basis,
        source=refusal.source,
        missing=lacks(refusal, owners),
        ways=tuple(ways),
        next=refusal.next or "",
        kept=kept,
        no_override=refusal.kind == "policy",
        back=back,
        at=at,
        rule=rule,
    )


def refuse(request: HttpRequest, page: RefusalPage, kind: str) -> HttpResponse:
    """Answer with a refusal and the status of its kind (`STATUS`)."""
    return render(request, "ui/refusal.html", {"refusal": page}, status=STATUS[str(kind)])


def error(request: HttpRequest, status: int) -> HttpResponse:
    """One of the error pages: 400, 403, 404, 409, 413, 422, 429."""
    return render(request, f"{status}.html", status=status)
