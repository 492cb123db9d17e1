"""File a request: four questions, one a page, without an account and without JavaScript.

Every answer is kept as soon as it arrives, before it is judged: an error, a dead line or a closed browser
loses nothing. Only the last button files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_POST

from minsheng.kernel.words import Kind, Refusal
from minsheng.listen import forms
from minsheng.listen.pages import filing as pages
from minsheng.listen.rules import contact, intake
from minsheng.listen.rules.intake import TERMS
from minsheng.listen.rules.written import Written
from minsheng.listen.services import drafts, receipts
from minsheng.listen.services.drafts import Held
from minsheng.listen.services.filing import file_draft
from minsheng.listen.views.common import gently, now_of, too_often, within
from minsheng.matter.services import Upload
from minsheng.people import services as people
from minsheng.people.doors import public_door
from minsheng.ui.respond import STATUS
from minsheng.ui.words import say

COOKIE = "minsheng_draft"
QUESTIONS = ("listen:start", "listen:place", "listen:contact", "listen:check")


def _draft(request: HttpRequest) -> Held | None:
    return drafts.find(request.COOKIES.get(COOKIE, ""), now_of(request))


def _writing(request: HttpRequest) -> Held:
    """The draft of this browser that is not filed yet, a new one if there is none."""
    held = _draft(request)
    return held if held is not None and held.filed is None else drafts.begin(now_of(request))


def _with_cookie(response: HttpResponse, held: Held) -> HttpResponse:
    """The token goes into a cookie of its own that outlives the session, for as long as the draft."""
    response.set_cookie(
        COOKIE,
        held.token,
        max_age=int(drafts.KEPT.total_seconds()),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _on(name: str) -> HttpResponseRedirect:
    response = HttpResponseRedirect(reverse(name))
    response.status_code = 303
    return response


def _status(form: Any, refusals: Sequence[Refusal]) -> int:
    """200 without errors; 400 for the shape, 422 for a rule."""
    if any(refusal.kind is Kind.POLICY for refusal in refusals):
        return STATUS["policy"]
    return STATUS["shape"] if form.errors else 200


def _show(request: HttpRequest, held: Held, page: pages.Question, status: int = 200) -> HttpResponse:
    context = {"page": page, **page.context()}
    return _with_cookie(render(request, page.template, context, status=status), held)


# 1 what happened --------------------------------------------------------------------------------


def _words_too_large(request: HttpRequest) -> HttpResponse:
    held = _draft(request)
    written = held.written if held is not None else Written()
    form = forms.WordsForm({"words": written.words})
    form.full_clean()
    form.add_error(None, gettext("传来的东西太大，没有收下。文字最多2万字，照片每张10 MB以内，一次最多5张"))
    template, context = pages.words(form, written).rendered()
    return render(request, template, context, status=413)


@public_door
@gently(_words_too_large)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Question 1: what happened, and photographs."""
    if request.method != "POST":
        held = _draft(request)
        if held is None or held.filed is not None:
            return render(request, *pages.words(forms.WordsForm(), Written()).rendered())
        form = forms.WordsForm(initial={"words": held.written.words})
        return _show(request, held, pages.words(form, held.written))
    if not within(request, "draft", 120, timedelta(hours=1)):
        return too_often(request)
    held, now = _writing(request), now_of(request)
    form = forms.WordsForm(request.POST, request.FILES)
    form.full_clean()
    refusals: list[Refusal] = []
    words = str(form.data.get("words", ""))
    if refusal := intake.why_not_keep(words):
        refusals.append(refusal)
    else:
        held = drafts.save(held, replace(held.written, words=words), now)
    if "drop" in request.POST:
        held = drafts.drop_photo(held, str(request.POST["drop"]), now)
        return _with_cookie(_on("listen:start"), held)
    good = [file for file in request.FILES.getlist("photos") if 0 < (file.size or 0) <= TERMS.max_photo_bytes]
    if good:
        added = drafts.add_photos(held, _uploads(good), now)
        if isinstance(added, Refusal):
            refusals.append(added)
        else:
            held = added
    if not refusals and (refusal := intake.why_not_file(words)):
        refusals.append(refusal)
    for refusal in refusals:
        form.add_error(refusal.field, say(refusal.reason))
    if form.errors:
        return _show(request, held, pages.words(form, held.written), _status(form, refusals))
    held = drafts.save(held, replace(held.written, done=held.written.done | {1}), now)
    return _with_cookie(_on(_next(held, 1)), held)


def _uploads(files: Sequence[UploadedFile[Any]]) -> list[Upload]:
    return [Upload("original", "media", file.name or "", file.read()) for file in files]


def _next(held: Held, answered: int) -> str:
    """The next question that has not been answered; coming back to mend one leads to the last page."""
    return next(
        (name for n, name in enumerate(QUESTIONS, 1) if n > answered and n not in held.written.done),
        QUESTIONS[3],
    )


# 2 where --------------------------------------------------------------------------------


@public_door
@require_http_methods(["GET", "HEAD", "POST"])
def place(request: HttpRequest) -> HttpResponse:
    """Question 2: where."""
    held = _draft(request)
    if held is None or held.filed is not None or 1 not in held.written.done:
        return _on("listen:start")
    written = held.written
    if request.method != "POST":
        form = forms.PlaceForm(initial={"area": written.area, "place": written.place})
        return _show(request, held, pages.place(form, written))
    form = forms.PlaceForm(request.POST)
    form.full_clean()
    said = str(form.cleaned_data.get("place", ""))
    refusals = [refusal] if (refusal := intake.why_not_this_place(said)) else []
    for refusal in refusals:
        form.add_error("place", say(refusal.reason))
    area = str(form.cleaned_data.get("area", written.area))
    done = written.done | {2} if not form.errors else written.done
    held = drafts.save(
        held, replace(written, area=area, place=said if not refusals else "", done=done), now_of(request)
    )
    if form.errors:
        return _show(request, held, pages.place(form, written), _status(form, refusals))
    return _with_cookie(_on(_next(held, 2)), held)


# 3 how to reach you --------------------------------------------------------------------------------


@public_door
@require_http_methods(["GET", "HEAD", "POST"])
def reach(request: HttpRequest) -> HttpResponse:
    """Question 3: how to reach you, if you like."""
    held = _draft(request)
    if held is None or held.filed is not None or 1 not in held.written.done:
        return _on("listen:start")
    written = held.written
    if request.method != "POST":
        initial = {
            "name": written.contact.name,
            "phone": written.contact.phone,
            "email": written.contact.email,
            "by_unit": written.by_unit,
        }
        return _show(request, held, pages.contact(forms.ContactForm(initial=initial), written))
    form = forms.ContactForm(request.POST)
    form.full_clean()
    said = contact.tidied(*(str(form.cleaned_data.get(name, "")) for name in ("name", "phone", "email")))
    refusals = contact.why_not_reach(said)
    for refusal in refusals:
        form.add_error(refusal.field, say(refusal.reason))
    wrong = {refusal.field for refusal in refusals}
    kept = contact.Contact(**{name: "" if name in wrong else value for name, value in _values(said).items()})
    done = written.done | {3} if not form.errors else written.done
    by_unit = bool(form.cleaned_data.get("by_unit"))
    held = drafts.save(held, replace(written, contact=kept, by_unit=by_unit, done=done), now_of(request))
    if form.errors:
        return _show(request, held, pages.contact(form, written), _status(form, refusals))
    return _with_cookie(_on(_next(held, 3)), held)


def _values(said: contact.Contact) -> dict[str, str]:
    return {"name": said.name, "phone": said.phone, "email": said.email}


# 4 who may read it, and off it goes ------------------------------------------


@public_door
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Question 4: what others would read, whether they may, and the button that files."""
    held = _draft(request)
    if held is not None and held.filed is not None and request.method == "POST":
        return _to_receipt(request, held.filed)
    if held is None or held.filed is not None or 1 not in held.written.done:
        return _on("listen:start")
    now = now_of(request)
    if request.method != "POST":
        form = forms.CheckForm(initial={"show": held.written.show})
        return _show(request, held, pages.check(form, held.written))
    form = forms.CheckForm(request.POST)
    form.full_clean()
    chosen = replace(held.written, show=bool(form.cleaned_data.get("show")))
    if not within(request, "file", 30, timedelta(hours=1)):
        drafts.save(held, chosen, now)
        return too_often(request)
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    answer = file_draft(replace(held, written=chosen), at=now, language=language)
    if isinstance(answer, Refusal):
        return _refused(request, drafts.save(held, chosen, now), answer)
    return _to_receipt(request, answer)


def _refused(request: HttpRequest, held: Held, refusal: Refusal) -> HttpResponse:
    """What was refused is said on the page of its question, with everything that was written."""
    status = STATUS[refusal.kind]
    if refusal.field == "words" or str(refusal.field).startswith("original."):
        form = forms.WordsForm({"words": held.written.words})
        form.add_error("words", say(refusal.reason))
        return _show(request, held, pages.words(form, held.written), status)
    form_4 = forms.CheckForm({"show": held.written.show})
    form_4.add_error(None, say(refusal.reason))
    return _show(request, held, pages.check(form_4, held.written), status)


def _to_receipt(request: HttpRequest, filed: drafts.Filed) -> HttpResponse:
    resident = people.let_in(request, filed.matter, "code")
    receipts.remember(request.session, resident.handle, filed.code)
    response = HttpResponseRedirect(reverse("listen:receipt", args=[resident.handle]))
    response.status_code = 303
    return response


@public_door
@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """Throw the draft away, on a machine that others use too."""
    held = _draft(request)
    if held is not None:
        drafts.throw_away(held)
    response = HttpResponseRedirect("/")
    response.status_code = 303
    response.delete_cookie(COOKIE, samesite="Lax")
    return response
