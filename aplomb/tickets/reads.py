"""Page-shaped reads: what one page shows, in a bounded number of queries (tests/query_budgets.json)."""

import datetime as dt
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, FilteredRelation, Q, QuerySet

from aplomb.customers.merged import contact_ids, end_of_contact
from aplomb.customers.models import Contact, ContactPoint
from aplomb.customers.nameless import first_addresses
from aplomb.journal.actors import Actor
from aplomb.journal.models import Entry
from aplomb.lib import among  # noqa: F401  the lookup by which found tickets are narrowed
from aplomb.lib.prepared import prepared
from aplomb.people.models import Person
from aplomb.tickets.conversation import (
    MESSAGES,
    ShownMessage,
    answer_address,
    conversation,
    own_address,
    points_of,
    with_standing_contact,
)
from aplomb.tickets.merged import Origin, end_of, origins_of
from aplomb.tickets.models import (
    CoWorker,
    Draft,
    Participant,
    Stage,
    Tag,
    Ticket,
    TicketTag,
    in_reader_language,
)
from aplomb.tickets.numbers import read_number
from aplomb.tickets.policies import Sight, seen_by, sight_of, ticket_for, visible_to

# what was said is read in conversation.py; pages find it here with the rest
__all__ = ["MESSAGES", "ShownMessage", "answer_address", "conversation", "first_addresses", "own_address"]

ROWS = 30
COUNT_AT_MOST = 1000
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
    # all entries of that contact, where others were merged into it (customers/merged.py contact_ids)
    entries: tuple[int, ...] = ()
    organisation: int | None = None
    only: tuple[int, ...] | None = None
    # somebody who works on it beside the assignee
    co_worker: int | None = None


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
    snoozed_until: dt.datetime | None
    version: int
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
            "snoozed_until",
            "version",
            "contact__merged_into",
        )[: rows + 1]
    )
    lines = _with_standing_contacts(lines)
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
            snoozed_until=line[16],
            version=line[17],
            cursor=f"{line[14]}.{line[0]}",
        )
        for line in lines[:rows]
    )
    return QueuePage(page, page[-1].cursor if len(lines) > rows else "")


def _with_standing_contacts(lines: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """The rows with the contacts that others were merged into. No query where none was."""
    merged = {line[6] for line in lines if line[18] is not None}
    if not merged:
        return lines
    ends = {each.pk: end_of_contact(each) for each in Contact.objects.filter(pk__in=merged)}
    found = []
    for line in lines:
        end = ends.get(line[6])
        firm = end.organisation.name if end is not None and end.organisation is not None else ""
        found.append((*line[:5], end.name, end.pk, firm, *line[8:]) if end is not None else line)
    return found


def _read_cursor(cursor: str) -> tuple[int, int]:
    key, _dot, pk = cursor.partition(".")
    if not (key.isascii() and key.isdigit() and pk.isascii() and pk.isdigit()) or len(cursor) > 40:
        raise WrongCursor(cursor)
    return min(int(key), 2**63 - 1), min(int(pk), 2**63 - 1)


def _filtered(found: QuerySet[Ticket], wanted: QueueFilter) -> QuerySet[Ticket]:
    if wanted.tag:
        return _narrowed(_under_tag(found, wanted), wanted)
    narrow = (wanted.contact, wanted.organisation, wanted.only, wanted.co_worker)
    if all(each is None for each in narrow):
        return _narrowed(found.filter(stage=wanted.stage), wanted)
    # these narrow far more than the pile: as an expression it lures no planner into walking all of it
    # what sleeps is open too, wherever one looks for something certain
    piles = (Stage.LIVE, Stage.SNOOZED) if wanted.stage == Stage.LIVE else (wanted.stage,)
    return _narrowed(found.alias(pile=F("stage") + 0).filter(pile__in=piles), wanted)


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
        either = len(wanted.entries) > 1
        found = found.filter(contact__in=wanted.entries) if either else found.filter(contact=wanted.contact)
    if wanted.organisation is not None:
        found = found.filter(contact__organisation=wanted.organisation)
    if wanted.only is not None:
        found = found.filter(pk__among=wanted.only)
    if wanted.co_worker is not None:
        found = found.filter(pk__in=CoWorker.objects.filter(person=wanted.co_worker).values("ticket"))
    return found


def tag_names(ticket_ids: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """The names of the tags of these tickets, in the reader's language."""
    found: dict[int, tuple[str, ...]] = {}
    rows = TicketTag.objects.filter(ticket_id__in=list(ticket_ids)).order_by("tag__key")
    for ticket_id, key, names in rows.values_list("ticket_id", "tag__key", "tag__names"):
        found[ticket_id] = (*found.get(ticket_id, ()), in_reader_language(names, key))
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
class ShownEvent:
    """A line of the ticket's history: what happened, by whom, with its facts."""

    seq: int
    kind: str
    at: dt.datetime
    actor_kind: str
    actor_name: str
    facts: Mapping[str, Any]
    # what was sealed and is kept by the record itself: a subject, a reason
    words: Mapping[str, str] = field(default_factory=dict)
    actor_id: str = ""


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
    # the tickets that go on in this one, and the one in which this one goes on
    origins: tuple[Origin, ...] = ()
    goes_on_in: Ticket | None = None


def ticket_page(by: Actor, number: str, *, before: int | None = None, sight: Sight = None) -> TicketPage:
    """The ticket with its newest messages (or those before one), its people and one's own drafts. Raises NotFound.

    `sight`: what `sight_of` gave for `by` a moment ago, where that is known.
    """
    sight = sight_of(by) if sight is None else sight
    ticket = _whole_ticket(sight, by, number)
    origins = origins_of(ticket)
    messages, earlier = conversation(ticket, before=before, origins=origins)
    drafts = {each.kind: each for each in _drafts(by.pk, ticket.pk)} if isinstance(by, Person) else {}
    return TicketPage(
        ticket=ticket,
        messages=messages,
        earlier=earlier,
        tags=tuple(_tags(ticket.pk)),
        participants=tuple(seat.contact for seat in _seats(ticket.pk)),
        points=tuple(points_of(ticket.contact)),
        other_tickets=tuple(_others_of(sight, ticket)),
        drafts=drafts,
        origins=origins,
        goes_on_in=end_of(ticket) if ticket.merged_into_id is not None else None,
    )


def _others_of(sight: Sight, ticket: Ticket) -> list[Ticket]:
    contacts = contact_ids(ticket.contact)
    if len(contacts) == 1:
        return _others(sight, ticket.contact_id, ticket.pk)
    return list(_others_among(sight, Q(contact__in=contacts), ticket.pk))


@prepared
def _others(sight: Sight, contact_id: int, ticket_id: int) -> QuerySet[Ticket]:
    return _others_among(sight, Q(contact=contact_id), ticket_id)


def _others_among(sight: Sight, whose: Q, ticket_id: int) -> QuerySet[Ticket]:
    found = seen_by(sight).filter(whose).exclude(pk=ticket_id).exclude(stage=Stage.BIN).exclude(stage=Stage.MERGED)
    return found.order_by("-activity_at").only("number", "subject", "status", "activity_at")[:5]


@prepared
def _seats(ticket_id: int) -> QuerySet[Participant]:
    found = Participant.objects.filter(ticket=ticket_id).select_related("contact")
    return found.prefetch_related("contact__points").order_by("id")[:20]


@prepared
def _drafts(person_id: int, ticket_id: int) -> QuerySet[Draft]:
    return Draft.objects.filter(person=person_id, ticket=ticket_id, side=None).prefetch_related("attachments")


@prepared
def _tags(ticket_id: int) -> QuerySet[Tag]:
    return Tag.objects.filter(tickettag__ticket=ticket_id)


def page_after_answer(by: Actor, number: str) -> TicketPage:
    """What comes back to somebody who has just written: the conversation and whom the next answer goes to, without
    their drafts, which are gone, and without the rest of the page. Raises NotFound."""
    ticket = _whole_ticket(sight_of(by), by, number)
    origins = origins_of(ticket)
    messages, earlier = conversation(ticket, origins=origins)
    points = tuple(points_of(ticket.contact))
    return TicketPage(
        ticket, messages, earlier, tags=(), participants=(), points=points, other_tickets=(), origins=origins
    )


def _whole_ticket(sight: Sight, by: Actor, number: str) -> Ticket:
    digits = read_number(number) or ""
    found = _whole(sight, digits)
    if found and found[0].merged_into_id is None:
        return with_standing_contact(found[0])
    # whoever is refused hears the same words at every door, which also knows where a merged one goes on
    ticket_for(by, number)
    return with_standing_contact(_whole((), digits)[0])


@prepared
def _whole(sight: Sight, digits: str) -> QuerySet[Ticket]:
    whole = seen_by(sight).select_related(
        "contact__organisation", "assignee", "team", "request_type", "follows", "chain"
    )
    return whole.filter(number=digits)


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
        facts = content.get("facts", {})
        shown.append(ShownEvent(entry.seq, entry.kind, entry.at, kind, name, facts, _kept_words(entry), ident))
    return tuple(reversed(shown))


def _kept_words(entry: Entry) -> dict[str, str]:
    openings = entry.openings.items()
    return {name: str(each["value"]) for name, each in openings if isinstance(each, dict) and "value" in each}
