"""Giving a ticket to somebody else with a word, so that nobody has to tell their story twice (docs/flows/together.md)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.journal.actors import Actor
from aplomb.journal.recording import record
from aplomb.lib.text import clean_text
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotAllowed, Wrong
from aplomb.people.models import Person, Team
from aplomb.people.policies import require
from aplomb.tickets.actions.change import UNCHANGED, Changes, change_ticket
from aplomb.tickets.actions.follow import set_beside
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.writing import check_stands, ids, save_changes
from aplomb.tickets.events import HandOverRead, TicketHandedOver
from aplomb.tickets.models import Beside, HandOver, Ticket
from aplomb.tickets.policies import may_work, ticket_for


@dataclass(frozen=True, kw_only=True)
class Handing:
    """To whom, and the word: what was done, what is open, what was promised. One of the three is enough.

    `person` None: nobody yet of the `team`. `team` None leaves the ticket in its team.
    """

    person: Person | None = None
    team: Team | None = None
    done: str = ""
    open: str = ""
    promised: str = ""


def hand_over(number: str, handing: Handing, *, by: Actor) -> HandOver:
    """Another assignee or team, and the note, in one step. Raises NotFound, NotAllowed, InBin, Merged, Wrong."""
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        check_stands(ticket)
        text = _note(handing)
        if handing.person is None and handing.team is None:
            raise Wrong("to", _("Choose who gets the ticket."))
        if handing.person is not None and handing.person == by:
            raise Wrong("to", _("You cannot hand a ticket over to yourself."))
        given_by = by if isinstance(by, Person) else None
        team = handing.team if handing.team is not None and handing.team.pk != ticket.team_id else None
        message = add_note(number, text, by=by, keeps_draft=True)
        # what the one before wrote and nobody confirmed is the business of nobody now: this note stands for it
        HandOver.objects.filter(ticket=ticket, read_at=None).update(read_by=given_by, read_at=utc_now())
        found = HandOver.objects.create(
            ticket=ticket, message=message, given_by=given_by, given_to=handing.person, team=team
        )
        set_beside(message.ticket, Beside.HAND_OVER, True)
        event = TicketHandedOver(
            **ids(ticket),
            message_id=message.pk,
            given_by=given_by.pk if given_by else None,
            given_to=handing.person.pk if handing.person else None,
            team_id=team.pk if team else None,
        )
        record(event, by=by, chain=message.ticket.chain)
        # last: who hands it to a closed team may see it no more afterwards
        change_ticket(number, Changes(assignee=handing.person, team=team or UNCHANGED), by=by)
    return found


def confirm_hand_over(number: str, *, by: Actor) -> Ticket:
    """The next one has read the note. Twice is once. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        waiting = HandOver.objects.filter(ticket=ticket, read_at=None).order_by("-pk").first()
        if waiting is None:
            return ticket
        if not isinstance(by, Person) or not may_confirm(by, waiting, ticket):
            raise NotAllowed(_("Only the one who got the ticket can confirm that they have read it."))
        waiting.read_by, waiting.read_at = by, utc_now()
        waiting.save(update_fields=["read_by", "read_at"])
        set_beside(ticket, Beside.HAND_OVER, False)
        save_changes(ticket)
        record(HandOverRead(**ids(ticket), message_id=waiting.message_id), by=by, chain=ticket.chain)
    return ticket


def may_confirm(person: Person, waiting: HandOver, ticket: Ticket) -> bool:
    """The one it was given to, or who has the ticket now; what went to a team, anybody but the one who gave it."""
    if person.pk in (waiting.given_to_id, ticket.assignee_id):
        return True
    return waiting.given_to_id is None and person.pk != waiting.given_by_id


def _note(handing: Handing) -> str:
    """The three answers under their headings, as the one text of the note. Raises Wrong when there is none."""
    parts = [
        (_("What was done"), handing.done),
        (_("What is open"), handing.open),
        (_("What was promised"), handing.promised),
    ]
    said = [f"{heading}:\n{clean_text(text).strip()}" for heading, text in parts if clean_text(text).strip()]
    if not said:
        raise Wrong("open", _("Write what the next one must know: what was done, what is open, what was promised."))
    return "\n\n".join(said)
