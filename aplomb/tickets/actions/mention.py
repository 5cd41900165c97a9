"""Colleagues named in a note hear of it, and of what is said on the ticket from then on."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.journal.recording import record
from aplomb.people.models import Person
from aplomb.people.policies import hidden_team_ids
from aplomb.tickets.actions.follow import add_followers
from aplomb.tickets.actions.writing import ids
from aplomb.tickets.events import PeopleMentioned
from aplomb.tickets.gates import NeedsConfirmation, Objection
from aplomb.tickets.mentions import Named, mentioned
from aplomb.tickets.models import Message, Ticket


@dataclass(frozen=True)
class Mentions:
    """Whom a text names: those who see the ticket, those who do not, and names that several people have."""

    people: tuple[Person, ...] = ()
    blind: tuple[Person, ...] = ()
    unclear: tuple[str, ...] = ()


def read_mentions(text: str, ticket: Ticket, *, by: Actor) -> Mentions:
    """Who is meant, oneself left out. A query only where there is an @."""
    if "@" not in text:
        return Mentions()
    staff = {each.pk: each for each in Person.objects.filter(is_active=True).order_by("pk")}
    named = [Named(each.pk, each.work_name, each.full_name, each.email) for each in staff.values()]
    found, unclear = mentioned(text, named)
    people = [staff[pk] for pk in found if staff[pk] != by]
    hidden = {each.pk for each in people if ticket.team_id is not None and ticket.team_id in hidden_team_ids(each)}
    return Mentions(
        tuple(each for each in people if each.pk not in hidden),
        tuple(each for each in people if each.pk in hidden),
        unclear,
    )


def ask_about_mentions(mentions: Mentions, *, confirmed: bool) -> None:
    """Say before the note is kept who will not hear of it. Raises NeedsConfirmation."""
    objections = [
        Objection(
            "mention-out-of-sight",
            _("%(name)s does not see this ticket and will not hear of the note.") % {"name": each.work_name},
            "confirm",
        )
        for each in mentions.blind
    ]
    objections += [
        Objection(
            "mention-unclear",
            _("More than one person is called %(name)s: choose one from the list.") % {"name": name},
            "confirm",
        )
        for name in mentions.unclear
    ]
    if objections and not confirmed:
        raise NeedsConfirmation(objections)


def tell_mentioned(mentions: Mentions, message: Message, ticket: Ticket, *, by: Actor) -> None:
    """They follow the ticket, and the record says whom the note names. Needs the ticket's lock. Raises Wrong."""
    if not mentions.people:
        return
    add_followers(ticket, mentions.people, by=by)
    event = PeopleMentioned(**ids(ticket), message_id=message.pk, people=tuple(each.pk for each in mentions.people))
    record(event, by=by, chain=ticket.chain)
