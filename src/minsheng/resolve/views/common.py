"""What the desk's pages share: find the matter, say no in time, keep the draft, answer with a status."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from minsheng.kernel.procedure import refusals
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger.records import Recorded
from minsheng.matter import pages as matter_pages
from minsheng.matter import queries as matter
from minsheng.matter.rules.uploads import Upload
from minsheng.people.doors import staff_door
from minsheng.people.pseudonyms import pseudonym
from minsheng.people.rules.actor import Actor
from minsheng.resolve import pages, queries, services
from minsheng.resolve.forms import DATE_PARTS, DeskForm
from minsheng.resolve.pages import ContactPage, DeskPage, IntakePage, PreviewPage
from minsheng.resolve.queries import Begun, Desk
from minsheng.ui.components import Happening, Link, RefusalPage
from minsheng.ui.respond import STATUS, refusal_page, refuse
from minsheng.ui.words import Words

P = ParamSpec("P")
Page = DeskPage | IntakePage | PreviewPage | ContactPage
Do = Callable[Concatenate[HttpRequest, Desk, P], HttpResponse]


def on_desk(*roles: str) -> Callable[[Do[P]], Callable[..., HttpResponseBase]]:
    """A page for those who hold one of these roles in the matter; GET shows, POST does."""

    def behind(do: Do[P]) -> Callable[..., HttpResponseBase]:
        @staff_door(*roles)
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(do)
        def view(request: HttpRequest, number: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            actors = cast(Sequence[Actor], request.actors)  # type: ignore[attr-defined]
            found = queries.desk(number, actors, roles, request.now)  # type: ignore[attr-defined]
            if isinstance(found, Refusal):
                return refused(request, found)
            return do(request, found, *args, **kwargs)

        return view

    return behind


def refused(request: HttpRequest, refusal: Refusal, desk: Desk | None = None) -> HttpResponse:
    """A refusal as a page of its own."""
    if desk:
        back = Link(desk.view.number, desk.way.matter())
        return refuse(request, matter_pages.refusal_of(desk.view, refusal, back=back), refusal.kind)
    back = Link(_("待办"), reverse("matter:work"))
    now = request.now  # type: ignore[attr-defined]
    return refuse(request, refusal_page(refusal, at=now, back=back), refusal.kind)


def why_not_now(desk: Desk, step: str) -> Refusal | None:
    """None if this person may work on the step now, as far as can be said before anything is typed."""
    view = desk.view
    if refusal := refusals.why_not_open(view.status, view.procedure.steps[step]):
        return refusal
    before = view.status.runs[step].before
    if view.procedure.steps[step].fresh_person and before == pseudonym(view.id, desk.actor.person):
        return Refusal(
            "fresh_person",
            Text(
                "上次是您办的，这次须换人办。您看得到，不能答。",
                "You did it last time; now somebody else must. You may read, not answer.",
            ),
            Kind.PERSON,
            next=Text(
                "交给本单位另一位同事：他的待办里已经有这一件。",
                "A colleague has it on their worklist already.",
            ),
        )
    return None


@dataclass(frozen=True, slots=True)
class Told:
    """How a POST ended that did not go through: status, what to show on top, what happened meanwhile."""

    status: int = 200
    refusal: RefusalPage | None = None
    since: tuple[Happening, ...] = ()


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    return STATUS[refusal.kind.value]


def finish(
    request: HttpRequest, desk: Desk, step: str, form: DeskForm, answer: Recorded | Refusal, said: Words
) -> tuple[Desk, Told] | HttpResponse:
    """Lead on to the matter if it was written; else the desk as it is now, and what to show on the form.

    A refusal about one field stands at that field; any other on top. What was typed stays in the form.
    """
    if not isinstance(answer, Refusal):
        messages.success(request, str(said))
        return HttpResponseRedirect(desk.way.matter())
    fresh = _again(desk)
    seen = form.cleaned_data.get("seen_n")
    if answer.kind is Kind.CONFLICT:
        form.data = _with_seen(form.data, fresh.view.status.seen_n)
    at_field = answer.kind is not Kind.CONFLICT and not answer.missing and form.take(answer)
    on_top = None if at_field else pages.refused_here(fresh, step, answer)
    news = matter_pages.since(fresh.view, seen) if answer.kind is Kind.CONFLICT and seen is not None else ()
    return fresh, Told(status_of(answer), on_top, news)


def _again(desk: Desk) -> Desk:
    view = matter.get(desk.view.id, desk.view.now) or desk.view
    return replace(desk, view=view, handed=matter.documents(view, (desk.actor,)))


def _with_seen(data: Any, seen_n: int) -> Any:
    changed = data.copy()
    changed["seen_n"] = str(seen_n)
    return changed


def seen(desk: Desk) -> dict[str, int]:
    """The entry that the page shows, so that a stale page is noticed."""
    return {"seen_n": desk.view.status.seen_n}


def begun(desk: Desk, page: str) -> Begun | None:
    """This officer's draft for a page in this round."""
    return queries.begun(desk.view.id, page, desk.actor.person, round=desk.view.status.round)


def keep(request: HttpRequest, desk: Desk, page: str, form: DeskForm, document: str = "") -> Refusal | None:
    """Save what was typed, valid or not, before anything is done with it. Files go with `document`."""
    values = {name: request.POST.getlist(name)[-1] for name in request.POST if name in _names(form)}
    files = [
        Upload(document, name, one.name or "", one.read())
        for name in request.FILES
        if document and name in form.fields and name not in form.errors
        for one in request.FILES.getlist(name)
        if isinstance(one, UploadedFile)
    ]
    return services.keep(
        desk.view.id,
        page,
        desk.actor.person,
        values,
        round=desk.view.status.round,
        at=desk.view.now,
        files=files,
        drop=request.POST.getlist("drop"),
    )


def forget(desk: Desk, page: str) -> None:
    """The draft of a page has been sent."""
    services.drop_draft(desk.view.id, page, desk.actor.person)


def _names(form: DeskForm) -> set[str]:
    """Names under which the form's fields come in; a date comes in three parts."""
    found = {name for name in form.fields if name != "seen_n"}
    return found | {f"{name}_{part}" for name in found for part in DATE_PARTS}


def initial(desk: Desk, draft: Begun | None, form: type[DeskForm]) -> dict[str, Any]:
    """What a form starts with: the draft as it was typed, and the entry that the page shows."""
    values = draft.values if draft else {}
    return {**form.typed(values), **seen(desk)}


def show(request: HttpRequest, page: Page, told: Told, template: str = "resolve/form.html") -> HttpResponse:
    """A page of the desk, with the status that its POST ended with."""
    return render(request, template, {"page": page}, status=told.status)
