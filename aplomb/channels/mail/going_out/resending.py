"""Sending again what came back: the same mail, to those only whom it did not reach, under a Message-ID of its own."""

import re
from email.utils import format_datetime

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.channels.mail.going_out.compose import wire_address
from aplomb.channels.mail.models import ThreadMark, UndeliveredCopy
from aplomb.channels.mail.tokens import new_side_token, new_token, signing_key
from aplomb.customers.actions import contact_for_address
from aplomb.customers.addresses import email_key
from aplomb.journal.actors import SYSTEM, Actor
from aplomb.journal.events import Sealed
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox.actions import Letter, post
from aplomb.journal.outbox.ways import way_of
from aplomb.journal.recording import record
from aplomb.lib.text import clean_text
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotFound, Refused, Wrong
from aplomb.people.models import Person
from aplomb.people.policies import require
from aplomb.tickets.actions.deliver import change_delivery
from aplomb.tickets.actions.receive import seat
from aplomb.tickets.actions.reply import checked_addresses, note_outgoing
from aplomb.tickets.actions.writing import check_stands
from aplomb.tickets.errors import InBin
from aplomb.tickets.events import MessageSentAgain
from aplomb.tickets.models import Delivery, Kind, Message
from aplomb.tickets.policies import may_work, ticket_for

_DATED = re.compile(rb"^Date:[^\r\n]*", re.M)
_NAMED = re.compile(rb"^Message-ID:[^\r\n]*", re.M | re.I)
# a field with the lines that it goes on in (RFC 5322 section 2.2.3)
_TO = re.compile(rb"^To:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.M)
_COPIED = re.compile(rb"^Cc:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*", re.M)

LONGEST_REASON = 200


def send_again(message_id: int, *, by: Actor) -> OutgoingMail:
    """Post a mail that left and came back anew, to the addresses that it did not reach for good. It leaves at once.

    Once for what came back: until something comes back again there is nothing to send. Raises NotFound, NotAllowed,
    InBin, Refused (nothing came back, it is on its way already, its text was erased, no server is set).
    """
    with transaction.atomic():
        found = Message.objects.select_related("ticket").filter(pk=message_id).first()
        if found is None:
            raise NotFound
        ticket = ticket_for(by, found.ticket.number, lock=True)
        require(may_work(by))
        if ticket.is_binned:
            raise InBin
        # read under the ticket's lock: of two who press the button at once one finds nothing left to do
        message = Message.objects.select_related("ticket", "outgoing", "side").get(pk=message_id)
        before = message.outgoing
        lost = _lost(message)
        if before is None or before.state != OutgoingMail.State.SENT or not lost:
            raise Refused(
                _("Nothing was sent: nothing of this mail has come back, or it is on its way again."), "too-late"
            )
        content = bytes(before.content)
        if not content or message.changed:
            raise Refused(_("Nothing was sent: the text of this mail was erased or redacted."), "erased")
        if way_of(before.sender) is None:
            raise Refused(_("Nothing was done: no outgoing server is set, or the mail has moved on."), "too-late")
        return _post(message, before, content, lost, by=by)


def _lost(message: Message) -> tuple[str, ...]:
    """The addresses of the message that it did not reach for good, as they were written, each once."""
    keys = set(UndeliveredCopy.objects.filter(message=message, is_final=True).values_list("address", flat=True))
    went_to = {email_key(each): each for each in (*message.cc, *message.to)}
    return tuple(wire_address(address) for key, address in went_to.items() if key in keys)


def _post(message: Message, before: OutgoingMail, content: bytes, lost: tuple[str, ...], *, by: Actor) -> OutgoingMail:
    ticket = message.ticket
    side = message.side
    token = new_side_token(side.key, signing_key()) if side else new_token(ticket.number, signing_key())
    header_id = f"<{token}@{before.sender.rpartition('@')[2]}>"
    mail = post(
        Letter(
            purpose=OutgoingMail.AGAIN,
            sender=before.sender,
            recipients=lost,
            subject=before.subject,
            message_id=header_id,
            content=_anew(content, header_id),
            reference=before.reference,
            chain_key=before.chain_key,
        )
    )
    note_outgoing(message.pk, mail)
    ThreadMark.objects.create(header_id=header_id, ticket=ticket, message=message, side=side)
    # what comes back of the new mail is told anew
    UndeliveredCopy.objects.filter(message=message, address__in=[email_key(each) for each in lost]).delete()
    change_delivery(message, Delivery.QUEUED, by=by)
    return mail


def _anew(content: bytes, header_id: str) -> bytes:
    """The same mail with another Message-ID and today's date: whoever got the first takes the second for no copy of it."""
    header, blank, body = content.partition(b"\r\n\r\n")
    header = _NAMED.sub(b"Message-ID: " + header_id.encode("ascii"), header, count=1)
    header = _DATED.sub(b"Date: " + format_datetime(utc_now()).encode("ascii"), header, count=1)
    return header + blank + body


def send_anew(message_id: int, *, to: str, reason: str, by: Actor) -> OutgoingMail:
    """Send an answer that has left once more, as it was, to the same or another address. It leaves at once.

    The one who does it says why: that is how twice is meant. Raises NotFound, NotAllowed, InBin, Wrong (no address, no
    reason), Refused (it has not left, its text was erased, no server is set).
    """
    with transaction.atomic():
        found = Message.objects.select_related("ticket").filter(pk=message_id, kind=Kind.REPLY).first()
        if found is None:
            raise NotFound
        ticket = ticket_for(by, found.ticket.number, lock=True)
        require(may_work(by))
        check_stands(ticket)
        message = Message.objects.select_related("ticket", "outgoing", "side").get(pk=message_id)
        reason = " ".join(clean_text(reason).split())[:LONGEST_REASON]
        if not reason:
            raise Wrong("reason", _("Say why it is sent a second time."))
        recipients = checked_addresses("to", (to,))
        if not recipients:
            raise Wrong("to", _("Where does it go? Write an e-mail address."))
        before = message.outgoing
        if before is None or before.state != OutgoingMail.State.SENT:
            raise Refused(_("Nothing was sent: this mail has not left yet, or is on its way again."), "too-late")
        content = bytes(before.content)
        if not content or message.changed:
            raise Refused(_("Nothing was sent: the text of this mail was erased or redacted."), "erased")
        if way_of(before.sender) is None:
            raise Refused(_("Nothing was done: no outgoing server is set, or the mail has moved on."), "too-late")
        _seat_new(message, recipients, by=by)
        mail = _post(message, before, _addressed(content, recipients), tuple(map(wire_address, recipients)), by=by)
        _tell_twice(message, recipients, reason, by=by)
    return mail


def _seat_new(message: Message, recipients: tuple[str, ...], *, by: Actor) -> None:
    """Whoever is written to for the first time takes part, so that their answer belongs here; the page names them."""
    known = {email_key(each) for each in (*message.to, *message.cc)}
    added = [each for each in recipients if email_key(each) not in known]
    for address in added:
        seat(message.ticket, contact_for_address(address, by=SYSTEM), by=by)
    if added:
        message.cc = [*message.cc, *added]
        message.save(update_fields=["cc"])


def _tell_twice(message: Message, recipients: tuple[str, ...], reason: str, *, by: Actor) -> None:
    ticket = ticket_for(SYSTEM, message.ticket.number, lock=True)
    event = MessageSentAgain(
        ticket_id=ticket.pk,
        number=ticket.number,
        message_id=message.pk,
        person_id=by.pk if isinstance(by, Person) else 0,
        sealed={"to": Sealed.text(", ".join(recipients)), "reason": Sealed.text(reason)},
    )
    record(event, by=by, chain=ticket.chain)


def _addressed(content: bytes, recipients: tuple[str, ...]) -> bytes:
    """The same mail, to these and nobody else in its header."""
    header, blank, body = content.partition(b"\r\n\r\n")
    header = _COPIED.sub(b"", header + b"\r\n")
    line = b"To: " + ", ".join(map(wire_address, recipients)).encode() + b"\r\n"
    header = _TO.sub(lambda _found: line, header, count=1)
    return header.removesuffix(b"\r\n") + blank + body
