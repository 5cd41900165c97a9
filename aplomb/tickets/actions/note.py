"""A word among colleagues. It never leaves the desk."""

from django.db import transaction

from aplomb.journal.actors import Actor
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.draft import attach_uploads, throw_draft_away
from aplomb.tickets.actions.reply import checked_text
from aplomb.tickets.actions.writing import add_message, ids, message_seals, record_message, save_changes
from aplomb.tickets.events import NoteAdded
from aplomb.tickets.models import Kind, Message
from aplomb.tickets.policies import may_note, ticket_for


def add_note(number: str, text: str, *, by: Actor, uploads: tuple[int, ...] = (), keeps_draft: bool = False) -> Message:
    """Raises NotFound, NotAllowed, Wrong."""
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_note(by))
        person = by if isinstance(by, Person) else None
        message = add_message(ticket, Kind.NOTE, person=person, text=checked_text(text), channel="desk")
        attachments = attach_uploads(message, uploads, by=by)
        save_changes(ticket)
        event = NoteAdded(
            **ids(ticket),
            message_id=message.pk,
            person_id=person.pk if person else 0,
            sealed=message_seals(message, attachments),
        )
        record_message(message, event, ticket=ticket, by=by)
        if person is not None and not keeps_draft:
            throw_draft_away(person, ticket, Kind.NOTE)
    return message
