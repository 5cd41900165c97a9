"""Whatever happens to a ticket, what is due is worked out again from its conversation and what hangs on it."""

from aplomb.people.actions.approvals import forget_approvals_about
from aplomb.people.approvals.events import ApprovalEvent
from aplomb.promises.actions import work_out_due
from aplomb.tickets import approvals
from aplomb.tickets.events import DeliveryChanged, TicketDiscarded, TicketEvent
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import Delivery, Ticket


def on_ticket_event(event: TicketEvent) -> None:
    work_out_due(event.ticket_id)


def on_delivery_changed(event: DeliveryChanged) -> None:
    """Only a failed or discarded answer changes what is due: the customer waits again."""
    if event.delivery in {Delivery.FAILED, Delivery.DISCARDED, Delivery.QUEUED}:
        work_out_due(event.ticket_id)


def on_approval_event(event: ApprovalEvent) -> None:
    """A decision waits on a ticket, or no longer. On a merged one it is due where that goes on."""
    word, _blank, number = event.about.partition(" ")
    ticket = Ticket.objects.filter(number=number).first() if word == approvals.WORD else None
    if ticket is not None:
        work_out_due(end_of(ticket).pk)


def on_ticket_discarded(event: TicketDiscarded) -> None:
    """The bin was emptied: what was asked about the ticket goes with it."""
    forget_approvals_about(approvals.about(event.number))
