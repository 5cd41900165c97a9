"""From stored bytes to a message on a ticket: parse, know the sender, find the ticket, apply; once, whatever happens.

stored → applied                a message on its ticket
stored → duplicate              the same Message-ID and body came before
stored → parked                 it cannot be read: the reason is shown, a person retries
"""

import hashlib

import structlog
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from aplomb.channels.mail.headers import Address
from aplomb.channels.mail.matching import Match, find_ticket
from aplomb.channels.mail.models import IncomingMail, Mailbox, ThreadMark, TicketMailbox
from aplomb.channels.mail.parse import ParsedMail, Unparsable, parse_mail
from aplomb.channels.mail.storing import mailbox_at, raw_bytes
from aplomb.customers.actions import contact_for_address
from aplomb.customers.addresses import email_key, looks_like_email
from aplomb.customers.models import Contact
from aplomb.journal.actors import MAIL
from aplomb.lib.prepared import prepared
from aplomb.lib.text import clean_text
from aplomb.people.errors import Refused
from aplomb.reading.language import detect
from aplomb.tickets.actions.open import Opening
from aplomb.tickets.actions.receive import Incoming, receive_first_message, receive_message
from aplomb.tickets.actions.writing import IncomingFile
from aplomb.tickets.models import Message

log = structlog.get_logger()

State = IncomingMail.State
TRIES = 5
MARKS_KEPT = 20


def apply(mail_id: int) -> None:
    """Read one stored mail. Safe to repeat: a mail that is not waiting is left alone.

    What no retry can mend parks the mail at once; anything else is raised until the tries are used up, then parks too.
    """
    found = _stored(mail_id)
    if not found:
        return
    mail = found[0]
    try:
        parsed = parse_mail(raw_bytes(mail))
        _apply(mail, parsed)
    except (Unparsable, Refused) as error:
        park(mail, str(error))
    except Exception as error:
        attempts = mail.attempts + 1
        IncomingMail.objects.filter(pk=mail.pk).update(attempts=attempts)
        if attempts < TRIES:
            raise
        log.exception("mail parked", mail=mail.pk)
        park(mail, f"{type(error).__name__}: {error}")


@prepared
def _stored(mail_id: int) -> QuerySet[IncomingMail]:
    return IncomingMail.objects.select_related("mailbox").filter(pk=mail_id, state=State.STORED)


@prepared
def _locked(mail_id: int) -> QuerySet[IncomingMail, int]:
    found = IncomingMail.objects.select_for_update().filter(pk=mail_id, state=State.STORED)
    return found.values_list("pk", flat=True)


@prepared
def _like(header_id: str, digest: str, but: int) -> QuerySet[IncomingMail]:
    found = IncomingMail.objects.filter(header_id=header_id, digest=digest, state=State.APPLIED)
    return found.exclude(pk=but)[:1]


def park(mail: IncomingMail, reason: str) -> None:
    """Keep it visible with its reason."""
    IncomingMail.objects.filter(pk=mail.pk, state=State.STORED).update(
        state=State.PARKED, reason=(clean_text(reason) or "unknown")[:500]
    )


def body_digest(parsed: ParsedMail) -> str:
    """What makes two copies of a mail the same beside its Message-ID: subject, text and files."""
    digest = hashlib.sha256()
    for part in (parsed.subject, parsed.text):
        digest.update(part.encode("utf-8", "replace") + b"\x00")
    for file in parsed.attachments:
        digest.update(hashlib.sha256(file.content).digest())
    return digest.hexdigest()


def _apply(mail: IncomingMail, parsed: ParsedMail) -> None:
    digest = body_digest(parsed)
    mail.header_id = (parsed.message_id or "")[:255]
    mail.digest, mail.subject = digest, parsed.subject[:255]
    mail.sender = (parsed.sender.address if parsed.sender else "")[:320]
    mailbox = mail.mailbox or _mailbox_of(mail, parsed)
    try:
        with transaction.atomic():
            if not _locked(mail.pk):
                return
            if (before := _came_before(mail)) is not None:
                _settle_duplicate(mail, before)
                return
            contact = _contact_of(mail, parsed)
            match = find_ticket(parsed, list(mail.envelope_to), contact)
            message = _take_in(mail, parsed, match, contact, mailbox)
            mail.ticket, mail.message, mail.mailbox = message.ticket, message, mailbox
            mail.signal, mail.suggestion = match.signal, match.suggestion
            _settle(mail, State.APPLIED)
            _mark_thread(message, parsed, mailbox)
    except IntegrityError:
        # another process applied the same mail in this moment
        before = _came_before(mail)
        if before is None:
            raise
        _settle_duplicate(mail, before)


def _settle(mail: IncomingMail, state: IncomingMail.State) -> None:
    mail.state = state
    mail.save(
        update_fields=[
            "state",
            "header_id",
            "digest",
            "subject",
            "sender",
            "ticket",
            "message",
            "mailbox",
            "signal",
            "suggestion",
        ]
    )


def _settle_duplicate(mail: IncomingMail, before: IncomingMail) -> None:
    """It says what the other says: it is seen by whom that one is seen by, and forgotten with it."""
    mail.ticket_id, mail.message_id = before.ticket_id, before.message_id
    _settle(mail, State.DUPLICATE)


def _came_before(mail: IncomingMail) -> IncomingMail | None:
    if not mail.header_id:
        return None
    return next(iter(_like(mail.header_id, mail.digest, mail.pk)), None)


def _mailbox_of(mail: IncomingMail, parsed: ParsedMail) -> Mailbox | None:
    """The mailbox that the envelope or the headers name, else the first one in use."""
    boxes = {email_key(box.address): box for box in Mailbox.objects.filter(is_active=True)}
    headers = [each.address for each in (*parsed.to, *parsed.cc)]
    named = mailbox_at([*mail.envelope_to, *parsed.recipients_seen, *headers], boxes)
    return named or next(iter(boxes.values()), None)


def _contact_of(mail: IncomingMail, parsed: ParsedMail) -> Contact:
    """Who wrote: From, else Reply-To, else the envelope. Raises Unparsable where nobody can be named."""
    candidates = [(parsed.sender.address, parsed.sender.name)] if parsed.sender else []
    candidates += [(each.address, each.name) for each in parsed.reply_to]
    candidates.append((mail.envelope_from, ""))
    for address, name in candidates:
        if looks_like_email(address):
            language = detect(parsed.new_text or parsed.subject) or ""
            return contact_for_address(address, by=MAIL, name=name, language=language)
    raise Unparsable("nobody can be named as its sender: neither From, Reply-To nor the envelope has an address")


def _take_in(
    mail: IncomingMail, parsed: ParsedMail, match: Match, contact: Contact, mailbox: Mailbox | None
) -> Message:
    incoming = Incoming(
        text=parsed.new_text or parsed.text,
        quoted=_rest(parsed),
        html=parsed.html or "",
        channel="mail",
        said_at=mail.received_at,
        to=tuple(each.address for each in parsed.to[:100]),
        cc=tuple(each.address for each in parsed.cc[:100]),
        answer_to=_answer_to(parsed),
        is_automatic=parsed.automatic.is_automatic or parsed.bounce.is_bounce,
        files=tuple(
            IncomingFile(
                name=file.name or "file",
                type=file.type,
                content=file.content,
                is_inline=file.inline,
                content_id=file.content_id or "",
            )
            for file in parsed.attachments
        ),
    )
    if match.ticket is not None:
        return receive_message(match.ticket, contact, incoming, by=contact)
    opening = Opening(
        subject=parsed.subject,
        contact=contact,
        channel="mail",
        language=contact.language or (mailbox.language if mailbox else ""),
        team=mailbox.team if mailbox else None,
    )
    return receive_first_message(opening, incoming, by=contact)


def _answer_to(parsed: ParsedMail) -> str:
    """Reply-To where it names one address, else From (RFC 5322 section 3.6.2); empty where neither is an address."""
    named: list[Address] = list(parsed.reply_to) if len(parsed.reply_to) == 1 else []
    if parsed.sender is not None:
        named.append(parsed.sender)
    return next((each.address[:320] for each in named if looks_like_email(each.address)), "")


def _rest(parsed: ParsedMail) -> str:
    """What stood below the new text, whole."""
    if not parsed.new_text or parsed.new_text == parsed.text:
        return ""
    head = parsed.text.find(parsed.new_text)
    if head != 0:
        return parsed.text
    return parsed.text[len(parsed.new_text) :].lstrip("\n")


def _mark_thread(message: Message, parsed: ParsedMail, mailbox: Mailbox | None) -> None:
    marks = []
    if parsed.message_id:
        marks.append(ThreadMark(header_id=parsed.message_id[:255], ticket_id=message.ticket_id, message=message))
    referred = dict.fromkeys([*parsed.in_reply_to, *parsed.references[-MARKS_KEPT:]])
    marks += [
        ThreadMark(header_id=each[:255], ticket_id=message.ticket_id, is_seen=False)
        for each in referred
        if each != parsed.message_id
    ]
    ThreadMark.objects.bulk_create(marks, ignore_conflicts=True)
    if mailbox is not None:
        # the first mailbox stays
        TicketMailbox.objects.bulk_create(
            [TicketMailbox(ticket_id=message.ticket_id, mailbox=mailbox)], ignore_conflicts=True
        )
