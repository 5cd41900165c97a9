"""Knowing a mail again: the same Message-ID over the same words is one mail, however often and by whatever way it comes.

A sender that did not hear our 250 sends again (RFC 5321 section 4.1.1.4), an IMAP server numbers its folder anew, two
mailboxes forward to one: all of these repeat a mail. `one_of_a_mail`, a constraint, decides between two processes that read
two copies in the same moment; the looks here come first and are only quick.
"""

import datetime as dt
import hashlib
import re

from django.db.models import Q

from aplomb.channels.mail.addressing import names_us, our_addresses
from aplomb.channels.mail.models import IncomingMail, RawMail, ThreadMark
from aplomb.channels.mail.rawmail import raw_bytes
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.channels.mail.tokens import numbers_signed_in, side_keys_in, signing_key
from aplomb.tickets.models import Kind, Message

State = IncomingMail.State

# how long the same bytes without any time in them are taken for one mail: longer than a sender waits before it tries
# again (RFC 5321 section 4.5.4.1: 30 minutes), shorter than the rounds of most machines that report the same each time
SLOT = dt.timedelta(hours=1)
COMPARED = 5
HEADER_AT_MOST = 256 * 1024

_TRACE = re.compile(rb"^(?:received|date):", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"\r?\n\r?\n")


def body_digest(parsed: ParsedMail) -> str:
    """What makes two copies of a mail the same beside its Message-ID: subject, text and files."""
    digest = hashlib.sha256()
    for part in (parsed.subject, parsed.text):
        digest.update(part.encode("utf-8", "replace") + b"\x00")
    for file in parsed.attachments:
        digest.update(hashlib.sha256(file.content).digest())
    return digest.hexdigest()


def identities(mail: IncomingMail, parsed: ParsedMail, content: bytes) -> tuple[str, ...]:
    """Under which words this mail is known: the first is its own, a further one may be an earlier copy's.

    Its Message-ID; where it has none, a digest of its bytes and its envelope: who never heard our answer sends the very same
    bytes again from the very same envelope. A machine that reports the same words each hour has a time in them (Date, or
    the Received line of the server before us), so that two reports differ. Where there is no time at all, copies within
    an hour are one mail: better one report of two than every lost answer a second ticket.
    """
    if parsed.message_id:
        return (parsed.message_id[:255],)
    envelope = "\x00".join([mail.envelope_from, *sorted(mail.envelope_to)]).encode("utf-8", "replace")
    name = hashlib.sha256(hashlib.sha256(content).digest() + envelope).hexdigest()
    if _has_time(content):
        return (f"bytes:{name}",)
    slot = int(mail.received_at.timestamp()) // int(SLOT.total_seconds())
    return (f"bytes:{name}:{slot}", f"bytes:{name}:{slot - 1}")


def _has_time(content: bytes) -> bool:
    head = content[:HEADER_AT_MOST]
    end = _HEADER_END.search(head)
    return _TRACE.search(head[: end.start()] if end else head) is not None


def came_before(mail: IncomingMail, known_as: tuple[str, ...], content: bytes) -> IncomingMail | None:
    """The mail of which this one is a copy, None when it is the first.

    By Message-ID and words. By its bytes too, since another version of the desk may read other words out of the same
    mail. A copy of a mail that is held waits with it, unless a person let this one through.
    """
    states = [State.APPLIED] if mail.is_released else [State.APPLIED, State.HELD]
    found = IncomingMail.objects.filter(header_id__in=known_as, state__in=states).exclude(pk=mail.pk).order_by("id")
    if len(known_as) > 1:
        found = found.exclude(received_at__lt=mail.received_at - SLOT)
    alike = list(found.filter(Q(digest=mail.digest) | Q(size=mail.size))[: COMPARED + 1])
    same = next((each for each in alike if each.digest == mail.digest), None)
    if same is None and len(alike) > COMPARED:
        # a machine that gives one Message-ID to all its mails
        same = found.filter(digest=mail.digest).first()
    return same or next(
        (each for each in alike[:COMPARED] if each.size == mail.size and _has_bytes(each, content)), None
    )


def _has_bytes(mail: IncomingMail, content: bytes) -> bool:
    return RawMail.objects.filter(mail=mail).exists() and raw_bytes(mail) == content


def own_mail(parsed: ParsedMail) -> Message | None:
    """The message that left this desk as this very mail, when a list, a copy to ourselves or a redirection brings it back.

    Known by the signed token in its Message-ID, and only where From is one of our addresses: a customer's words are never
    taken for ours.
    """
    if not parsed.message_id or parsed.sender is None:
        return None
    if not (numbers_signed_in(parsed.message_id, signing_key()) or side_keys_in(parsed.message_id, signing_key())):
        return None
    if not names_us(parsed.sender.address, our_addresses(also_unused=True)):
        return None
    mark = (
        ThreadMark.objects.filter(header_id=parsed.message_id[:255], is_seen=True, message__isnull=False)
        .exclude(message__kind__in=[Kind.CUSTOMER, Kind.TOLD])
        .select_related("message")
        .first()
    )
    return mark.message if mark is not None else None
