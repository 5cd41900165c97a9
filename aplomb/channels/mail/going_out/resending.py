"""Sending again what came back: the same mail, to those only whom it did not reach, under a Message-ID of its own."""

import re
from email.utils import format_datetime

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.channels.mail.going_out.compose import wire_address
from aplomb.channels.mail.models import ThreadMark, UndeliveredCopy
from aplomb.channels.mail.tokens import new_token, signing_key
from aplomb.customers.addresses import email_key
from aplomb.journal.actors import Actor
from aplomb.journal.models import OutgoingMail
from aplomb.journal.outbox.actions import Letter, post
from aplomb.journal.outbox.ways import way_of
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotFound, Refused
from aplomb.people.policies import require
from aplomb.tickets.actions.deliver import change_delivery
from aplomb.tickets.actions.reply import note_outgoing
from aplomb.tickets.errors import InBin
from aplomb.tickets.models import Delivery, Message
from aplomb.tickets.policies import may_work, ticket_for

_DATED = re.compile(rb"^Date:[^\r\n]*", re.M)
_NAMED = re.compile(rb"^Message-ID:[^\r\n]*", re.M | re.I)


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
        message = Message.objects.select_related("ticket", "outgoing").get(pk=message_id)
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
    header_id = f"<{new_token(ticket.number, signing_key())}@{before.sender.rpartition('@')[2]}>"
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
    ThreadMark.objects.create(header_id=header_id, ticket=ticket, message=message)
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
