"""Writing the index from what tickets and contacts say now."""

from collections.abc import Iterable

from django.db.models import QuerySet

from aplomb.customers.models import ContactPoint
from aplomb.lib.prepared import prepared
from aplomb.search.index import put
from aplomb.tickets.models import Participant, Ticket


def index_tickets(ticket_ids: Iterable[int]) -> None:
    """Subject, number, the customer's name, organisation and addresses, and those of participants. Safe to repeat."""
    put([(pk, words) for pk in ticket_ids if (words := _words(pk))])


def _words(ticket_id: int) -> str:
    found = _said(ticket_id)
    if not found:
        return ""
    [(subject, number, name, organisation, contact_id)] = found
    parts = [subject, number, name, organisation or "", *_values(contact_id)]
    for seated_id, seated, firm in _seated(ticket_id):
        parts += [seated, firm or "", *_values(seated_id)]
    return " ".join(part for part in parts if part)


@prepared
def _said(ticket_id: int) -> QuerySet[Ticket, tuple[str, str, str, str | None, int]]:
    found = Ticket.objects.filter(pk=ticket_id)
    return found.values_list("subject", "number", "contact__name", "contact__organisation__name", "contact_id")


@prepared
def _seated(ticket_id: int) -> QuerySet[Participant, tuple[int, str, str | None]]:
    found = Participant.objects.filter(ticket=ticket_id).order_by("id")
    return found.values_list("contact_id", "contact__name", "contact__organisation__name")


@prepared
def _values(contact_id: int) -> QuerySet[ContactPoint, str]:
    return ContactPoint.objects.filter(contact=contact_id).order_by("id").values_list("value", flat=True)
