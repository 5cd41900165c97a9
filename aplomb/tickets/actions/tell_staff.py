"""Telling who has a ticket what happened on it."""

from django.db import transaction

from aplomb.journal.actors import Actor
from aplomb.journal.latest import latest_on
from aplomb.people.actions.notices import notice
from aplomb.people.models import Person
from aplomb.tickets.models import HandOver, Message, Ticket


def tell_assigned(number: str, person_id: int) -> None:
    """The ticket became theirs, unless they took it themselves. In the transaction of that event."""
    latest = latest_on(number)
    person = Person.objects.filter(pk=person_id, is_active=True).first()
    if latest is None or person is None or _is_same(person, latest.actor_kind, latest.actor_id):
        return
    by = None
    if latest.actor_kind == "staff" and latest.actor_id.isdigit():
        by = Person.objects.filter(pk=int(latest.actor_id)).first()
    # it may become theirs again: each time is another place on the chain
    notice(person, "assigned", by=by, about=f"assigned {number} {latest.seq}", ticket_number=number)


def tell_customer_wrote(ticket_id: int, message_id: int) -> None:
    """A customer wrote on a ticket that somebody has."""
    ticket = Ticket.objects.select_related("assignee").filter(pk=ticket_id).only("number", "assignee").first()
    if ticket is not None and ticket.assignee is not None:
        tell_message(ticket.assignee, "answered", ticket.number, message_id)


def tell_noted(ticket_id: int, message_id: int) -> None:
    """A colleague wrote a note on a ticket that somebody has."""
    note = Message.objects.select_related("ticket__assignee", "person").filter(pk=message_id, ticket=ticket_id).first()
    if note is not None and note.ticket.assignee is not None:
        if HandOver.objects.filter(message=note, given_to=note.ticket.assignee).exists():
            # they were told that it is handed over to them, with this note
            return
        with transaction.atomic():
            tell_message(note.ticket.assignee, "noted", note.ticket.number, message_id, by=note.person)


def tell_message(person: Person, kind: str, number: str, message_id: int, *, by: Actor | None = None) -> None:
    """A message concerns them. Once a message: whoever is mentioned in a note, has the ticket and follows it hears of it by
    the first of these that is told. In a transaction."""
    path = f"/tickets/{number}#message-{message_id}"
    notice(person, kind, by=by, about=f"message {message_id}", ticket_number=number, path=path)


def _is_same(person: Person, kind: str, actor_id: str) -> bool:
    return (person.actor_kind, person.actor_id) == (kind, actor_id)
