"""The ticket's page, what is new on it, its earlier messages and its history."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from aplomb.desk.frame import person_of
from aplomb.desk.tickets.answers import in_place, is_piece
from aplomb.desk.tickets.history import told
from aplomb.desk.tickets.pages import ticket_context
from aplomb.journal.looks.noting import note_look
from aplomb.tickets.numbers import read_number
from aplomb.tickets.policies import ticket_for
from aplomb.tickets.reads import ticket_history


@require_safe
@in_place
def ticket(request: HttpRequest, number: str) -> HttpResponse:
    """The page of a ticket; another spelling of its number leads to the one address."""
    if read_number(number) not in (None, number):
        return redirect("ticket", read_number(number))
    return render(request, "desk/tickets/ticket.html", ticket_context(request, number))


@require_safe
@in_place
def news(request: HttpRequest, number: str) -> HttpResponse:
    """Pieces of the page that changed: messages after one, those named, the head, the rail."""
    context = ticket_context(request, number)
    after, named = whole(request.GET.get("after", "")), request.GET.get("open", "").split(",")
    chosen = {whole(each) for each in named[:60]}
    context["fresh"] = [each for each in context["messages_shown"] if each.id > after]
    if any(each.is_automatic for each in context["fresh"]):
        # a report of delivery changes what stands on a message that was settled
        chosen |= {each.message_id for each in context["came_back"]}
    context["changed"] = [each for each in context["messages_shown"] if each.id <= after and each.id in chosen]
    return render(request, "desk/tickets/news.html", {**context, "is_piece": True})


@require_safe
@in_place
def earlier(request: HttpRequest, number: str) -> HttpResponse:
    """The messages before one of them: as a piece above it, or as a page of their own."""
    before = whole(request.GET.get("before", ""))
    context = ticket_context(request, number, before=before or None)
    template = "desk/tickets/earlier.html" if is_piece(request) else "desk/tickets/ticket.html"
    return render(request, template, context)


@require_safe
@in_place
def history(request: HttpRequest, number: str) -> HttpResponse:
    """What happened to the ticket, in sentences, the newest first."""
    person = person_of(request)
    events = ticket_history(person, number)
    if any(each.kind in ("TextErased", "TextRedacted") for each in events):
        note_look(person, "erased history", f"ticket {read_number(number)}")
    lines = told(events)[::-1]
    context = {"lines": lines, "ticket": ticket_for(person, number)}
    template = "desk/tickets/history_lines.html" if is_piece(request) else "desk/tickets/history.html"
    return render(request, template, context)


def whole(text: str) -> int:
    """A whole number, 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
