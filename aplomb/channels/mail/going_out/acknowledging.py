"""The acknowledgement: says that it is automatic and when a person will answer. Never to machines, once an hour and address.

RFC 3834: it carries Auto-Submitted: auto-replied, and answers nothing that says it is automatic itself.
"""

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet

from aplomb.calendars.reads import arithmetic_of
from aplomb.channels.mail.addressing import mailbox_of, names_us, our_addresses
from aplomb.channels.mail.going_out.answer_times import answering, in_words, same_clock
from aplomb.channels.mail.models import LastAcknowledgement, Mailbox
from aplomb.customers.addresses import email_key
from aplomb.letters.rendering import Rendered, language_for, render_letter, render_texts
from aplomb.letters.shipped import shipped_letters
from aplomb.letters.variables import OUT_OF_HOURS
from aplomb.lib.prepared import prepared
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotFound
from aplomb.people.models import Desk
from aplomb.people.worktime import calendar_row
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
        letter, text = acknowledgement(message, mailbox)
        add_letter(message.ticket, letter, text, to)


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


def acknowledgement(message: Message, mailbox: Mailbox) -> tuple[str, str]:
    """Which letter it is, and its words in the customer's language: by when a person answers, and when the desk opens.

    While the desk works the time is the customer's; while it is closed both times are the desk's, with its place named
    unless the customer's clock is known to show the same. Holidays are closed.
    """
    ticket = message.ticket
    calendar = calendar_row(ticket.team_id)
    due = ticket.next_due_at or message.sent_at + dt.timedelta(hours=24)
    found = answering(arithmetic_of(calendar) if calendar else None, utc_now(), due)
    key = LETTER if found.opens_at is None else OUT_OF_HOURS
    values = {
        "ticket_number": ticket.shown_number,
        "subject": ticket.subject,
        "customer_name": ticket.contact.name,
        "address_as": ticket.contact.address_as,
        "mailbox_name": mailbox.name,
    }
    own_zone = ticket.contact.zone_name
    zone_name = own_zone or _desk_zone()
    names_zone = True
    if found.opens_at is not None and calendar is not None:
        zone_name = calendar.time_zone
        names_zone = not own_zone or not same_clock(own_zone, zone_name, found.opens_at, found.answer_by)

    def written(language: str) -> Rendered:
        times = {"answer_by": in_words(found.answer_by, zone_name, language, names_zone=names_zone)}
        if found.opens_at is not None:
            times["opens_at"] = in_words(found.opens_at, zone_name, language, names_zone=names_zone)
        return _rendered(key, language, {**values, **times})

    language = language_for(ticket.language, ticket.contact.language, mailbox.language)
    letter = written(language)
    if letter.language != language:
        # it is not in that language: its times are not either
        letter = written(letter.language)
    return key, letter.body


def _rendered(key: str, language: str, values: dict[str, str]) -> Rendered:
    try:
        return render_letter(key, language, values)
    except NotFound:
        # the desk has taken its own version out of force: the customer is answered all the same
        rendered = render_texts(shipped_letters()[key].texts, language, values)
        assert rendered is not None
        return rendered


def _desk_zone() -> str:
    desk = Desk.objects.first()
    return desk.time_zone if desk else "UTC"
