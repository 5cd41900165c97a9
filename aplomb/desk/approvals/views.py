"""What waits for my word, what I asked, what was decided; asking, deciding and taking back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from aplomb.desk.approvals.forms import AskForm
from aplomb.desk.approvals.shown import shown_approvals
from aplomb.desk.doors import only
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import posted
from aplomb.desk.tickets.answers import in_place, is_piece, pieces, where_from
from aplomb.desk.tickets.pages import ticket_context
from aplomb.people.actions.approvals import ask_approval, decide, withdraw
from aplomb.people.approvals.kinds import DECISION
from aplomb.people.approvals.reads import asked_by, decided_lately, waiting_for
from aplomb.tickets.approvals import about
from aplomb.tickets.policies import may_note, ticket_for


@only(may_note)
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits for me, the oldest due first; what I asked and is open; what was decided lately."""
    template = "desk/approvals/list.html" if is_piece(request) else "desk/approvals/page.html"
    return render(request, template, _lists(request))


def _lists(request: HttpRequest) -> dict[str, Any]:
    person = person_of(request)
    waiting = waiting_for(person)
    return {
        "waiting": shown_approvals(waiting.approvals, person),
        "more": waiting.more,
        "asked": shown_approvals([each for each in asked_by(person) if each.is_waiting], person),
        "decided": shown_approvals(decided_lately(person), person),
    }


@only(may_note)
@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Ask a supervisor for a decision on this ticket."""
    person = person_of(request)
    ticket = ticket_for(person, number)
    form = AskForm(posted(request))
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        asked = form.do(
            lambda: ask_approval(
                DECISION.word,
                about=about(ticket.number),
                question=given["question"],
                reason=given["reason"],
                by=person,
            )
        )
        if asked is not None:
            messages.success(request, _("It is asked. You hear of it when it is decided."))
            return redirect("ticket", ticket.number)
    status = 422 if form.is_bound else 200
    return render(request, "desk/approvals/ask.html", {"form": form, "ticket": ticket}, status=status)


@require_POST
@in_place
def decide_on(request: HttpRequest, pk: int) -> HttpResponse:
    """One's word on it: agree or refuse, with a reason."""
    decide(pk, request.POST.get("verdict", ""), by=person_of(request), reason=request.POST.get("reason", ""))
    return _after(request, _("Your word is kept."))


@require_POST
@in_place
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Needed no more."""
    withdraw(pk, by=person_of(request))
    return _after(request, _("It is taken back."))


def _after(request: HttpRequest, says: str) -> HttpResponse:
    """The page anew, or the pieces that changed: the ticket's where it was done there, else the lists."""
    if not is_piece(request):
        messages.success(request, says)
        return redirect(where_from(request))
    number = request.POST.get("ticket", "")
    if number:
        return pieces(request, "desk/tickets/head_and_rail.html", ticket_context(request, number))
    return pieces(request, "desk/approvals/list.html", _lists(request), says=says)
