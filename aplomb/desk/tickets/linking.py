"""Linking a ticket with others."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from aplomb.customers.merged import whole_contact_ids
from aplomb.desk.frame import person_of
from aplomb.desk.inputs import query_text
from aplomb.desk.tickets.answers import in_place, is_piece, pieces
from aplomb.desk.tickets.joined import offered, others_of_customer
from aplomb.desk.tickets.pages import ticket_context
from aplomb.people.errors import Refused
from aplomb.people.policies import require
from aplomb.tickets.actions.link import link_tickets, unlink_tickets
from aplomb.tickets.links import Relation
from aplomb.tickets.policies import may_work, ticket_for

WORDS = [
    (Relation.RELATES.value, gettext_lazy("has to do with")),
    (Relation.BLOCKED.value, gettext_lazy("waits for")),
    (Relation.BLOCKS.value, gettext_lazy("blocks")),
    (Relation.PARENT.value, gettext_lazy("belongs under")),
    (Relation.CHILD.value, gettext_lazy("has under it")),
]


@require_http_methods(["GET", "HEAD", "POST"])
@in_place
def link(request: HttpRequest, number: str) -> HttpResponse:
    """How two tickets have to do with each other: by number, by words, or among the customer's other tickets."""
    person = person_of(request)
    ticket = ticket_for(person, number)
    require(may_work(person))
    refused: Refused | None = None
    if request.method == "POST":
        try:
            link_tickets(number, request.POST.get("relation", ""), request.POST.get("other", ""), by=person)
        except Refused as reason:
            # a number that is not there is said in place: one types it anew
            refused = reason
        else:
            messages.success(request, _("The tickets are linked."))
            return redirect("ticket", ticket.number)
    wanted = query_text(request, "q")
    found = offered(person, wanted, without=[ticket.pk])
    context = {
        "ticket": ticket,
        "refused": refused,
        "q": wanted,
        "found": found or ([] if wanted else others_of_customer(person, ticket, whole_contact_ids(ticket.contact))),
        "nothing": bool(wanted) and not found,
        "relations": WORDS,
        "relation": request.POST.get("relation", "") or query_text(request, "relation") or Relation.RELATES.value,
        "other": request.POST.get("other", ""),
    }
    return render(request, "desk/tickets/link.html", context, status=422 if refused else 200)


@require_POST
@in_place
def unlink(request: HttpRequest, number: str, link_id: int) -> HttpResponse:
    """Take a link away, seen from either side."""
    unlink_tickets(number, link_id, by=person_of(request))
    if is_piece(request):
        context = ticket_context(request, number)
        return pieces(request, "desk/tickets/head_and_rail.html", {**context, "was_binned": False})
    return redirect("ticket", ticket_for(person_of(request), number).number)
