"""Changing what a ticket says of itself, and the bin."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from aplomb.channels.mail.coming_in.staffmail import answer_address_for
from aplomb.desk.frame import person_of
from aplomb.desk.presence.choosing import absence_said, colleagues
from aplomb.desk.tickets import choices
from aplomb.desk.tickets.answers import in_place, is_piece, pieces
from aplomb.desk.tickets.forms import read_changes
from aplomb.desk.tickets.pages import ticket_context
from aplomb.tickets.actions.bin import bin_ticket, restore_ticket
from aplomb.tickets.actions.change import change_ticket
from aplomb.tickets.gates import NeedsConfirmation
from aplomb.tickets.models import Tag, Ticket
from aplomb.tickets.policies import may_note, may_work, ticket_for

PICKED = ("assignee", "request_type", "tags", "subject", "by_mail")


@require_POST
@in_place
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Status, assignee, team, priority, type, subject, language or tags: whatever the form sends."""
    person = person_of(request)
    try:
        ticket = change_ticket(number, read_changes(request.POST, person), by=person)
    except NeedsConfirmation as reason:
        return _ask_again(request, ticket_for(person, number), reason)
    absent = absence_said(ticket.assignee) if request.POST.get("assignee") not in (None, "", "me") else ""
    if is_piece(request):
        return _head_and_rail(request, ticket, absent=absent)
    if absent:
        messages.warning(request, absent)
    return redirect("ticket", ticket.number)


def _ask_again(request: HttpRequest, ticket: Ticket, reason: NeedsConfirmation) -> HttpResponse:
    """The reasons, and the same change with a confirmation."""
    sent = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = [(name, value) for name, value in sent if name not in ("csrfmiddlewaretoken", "confirmed")]
    context = {"ticket": ticket, "objections": reason.objections, "fields": fields}
    if not is_piece(request):
        return render(request, "desk/tickets/confirm_change_page.html", context, status=409)
    answer = render(request, "desk/tickets/confirm_change.html", context, status=409)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#says", "innerHTML"
    return answer


@require_safe
@in_place
def pick(request: HttpRequest, number: str, field: str) -> HttpResponse:
    """What may be chosen for a field whose choices take a query: as a piece, or as a page of its own."""
    person = person_of(request)
    ticket = ticket_for(person, number)
    if field not in PICKED:
        raise Http404
    context = {"ticket": ticket, "field": field, "person": person}
    if field == "assignee":
        context["options"] = colleagues(besides=person)
    elif field == "request_type":
        context["options"] = [(each.pk, each.name) for each in choices.request_types()]
    elif field == "tags":
        context["tags"] = choices.tags()
        context["chosen"] = set(Tag.objects.filter(tickettag__ticket=ticket).values_list("key", flat=True))
    elif field == "by_mail" and may_note(person):
        context["note_address"] = answer_address_for(person, ticket, is_note=True)
        context["reply_address"] = answer_address_for(person, ticket) if may_work(person) else ""
    template = "desk/tickets/pick_body.html" if is_piece(request) else "desk/tickets/pick.html"
    return render(request, template, context)


@require_POST
@in_place
def put_in_bin(request: HttpRequest, number: str) -> HttpResponse:
    """Into the bin, as spam or as a mistake; a word with an undo stays on the page one goes to."""
    ticket = bin_ticket(number, request.POST.get("reason", ""), by=person_of(request))
    if is_piece(request):
        return _head_and_rail(request, ticket, binned=True)
    messages.success(request, _("%(number)s is in the bin.") % {"number": ticket.shown_number})
    return redirect("ticket", ticket.number)


@require_POST
@in_place
def restore(request: HttpRequest, number: str) -> HttpResponse:
    """Out of the bin again."""
    ticket = restore_ticket(number, by=person_of(request))
    if is_piece(request):
        return _head_and_rail(request, ticket)
    messages.success(request, _("%(number)s is back.") % {"number": ticket.shown_number})
    return redirect("ticket", ticket.number)


def _head_and_rail(request: HttpRequest, ticket: Ticket, *, binned: bool = False, absent: str = "") -> HttpResponse:
    context = ticket_context(request, ticket.number)
    return pieces(request, "desk/tickets/head_and_rail.html", {**context, "was_binned": binned, "absent": absent})
