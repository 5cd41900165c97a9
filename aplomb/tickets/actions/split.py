"""Splitting off: what a customer asked beside the matter goes on as a ticket of its own (docs/flows/merging.md)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from aplomb.customers.merged import end_of_contact
from aplomb.journal.actors import Actor
from aplomb.journal.recording import record
from aplomb.people.errors import NotFound, Refused, Wrong
from aplomb.people.models import Person, Team
from aplomb.people.policies import require
from aplomb.tickets.actions.open import Opening, open_ticket
from aplomb.tickets.actions.writing import (
    add_message,
    check_stands,
    ids,
    message_seals,
    record_message,
    save_changes,
)
from aplomb.tickets.events import MessageReceived, MessageSplitOff
from aplomb.tickets.models import Attachment, Kind, Message, Tag, Ticket
from aplomb.tickets.policies import may_work, ticket_for

MOST_AT_ONCE = 50


@dataclass(frozen=True, kw_only=True)
class Splitting:
    """How the new ticket starts out. An empty subject is that of the old one."""

    subject: str = ""
    team: Team | None = None
    assignee: Person | None = None
    carries_tags: bool = False


def split_off(message_ids: Sequence[int], splitting: Splitting, *, by: Actor) -> Ticket:
    """These messages of one customer go on as a new ticket, which has copies of them with their files; on the old one
    they stay, folded, and nothing waits for an answer to them there. Twice is once.

    Raises NotFound, NotAllowed, InBin, Merged, Wrong, Refused (a note or a reply, two customers, all that was said).
    """
    with transaction.atomic():
        old, found = _locked(message_ids, by)
        if gone := _gone_before(found):
            return gone
        _check(old, found)
        first = found[0]
        assert first.contact is not None
        opening = Opening(
            subject=splitting.subject or old.subject,
            contact=end_of_contact(first.contact),
            channel=first.channel,
            language=old.language,
            team=splitting.team,
            assignee=splitting.assignee,
            tags=tuple(Tag.objects.filter(tickettag__ticket=old)) if splitting.carries_tags else (),
            split_from=old,
        )
        new = open_ticket(opening, by=by)
        for message in found:
            _carry(message, old, new, by=by)
        save_changes(old)
    return new


def _locked(message_ids: Sequence[int], by: Actor) -> tuple[Ticket, list[Message]]:
    """The ticket that the messages are read on, and they themselves, all under its lock."""
    wanted = sorted(set(message_ids))[:MOST_AT_ONCE]
    first = Message.objects.select_related("ticket").filter(pk__in=wanted).order_by("pk").first()
    if first is None:
        raise NotFound
    old = ticket_for(by, first.ticket.number, lock=True)
    require(may_work(by))
    found = list(Message.objects.filter(pk__in=wanted).select_related("contact", "split_to", "outgoing").order_by("pk"))
    # of one ticket: each chain then tells of its own messages
    if len(found) != len(wanted) or any(each.ticket_id != old.pk for each in found):
        raise NotFound
    return old, found


def _gone_before(found: Sequence[Message]) -> Ticket | None:
    places = {each.split_to for each in found}
    if len(places) == 1:
        return places.pop()
    if None in places:
        if len(places) > 1:
            raise Refused(_("Some of these messages go on elsewhere already."), "split")
        return None
    raise Refused(_("These messages go on in several tickets already."), "split")


def _check(old: Ticket, found: Sequence[Message]) -> None:
    if old.is_binned:
        check_stands(old)
    if any(each.kind != Kind.CUSTOMER for each in found):
        raise Refused(
            _("Only what a customer said can be split off. Notes and replies stay where they were written."), "kind"
        )
    if any(each.changed == "erased" for each in found):
        raise Refused(_("The text of this message was erased: there is nothing to go on with."), "erased")
    if len({end_of_contact(each.contact).pk for each in found if each.contact is not None}) != 1:
        raise Wrong("messages", _("These messages are of several customers: split them off one by one."))
    said = Message.objects.filter(ticket=old, kind=Kind.CUSTOMER, split_to=None, is_automatic=False)
    if not said.exclude(pk__in=[each.pk for each in found]).exists():
        raise Refused(_("Nothing would be left here: this is all that the customer said."), "only-message")


def _carry(message: Message, old: Ticket, new: Ticket, *, by: Actor) -> None:
    contact = message.contact
    copy = add_message(
        new,
        Kind.CUSTOMER,
        contact=contact,
        text=message.text,
        quoted=message.quoted,
        html=message.html,
        channel=message.channel,
        sent_at=message.sent_at,
        to=message.to,
        cc=message.cc,
        answer_to=message.answer_to,
        is_automatic=message.is_automatic,
        changed=message.changed,
    )
    files = list(Attachment.objects.filter(message=message).order_by("id"))
    for each in files:
        each.pk, each.message = None, copy
        each.save(force_insert=True)
    save_changes(new)
    received = MessageReceived(
        **ids(new),
        message_id=copy.pk,
        contact_id=contact.pk if contact else 0,
        channel=copy.channel,
        is_automatic=copy.is_automatic,
        # they were told before that it arrived
        is_first=False,
        said_at=copy.sent_at,
        status_before=new.status,
        status=new.status,
        sealed=message_seals(copy, files),
    )
    record_message(copy, received, ticket=new, by=by)
    message.split_to = new
    message.save(update_fields=["split_to"])
    event = MessageSplitOff(
        **ids(old), message_id=message.pk, to_ticket_id=new.pk, into=new.number, to_message_id=copy.pk
    )
    record(event, by=by, chain=old.chain)
