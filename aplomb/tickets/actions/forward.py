"""What of a ticket goes along to somebody outside: messages quoted as mail programs do, and copies of their files.

Neither the customer's address nor anything of the ticket's thread is in it: only who said what, when, and under which subject.
"""

import re

from babel.dates import format_datetime
from django.utils import translation
from django.utils.translation import gettext as _

from aplomb.lib.text import clean_text
from aplomb.lib.time import zone
from aplomb.people.errors import Wrong
from aplomb.people.models import Desk, Person
from aplomb.tickets.actions.writing import clean_subject
from aplomb.tickets.merged import apart_of, whole_of
from aplomb.tickets.models import Attachment, Delivery, Kind, Message, Ticket

FORWARDED = (Kind.CUSTOMER, Kind.REPLY)
MOST_FORWARDED = 30
LONGEST_FORWARD = 200_000

# whoever answers must not be led to the customer's conversation by its number
_NUMBER_MARK = re.compile(r"\[#\d{4}[-\u2010-\u2015 ]?\d{4}\]")


def bare_subject(subject: str) -> str:
    """The subject on one line without any ticket's number mark; empty where nothing is left."""
    return clean_subject(_NUMBER_MARK.sub(" ", clean_text(subject)), "")


def may_be_forwarded(ticket: Ticket) -> list[Message]:
    """The messages of the conversation with the customer that may go along, oldest first: neither notes nor other sides."""
    found = Message.objects.filter(ticket__in=whole_of(ticket, only_shared=True), kind__in=FORWARDED)
    found = found.exclude(delivery__in=[Delivery.WITHDRAWN, Delivery.DISCARDED]).exclude(changed="erased")
    if apart := apart_of(ticket):
        found = found.exclude(contact__in=apart)
    rows = found.select_related("contact", "person").prefetch_related("attachments").defer("html")
    return list(reversed(rows.order_by("-id")[:MOST_FORWARDED]))


def forwarded_text(ticket: Ticket, message_ids: tuple[int, ...], language: str) -> str:
    """These messages of the ticket, each under a block that says from whom, when, to whom and about what.

    Words and dates are in the language of the one who gets it. Raises Wrong for what may not go along.
    """
    if not message_ids:
        return ""
    known = {each.pk: each for each in may_be_forwarded(ticket)}
    if any(pk not in known for pk in message_ids):
        raise Wrong("forward", _("A message that you chose cannot be forwarded."))
    desk = Desk.objects.first()
    name = desk.name if desk else ""
    zone_name = desk.time_zone if desk else "UTC"
    with translation.override(language or None):
        blocks = [_block(known[pk], ticket, name, zone_name) for pk in sorted(set(message_ids))]
    text = "\n\n".join(blocks)
    if len(text) > LONGEST_FORWARD:
        raise Wrong("forward", _("What you forward is too long: choose fewer messages."))
    return text


def _block(message: Message, ticket: Ticket, desk: str, zone_name: str) -> str:
    language = (translation.get_language() or "en")[:2]
    when = format_datetime(message.sent_at.astimezone(zone(zone_name)), "d MMMM yyyy, HH:mm (zzz)", locale=language)
    customer = (message.contact or ticket.contact).name or _("a customer")
    agent = message.person.work_name if message.person is not None else desk
    is_theirs = message.kind == Kind.CUSTOMER
    head = [
        f"---------- {_('Forwarded message')} ----------",
        _("From: %(name)s") % {"name": customer if is_theirs else f"{agent} ({desk})" if desk else agent},
        _("Date: %(when)s") % {"when": when},
        _("Subject: %(subject)s") % {"subject": bare_subject(ticket.subject)},
        _("To: %(name)s") % {"name": (desk or _("the desk")) if is_theirs else customer},
    ]
    return "\n".join([*head, "", message.text])


def copy_files(
    ticket: Ticket, message: Message, attachment_ids: tuple[int, ...], person: Person | None
) -> list[Attachment]:
    """Hang copies of these files of the conversation on the message. Raises Wrong for what may not go along."""
    if not attachment_ids:
        return []
    allowed = [each.pk for each in may_be_forwarded(ticket)]
    rows = list(Attachment.objects.filter(pk__in=attachment_ids, message__in=allowed).order_by("id"))
    if len(rows) != len(set(attachment_ids)):
        raise Wrong("attachments", _("A file that you chose cannot be forwarded."))
    return Attachment.objects.bulk_create(
        Attachment(
            message=message,
            uploaded_by=person,
            name=row.name,
            type=row.type,
            size=row.size,
            sha256=row.sha256,
            path=row.path,
        )
        for row in rows
    )
