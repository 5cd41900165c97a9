"""What a report of delivery does: it is written on the message that came back, and on the address that it came back from.

A report counts only for a mail that left this desk, known by its Message-ID; anybody can write one, so that any other
marks nothing, and says so. Of several recipients only those are marked whom the report names.
"""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_noop as _

from aplomb.channels.mail.models import BouncedAddress, IncomingMail, ThreadMark, UndeliveredCopy
from aplomb.channels.mail.reading.bounces import Bounce, BouncedRecipient
from aplomb.channels.mail.reading.parse import ParsedMail
from aplomb.customers.addresses import email_key
from aplomb.customers.models import ContactPoint
from aplomb.journal.models import OutgoingMail
from aplomb.lib.text import clean_text
from aplomb.tickets.actions.deliver import change_delivery
from aplomb.tickets.models import Delivery, Kind, Message

# shown with the report, in the reader's language; kept as it stands here
NOT_OURS = _("It names no mail that this desk sent. Nothing was marked.")
NOT_TO_THEM = _("It names an address to which that mail did not go. Nothing was marked.")

LEFT = frozenset({Delivery.SENT, Delivery.QUEUED, Delivery.FAILED})


def take_in(mail: IncomingMail, parsed: ParsedMail) -> str:
    """What an arrived mail says of addresses: a report of delivery marks, any other word clears its sender's address.

    Needs the transaction in which `mail` is applied. Gives why a report marked nothing, or an empty text.
    """
    if parsed.bounce.is_report:
        return take_report(parsed.bounce, mail)
    if mail.sender:
        heard_from(mail.sender, mail.received_at)
    return ""


def take_report(report: Bounce, mail: IncomingMail) -> str:
    """Mark what the report says on the message that it is about, and on its addresses. Needs the transaction of `mail`.

    Gives why nothing was marked (one of the constants above), or an empty text.
    """
    message = _message_of(report.original_message_id)
    if message is None:
        return NOT_OURS
    told = _told_of(message, report)
    anew = _gone_anew(message, report.original_message_id or "")
    if told and all(key in anew for key in told):
        return ""
    told = {key: each for key, each in told.items() if key not in anew}
    if not told:
        return NOT_TO_THEM
    for key, recipient in told.items():
        _mark(message, key, recipient, mail)
    if any(each.action == "failed" for each in told.values()):
        _give_back(message, told)
    return ""


def is_about_ours(report: Bounce) -> bool:
    """Whether a report is about a mail that left this desk. One query where it names one."""
    return _message_of(report.original_message_id) is not None


def heard_from(address: str, at: dt.datetime) -> None:
    """Something came from the address: whatever was reported of it before, it is in use again. One query."""
    BouncedAddress.objects.filter(address=email_key(address), at__lte=at).delete()


def bounced_among(addresses: Iterable[str]) -> list[BouncedAddress]:
    """What was last reported of these addresses, in their order; nothing of those that are well. One query."""
    keys = list(dict.fromkeys(email_key(each) for each in addresses if "@" in each))[:100]
    found = BouncedAddress.objects.in_bulk(keys) if keys else {}
    return [found[key] for key in keys if key in found]


def copies_of(message_ids: Iterable[int]) -> list[UndeliveredCopy]:
    """What did not reach whom, of these messages. One query."""
    return list(UndeliveredCopy.objects.filter(message__in=list(message_ids)))


def unmarked_reports(message_ids: Iterable[int]) -> dict[int, str]:
    """Those of these messages that are reports which marked nothing, each with why. One query."""
    found = IncomingMail.objects.filter(message__in=list(message_ids), reason__in=[NOT_OURS, NOT_TO_THEM])
    return {pk: reason for pk, reason in found.values_list("message_id", "reason") if pk is not None}


def _message_of(header_id: str | None) -> Message | None:
    """The message that left under this Message-ID."""
    if not header_id:
        return None
    mark = (
        ThreadMark.objects.select_related("message__ticket", "message__outgoing")
        .defer("message__outgoing__content")
        .filter(header_id=header_id[:255], is_seen=True, message__kind__in=[Kind.REPLY, Kind.SYSTEM, Kind.ASKED])
        .first()
    )
    message = mark.message if mark is not None else None
    return message if message is not None and message.delivery in LEFT else None


def _gone_anew(message: Message, header_id: str) -> frozenset[str]:
    """To whom the message was sent again since: what is told late of the mail before says nothing of that."""
    mail = message.outgoing
    if mail is None or mail.purpose != OutgoingMail.AGAIN or mail.message_id == header_id:
        return frozenset()
    return frozenset(email_key(each) for each in mail.recipients)


def _told_of(message: Message, report: Bounce) -> dict[str, BouncedRecipient]:
    """What the report tells of each address that the message went to; forwarded further by its one recipient, of that."""
    went_to = list(dict.fromkeys(email_key(each) for each in (*message.to, *message.cc)))
    named = {email_key(each.address): each for each in report.recipients}
    told = {key: named[key] for key in went_to if key in named}
    if told or len(went_to) != 1:
        return told
    if len(named) == 1:
        return {went_to[0]: next(iter(named.values()))}
    return {went_to[0]: BouncedRecipient(went_to[0], "failed", "")} if report.is_bounce and not named else {}


def _mark(message: Message, key: str, recipient: BouncedRecipient, mail: IncomingMail) -> None:
    if recipient.action not in ("failed", "delayed"):
        UndeliveredCopy.objects.filter(message=message, address=key, is_final=False).delete()
        BouncedAddress.objects.filter(address=key, at__lte=mail.received_at).delete()
        return
    is_final = recipient.action == "failed"
    said = {"at": mail.received_at, "status": recipient.status[:16], "reason": clean_text(recipient.reason)[:500]}
    before = UndeliveredCopy.objects.filter(message=message, address=key).first()
    if before is not None and before.is_final:
        # reports may overtake each other: a late word of delay takes nothing back
        return
    UndeliveredCopy.objects.update_or_create(
        message=message, address=key, defaults={**said, "is_final": is_final, "mail": mail}
    )
    is_permanent = is_final and not recipient.status.startswith("4")
    newer = BouncedAddress.objects.filter(address=key, at__gt=mail.received_at).exists()
    if not newer:
        BouncedAddress.objects.update_or_create(
            address=key, defaults={**said, "is_permanent": is_permanent, "message": message, "mail": mail}
        )


def _give_back(message: Message, told: dict[str, BouncedRecipient]) -> None:
    """The customer waits again if nobody was reached whom the answer was for: the one who asked, else all of To."""
    lost = set(UndeliveredCopy.objects.filter(message=message, is_final=True).values_list("address", flat=True))
    to = {email_key(each) for each in message.to}
    own = ContactPoint.objects.filter(contact=message.ticket.contact_id, key__in=to)
    meant = set(own.values_list("key", flat=True)) or to
    if meant <= lost and message.delivery in (Delivery.SENT, Delivery.QUEUED):
        words = next((each.reason for each in told.values() if each.action == "failed" and each.reason), "")
        change_delivery(message, Delivery.FAILED, clean_text(words))
