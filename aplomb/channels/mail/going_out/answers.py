"""Answers and letters become mails: threaded, signed with a reply token, with the history quoted, put in the outbox."""

import datetime as dt

from babel.dates import format_datetime
from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from aplomb.channels.mail.addressing import mailbox_of
from aplomb.channels.mail.going_out.compose import (
    BadAddress,
    ComposedFile,
    OutgoingMail,
    QuotedHistory,
    compose_mail,
    wire_address,
)
from aplomb.channels.mail.models import Mailbox, ThreadMark
from aplomb.channels.mail.reading.parse import Address
from aplomb.channels.mail.tokens import new_token, signing_key
from aplomb.customers.models import ContactPoint
from aplomb.journal.models import OutgoingMail as Outgoing
from aplomb.journal.outbox.actions import Letter, post
from aplomb.lib.prepared import prepared
from aplomb.lib.time import zone
from aplomb.people.errors import Wrong
from aplomb.people.models import Desk
from aplomb.tickets.actions.reply import note_outgoing
from aplomb.tickets.files import read_file
from aplomb.tickets.models import Attachment, Kind, Message, Ticket
from aplomb.tickets.numbers import subject_mark

REFERENCES_KEPT = 20
QUOTED_AT_MOST = 20_000


def post_reply(message_id: int) -> Outgoing:
    """The mail of a person's answer; it leaves when the time for undoing is over."""
    message = _message(message_id)
    return _post(
        message,
        purpose="reply",
        wait=dt.timedelta(seconds=settings.UNDO_SECONDS),
        quoted=_history(message),
        auto_submitted=None,
    )


def post_letter(message_id: int) -> Outgoing:
    """The mail of a letter that the desk itself writes; it says that it is automatic (RFC 3834)."""
    message = _message(message_id)
    return _post(message, purpose="letter", wait=dt.timedelta(), quoted=None, auto_submitted="auto-replied")


def _message(message_id: int) -> Message:
    [message] = _messages(message_id)
    return message


@prepared
def _messages(message_id: int) -> QuerySet[Message]:
    return Message.objects.select_related("ticket__contact", "person").filter(pk=message_id)


def _post(
    message: Message,
    *,
    purpose: str,
    wait: dt.timedelta,
    quoted: QuotedHistory | None,
    auto_submitted: str | None,
) -> Outgoing:
    ticket = message.ticket
    mailbox = mailbox_of(ticket.pk)
    sender, name = (mailbox.address, mailbox.name) if mailbox else (settings.DEFAULT_FROM_EMAIL, "")
    token = new_token(ticket.number, signing_key())
    in_reply_to, references = _thread(message)
    header_id = f"<{token}@{sender.rpartition('@')[2]}>"
    to = _named(message.to, ticket)
    composed = _composed(
        OutgoingMail(
            from_=Address(_from_name(message, name), sender),
            to=to,
            cc=_named(message.cc, ticket),
            reply_to=_reply_to(mailbox, token, name),
            subject=_subject(ticket),
            text=message.text,
            quoted=quoted,
            signature=_signature(message, mailbox),
            in_reply_to=in_reply_to,
            references=references,
            message_id=header_id,
            attachments=_files(message),
            auto_submitted=auto_submitted,
            language=ticket.language or (mailbox.language if mailbox else "en"),
        )
    )
    mail = post(
        Letter(
            purpose=purpose,
            sender=sender,
            # in ASCII where only the domain is of another alphabet: not every server knows SMTPUTF8
            recipients=tuple(wire_address(each) for each in (*message.to, *message.cc)),
            subject=_subject(ticket),
            message_id=header_id,
            content=composed,
            reference=f"message {message.pk}",
            chain_key=ticket.number,
        ),
        wait=wait,
    )
    note_outgoing(message.pk, mail)
    ThreadMark.objects.create(header_id=header_id, ticket=ticket, message=message)
    return mail


def _composed(mail: OutgoingMail) -> bytes:
    try:
        return compose_mail(mail)
    except BadAddress as error:
        raise Wrong("to", _("%(address)s is not an e-mail address.") % {"address": str(error)[:80]}) from error


def _subject(ticket: Ticket) -> str:
    mark = subject_mark(ticket.number)
    return ticket.subject if mark in ticket.subject else f"{ticket.subject} {mark}"


def _from_name(message: Message, mailbox_name: str) -> str:
    """The work name of who writes, with the desk's: the customer sees both."""
    if message.person is None:
        return mailbox_name
    return f"{message.person.work_name} ({mailbox_name})" if mailbox_name else message.person.work_name


def _reply_to(mailbox: Mailbox | None, token: str, name: str) -> tuple[Address, ...]:
    if mailbox is None or not mailbox.has_plus:
        return ()
    local, _at, domain = mailbox.address.rpartition("@")
    return (Address(name, f"{local}+{token}@{domain}"),)


def _named(addresses: list[str], ticket: Ticket) -> tuple[Address, ...]:
    own = set(
        ContactPoint.objects.filter(contact=ticket.contact_id, value__in=addresses).values_list("value", flat=True)
    )
    return tuple(Address(ticket.contact.name if each in own else "", each) for each in addresses)


def _thread(message: Message) -> tuple[str | None, tuple[str, ...]]:
    """In-Reply-To and References: the mails of this conversation that passed here, oldest first (RFC 5322 3.6.4)."""
    newest = _marks(message.ticket_id)
    said = next((header_id for header_id, kind in newest if kind == Kind.CUSTOMER), None)
    if said is None and len(newest) > REFERENCES_KEPT:
        marks = ThreadMark.objects.filter(ticket=message.ticket_id, is_seen=True).order_by("-id")
        said = marks.filter(message__kind=Kind.CUSTOMER).values_list("header_id", flat=True).first()
    seen = [header_id for header_id, _kind in reversed(newest)]
    answered = said or (seen[-1] if seen else None)
    return answered, tuple(seen)


@prepared
def _marks(ticket_id: int) -> QuerySet[ThreadMark, tuple[str, str | None]]:
    marks = ThreadMark.objects.filter(ticket=ticket_id, is_seen=True).order_by("-id")
    return marks.values_list("header_id", "message__kind")[: REFERENCES_KEPT + 1]


def _signature(message: Message, mailbox: Mailbox | None) -> str:
    lines = []
    if message.person is not None:
        lines.append(message.person.work_name)
    if mailbox is not None:
        lines.append(mailbox.signature.strip() or mailbox.name)
    return "\n".join(lines)


def _history(message: Message) -> QuotedHistory | None:
    """The customer's last word before this answer, to stand quoted below it."""
    before = next(iter(_said_before(message.ticket_id, message.pk)), None)
    if before is None or not before.text.strip():
        return None
    language = message.ticket.language or "en"
    contact = message.ticket.contact
    desk = Desk.objects.first()
    zone_name = contact.zone_name or (desk.time_zone if desk else "UTC")
    when = format_datetime(before.sent_at.astimezone(zone(zone_name)), "d MMM yyyy, HH:mm", locale=language)
    who = before.contact.name if before.contact is not None else ""
    with translation.override(language):
        line = _("On %(when)s, %(who)s wrote:") % {"when": when, "who": who or _("you")}
    return QuotedHistory(line=line, text=before.text[:QUOTED_AT_MOST])


@prepared
def _said_before(ticket_id: int, message_id: int) -> QuerySet[Message]:
    found = Message.objects.filter(ticket=ticket_id, pk__lt=message_id, kind=Kind.CUSTOMER)
    return found.select_related("contact__organisation").order_by("-id")[:1]


def _files(message: Message) -> tuple[ComposedFile, ...]:
    return tuple(ComposedFile(name, kind, read_file(path)) for name, kind, path in _file_rows(message.pk))


@prepared
def _file_rows(message_id: int) -> QuerySet[Attachment, tuple[str, str, str]]:
    return Attachment.objects.filter(message=message_id).order_by("id").values_list("name", "type", "path")
