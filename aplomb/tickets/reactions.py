"""What tickets do when something happens below them."""

from aplomb.journal.outbox.events import MailFate
from aplomb.people.actions.notices import forget_notices_of
from aplomb.tickets.actions import tell_together as telling
from aplomb.tickets.actions.deliver import note_delivery
from aplomb.tickets.actions.link import tell_unblocked
from aplomb.tickets.actions.tell_staff import tell_assigned, tell_customer_wrote, tell_noted
from aplomb.tickets.events import (
    CoWorkersChanged,
    MessageReceived,
    MessageSent,
    MessageTold,
    NoteAdded,
    PeopleMentioned,
    StatusChanged,
    TaskAdded,
    TaskChanged,
    TicketAssigned,
    TicketDiscarded,
    TicketHandedOver,
    TicketOpened,
    TicketWoken,
)


def on_mail_fate(event: MailFate) -> None:
    note_delivery(event)


def on_becoming_somebodys(event: TicketOpened | TicketAssigned) -> None:
    """Whoever has it now hears of it, unless they took it themselves."""
    if event.assignee_id is not None:
        tell_assigned(event.number, event.assignee_id)


def on_customer_wrote(event: MessageReceived) -> None:
    """So does who has it when the customer writes; what a machine answered in their name is no news."""
    if not event.is_automatic and not event.is_first:
        tell_customer_wrote(event.ticket_id, event.message_id)


def on_note_added(event: NoteAdded) -> None:
    """And when a colleague writes a note. Afterwards: a mention in the same note says more, and comes first."""
    tell_noted(event.ticket_id, event.message_id)


def on_ticket_discarded(event: TicketDiscarded) -> None:
    """Nobody is told any more of what is gone for good."""
    forget_notices_of(event.number)


def on_message_to_share(event: MessageReceived | MessageSent | NoteAdded) -> None:
    """Who works on it too and who follows it hears of it; automatic mail is news to nobody."""
    if not isinstance(event, MessageReceived) or not (event.is_automatic or event.is_first):
        telling.tell_of_message(event.ticket_id, event.message_id)


def on_people_mentioned(event: PeopleMentioned) -> None:
    telling.tell_mentioned(event.message_id, event.number, event.people)


def on_co_workers_changed(event: CoWorkersChanged) -> None:
    telling.tell_co_workers(event.added, event.number)


def on_handed_over(event: TicketHandedOver) -> None:
    people = () if event.given_to is None else (event.given_to,)
    telling.tell_handed_over(people, event.number, event.given_by, moves=event.team_id is not None)


def on_ticket_woken(event: TicketWoken) -> None:
    telling.tell_of_waking(event.ticket_id, event.number, event.why, event.snoozed_by)


def on_task_given(event: TaskAdded | TaskChanged) -> None:
    """Whose task it is now."""
    before = event.assignee_before if isinstance(event, TaskChanged) else None
    if event.assignee_id is not None and event.assignee_id != before:
        telling.tell_of_task(event.task_id, event.number, event.assignee_id)


def on_message_told(event: MessageTold) -> None:
    """Who asked hears of the answer; a machine's is no news."""
    if not event.is_automatic:
        telling.tell_of_answer(event.message_id, event.side_id, event.number)


def on_status_after(event: StatusChanged | MessageSent) -> None:
    """Who has a ticket that this one blocked hears that it is done."""
    tell_unblocked(event.ticket_id, event.status_before, event.status)
