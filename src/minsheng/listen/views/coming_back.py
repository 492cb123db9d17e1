"""Come back to one's own matter: by the follow code, or by a link in a letter; and leave again."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from minsheng.bodies import queries as bodies
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.listen import forms
from minsheng.listen.rules import follow_code
from minsheng.listen.services import codes, links, receipts
from minsheng.listen.views.common import now_of, resident_of, too_often, within
from minsheng.people import services as people
from minsheng.people.doors import public_door, resident_door
from minsheng.ui.components import Link
from minsheng.ui.respond import refusal_page, refuse

HOUR: Final = timedelta(hours=1)
TRIES_HERE: Final = 10
"""Codes that may be tried from one address within an hour; slips of the pen are not counted."""

TRIES_EVERYWHERE: Final = 600
"""Wrong codes within an hour from all addresses together: beyond that somebody is guessing in numbers."""


@public_door
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Type the follow code. A code is sent in the body of a form only; a QR holds it in the fragment."""
    if request.method != "POST":
        return _ask(request, forms.CodeForm())
    form = forms.CodeForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, 400)
    code = follow_code.parse(form.cleaned_data["code"])
    if code is None:
        form.add_error("code", _("对一下有没有抄错：17位，最后一位也要。这一次不算试错"))
        return _ask(request, form, 422)
    if not within(request, "code", TRIES_HERE, HOUR):
        return too_often(request)
    matter = codes.find(code)
    if matter is None:
        if not within(request, "code everywhere", TRIES_EVERYWHERE, HOUR, key="everywhere"):
            return too_often(request)
        form.add_error("code", _("没有这个查询码。对着回执再看一遍；回执丢了，打电话给受理室"))
        return _ask(request, form, 422)
    return _in(people.let_in(request, matter, "code"), "listen:follow")


def _ask(request: HttpRequest, form: forms.CodeForm, status: int = 200) -> HttpResponse:
    contacts = bodies.town().contacts
    context = {
        "form": form,
        "heading_field": "code",
        "back": Link(_("首页"), "/"),
        "button": _("打开"),
        "action": reverse("listen:mine"),
        "call": contacts[0] if contacts else None,
    }
    return render(request, "listen/mine.html", context, status=status)


def _in(resident: people.Resident, name: str, anchor: str = "") -> HttpResponse:
    response = HttpResponseRedirect(reverse(name, args=[resident.handle]) + anchor)
    response.status_code = 303
    return response


ENDED_LINK: Final = Refusal(
    "link_over",
    Text("这个链接不能用了。", "This link no longer works."),
    Kind.PERSON,
    next=Text(
        "信里的链接只管30天，也许您已经让它们都作废了。用回执上的查询码照样能打开。",
        "Links in letters last 30 days, or you have ended them all. The follow code on your receipt works.",
    ),
)


@public_door
@require_GET
def letter(request: HttpRequest) -> HttpResponse:
    """A link in a letter: swap its token for this session, record nothing: fetching it changes nothing."""
    if not within(request, "link", 600, HOUR):
        return too_often(request)
    link = links.find(request.GET.get("t", ""), now_of(request))
    if link is None:
        here = Link(_("输入查询码"), reverse("listen:mine"))
        return refuse(request, refusal_page(ENDED_LINK, at=now_of(request), ways=[here]), ENDED_LINK.kind)
    resident = people.let_in(request, link.matter, "link")
    answer = _in(resident, "listen:follow", "#say" if link.purpose == links.VERDICT else "")
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@resident_door
@require_POST
def leave(request: HttpRequest, handle: str) -> HttpResponse:
    """Close this matter in this browser, code and all; with `links` end every link that was ever sent too."""
    resident = resident_of(request)
    if "links" in request.POST:
        links.revoke(resident.matter)
    receipts.forget(request.session, handle)
    people.let_out(request, handle)
    response = HttpResponseRedirect(settings.FORCE_SCRIPT_NAME or "/")
    response.status_code = 303
    return response
