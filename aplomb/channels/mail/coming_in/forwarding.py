"""Who the customer of a forwarded mail is: an agent who forwards one to the desk makes the ticket the customer's.

    An agent, domain proven, forwards a mail of somebody else    the ticket is that one's; the agent's words are a note
    The same without proof                                       their own request; a note names who may be meant
    Anybody else forwards something                              their own request, like any

The customer is the sender of the outermost mail inside that nobody of the desk wrote: colleagues forward to each other.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from aplomb.channels.mail.addressing import Place, names_us, our_addresses
from aplomb.channels.mail.coming_in.matching import Match, find_ticket
from aplomb.channels.mail.coming_in.staffmail import may_forward, person_at
from aplomb.channels.mail.models import IncomingMail
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.customers.actions import contact_for_address
from aplomb.customers.addresses import email_key, looks_like_email
from aplomb.customers.models import Contact
from aplomb.journal.actors import MAIL
from aplomb.people.errors import Refused
from aplomb.people.models import Person
from aplomb.reading.forwarded import Forwarded, chain_of
from aplomb.reading.language import detect
from aplomb.reading.quotes import split_quoted
from aplomb.tickets.actions.note import add_note
from aplomb.tickets.actions.open import Opening
from aplomb.tickets.actions.receive import Incoming, receive_first_message, receive_message
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.models import Message


@dataclass(frozen=True, slots=True)
class Inside:
    """The customer's mail within a forwarded one, and what the one who forwarded it wrote above, signature left away."""

    name: str
    address: str
    subject: str
    text: str
    words: str


def customer_inside(outermost: Forwarded | None, is_ours: Callable[[str], bool]) -> Inside | None:
    """Return the mail inside that the desk has to do with; None if none has a sender's address that is not ours.

    Pure. ``is_ours`` says whether an address is one of the desk or its people. What colleagues wrote on the way is part
    of the words above.
    """
    words: list[str] = []
    for found in chain_of(outermost):
        words.append(split_quoted(found.above).new_text)
        if looks_like_email(found.from_address) and not is_ours(found.from_address):
            said = "\n\n".join(each for each in words if each.strip())
            return Inside(found.from_name, found.from_address, found.subject, found.text, said)
    return None


def take_forwarded(mail: IncomingMail, parsed: ParsedMail, place: Place | None) -> tuple[Message, Match] | None:
    """Take in what an agent forwarded as its writer's message, with the agent's words as a note.

    None where it is a mail like any: nothing is forwarded, or its sender is not proven to be an agent. Needs a transaction.
    """
    if parsed.bounce.is_bounce or parsed.forwarded is None or not may_forward(mail, parsed):
        return None
    agent = person_at(parsed.sender.address if parsed.sender else "")
    inside = customer_inside(parsed.forwarded, _is_ours())
    if agent is None or inside is None:
        return None
    language = detect(f"{inside.subject}\n{inside.text[:2_000]}") or ""
    contact = contact_for_address(inside.address, by=MAIL, name=inside.name, language=language)
    match = find_ticket(parsed, list(mail.envelope_to), contact)
    message = _received(mail, parsed, place, inside, contact, match)
    _note(message, agent, inside.words)
    return message, match


def name_who_may_be_meant(mail: IncomingMail, parsed: ParsedMail, message: Message) -> None:
    """Say in a note who may be the customer, where somebody who may be an agent forwarded a mail without proof.

    For mail that was taken in as its sender's own. Needs a transaction.
    """
    if parsed.bounce.is_bounce or parsed.forwarded is None or may_forward(mail, parsed):
        return
    person = person_at(parsed.sender.address if parsed.sender else "")
    inside = customer_inside(parsed.forwarded, _is_ours()) if person is not None and person.is_agent else None
    if person is None or inside is None:
        return
    text = _(
        "This mail says that it is from %(name)s, which nothing proves. It forwards one of %(customer)s, who may be the"
        " customer."
    ) % {"name": person.work_name, "customer": f"{inside.name} <{inside.address}>".strip()}
    add_note(message.ticket.number, text, by=MAIL, keeps_draft=True)


def _is_ours() -> Callable[[str], bool]:
    ours = our_addresses(also_unused=True)

    def is_ours(address: str) -> bool:
        return names_us(address, ours) or person_at(email_key(address)) is not None

    return is_ours


def _received(
    mail: IncomingMail, parsed: ParsedMail, place: Place | None, inside: Inside, contact: Contact, match: Match
) -> Message:
    """The customer's message. Its HTML stays in the mail as it came: the agent's words stand in it too."""
    new_text = split_quoted(inside.text).new_text or inside.text
    head = inside.text.find(new_text)
    incoming = Incoming(
        text=new_text,
        quoted=inside.text[len(new_text) :].lstrip("\r\n") if head == 0 else inside.text,
        channel="mail",
        said_at=mail.received_at,
        to=tuple(each.address for each in parsed.to[:100]),
        answer_to=inside.address,
        is_automatic=parsed.automatic.is_automatic,
        files=tuple(_files(parsed)),
    )
    if match.ticket is not None:
        return receive_message(match.ticket, contact, incoming, by=contact)
    opening = Opening(
        subject=inside.subject,
        contact=contact,
        channel="mail",
        language=contact.language or (place.mailbox.language if place else ""),
        team=place.team if place else None,
    )
    return receive_first_message(opening, incoming, by=contact)


def _files(parsed: ParsedMail) -> Iterable[IncomingFile]:
    for file in parsed.attachments:
        yield IncomingFile(
            name=file.name or "file",
            type=file.type,
            content=file.content,
            is_inline=file.inline,
            content_id=file.content_id or "",
        )


def _note(message: Message, agent: Person, words: str) -> None:
    """The agent's own words; that they forwarded it at least. Of a ticket out of their sight the desk writes it down."""
    with translation.override(agent.language):
        text = words.strip() or _("I forwarded this mail to the desk.")
    try:
        with transaction.atomic():
            add_note(message.ticket.number, text, by=agent, keeps_draft=True)
    except Refused:
        said = _("%(name)s forwarded this mail and wrote: %(words)s") % {"name": agent.work_name, "words": text}
        add_note(message.ticket.number, said, by=MAIL, keeps_draft=True)
