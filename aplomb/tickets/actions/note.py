"""A word among colleagues. It never leaves the desk."""

from django.db import transaction

from aplomb.journal.actors import Actor
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.draft import attach_uploads, throw_draft_away
from aplomb.tickets.actions.mention import ask_about_mentions, read_mentions, tell_mentioned
from aplomb.tickets.actions.reply import checked_text
from aplomb.tickets.actions.writing import add_message, ids, message_seals, record_message, save_changes
from aplomb.tickets.errors import Merged
from aplomb.tickets.events import NoteAdded
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import Kind, Message
from aplomb.tickets.policies import may_note, ticket_for


def add_note(
    number: str,
    text: str,
    *,
    by: Actor,
    uploads: tuple[int, ...] = (),
    keeps_draft: bool = False,
    confirmed: bool = True,
) -> Message:
    """Whoever is named with an @ hears of it. `confirmed`: also where somebody who is named will not.

    Raises NotFound, NotAllowed, Merged, Wrong, NeedsConfirmation.
    """
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_note(by))
        if ticket.merged_into_id is not None:
            raise Merged(end_of(ticket).number)
        person = by if isinstance(by, Person) else None
        mentions = read_mentions(text, ticket, by=by)
        ask_about_mentions(mentions, confirmed=confirmed)
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
        tell_mentioned(mentions, message, ticket, by=by)
        if person is not None and not keeps_draft:
            throw_draft_away(person, ticket, Kind.NOTE)
    return message
