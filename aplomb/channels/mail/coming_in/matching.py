"""Which ticket a mail belongs to: ranked signals, the strongest that holds decides, and a weak one never guesses.

    token      a signed reply token in the address or in In-Reply-To/References      decides
    thread     a Message-ID of In-Reply-To/References that stands for a ticket       decides
    number     a number in the subject, from somebody who takes part                 decides
    recent     an answer ("Re: …") to the subject of a live ticket of this sender    decides
    otherwise a new ticket; a number from a stranger, or one live ticket of the sender, is only suggested

docs/flows/mail.md shows it as a picture.
"""

import datetime as dt
import re
from dataclasses import dataclass

from django.db.models import Q

from aplomb.channels.mail.models import ThreadMark
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.channels.mail.tokens import numbers_signed_in, signing_key
from aplomb.customers.merged import whole_contact_ids
from aplomb.customers.models import Contact
from aplomb.lib.time import utc_now
from aplomb.tickets.merged import end_of
from aplomb.tickets.models import Participant, Stage, Ticket
from aplomb.tickets.numbers import numbers_in

RECENT = dt.timedelta(days=14)
REFERENCES_READ = 50

# how the world's mail programs begin the subject of an answer or a forward, repeated and with counts
_PREFIX = re.compile(
    r"^\s*(?:(?:re|r|aw|sv|antw|odp|ynt|res|rv|fw|fwd|wg|tr|i|enc|vs|απ|σχετ|πρθ|προωθ|rif|ref)\s*(?:\[\d+\]|\(\d+\))?\s*[:：]\s*)+",
    re.IGNORECASE,
)
_MARK = re.compile(r"\[#\d{4}[-\u2010-\u2015 ]?\d{4}\]")


@dataclass(frozen=True)
class Match:
    """The ticket and the signal that decided; or none, with a ticket that is only suggested."""

    ticket: Ticket | None
    signal: str
    suggestion: Ticket | None = None


def bare_subject(subject: str) -> str:
    """The subject without answer marks and ticket numbers, for comparing."""
    found, before = _MARK.sub(" ", subject), ""
    while found != before:
        before, found = found, _PREFIX.sub("", found)
    return " ".join(found.casefold().split())


def is_answer(mail: ParsedMail) -> bool:
    """Whether the mail says that it answers something."""
    return bool(mail.in_reply_to or mail.references or _PREFIX.match(_MARK.sub("", mail.subject)))


def find_ticket(mail: ParsedMail, envelope_to: list[str], contact: Contact) -> Match:
    """The ticket of a mail; of one that was merged, the one where it goes on. Four queries at the most without merges."""
    referred = [*mail.in_reply_to, *reversed(mail.references[-REFERENCES_READ:])]
    if mail.bounce.original_message_id:
        # a report of delivery is about that mail, whatever else it refers to
        referred.insert(0, mail.bounce.original_message_id)
    return (
        _by_token(mail, envelope_to, referred)
        or _by_thread(referred)
        or _by_number(mail, contact)
        or _by_recent(mail, contact)
    )


def _by_token(mail: ParsedMail, envelope_to: list[str], referred: list[str]) -> Match | None:
    addresses = [each.address for each in (*mail.to, *mail.cc)]
    text = " ".join([*envelope_to, *mail.recipients_seen, *addresses, *referred])
    for number in numbers_signed_in(text, signing_key()):
        ticket = Ticket.objects.filter(number=number).first()
        if ticket is not None:
            return Match(end_of(ticket), "token")
    return None


def _by_thread(referred: list[str]) -> Match | None:
    if not referred:
        return None
    ids = [each[:255] for each in referred[: REFERENCES_READ * 2]]
    marks = ThreadMark.objects.filter(header_id__in=ids).select_related("ticket")
    best = max(marks, key=lambda mark: (mark.is_seen, mark.ticket.activity_at), default=None)
    return Match(end_of(best.ticket), "thread") if best is not None else None


def _takes_part(ticket: Ticket, contact: Contact) -> bool:
    whole = whole_contact_ids(contact)
    if ticket.contact_id in whole:
        return True
    if Participant.objects.filter(ticket=ticket, contact__in=whole).exists():
        return True
    return contact.organisation_id is not None and contact.organisation_id == ticket.contact.organisation_id


def _by_number(mail: ParsedMail, contact: Contact) -> Match | None:
    numbers = numbers_in(mail.subject)[:5]
    if not numbers:
        return None
    found = Ticket.objects.filter(number__in=numbers).select_related("contact")
    strangers: Ticket | None = None
    for ticket in found:
        if _takes_part(ticket, contact):
            return Match(end_of(ticket), "number")
        strangers = strangers or end_of(ticket)
    return Match(None, "", strangers) if strangers is not None else None


def _by_recent(mail: ParsedMail, contact: Contact) -> Match:
    if not is_answer(mail):
        return Match(None, "")
    recent = list(
        Ticket.objects.filter(contact__in=whole_contact_ids(contact), activity_at__gt=utc_now() - RECENT)
        .filter(~Q(stage=Stage.BIN))
        .order_by("-activity_at")[:20]
    )
    if not recent:
        return Match(None, "")
    subject = bare_subject(mail.subject)
    same = [ticket for ticket in recent if subject and bare_subject(ticket.subject) == subject]
    # several that go on in one are one
    ends = list({each.pk: each for each in map(end_of, same)}.values())
    if len(ends) == 1:
        return Match(ends[0], "recent")
    return Match(None, "", (ends or [end_of(recent[0])])[0])
