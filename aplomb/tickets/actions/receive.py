"""A customer's word arrives, by whatever channel."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db import transaction

from aplomb.customers.merged import is_same_contact
from aplomb.customers.models import Contact
from aplomb.journal.actors import SYSTEM, Actor
from aplomb.journal.recording import record
from aplomb.lib.text import clean_text
from aplomb.lib.time import utc_now
from aplomb.tickets.actions.open import Opening, open_ticket
from aplomb.tickets.actions.snooze import wake_for_customer
from aplomb.tickets.actions.writing import (
    IncomingFile,
    add_files,
    add_message,
    ids,
    message_seals,
    put_status,
    record_message,
    save_changes,
)
from aplomb.tickets.events import MessageReceived, ParticipantAdded
from aplomb.tickets.merged import apart_of, end_of, own_ticket
from aplomb.tickets.models import Kind, Message, Participant, Stage, Ticket
from aplomb.tickets.policies import ticket_for
from aplomb.tickets.states import Happening, next_status, starts_anew


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """What a customer said. `text` is the new part, `quoted` what stood below it."""

    text: str
    quoted: str = ""
    html: str = ""
    channel: str = "mail"
    said_at: dt.datetime | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    # where they want to be answered, if that was said
    answer_to: str = ""
    is_automatic: bool = False
    # whoever speaks takes part from now on; not a machine that only reports what became of a mail
    takes_part: bool = True
    files: tuple[IncomingFile, ...] = ()
    # an agent who wrote down what the customer said on the phone
    written_down_by: Actor | None = None


def receive_first_message(opening: Opening, incoming: Incoming, *, by: Actor) -> Message:
    """A new ticket with the customer's first word on it. Raises Wrong, NotAllowed, OSError."""
    with transaction.atomic():
        ticket = open_ticket(opening, by=by)
        return _take_in(ticket, opening.contact, incoming, by=by, is_first=True)


def receive_message(ticket: Ticket, contact: Contact, incoming: Incoming, *, by: Actor) -> Message:
    """A customer's word on a ticket that exists. Closed for longer than 30 days: on a new one that follows it.

    On a ticket that was merged it is said where that one goes on; whoever was to have no part in that gets none by it.
    What is in the bin comes out of it when its customer writes again, unless it is there as spam. Raises OSError.
    """
    with transaction.atomic():
        locked = _where_it_goes_on(ticket)
        if not incoming.is_automatic and starts_anew(locked.status, locked.closed_at, utc_now()):
            # another customer's ticket says nothing to them, not even its subject
            before = own_ticket(locked, contact) or locked
            opening = Opening(
                subject=before.subject,
                contact=contact,
                channel=incoming.channel,
                language=before.language,
                team=before.team,
                request_type=before.request_type,
                follows=before,
            )
            return receive_first_message(opening, incoming, by=by)
        if incoming.takes_part and contact.pk not in apart_of(locked):
            seat(locked, contact, by=by)
        return _take_in(locked, contact, incoming, by=by, is_first=False)


def _where_it_goes_on(ticket: Ticket) -> Ticket:
    """The ticket under its lock, or the one that it was merged into, whatever merges happen at this moment."""
    # only the last one is locked: locks are taken in one order everywhere
    locked = ticket_for(SYSTEM, end_of(_anew(ticket)).number, lock=True)
    while locked.merged_into_id is not None:
        locked = ticket_for(SYSTEM, end_of(locked).number, lock=True)
    return locked


def _anew(ticket: Ticket) -> Ticket:
    return ticket if ticket.merged_into_id is None else ticket_for(SYSTEM, ticket.number)


def seat(ticket: Ticket, contact: Contact, *, by: Actor) -> None:
    """Somebody other than the one who asked joins the conversation. Needs the ticket's lock."""
    if is_same_contact(contact, ticket.contact):
        return
    _seat_row, is_new = Participant.objects.get_or_create(ticket=ticket, contact=contact)
    if is_new:
        record(ParticipantAdded(**ids(ticket), contact_id=contact.pk), by=by, chain=ticket.chain)


def _take_in(ticket: Ticket, contact: Contact, incoming: Incoming, *, by: Actor, is_first: bool) -> Message:
    said_at = incoming.said_at or utc_now()
    message = add_message(
        ticket,
        Kind.CUSTOMER,
        contact=contact,
        text=clean_text(incoming.text),
        quoted=clean_text(incoming.quoted),
        html=clean_text(incoming.html),
        channel=incoming.channel,
        sent_at=said_at,
        to=list(incoming.to),
        cc=list(incoming.cc),
        answer_to=incoming.answer_to,
        is_automatic=incoming.is_automatic,
    )
    attachments = add_files(message, incoming.files)
    before = ticket.status
    happening = Happening.MACHINE_SPOKE if incoming.is_automatic else Happening.CUSTOMER_SPOKE
    fields = put_status(ticket, next_status(before, happening))
    if ticket.stage == Stage.BIN and ticket.bin_reason == "mistake" and not incoming.is_automatic:
        fields += take_out_of_bin(ticket)
    save_changes(ticket, *fields)
    event = MessageReceived(
        **ids(ticket),
        message_id=message.pk,
        contact_id=contact.pk,
        channel=incoming.channel,
        is_automatic=incoming.is_automatic,
        is_first=is_first,
        said_at=said_at,
        status_before=before,
        status=ticket.status,
        sealed=message_seals(message, attachments),
    )
    record_message(message, event, ticket=ticket, by=incoming.written_down_by or by)
    if not incoming.is_automatic:
        wake_for_customer(ticket, by=incoming.written_down_by or by)
    return message


def take_out_of_bin(ticket: Ticket) -> list[str]:
    """Back on its pile. Returns the names of the fields to save."""
    from aplomb.tickets.states import DONE

    ticket.stage = Stage.DONE if ticket.status in DONE else Stage.LIVE
    ticket.bin_reason, ticket.binned_at = "", None
    return ["stage", "bin_reason", "binned_at"]


def as_call(incoming: Incoming, by: Actor) -> Incoming:
    """What was said on the phone, written down by an agent."""
    return replace(incoming, channel="call", written_down_by=by)
