"""From stored bytes to a message on a ticket: parse, know the sender, find the ticket, apply; once, whatever happens.

stored → applied                a message on its ticket
stored → duplicate              the same Message-ID and body came before
stored → parked                 it cannot be read: the reason is shown, a person retries
stored → held                   a person decides: a loop, spam, no proof (holding.py)

A trouble of the house (database, disk) is nothing that the mail has done: it is tried again until the house is well.
"""

import contextlib
import datetime as dt
import errno

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from aplomb.channels.mail.addressing import Place, names_us, our_addresses, place_at, places
from aplomb.channels.mail.coming_in import forwarding, loops, sidemail, staffmail, undelivered
from aplomb.channels.mail.coming_in.copies import body_digest, came_before, identities, own_mail
from aplomb.channels.mail.coming_in.matching import Match, find_ticket
from aplomb.channels.mail.coming_in.said import answer_to_in, files_in, rest_in
from aplomb.channels.mail.coming_in.traits import keep_traits
from aplomb.channels.mail.going_out import trialmail
from aplomb.channels.mail.holding import Check, Held, first_reason
from aplomb.channels.mail.models import IncomingMail, Mailbox, ThreadMark, TicketMailbox
from aplomb.channels.mail.proof import blocking, evidence, spam, viruses
from aplomb.channels.mail.rawmail import raw_bytes
from aplomb.channels.mail.reading.automatic import is_machine
from aplomb.channels.mail.reading.headers import Address
from aplomb.channels.mail.reading.parse import ParsedMail, Unparsable, parse_mail
from aplomb.customers.actions import contact_for_address
from aplomb.customers.addresses import looks_like_email
from aplomb.customers.models import Contact
from aplomb.journal.actors import MAIL
from aplomb.lib.prepared import prepared
from aplomb.lib.text import clean_text
from aplomb.lib.time import utc_now
from aplomb.people.errors import Refused
from aplomb.reading.language import detect
from aplomb.tickets.actions.open import Opening
from aplomb.tickets.actions.receive import Incoming, receive_first_message, receive_message
from aplomb.tickets.models import Message, SideConversation

log = structlog.get_logger()

State = IncomingMail.State
TRIES = 5
MARKS_KEPT = 20
# a mail that waits for so long may be the one that ends whoever reads it: its tries are counted before they are made
LATE = dt.timedelta(minutes=5)
# a trouble of the house that lasts longer than this is counted too
OUTAGE_LASTS = dt.timedelta(days=1)
_HOUSE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES}
)
# who may want a mail held back, in this order; the first reason counts
CHECKS: tuple[Check, ...] = (blocking.why_held, viruses.why_held, spam.why_held, loops.why_held)


def apply(mail_id: int) -> None:
    """Read one stored mail. Safe to repeat: a mail that is not waiting is left alone.

    What no retry can mend parks the mail at once; anything else is raised until the tries are used up, then parks too.
    """
    found = _stored(mail_id)
    if not found:
        return
    # what is written down of it, such as why it waits, is in the language of its mailbox
    with translation.override(found[0].mailbox.language if found[0].mailbox else None):
        _read(found[0])


def _read(mail: IncomingMail) -> None:
    is_counted = utc_now() - mail.received_at > LATE
    if is_counted and not _count_try(mail):
        return
    try:
        content = raw_bytes(mail)
        if not trialmail.is_put_aside(mail, content):
            _apply(mail, parse_mail(content), content)
    except (Unparsable, Refused) as error:
        park(mail, str(error))
    except Exception as error:
        if not _is_given_up(mail, error, is_counted=is_counted):
            raise
        log.exception("mail parked", mail=mail.pk)


@prepared
def _stored(mail_id: int) -> QuerySet[IncomingMail]:
    return IncomingMail.objects.select_related("mailbox").filter(pk=mail_id, state=State.STORED)


def _count_try(mail: IncomingMail) -> bool:
    """Count a try before it is made: a mail that ends the process that reads it is not read for ever. False: it is parked."""
    IncomingMail.objects.filter(pk=mail.pk, state=State.STORED).update(attempts=F("attempts") + 1)
    mail.attempts += 1
    if mail.attempts <= TRIES:
        return True
    park(mail, _("Reading it was cut short %(count)s times.") % {"count": mail.attempts - 1})
    return False


def _is_given_up(mail: IncomingMail, error: Exception, *, is_counted: bool) -> bool:
    """Count the try against the mail, and park it after the last; a trouble of the house is not counted for a day."""
    if _is_outage(error) and utc_now() - mail.received_at < OUTAGE_LASTS:
        if is_counted:
            with contextlib.suppress(OperationalError, InterfaceError):
                IncomingMail.objects.filter(pk=mail.pk, attempts__gt=0).update(attempts=F("attempts") - 1)
        return False
    attempts = mail.attempts if is_counted else mail.attempts + 1
    if attempts < TRIES:
        IncomingMail.objects.filter(pk=mail.pk).update(attempts=attempts)
        return False
    park(mail, f"{type(error).__name__}: {error}")
    return True


def _is_outage(error: Exception) -> bool:
    """Whether the house and not the mail is to blame: the database is away, locked or full, the disk is full or broken."""
    if isinstance(error, OSError):
        return error.errno in _HOUSE
    return isinstance(error, (OperationalError, InterfaceError, viruses.ScannerDown))


def park(mail: IncomingMail, reason: str) -> None:
    """Keep it visible with its reason, and with what is known of it."""
    IncomingMail.objects.filter(pk=mail.pk, state=State.STORED).update(
        state=State.PARKED, reason=(clean_text(reason) or "unknown")[:500], subject=mail.subject, sender=mail.sender
    )


def _apply(mail: IncomingMail, parsed: ParsedMail, content: bytes) -> None:
    known_as = identities(mail, parsed, content)
    mail.header_id, mail.digest = known_as[0], body_digest(parsed)
    mail.words_digest, mail.subject = loops.words_digest(parsed), parsed.subject[:255]
    mail.sender = (parsed.sender.address if parsed.sender else "")[:320]
    place = _place_of(mail, parsed)
    mailbox = place.mailbox if place else None
    evidence.gather(mail, parsed, content, mailbox)
    try:
        with transaction.atomic():
            if _is_settled(mail, parsed, known_as, content):
                return
            side = sidemail.side_of(mail, parsed)
            taken = (
                sidemail.take_told(mail, parsed, side)
                or staffmail.take_answer(mail, parsed)
                or forwarding.take_forwarded(mail, parsed, place)
                or _taken_in(mail, parsed, place, side)
            )
            if isinstance(taken, Held):
                _hold(mail, taken)
                return
            message, match = taken
            mail.ticket, mail.message, mail.mailbox = message.ticket, message, mailbox
            mail.signal, mail.suggestion = match.signal, match.suggestion
            told = undelivered.take_in(mail, parsed)
            keep_traits(message, parsed, is_report=parsed.bounce.is_report and not told)
            mail.reason = told or mail.reason
            _settle(mail, State.APPLIED)
            _mark_thread(message, parsed, mailbox)
    except IntegrityError:
        # another process applied the same mail in this moment
        with transaction.atomic():
            before = came_before(mail, known_as, content) if _locked(mail) else None
            if before is None:
                raise
            _settle_duplicate(mail, before)


def _taken_in(
    mail: IncomingMail, parsed: ParsedMail, place: Place | None, side: SideConversation | None
) -> tuple[Message, Match]:
    """A customer's mail on the ticket that it belongs to."""
    contact = _contact_of(mail, parsed)
    match = sidemail.customers_own(side) if side is not None else find_ticket(parsed, list(mail.envelope_to), contact)
    message = _take_in(mail, parsed, match, contact, place)
    forwarding.name_who_may_be_meant(mail, parsed, message)
    return message, match


def _locked(mail: IncomingMail) -> bool:
    """Whether the mail still waits; nobody else takes it up until this transaction ends."""
    return bool(_waiting(mail.pk))


@prepared
def _waiting(mail_id: int) -> QuerySet[IncomingMail, int]:
    found = IncomingMail.objects.select_for_update().filter(pk=mail_id, state=State.STORED)
    return found.values_list("pk", flat=True)


def _is_settled(mail: IncomingMail, parsed: ParsedMail, known_as: tuple[str, ...], content: bytes) -> bool:
    """Whether nothing is left to do: somebody else took it up, it came before, it is our own, or a person decides."""
    if not _locked(mail):
        return True
    if (before := came_before(mail, known_as, content)) is not None:
        _settle_duplicate(mail, before)
        return True
    if (ours := own_mail(parsed)) is not None:
        mail.ticket_id, mail.message = ours.ticket_id, ours
        _settle(mail, State.DUPLICATE)
        return True
    if (held := first_reason(mail, parsed, CHECKS)) is not None:
        _hold(mail, held)
        return True
    return False


def _hold(mail: IncomingMail, held: Held) -> None:
    mail.hold, mail.reason = held.hold, held.reason[:500]
    _settle(mail, State.HELD)
    log.warning("mail held", mail=mail.pk, hold=held.hold, sender=mail.sender)


def _settle(mail: IncomingMail, state: IncomingMail.State) -> None:
    mail.state = state
    mail.save(
        update_fields=[
            "state",
            "header_id",
            "digest",
            "words_digest",
            "hold",
            "reason",
            "subject",
            "sender",
            "ticket",
            "message",
            "mailbox",
            "signal",
            "suggestion",
            "is_released",
            "is_authenticated",
            "verdicts",
        ]
    )


def _settle_duplicate(mail: IncomingMail, before: IncomingMail) -> None:
    """It says what the other says: it is seen by whom that one is seen by, and forgotten with it."""
    mail.ticket_id, mail.message_id = before.ticket_id, before.message_id
    _settle(mail, State.DUPLICATE)


def _place_of(mail: IncomingMail, parsed: ParsedMail) -> Place | None:
    """The mailbox where it came in, else the one that the envelope or the headers name, else the first one in use."""
    known = places()
    headers = [each.address for each in (*parsed.to, *parsed.cc)]
    named = place_at([*mail.envelope_to, *parsed.recipients_seen, *headers], known, of=mail.mailbox)
    if named is None and mail.mailbox is not None:
        return Place(mail.mailbox)
    return named or next(iter(known.values()), None)


def _contact_of(mail: IncomingMail, parsed: ParsedMail) -> Contact:
    """Who wrote: From, else Reply-To, else the envelope. Raises Unparsable where nobody can be named.

    What a form on a web page sends for somebody comes from a machine's address: there Reply-To goes first.
    """
    candidates = [each for each in (_written_for(parsed), parsed.sender, *parsed.reply_to) if each is not None]
    for each in (*candidates, Address("", mail.envelope_from)):
        if looks_like_email(each.address):
            language = detect(parsed.new_text or parsed.subject) or ""
            # nobody is called by another's address: it would stand on the button that answers them
            name = "" if each.poses_as else each.name
            return contact_for_address(each.address, by=MAIL, name=name, language=language)
    raise Unparsable("nobody can be named as its sender: neither From, Reply-To nor the envelope has an address")


def _written_for(parsed: ParsedMail) -> Address | None:
    """The one person that Reply-To names where a machine's address sends a mail for them; None where it is its own."""
    if parsed.sender is None or parsed.automatic.is_automatic or parsed.bounce.is_report or len(parsed.reply_to) != 1:
        return None
    [named] = parsed.reply_to
    if not is_machine(parsed.sender.address) or is_machine(named.address) or not looks_like_email(named.address):
        return None
    # a shop that wants its notices to be answered here names ourselves
    return None if names_us(named.address, our_addresses(also_unused=True)) else named


def _take_in(mail: IncomingMail, parsed: ParsedMail, match: Match, contact: Contact, place: Place | None) -> Message:
    incoming = Incoming(
        text=parsed.new_text or parsed.text,
        quoted=rest_in(parsed),
        html=parsed.html or "",
        channel="mail",
        said_at=mail.received_at,
        to=tuple(each.address for each in parsed.to[:100]),
        cc=tuple(each.address for each in parsed.cc[:100]),
        answer_to=answer_to_in(parsed),
        is_automatic=parsed.automatic.is_automatic or parsed.bounce.is_bounce,
        takes_part=not parsed.bounce.is_report,
        files=files_in(parsed),
    )
    if match.ticket is not None:
        return receive_message(match.ticket, contact, incoming, by=contact)
    opening = Opening(
        subject=parsed.subject,
        contact=contact,
        channel="mail",
        language=contact.language or (place.mailbox.language if place else ""),
        team=place.team if place else None,
    )
    return receive_first_message(opening, incoming, by=contact)


def _mark_thread(message: Message, parsed: ParsedMail, mailbox: Mailbox | None) -> None:
    marks = []
    if parsed.message_id:
        marks.append(
            ThreadMark(
                header_id=parsed.message_id[:255],
                ticket_id=message.ticket_id,
                message=message,
                side_id=message.side_id,
            )
        )
    referred = dict.fromkeys([*parsed.in_reply_to, *parsed.references[-MARKS_KEPT:]])
    marks += [
        ThreadMark(header_id=each[:255], ticket_id=message.ticket_id, side_id=message.side_id, is_seen=False)
        for each in referred
        if each != parsed.message_id
    ]
    ThreadMark.objects.bulk_create(marks, ignore_conflicts=True)
    if mailbox is not None:
        # the first mailbox stays
        TicketMailbox.objects.bulk_create(
            [TicketMailbox(ticket_id=message.ticket_id, mailbox=mailbox)], ignore_conflicts=True
        )
