"""Who may come in: every view stands behind one of these doors, and a test fails for a view without one.

A door marks the view (`view.door`, for staff also `view.door_roles`) and keeps everybody else out before
the view runs. What a person may do inside is for the procedure to say, not for the door.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, Literal, cast

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.people import queries
from minsheng.people.models import Account
from minsheng.people.services.residents import resident
from minsheng.people.services.signing_in import PERSONA, sign_out
from minsheng.ui.respond import refusal_page, refuse

Door = Literal["public", "resident", "account", "staff", "demo"]
DOORS: Final[tuple[Door, ...]] = ("public", "resident", "account", "staff", "demo")
View = Callable[..., HttpResponseBase]


def mark(view: View, door: Door, roles: tuple[str, ...] = ()) -> View:
    """Write on a view which door it stands behind."""
    view.door = door  # type: ignore[attr-defined]
    view.door_roles = roles  # type: ignore[attr-defined]
    return view


def public_door(view: View) -> View:
    """Everybody may come in."""
    return mark(view, "public")


def resident_door(view: View) -> View:
    """Only a browser that was let in to one matter (services.let_in); the address has its `handle`.

    The view gets `request.resident`. Everybody else is led to the page that asks for the follow code.
    """

    @wraps(view)
    def behind(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        found = resident(request, str(kwargs.get("handle", "")))
        if found is None:
            refusal = Refusal(
                "not_open_here",
                Text("这一页要用查询码打开。", "This page opens with the follow code."),
                Kind.PERSON,
                next=Text(
                    "输入回执上的查询码，就回到这里。",
                    "Type the follow code from your receipt to come back here.",
                ),
            )
            return _no(request, refusal)
        request.resident = found  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return mark(behind, "resident")


def account_door(view: View) -> View:
    """Who is signed in, and has shown the second factor if the account has one: the pages to set one up.

    A session begun with the password alone, before there was a second factor, may not add another.
    """

    @wraps(view)
    def behind(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (elsewhere := _half_signed_in(request)) is not None:
            return elsewhere
        return view(request, *args, **kwargs)

    return mark(behind, "account")


def staff_door(*roles: str) -> Callable[[View], View]:
    """Only staff who have shown a second factor and hold one of these roles now (without any: any role).

    The view gets `request.actors`: the roles by which this person came in.
    """

    def door(view: View) -> View:
        @wraps(view)
        def behind(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if (elsewhere := _not_yet_signed_in(request)) is not None:
                return elsewhere
            account = cast(Account, request.user)
            now = request.now  # type: ignore[attr-defined]
            mine = [a for a in queries.actors(account, now) if not roles or a.role in roles]
            if not mine:
                refusal = Refusal(
                    "not_your_role",
                    Text("这一页只给承办这件事的人看。", "This page is for those who handle the matter."),
                    Kind.PERSON,
                    next=Text("您可以看公开的那一页。", "The public page is open to you."),
                )
                return _no(request, refusal)
            request.actors = tuple(mine)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return mark(behind, "staff", roles)

    return door


def demo_door(view: View) -> View:
    """Only in the demo; elsewhere there is no such page."""

    @wraps(view)
    def behind(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.MINSHENG_DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return mark(behind, "demo")


def has_shown_second_factor(request: HttpRequest) -> bool:
    """True if whoever is signed in has shown a second factor in this very session.

    That the account has one is not enough: a session begun before it was set up has not shown it. In the
    demo the persona bar stands for it.
    """
    account = request.user
    if not isinstance(account, Account):
        return False
    if settings.MINSHENG_DEMO and request.session.get(PERSONA) == account.person:
        return True
    records = get_authentication_records(request, account)
    return any(record.get("method") == "mfa" for record in records) and bool(is_mfa_enabled(account))


def _half_signed_in(request: HttpRequest) -> HttpResponse | None:
    """To the sign-in, for strangers and for sessions that have not shown the account's second factor."""
    if request.user.is_authenticated:
        if has_shown_second_factor(request) or not is_mfa_enabled(request.user):
            return None
        sign_out(request)
    return _lead(request, redirect_to_login(request.get_full_path()).url)


def _not_yet_signed_in(request: HttpRequest) -> HttpResponse | None:
    """Where somebody must go first who wants to a staff page; None if nowhere."""
    if (elsewhere := _half_signed_in(request)) is not None:
        return elsewhere
    return None if has_shown_second_factor(request) else _lead(request, reverse("mfa_activate_totp"))


def _lead(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect; for htmx the whole page, not the fragment."""
    if getattr(request, "htmx", False):
        return cast(HttpResponse, HttpResponseClientRedirect(url))
    return HttpResponseRedirect(url)


def _no(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    now = request.now  # type: ignore[attr-defined]
    return refuse(request, refusal_page(refusal, at=now), refusal.kind)
