"""Tickets of the demo's world that hang together: one asked twice, others that have to do with another."""

import datetime as dt

from aplomb.lib.time import as_if_at
from aplomb.people.models import Person
from aplomb.tickets.actions.link import link_tickets
from aplomb.tickets.actions.merge import merge_ticket
from aplomb.tickets.actions.open import Opening
from aplomb.tickets.actions.receive import Incoming, receive_first_message
from aplomb.tickets.models import Ticket

ASKED_TWICE = "wifi"
AGAIN = "wifi AGAIN"
WORDS = "hi did u get my mail?? still no wifi on the top floor"
# from, what the other is to it, and that one
LINKS = (
    ("Restituzione della cauzione", "relates", "Il corriere non è passato a ritirare il portatile"),
    ("Προσφορά για εκτυπωτή στη ρεσεψιόν", "blocked", "Δεν έχει Wi-Fi όλος ο ξενώνας"),
)


def join_world() -> None:
    """Once the world was played. What is not there is left alone."""
    asked = Ticket.objects.filter(subject=ASKED_TWICE).select_related("contact", "team").first()
    if asked is not None:
        _ask_again(asked)
    for subject, relation, other_subject in LINKS:
        one, two = (Ticket.objects.filter(subject=each).first() for each in (subject, other_subject))
        if one is not None and two is not None:
            with as_if_at(max(one.activity_at, two.activity_at)):
                link_tickets(one.number, relation, two.number, by=_agent(one))


def _ask_again(ticket: Ticket) -> None:
    with as_if_at(ticket.activity_at + dt.timedelta(minutes=1)):
        opening = Opening(subject=AGAIN, contact=ticket.contact, channel="mail", team=ticket.team, language="en")
        again = receive_first_message(opening, Incoming(text=WORDS), by=ticket.contact).ticket
        merge_ticket(again.number, ticket.number, by=_agent(ticket))


def _agent(ticket: Ticket) -> Person:
    """Who has the ticket, else the desk's first agent."""
    if ticket.assignee is not None:
        return ticket.assignee
    found = next((each for each in Person.objects.filter(is_active=True).order_by("pk") if each.is_agent), None)
    assert found is not None
    return found
