"""Page-shaped reads: what one page shows, in a bounded number of queries (tests/query_budgets.json)."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from aplomb.customers.models import Contact, ContactPoint
from aplomb.journal.actors import Actor
from aplomb.journal.models import Entry
from aplomb.people.models import Person
from aplomb.tickets.models import (
    Attachment,
    Draft,
    Message,
    Participant,
    Stage,
    Tag,
    Ticket,
    TicketTag,
)
from aplomb.tickets.policies import ticket_for, visible_to

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
    if cursor:
        key, pk = _read_cursor(cursor)
        found = found.filter(Q(queue_key__gt=key) | Q(queue_key=key, pk__gt=pk), queue_key__gte=key)
    lines = list(
        found.order_by("queue_key", "id").values_list(
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
        return _under_tag(found, wanted)
    found = found.filter(stage=wanted.stage)
    return _narrowed(found, wanted)


def _under_tag(found: QuerySet[Ticket], wanted: QueueFilter) -> QuerySet[Ticket]:
    tagged = TicketTag.objects.filter(tag__key=wanted.tag, ticket=OuterRef("pk"))
    return _narrowed(found.filter(Exists(tagged), stage=wanted.stage), wanted)


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
        found = found.filter(pk__in=wanted.only)
    return found


def tag_names(ticket_ids: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """The names of the tags of these tickets, in the reader's language."""
    found: dict[int, tuple[str, ...]] = {}
    for row in TicketTag.objects.filter(ticket_id__in=list(ticket_ids)).select_related("tag").order_by("tag__key"):
        found[row.ticket_id] = (*found.get(row.ticket_id, ()), row.tag.name)
    return found


def first_addresses(contact_ids: Iterable[int]) -> dict[int, str]:
    """The first address or number of each of these contacts: what stands for one who has no name. No query for none."""
    wanted = set(contact_ids)
    if not wanted:
        return {}
    points = ContactPoint.objects.filter(contact__in=wanted).order_by("-id")
    return dict(points.values_list("contact_id", "value"))


def queue_counts(by: Actor, wanted: Mapping[str, QueueFilter]) -> dict[str, int]:
    """How many tickets each queue holds, counted up to a thousand. One query."""
    if not wanted:
        return {}
    parts: list[str] = []
    arguments: list[Any] = []
    visible = visible_to(by)
    for queryset in (_filtered(visible, each).order_by().values("pk")[:COUNT_AT_MOST] for each in wanted.values()):
        sql, params = queryset.query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS counted)")
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
    leaves_at: dt.datetime | None
    changed: str
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


def ticket_page(by: Actor, number: str, *, before: int | None = None) -> TicketPage:
    """The ticket with its newest messages (or those before one), its people and one's own drafts. Raises NotFound."""
    ticket = _whole_ticket(by, number)
    messages, earlier = conversation(ticket, before=before)
    others = (
        visible_to(by)
        .filter(contact=ticket.contact_id)
        .exclude(pk=ticket.pk)
        .exclude(stage=Stage.BIN)
        .order_by("-activity_at")
        .only("number", "subject", "status", "activity_at")[:5]
    )
    seats = (
        Participant.objects.filter(ticket=ticket)
        .select_related("contact")
        .prefetch_related("contact__points")
        .order_by("id")[:20]
    )
    drafts: dict[str, Draft] = {}
    if isinstance(by, Person):
        drafts = {
            draft.kind: draft
            for draft in Draft.objects.filter(person=by, ticket=ticket).prefetch_related("attachments")
        }
    return TicketPage(
        ticket=ticket,
        messages=messages,
        earlier=earlier,
        tags=tuple(Tag.objects.filter(tickettag__ticket=ticket)),
        participants=tuple(seat.contact for seat in seats),
        points=tuple(ticket.contact.points.order_by("id")),
        other_tickets=tuple(others),
        drafts=drafts,
    )


def _whole_ticket(by: Actor, number: str) -> Ticket:
    found = ticket_for(by, number)
    return (
        Ticket.objects.select_related("contact__organisation", "assignee", "team", "request_type", "follows")
        .filter(pk=found.pk)
        .get()
    )


def conversation(
    ticket: Ticket, *, before: int | None = None, after: int | None = None, most: int = MESSAGES
) -> tuple[tuple[ShownMessage, ...], int]:
    """Messages oldest first, the newest `most` of them, and how many are earlier than those."""
    found = Message.objects.filter(ticket=ticket).select_related("contact", "person", "outgoing")
    if before is not None:
        found = found.filter(pk__lt=before)
    if after is not None:
        found = found.filter(pk__gt=after)
    newest = list(found.defer("html", "outgoing__content").order_by("-id")[: most + 1])
    earlier = 0
    if len(newest) > most:
        newest = newest[:most]
        earlier = Message.objects.filter(ticket=ticket, pk__lt=newest[-1].pk).count()
    newest.reverse()
    files: dict[int, list[Attachment]] = {}
    for row in Attachment.objects.filter(message__in=newest).order_by("id"):
        files.setdefault(row.message_id or 0, []).append(row)
    with_html = set(
        Message.objects.filter(pk__in=[each.pk for each in newest]).exclude(html="").values_list("pk", flat=True)
    )
    nameless = first_addresses(
        each.contact.pk for each in newest if each.contact is not None and not each.contact.name
    )
    shown = (
        _shown(each, files.get(each.pk, []), each.pk in with_html, is_asker=each.contact_id == ticket.contact_id,
               otherwise=nameless.get(each.contact_id or 0, ""))
        for each in newest
    )
    return tuple(shown), earlier


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
        leaves_at=outgoing.not_before if outgoing and message.delivery == "queued" else None,
        changed=message.changed,
        attachments=tuple(files),
    )


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
    names |= {
        ("contact", pk): name for pk, name in Contact.objects.filter(pk__in=contacts).values_list("pk", "name")
    }
    shown = []
    for entry, content in zip(entries, contents, strict=True):
        actor = content.get("actor", {})
        kind, ident = actor.get("kind", ""), str(actor.get("id", ""))
        name = names.get((kind, int(ident)), "") if ident.isdigit() else ident
        shown.append(ShownEvent(entry.seq, entry.kind, entry.at, kind, name, content.get("facts", {})))
    return tuple(reversed(shown))
