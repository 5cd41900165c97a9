"""A courier who was asked about a ticket of the demo's world, and answered: the customer knows nothing of it."""

import datetime as dt

from aplomb.journal.actors import MAIL
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox.actions import settle
from aplomb.lib.time import as_if_at
from aplomb.people.models import Person
from aplomb.tickets.actions.sides import Asking, Told, begin_side, receive_told
from aplomb.tickets.models import Kind, Message, Ticket

WAITS = "Il corriere non è passato a ritirare il portatile"
COURIER = "ritiri@corriere-rapido.example"
QUESTION = "Buongiorno, ieri il ritiro presso il nostro cliente non c'è stato. Quando passate?"
ANSWER = "Buongiorno, il mezzo era guasto. Passiamo domani tra le 9 e le 11.\n\nFranca, Corriere Rapido"


def play_sides() -> None:
    """Once the world was played. What is not there is left alone."""
    ticket = Ticket.objects.filter(subject=WAITS).select_related("assignee").first()
    people = Person.objects.filter(is_active=True).order_by("pk")
    agent = ticket.assignee if ticket and ticket.assignee else next((each for each in people if each.is_agent), None)
    if ticket is None or agent is None:
        return
    said = Message.objects.filter(ticket=ticket, kind=Kind.CUSTOMER).order_by("id").first()
    begun = ticket.activity_at + dt.timedelta(minutes=1)
    with as_if_at(begun):
        asking = Asking(
            text=QUESTION,
            to=(COURIER,),
            subject="Ritiro non effettuato",
            language="it",
            forward=(said.pk,) if said else (),
        )
        question = begin_side(ticket.number, asking, by=agent)
        if question.outgoing is not None:
            settle(question.outgoing, OutgoingMail.State.SENT, "")
    assert question.side is not None
    with as_if_at(begun + dt.timedelta(minutes=1)):
        told = Told(text=ANSWER, said_by=f"Corriere Rapido <{COURIER}>", answer_to=COURIER, said_at=None)
        receive_told(question.side, told, by=MAIL)
