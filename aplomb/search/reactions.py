"""Keeping the index true."""

from aplomb.search.actions import index_tickets
from aplomb.search.index import remove
from aplomb.tickets.events import ParticipantAdded, SubjectChanged, TicketDiscarded, TicketOpened


def on_ticket_opened(event: TicketOpened) -> None:
    index_tickets([event.ticket_id])


def on_subject_changed(event: SubjectChanged) -> None:
    index_tickets([event.ticket_id])


def on_participant_added(event: ParticipantAdded) -> None:
    index_tickets([event.ticket_id])


def on_ticket_discarded(event: TicketDiscarded) -> None:
    remove(event.ticket_id)
