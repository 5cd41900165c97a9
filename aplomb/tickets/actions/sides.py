"""Side conversations: asking somebody outside the desk about a ticket, unseen by the customer (docs/flows/sides.md).

Nothing here meets a clock of the customer: these messages are neither a customer's word nor an answer to one.
"""

import base64
import datetime as dt
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from aplomb.customers.addresses import email_key
from aplomb.customers.models import ContactPoint
from aplomb.journal.actors import SYSTEM, Actor
from aplomb.journal.events import Sealed, event_from
from aplomb.journal.models import Entry, OutgoingMail
from aplomb.journal.outbox.actions import withdraw
from aplomb.journal.recording import record
from aplomb.lib.text import clean_text
from aplomb.lib.time import utc_now
from aplomb.people.actions import LANGUAGES
from aplomb.people.errors import NotFound, Refused, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.draft import attach_uploads, keep_draft, throw_draft_away
from aplomb.tickets.actions.forward import bare_subject, copy_files, forwarded_text
from aplomb.tickets.actions.reply import checked_addresses, checked_text
from aplomb.tickets.actions.snooze import wake_for_answer
from aplomb.tickets.actions.writing import (
    IncomingFile,
    add_files,
    add_message,
    check_stands,
    ids,
    message_seals,
    put_status,
    record_message,
    save_changes,
)
from aplomb.tickets.errors import TooLate
from aplomb.tickets.events import (
    MessageAsked,
    MessageTold,
    MessageWithdrawn,
    SideBegun,
    SideReopened,
    SideSettled,
)
from aplomb.tickets.gates import NeedsConfirmation, Objection
from aplomb.tickets.merged import askers_of, end_of, whole_of
from aplomb.tickets.models import Beside, Delivery, Draft, Kind, Message, Participant, SideConversation, Status, Ticket
from aplomb.tickets.policies import may_work, ticket_for

MOST_PEOPLE = 10
MOST_SIDES = 50
NEVER_WENT = (Delivery.WITHDRAWN, Delivery.DISCARDED)


@dataclass(frozen=True, kw_only=True)
class Asking:
    """What is written to somebody outside. Only for a new conversation: `subject`, `language` (empty: the mailbox's),
    `forward` (ids of messages of the ticket) and `attachments` (of theirs). Empty `to` means those asked before."""

    text: str
    to: tuple[str, ...] = ()
    subject: str = ""
    language: str = ""
    forward: tuple[int, ...] = ()
    attachments: tuple[int, ...] = ()
    uploads: tuple[int, ...] = ()
    # the ticket waits for a third party from now on
    waits: bool = False
    # the customer is among those asked, and that is meant
    confirmed: bool = False


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came back. `said_by` is who wrote, as "Name <address>"; `answer_to` where they want to be answered."""

    text: str
    said_by: str
    quoted: str = ""
    html: str = ""
    answer_to: str = ""
    said_at: dt.datetime | None = None
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    is_automatic: bool = False
    # the customer was written to beside us
    is_known: bool = False
    files: tuple[IncomingFile, ...] = ()


def begin_side(number: str, asking: Asking, *, by: Actor) -> Message:
    """Ask somebody outside about the ticket, in a thread of its own. The mail leaves when the time for undoing is over.

    Raises NotFound, NotAllowed, InBin, Merged, Wrong, Refused, and NeedsConfirmation where the customer would read it.
    """
    with transaction.atomic():
        ticket = ticket_for(by, number, lock=True)
        require(may_work(by))
        check_stands(ticket)
        people = _checked_people(ticket, asking.to, confirmed=asking.confirmed)
        text = _checked_words(asking)
        if asking.language and asking.language not in LANGUAGES:
            raise Wrong("language", _("The desk does not speak %(name)s.") % {"name": asking.language[:20]})
        if SideConversation.objects.filter(ticket=ticket).count() >= MOST_SIDES:
            raise Refused(_("A ticket has fifty side conversations at the most."), "too-many")
        person = by if isinstance(by, Person) else None
        side = SideConversation.objects.create(
            ticket=ticket,
            key=_new_key(),
            subject=bare_subject(asking.subject) or bare_subject(ticket.subject) or _("A question"),
            people=list(people),
            language=asking.language,
            begun_by=person,
            is_known=bool(customers_among(ticket, people)),
        )
        ticket.beside |= Beside.SIDES
        ticket.save(update_fields=["beside"])
        seals = {"subject": Sealed.text(side.subject), "people": Sealed.text(", ".join(people))}
        record(
            SideBegun(**ids(ticket), side_id=side.pk, person_id=person.pk if person else 0, sealed=seals),
            by=by,
            chain=ticket.chain,
        )
        quoted = forwarded_text(ticket, asking.forward, asking.language)
        message = _ask(ticket, side, text, people, asking, quoted, by=by)
        if person is not None:
            throw_draft_away(person, ticket, Kind.ASKED)
    return message


def ask_on(side_id: int, asking: Asking, *, by: Actor) -> Message:
    """Go on in a side conversation; a settled one is open again. Raises as `begin_side`."""
    with transaction.atomic():
        side, ticket = side_for(side_id, by=by, lock=True)
        require(may_work(by))
        check_stands(ticket)
        people = _checked_people(ticket, asking.to or tuple(side.people), confirmed=asking.confirmed)
        text = _checked_words(asking)
        side.people, side.is_open = list(people), True
        side.is_known = side.is_known or bool(customers_among(ticket, people))
        side.save(update_fields=["people", "is_open", "is_known"])
        said = Message.objects.filter(side=side)
        # what was undone before anything left goes with what is sent instead
        undone = None if said.exclude(delivery__in=NEVER_WENT).exists() else said.order_by("-id").first()
        message = _ask(ticket, side, text, people, asking, undone.quoted if undone else "", by=by)
        if isinstance(by, Person):
            throw_draft_away(by, None, Kind.ASKED, side=side)
    return message


def undo_asking(message_id: int, *, by: Actor) -> Message:
    """Take a question back before it leaves; its text becomes the draft of its side conversation again.

    Raises NotFound, NotAllowed, TooLate.
    """
    with transaction.atomic():
        found = Message.objects.select_related("ticket", "outgoing", "person", "side").filter(
            pk=message_id, kind=Kind.ASKED
        )
        message = found.first()
        if message is None or message.side is None:
            raise NotFound
        ticket = ticket_for(by, message.ticket.number, lock=True)
        require(may_work(by))
        mail = message.outgoing
        if mail is None or mail.purpose == OutgoingMail.AGAIN or not withdraw(mail.pk):
            raise TooLate
        message.delivery = Delivery.WITHDRAWN
        message.save(update_fields=["delivery"])
        asked = _event_of(message)
        save_changes(ticket, *(put_status(ticket, asked.status_before) if ticket.status == asked.status else []))
        event = MessageWithdrawn(**ids(ticket), message_id=message.pk, person_id=asked.person_id, status=ticket.status)
        record(event, by=by, chain=ticket.chain)
        if message.person is not None:
            begun = Draft.objects.filter(person=message.person, side=message.side).first()
            # what was begun since is not lost for what comes back
            text = f"{message.text}\n\n{begun.text}" if begun is not None and begun.text.strip() else message.text
            draft = keep_draft(message.person, None, Kind.ASKED, text=text, to=tuple(message.to), side=message.side)
            message.attachments.update(draft=draft)
    return message


def receive_told(side: SideConversation, told: Told, *, by: Actor) -> Message:
    """Somebody outside answered. A ticket that waited for a third party is open again; no clock of the customer moves.

    On a ticket that was merged it is said where that one goes on. What lies in the bin stays there. Raises OSError.
    """
    with transaction.atomic():
        # only the last one is locked: locks are taken in one order everywhere
        ticket = ticket_for(SYSTEM, end_of(side.ticket).number, lock=True)
        while ticket.merged_into_id is not None:
            ticket = ticket_for(SYSTEM, end_of(ticket).number, lock=True)
        said_at = told.said_at or utc_now()
        message = add_message(
            ticket,
            Kind.TOLD,
            side=side,
            said_by=clean_text(told.said_by)[:400],
            text=clean_text(told.text),
            quoted=clean_text(told.quoted),
            html=clean_text(told.html),
            channel="mail",
            sent_at=said_at,
            to=list(told.to),
            cc=list(told.cc),
            answer_to=told.answer_to,
            is_automatic=told.is_automatic,
        )
        attachments = add_files(message, told.files)
        before = ticket.status
        fields = []
        if not told.is_automatic and before == Status.WAITING_THIRD_PARTY:
            fields = put_status(ticket, Status.OPEN)
        _mark_told(ticket, side, told)
        save_changes(ticket, *fields, "beside")
        event = MessageTold(
            **ids(ticket),
            message_id=message.pk,
            side_id=side.pk,
            is_automatic=told.is_automatic,
            said_at=said_at,
            status_before=before,
            status=ticket.status,
            sealed={**message_seals(message, attachments), "said_by": Sealed.text(message.said_by)},
        )
        record_message(message, event, ticket=ticket, by=by)
        if not told.is_automatic:
            wake_for_answer(ticket, by=by)
    return message


def settle_side(side_id: int, *, by: Actor) -> SideConversation:
    """Nothing more is expected of it: it is folded away. Twice is once. Raises NotFound, NotAllowed."""
    return _put_open(side_id, is_open=False, by=by)


def reopen_side(side_id: int, *, by: Actor) -> SideConversation:
    """It goes on. Twice is once. Raises NotFound, NotAllowed."""
    return _put_open(side_id, is_open=True, by=by)


def side_for(side_id: int, *, by: Actor, lock: bool = False) -> tuple[SideConversation, Ticket]:
    """The side conversation with the ticket on whose page it goes on. Raises NotFound, also for what is out of sight."""
    side = SideConversation.objects.select_related("ticket").filter(pk=side_id).first()
    if side is None:
        raise NotFound
    ticket = ticket_for(by, end_of(side.ticket).number, lock=lock)
    if lock:
        side.refresh_from_db()
    return side, ticket


def customers_among(ticket: Ticket, addresses: tuple[str, ...]) -> list[str]:
    """Which of the addresses are the customer's, or of those who take part in the customer's conversation; of the
    customers of tickets that go on here too."""
    keys = {email_key(each): each for each in addresses}
    seats = Participant.objects.filter(ticket__in=whole_of(ticket)).values("contact")
    points = ContactPoint.objects.filter(key__in=list(keys), kind=ContactPoint.Kind.EMAIL)
    mine = points.filter(Q(contact__in=askers_of(ticket)) | Q(contact__in=seats))
    return [keys[key] for key in dict.fromkeys(mine.order_by("id").values_list("key", flat=True))]


def _ask(
    ticket: Ticket,
    side: SideConversation,
    text: str,
    people: tuple[str, ...],
    asking: Asking,
    quoted: str,
    *,
    by: Actor,
) -> Message:
    person = by if isinstance(by, Person) else None
    message = add_message(
        ticket,
        Kind.ASKED,
        person=person,
        side=side,
        text=text,
        quoted=quoted,
        to=list(people),
        channel="mail",
        delivery=Delivery.QUEUED,
    )
    attachments = attach_uploads(message, asking.uploads, by=by)
    attachments += copy_files(ticket, message, asking.attachments, person)
    before = ticket.status
    save_changes(ticket, *(put_status(ticket, Status.WAITING_THIRD_PARTY) if asking.waits else []))
    event = MessageAsked(
        **ids(ticket),
        message_id=message.pk,
        side_id=side.pk,
        person_id=person.pk if person else 0,
        status_before=before,
        status=ticket.status,
        sealed={**message_seals(message, attachments), "to": Sealed.text(", ".join(people))},
    )
    record_message(message, event, ticket=ticket, by=by)
    message.refresh_from_db()
    return message


def _checked_people(ticket: Ticket, addresses: tuple[str, ...], *, confirmed: bool) -> tuple[str, ...]:
    people = checked_addresses("to", addresses)
    if not people:
        raise Wrong("to", _("Whom do you want to ask? Write an e-mail address."))
    if len(people) > MOST_PEOPLE:
        raise Wrong("to", _("A side conversation has ten addresses at the most."))
    theirs = customers_among(ticket, people)
    if theirs and not confirmed:
        words = _("%(address)s belongs to the customer's side: they will read this.") % {"address": theirs[0]}
        raise NeedsConfirmation([Objection("customer-reads", words, "confirm")])
    return people


def _checked_words(asking: Asking) -> str:
    # a forward may speak for itself
    return checked_text(asking.text) if asking.text.strip() or not asking.forward else ""


def _mark_told(ticket: Ticket, side: SideConversation, told: Told) -> None:
    ticket.beside |= Beside.SIDES
    is_open = side.is_open or not told.is_automatic
    is_known = side.is_known or told.is_known
    if (is_open, is_known) != (side.is_open, side.is_known):
        side.is_open, side.is_known = is_open, is_known
        side.save(update_fields=["is_open", "is_known"])


def know_side(side: SideConversation) -> None:
    """The customer has written into it: nobody goes on as if it were hidden from them. Needs a transaction."""
    SideConversation.objects.filter(pk=side.pk).update(is_known=True)


def _put_open(side_id: int, *, is_open: bool, by: Actor) -> SideConversation:
    with transaction.atomic():
        side, ticket = side_for(side_id, by=by, lock=True)
        require(may_work(by))
        if side.is_open == is_open:
            return side
        side.is_open = is_open
        side.save(update_fields=["is_open"])
        event = SideReopened if is_open else SideSettled
        record(event(**ids(ticket), side_id=side.pk), by=by, chain=ticket.chain)
    return side


def _event_of(message: Message) -> MessageAsked:
    import json

    entry = Entry.objects.get(chain=message.ticket.chain_id, seq=message.entry_seq)
    event = event_from(entry.kind, json.loads(entry.content or "{}")["facts"])
    assert isinstance(event, MessageAsked)
    return event


def _new_key() -> str:
    return base64.b32encode(secrets.token_bytes(7)).decode().lower().rstrip("=")[:10]
