"""Choosing the device and the place that a ticket is about."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from aplomb.customers.owners import circle_of
from aplomb.customers.reads import places_to_name
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import query_text, whole_number
from aplomb.desk.tickets.answers import in_place, is_piece, pieces
from aplomb.desk.tickets.pages import ticket_context
from aplomb.people.errors import NotFound
from aplomb.tickets.about import about_of
from aplomb.tickets.actions.about import say_what_about
from aplomb.tickets.policies import may_work, ticket_for


@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def about(request: HttpRequest, number: str) -> HttpResponse:
    """What may be chosen (?find= keeps to a serial number), as a piece or as a page; POST equipment or site, empty: none."""
    person = person_of(request)
    if request.method == "POST":
        changes = {name: _id(request.POST[name]) for name in ("equipment", "site") if name in request.POST}
        ticket = say_what_about(number, by=person, **changes)
        if is_piece(request):
            return pieces(request, "desk/tickets/head_and_rail.html", ticket_context(request, ticket.number))
        return redirect("ticket", ticket.number)
    ticket = ticket_for(person, number)
    find = query_text(request, "find")
    page = {
        "ticket": ticket,
        "find": find,
        "about": about_of(ticket),
        "may_work": bool(may_work(person)),
        **places_to_name(circle_of(ticket.contact), find=find),
    }
    template = "desk/tickets/about_choices.html" if is_piece(request) else "desk/tickets/about_page.html"
    return render(request, template, page)


def _id(text: str) -> int | None:
    """The id, None for an empty word. Raises Wrong for what is neither."""
    if not text:
        return None
    found = whole_number(text)
    if found is None:
        raise NotFound
    return found
