"""What a mail has beside words, kept beside its message: an invitation, a signature, a name that shows another address."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from aplomb.channels.mail.models import MailTraits
from aplomb.channels.mail.reading.invitations import Invitation
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.customers.addresses import email_key
from aplomb.customers.models import ContactPoint
from aplomb.lib.prepared import prepared
from aplomb.tickets.models import Kind, Message

# of an answer: whoever answers is the one attendee that it names
MAX_ANSWERS = 20
# a day beyond these is a mistake of the file, and no zone can be worked out for the very first and last
YEARS = range(1900, 2200)


def keep_traits(message: Message, parsed: ParsedMail, *, is_report: bool) -> None:
    """Keep what there is to say of a customer's mail; nothing is written for one like any. Needs its transaction.

    `is_report`: it reports the delivery of a mail of this desk.
    """
    if message.kind != Kind.CUSTOMER:
        return
    invitation = plain_invitation(parsed.invitation) if parsed.invitation is not None else {}
    poses_as = _poses_as(message, parsed)
    protection = parsed.protection
    if not (invitation or poses_as or is_report or protection):
        return
    MailTraits.objects.update_or_create(
        message=message,
        defaults={
            "invitation": invitation,
            "protection": protection.kind if protection else "",
            "is_signed": protection is not None and protection.is_signed,
            "is_encrypted": protection is not None and protection.is_encrypted,
            "poses_as": poses_as,
            "came_from": parsed.sender.address[:320] if parsed.sender and poses_as else "",
            "is_report": is_report,
        },
    )


def traits_among(ticket_id: int, first: int, last: int) -> list[MailTraits]:
    """What the mails of this ticket had, whose messages lie between these two. One query."""
    return _between(ticket_id, first, last)


def reports_among(message_ids: Iterable[int]) -> int:
    """How many of these messages report the delivery of a mail of this desk. One query."""
    return MailTraits.objects.filter(message__in=list(message_ids), is_report=True).count()


@prepared
def _between(ticket_id: int, first: int, last: int) -> QuerySet[MailTraits]:
    return MailTraits.objects.filter(message__ticket=ticket_id, message__gte=first, message__lte=last)


def plain_invitation(invitation: Invitation) -> dict[str, Any]:
    """An invitation as it is kept: instants and days in ISO 8601, empty where the file does not say it."""
    organiser = invitation.organiser
    # what the invited have answered is news only in an answer
    answers = invitation.attendees[:MAX_ANSWERS] if invitation.method == "reply" else ()
    return {
        "method": invitation.method,
        "summary": invitation.summary,
        "start": _iso(invitation.start),
        "end": _iso(invitation.end),
        "location": invitation.location,
        "organiser": {"name": organiser.name, "address": organiser.address} if organiser else {},
        "answers": [{"name": each.name, "address": each.address, "status": each.status} for each in answers],
        "is_cancelled": invitation.is_cancelled,
    }


def _iso(at: dt.datetime | dt.date | None) -> str:
    return at.isoformat() if at is not None and at.year in YEARS else ""


def _poses_as(message: Message, parsed: ParsedMail) -> str:
    """The address that the name of the one who wrote shows, where it is not the one that the mail came from.

    Not of a colleague who only forwarded the mail, nor of a form that names whom it writes for.
    """
    sender = parsed.sender
    if sender is None or not sender.poses_as:
        return ""
    own = ContactPoint.objects.filter(contact=message.contact_id, key=email_key(sender.address))
    return sender.poses_as[:320] if own.exists() else ""
