"""Writing the index from what tickets and contacts say now."""

from collections.abc import Iterable

from django.db.models import QuerySet

from aplomb.customers.models import ContactPoint
from aplomb.lib.prepared import prepared
from aplomb.search.index import put
from aplomb.tickets.merged import end_of, origins_of
from aplomb.tickets.models import Beside, Participant, Ticket, TicketAbout


def index_tickets(ticket_ids: Iterable[int]) -> None:
    """Subject, number, the customer's name, organisation and addresses, and those of participants. Safe to repeat."""
    put([(pk, words) for pk in ticket_ids if (words := _words(pk))])


def index_where_it_goes_on(number: str) -> None:
    """The ticket of that number, or the one that it went on in meanwhile. Safe to repeat."""
    ticket = Ticket.objects.filter(number=number).first()
    if ticket is not None:
        index_tickets([end_of(ticket).pk])


def _words(ticket_id: int) -> str:
    found = _said(ticket_id)
    if not found:
        return ""
    [(subject, number, name, organisation, contact_id, beside)] = found
    parts = [subject, number, name, organisation or "", *_values(contact_id)]
    for seated_id, seated, firm in _seated(ticket_id):
        parts += [seated, firm or "", *_values(seated_id)]
    if beside & Beside.ABOUT:
        parts += [word for words in _about(ticket_id) for word in words if word]
    if beside & Beside.MERGED:
        # found by the words of what was merged into it: that itself is on no list
        parts += [_words_alone(each.ticket_id) for each in origins_of(Ticket.objects.get(pk=ticket_id))]
    return " ".join(part for part in parts if part)


def _words_alone(ticket_id: int) -> str:
    [(subject, number, name, organisation, contact_id, _beside)] = _said(ticket_id)
    return " ".join([subject, number, name, organisation or "", *_values(contact_id)])


@prepared
def _said(ticket_id: int) -> QuerySet[Ticket, tuple[str, str, str, str | None, int, int]]:
    found = Ticket.objects.filter(pk=ticket_id)
    return found.values_list(
        "subject", "number", "contact__name", "contact__organisation__name", "contact_id", "beside"
    )


@prepared
def _seated(ticket_id: int) -> QuerySet[Participant, tuple[int, str, str | None]]:
    found = Participant.objects.filter(ticket=ticket_id).order_by("id")
    return found.values_list("contact_id", "contact__name", "contact__organisation__name")


@prepared
def _values(contact_id: int) -> QuerySet[ContactPoint, str]:
    return ContactPoint.objects.filter(contact=contact_id).order_by("id").values_list("value", flat=True)


@prepared
def _about(ticket_id: int) -> QuerySet[TicketAbout, tuple[str, str, str, str]]:
    """The serial number as it is written and as it is looked for, the device's own name, and the town."""
    found = TicketAbout.objects.filter(ticket=ticket_id)
    return found.values_list("equipment__serial", "equipment__serial_key", "equipment__called", "site__town")
