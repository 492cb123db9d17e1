"""The doors of this room. Each view finds the matter, asks who may come in, and hands on.

Staff come by a matter's number and their roles; a resident by a session handle that only the browser has
which showed the follow code. Both see the same pages, made from the rule file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minsheng.bodies import queries as bodies
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.matter import pages, procedures, queries, services, special
from minsheng.matter.pages import StartsPage, Way, WorklistPage
from minsheng.matter.queries import MatterView
from minsheng.matter.queries.holders import name_of
from minsheng.matter.views import doing, showing
from minsheng.people.doors import public_door, resident_door, staff_door
from minsheng.people.rules.actor import Actor
from minsheng.people.services import Resident, let_in
from minsheng.ui.components import Link
from minsheng.ui.words import language, say

get_or_post = require_http_methods(["GET", "HEAD", "POST"])
Show = Callable[[MatterView, Way], HttpResponse]

NO_PROCEDURE = Refusal(
    "no_such_procedure", Text("这里没有这个程序。", "There is no such procedure."), Kind.ABSENT
)


def _actors(request: HttpRequest) -> tuple[Actor, ...]:
    return cast(tuple[Actor, ...], request.actors)  # type: ignore[attr-defined]


def _for_staff(request: HttpRequest, number: str, show: Show) -> HttpResponse:
    """Find a matter by its number and show it to those who hold, or held, a role in it."""
    view = queries.by_number(number, request.now)  # type: ignore[attr-defined]
    if view is None:
        return showing.refused(request, showing.ABSENT, Link(_("待办"), reverse("matter:work")))
    actors = tuple(actor for actor in _actors(request) if queries.may_see(view, actor))
    if not actors:
        return showing.refused(request, showing.NOT_YOURS, Link(_("待办"), reverse("matter:work")))
    return show(view, Way(view.number, view.procedure.id, actors))


def _for_resident(request: HttpRequest, show: Show) -> HttpResponse:
    """Show a resident their own matter."""
    found = cast(Resident, request.resident)  # type: ignore[attr-defined]
    view = queries.get(found.matter, request.now)  # type: ignore[attr-defined]
    if view is None:
        return showing.refused(request, showing.ABSENT)
    actor = Actor(found.person, view.procedure.start.role)
    return show(view, Way(view.number, view.procedure.id, (actor,), found.handle, found.via))


def _step(request: HttpRequest, step: str) -> Show:
    def show(view: MatterView, way: Way) -> HttpResponse:
        if step not in view.procedure.steps:
            return showing.refused(request, showing.ABSENT, Link(view.number, way.matter()))
        return doing.do_here(request, view, way, doing.step_place(view, way, step))

    return show


def _also(request: HttpRequest, event: str) -> Show:
    return lambda view, way: doing.do_here(request, view, way, doing.also_place(view, way, event))


@staff_door()
@require_GET
def matter(request: HttpRequest, number: str) -> HttpResponse:
    """Any matter, for staff."""
    return _for_staff(request, number, lambda view, way: showing.show_matter(request, view, way))


@staff_door()
@get_or_post
def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """A step of any matter, made from the rule file."""
    return _for_staff(request, number, _step(request, step))


@staff_door()
@get_or_post
def also(request: HttpRequest, number: str, event: str) -> HttpResponse:
    """An act that is open beside the steps: urge, correct, contest, rule…"""
    return _for_staff(request, number, _also(request, event))


@staff_door()
@require_GET
def why(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Why a step stands as it does."""
    return _for_staff(request, number, lambda view, way: showing.show_why(request, view, way, step))


@staff_door()
@require_GET
def file(request: HttpRequest, number: str, id: str) -> HttpResponse:
    """An attachment."""
    return _for_staff(request, number, lambda view, way: showing.send_file(request, view, way, id))


@resident_door
@require_GET
def mine(request: HttpRequest, handle: str) -> HttpResponse:
    """One's own matter, whatever its procedure."""
    return _for_resident(request, lambda view, way: showing.show_matter(request, view, way))


@resident_door
@get_or_post
def mine_step(request: HttpRequest, handle: str, step: str) -> HttpResponse:
    """A step that is the resident's."""
    return _for_resident(request, _step(request, step))


@resident_door
@get_or_post
def mine_also(request: HttpRequest, handle: str, event: str) -> HttpResponse:
    """Supplement, urge, withdraw, contest."""
    return _for_resident(request, _also(request, event))


@resident_door
@require_GET
def mine_why(request: HttpRequest, handle: str, step: str) -> HttpResponse:
    """Why a step stands as it does."""
    return _for_resident(request, lambda view, way: showing.show_why(request, view, way, step))


@resident_door
@require_GET
def mine_file(request: HttpRequest, handle: str, id: str) -> HttpResponse:
    """One's own attachment, or one of an answer."""
    return _for_resident(request, lambda view, way: showing.send_file(request, view, way, id))


@staff_door()
@require_GET
def work(request: HttpRequest) -> HttpResponse:
    """What is yours, by due date; what waits for others apart."""
    actors, now = _actors(request), request.now  # type: ignore[attr-defined]
    after, waiting_after = request.GET.get("after", ""), request.GET.get("waiting", "")
    found = queries.worklist(actors, now, cursor=after, waiting_cursor=waiting_after)
    calendar = bodies.current_calendar()
    loaded = {name: one.procedure for name, one in procedures.all_loaded().items()}
    held = dict.fromkeys(actor.body for actor in actors if actor.body)
    between = "　" if language() == "zh" else " · "
    page = WorklistPage(
        kicker=between.join(say(name_of(code)) for code in held),
        worklist=found,
        yours=tuple(pages.work_row(item, now, calendar, loaded) for item in found.yours.items),
        waiting=tuple(pages.work_row(item, now, calendar, loaded) for item in found.waiting.items),
        more=f"?after={found.yours.next}" if found.yours.next else "",
        more_waiting=f"?waiting={found.waiting.next}" if found.waiting.next else "",
        starts=_starts(actors),
    )
    return render(request, "matter/work.html", {"page": page})


def _starts(actors: tuple[Actor, ...]) -> tuple[Link, ...]:
    """The procedures that one of the actors may begin."""
    roles = {actor.role for actor in actors}
    return tuple(
        Link(one.procedure.start.title or one.procedure.title, reverse("matter:start-work", args=[name]))
        for name, one in procedures.all_loaded().items()
        if one.procedure.start.role in roles
    )


@staff_door()
@require_GET
def starts(request: HttpRequest) -> HttpResponse:
    """What staff may begin."""
    return render(request, "matter/starts.html", {"page": StartsPage(_starts(_actors(request)))})


@staff_door()
@get_or_post
def start_work(request: HttpRequest, procedure: str) -> HttpResponse:
    """Begin a matter that a body begins."""
    loaded = procedures.all_loaded().get(procedure)
    if loaded is None:
        return showing.refused(request, NO_PROCEDURE)
    actor = next((one for one in _actors(request) if one.role == loaded.procedure.start.role), None)
    if actor is None:
        return showing.refused(request, showing.NOT_YOURS)
    return doing.open_under(
        request,
        loaded,
        actor,
        services.fresh_id(),
        lambda opened: reverse("matter:matter", args=[opened.number]),
    )


@public_door
@get_or_post
def start(request: HttpRequest, procedure: str) -> HttpResponse:
    """Begin a matter that anybody may begin, under any loaded procedure that has no page of its own."""
    loaded = procedures.all_loaded().get(procedure)
    if loaded is None or loaded.procedure.roles[loaded.procedure.start.role].kind not in (
        "resident",
        "public",
    ):
        return showing.refused(request, NO_PROCEDURE)
    if (own := special.START_PAGES.get(procedure)) is not None:
        return showing.redirect(own())
    matter = services.fresh_id()
    actor = Actor(f"resident:{matter}", loaded.procedure.start.role)

    def then(opened: services.Opened) -> str:
        return reverse("matter:mine-matter", args=[let_in(request, opened.matter, "link").handle])

    return doing.open_under(request, loaded, actor, matter, then)
