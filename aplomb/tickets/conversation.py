"""What was said on a ticket, and on those that were merged into it, as its page shows it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from aplomb.customers.merged import contact_ids, end_of_contact, whole_contact_ids
from aplomb.customers.models import Contact, ContactPoint
from aplomb.customers.nameless import first_addresses
from aplomb.journal.models import OutgoingMail
from aplomb.lib.prepared import prepared
from aplomb.tickets.merged import Origin, apart_of, origins_of, whole_of
from aplomb.tickets.models import Attachment, Kind, Message, Ticket

MESSAGES = 50


@dataclass(frozen=True)
class ShownMessage:
    """A message as the conversation shows it."""

    id: int
    kind: str
    author: str
    is_own_author: bool
    text: str
    quoted: str
    has_html: bool
    sent_at: dt.datetime
    channel: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    is_automatic: bool
    delivery: str
    delivery_note: str
    outgoing_id: int | None
    # a state of OutgoingMail, empty where no mail carries it; whether it left before and goes anew to some
    outgoing_state: str
    is_sent_again: bool
    leaves_at: dt.datetime | None
    changed: str
    answer_to: str
    attachments: tuple[Attachment, ...]
    # the number of the merged ticket that it came with; empty where it was said here
    origin: str = ""
    # of another customer, who does not take part here: nothing of it leaves with an answer
    is_apart: bool = False
    # the number of the ticket on which it goes on; empty where it was not split off
    split_to: str = ""


Part = tuple[tuple[ShownMessage, ...], int]


def conversation(
    ticket: Ticket,
    *,
    before: int | None = None,
    after: int | None = None,
    most: int = MESSAGES,
    origins: Sequence[Origin] | None = None,
) -> Part:
    """Messages oldest first, the newest `most` of them, and how many are earlier than those.

    `origins`: what `origins_of` gave for the ticket a moment ago, where that is known.
    """
    origins = origins_of(ticket) if origins is None else origins
    whole = (ticket.pk, *(each.ticket_id for each in origins))
    newest = list(_said(whole, before, after, most)) if origins else _newest(ticket.pk, before, after, (most,))
    earlier = 0
    if len(newest) > most:
        newest = newest[:most]
        earlier = Message.objects.filter(ticket__in=whole, side=None, pk__lt=newest[-1].pk).count()
    newest.reverse()
    files: dict[int, list[Attachment]] = {}
    if newest:
        first, last = newest[0].pk, newest[-1].pk
        for row in _files_of(whole, first, last) if origins else _files(ticket.pk, first, last):
            files.setdefault(row.message_id or 0, []).append(row)
    nameless = first_addresses(each.contact.pk for each in newest if each.contact is not None and not each.contact.name)
    askers = contact_ids(ticket.contact)
    apart = apart_of(ticket, origins)
    shown = (
        _shown(each, files.get(each.pk, []), askers, nameless, _origin_of(each, ticket, origins), apart)
        for each in newest
    )
    return tuple(shown), earlier


def _said(ticket_ids: Sequence[int], before: int | None, after: int | None, most: int) -> QuerySet[Message]:
    of_one = {"ticket": ticket_ids[0]} if len(ticket_ids) == 1 else {"ticket__in": ticket_ids}
    # side conversations are read apart (tickets/sides.py)
    found = Message.objects.filter(**of_one, side=None).select_related("contact", "person", "outgoing", "split_to")
    if before is not None:
        found = found.filter(pk__lt=before)
    if after is not None:
        found = found.filter(pk__gt=after)
    found = found.annotate(has_html=ExpressionWrapper(~Q(html=""), output_field=BooleanField()))
    return found.defer("html", "outgoing__content").order_by("-id")[: most + 1]


@prepared
def _newest(ticket_id: int, before: int | None, after: int | None, most: tuple[int]) -> QuerySet[Message]:
    return _said((ticket_id,), before, after, most[0])


def _files_of(ticket_ids: Sequence[int], first: int, last: int) -> QuerySet[Attachment]:
    found = Attachment.objects.filter(message__ticket__in=ticket_ids, message__gte=first, message__lte=last)
    return found.order_by("id")


@prepared
def _files(ticket_id: int, first: int, last: int) -> QuerySet[Attachment]:
    found = Attachment.objects.filter(message__ticket=ticket_id, message__gte=first, message__lte=last)
    return found.order_by("id")


def _origin_of(message: Message, ticket: Ticket, origins: Sequence[Origin]) -> Origin | None:
    if message.ticket_id == ticket.pk:
        return None
    return next((each for each in origins if each.ticket_id == message.ticket_id), None)


def _shown(
    message: Message,
    files: list[Attachment],
    askers: Sequence[int],
    nameless: Any,
    origin: Origin | None,
    apart: frozenset[int],
) -> ShownMessage:
    contact, person = message.contact, message.person
    outgoing = message.outgoing
    otherwise = nameless.get(message.contact_id or 0, "")
    return ShownMessage(
        id=message.pk,
        kind=message.kind,
        author=(contact.name or otherwise if contact else person.work_name if person else ""),
        is_own_author=message.contact_id in askers,
        text=message.text,
        quoted=message.quoted,
        has_html=bool(getattr(message, "has_html", False)),
        sent_at=message.sent_at,
        channel=message.channel,
        to=tuple(message.to),
        cc=tuple(message.cc),
        is_automatic=message.is_automatic,
        delivery=message.delivery,
        delivery_note=message.delivery_note,
        outgoing_id=message.outgoing_id,
        outgoing_state=outgoing.state if outgoing else "",
        is_sent_again=outgoing is not None and outgoing.purpose == OutgoingMail.AGAIN,
        leaves_at=outgoing.not_before if outgoing and message.delivery == "queued" else None,
        changed=message.changed,
        answer_to=message.answer_to,
        attachments=tuple(files),
        origin=origin.number if origin else "",
        is_apart=(origin is not None and not origin.is_shared) or message.contact_id in apart,
        split_to=message.split_to.number if message.split_to else "",
    )


def answer_address(ticket: Ticket) -> tuple[str, ...]:
    """Where the one who asked is answered: where their last mail wanted it, else their first address. Empty: nowhere."""
    contacts, places = whole_contact_ids(ticket.contact), whole_of(ticket, only_shared=True)
    plain = len(contacts) == len(places) == 1
    said = _answer_to(places[0], contacts[0]) if plain else list(_wanted(places, contacts))
    return (said[0],) if said else own_address(ticket)


def _wanted(ticket_ids: Sequence[int], contact_ids: Sequence[int]) -> QuerySet[Message, str]:
    places = Q(ticket__in=ticket_ids) if len(ticket_ids) > 1 else Q(ticket=ticket_ids[0])
    whose = Q(contact__in=contact_ids) if len(contact_ids) > 1 else Q(contact=contact_ids[0])
    found = Message.objects.filter(places, whose, kind=Kind.CUSTOMER, is_automatic=False, split_to=None)
    return found.exclude(answer_to="").order_by("-id").values_list("answer_to", flat=True)[:1]


@prepared
def _answer_to(ticket_id: int, contact_id: int) -> QuerySet[Message, str]:
    return _wanted((ticket_id,), (contact_id,))


def own_address(ticket: Ticket) -> tuple[str, ...]:
    """The first e-mail address of the one who asked; empty where there is none."""
    addresses = (each.value for each in points_of(ticket.contact) if each.kind == ContactPoint.Kind.EMAIL)
    return tuple(addresses)[:1]


def points_of(contact: Contact) -> list[ContactPoint]:
    """The addresses and numbers of a person, those of this entry first. One query; more where entries were merged."""
    whole = whole_contact_ids(contact)
    if len(whole) == 1:
        return _points(contact.pk)
    found = ContactPoint.objects.filter(contact__in=whole).order_by("id")
    return sorted(found, key=lambda each: each.contact_id != contact.pk)


@prepared
def _points(contact_id: int) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(contact=contact_id).order_by("id")


def with_standing_contact(ticket: Ticket) -> Ticket:
    """The ticket as pages show it: of the contact that its own was merged into, where it was. Never saved so."""
    if ticket.contact.merged_into_id is not None:
        ticket.contact = end_of_contact(ticket.contact)
    return ticket
