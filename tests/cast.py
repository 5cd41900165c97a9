"""The same few people in every test, made by the real actions.

    Ada      agent of the team Lines, which is open to all
    Bo       supervisor: sees closed teams too
    Noor     agent of the team Trust, which is closed
    Max      administrator
    Olga     owner          Lena  legal          Tariq  technician          Aud  auditor
    Cleo     contact of Acme, writes English
    Dimitra  contact of Globex, writes Greek

Ada must not see Trust's ticket, and nobody of the desk ever answers Cleo with what Dimitra wrote.
"""

from dataclasses import dataclass
from typing import Any

from aplomb.channels.mail.actions import add_mailbox
from aplomb.channels.mail.models import Mailbox
from aplomb.customers.actions import add_contact, add_organisation
from aplomb.customers.models import Contact, Organisation
from aplomb.journal.actors import SYSTEM
from aplomb.people.actions import add_person, add_team, set_up_desk
from aplomb.people.models import Person, Role, Team
from aplomb.tickets.actions.open import Opening
from aplomb.tickets.actions.receive import Incoming, receive_first_message, receive_message
from aplomb.tickets.models import Message, Ticket

HELP = "help@desk.example"
CLEO = "cleo@acme.example"
DIMITRA = "dimitra@globex.example"


@dataclass
class Cast:
    """Everybody, and three tickets: `ticket` (Cleo's, at Lines), `greek` (Dimitra's, without a team), `hidden`
    (Dimitra's, at Trust)."""

    ada: Person
    bo: Person
    noor: Person
    max: Person
    olga: Person
    lena: Person
    tariq: Person
    aud: Person
    lines: Team
    trust: Team
    acme: Organisation
    globex: Organisation
    cleo: Contact
    dimitra: Contact
    mailbox: Mailbox
    ticket: Ticket
    greek: Ticket
    hidden: Ticket


def gather() -> Cast:
    """Make the cast in the test's database."""
    set_up_desk(name="Desk", languages=["en", "es", "it", "ro", "el"], time_zone="Europe/Athens", by=SYSTEM)
    ada = person("ada", "Ada Lindqvist", Role.AGENT)
    bo = person("bo", "Bo Marsh", Role.SUPERVISOR, Role.AGENT)
    noor = person("noor", "Noor Haddad", Role.AGENT)
    lines = add_team(name="Lines", by=SYSTEM, members=[ada])
    trust = add_team(name="Trust", by=SYSTEM, is_open=False, members=[noor])
    acme = add_organisation(name="Acme", domain="acme.example", by=SYSTEM)
    globex = add_organisation(name="Globex", domain="globex.example", language="el", by=SYSTEM)
    cleo = add_contact(name="Cleo Whitfield", emails=(CLEO,), phones=("+44 1632 960123",), language="en", by=SYSTEM)
    dimitra = add_contact(name="Δήμητρα Παππά", emails=(DIMITRA,), language="el", by=SYSTEM)
    mailbox = add_mailbox(by=SYSTEM, name="Help", address=HELP, signature="The help desk")
    return Cast(
        ada=ada,
        bo=bo,
        noor=noor,
        max=person("max", "Max Iordache", Role.ADMINISTRATOR),
        olga=person("olga", "Olga Serra", Role.OWNER),
        lena=person("lena", "Lena Fontana", Role.LEGAL),
        tariq=person("tariq", "Tariq Amin", Role.TECHNICIAN),
        aud=person("aud", "Aud Nilsen", Role.AUDITOR),
        lines=lines,
        trust=trust,
        acme=acme,
        globex=globex,
        cleo=cleo,
        dimitra=dimitra,
        mailbox=mailbox,
        ticket=asked(cleo, "The line is down since this morning.", subject="No dial tone", team=lines).ticket,
        greek=asked(dimitra, "Δεν έχω ίντερνετ από χθες.", subject="Χωρίς σύνδεση").ticket,
        hidden=asked(dimitra, "Someone read my mail.", subject="A breach", team=trust).ticket,
    )


def person(name: str, full_name: str, *roles: str, **further: Any) -> Person:
    """Somebody of the staff, with the address `name@desk.example`."""
    return add_person(email=f"{name}@desk.example", full_name=full_name, roles=roles, by=SYSTEM, **further)


def asked(
    contact: Contact, text: str, *, subject: str = "A question", team: Team | None = None, **incoming: Any
) -> Message:
    """The contact opens a ticket by mail. Gives the first message; `.ticket` is the ticket as it now is."""
    opening = Opening(subject=subject, contact=contact, channel="mail", team=team)
    return fresh_message(receive_first_message(opening, Incoming(text=text, **incoming), by=contact))


def wrote(contact: Contact, ticket: Ticket, text: str = "And another thing.", **incoming: Any) -> Message:
    """The contact writes on that ticket. Gives the message, on whichever ticket it ended."""
    return fresh_message(receive_message(ticket, contact, Incoming(text=text, **incoming), by=contact))


def fresh_message(message: Message) -> Message:
    return Message.objects.select_related("ticket").get(pk=message.pk)


def fresh(ticket: Ticket) -> Ticket:
    """The ticket as the database has it now."""
    return Ticket.objects.select_related("chain", "contact").get(pk=ticket.pk)
