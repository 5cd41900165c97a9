"""Answers and letters become mails: threaded, signed with a reply token, with the history quoted, put in the outbox."""

import datetime as dt
from dataclasses import dataclass

from babel.dates import format_datetime
from django.conf import settings
from django.db.models import Q, QuerySet
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
from aplomb.customers.addresses import email_key
from aplomb.customers.merged import end_of_contact, whole_contact_ids
from aplomb.customers.models import ContactPoint
from aplomb.journal.models import OutgoingMail as Outgoing
from aplomb.journal.outbox.actions import Letter, post
from aplomb.letters.rendering import language_for, render_signature
from aplomb.lib.prepared import prepared
from aplomb.lib.time import zone
from aplomb.people.errors import Wrong
from aplomb.people.models import Desk
from aplomb.tickets.actions.reply import note_outgoing
from aplomb.tickets.files import read_file
from aplomb.tickets.merged import apart_of, entries_of_all, origins_of
from aplomb.tickets.models import Attachment, Kind, Message, Ticket
from aplomb.tickets.numbers import subject_mark
from aplomb.tickets.values import values_of

REFERENCES_KEPT = 20
QUOTED_AT_MOST = 20_000

# Message-ID, the kind of its message, whether a machine wrote that
Mark = tuple[str, str | None, bool | None]


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
    return Message.objects.select_related("ticket__contact", "ticket__team", "person").filter(pk=message_id)


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
    content = composed(
        OutgoingMail(
            from_=Address(from_name(message, name), sender),
            to=to,
            cc=_named(message.cc, ticket),
            reply_to=_reply_to(mailbox, token, name),
            subject=_subject(ticket),
            text=message.text,
            quoted=quoted,
            signature=signature_of(message, mailbox),
            in_reply_to=in_reply_to,
            references=references,
            message_id=header_id,
            attachments=files_of(message),
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
            content=content,
            reference=f"message {message.pk}",
            chain_key=ticket.number,
        ),
        wait=wait,
    )
    note_outgoing(message.pk, mail)
    ThreadMark.objects.create(header_id=header_id, ticket=ticket, message=message)
    return mail


def composed(mail: OutgoingMail) -> bytes:
    """The mail as bytes. Raises Wrong for an address that cannot be written."""
    try:
        return compose_mail(mail)
    except BadAddress as error:
        raise Wrong("to", _("%(address)s is not an e-mail address.") % {"address": str(error)[:80]}) from error


def _subject(ticket: Ticket) -> str:
    mark = subject_mark(ticket.number)
    return ticket.subject if mark in ticket.subject else f"{ticket.subject} {mark}"


def from_name(message: Message, mailbox_name: str) -> str:
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
    points = ContactPoint.objects.filter(contact__in=whole_contact_ids(ticket.contact), value__in=addresses)
    own = set(points.values_list("value", flat=True))
    name = end_of_contact(ticket.contact).name
    return tuple(Address(name if each in own else "", each) for each in addresses)


def _thread(message: Message) -> tuple[str | None, tuple[str, ...]]:
    """In-Reply-To and References: the mails of this conversation that passed here, oldest first (RFC 5322 3.6.4)."""
    said_to = _said_to(message)
    newest = list(_newest_marks(said_to.marks)) if said_to else _marks(message.ticket_id)
    # what a machine wrote is not what is answered
    words = (header_id for header_id, kind, by_machine in newest if kind == Kind.CUSTOMER and not by_machine)
    said = next(words, None)
    if said is None and len(newest) > REFERENCES_KEPT:
        where = said_to.marks if said_to else Q(ticket=message.ticket_id)
        marks = ThreadMark.objects.filter(where, side=None, is_seen=True, message__kind=Kind.CUSTOMER)
        said = marks.filter(message__is_automatic=False).order_by("-id").values_list("header_id", flat=True).first()
    seen = [header_id for header_id, _kind, _by_machine in reversed(newest)]
    answered = said or (seen[-1] if seen else None)
    return answered, tuple(seen)


@prepared
def _marks(ticket_id: int) -> "QuerySet[ThreadMark, Mark]":
    return _newest_marks(Q(ticket=ticket_id))


def _newest_marks(where: Q) -> "QuerySet[ThreadMark, Mark]":
    marks = ThreadMark.objects.filter(where, side=None, is_seen=True).order_by("-id")
    return marks.values_list("header_id", "message__kind", "message__is_automatic")[: REFERENCES_KEPT + 1]


@dataclass(frozen=True)
class _SaidTo:
    """Which words and mails those whom a message goes to may know, where tickets go on in its own."""

    words: Q
    marks: Q


def _said_to(message: Message) -> _SaidTo | None:
    """None, and no query, for a plain ticket.

    The one who asked knows nothing of another customer who does not take part here, and that one, answered alone, nothing
    but what they said themselves.
    """
    ticket = message.ticket
    origins = origins_of(ticket)
    if not origins:
        return None
    shared = [ticket.pk, *(each.ticket_id for each in origins if each.is_shared)]
    apart = apart_of(ticket, origins)
    alone = _answered_alone(message, apart) if apart else frozenset()
    if alone:
        whole = [ticket.pk, *(each.ticket_id for each in origins)]
        return _SaidTo(Q(ticket__in=whole, contact__in=alone), Q(ticket__in=whole, message__contact__in=alone))
    return _SaidTo(Q(ticket__in=shared) & ~Q(contact__in=apart), Q(ticket__in=shared) & ~Q(message__contact__in=apart))


def _answered_alone(message: Message, apart: frozenset[int]) -> frozenset[int]:
    """Who of those apart gets this message; nobody where the one who asked gets it too."""
    keys = [email_key(each) for each in (*message.to, *message.cc)]
    points = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL, key__in=keys)
    ids = entries_of_all(points.values_list("contact_id", flat=True))
    return frozenset() if ids & set(whole_contact_ids(message.ticket.contact)) else apart & ids


def signature_of(message: Message, mailbox: Mailbox | None) -> str:
    """What stands under a mail, in its customer's language: the writer's, the team's, the mailbox's or the desk's."""
    ticket = message.ticket
    language = language_for(ticket.language, ticket.contact.language, mailbox.language if mailbox else "")
    return render_signature(
        language,
        values_of(ticket, language, person=message.person, mailbox_name=mailbox.name if mailbox else ""),
        person_id=message.person_id,
        team_id=ticket.team_id,
        mailbox_id=mailbox.pk if mailbox else None,
        mailbox_text=mailbox.signature if mailbox else "",
    )


def _history(message: Message) -> QuotedHistory | None:
    """The customer's last word before this answer, to stand quoted below it."""
    said_to = _said_to(message)
    said = _said_on(said_to.words, message.pk) if said_to else _said_before(message.ticket_id, message.pk)
    before = next(iter(said), None)
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
    return _said_on(Q(ticket=ticket_id), message_id)


def _said_on(where: Q, message_id: int) -> QuerySet[Message]:
    # what was split off is answered elsewhere
    found = Message.objects.filter(where, pk__lt=message_id, kind=Kind.CUSTOMER, is_automatic=False, split_to=None)
    return found.select_related("contact__organisation").order_by("-id")[:1]


def files_of(message: Message) -> tuple[ComposedFile, ...]:
    """The message's files, to be attached. Raises OSError."""
    return tuple(ComposedFile(name, kind, read_file(path)) for name, kind, path in _file_rows(message.pk))


@prepared
def _file_rows(message_id: int) -> QuerySet[Attachment, tuple[str, str, str]]:
    return Attachment.objects.filter(message=message_id).order_by("id").values_list("name", "type", "path")
