"""Questions to somebody outside become mails: a thread of their own, in which nothing leads to the customer's.

Its Message-IDs and reply address carry the side conversation's own word; References name its own mails alone; the subject has
no ticket's number; what is quoted below was said in it, or chosen to go along.
"""

import datetime as dt

from babel.dates import format_datetime
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from aplomb.channels.mail.addressing import mailbox_of
from aplomb.channels.mail.going_out.answers import (
    QUOTED_AT_MOST,
    REFERENCES_KEPT,
    composed,
    files_of,
    from_name,
    signature_of,
)
from aplomb.channels.mail.going_out.compose import OutgoingMail, QuotedHistory, wire_address
from aplomb.channels.mail.models import Mailbox, ThreadMark
from aplomb.channels.mail.reading.parse import Address
from aplomb.channels.mail.tokens import new_side_token, signing_key
from aplomb.journal.models import OutgoingMail as Outgoing
from aplomb.journal.outbox.actions import Letter, post
from aplomb.lib.time import zone
from aplomb.people.models import Desk
from aplomb.tickets.actions.reply import note_outgoing
from aplomb.tickets.models import Delivery, Kind, Message, SideConversation


def post_asked(message_id: int) -> Outgoing:
    """The mail of a question; it leaves when the time for undoing is over. Raises Wrong, OSError."""
    message = Message.objects.select_related("ticket", "person", "side").get(pk=message_id)
    side = message.side
    assert side is not None
    mailbox = mailbox_of(message.ticket_id)
    sender, name = (mailbox.address, mailbox.name) if mailbox else (settings.DEFAULT_FROM_EMAIL, "")
    token = new_side_token(side.key, signing_key())
    header_id = f"<{token}@{sender.rpartition('@')[2]}>"
    before = _said_before(message, side)
    references = _references(side)
    subject = f"Re: {side.subject}" if references else side.subject
    content = composed(
        OutgoingMail(
            from_=Address(from_name(message, name), sender),
            to=tuple(Address("", each) for each in message.to),
            cc=(),
            reply_to=_reply_to(mailbox, token, name),
            subject=subject,
            text=_text(message, mailbox),
            quoted=_history(before, side) if before is not None and not message.quoted else None,
            signature="" if message.quoted else signature_of(message, mailbox),
            in_reply_to=_answered(before, references),
            references=references,
            message_id=header_id,
            attachments=files_of(message),
            auto_submitted=None,
            language=side.language or (mailbox.language if mailbox else "en"),
        )
    )
    mail = post(
        Letter(
            purpose="question",
            sender=sender,
            recipients=tuple(wire_address(each) for each in message.to),
            subject=subject,
            message_id=header_id,
            content=content,
            reference=f"message {message.pk}",
            chain_key=message.ticket.number,
        ),
        wait=dt.timedelta(seconds=settings.UNDO_SECONDS),
    )
    note_outgoing(message.pk, mail)
    ThreadMark.objects.create(header_id=header_id, ticket=message.ticket, message=message, side=side)
    return mail


def _text(message: Message, mailbox: Mailbox | None) -> str:
    """What is forwarded stands below the signature, as mail programs have it."""
    if not message.quoted:
        return message.text
    signature = signature_of(message, mailbox)
    return "\n\n".join(
        part for part in (message.text, f"-- \n{signature}" if signature else "", message.quoted) if part
    )


def _said_before(message: Message, side: SideConversation) -> Message | None:
    found = Message.objects.filter(side=side, kind=Kind.TOLD, is_automatic=False, pk__lt=message.pk)
    return found.order_by("-id").first()


def _references(side: SideConversation) -> tuple[str, ...]:
    marks = ThreadMark.objects.filter(side=side, is_seen=True)
    marks = marks.exclude(message__delivery__in=[Delivery.WITHDRAWN, Delivery.DISCARDED]).order_by("-id")
    return tuple(reversed(marks.values_list("header_id", flat=True)[:REFERENCES_KEPT]))


def _answered(before: Message | None, references: tuple[str, ...]) -> str | None:
    if before is not None:
        found = ThreadMark.objects.filter(message=before, is_seen=True).values_list("header_id", flat=True).first()
        if found is not None:
            return found
    return references[-1] if references else None


def _history(before: Message, side: SideConversation) -> QuotedHistory | None:
    """The last word of those who were asked."""
    if not before.text.strip():
        return None
    language = side.language or "en"
    desk = Desk.objects.first()
    local = before.sent_at.astimezone(zone(desk.time_zone if desk else "UTC"))
    when = format_datetime(local, "d MMM yyyy, HH:mm", locale=language)
    with translation.override(language):
        line = _("On %(when)s, %(who)s wrote:") % {"when": when, "who": before.said_by}
    return QuotedHistory(line=line, text=before.text[:QUOTED_AT_MOST])


def _reply_to(mailbox: Mailbox | None, token: str, name: str) -> tuple[Address, ...]:
    if mailbox is None or not mailbox.has_plus:
        return ()
    local, _at, domain = mailbox.address.rpartition("@")
    return (Address(name, f"{local}+{token}@{domain}"),)
