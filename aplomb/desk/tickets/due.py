"""What is due on a ticket, in the order of its hours, each with what it follows from."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from aplomb.lib.prepared import prepared
from aplomb.promises.models import DueItem
from aplomb.tickets.models import Ticket


@dataclass(frozen=True)
class DueLine:
    """One line of what is due. `url` leads to its source on the page, empty where it has none."""

    at: dt.datetime
    why: str
    url: str


def due_lines(ticket: Ticket) -> list[DueLine]:
    """All that is due, the earliest first. A query only where it is more than one thing."""
    if ticket.next_due_at is None:
        return []
    if ticket.due_count < 2:
        return [DueLine(ticket.next_due_at, ticket.next_due_why, source_url(ticket.next_due_source))]
    return [DueLine(item.at, item.kind, source_url(item.source)) for item in _items(ticket.pk)]


@prepared
def _items(ticket_id: int) -> QuerySet[DueItem]:
    return DueItem.objects.filter(ticket=ticket_id).order_by("at", "kind", "key")


def source_url(source: str) -> str:
    """Where on the ticket's page the source stands: "message 17" is #message-17."""
    word, _blank, number = source.partition(" ")
    return f"#{word}-{number}" if number else ""
