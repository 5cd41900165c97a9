"""Page-shaped reads: what one page shows, in a bounded number of queries (tests/query_budgets.json)."""

import datetime as dt
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, F, FilteredRelation, Q, QuerySet

from aplomb.customers.models import Contact, ContactPoint
from aplomb.journal.actors import Actor
from aplomb.journal.models import Entry, OutgoingMail
from aplomb.lib import among  # noqa: F401  the lookup by which found tickets are narrowed
from aplomb.lib.prepared import prepared
from aplomb.people.models import Person
from aplomb.tickets.models import (
    Attachment,
    Draft,
    Kind,
    Message,
    Participant,
    Stage,
    Tag,
    Ticket,
    TicketTag,
    in_reader_language,
)
from aplomb.tickets.numbers import read_number
from aplomb.tickets.policies import Sight, seen_by, sight_of, ticket_for, visible_to

ROWS = 30
COUNT_AT_MOST = 1000
MESSAGES = 50
UNASSIGNED = -1


@dataclass(frozen=True, kw_only=True)
class QueueFilter:
    """What a queue shows. `assignee` and `team` are ids, -1 for none of them; `only` limits to these ids (a search)."""

    stage: int = Stage.LIVE
    status: str = ""
    assignee: int | None = None
    team: int | None = None
    tag: str = ""
    contact: int | None = None
    organisation: int | None = None
    only: tuple[int, ...] | None = None


@dataclass(frozen=True)
class QueueRow:
    """One line of a queue."""

    number: str
    subject: str
    status: str
    priority: int
    contact_name: str
    contact_id: int
    organisation: str
    assignee: str
    team: str
    language: str
    due_at: dt.datetime | None
    due_why: str
    activity_at: dt.datetime
    tags: tuple[str, ...]
    binned_at: dt.datetime | None
    cursor: str


@dataclass(frozen=True)
class QueuePage:
    """Rows in order, and the cursor of the next page or an empty word."""

    rows: tuple[QueueRow, ...]
    next_cursor: str


class WrongCursor(ValueError):
    """A cursor that this desk never gave."""


def queue_page(by: Actor, wanted: QueueFilter, *, cursor: str = "", rows: int = ROWS) -> QueuePage:
    """One page of a queue: what is due first, then what moved last. Three queries, one more for contacts without
    a name. Raises WrongCursor."""
    found = _filtered(visible_to(by), wanted)
    # the tag's own copy of the place is what its index is ordered by
    key_name, pk_name = ("seat__queue_key", "seat__ticket") if wanted.tag else ("queue_key", "id")
    if cursor:
        key, pk = _read_cursor(cursor)
        below = Q((f"{key_name}__gt", key)) | Q((key_name, key), (f"{pk_name}__gt", pk))
        found = found.filter(below, (f"{key_name}__gte", key))
    lines = list(
        found.order_by(key_name, pk_name).values_list(
            "id",
            "number",
            "subject",
            "status",
            "priority",
            "contact__name",
            "contact_id",
            "contact__organisation__name",
            "assignee__work_name",
            "team__name",
            "language",
            "next_due_at",
            "next_due_why",
            "activity_at",
            "queue_key",
            "binned_at",
        )[: rows + 1]
    )
    tags = tag_names(line[0] for line in lines)
    addresses = first_addresses(line[6] for line in lines if not line[5])
    page = tuple(
        QueueRow(
            number=line[1],
            subject=line[2],
            status=line[3],
            priority=line[4],
            contact_name=line[5] or addresses.get(line[6], ""),
            contact_id=line[6],
            organisation=line[7] or "",
            assignee=line[8] or "",
            team=line[9] or "",
            language=line[10],
            due_at=line[11],
            due_why=line[12],
            activity_at=line[13],
            tags=tags.get(line[0], ()),
            binned_at=line[15],
            cursor=f"{line[14]}.{line[0]}",
        )
        for line in lines[:rows]
    )
    return QueuePage(page, page[-1].cursor if len(lines) > rows else "")


def _read_cursor(cursor: str) -> tuple[int, int]:
    key, _dot, pk = cursor.partition(".")
    if not (key.isascii() and key.isdigit() and pk.isascii() and pk.isdigit()) or len(cursor) > 40:
        raise WrongCursor(cursor)
    return min(int(key), 2**63 - 1), min(int(pk), 2**63 - 1)


def _filtered(found: QuerySet[Ticket], wanted: QueueFilter) -> QuerySet[Ticket]:
    if wanted.tag:
        return _narrowed(_under_tag(found, wanted), wanted)
    if wanted.contact is None and wanted.organisation is None and wanted.only is None:
        return _narrowed(found.filter(stage=wanted.stage), wanted)
    # these narrow far more than the pile: as an expression it lures no planner into walking all of it
    return _narrowed(found.alias(pile=F("stage") + 0).filter(pile=wanted.stage), wanted)


def _under_tag(found: QuerySet[Ticket], wanted: QueueFilter) -> QuerySet[Ticket]:
    """Tickets that have the tag, as `seat`: one walk along the tag's own index, however rare the tag is."""
    tag = Tag.objects.filter(key=wanted.tag).values_list("pk", flat=True).first() or 0
    seat = FilteredRelation("tickettag", condition=Q(tickettag__tag=tag))
    return found.alias(seat=seat).filter(seat__stage=wanted.stage)


def _narrowed(found: QuerySet[Ticket], wanted: QueueFilter) -> QuerySet[Ticket]:
    if wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.assignee is not None:
        found = found.filter(assignee=None if wanted.assignee == UNASSIGNED else wanted.assignee)
    if wanted.team is not None:
        found = found.filter(team=None if wanted.team == UNASSIGNED else wanted.team)
    if wanted.contact is not None:
        found = found.filter(contact=wanted.contact)
    if wanted.organisation is not None:
        found = found.filter(contact__organisation=wanted.organisation)
    if wanted.only is not None:
        found = found.filter(pk__among=wanted.only)
    return found


def tag_names(ticket_ids: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """The names of the tags of these tickets, in the reader's language."""
    found: dict[int, tuple[str, ...]] = {}
    rows = TicketTag.objects.filter(ticket_id__in=list(ticket_ids)).order_by("tag__key")
    for ticket_id, key, names in rows.values_list("ticket_id", "tag__key", "tag__names"):
        found[ticket_id] = (*found.get(ticket_id, ()), in_reader_language(names, key))
    return found


def first_addresses(contact_ids: Iterable[int]) -> Mapping[int, str]:
    """The first address or number of each of these contacts: what stands where a name is missing. No ids, no query."""
    wanted = set(contact_ids)
    found: dict[int, str] = {}
    if not wanted:
        return found
    points = ContactPoint.objects.filter(contact_id__in=wanted).order_by("id")
    for contact_id, value in points.values_list("contact_id", "value"):
        found.setdefault(contact_id, value)
    return found


COUNTS_KEPT = 512
COUNTS_KEPT_SECONDS = 5.0

Counts = dict[str, int]
_counts: dict[tuple[Any, ...], tuple[float, Counts]] = {}


def queue_counts(by: Actor, wanted: Mapping[str, QueueFilter], *, sight: Sight = None) -> Counts:
    """How many tickets each queue holds, counted up to a thousand. Two queries, one less where `sight` is known.

    Nothing changes a count without an entry on some chain: while the newest entry is the same, the counts still hold.
    """
    if not wanted:
        return {}
    last = Entry.objects.order_by("-pk").values_list("hash", flat=True).first()
    sight = sight_of(by) if sight is None else sight
    # the hash and not the id: it is another one in another database, and after an entry that was rolled back
    key = (connection.alias, bytes(last or b""), by.actor_kind, by.actor_id, sight, tuple(wanted.items()))
    kept = _counts.get(key)
    if kept is not None and last is not None and kept[0] > time.monotonic():
        return kept[1]
    counts = _count(seen_by(sight), wanted)
    if len(_counts) >= COUNTS_KEPT:
        _counts.clear()
    # PostgreSQL may show an older entry after a newer one, so that they never hold for long
    _counts[key] = (time.monotonic() + COUNTS_KEPT_SECONDS, counts)
    return counts


def _count(visible: QuerySet[Ticket], wanted: Mapping[str, QueueFilter]) -> Counts:
    parts: list[str] = []
    arguments: list[Any] = []
    for each in wanted.values():
        capped = _filtered(visible, each).order_by().values("pk")[:COUNT_AT_MOST]
        sql, params = capped.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")  # noqa: S608  the ORM's own SQL, side by side
        arguments += params
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", arguments)
        row = cursor.fetchone()
    return dict(zip(wanted, map(int, row), strict=True))


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


@dataclass(frozen=True)
class ShownEvent:
    """A line of the ticket's history: what happened, by whom, with its facts."""

    seq: int
    kind: str
    at: dt.datetime
    actor_kind: str
    actor_name: str
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class TicketPage:
    """Everything that the ticket page shows."""

    ticket: Ticket
    messages: tuple[ShownMessage, ...]
    earlier: int
    tags: tuple[Tag, ...]
    participants: tuple[Contact, ...]
    points: tuple[ContactPoint, ...]
    other_tickets: tuple[Ticket, ...]
    drafts: Mapping[str, Draft] = field(default_factory=dict)


def ticket_page(by: Actor, number: str, *, before: int | None = None, sight: Sight = None) -> TicketPage:
    """The ticket with its newest messages (or those before one), its people and one's own drafts. Raises NotFound.

    `sight`: what `sight_of` gave for `by` a moment ago, where that is known.
    """
    sight = sight_of(by) if sight is None else sight
    ticket = _whole_ticket(sight, by, number)
    messages, earlier = conversation(ticket, before=before)
    drafts = {each.kind: each for each in _drafts(by.pk, ticket.pk)} if isinstance(by, Person) else {}
    return TicketPage(
        ticket=ticket,
        messages=messages,
        earlier=earlier,
        tags=tuple(_tags(ticket.pk)),
        participants=tuple(seat.contact for seat in _seats(ticket.pk)),
        points=tuple(_points(ticket.contact_id)),
        other_tickets=tuple(_others(sight, ticket.contact_id, ticket.pk)),
        drafts=drafts,
    )


@prepared
def _others(sight: Sight, contact_id: int, ticket_id: int) -> QuerySet[Ticket]:
    found = seen_by(sight).filter(contact=contact_id).exclude(pk=ticket_id).exclude(stage=Stage.BIN)
    return found.order_by("-activity_at").only("number", "subject", "status", "activity_at")[:5]


@prepared
def _seats(ticket_id: int) -> QuerySet[Participant]:
    found = Participant.objects.filter(ticket=ticket_id).select_related("contact")
    return found.prefetch_related("contact__points").order_by("id")[:20]


@prepared
def _drafts(person_id: int, ticket_id: int) -> QuerySet[Draft]:
    return Draft.objects.filter(person=person_id, ticket=ticket_id).prefetch_related("attachments")


@prepared
def _tags(ticket_id: int) -> QuerySet[Tag]:
    return Tag.objects.filter(tickettag__ticket=ticket_id)


@prepared
def _points(contact_id: int) -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(contact=contact_id).order_by("id")


def page_after_answer(by: Actor, number: str) -> TicketPage:
    """What comes back to somebody who has just written: the conversation and whom the next answer goes to, without
    their drafts, which are gone, and without the rest of the page. Raises NotFound."""
    ticket = _whole_ticket(sight_of(by), by, number)
    messages, earlier = conversation(ticket)
    points = tuple(_points(ticket.contact_id))
    return TicketPage(ticket, messages, earlier, tags=(), participants=(), points=points, other_tickets=())


def _whole_ticket(sight: Sight, by: Actor, number: str) -> Ticket:
    found = _whole(sight, read_number(number) or "")
    # whoever is refused hears the same words at every door
    return found[0] if found else ticket_for(by, number)


@prepared
def _whole(sight: Sight, digits: str) -> QuerySet[Ticket]:
    whole = seen_by(sight).select_related("contact__organisation", "assignee", "team", "request_type", "follows")
    return whole.filter(number=digits)


def conversation(
    ticket: Ticket, *, before: int | None = None, after: int | None = None, most: int = MESSAGES
) -> tuple[tuple[ShownMessage, ...], int]:
    """Messages oldest first, the newest `most` of them, and how many are earlier than those."""
    newest = _newest(ticket.pk, before, after, (most,))
    earlier = 0
    if len(newest) > most:
        newest = newest[:most]
        earlier = Message.objects.filter(ticket=ticket, pk__lt=newest[-1].pk).count()
    newest.reverse()
    files: dict[int, list[Attachment]] = {}
    if newest:
        for row in _files(ticket.pk, newest[0].pk, newest[-1].pk):
            files.setdefault(row.message_id or 0, []).append(row)
    nameless = first_addresses(each.contact.pk for each in newest if each.contact is not None and not each.contact.name)
    shown = (
        _shown(
            each,
            files.get(each.pk, []),
            bool(getattr(each, "has_html", False)),
            is_asker=each.contact_id == ticket.contact_id,
            otherwise=nameless.get(each.contact_id or 0, ""),
        )
        for each in newest
    )
    return tuple(shown), earlier


@prepared
def _newest(ticket_id: int, before: int | None, after: int | None, most: tuple[int]) -> QuerySet[Message]:
    found = Message.objects.filter(ticket=ticket_id).select_related("contact", "person", "outgoing")
    if before is not None:
        found = found.filter(pk__lt=before)
    if after is not None:
        found = found.filter(pk__gt=after)
    found = found.annotate(has_html=ExpressionWrapper(~Q(html=""), output_field=BooleanField()))
    return found.defer("html", "outgoing__content").order_by("-id")[: most[0] + 1]


@prepared
def _files(ticket_id: int, first: int, last: int) -> QuerySet[Attachment]:
    found = Attachment.objects.filter(message__ticket=ticket_id, message__gte=first, message__lte=last)
    return found.order_by("id")


def _shown(
    message: Message, files: list[Attachment], has_html: bool, *, is_asker: bool, otherwise: str
) -> ShownMessage:
    contact, person = message.contact, message.person
    outgoing = message.outgoing
    return ShownMessage(
        id=message.pk,
        kind=message.kind,
        author=(contact.name or otherwise if contact else person.work_name if person else ""),
        is_own_author=is_asker,
        text=message.text,
        quoted=message.quoted,
        has_html=has_html,
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
    )


def answer_address(ticket: Ticket) -> tuple[str, ...]:
    """Where the one who asked is answered: where their last mail wanted it, else their first address. Empty: nowhere."""
    said = _answer_to(ticket.pk, ticket.contact_id)
    return (said[0],) if said else own_address(ticket)


@prepared
def _answer_to(ticket_id: int, contact_id: int) -> QuerySet[Message, str]:
    found = Message.objects.filter(ticket=ticket_id, kind=Kind.CUSTOMER, contact=contact_id, is_automatic=False)
    return found.exclude(answer_to="").order_by("-id").values_list("answer_to", flat=True)[:1]


def own_address(ticket: Ticket) -> tuple[str, ...]:
    """The first e-mail address of the one who asked; empty where there is none."""
    addresses = (point.value for point in _points(ticket.contact_id) if point.kind == ContactPoint.Kind.EMAIL)
    return tuple(addresses)[:1]


def ticket_history(by: Actor, number: str, *, most: int = 200) -> tuple[ShownEvent, ...]:
    """The newest entries of the ticket's chain, oldest first, with the names of who did them. Raises NotFound."""
    ticket = ticket_for(by, number)
    entries = list(Entry.objects.filter(chain=ticket.chain_id).order_by("-seq")[:most])
    contents = [json.loads(each.content) if each.content else {} for each in entries]
    staff: set[int] = set()
    contacts: set[int] = set()
    for content in contents:
        actor = content.get("actor", {})
        if actor.get("kind") in {"staff", "contact"} and str(actor.get("id")).isdigit():
            (staff if actor["kind"] == "staff" else contacts).add(int(actor["id"]))
    names = {("staff", pk): name for pk, name in Person.objects.filter(pk__in=staff).values_list("pk", "work_name")}
    names |= {("contact", pk): name for pk, name in Contact.objects.filter(pk__in=contacts).values_list("pk", "name")}
    shown = []
    for entry, content in zip(entries, contents, strict=True):
        actor = content.get("actor", {})
        kind, ident = actor.get("kind", ""), str(actor.get("id", ""))
        name = names.get((kind, int(ident)), "") if ident.isdigit() else ident
        shown.append(ShownEvent(entry.seq, entry.kind, entry.at, kind, name, content.get("facts", {})))
    return tuple(reversed(shown))
