"""What the variables of letters stand for on a ticket, and in which language its customer is written to."""

from django.db.models import QuerySet

from aplomb.letters.neutral import moment_words
from aplomb.letters.rendering import language_for
from aplomb.lib.prepared import prepared
from aplomb.lib.time import utc_now
from aplomb.people.models import Desk, Person
from aplomb.tickets.models import Ticket


def customers_language(ticket: Ticket) -> str:
    """The ticket's language, else the contact's, the organisation's, the desk's first."""
    contact = ticket.contact
    organisation = contact.organisation
    return language_for(ticket.language, contact.language, organisation.language if organisation is not None else "")


def values_of(ticket: Ticket, language: str, *, person: Person | None = None, mailbox_name: str = "") -> dict[str, str]:
    """The values of the variables that every letter on a ticket may use (letters/variables.py); empty: there is none.

    `due` is by when the customer hears from us; a time that has passed is no promise and stays empty.
    """
    contact, at = ticket.contact, ticket.next_due_at
    desk = next(iter(_desks(1)), ("", "UTC"))
    return {
        "customer_name": contact.name,
        "address_as": contact.address_as,
        "ticket_number": ticket.shown_number,
        "subject": ticket.subject,
        "due": moment_words(at, contact.zone_name or desk[1], language) if at is not None and at > utc_now() else "",
        "team": ticket.team.name if ticket.team is not None else "",
        "agent_name": person.work_name if person is not None else "",
        "mailbox_name": mailbox_name,
        "desk_name": desk[0],
    }


@prepared
def _desks(pk: int) -> QuerySet[Desk, tuple[str, str]]:
    return Desk.objects.filter(pk=pk).values_list("name", "time_zone")
