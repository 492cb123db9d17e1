"""The demo's own pages: be somebody else, push the clock on."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from minsheng.bodies import queries as bodies
from minsheng.kernel.words import Refusal
from minsheng.people.doors import demo_door
from minsheng.people.services import residents, signing_in
from minsheng.site import clock, worker
from minsheng.site.demo import people, state
from minsheng.ui import respond
from minsheng.ui.components import Persona

SESSION = "minsheng_demo_person"


def bar(request: HttpRequest) -> Persona:
    """The bar over every page: who you are, and what day it is."""
    everybody = people.everybody()
    session = getattr(request, "session", None)
    here = everybody.get(session.get(SESSION, "") if session is not None else "") or next(
        iter(everybody.values())
    )
    today = bodies.current_calendar().day_of(request.now)  # type: ignore[attr-defined]
    return Persona(here.shown, reverse("demo:people"), today, reverse("demo:tomorrow"))


@demo_door
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Everybody one can be."""
    everybody = list(people.everybody().values())
    context = {
        "residents": [one for one in everybody if not one.roles],
        "staff": [one for one in everybody if one.roles],
        "here": bar(request).name,
    }
    return render(request, "site/demo_people.html", context)


@demo_door
@require_POST
def become(request: HttpRequest, name: str) -> HttpResponse:
    """Be this person from now on: one click, no password, in the demo only."""
    found = people.everybody().get(name)
    if found is None:
        return respond.error(request, 404)
    signing_in.sign_out(request)
    if found.roles:
        account = signing_in.sign_in_persona(request, found.person)
        if isinstance(account, Refusal):
            return respond.error(request, 404)
        request.session[SESSION] = found.id
        return HttpResponseRedirect(reverse("matter:work"))
    if found.matter and (matter := state.matter_of(found.matter)):
        resident = residents.let_in(request, matter, "code")
        request.session[SESSION] = found.id
        return HttpResponseRedirect(reverse("listen:follow", args=[resident.handle]))
    request.session[SESSION] = found.id
    return HttpResponseRedirect("/")


@demo_door
@require_POST
def tomorrow(request: HttpRequest) -> HttpResponse:
    """Push the clock on by a day and let everything happen that is due by then."""
    clock.set_shift(clock.shift() + timedelta(days=1))
    worker.once(clock.now())
    back = request.META.get("HTTP_REFERER", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return HttpResponseRedirect(back if safe else "/")
