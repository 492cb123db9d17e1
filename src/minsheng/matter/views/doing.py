"""Pages on which something is done: a step, another act, the opening of a matter. GET shows, POST does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from minsheng.kernel.entry import FactValue
from minsheng.kernel.procedure.possible import Option
from minsheng.kernel.words import Kind, Refusal, Text
from minsheng.matter import pages, queries, services
from minsheng.matter.forms import ActForm
from minsheng.matter.pages import StepPage, Way
from minsheng.matter.procedures import Loaded
from minsheng.matter.queries import MatterView
from minsheng.matter.queries.options import Choice, choices
from minsheng.matter.services import Opened
from minsheng.people.rules.actor import Actor
from minsheng.ui.components import Link, RefusalPage
from minsheng.ui.respond import STATUS, refusal_page, refuse
from minsheng.ui.words import Words, language, say


@dataclass(frozen=True, slots=True)
class Place:
    """A page on which some of the choices are offered: a step's, or that of an act beside the steps."""

    title: Words
    choices: tuple[Choice, ...]
    step: str = ""


def step_place(view: MatterView, way: Way, step: str) -> Place:
    """Everything that may be done on a step."""
    found = choices(view, way.actors)
    here = tuple(one for one in found if one.option.step == step and one.option.event != "ruled")
    return Place(view.procedure.steps[step].title, here, step)


def also_place(view: MatterView, way: Way, event: str) -> Place:
    """An act that is open beside the steps."""
    here = tuple(one for one in choices(view, way.actors) if one.option.event == event)
    title = here[0].option.title if len(here) == 1 else Text("对异议作出认定", "Rule on the contest")
    return Place(title, here)


def do_here(request: HttpRequest, view: MatterView, way: Way, place: Place) -> HttpResponse:
    """Show the form of a place, or do what was filled in."""
    back = Link(view.number, way.matter())
    if not place.choices:
        no = why_nothing(view, place)
        return refuse(request, pages.refusal_of(view, no, back=back), no.kind)
    if request.method != "POST":
        form = _form(view, place, initial={"seen_n": view.status.seen_n})
        return _render(request, view, way, place, form, None)
    form = _form(view, place, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return _render(request, view, way, place, form, None, status=400)
    said = form.said()
    choice = next(one for one in place.choices if one.option is said.option)
    facts = dict(said.facts)
    if way.via and choice.actor.body is None:
        facts["via"] = way.via
    answer = services.act(
        view.id,
        said.option.step,
        said.option.outcome,
        actor=choice.actor,
        at=view.now,
        event=said.option.event,
        facts=facts,
        documents=said.documents,
        attachments=said.attachments,
        seen_n=said.seen_n,
    )
    if isinstance(answer, Refusal):
        return _refuse_here(request, view, way, place, form, answer)
    messages.success(request, _("记下了：%(title)s") % {"title": say(said.option.title)})
    return HttpResponseRedirect(way.matter())


def _refuse_here(
    request: HttpRequest, view: MatterView, way: Way, place: Place, form: ActForm, refusal: Refusal
) -> HttpResponse:
    """The same page with the refusal on top and everything that was typed; a stale page says what is new."""
    fresh = queries.get(view.id, view.now) or view
    seen = form.cleaned_data.get("seen_n")
    if refusal.kind is Kind.CONFLICT:
        data = request.POST.copy()
        data["seen_n"] = str(fresh.status.seen_n)
        form = _form(fresh, place, data=data, files=request.FILES)
        form.is_valid()
    elif refusal.kind is Kind.SHAPE:
        form.take(refusal)
    news = pages.since(fresh, seen) if refusal.kind is Kind.CONFLICT and seen is not None else ()
    shown = pages.refusal_of(view, refusal, kept=True, rule=pages.rule_of(view, place.step))
    return _render(request, fresh, way, place, form, shown, status=STATUS[refusal.kind.value], news=news)


def _form(view: MatterView, place: Place, **kwargs: object) -> ActForm:
    options = [one.option for one in place.choices]
    asks = place.choices[0].asks if len(place.choices) == 1 else {}
    extra: list[dict[str, FactValue]] = [one.facts for one in place.choices]
    return ActForm(view.procedure, options, extra=extra, choices=asks, **kwargs)


def _render(
    request: HttpRequest,
    view: MatterView,
    way: Way,
    place: Place,
    form: ActForm,
    refusal: RefusalPage | None,
    *,
    status: int = 200,
    news: tuple[object, ...] = (),
) -> HttpResponse:
    own = [one.option.step for one in place.choices if one.option.event == "done" and one.option.step]
    handed = queries.documents(view, way.actors) if place.step or not way.is_resident else ()
    between = "　" if language() == "zh" else " · "
    page = StepPage(
        kicker=between.join((view.number, say(pages.title_of(view)))),
        title=place.title,
        dues=pages.dues_of(view, way, own, only=place.step) if place.step else (),
        written=pages.written_of(view, way, handed),
        form=form,
        sections=form.sections(),
        refusal=refusal,
        since=news,  # type: ignore[arg-type]
        sees=pages.who_sees(view, place.choices[0].option.role) if not way.is_resident else None,
        why=pages.why_link(way, place.step) if place.step else None,
        rule=pages.rule_of(view, place.step),
        back=Link(view.number, way.matter()),
    )
    return render(request, "matter/step.html", {"page": page}, status=status)


def why_nothing(view: MatterView, place: Place) -> Refusal:
    """Why none of the actors can do anything here now."""
    state = view.status.steps[place.step].state if place.step else "closed"
    if state in ("open", "blocked"):
        role = view.procedure.roles[view.procedure.steps[place.step].role].title
        return Refusal(
            "not_your_step",
            Text(f"这一步归{role.zh}。", f"This step is for the {role.en}."),
            Kind.PERSON,
            source=view.procedure.steps[place.step].source,
        )
    reasons = {
        "done": Text("这一步已经做完了。", "This step is done already."),
        "waiting": Text(
            "还没有轮到这一步，前面的步骤没有做完。", "Not yet: the steps before it are not done."
        ),
        "skipped": Text("这一步按规则跳过了。", "This step was skipped by the rule."),
        "closed": Text("这里现在没有可以做的。", "There is nothing to do here now."),
    }
    return Refusal("step_not_open", reasons.get(state, reasons["closed"]), Kind.CONFLICT)


def open_under(
    request: HttpRequest, loaded: Loaded, actor: Actor, matter: str, done: Callable[[Opened], str]
) -> HttpResponse:
    """The form that begins a matter under any loaded procedure. `done` says where to go then."""
    procedure = loaded.procedure
    start = procedure.start
    title = start.title or procedure.title
    option = Option("opened", None, None, start.role, title, requires=start.documents, facts=start.facts)
    now = request.now  # type: ignore[attr-defined]
    posted = request.method == "POST"
    form = ActForm(procedure, [option], data=request.POST, files=request.FILES) if posted else None
    status, shown = 200, None
    if form is not None and form.is_valid():
        said = form.said()
        answer = services.open_matter(
            procedure=procedure.id,
            actor=actor,
            at=now,
            facts=said.facts,
            documents=said.documents,
            attachments=said.attachments,
            kind=str(said.facts["kind"]) if "kind" in said.facts else None,
            area=str(said.facts["area"]) if "area" in said.facts else None,
            matter=matter,
        )
        if isinstance(answer, Opened):
            messages.success(request, _("收到了，编号%(number)s") % {"number": answer.number})
            return HttpResponseRedirect(done(answer))
        form.take(answer)
        shown, status = refusal_page(answer, at=now, kept=True), STATUS[answer.kind.value]
    elif form is not None:
        status = 400
    form = form or ActForm(procedure, [option])
    page = StepPage(
        kicker=say(procedure.title) if start.title else "",
        title=title,
        dues=(),
        written=(),
        form=form,
        sections=form.sections(),
        refusal=shown,
        since=(),
        sees=None,
        why=None,
        rule=f"{procedure.id} v{procedure.version}",
        back=Link(_("回到首页"), "/"),
    )
    return render(request, "matter/step.html", {"page": page}, status=status)
