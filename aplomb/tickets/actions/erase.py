"""Erasing and redacting what was written. The chain keeps its commitments and still verifies (docs/flows/record.md)."""

import datetime as dt
from collections.abc import Iterable

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from aplomb.journal.actors import CLOCK, SYSTEM, Actor
from aplomb.journal.erasing import erase_all_values, erase_value
from aplomb.journal.events import Sealed
from aplomb.journal.models import Entry, OutgoingMail
from aplomb.journal.outbox.actions import forget_mails
from aplomb.journal.recording import record
from aplomb.lib.text import clean_text
from aplomb.lib.time import utc_now
from aplomb.people.errors import NotFound, Wrong
from aplomb.people.policies import require
from aplomb.tickets.actions.writing import ids, save_changes
from aplomb.tickets.events import DeliveryChanged, TextErased, TextRedacted, TicketDiscarded
from aplomb.tickets.merged import origins_of
from aplomb.tickets.models import Attachment, Beside, Delivery, Draft, Message, SideConversation, Ticket
from aplomb.tickets.policies import may_erase, ticket_for

TEXTS = ("text", "quoted", "html")
SETTLED_AFTER = dt.timedelta(minutes=10)


def erase_text(message_id: int, *, by: Actor) -> Message:
    """The message's words are gone for good; that it was written stays. Twice is once. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        message, ticket = _fetch(message_id, by)
        if message.changed == "erased":
            return message
        _forget(ticket, message, by=by)
        message.text = message.quoted = message.html = ""
        message.changed = "erased"
        message.save(update_fields=[*TEXTS, "changed"])
        save_changes(ticket)
        record(TextErased(**ids(ticket), message_id=message.pk, seq=message.entry_seq), by=by, chain=ticket.chain)
    return message


def redact_text(message_id: int, text: str, *, by: Actor) -> Message:
    """The message reads as given from now on; what it said before is gone. Raises NotFound, NotAllowed, Wrong."""
    with transaction.atomic():
        message, ticket = _fetch(message_id, by)
        text = clean_text(text)
        if not text.strip():
            raise Wrong("text", _("Nothing would be left: erase the text instead."))
        seq = message.entry_seq
        _forget(ticket, message, by=by)
        message.text, message.quoted, message.html, message.changed = text, "", "", "redacted"
        message.entry_seq = ticket.chain.length + 1
        message.save(update_fields=[*TEXTS, "changed", "entry_seq"])
        save_changes(ticket)
        record(
            TextRedacted(**ids(ticket), message_id=message.pk, seq=seq, sealed={"text": Sealed.text(text, held=True)}),
            by=by,
            chain=ticket.chain,
        )
    return message


def discard_ticket(number: str) -> list[str]:
    """Empty the bin of one ticket: texts, files and the ticket itself go, the chain stays without its values.

    Returns the paths of its files, to be removed once this is committed (see tickets.jobs).
    """
    with transaction.atomic():
        ticket = ticket_for(SYSTEM, number, lock=True)
        if not ticket.is_binned:
            return []
        reason, paths = ticket.bin_reason, set[str]()
        # what was merged into it lies in the bin with it; the one that was merged last goes first
        numbers = [*(each.number for each in reversed(origins_of(ticket))), number]
        for each in numbers:
            paths |= _discard(ticket_for(SYSTEM, each, lock=True), reason)
    return sorted(paths)


def _discard(ticket: Ticket, reason: str) -> set[str]:
    record(TicketDiscarded(**ids(ticket), reason=reason), by=CLOCK, chain=ticket.chain)
    erase_all_values(ticket.chain)
    messages = Message.objects.filter(ticket=ticket)
    forget_mails(_mails_of(messages.exclude(outgoing=None).values_list("pk", "outgoing_id")))
    paths = set(Attachment.objects.filter(message__in=messages).values_list("path", flat=True))
    Ticket.objects.filter(follows=ticket).update(follows=None)
    _leave_sides(ticket)
    ticket.delete()
    return paths


def _leave_sides(ticket: Ticket) -> None:
    """What went on in a side conversation on another ticket, while this one was merged into it, stays there."""
    for side in SideConversation.objects.filter(ticket=ticket):
        other = Message.objects.filter(side=side).exclude(ticket=ticket).order_by("-pk").first()
        if other is None:
            continue
        SideConversation.objects.filter(pk=side.pk).update(ticket=other.ticket_id)
        Draft.objects.filter(side=side).update(ticket=other.ticket_id)
        Ticket.objects.filter(pk=other.ticket_id).update(beside=F("beside").bitor(Beside.SIDES))


def remove_file_if_unused(path: str) -> bool:
    """Remove a file that no attachment names any more. False when it came again only just now: ask later."""
    with transaction.atomic():
        if Attachment.objects.filter(path=path).exists() or not default_storage.exists(path):
            return True
        # somebody may have found it in its place a moment ago, and not yet committed the row that names it
        if utc_now() - default_storage.get_modified_time(path) < SETTLED_AFTER:
            return False
        default_storage.delete(path)
    return True


def _fetch(message_id: int, by: Actor) -> tuple[Message, Ticket]:
    message = Message.objects.select_related("ticket").filter(pk=message_id).first()
    if message is None:
        raise NotFound
    ticket = ticket_for(by, message.ticket.number, lock=True)
    require(may_erase(by))
    return message, ticket


def _mails_of(messages: Iterable[tuple[int, int | None]]) -> set[int]:
    """The mails that carry these messages (their ids, each with its newest mail's), those included that came back and
    went anew."""
    both = list(messages)
    references = [f"message {pk}" for pk, _mail in both]
    found = set(OutgoingMail.objects.filter(reference__in=references).values_list("pk", flat=True))
    return found | {mail for _pk, mail in both if mail is not None}


def _went_before(message: Message) -> bool:
    return OutgoingMail.objects.filter(pk=message.outgoing_id or 0, purpose=OutgoingMail.AGAIN).exists()


def _forget(ticket: Ticket, message: Message, *, by: Actor) -> None:
    never_left = forget_mails(_mails_of([(message.pk, message.outgoing_id)])) if message.outgoing_id is not None else ()
    if message.outgoing_id in never_left and not _went_before(message):
        # it never left: who waits for this answer waits again
        message.delivery = Delivery.DISCARDED
        message.save(update_fields=["delivery"])
        event = DeliveryChanged(**ids(ticket), message_id=message.pk, delivery=message.delivery)
        record(event, by=by, chain=ticket.chain)
    entry = Entry.objects.get(chain=ticket.chain, seq=message.entry_seq)
    for name in TEXTS:
        if name in entry.openings:
            erase_value(entry, name)
