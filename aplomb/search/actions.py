"""Writing the index from what tickets and contacts say now."""

from collections.abc import Iterable

from aplomb.search.index import put
from aplomb.tickets.models import Participant, Ticket


def index_tickets(ticket_ids: Iterable[int]) -> None:
    """Subject, number, the customer's name, organisation and addresses, and those of participants. Safe to repeat."""
    tickets = (
        Ticket.objects.filter(pk__in=list(ticket_ids))
        .select_related("contact__organisation")
        .prefetch_related("contact__points")
    )
    rows = []
    for ticket in tickets:
        seats = Participant.objects.filter(ticket=ticket).select_related("contact").prefetch_related("contact__points")
        people = [ticket.contact, *(seat.contact for seat in seats)]
        parts = [ticket.subject, ticket.number]
        for contact in people:
            parts.append(contact.name)
            if contact.organisation is not None:
                parts.append(contact.organisation.name)
            parts += [point.value for point in contact.points.all()]
        rows.append((ticket.pk, " ".join(parts)))
    put(rows)
