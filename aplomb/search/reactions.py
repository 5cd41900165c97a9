"""Keeping the index true."""

from aplomb.search.actions import index_tickets, index_where_it_goes_on
from aplomb.search.index import remove
from aplomb.tickets.events import (
    MergeUndone,
    ParticipantAdded,
    SubjectChanged,
    TicketAboutChanged,
    TicketDiscarded,
    TicketMerged,
    TicketOpened,
)


def on_ticket_opened(event: TicketOpened) -> None:
    index_tickets([event.ticket_id])


def on_subject_changed(event: SubjectChanged) -> None:
    index_tickets([event.ticket_id])


def on_participant_added(event: ParticipantAdded) -> None:
    index_tickets([event.ticket_id])


def on_about_changed(event: TicketAboutChanged) -> None:
    index_tickets([event.ticket_id])


def on_ticket_discarded(event: TicketDiscarded) -> None:
    remove(event.ticket_id)


def on_ticket_merged(event: TicketMerged) -> None:
    index_where_it_goes_on(event.into)


def on_merge_undone(event: MergeUndone) -> None:
    index_tickets([event.ticket_id])
    index_where_it_goes_on(event.into)
