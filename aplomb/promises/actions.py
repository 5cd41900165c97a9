"""The only writer of due items, and of a ticket's place in the queue."""

from django.db.models import Exists, OuterRef, QuerySet

from aplomb.lib.prepared import prepared
from aplomb.promises.due import REPLY, queue_key, reply_due_at
from aplomb.promises.models import DueItem
from aplomb.tickets.models import Delivery, Kind, Message, Stage, Ticket, TicketTag


def work_out_due(ticket_id: int) -> None:
    """Derive from the conversation what is due now, whatever happened, and put the ticket in its place.

    Needs the transaction of the change.
    """
    [ticket] = _place_of(ticket_id)
    waiting = _unanswered(ticket) if ticket.stage == Stage.LIVE else None
    if waiting is None:
        DueItem.objects.filter(ticket=ticket, kind=REPLY).delete()
        due_at = None
    else:
        due_at = reply_due_at(waiting.sent_at)
        # one statement, and no savepoints: this runs with every message
        DueItem.objects.bulk_create(
            [DueItem(ticket=ticket, kind=REPLY, at=due_at, source=waiting)],
            update_conflicts=True,
            unique_fields=["ticket", "kind"],
            update_fields=["at", "source"],
        )
    key = queue_key(due_at, ticket.activity_at)
    Ticket.objects.filter(pk=ticket_id).update(next_due_at=due_at, next_due_why=REPLY if due_at else "", queue_key=key)
    TicketTag.objects.filter(ticket_id=ticket_id).update(stage=ticket.stage, queue_key=key)


def _unanswered(ticket: Ticket) -> Message | None:
    """The first word of the customer after the last answer that a person sent and did not take back."""
    return next(iter(_waiting(ticket.pk)), None)


@prepared
def _place_of(ticket_id: int) -> QuerySet[Ticket]:
    return Ticket.objects.only("id", "stage", "activity_at", "queue_key", "next_due_at").filter(pk=ticket_id)


@prepared
def _waiting(ticket_id: int) -> QuerySet[Message]:
    told = Message.objects.filter(ticket=ticket_id)
    answered_later = Message.objects.filter(ticket=ticket_id, kind=Kind.REPLY, pk__gt=OuterRef("pk")).exclude(
        delivery__in=[Delivery.WITHDRAWN, Delivery.DISCARDED, Delivery.FAILED]
    )
    return (
        told.filter(~Exists(answered_later), kind=Kind.CUSTOMER, is_automatic=False)
        .only("id", "sent_at")
        .order_by("id")[:1]
    )
