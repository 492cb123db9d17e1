"""One's own request: the page, the receipt, the proof file, who can see it."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.ledger.records import NotBegun
from minsheng.listen import forms, slots
from minsheng.listen.pages import filing as previews
from minsheng.listen.pages import follow as pages
from minsheng.listen.pages import receipt as receipt_pages
from minsheng.listen.pages.names import vault_names
from minsheng.listen.queries import messages, proofs
from minsheng.listen.services import receipts, seeing
from minsheng.listen.services.filing import PROCEDURE, SHOW_WORDS
from minsheng.listen.views.common import now_of, resident_of, too_often, within
from minsheng.matter import queries as matters
from minsheng.matter.pages import Way
from minsheng.matter.queries import MatterView
from minsheng.matter.queries.options import choices
from minsheng.people import queries as people
from minsheng.people.doors import resident_door
from minsheng.people.rules.actor import Actor
from minsheng.people.rules.vault import CONTACT_BY_UNIT
from minsheng.ui.components import Link, Sees
from minsheng.ui.respond import refusal_page, refuse

GONE = Refusal(
    "no_such_matter",
    Text("这件事已经删除，这里什么都没有留下。", "This matter was erased; nothing of it is left here."),
    Kind.ABSENT,
)


def mine_of(request: HttpRequest) -> tuple[MatterView, Way] | None:
    """The matter behind the handle, and the way its resident came; None if it was erased."""
    resident = resident_of(request)
    view = matters.get(resident.matter, now_of(request))
    if view is None:
        return None
    actor = Actor(resident.person, view.procedure.start.role)
    return view, Way(view.number, view.procedure.id, (actor,), resident.handle, resident.via)


def gone(request: HttpRequest) -> HttpResponse:
    """The page of a matter that was erased."""
    return refuse(request, refusal_page(GONE, at=now_of(request)), GONE.kind)


@resident_door
@require_GET
def follow(request: HttpRequest, handle: str) -> HttpResponse:
    """What you asked, what they answered, you say."""
    found = mine_of(request)
    if found is None:
        return gone(request)
    view, way = found
    if view.procedure.id != PROCEDURE:
        generic = reverse("matter:mine-matter", kwargs={"handle": handle})
        return HttpResponseRedirect(generic)
    resident = resident_of(request)
    page = pages.follow(
        view,
        way,
        matters.documents(view, way.actors),
        choices(view, way.actors),
        allowed=people.allowed(view.id),
        kept=people.fields_kept(view.id),
        reads=people.reads(view.id),
        letters=messages.of(view),
        verdict=slots.fill("verdict", request, view, resident),
        pressed=slots.fill("pressed", request, view, resident),
    )
    return render(request, "listen/follow.html", {"page": page})


@resident_door
@require_GET
def receipt(request: HttpRequest, handle: str) -> HttpResponse:
    """The receipt; with the code as long as the session lasts that filed it."""
    found = mine_of(request)
    if found is None:
        return gone(request)
    view, way = found
    page = receipt_pages.receipt(
        view,
        matters.last(matters.documents(view, way.actors), "original"),
        receipts.recall(request.session, handle),
        fields=people.fields_kept(view.id),
        allowed=people.allowed(view.id),
        handle=handle,
    )
    context = {
        "receipt": page,
        "title": receipt_pages.number_of(view),
        "proof": pages.url("proof", way),
        "follow": pages.url("follow", way),
    }
    return render(request, "listen/receipt.html", context)


@resident_door
@require_GET
def proof(request: HttpRequest, handle: str) -> HttpResponse:
    """The proof file, as it stands now: promises at first, inclusion proofs once the log has taken it in."""
    found = mine_of(request)
    if found is None:
        return gone(request)
    view, way = found
    if not within(request, "proof", 60, timedelta(hours=1)):
        return too_often(request)
    try:
        file = proofs.proof_of(view, way.actors[0], now_of(request))
    except NotBegun:
        no = Refusal(
            "no_log_yet",
            Text("账目还没有开始，凭证文件过一会儿再取。", "The log has not begun; fetch the file later."),
            Kind.CONFLICT,
        )
        back = Link(_("回执"), pages.url("receipt", way))
        return refuse(request, refusal_page(no, at=now_of(request), back=back), no.kind)
    answer = HttpResponse(file.to_bytes(), content_type="application/json")
    name = quote(f"{view.number}.minsheng.json")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


@resident_door
@require_http_methods(["GET", "HEAD", "POST"])
def see(request: HttpRequest, handle: str) -> HttpResponse:
    """Who can see it, and changing that: given here, taken back here."""
    found = mine_of(request)
    if found is None:
        return gone(request)
    view, way = found
    back = pages.url("follow", way)
    if request.method == "POST":
        form = forms.SeeingForm(request.POST)
        form.full_clean()
        said = form.cleaned_data
        changed = seeing.change(view.id, show=said["show"], by_unit=said["by_unit"], at=now_of(request))
        notices.success(request, _("改好了。") if changed else _("没有变化。"))
        response = HttpResponseRedirect(back)
        response.status_code = 303
        return response
    allowed = people.allowed(view.id)
    kept = people.fields_kept(view.id)
    form = forms.SeeingForm(initial={"show": SHOW_WORDS in allowed, "by_unit": CONTACT_BY_UNIT in allowed})
    original = matters.last(matters.documents(view, way.actors), "original")
    preview, n_hidden = previews.preview_of(str(original.values.get("words", "")) if original else "")
    context = {
        "form": form,
        "heading": _("谁看得到？"),
        "back": Link(view.number, back),
        "button": _("就这样"),
        "action": reverse("listen:seeing", args=[handle]),
        "preview": preview,
        "n_hidden": n_hidden,
        "can_be_reached": bool(kept & {"phone", "email"}),
        "vault": vault_names(view),
        "level": Link(_("连日期和步骤也不想公开，或者想全部公开"), way.also("level")),
        "sees": Sees(_("已经公开过、被人下载走的，收不回来。改了以后，从明天的公开数据起照新的来。")),
    }
    return render(request, "listen/seeing.html", context)
