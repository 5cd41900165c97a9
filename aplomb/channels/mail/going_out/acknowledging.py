"""The acknowledgement: says that it is automatic and when a person will answer. Never to machines, once an hour and address.

RFC 3834: it carries Auto-Submitted: auto-replied, and answers nothing that says it is automatic itself.
"""

import datetime as dt

from babel.dates import format_datetime, format_skeleton, get_timezone_location
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import translation

from aplomb.channels.mail.addressing import mailbox_of, names_us, our_addresses
from aplomb.channels.mail.models import LastAcknowledgement, Mailbox
from aplomb.customers.addresses import email_key
from aplomb.lib.prepared import prepared
from aplomb.lib.time import utc_now, zone
from aplomb.people.models import Desk
from aplomb.tickets.actions.deliver import add_letter
from aplomb.tickets.models import Delivery, Kind, Message, Stage
from aplomb.tickets.reads import own_address

LETTER = "acknowledgement"
AT_MOST_EVERY = dt.timedelta(hours=1)
LETTERS_A_DAY = 2
DAY = dt.timedelta(hours=24)
# after a long downtime the answer itself says more than a late receipt
TOO_LATE = dt.timedelta(hours=6)


def acknowledge(message_id: int) -> None:
    """Acknowledge a first message. Safe to repeat; does nothing where it should not."""
    with transaction.atomic():
        found = _first_words(message_id)
        if not found or not _should(found[0]):
            return
        message = found[0]
        mailbox = mailbox_of(message.ticket_id)
        to = own_address(message.ticket)
        if mailbox is None or not mailbox.acknowledges or not to or not _may_write_to(to[0], message.ticket.contact_id):
            return
        add_letter(message.ticket, LETTER, acknowledgement_text(message, mailbox), to)


@prepared
def _first_words(message_id: int) -> QuerySet[Message]:
    return Message.objects.select_related("ticket__contact__organisation").filter(pk=message_id)


@prepared
def _written_to(ticket_id: int) -> QuerySet[Message, int]:
    found = Message.objects.filter(ticket=ticket_id, kind__in=[Kind.REPLY, Kind.SYSTEM])
    return found.exclude(delivery=Delivery.WITHDRAWN).values_list("pk", flat=True)[:1]


def _should(message: Message) -> bool:
    if message.is_automatic or message.ticket.stage != Stage.LIVE:
        return False
    if utc_now() - message.sent_at > TOO_LATE:
        return False
    # somebody answered already, or it was acknowledged before: this is a repeated job
    return not _written_to(message.ticket_id)


def _may_write_to(address: str, contact_id: int) -> bool:
    """Take the hour's turn for this address, and one of the day's few; never our own mailboxes."""
    key = email_key(address)
    if names_us(key, our_addresses(also_unused=True)):
        return False
    now = utc_now()
    row, is_new = LastAcknowledgement.objects.select_for_update().get_or_create(
        address=key, defaults={"at": now, "since": now, "count": 1}
    )
    if is_new:
        return True
    if now - row.at < AT_MOST_EVERY or not may_answer(row, contact_id, now):
        return False
    row.at = now
    row.save(update_fields=["at", "since", "count"])
    return True


def may_answer(row: LastAcknowledgement, contact_id: int, now: dt.datetime) -> bool:
    """Whether this address may get one more automatic letter: at most two a day until a person has answered its contact.

    Writes down that it got one. The row is locked by who asks.
    """
    if row.since is None or now - row.since >= DAY or _answered(contact_id, row.since):
        row.since, row.count = now, 0
    if row.count >= LETTERS_A_DAY:
        return False
    row.count += 1
    return True


def _answered(contact_id: int, since: dt.datetime) -> bool:
    replies = Message.objects.filter(ticket__contact=contact_id, kind=Kind.REPLY, sent_at__gt=since)
    return replies.exclude(delivery=Delivery.WITHDRAWN).exists()


def acknowledgement_text(message: Message, mailbox: Mailbox) -> str:
    """The letter in the customer's language, with the time by which a person answers, in the customer's zone."""
    ticket = message.ticket
    language = ticket.language or ticket.contact.language or mailbox.language
    if language not in dict(settings.LANGUAGES):
        language = mailbox.language
    desk = Desk.objects.first()
    zone_name = ticket.contact.zone_name or (desk.time_zone if desk else "UTC")
    due = ticket.next_due_at or message.sent_at + dt.timedelta(hours=24)
    local = due.astimezone(zone(zone_name))
    day = format_skeleton("MMMMd", local, locale=language)
    by_when = f"{format_datetime(local, 'EEEE', locale=language)} {day}, {local:%H:%M}"
    with translation.override(language):
        context = {
            "number": ticket.shown_number,
            "by_when": by_when,
            "zone": get_timezone_location(zone_name, locale=language, return_city=True),
            "address_as": ticket.contact.address_as,
        }
        return render_to_string("mails/acknowledgement/body.txt", context).strip()
