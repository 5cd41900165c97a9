"""Whatever happens to a ticket, what is due is worked out again from its conversation."""

from aplomb.promises.actions import work_out_due
from aplomb.tickets.events import DeliveryChanged, TicketEvent
from aplomb.tickets.models import Delivery


def on_ticket_event(event: TicketEvent) -> None:
    work_out_due(event.ticket_id)


def on_delivery_changed(event: DeliveryChanged) -> None:
    """Only a failed or discarded answer changes what is due: the customer waits again."""
    if event.delivery in {Delivery.FAILED, Delivery.DISCARDED, Delivery.QUEUED}:
        work_out_due(event.ticket_id)
