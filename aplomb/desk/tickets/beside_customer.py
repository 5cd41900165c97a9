"""What the page of a ticket shows of its customer's places and equipment."""

from typing import Any

from aplomb.customers.owners import circle_of, has_places
from aplomb.customers.reads import Beside, beside_ticket, equipment_named_in
from aplomb.tickets.about import about_of
from aplomb.tickets.models import Kind
from aplomb.tickets.reads import TicketPage


def about_context(page: TicketPage) -> dict[str, Any]:
    """The ticket's device and place, what else the customer has in short, and devices named in what they wrote.

    No query for a customer who has none of it and a ticket that names none.
    """
    circle = circle_of(page.ticket.contact)
    about = about_of(page.ticket)
    beside = beside_ticket(circle) if circle.has else Beside()
    named = []
    if about is None or about.equipment_id is None:
        said = [page.ticket.subject, *(each.text for each in page.messages if each.kind == Kind.CUSTOMER)]
        named = equipment_named_in(circle, said)
    return {"about": about, "beside_customer": beside, "named_equipment": named, "has_places": has_places(circle)}
