"""Answering the customer, and undoing it before it leaves."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.customers.actions import contact_for_address
from aplomb.customers.addresses import email_key, looks_like_email
from aplomb.customers.merged import is_same_contact
from aplomb.journal.actors import SYSTEM, Actor
from aplomb.journal.events import Sealed, event_from
from aplomb.journal.models import Entry, OutgoingMail
from aplomb.journal.outbox.actions import withdraw
from aplomb.journal.recording import record
from aplomb.lib.text import clean_text
from aplomb.people.errors import NotFound, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.draft import attach_uploads, keep_draft, throw_draft_away
from aplomb.tickets.actions.receive import seat
from aplomb.tickets.actions.viewing import stop_writing
from aplomb.tickets.actions.writing import (
    add_message,
    check_stands,
    ids,
    message_seals,
    put_status,
    record_message,
    save_changes,
)
from aplomb.tickets.errors import Changed, TooLate
from aplomb.tickets.events import MessageSent, MessageWithdrawn
from aplomb.tickets.gates import ask_before_closing, ask_before_reply
from aplomb.tickets.merged import apart_of, end_of
from aplomb.tickets.models import Delivery, Draft, Kind, Message, Status, Ticket
from aplomb.tickets.policies import may_work, ticket_for
from aplomb.tickets.reads import answer_address
from aplomb.tickets.since import is_stopped
from aplomb.tickets.states import DONE, Happening, next_status

LONGEST_TEXT = 200_000
AND_THEN = {
    "": Happening.REPLIED,
    Status.WAITING_CUSTOMER: Happening.REPLIED_AND_WAITS,
    Status.RESOLVED: Happening.REPLIED_AND_RESOLVED,
}


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer. `to` and `cc` are addresses; empty `to` means the one who asked. `then` is "", waiting_customer or resolved."""

    text: str
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    then: str = ""
    uploads: tuple[int, ...] = ()
    confirmed: bool = False
    # the version of the ticket that the writer had before their eyes; None: whatever it is now
    seen_version: int | None = None
    # the entry of the record up to which they saw what happened: what others did since stops the answer, nothing else does
    seen_seq: int | None = None
    # written elsewhere than on the ticket's page: what the writer has begun there stays
    keeps_draft: bool = False


def reply_to_ticket(number: str, reply: Reply, *, by: Actor) -> Message:
    """Answer the customer. The mail leaves when the time for undoing is over.

    Raises NotFound, NotAllowed, InBin, Merged, Changed, Wrong, Refused and NeedsConfirmation from those above.
    """
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        check_stands(ticket)
        is_old = reply.seen_version is not None and reply.seen_version != ticket.version
        if is_old and (reply.seen_seq is None or is_stopped(ticket, reply.seen_seq, by)):
            raise Changed
        text = checked_text(reply.text)
        if reply.then not in AND_THEN:
            raise Wrong("status", _("A reply leaves a ticket as it is, waiting for the customer, or resolved."))
        to = checked_addresses("to", reply.to) or answer_address(ticket)
        if not to:
            raise Wrong("to", _("This contact has no e-mail address. Add one, or write a note."))
        cc = tuple(each for each in checked_addresses("cc", reply.cc) if email_key(each) not in map(email_key, to))
        ask_before_reply(ticket, by, text, confirmed=reply.confirmed)
        if reply.then == Status.RESOLVED and ticket.status not in DONE:
            ask_before_closing(ticket, by, confirmed=reply.confirmed)
        return _send(ticket, text, to, cc, reply, by=by)


def _send(ticket: Ticket, text: str, to: tuple[str, ...], cc: tuple[str, ...], reply: Reply, *, by: Actor) -> Message:
    person = by if isinstance(by, Person) else None
    message = add_message(
        ticket,
        Kind.REPLY,
        person=person,
        text=text,
        to=list(to),
        cc=list(cc),
        channel="mail",
        delivery=Delivery.QUEUED,
    )
    attachments = attach_uploads(message, reply.uploads, by=by)
    _seat_all(ticket, to + cc, by=by)
    before = ticket.status
    save_changes(ticket, *put_status(ticket, next_status(before, AND_THEN[reply.then])))
    event = MessageSent(
        **ids(ticket),
        message_id=message.pk,
        person_id=person.pk if person else 0,
        channel="mail",
        status_before=before,
        status=ticket.status,
        sealed={
            **message_seals(message, attachments),
            "to": Sealed.text(", ".join(to)),
            "cc": Sealed.text(", ".join(cc)),
        },
    )
    record_message(message, event, ticket=ticket, by=by)
    if person is not None and not reply.keeps_draft:
        throw_draft_away(person, ticket, Kind.REPLY)
        stop_writing(ticket, person)
    message.refresh_from_db()
    return message


def undo_reply(message_id: int, *, by: Actor) -> Message:
    """Take an answer back before it leaves; its text becomes the draft again, the ticket's state is as before.

    Raises NotFound, NotAllowed, TooLate.
    """
    with transaction.atomic():
        found = Message.objects.select_related("ticket", "outgoing").filter(pk=message_id, kind=Kind.REPLY).first()
        if found is None:
            raise NotFound
        ticket = ticket_for(by, found.ticket.number, lock=True)
        require(may_work(by))
        if found.outgoing is None or found.outgoing.purpose == OutgoingMail.AGAIN or not withdraw(found.outgoing.pk):
            raise TooLate
        found.delivery = Delivery.WITHDRAWN
        found.save(update_fields=["delivery"])
        sent = _event_of(ticket, found)
        fields = put_status(ticket, sent.status_before) if ticket.status == sent.status else []
        save_changes(ticket, *fields)
        record(
            MessageWithdrawn(**ids(ticket), message_id=found.pk, person_id=sent.person_id, status=ticket.status),
            by=by,
            chain=ticket.chain,
        )
        if found.person is not None:
            # of a ticket that was merged meanwhile it goes on where one writes now
            stands = end_of(ticket)
            begun = Draft.objects.filter(person=found.person, ticket=stands, kind=Kind.REPLY).first()
            # what was begun since is not lost for what comes back
            text = f"{found.text}\n\n{begun.text}" if begun is not None and begun.text.strip() else found.text
            draft = keep_draft(found.person, stands, Kind.REPLY, text=text, to=tuple(found.to), cc=tuple(found.cc))
            found.attachments.update(draft=draft)
    return found


def _event_of(ticket: Ticket, message: Message) -> MessageSent:
    import json

    entry = Entry.objects.get(chain=ticket.chain, seq=message.entry_seq)
    event = event_from(entry.kind, json.loads(entry.content or "{}")["facts"])
    assert isinstance(event, MessageSent)
    return event


def note_outgoing(message_id: int, mail: OutgoingMail) -> None:
    """Remember which mail carries a message. For the channel that made it."""
    Message.objects.filter(pk=message_id).update(outgoing=mail)


def checked_text(text: str) -> str:
    """The text without blanks at its end, newlines as \\n. Raises Wrong when it is empty or endless."""
    clean = clean_text(text).replace("\r\n", "\n").replace("\r", "\n").rstrip()
    if not clean.strip():
        raise Wrong("text", _("There is nothing to send yet: write something first."))
    if len(clean) > LONGEST_TEXT:
        raise Wrong("text", _("The text is too long: put it in an attachment."))
    return clean


def checked_addresses(field: str, addresses: tuple[str, ...]) -> tuple[str, ...]:
    """Each address once, as given. Raises Wrong for what is none."""
    found: dict[str, str] = {}
    for each in addresses:
        if not each.strip():
            continue
        if not looks_like_email(each.strip()):
            raise Wrong(field, _("%(address)s is not an e-mail address.") % {"address": each.strip()[:80]})
        found.setdefault(email_key(each), each.strip())
    if len(found) > 50:
        raise Wrong(field, _("A mail goes to fifty addresses at the most."))
    return tuple(found.values())


def _seat_all(ticket: Ticket, addresses: tuple[str, ...], *, by: Actor) -> None:
    """Everyone who is written to takes part, so that their answers belong here."""
    contacts = [contact_for_address(each, by=SYSTEM) for each in addresses]
    apart = apart_of(ticket)
    # whoever is answered without the one who asked is not brought together with them
    is_chosen = not apart or any(is_same_contact(each, ticket.contact) for each in contacts)
    for contact in contacts:
        if is_chosen or contact.pk not in apart:
            seat(ticket, contact, by=by)
